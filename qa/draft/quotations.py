"""Where a draft quotes, and what is printed there as the place quoted from. Pure.

What stands between quotation marks of any usual kind is a quotation, the outermost of nested ones; so is a
block quotation. A quotation over several paragraphs begins each of them with its opening mark.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import Literal

from qa.draft.citations import LONGEST
from qa.draft.manuscript import Draft
from qa.types import Mark

_PAIRS = {
    "“": "”", "„": "“”", "«": "»", "»": "«»", "‘": "’", "‚": "‘’", "‹": "›", "›": "‹›",
    '"': '"', "'": "'", "”": "”", "「": "」", "『": "』",
}  # fmt: skip
"""An opening mark, and what may close it."""
_EITHER_WAY = "\"'»›”"
"""What opens or closes, as what stands around it says."""
_SINGLE = "'‘"
"""Marks that may be an apostrophe: one without its other half is none."""

_BEFORE = re.compile(r"[\s(\[{—–\-/“„«‘\"'*_>]")
_ELIDED = re.compile(r"(?:\d|(?:tis|twas|twere|em|til|cause|n)\b)", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)|\[([^\[\]^]{6,})\]")
_AFTER_DASH = re.compile(r"[\s.,;:”’»\"')\]]*(?:—|–|--|-)\s*(\S[^\n]*(?:\n(?!\s*\n)[^\n]*){0,4})")
_ATTRIBUTION = re.compile(r"\s*(?:—|–|--|\()\s*\S")
_NUMBERED_NOTE = re.compile(
    r"^[ \t]*(?:\[(\d{1,4})\]:?|(\d{1,4})[.)]|([¹²³⁰⁴-⁹]+))[ \t]+(?=\S)"
    r"(.+(?:\n(?![ \t]*(?:\n|\[?\d{1,4}[.\])]|[¹²³⁰⁴-⁹])).+)*)",
    re.MULTILINE,
)
_NUMBER_HERE = re.compile(r"[.,;:!?”’»\"')…]*(?:\[(\d{1,4})\]|(\d{1,4})(?![\w%])|([¹²³⁰⁴-⁹]+))")
_RAISED = str.maketrans("¹²³⁰⁴⁵⁶⁷⁸⁹", "1230456789")
_FAILURES = 200
"""Opening marks of one paragraph that nothing closes, after which its rest is left alone."""
_REACH = 160
"""Characters behind a quotation within which a bracket may still say where it is from."""
_SHORT = 160
"""A paragraph behind a block quotation that is no longer may be its citation."""

Where = Literal["note", "brackets", "after", "before"]


@dataclass(frozen=True, slots=True)
class Printed:
    """What a draft prints as a citation: ``text`` on one line; ``where`` it stands; ``note`` is the number of
    the note. ``standing`` is its offset in the draft, by which "ibid." knows what came before."""

    text: str
    where: Where
    standing: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation in a draft: ``text[start:end]`` of it, without the marks around. ``citations`` are what may
    say where it is from, the likeliest first. ``paragraph`` and ``line`` count from 1 (line: 0 where the file
    has none); ``heading`` stands over it; ``note`` is the number of the note that it stands in."""

    number: int
    text: str
    start: int
    end: int
    kind: Literal["marks", "block"]
    paragraph: int
    line: int
    heading: str = ""
    note: str = ""
    citations: tuple[Printed, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """``unclosed`` are the offsets of opening marks that nothing closes."""

    quotations: tuple[Quotation, ...]
    unclosed: tuple[int, ...]


def find(draft: Draft) -> Found:
    """All quotations of a draft, in the order in which they stand."""
    ranges: list[tuple[int, int, Literal["marks", "block"]]] = [
        (*_within_marks(draft.text, *_without_markers(draft, *block)), "block") for block in draft.blocks
    ]
    unclosed: list[int] = []
    notes = [mark for mark in draft.marks if mark.kind == "note"]
    for start, end in _between(draft.blocks, len(draft.text)):
        for first, last in _voices(notes, start, end):
            ranges += [(a, b, "marks") for a, b in _scan(draft, first, last, unclosed)]
    ranges.sort()
    finder = _Finder(draft, [(a, b) for a, b, _ in ranges])
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
    first = bisect.bisect_left(notes, start, key=_start)
    for mark in notes[first : bisect.bisect_left(notes, end, key=_start)]:
        if mark.start >= at and mark.end <= end:
            yield at, mark.start
            yield mark.start, mark.end
            at = mark.end
    yield at, end


def _without_markers(draft: Draft, start: int, end: int) -> tuple[int, int]:
    """A block quotation without the note markers at its end."""
    for number in range(bisect.bisect_left(draft.marks, end, key=_start) - 1, -1, -1):
        mark = draft.marks[number]
        if mark.start <= start:
            break
        if mark.kind == "marker" and mark.start < mark.end == end:
            end = start + len(draft.text[start : mark.start].rstrip())
    return start, end


def _start(mark: Mark) -> int:
    return mark.start


def _end(mark: Mark) -> int:
    return mark.end


def _within_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """A block quotation without quotation marks that stand around the whole of it."""
    while start < end and (text[start].isspace() or text[start] == ">"):
        start += 1
    closing = _PAIRS.get(text[start], "") if start < end else ""
    inner = text[start + 1 : end - 1]
    if closing and inner and text[end - 1] in closing and text[start] not in inner:
        return start + 1, end - 1
    return start, end


def _scan(draft: Draft, start: int, end: int, unclosed: list[int]) -> Iterator[tuple[int, int]]:
    """Quotations between marks in one stretch of the draft, paragraph by paragraph."""
    text = draft.text
    paragraphs = list(draft.paragraphs(start, end))
    barren: dict[
        str, int
    ] = {}  # of a mark, the last of the paragraphs that begin with it and do not close it
    number = 0
    while number < len(paragraphs):
        at, stop = paragraphs[number]
        failed = 0
        while failed < _FAILURES and (opened := _opening(text, at, stop)) is not None:
            close = _closing(text, opened, stop)
            last = max(number, barren.get(text[opened], 0)) if close is None else number
            # The mark that opens is set again before each further paragraph.
            while close is None and text[opened] not in _SINGLE and last + 1 < len(paragraphs):
                following, until = paragraphs[last + 1]
                if text[following] != text[opened] or text[opened] in _EITHER_WAY:
                    break
                last += 1
                close = _closing(text, following, until)
            if close is None:
                barren[text[opened]] = last
                if text[opened] not in _SINGLE:
                    unclosed.append(opened)
                at = opened + 1
                failed += 1
                continue
            yield opened + 1, close
            number, stop, at = last, paragraphs[last][1], close + 1
        number += 1


def _opening(text: str, at: int, stop: int) -> int | None:
    for place in range(at, stop):
        sign = text[place]
        if sign in _PAIRS and _opens(text, place, stop):
            return place
    return None


def _opens(text: str, place: int, stop: int) -> bool:
    sign = text[place]
    following = text[place + 1] if place + 1 < stop else " "
    if following.isspace():
        return sign == "«"  # French sets a space inside its marks
    if sign in _EITHER_WAY or sign in _SINGLE:
        if place and not _BEFORE.match(text[place - 1]):
            return False
        if sign in _SINGLE and _ELIDED.match(text, place + 1):
            return False
    return True


def _closing(text: str, opened: int, stop: int) -> int | None:
    """Where the mark at ``opened`` is closed before ``stop``; None where it is not."""
    sign = text[opened]
    closers = _PAIRS[sign]
    if all(text.find(closer, opened + 1, stop) < 0 for closer in closers):
        return None
    depth = 0
    doubtful = None
    for place in range(opened + 1, stop):
        character = text[place]
        if character in closers:
            if sign in _SINGLE + "‚":
                if not _may_close(text, place, stop):
                    continue
                if text[place - 1] in "sSxz" and text[place + 1 : place + 2] == " ":
                    doubtful = doubtful or place  # "the workers’ councils"
                    continue
            if sign in '"' and not _may_close(text, place, stop):
                continue
            if depth == 0:
                return place
            depth -= 1
        elif character == sign and sign not in _EITHER_WAY:
            if sign in _SINGLE:
                # Another quotation begins: what looked like a genitive was the end.
                if doubtful is not None:
                    return doubtful
                continue
            depth += 1
    return doubtful


def _may_close(text: str, place: int, stop: int) -> bool:
    following = text[place + 1] if place + 1 < stop else " "
    return not following.isalnum() and (not text[place - 1].isspace() or text[place] in "»")


class _Finder:
    """Says of a range where it stands in the draft, and what is printed as its citation."""

    def __init__(self, draft: Draft, ranges: list[tuple[int, int]]) -> None:
        self._draft = draft
        self._ranges = ranges
        self._starts = [start for start, _ in ranges]
        self._paragraphs = list(draft.paragraphs())
        self._paragraph_starts = [start for start, _ in self._paragraphs]
        self._notes = {mark.ref: mark for mark in draft.marks if mark.kind == "note"}
        self._note_ranges = sorted(self._notes.values(), key=_start)
        self._reach = list(accumulate((note.end for note in self._note_ranges), max))
        self._markers = [m for m in draft.marks if m.kind == "marker" and m.ref in self._notes]
        self._headings = sorted((m for m in draft.marks if m.kind == "heading"), key=_end)
        self._lines = [0, *(match.end() for match in re.finditer("\n", draft.text))]

    def quotation(self, number: int, start: int, end: int, kind: Literal["marks", "block"]) -> Quotation:
        text = self._draft.text
        note = self._note_at(start)
        above = bisect.bisect_right(self._headings, start, key=_end)
        heading = self._headings[above - 1] if above else None
        made = Quotation(
            number,
            text[start:end],
            start,
            end,
            kind,
            max(1, bisect.bisect_right(self._paragraph_starts, start)),
            bisect.bisect_right(self._lines, start) if self._draft.counts_lines else 0,
            _line(text[heading.start : heading.end].lstrip("# ")) if heading else "",
            note.label if note else "",
        )
        return replace(made, citations=tuple(self._citations(made, note)))

    def _note_at(self, offset: int) -> Mark | None:
        found = None
        number = bisect.bisect_right(self._note_ranges, offset, key=_start) - 1
        while number >= 0 and self._reach[number] > offset:  # notes may stand in notes
            if offset < self._note_ranges[number].end:
                found = self._note_ranges[number]
            number -= 1
        return found

    def _notes_begin(self, start: int, end: int) -> bool:
        first, last = (bisect.bisect_left(self._note_ranges, at, key=_start) for at in (start, end))
        return first < last

    def _citations(self, made: Quotation, inside: Mark | None) -> Iterator[Printed]:
        text, start, end = self._draft.text, made.start, made.end
        if inside is not None:
            words = text[max(inside.start, start - LONGEST) : start] + text[end : inside.end]
            yield Printed(_line(words[: 2 * LONGEST]), "note", inside.start, inside.label)
            return
        paragraph = self._paragraph(start, max(end - 1, start))
        first, last = paragraph
        following = self._next_after(end)
        note = self._marker(made, last)
        bracket = self._bracket(end, min(last, following, end + _REACH), last)
        if bracket is not None and (note is None or bracket.standing < note[1]):
            yield bracket
        if note is not None:
            yield note[0]
        if dash := _AFTER_DASH.match(text, end, end + LONGEST):
            yield Printed(_line(dash[1]), "after", dash.start(1))
        if made.kind == "block":
            yield from self._in_block(made)
        # A full citation may hold a title in quotation marks of its own.
        rest = text[min(end + 1, last) : min(last, end + 1 + LONGEST)]
        if rest.strip(" .,;:”’»\"'"):
            yield Printed(_line(rest), "after", end + 1)
        index = bisect.bisect_right(self._paragraph_starts, start)
        if index < len(self._paragraphs):
            a, b = self._paragraphs[index]
            # The line below, as it is pasted with a quote.
            in_note = self._note_at(a) is not None or self._notes_begin(a, b)
            if b - a < 3 * _SHORT and not text[last:a].strip() and not self._begins(a) and not in_note:
                yield Printed(_line(text[a:b]), "after", a)
        begin = max(first, self._end_before(start))
        if begin > first and (own := _BRACKETS.search(text, begin, min(start, begin + LONGEST))):
            begin = own.end()  # it says where the quotation before is from
        before = text[max(begin, start - 1 - LONGEST) : max(start - 1, begin)]
        if before.strip():
            yield Printed(_line(before), "before", first)

    def _paragraph(self, start: int, end: int) -> tuple[int, int]:
        index = max(0, bisect.bisect_right(self._paragraph_starts, start) - 1)
        until = max(0, bisect.bisect_right(self._paragraph_starts, end) - 1)
        return (self._paragraphs[index][0], self._paragraphs[until][1]) if self._paragraphs else (0, 0)

    def _begins(self, offset: int) -> bool:
        """Whether a quotation begins here."""
        index = bisect.bisect_left(self._starts, offset)
        return index < len(self._starts) and self._starts[index] == offset

    def _next_after(self, end: int) -> int:
        index = bisect.bisect_left(self._starts, end)
        return self._starts[index] if index < len(self._starts) else len(self._draft.text)

    def _end_before(self, start: int) -> int:
        index = bisect.bisect_left(self._starts, start) - 1
        return self._ranges[index][1] + 1 if index >= 0 else 0

    def _marker(self, made: Quotation, last: int) -> tuple[Printed, int] | None:
        """The first note behind the quotation in its paragraph, or at a block's end; where its marker is."""
        text = self._draft.text
        begin = made.start if made.kind == "block" else max(made.start, made.end - 1)
        reach = last
        if made.kind == "block":
            index = bisect.bisect_right(self._paragraph_starts, max(made.start, made.end - 1))
            if index < len(self._paragraphs):
                a, b = self._paragraphs[index]
                reach = b if b - a < _SHORT and not self._begins(a) else last
        first = bisect.bisect_left(self._markers, begin, key=_start)
        markers = self._markers[first : bisect.bisect_right(self._markers, reach, key=_start)]
        if markers:
            # Notes inside a block quotation are its last one's last.
            inside = [m for m in markers if m.start <= made.end + 2]
            marker = inside[-1] if inside and made.kind == "block" else markers[0]
            note = self._notes[marker.ref]
            words = _line(text[note.start : note.end])
            return Printed(words, "note", note.start, marker.label or note.label), marker.start
        if self._numbered and (number := _NUMBER_HERE.match(text, made.end)):
            label = next(group for group in number.groups() if group).translate(_RAISED)
            if label in self._numbered:
                at, words = self._numbered[label]
                return Printed(_line(words), "note", at, label), number.start()
        return None

    @cached_property
    def _numbered(self) -> dict[str, tuple[int, str]]:
        """Notes that are no more than numbered paragraphs: number → (where, words)."""
        found: dict[str, tuple[int, str]] = {}
        if self._notes:
            return found
        for match in _NUMBERED_NOTE.finditer(self._draft.text):
            label = next(group for group in match.groups()[:3] if group).translate(_RAISED)
            found[label] = match.start(), match[4]
        return found

    def _bracket(self, end: int, reach: int, last: int) -> Printed | None:
        for match in _BRACKETS.finditer(self._draft.text, end, min(last, reach + LONGEST)):
            if match.start() > reach:
                break
            words = match[1] if match[1] is not None else match[2]
            if re.search(r"\d|\bibid|\bid\.|там же|ebd|ebenda", words, re.IGNORECASE):
                return Printed(_line(words), "brackets", match.start())
        return None

    def _in_block(self, made: Quotation) -> Iterator[Printed]:
        """An attribution as the last line of a block quotation, or in brackets at its end."""
        text = self._draft.text
        lines = text[made.start : made.end].rstrip().split("\n")
        if len(lines) > 1 and _ATTRIBUTION.match(lines[-1].lstrip("> \t")):
            yield Printed(_line(lines[-1].lstrip("> \t—–-")), "after", made.end - len(lines[-1]))
            return
        begin = max(made.start, made.end - LONGEST)
        if closing := re.search(r"[\[(]([^()\[\]]*\d[^()\[\]]*)[\])][\s.]*$", text[begin : made.end]):
            yield Printed(_line(closing[1]), "brackets", begin + closing.start())


def words_of_block(made: Quotation) -> int:
    """Where the words of a block quotation end: before an attribution that stands in it."""
    body = made.text.rstrip()
    lines = body.split("\n")
    if len(lines) > 1 and _ATTRIBUTION.match(lines[-1].lstrip("> \t")):
        return made.start + len(body) - len(lines[-1])
    begin = max(0, len(body) - LONGEST)
    closing = re.search(r"[\s>]*\((?=[^()]*\d)[^()]*\)[\s.]*$", body[begin:])
    return made.start + begin + closing.start() if closing and begin + closing.start() > 0 else made.end


def _line(words: str) -> str:
    return " ".join(re.sub(r"(?m)^[ \t]*>[ \t]?", "", words).split())
