"""A view and the way back to the true text: the edits that made it, one upon another. Pure."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Edit(NamedTuple):
    """``text[start:end]`` of the true text became ``[at, to)`` of the view; between two edits nothing but
    single characters was exchanged."""

    start: int
    end: int
    at: int
    to: int


@dataclass(frozen=True, slots=True)
class Folded:
    """A view of a text and the way back to it. Offsets into the view and into the true text both count
    code points; both ways keep their order."""

    text: str
    edits: tuple[Edit, ...] = ()
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _ats: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(edit.start for edit in self.edits))
        object.__setattr__(self, "_ats", tuple(edit.at for edit in self.edits))

    def true(self, start: int, end: int) -> tuple[int, int]:
        """The range of the true text that ``self.text[start:end]`` stands for, with what was folded away
        inside it, without what was folded away before and behind it. Half of a ligature is the whole."""
        first = self._true_start(start)
        return (first, first) if start >= end else (first, self._true_end(end))

    def _true_start(self, offset: int) -> int:
        index = bisect.bisect_right(self._ats, offset) - 1
        if index < 0:
            return offset
        edit = self.edits[index]
        return edit.start if offset < edit.to else offset - edit.to + edit.end

    def _true_end(self, offset: int) -> int:
        index = bisect.bisect_right(self._ats, offset - 1) - 1
        if index < 0:
            return offset
        edit = self.edits[index]
        return edit.end if offset <= edit.to else offset - edit.to + edit.end

    def of(self, start: int, end: int) -> tuple[int, int]:
        """The range of the view that the true ``[start, end)`` became; (n, n) where nothing of it is left."""
        index = bisect.bisect_right(self._starts, start) - 1
        edit = self.edits[index] if index >= 0 else None
        if edit is None or start >= edit.end:
            first = start if edit is None else start - edit.end + edit.to
        else:
            first = edit.at
        if start >= end:
            return first, first
        index = bisect.bisect_right(self._starts, end - 1) - 1
        edit = self.edits[index] if index >= 0 else None
        last = end if edit is None else edit.to if end <= edit.end else end - edit.end + edit.to
        return first, max(first, last)

    def find(self, words: str, near: int = 0) -> tuple[int, int] | None:
        """The true range of ``words``, given in the same view, at the place closest to the true offset
        ``near``; None where they do not stand here."""
        words = words.strip()
        if not words:
            return None
        at = self.of(near, near)[0]
        places = (self.text.rfind(words, 0, at + len(words)), self.text.find(words, at))
        found = [place for place in places if place >= 0]
        if not found:
            return None
        place = min(found, key=lambda place: abs(place - at))
        return self.true(place, place + len(words))


def merged(
    first: Iterable[tuple[int, int, str]], second: Iterable[tuple[int, int, str]]
) -> Iterator[tuple[int, int, str]]:
    """Both in order; where they overlap, ``first`` has it and of ``second`` nothing is left."""
    waiting = iter(second)
    other = next(waiting, None)
    for edit in first:
        while other is not None and other[1] <= edit[0]:
            yield other
            other = next(waiting, None)
        while other is not None and other[0] < edit[1]:
            other = next(waiting, None)
        yield edit
    while other is not None:
        yield other
        other = next(waiting, None)


def applied(text: str, changes: Iterable[tuple[int, int, str]]) -> Folded:
    """``text`` with each (start, end, replacement) put in, in order; they do not overlap."""
    pieces: list[str] = []
    edits: list[Edit] = []
    at = length = 0
    for start, end, words in changes:
        pieces += [text[at:start], words]
        length += start - at
        if end - start != 1 or len(words) != 1:
            edits.append(Edit(start, end, length, length + len(words)))
        length += len(words)
        at = end
    return Folded("".join(pieces) + text[at:] if pieces else text, tuple(edits))


def then(first: Folded, second: Folded) -> Folded:
    """The view ``second`` of the view ``first`` as a view of the text beneath both. Edits that touch the
    same characters of the middle become one."""
    middle = sorted(
        [(e.at, e.to, 0, e) for e in first.edits] + [(e.start, e.end, 1, e) for e in second.edits]
    )
    edits: list[Edit] = []
    below = above = 0  # from the middle to the true text and to the last view, after the edits so far
    index = 0
    while index < len(middle):
        low, high = middle[index][:2]
        start, at = low + below, low + above
        while True:
            _, to, which, edit = middle[index]
            high = max(high, to)
            if which:
                above = edit.to - edit.end
            else:
                below = edit.end - edit.to
            index += 1
            if index == len(middle) or middle[index][0] >= high:
                break
        edits.append(Edit(start, high + below, at, high + above))
    return Folded(second.text, tuple(edits))
