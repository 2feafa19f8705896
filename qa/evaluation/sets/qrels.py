"""Relevance judgements: TREC's (topic, iteration, document, grade), BEIR's (query-id, corpus-id, score)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from qa.errors import UsageError
from qa.evaluation.sets.question import Evidence, Question
from qa.evaluation.sets.source import read_text

_ENCODED = re.compile(
    r"%(?:25|20|09|0A|0B|0C|0D|1C|1D|1E|1F|C2%85|C2%A0|E1%9A%80|E2%80%[89A][0-9A-F]|E2%81%9F|E3%80%80)"
)
"""What reports write for white space and the percent sign in names, which TREC's forms cannot hold."""

# Nine digits: a longer number is no grade, and one of 400 is infinite.
_GRADE = re.compile(r"[+-]?\d{1,9}(?:\.0*)?")


@dataclass(frozen=True, slots=True)
class Qrels:
    """``grades[topic][document]`` is how relevant a document is judged; below 1 it is not. ``problems`` are
    plain lines on lines that were left out."""

    grades: Mapping[str, Mapping[str, int]]
    problems: tuple[str, ...]

    def evidence(self, topic: str) -> tuple[Evidence, ...]:
        """The relevant documents of a topic, in the order of the file."""
        found = self.grades.get(topic, {})
        return tuple(Evidence(document, None, grade) for document, grade in found.items() if grade > 0)


def read_qrels(path: Path) -> Qrels:
    """The judgements of a file. Raises UsageError where no line is one."""
    grades: dict[str, dict[str, int]] = {}
    problems: list[str] = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        cells = _cells(line)
        if not cells or (number == 1 and cells[-1].lower() in ("score", "relevance", "rel", "label")):
            continue
        if len(cells) not in (3, 4) or not _GRADE.fullmatch(cells[-1]):
            problems.append(
                f"{path}, line {number}: no judgement (topic, 0, document, grade; or query, document, "
                "score); left out."
            )
            continue
        topic, document, grade = decoded(cells[0]), decoded(cells[-2]), int(float(cells[-1]))
        judged = grades.setdefault(topic, {})
        judged[document] = max(grade, judged.get(document, grade))
    if not grades:
        first = f" First problem: {problems[0]}" if problems else ""
        raise UsageError(f"{path}: no judgement in it.{first}")
    return Qrels(grades, tuple(problems))


def decoded(token: str) -> str:
    """A name as it was before a report made it one word."""
    return _ENCODED.sub(lambda match: unquote(match[0]), token)


def is_qrels(text: str) -> bool:
    """Whether a text's first lines are judgements in TREC's form."""
    lines = [line for line in text.split("\n")[:20] if line.strip()]
    return bool(lines) and all(
        len(cells := _cells(line)) == 4 and _GRADE.fullmatch(cells[-1]) for line in lines
    )


def without_answer(where: str, questions: list[Question]) -> list[str]:
    """A line on the questions among whose judgements no document is relevant."""
    none = [one.id for one in questions if not one.answerable]
    if not none:
        return []
    return [
        f"{where}: judged, but without a relevant document: {len(none)} of {len(questions)} (such as "
        f"{none[0]}); these count as questions without an answer."
    ]


def _cells(line: str) -> list[str]:
    cells = line.rstrip("\r\n").split("\t")
    return [cell.strip() for cell in cells] if len(cells) >= 3 else line.split()
