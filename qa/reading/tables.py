"""Spreadsheets of transcriptions: each row a document, what a column holds told by its name.

- ``text``, ``transcription``, ``transcript``, ``body``, ``content`` and the like hold the text;
- ``id``, ``name``, ``identifier`` … name the document, as ``<file>/<id>`` (else the number of its row);
- ``page`` or ``pages`` hold the printed page. Rows of the same id that follow each other, each with its
  page, are the pages of one document;
- ``note`` or ``notes`` hold what the compiler remarks: a note, not the document's words;
- columns that ``qa.reading.fields`` knows (title, date, sender or from, recipient or to, repository or
  archive, collection, box, folder, file number, url, …) are what is known about the document;
- every other column with words in it follows the text as front matter, its name above its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from qa.errors import UnreadableFile
from qa.reading import fields
from qa.reading.form_feeds import counted_pages
from qa.reading.plain import short_first_line
from qa.types import Document, Mark, Metadata

TEXT = (
    "text", "transcription", "transcript", "transcribedtext", "transcriptiontext", "fulltext", "plaintext",
    "documenttext", "lettertext", "pagetext", "body", "content", "contents", "pagecontents", "message",
)  # fmt: skip
"""Names of a column of text, the likeliest first, as ``folded`` gives them."""

IDS = (
    "id", "identifier", "documentid", "docid", "letterid", "itemid", "recordid", "uuid", "name", "document",
    "filename", "file", "key", "pid",
)  # fmt: skip
PAGES = ("page", "pages", "pagenumber", "pageno", "printedpage", "folio", "pp")
NOTES = ("note", "notes", "remark", "remarks", "comment", "comments", "annotation", "annotations")

MAX_WARNINGS = 20
"""Lines that are named one by one; of more than these the number is told."""

_ADDRESS = re.compile(r"\S+://\S+$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_UNFIT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """``line`` is the line of the file that it begins on, from 1; ``cells`` has its columns by name."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which of a table's columns are what; each None where there is none."""

    text: str
    id: str | None
    page: str | None
    note: str | None
    known: dict[str, str]  # column to field
    other: tuple[str, ...]


def folded(name: str) -> str:
    """A column's name without capitals, spaces, hyphens and underscores."""
    return re.sub(r"[\W_]", "", name.casefold())


def columns_of(path: Path, names: Sequence[str]) -> Columns:
    """What a table's columns are. Raises UnreadableFile, with their names, where none holds text."""
    by_name: dict[str, str] = {}
    for name in names:
        by_name.setdefault(folded(name), name)

    def one(of: Iterable[str]) -> str | None:
        return next((by_name[each] for each in of if each in by_name), None)

    text = one(TEXT)
    if text is None:
        shown = ", ".join(f'"{name[:40]}"' for name in names[:12] if name.strip()) or "none has a name"
        more = f" and {len(names) - 12} more" if len(names) > 12 else ""
        raise UnreadableFile(
            str(path),
            f"is a table without a column of text (its columns: {shown}{more}).",
            'Call the column that holds the text "text" or "transcription".',
        )
    special = (text, one(IDS), one(PAGES), one(NOTES))
    rest = [name for name in names if name not in special and name.strip()]
    known = {name: found for name in rest if (found := fields.field(name)) is not None}
    return Columns(*special, known, tuple(name for name in rest if name not in known))


def documents(
    path: Path, name: str, columns: Columns, rows: Iterable[Row], warnings: list[str]
) -> tuple[Document, ...]:
    """The documents of a table; what is wrong with single rows is added to ``warnings``. Raises
    UnreadableFile where no row has a text."""
    taken: set[str] = set()
    found = [
        _document(name, columns, group, _key(columns, group[0], number, taken))
        for number, group in _groups(columns, _with_text(columns, rows, warnings))
    ]
    if not found:
        first = f" {warnings[0].capitalize()}" if warnings else ""
        raise UnreadableFile(str(path), f"is a table without a row that can be read.{first}")
    return tuple(found)


def told(warnings: Sequence[str]) -> tuple[str, ...]:
    """At most MAX_WARNINGS of them, with the number of those that are left out."""
    if len(warnings) <= MAX_WARNINGS:
        return tuple(warnings)
    return (*warnings[:MAX_WARNINGS], f"{len(warnings) - MAX_WARNINGS:,} more lines could not be read")


def _with_text(columns: Columns, rows: Iterable[Row], warnings: list[str]) -> Iterator[tuple[int, Row]]:
    """Each row with its number, from 1; rows without text are left out and told of together."""
    empty: list[int] = []
    for number, row in enumerate(rows, 1):
        if any(_UNFIT.search(value) for value in row.cells.values()):
            warnings.append(f"line {row.line}: holds characters that are none (U+0000 or half a character)")
        elif row.cells[columns.text].strip():
            yield number, row
        elif any(value.strip() for value in row.cells.values()):
            empty.append(row.line)
    if empty:
        which = ", ".join(map(str, empty[:10])) + (" …" if len(empty) > 10 else "")
        one = len(empty) == 1
        warnings.append(f"{'line' if one else 'lines'} {which}: {'holds' if one else 'hold'} no text")


def _groups(columns: Columns, rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, list[Row]]]:
    """Rows that are one document, with the number of the first."""

    def belongs(numbered: tuple[int, Row]) -> Any:
        number, row = numbered
        if columns.id and columns.page and row.cells[columns.id].strip() and row.cells[columns.page].strip():
            return row.cells[columns.id].strip()
        return number

    for _, group in groupby(rows, key=belongs):
        members = list(group)
        yield members[0][0], [row for _, row in members]


def _key(columns: Columns, row: Row, number: int, taken: set[str]) -> str:
    given = row.cells[columns.id].strip() if columns.id else ""
    found = re.sub(r"[\s/\\]+", "_", given)[:120] or str(number)
    while found in taken:
        found += f"-{number}"
    taken.add(found)
    return found


def _document(name: str, columns: Columns, rows: Sequence[Row], key: str) -> Document:
    text, marks = _pages(columns, rows)
    body = len(text)
    first = rows[0].cells
    remarks = _each(rows, columns.note) if columns.note else []
    for number, remark in enumerate(remarks, 1):
        start = len(text) + 2
        text += f"\n\n{remark}"
        marks.append(Mark("marker", body, body, "", f"note{number}"))
        marks.append(Mark("note", start, len(text), "", f"note{number}", "comment"))
    for column in columns.other:
        for value in _each(rows, column):
            if _WORD.search(value) and not _ADDRESS.fullmatch(value):
                start = len(text) + 2
                text += f"\n\n{column.strip()}\n{value}"
                marks.append(Mark("front", start, len(text)))
    marks.sort(key=lambda mark: (mark.start, mark.end))
    return Document(f"{name}/{key}", text, tuple(marks), _metadata(columns, first, text[:body], key))


def _pages(columns: Columns, rows: Sequence[Row]) -> tuple[str, list[Mark]]:
    """The text of the rows and its page marks. Pages follow each other in one paragraph: the sentence
    that runs over the break is one."""
    text = ""
    marks: list[Mark] = []
    for row in rows:
        words = row.cells[columns.text].strip()
        text += "\n" if text else ""
        at = len(text)
        page = re.sub(r"\s*[-–—]\s*", "–", row.cells[columns.page].strip()) if columns.page else ""
        page = re.sub(r"^(?:pp?\.|pages?|fol\.|f\.)\s*", "", page, flags=re.IGNORECASE)
        fed = counted_pages(words)
        if page:
            marks.append(Mark("page", at, at, page))
        elif fed:
            marks += [Mark("page", at + m.start, at + m.end, m.label) for m in fed]
        text += words
    return text, marks


def _each(rows: Sequence[Row], column: str) -> list[str]:
    """The values of a column, each once, in order."""
    return list(dict.fromkeys(value for row in rows if (value := row.cells[column].strip())))


def _metadata(columns: Columns, cells: dict[str, str], text: str, key: str) -> Metadata:
    said: dict[str, Any] = {}
    for column, field in columns.known.items():
        words = " ".join(cells[column].split())
        if not words or field in said:
            continue
        if field == "type":
            said |= {k: v for k, v in fields.type_and_genre(words).items() if k not in said}
        else:
            said[field] = fields.value(field, words)
    if "recipient" in said and "sender" not in said and said.get("author"):
        said["sender"] = fields.named(said["author"])
    title = said.get("title") or short_first_line(text) or key
    return fields.applied(Metadata(title=title, csl={"type": "document", "title": title}), said)
