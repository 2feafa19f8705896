"""A concordance as CSV, a place a row, safe to open in a spreadsheet (see qa.exporting.spreadsheet)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from qa.exporting.spreadsheet import guarded
from qa.presenting import place_at

if TYPE_CHECKING:
    from qa.concordance import Concordance, Concordancer
    from qa.library.protocol import Library

COLUMNS = (
    "number", "left", "words", "right", "document", "title", "date", "pages", "voice", "citation", "exact",
    "start", "end",
)  # fmt: skip
"""``left``, ``words`` and ``right`` are for reading; ``exact`` is ``text[start:end]`` of the document."""

_BOM = "\ufeff"  # tells Excel that it is UTF-8
_BLOCK = 500


def as_csv(
    library: Library,
    concordancer: Concordancer,
    concordance: Concordance,
    numbers: Sequence[int],
    *,
    style: str,
    progress: Callable[[int, int], None] | None = None,
) -> str:
    """The places of these row numbers, in this order, cited in ``style``. ``progress`` is told (rows done,
    rows in all). Raises LibraryError."""
    made = ""
    for done, text in blocks(library, concordancer, concordance, numbers, style=style):
        made = text
        if progress is not None:
            progress(done, len(numbers))
    return made


def blocks(
    library: Library,
    concordancer: Concordancer,
    concordance: Concordance,
    numbers: Sequence[int],
    *,
    style: str,
) -> Iterator[tuple[int, str]]:
    """As ``as_csv``, for who waits: (rows done, "") again and again, and at last (all, the table)."""
    file, rows = _table(COLUMNS)
    cited: dict[tuple[str, str | None, str, int], str] = {}
    for first in range(0, len(numbers), _BLOCK):
        lines = concordancer.lines(concordance, numbers[first : first + _BLOCK])
        for name, group in groupby(lines, key=lambda line: line.document):
            document = library.document(name)
            for line in group:
                # Places in the text of one page are cited alike, those in notes by the note.
                note = line.start if line.voice == "note" else -1
                key = (name, line.pages, line.voice, note)
                if key not in cited:
                    cited[key] = place_at(document, line.start, line.end, style).citation
                texts = (
                    line.left, line.words, line.right, name, line.title, line.date or "", line.pages or "",
                    line.voice, cited[key], document.text[line.start : line.end],
                )  # fmt: skip
                rows.writerow([line.number, *map(guarded, texts), line.start, line.end])
        yield first + len(lines), ""
    yield len(numbers), file.getvalue()


def documents_csv(concordance: Concordance) -> str:
    """How often the words stand in each document in which they do, most first."""
    file, rows = _table(("document", "title", "date", "places", "words"))
    for one in concordance.in_documents:
        rows.writerow([*map(guarded, (one.name, one.title, one.date or "")), one.places, one.words])
    return file.getvalue()


def years_csv(concordance: Concordance) -> str:
    """How often the words stand in the documents of each year; those without a date last, without a year."""
    file, rows = _table(("year", "places", "documents", "documents_searched", "words_searched", "per_10000"))
    for one in concordance.in_years:
        year = "" if one.year is None else one.year
        rows.writerow([year, one.places, one.documents, one.searched, one.words, f"{one.rate:.4f}"])
    return file.getvalue()


def _table(columns: Sequence[str]) -> tuple[io.StringIO, Any]:
    file = io.StringIO(newline="")
    file.write(_BOM)
    rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerow(columns)
    return file, rows
