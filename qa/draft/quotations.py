"""Where a draft quotes, and what is printed there as the place quoted from. Pure.

What stands between quotation marks of any usual kind is a quotation, the outermost of nested ones; so is a
block quotation. A quotation over several paragraphs begins each of them with its opening mark.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from typing import Literal

from qa.draft.citations import LONGEST
from qa.draft.manuscript import Draft
from qa.draft.printed import ATTRIBUTION, Finder, start_of
from qa.draft.quotation import Found, Quotation
from qa.draft.quotation_marks import PAIRS, between_marks
from qa.types import Mark


def find(draft: Draft) -> Found:
    """All quotations of a draft, in the order in which they stand."""
    ranges: list[tuple[int, int, Literal["marks", "block"]]] = [
        (*_within_marks(draft.text, *_without_markers(draft, *block)), "block") for block in draft.blocks
    ]
    unclosed: list[int] = []
    notes = [mark for mark in draft.marks if mark.kind == "note"]
    for start, end in _between(draft.blocks, len(draft.text)):
        for first, last in _voices(notes, start, end):
            ranges += [(a, b, "marks") for a, b in between_marks(draft, first, last, unclosed)]
    ranges.sort()
    finder = Finder(draft, [(a, b) for a, b, _ in ranges])
    quotations: list[Quotation] = []
    for start, end, kind in ranges:
        # What holds no word quotes none.
        if any(character.isalnum() for character in draft.text[start:end]):
            quotations.append(finder.quotation(len(quotations) + 1, start, end, kind))
    return Found(tuple(quotations), tuple(sorted(unclosed)))


def _between(blocks: Sequence[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    at = 0
    for start, end in sorted(blocks):
        if start > at:
            yield at, start
        at = max(at, end)
    yield at, length


def _voices(notes: Sequence[Mark], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The text and each of its ``notes``, apart: a mark in the one is not closed by one in the other."""
    at = start
    first = bisect.bisect_left(notes, start, key=start_of)
    for mark in notes[first : bisect.bisect_left(notes, end, key=start_of)]:
        if mark.start >= at and mark.end <= end:
            yield at, mark.start
            yield mark.start, mark.end
            at = mark.end
    yield at, end


def _without_markers(draft: Draft, start: int, end: int) -> tuple[int, int]:
    """A block quotation without the note markers at its end."""
    for number in range(bisect.bisect_left(draft.marks, end, key=start_of) - 1, -1, -1):
        mark = draft.marks[number]
        if mark.start <= start:
            break
        if mark.kind == "marker" and mark.start < mark.end == end:
            end = start + len(draft.text[start : mark.start].rstrip())
    return start, end


def _within_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """A block quotation without quotation marks that stand around the whole of it."""
    while start < end and (text[start].isspace() or text[start] == ">"):
        start += 1
    closing = PAIRS.get(text[start], "") if start < end else ""
    inner = text[start + 1 : end - 1]
    if closing and inner and text[end - 1] in closing and text[start] not in inner:
        return start + 1, end - 1
    return start, end


def words_of_block(made: Quotation) -> int:
    """Where the words of a block quotation end: before an attribution that stands in it."""
    body = made.text.rstrip()
    lines = body.split("\n")
    if len(lines) > 1 and ATTRIBUTION.match(lines[-1].lstrip("> \t")):
        return made.start + len(body) - len(lines[-1])
    begin = max(0, len(body) - LONGEST)
    closing = re.search(r"[\s>]*\((?=[^()]*\d)[^()]*\)[\s.]*$", body[begin:])
    return made.start + begin + closing.start() if closing and begin + closing.start() > 0 else made.end
