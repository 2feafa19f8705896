"""Text with marks, put together word by word, for the formats that keep white space as text or as layout.

Between blocks stands exactly one separator, the strongest one asked for; white space at the ends of a
block is left out. Inside a block words and their spaces stay as the reader gives them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from qa.reading.collecting import CELL, LINE, PARAGRAPH, Collector
from qa.types import Mark

LAYOUT = re.compile(r"[ \t\r\n\f]+")
"""White space that HTML takes for layout: a no-break or thin space is a character of the text."""

_EDGES = " \t\r\n\f\v"


class Composer(Collector):
    """Collects words and marks; ``finished`` gives what was collected."""

    @property
    def in_block(self) -> bool:
        """Whether the block that is being written has words already."""
        return self.length > 0 and LINE not in self._gap

    def words(self, raw: str | None, *, collapse: bool = True) -> None:
        """Adds text; ``collapse`` makes each run of layout white space one space, as HTML does."""
        if not raw:
            return
        text = LAYOUT.sub(" ", raw) if collapse else raw
        body = text.lstrip(_EDGES)
        lead = text[: len(text) - len(body)]
        if lead and self.in_block and not (collapse and self._gap):
            self._gap += lead
        if not body:
            return
        core = body.rstrip(_EDGES)
        self._add(core)
        self._gap = body[len(core) :]

    def separate(self, separator: str) -> None:
        """Asks for PARAGRAPH or LINE before the next word; a CELL inside a row adds up, so that empty
        cells keep their place."""
        if separator == CELL:
            if self.in_block:
                self._gap = self._gap.rstrip(" ") + CELL
        elif separator == PARAGRAPH or self._gap != PARAGRAPH:
            self._gap = separator

    def anchor(self, label: str, ref: str) -> None:
        """The anchor of a note, of no width: right after the last word, or before the next one where the
        block has no word yet."""
        if self.in_block:
            self._marks.append(Mark("marker", self.length, self.length, label, ref))
        else:
            self._anchors.append((label, ref))

    def finished(self) -> tuple[str, list[Mark]]:
        """The text and its marks, by start, then end; at one place in the order in which they were met.
        Notes, headings and front matter are trimmed to their words; markers of notes that turned out to
        hold no words are left without a note."""
        text = self.text()
        marks = [kept for mark in self._met() if (kept := _trimmed(text, mark)) is not None]
        notes = {mark.ref for mark in marks if mark.kind == "note"}
        tied = [
            Mark("marker", m.start, m.end, m.label) if m.kind == "marker" and m.ref not in notes else m
            for m in marks
        ]
        kept_marks = [m for m in tied if m.kind != "marker" or m.ref or m.start < m.end]
        return text, sorted(kept_marks, key=lambda mark: (mark.start, mark.end))


class Pages(Protocol):
    """On which page the text is that is being written."""

    def now(self) -> Any:
        """Where the count stands: of two the greater is further on."""

    def back_to(self, state: Any) -> None:
        """Goes back, or on, to where the count stood."""


def table_row(
    out: Composer, pages: Pages, cells: Iterable[Any], write: Callable[[Any], None], between: str
) -> None:
    """A row of a table: its cells, each by ``write``, with CELL between them and ``between`` behind."""
    began = last = pages.now()
    for number, cell in enumerate(cells):
        # A row that breaks over two pages begins again on the first with each cell.
        pages.back_to(began)
        if number:
            out.separate(CELL)
        write(cell)
        last = max(last, pages.now())
    pages.back_to(last)
    out.separate(between)


def _trimmed(text: str, mark: Mark) -> Mark | None:
    """``mark`` without white space at its ends, where it is a range of words; None where none is left."""
    if mark.kind not in ("note", "heading", "front"):
        return mark
    words = text[mark.start : mark.end]
    start = mark.start + len(words) - len(words.lstrip())
    end = mark.end - (len(words) - len(words.rstrip()))
    return Mark(mark.kind, start, end, mark.label, mark.ref, mark.role) if start < end else None
