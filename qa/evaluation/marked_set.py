"""Marks as an evaluation set: what several people marked, settled into the evidence of each question."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa.errors import UsageError
from qa.evaluation.marks import Judgement, Spot, spot_to_dict, standing
from qa.evaluation.sets import EvaluationSet, parse

NAME = "marks"
"""What the set of a library's own marks is called."""


@dataclass(frozen=True, slots=True)
class Settled:
    """``rows`` are the lines of an evaluation set, a dict a question, in the order in which the questions
    were first marked; ``problems`` has a plain line for each question that could not be one, or where
    people disagree."""

    rows: tuple[dict[str, Any], ...]
    problems: tuple[str, ...]

    @property
    def lines(self) -> str:
        """The set as the text of a JSON-lines file."""
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in self.rows)


def settle(judgements: Iterable[Judgement], by: str | None = None) -> Settled:
    """The evaluation set that marks make (in the order in which they were made); ``by`` takes one person's.

    A place is evidence where more people say that it answers than that it does not; a question has no answer
    where more people say so than found one. Ties are left out and told of. A question of which only is known
    what does not answer it is left out too: nobody has said where, or whether, its answer stands. Beside the
    usual fields a row has ``by`` (who marked) and ``marks`` (each with verdict, by, at and place).
    Raises UsageError where nobody of that name made a mark."""
    judgements = list(judgements)
    if by is not None:
        people = sorted({one.by for one in judgements})
        judgements = [one for one in judgements if one.by == by]
        if not judgements:
            known = f"Marks were made by {', '.join(people)}." if people else "Nobody has made a mark yet."
            raise UsageError(f"No marks by “{by}”. {known}")
    asked: dict[tuple[str, ...], list[Judgement]] = {}
    for one in standing(judgements):
        asked.setdefault(one.asked, []).append(one)
    rows, problems = [], []
    for said in asked.values():
        evidence, problem = _evidence(said)
        if problem:
            problems.append(f"“{said[0].question}” ({said[0].id}): {problem}")
        if evidence is not None:
            rows.append(_row(said, evidence))
    return Settled(tuple(rows), tuple(problems))


def marked_set(judgements: Iterable[Judgement], *, by: str | None = None, where: str = "") -> EvaluationSet:
    """The set of ``settle`` ready to be run. ``where`` is the file of the marks, for messages. Raises
    UsageError where no question is settled."""
    settled = settle(judgements, by)
    if not settled.rows:
        first = f" {settled.problems[0]}" if settled.problems else ""
        raise UsageError(
            f"No question is marked yet.{first} Mark answers in the chat: this answers, this does not, "
            "nothing here answers."
        )
    made = parse(
        settled.lines.split("\n"),
        name=NAME,
        where=where or "the marks of this library",
        path=where,
        sha256=hashlib.sha256(settled.lines.encode("utf-8", "surrogatepass")).hexdigest(),
    )
    return replace(made, problems=(*settled.problems, *made.problems))


def _evidence(said: Sequence[Judgement]) -> tuple[list[Spot] | None, str]:
    """The places that answer, [] where nothing does, None where that is not settled; and what to tell."""
    votes: Counter[tuple[str, int, int]] = Counter()
    spots: dict[tuple[str, int, int], Spot] = {}
    for one in said:
        if one.spot is not None:
            votes[one.spot.key] += 1 if one.verdict == "answers" else -1
            spots[one.spot.key] = one.spot
    found = {one.by for one in said if one.verdict == "answers"}
    none = {one.by for one in said if one.verdict == "nothing answers"}
    if not found and not none:
        return None, "only marked as not answered by what was shown; left out until somebody says where."
    if len(found) == len(none):
        return None, f"{_names(found)} found an answer, {_names(none)} found none; left out until they agree."
    if len(none) > len(found):
        told = f"{_names(found)} found an answer, but more people found none." if found else ""
        return [], told
    evidence = [spots[key] for key, count in votes.items() if count > 0]
    tied = sum(1 for key, count in votes.items() if count <= 0 and _claimed(said, key))
    if not evidence:
        return None, "people disagree about every place that was said to answer; left out until they agree."
    told = f"{_names(none)} found no answer, but more people found one. " if none else ""
    told += f"{tied} disputed place{'s are' if tied > 1 else ' is'} no evidence." if tied else ""
    return evidence, told.strip()


def _claimed(said: Sequence[Judgement], key: tuple[str, int, int]) -> bool:
    return any(one.verdict == "answers" and one.spot and one.spot.key == key for one in said)


def _names(people: Iterable[str]) -> str:
    return ", ".join(sorted(people)) or "nobody"


def _row(said: Sequence[Judgement], evidence: Sequence[Spot]) -> dict[str, Any]:
    first = said[0]
    row: dict[str, Any] = {
        "id": first.id,
        "question": first.question,
        **({} if evidence else {"kind": "none"}),
        "after": list(first.after),
        "evidence": [spot_to_dict(spot) for spot in evidence],
    }
    if evidence and evidence[0].pages:
        row["pages"] = evidence[0].pages
    row["by"] = ", ".join(sorted({one.by for one in said}))
    row["marks"] = [
        {
            "verdict": one.verdict,
            "by": one.by,
            "at": one.at,
            **(spot_to_dict(one.spot) if one.spot else {}),
            **({"seen": [spot_to_dict(spot) for spot in one.seen]} if one.seen else {}),
        }
        for one in said
    ]
    return row
