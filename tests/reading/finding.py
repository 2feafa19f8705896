"""Known sentences looked for in a document: whether they are there, in one piece, on the right page, in the
right note."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.reading.pages import pages_of
from qa.types import Document

HYPHENS = "\u00ad\u2010\u2011-"


@dataclass(frozen=True, slots=True)
class Expected:
    """``pages`` as pages_of says them; ``note`` the label of the note that the words stand in, else None."""

    words: str
    pages: str | None
    note: str | None = None


def folded(text: str) -> str:
    """Without white space and hyphens: how a printer breaks a text over lines makes no difference."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if not c.isspace() and c not in HYPHENS)


def _as_read(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return " ".join(re.sub(rf"[{HYPHENS}]\s*", "", plain).split())


class View:
    """A document's words without its apparatus, folded, each character with its place in the text."""

    def __init__(self, document: Document) -> None:
        self._apparatus = apparatus = bytearray(len(document.text))
        for mark in document.marks:
            if mark.kind in ("page", "marker", "apparatus"):
                apparatus[mark.start : mark.end] = b"\x01" * (mark.end - mark.start)
        self.document = document
        self._places: list[int] = []
        pieces = []
        for at, character in enumerate(document.text):
            if not apparatus[at] and (kept := folded(character)):
                pieces.append(kept)
                self._places += [at] * len(kept)
        self._text = "".join(pieces)

    def find(self, words: str) -> tuple[int, int] | None:
        """Where ``words`` stand; None where they do not, or are interrupted."""
        wanted = folded(words)
        at = self._text.find(wanted)
        return None if at < 0 else (self._places[at], self._places[at + len(wanted) - 1] + 1)

    def as_read(self, start: int, end: int) -> str:
        """The words of ``text[start:end]`` one after the other, hyphens and line ends undone."""
        text = enumerate(self.document.text[start:end], start)
        return _as_read("".join(c for at, c in text if not self._apparatus[at]))

    def words(self, start: int, end: int) -> str:
        """The folded words of ``text[start:end]``."""
        return self._text[bisect_left(self._places, start) : bisect_left(self._places, end)]


def wrong(document: Document, expected: Iterable[Expected]) -> list[str]:
    """What is not as expected, a line each: not found, its words run together or torn apart, on another page,
    in another note or in none."""
    view = View(document)
    notes = [mark for mark in document.marks if mark.kind == "note"]
    found = []
    for each in expected:
        place = view.find(each.words)
        if place is None:
            found.append(f"not found: {each.words}")
            continue
        start, end = place
        note = next((mark.label for mark in notes if mark.start <= start < mark.end), None)
        pages = pages_of(document, start, end)
        if view.as_read(start, end) != _as_read(each.words):
            found.append(f"other words: {document.text[start:end]!r}")
        elif (note, pages) != (each.note, each.pages):
            found.append(f"note {note} for {each.note}, page {pages} for {each.pages}: {each.words}")
    return found


def share(expected: Sequence[Expected], faults: Sequence[str]) -> float:
    """The share of sentences that are right."""
    return 1 - len(faults) / len(expected)
