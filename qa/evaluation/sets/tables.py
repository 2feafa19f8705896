"""Tables (CSV, TSV): a question a row, what a column holds told by its name or chosen.

Rows of the same id (where no column has ids: rows of the same question) are one question with several places
that answer, or several acceptable answers. A row without a document says that nothing answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qa.errors import UnreadableFile, UsageError
from qa.evaluation.sets.question import EvaluationSet, Evidence, Question
from qa.evaluation.sets.source import read_text, sha256_of
from qa.reading.delimited import table
from qa.reading.tables import Row, folded

NAMES: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "query", "questiontext", "querytext"),
    "id": ("id", "qid", "questionid", "queryid", "number", "no", "nr"),
    "document": ("document", "doc", "documentid", "docid", "documentname", "source", "file", "filename"),
    "quote": ("quote", "evidence", "quotation", "evidencequote", "sentence", "passage"),
    "answer": ("answer", "answers", "answertext", "expectedanswer", "goldanswer"),
    "kind": ("kind", "type"),
    "style": ("style",),
    "after": ("after", "earlier", "previous"),
    "pages": ("pages", "page"),
}
"""What a column may hold, and the names (as ``folded`` gives them) by which it is known without being
chosen."""

BETWEEN = " | "
"""Stands between the earlier questions of a cell; a line break does as well."""


@dataclass
class _Asked:
    """The rows of one question so far."""

    line: int
    question: str
    id: str
    said: dict[str, str]
    after: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    evidence: dict[Evidence, None] = field(default_factory=dict)
    answers: dict[str, None] = field(default_factory=dict)


def load(path: Path, columns: Mapping[str, str] | None = None) -> EvaluationSet:
    """The set in a table. ``columns`` chooses what its columns hold: ``{"question": "Frage"}``. Raises
    UsageError, with the names of the columns, where one that is needed is missing."""
    warnings: list[str] = []
    chosen = {folded(name) for name in (columns or {}).values()}
    needed = {folded(columns["question"])} if columns and "question" in columns else NAMES["question"]
    try:
        names, rows = table(
            path,
            read_text(path),
            warnings,
            needed=needed,
            known=chosen.union(*NAMES.values()),
        )
    except UnreadableFile as error:
        raise UsageError(str(error)) from error
    roles = _roles(path, names, columns or {})
    problems: list[str] = []
    found = _questions(rows, roles, problems)
    # The rows are read one by one, so their warnings are there only now.
    told = [f"{path}, {problem}; left out." for problem in sorted([*warnings, *problems], key=_line)]
    if not found:
        first = f" First problem: {told[0]}" if told else " It has no row below the names of its columns."
        raise UsageError(f"{path}: no question in it.{first}")
    return EvaluationSet(path.stem, found, tuple(told), str(path), sha256_of([path], columns))


def column_names(path: Path) -> list[str]:
    """The names of a table's columns. Raises UsageError, UnreadableFile where there is none."""
    return table(path, read_text(path), [], needed=(), known=())[0]


def _line(problem: str) -> int:
    digits = problem.partition(":")[0].split()[-1]
    return int(digits) if digits.isdigit() else 0


def _roles(path: Path, names: Iterable[str], columns: Mapping[str, str]) -> dict[str, str]:
    """What is held → the column that holds it."""
    by_name: dict[str, str] = {}
    for name in names:
        by_name.setdefault(folded(name), name)
    there = ", ".join(f'"{name}"' for name in names)
    for role, name in columns.items():
        if folded(name) not in by_name:
            raise UsageError(f'{path}: no column "{name}" for {role}. Its columns: {there}.')
    roles = {role: by_name[folded(name)] for role, name in columns.items()}
    for role, known in NAMES.items():
        column = next((by_name[name] for name in known if name in by_name), None)
        if role not in roles and column is not None and column not in roles.values():
            roles[role] = column
    for role, what in (("question", "holds the questions"), ("document", "names the documents that answer")):
        if role not in roles:
            raise UsageError(
                f"{path}: which column {what}? Its columns: {there}.\nChoose with: --columns {role}=NAME"
            )
    return roles


def _questions(rows: Iterable[Row], roles: Mapping[str, str], problems: list[str]) -> tuple[Question, ...]:
    asked: dict[object, _Asked] = {}
    for row in rows:
        try:
            _take(row, roles, asked)
        except ValueError as error:
            problems.append(f"line {row.line}: {error}")
    return tuple(
        Question(
            id=one.id,
            question=one.question,
            kind=one.said.get("kind", ""),
            style=one.said.get("style", ""),
            after=one.after,
            evidence=tuple(one.evidence),
            answers=tuple(one.answers),
            pages=one.said.get("pages") or None,
            columns=one.columns,
        )
        for one in asked.values()
    )


def _take(row: Row, roles: Mapping[str, str], asked: dict[object, _Asked]) -> None:
    """Adds a row to the questions; raises ValueError in words for the person."""
    said = {role: row.cells[column].strip() for role, column in roles.items()}
    question, after = said["question"], _several(said.get("after", ""))
    if "id" in roles and not said["id"]:
        raise ValueError(f'no id in column "{roles["id"]}"')
    key: object = said["id"] if "id" in roles else (question, after)
    one = asked.get(key)
    if not question and one is None:
        raise ValueError(f'no question in column "{roles["question"]}"')
    if one is not None and question not in ("", one.question):
        raise ValueError(f'id "{one.id}" is already that of another question, in line {one.line}')
    document, quote = said["document"], said.get("quote", "")
    if quote and not document:
        raise ValueError("there is a quote, but no document that it stands in")
    if one is None:
        others = tuple(
            (name, " ".join(value.split()))
            for name, value in row.cells.items()
            if name not in roles.values() and value.strip()
        )
        one = _Asked(row.line, question, said.get("id") or str(row.line), said, after, others)
        asked[key] = one
    if document:
        one.evidence[Evidence(document, quote or None)] = None
    if answer := said.get("answer"):
        one.answers[answer] = None


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for line in cell.split("\n") for part in line.split(BETWEEN) if part.strip())
