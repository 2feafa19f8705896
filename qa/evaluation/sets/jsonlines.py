"""JSON lines, a question each: the project's own form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.errors import UsageError
from qa.evaluation.sets.question import EvaluationSet, Evidence, Question
from qa.evaluation.sets.source import read_text, sha256_of

KEYS = ("id", "question", "kind", "style", "after", "evidence", "answer", "pages")
"""The keys that have a meaning of their own; ``document`` and ``quote`` too, where there is no evidence."""


def load(path: Path, columns: Mapping[str, str] | None = None) -> EvaluationSet:
    """The set in a file of JSON lines, or of one JSON list. ``columns`` says, for keys that are called
    otherwise there, what they are called: ``{"question": "query"}``. Raises UsageError."""
    text = read_text(path)
    items = _listed(text)
    return parse(
        text.split("\n") if items is None else items,
        name=path.stem,
        where=str(path),
        path=str(path),
        sha256=sha256_of([path], columns),
        columns=columns,
        each="line" if items is None else "item",
    )


def parse(
    lines: Iterable[str],
    *,
    name: str,
    where: str,
    path: str = "",
    sha256: str = "",
    columns: Mapping[str, str] | None = None,
    each: str = "line",
) -> EvaluationSet:
    """The set that these lines hold; ``where`` is how messages name the file, ``each`` what they call a
    line. Raises UsageError where no line is a question."""
    questions: list[Question] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = _question(line, number, columns or {})
            if question.id in seen:
                raise ValueError(f'id "{question.id}" is already that of {each} {seen[question.id]}')
        except ValueError as error:
            problems.append(f"{where}, {each} {number}: {error}; left out.")
            continue
        seen[question.id] = number
        questions.append(question)
    if not questions:
        first = f" First problem: {problems[0]}" if problems else " It is empty."
        raise UsageError(f"{where}: no question in it.{first}")
    return EvaluationSet(name, tuple(questions), tuple(problems), path, sha256)


def _listed(text: str) -> list[str] | None:
    """The items of a file that is one JSON list as lines; None where it is not."""
    if not text.lstrip().startswith("["):
        return None
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return [json.dumps(item, ensure_ascii=False) for item in items]


def _question(line: str, number: int, columns: Mapping[str, str]) -> Question:
    """The question on a line; raises ValueError in words for the person."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg} at column {error.colno})") from error
    except RecursionError as error:
        raise ValueError("not a question (nested too deeply)") from error
    except ValueError as error:
        raise ValueError("not a question (a number of thousands of digits)") from error
    if not isinstance(row, dict):
        raise ValueError("not a JSON object with id, question and evidence")
    row = _renamed(row, columns)
    question = row.get("question")
    if not isinstance(question, str) or not question.strip():
        raise ValueError('"question" is missing or empty')
    flat = "evidence" not in row and "document" in row
    return Question(
        id=_word(row, "id") or str(number),
        question=question,
        kind=_word(row, "kind"),
        style=_word(row, "style"),
        after=_strings(row, "after"),
        evidence=_flat_evidence(row) if flat else _evidence(row),
        answers=_strings(row, "answer"),
        pages=_word(row, "pages") or None,
        columns=further(row, {*KEYS, *(("document", "quote") if flat else ())}),
    )


def _renamed(row: dict[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """The row with the chosen columns under the names of what they hold; what bore such a name without
    being chosen loses it."""
    chosen = {column: role for role, column in columns.items()}
    kept = {key: value for key, value in row.items() if key not in chosen and key not in columns}
    return {**kept, **{chosen[key]: value for key, value in row.items() if key in chosen}}


def further(row: Mapping[str, Any], known: set[str]) -> tuple[tuple[str, str], ...]:
    """The keys of a JSON object that are not ``known``, with their values in words: texts, numbers, yes and
    no, and lists of these; what is nested deeper is left."""
    found = []
    for key, value in row.items():
        values = value if isinstance(value, list) else [value]
        if key in known or not values or not all(isinstance(v, str | int | float) for v in values):
            continue
        words = "; ".join(
            ("yes" if v else "no") if isinstance(v, bool) else " ".join(str(v).split()) for v in values
        )
        if words:
            found.append((str(key), words))
    return tuple(found)


def _word(row: Mapping[str, Any], key: str) -> str:
    """A short text or number; "" where there is none."""
    value = row.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f'"{key}" is not a text')
    return str(value)


def _strings(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A text or a list of texts, the empty ones left out."""
    value = row.get(key)
    values: Sequence[Any] = [value] if isinstance(value, str) else (value or [])
    if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
        raise ValueError(f'"{key}" is neither a text nor a list of texts')
    return tuple(item for item in values if item.strip())


def _evidence(row: Mapping[str, Any]) -> tuple[Evidence, ...]:
    if "evidence" not in row:
        raise ValueError('"evidence" is missing (write [] where the library holds no answer)')
    items = row["evidence"]
    if not isinstance(items, list):
        raise ValueError('"evidence" is not a list')
    found = []
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("document"), str) or not item["document"]:
            raise ValueError('an item of "evidence" names no "document"')
        quote = item.get("quote")
        if quote is not None and not isinstance(quote, str):
            raise ValueError('the "quote" of an evidence item is not a text')
        grade = item.get("grade", 1)
        if isinstance(grade, bool) or not isinstance(grade, int) or grade < 1:
            raise ValueError('the "grade" of an evidence item is no whole number from 1 on')
        found.append(Evidence(item["document"], quote if quote and quote.strip() else None, grade))
    return tuple(found)


def _flat_evidence(row: Mapping[str, Any]) -> tuple[Evidence, ...]:
    """One place, named by keys of the question itself; none where ``document`` is empty."""
    document, quote = _word(row, "document"), _word(row, "quote")
    if not document:
        if quote.strip():
            raise ValueError('there is a "quote", but no "document" that it stands in')
        return ()
    return (Evidence(document, quote if quote.strip() else None),)
