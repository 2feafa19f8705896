"""Texts as rows of words and marks, so that print is compared and not typesetting. Pure.

Beneath is the search view (see ``qa.folding``): apparatus, hyphens at line ends, ligatures and the forms of
quotation marks and dashes are gone already. Here quotation marks become all one, for a quotation inside
another changes them, and runs of dashes and of dots become one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qa.folding import Folded
from qa.splitting import view_of
from qa.types import Document

# Scripts that write no spaces: each sign counts as a word.
_SIGNS = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
WORD = re.compile(rf"[{_SIGNS}]|[^\W_{_SIGNS}]+")
_TOKEN = re.compile(rf"(?P<word>{WORD.pattern})|\.(?:\s?\.)+|-+|[^\w\s]")

QUOTE, DASH, DOTS = "'", "-", "…"
_SAME = {'"': QUOTE, "`": QUOTE}


class Token(NamedTuple):
    """A word or a mark, and where it stands in the true text."""

    text: str
    start: int
    end: int
    is_word: bool


Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Worded:
    """A document in the search view, and its streams: what is read in one go. The first is its text without
    the notes, then each note follows; ranges of the view."""

    document: Document
    view: Folded
    streams: tuple[Ranges, ...]

    def words(self, stream: int) -> list[str]:
        """The words of a stream, as they stand."""
        return [word for a, b in self.streams[stream] for word in WORD.findall(self.view.text, a, b)]

    def tokens(self, stream: int) -> list[Token]:
        """The words and marks of a stream."""
        return [token for a, b in self.streams[stream] for token in tokens(self.view, a, b)]


def worded(document: Document) -> Worded:
    """A document ready to be compared."""
    view = view_of(document, "search")
    notes: list[tuple[int, int]] = []
    for mark in document.marks:
        if mark.kind == "note" and mark.end > mark.start and (not notes or mark.start >= notes[-1][1]):
            notes.append((mark.start, mark.end))
    body: list[tuple[int, int]] = []
    within = []
    at = 0
    for start, end in notes:
        first, last = view.of(start, end)
        if first > at:
            body.append((at, first))
        if last > first:
            within.append(((first, last),))
        at = max(at, last)
    body.append((at, len(view.text)))
    return Worded(document, view, (tuple(body), *within))


def tokens(view: Folded, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The words and marks of ``view.text[start:end]``."""
    for match in _TOKEN.finditer(view.text, start, len(view.text) if end is None else end):
        text = match.group()
        if match["word"] is None:
            text = _mark(text)
        yield Token(text, *view.true(*match.span()), match["word"] is not None)


def _mark(text: str) -> str:
    if text[0] == "-":
        return DASH
    if len(text) > 1:
        return DOTS if text.count(".") > 2 else "."
    return _SAME.get(text, text)


def folded(words: Sequence[str]) -> list[str]:
    """Words as they are looked for: capitals do not count."""
    return "\n".join(words).casefold().split("\n") if words else []
