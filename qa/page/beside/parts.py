"""Where a long document is cut to be drawn a part at a time: a browser that has to draw a book at once stands
still. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right

from qa.types import Document

SIZE = 30_000
"""Characters in a part, about; of the archive's documents one in a hundred is longer."""

GAP = re.compile(r"\s*\n\s*\n\s*")
"""What stands between two paragraphs."""

VOICES = ("heading", "front", "note")
"""Marks whose range is drawn as a block of its own."""


def cuts(document: Document, size: int = SIZE) -> tuple[int, ...]:
    """The offsets at which the parts begin, and the text's end: part ``n`` is [cuts[n], cuts[n + 1]). Cut
    between paragraphs and outside of notes where there is such a place near, else at a line's end or a
    space."""
    text = document.text
    blocks = sorted((mark.start, mark.end) for mark in document.marks if mark.kind in VOICES)
    starts = [start for start, _ in blocks]

    def inside(offset: int) -> bool:
        before = blocks[bisect_right(starts, offset - 1) - 1] if starts and starts[0] < offset else None
        return before is not None and before[0] < offset < before[1]

    found = [0]
    while len(text) - found[-1] > size + size // 2:
        target = found[-1] + size
        low, high = target - size // 3, target + size // 3
        gaps = [match.end() for match in GAP.finditer(text, low, high) if match.end() < high]
        best = [gap for gap in gaps if not inside(gap)] or gaps
        if not best:
            at = max(text.rfind("\n", low, high), -1)
            at = at if at >= 0 else text.rfind(" ", low, high)
            best = [at + 1 if at >= 0 else target]
        found.append(min(best, key=lambda offset: abs(offset - target)))
    return (*found, len(text))


def part_at(cut: tuple[int, ...], offset: int) -> int:
    """The number of the part that ``offset`` lies in; the last one for the text's end."""
    return min(max(0, bisect_right(cut, offset) - 1), max(0, len(cut) - 2))
