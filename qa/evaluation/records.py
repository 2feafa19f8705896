"""Outcomes as lines of JSON and back, so that what was written is what is read, to the last digit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from qa.evaluation.measures import Context, Outcome, ShownQuote
from qa.evaluation.sets import Evidence, Question


def to_line(name: str, outcome: Outcome) -> str:
    """One outcome of the set ``name`` as a line of JSON without its line end. Floats keep every digit."""
    return json.dumps({"set": name, **asdict(outcome)}, ensure_ascii=False, separators=(",", ":"))


def from_line(line: str) -> tuple[str, Outcome]:
    """The set's name and the outcome that ``to_line`` wrote. Raises ValueError for anything else."""
    try:
        row = json.loads(line)
        question = dict(row.pop("question"))
        question["evidence"] = tuple(Evidence(**item) for item in question["evidence"])
        for key in ("after", "answers"):
            question[key] = tuple(question[key])
        if "columns" in question:
            question["columns"] = tuple((str(key), str(value)) for key, value in question["columns"])
        name = str(row.pop("set"))
        outcome = Outcome(
            **_known(Outcome, row)
            | {
                "question": Question(**_known(Question, question)),
                "quotes": tuple(ShownQuote(**_known(ShownQuote, quote)) for quote in row["quotes"]),
                "ranking": tuple((str(document), float(score)) for document, score in row["ranking"]),
                "contexts": tuple(Context(**_known(Context, context)) for context in row["contexts"]),
            }
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not an outcome: {error}") from error
    return name, outcome


def _known(kind: type, row: Mapping[str, Any]) -> dict[str, Any]:
    """What of a row the dataclass has a field for: a run of a later version can still be read."""
    names = {field.name for field in fields(kind)}
    return {key: value for key, value in row.items() if key in names}
