"""A concordance as CSV, a place a row, safe to open in a spreadsheet (see qa.exporting.spreadsheet)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

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
    """The places of these row numbers, in this order, cited in ``style``. ``progress`` is told (rows
    done, rows in all). Raises LibraryError."""
    file = io.StringIO(newline="")
    rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerow(COLUMNS)
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
        if progress is not None:
            progress(first + len(lines), len(numbers))
    return _BOM + file.getvalue()
