"""CSV and TSV: text in columns, divided by commas, semicolons, tabs or bars, whichever it is."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.errors import UnreadableFile
from qa.reading.decoding import decode
from qa.reading.tables import IDS, TEXT, Row, columns_of, documents, folded, told
from qa.types import Document

READER = "table/1"

SAMPLE_ROWS = 200
MAX_CELL = 20_000_000
"""Characters of a cell: the largest books have half of it."""

MAX_UNCLOSED = 20
"""Quotation marks that are never closed, each of which costs a look at the rest of the file."""

_SEPARATOR_LINE = re.compile(r"sep=(.)\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """``quoted`` says that quotation marks around a cell are no part of it."""

    delimiter: str
    quoted: bool


def read_delimited(
    path: Path, name: str, data: bytes, encoding: str | None
) -> tuple[tuple[Document, ...], tuple[str, ...]]:
    """The documents of a table and what could not be read of it. Raises UnreadableFile where no column
    holds text, or no row can be read."""
    warnings: list[str] = []
    names, rows = table(path, decode(path, data, encoding), warnings)
    found = documents(path, name, columns_of(path, names), rows, warnings)
    return found, told(warnings)


def table(
    path: Path,
    text: str,
    warnings: list[str],
    *,
    needed: Collection[str] = TEXT,
    known: Collection[str] = IDS,
) -> tuple[list[str], Iterator[Row]]:
    """The names of a table's columns, and its rows one by one; what is wrong with single lines is added to
    ``warnings`` as they are read. The text is divided by what makes the best table of it: one with a column
    ``needed``, and with many that are ``known`` (names as ``folded`` gives them). Raises UnreadableFile
    where there is no line of names."""
    declared = _SEPARATOR_LINE.match(text)  # as spreadsheet programs write it for themselves
    lines = text.split("\n")
    skipped = 1 if declared else 0
    tabs = path.suffix.lower() in (".tsv", ".tab")
    dialect = _dialect(lines[skipped:], declared[1] if declared else None, needed, known, tabs=tabs)
    records = _records(lines, skipped, dialect, warnings)
    header = next((cells for _, cells in records if any(cell.strip() for cell in cells)), None)
    if header is None:
        raise UnreadableFile(str(path), "is a table without a line of names for its columns.")
    names = _named(header)
    return names, _rows(names, records, warnings)


def _named(header: Sequence[str]) -> list[str]:
    """The columns' names, each once: a name that comes again gets a number."""
    names: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(header, 1):
        name = " ".join(cell.split())
        names.append(name if name and name not in taken else f"{name} {number}".strip())
        taken.add(names[-1])
    while names and not header[len(names) - 1].strip():
        names.pop()
    return names


def _rows(
    names: Sequence[str], records: Iterator[tuple[int, list[str]]], warnings: list[str]
) -> Iterator[Row]:
    for line, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < len(names) or any(cell.strip() for cell in cells[len(names) :]):
            warnings.append(f"line {line}: has {len(cells)} fields, not {len(names)}")
            continue
        yield Row(line, dict(zip(names, cells, strict=False)))


def _records(
    lines: Sequence[str], first: int, dialect: Dialect, warnings: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """(line from 1, cells) of each record from ``lines[first]`` on. After one that is broken the next
    line begins another."""
    csv.field_size_limit(MAX_CELL)
    at, unclosed = first, 0
    while at < len(lines):
        reader = csv.reader(
            (lines[i] + "\n" for i in range(at, len(lines))),
            delimiter=dialect.delimiter,
            quoting=csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE,
            strict=True,
        )
        began = at
        try:
            for cells in reader:
                yield began + 1, cells
                began = at + reader.line_num
            return
        except csv.Error as error:
            never = "end of data" in str(error) or "field limit" in str(error)
            unclosed += never
            what = "a quotation mark is opened and never closed" if never else f"is broken ({error})"
            warnings.append(f"line {began + 1}: {what}")
            at = began + 1
            if unclosed >= MAX_UNCLOSED:
                warnings.append(f"lines {at + 1} to {len(lines)}: were not read, so many were broken before")
                return


def _dialect(
    lines: Sequence[str],
    declared: str | None,
    needed: Collection[str],
    known: Collection[str],
    *,
    tabs: bool,
) -> Dialect:
    """The dialect in which the first lines make the best table: one whose columns have names that mean
    something, and whose rows all have as many cells as there are names."""
    delimiters = declared or ("\t,;|" if tabs else ",;\t|")
    candidates = [Dialect(delimiter, quoted) for quoted in (True, False) for delimiter in delimiters]
    return max(candidates, key=lambda dialect: _fitness(lines, dialect, needed, known))


def _fitness(
    lines: Sequence[str], dialect: Dialect, needed: Collection[str], known: Collection[str]
) -> tuple[int, float, int]:
    counts: list[int] = []
    header: list[str] = []
    broken: list[str] = []
    for _, cells in _records(lines[: 4 * SAMPLE_ROWS], 0, dialect, broken):
        if not any(cell.strip() for cell in cells):
            continue
        header = header or [folded(cell) for cell in cells]
        counts.append(len(cells))
        if len(counts) > SAMPLE_ROWS:
            break
    if not counts:
        return 0, 0.0, 0
    named = sum(name in needed or name in known for name in header)
    alike = sum(count == counts[0] for count in counts) / (len(counts) + len(broken))
    if not dialect.quoted:
        # Quotation marks that quote nothing are usual between tabs only.
        alike -= 0.1 if dialect.delimiter == "\t" else 0.5
    return int(any(name in needed for name in header)), round(alike, 2), counts[0] + named
