"""Words and marks as they come in: what all that put a text together have in common.

What is asked for between two words (a separator, a page's beginning, a range, the anchor of a note) waits for
the next word, so that nothing stands at the ends of a text and no mark before a separator.
"""

from __future__ import annotations

from qa.types import Mark, MarkKind

PARAGRAPH = "\n\n"
LINE = "\n"
CELL = "\t"


class Collector:
    """Collects words and marks. ``length`` counts the characters so far; the separator that waits for the
    next word is not among them."""

    def __init__(self) -> None:
        self.length = 0
        self._parts: list[str] = []
        self._marks: list[Mark] = []
        self._gap = ""
        self._page: str | None = None
        self._anchors: list[tuple[str, str]] = []
        self._starts: list[list[int]] = []

    def page(self, label: str) -> None:
        """A page begins at the next word. Of two breaks with no word between them the last one counts."""
        self._page = label

    def forget_page(self) -> None:
        """Drops a page break that no word followed."""
        self._page = None

    def begin(self) -> list[int]:
        """Opens a range that starts with the next word."""
        start: list[int] = []
        self._starts.append(start)
        return start

    def end(
        self, kind: MarkKind, start: list[int], label: str = "", ref: str = "", role: str = ""
    ) -> Mark | None:
        """Marks the range since ``begin``; None, and no mark, where no word was added."""
        if not start:
            # By identity: every range that has not begun is an equal, empty list.
            self._starts = [other for other in self._starts if other is not start]
            return None
        mark = Mark(kind, start[0], self.length, label, ref, role)
        self._marks.append(mark)
        return mark

    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    def marks(self) -> tuple[Mark, ...]:
        """The marks, by start, then end; at one place in the order in which they were met."""
        return tuple(sorted(self._met(), key=lambda mark: (mark.start, mark.end)))

    def _met(self) -> list[Mark]:
        """The marks in the order in which they were met."""
        return self._marks + [Mark("marker", self.length, self.length, *anchor) for anchor in self._anchors]

    def _add(self, words: str) -> None:
        """Adds words, and before them what waits for them."""
        if self.length and self._gap:
            self._parts.append(self._gap)
            self.length += len(self._gap)
        self._gap = ""
        if self._page is not None:
            self._marks.append(Mark("page", self.length, self.length, self._page))
            self._page = None
        self._marks += [Mark("marker", self.length, self.length, *anchor) for anchor in self._anchors]
        self._anchors = []
        for start in self._starts:
            start.append(self.length)
        self._starts = []
        self._parts.append(words)
        self.length += len(words)
