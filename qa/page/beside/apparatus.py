"""A document's page marks, note markers and other apparatus as HTML. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from html import escape

from qa.folding import hyphenation_of
from qa.hyphenation import Hyphenation
from qa.page.texts import Words
from qa.types import Document, Mark

_APPARATUS = ("page", "marker", "apparatus")
_SHORT = 10
"""Characters that a page mark's words may have beside the number and still be a page mark's: "[Page 8]"."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The apparatus of a range by number: what is text of the source, and what the page adds before or
    behind an offset."""

    printed: list[tuple[int, Mark]]
    before: dict[int, list[tuple[int, Mark]]]
    behind: dict[int, list[tuple[int, Mark]]]
    all: list[Mark]


class Apparatus:
    """A document's page marks, markers and other apparatus: which of it a stretch has, and drawing it, with
    or without links between markers and notes."""

    def __init__(self, document: Document, say: Words, *, links: bool = True) -> None:
        self.document = document
        self.links = links
        self.say = say
        self._marks = [(n, mark) for n, mark in enumerate(document.marks) if mark.kind in _APPARATUS]
        self._starts = [mark.start for _, mark in self._marks]
        self._longest = max((mark.end - mark.start for _, mark in self._marks), default=0)
        self._hyphenation: Hyphenation | None = None
        self._notes = {mark.ref: mark.start for mark in document.marks if mark.kind == "note" and mark.ref}

    def hyphenation(self) -> Hyphenation:
        """What the document's words say about hyphens at line ends; looked at once, where it is asked for."""
        if self._hyphenation is None:
            self._hyphenation = hyphenation_of(self.document.text)
        return self._hyphenation

    def is_marker(self, start: int, end: int) -> bool:
        """Whether [start, end) is a printed marker and nothing else."""
        return any((mark.start, mark.end) == (start, end) for mark in self.within(start, end).all)

    def within(self, start: int, end: int) -> Marks:
        """What stands in [start, end) or at its ends."""
        text = self.document.text
        found = Marks([], {}, {}, [])
        low = bisect_left(self._starts, start - self._longest)
        for number, mark in self._marks[low : bisect_right(self._starts, end)]:
            if mark.end < start:
                continue
            found.all.append(mark)
            if mark.start < mark.end:
                found.printed.append((number, mark))
                if mark.kind == "page" and not _says_its_page(mark, text) and start < mark.end <= end:
                    # Its words are shown as what they are, and the page's number where the page begins.
                    found.behind.setdefault(mark.end, []).append((number, mark))
            elif mark.kind == "apparatus":
                continue
            elif mark.kind == "marker" and mark.start > 0 and not text[mark.start - 1].isspace():
                found.behind.setdefault(mark.start, []).append((number, mark))
            elif mark.start < end:
                found.before.setdefault(mark.start, []).append((number, mark))
            elif end == len(text):
                found.behind.setdefault(mark.start, []).append((number, mark))
        return found

    def printed(self, mark: Mark, number: int, words: str) -> str:
        """A piece of apparatus that is text of the source."""
        if not words.strip():
            return words
        if mark.kind == "marker" or (mark.kind == "page" and _says_its_page(mark, self.document.text)):
            return self.drawn(mark, number, words)
        return f'<span class="apparatus">{escape(words)}</span>'

    def drawn(self, mark: Mark, number: int, words: str = "") -> str:
        """A page break or a note's marker; ``words`` is empty where it is no text in its source."""
        added = "" if words else " added"
        if mark.kind == "page":
            if not self.links:
                title = escape(self.say("source.page-begins", page=mark.label))
                label = mark.label.strip("[]")  # "[5]": a number that the file counts, none that is printed
                shown = escape(words or f"[{label}]")
                return f'<span class="page-mark{added}" title="{title}">{shown}</span>'
            name = self.say("source.page", page=mark.label)
            shown = escape(words or name)
            return (
                f'<span class="page{added}" role="separator" aria-label="{escape(name)}" '
                f'data-page="{mark.end}"><span>{shown}</span></span>'
            )
        shown = escape(words or mark.label)
        note = self._notes.get(mark.ref) if mark.ref else None
        if not self.links or note is None:
            return f'<sup class="marker{added}">{shown}</sup>'
        name = escape(self.say("source.note", marker=mark.label))
        return (
            f'<sup class="marker{added}" data-is="marker-{number}"><a href="#note-{number}" role="button" '
            f'aria-expanded="false" data-note="{number}" data-at="{note}" aria-label="{name}">{shown}</a>'
            "</sup>"
        )


def _says_its_page(mark: Mark, text: str) -> bool:
    """Whether a page mark's words are no more than the page's number ("[Page 8]"); they may be the foot of a
    page and the running head of the next."""
    words = text[mark.start : mark.end].strip()
    return mark.label in words and len(words) <= len(mark.label) + _SHORT and "\n" not in words
