"""Evaluation sets: questions with the evidence that a good answer shows, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import UsageError

QUESTIONS = Path(__file__).parent.parent / "questions"
"""Where the sets that come with the package lie; they are known by their bare names."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that answers: a document and the words in it. Without ``quote`` only the document is known,
    and the item counts for the document measures alone."""

    document: str
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``evidence`` empty means that the library holds no answer. ``after`` are the earlier
    questions of its conversation, oldest first. ``answers`` are the acceptable answer phrases, empty where
    none are known. ``pages`` are the printed pages that its first evidence quote stands on. ``columns`` are
    the further columns of its set, name and value as words; results are cut by these."""

    id: str
    question: str
    kind: str = ""
    style: str = ""
    after: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    answers: tuple[str, ...] = ()
    pages: str | None = None
    columns: tuple[tuple[str, str], ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the library is said to hold an answer."""
        return bool(self.evidence)

    @property
    def has_quotes(self) -> bool:
        """Whether the words of the evidence are known, so that quotes can be judged."""
        return any(item.quote for item in self.evidence)


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Questions under a name. ``problems`` has a plain line for each line of the file that was left out:
    file, line number, what is wrong."""

    name: str
    questions: tuple[Question, ...]
    problems: tuple[str, ...] = ()


def shipped() -> list[str]:
    """The names of the sets that come with the package, in alphabetical order."""
    return sorted(path.stem for path in QUESTIONS.glob("*.jsonl"))


def load(name_or_path: str | Path) -> EvaluationSet:
    """An evaluation set by its shipped name ("seeds") or by the path of a JSON-lines file.

    Lines that are no questions are left out and named in ``problems``. Raises UsageError where there is no
    such set, the file cannot be read, or no line of it is a question."""
    path = _find(name_or_path)
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path}: not UTF-8 (byte {error.start}). Save the question set as UTF-8 JSON lines."
        ) from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}).") from error
    return parse(lines, name=path.stem, where=str(path))


def parse(lines: Iterable[str], *, name: str, where: str) -> EvaluationSet:
    """The set that these lines hold; ``where`` is how messages name the file. Raises UsageError where no
    line is a question."""
    questions: list[Question] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = _question(line, number)
            if question.id in seen:
                raise ValueError(f'id "{question.id}" is already that of line {seen[question.id]}')
        except ValueError as error:
            problems.append(f"{where}, line {number}: {error}; left out.")
            continue
        seen[question.id] = number
        questions.append(question)
    if not questions:
        first = f" First problem: {problems[0]}" if problems else " It is empty."
        raise UsageError(f"{where}: no question in it.{first}")
    return EvaluationSet(name, tuple(questions), tuple(problems))


def _find(name_or_path: str | Path) -> Path:
    path = Path(name_or_path)
    if path.is_file():
        return path
    bundled = QUESTIONS / f"{name_or_path}.jsonl"
    if len(path.parts) == 1 and bundled.is_file():
        return bundled
    if path.is_dir():
        raise UsageError(f"{path}: a folder. Name a JSON-lines file, or a set: {', '.join(shipped())}.")
    raise UsageError(
        f'No evaluation set "{name_or_path}": neither a file nor one that comes with the program. '
        f"Those are {', '.join(shipped())}."
    )


def _question(line: str, number: int) -> Question:
    """The question on a line; raises ValueError in words for the person."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg} at column {error.colno})") from error
    except RecursionError as error:
        raise ValueError("not a question (nested too deeply)") from error
    if not isinstance(row, dict):
        raise ValueError("not a JSON object with id, question and evidence")
    question = row.get("question")
    if not isinstance(question, str) or not question.strip():
        raise ValueError('"question" is missing or empty')
    return Question(
        id=_word(row, "id") or str(number),
        question=question,
        kind=_word(row, "kind"),
        style=_word(row, "style"),
        after=_strings(row, "after"),
        evidence=_evidence(row),
        answers=_strings(row, "answer"),
        pages=_word(row, "pages") or None,
    )


def _word(row: dict[str, Any], key: str) -> str:
    """A short text or number; "" where there is none."""
    value = row.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f'"{key}" is not a text')
    return str(value)


def _strings(row: dict[str, Any], key: str) -> tuple[str, ...]:
    """A text or a list of texts, the empty ones left out."""
    value = row.get(key)
    values: Sequence[Any] = [value] if isinstance(value, str) else (value or [])
    if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
        raise ValueError(f'"{key}" is neither a text nor a list of texts')
    return tuple(item for item in values if item.strip())


def _evidence(row: dict[str, Any]) -> tuple[Evidence, ...]:
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
        found.append(Evidence(item["document"], quote if quote and quote.strip() else None))
    return tuple(found)
