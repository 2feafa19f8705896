"""Where a quotation stands in a draft, and what is printed there as the place that it is from. Pure."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import accumulate
from typing import Literal

from qa.draft.citations import LONGEST
from qa.draft.manuscript import Draft
from qa.draft.quotation import Printed, Quotation
from qa.types import Mark

_BRACKETS = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)|\[([^\[\]^]{6,})\]")
_AFTER_DASH = re.compile(r"[\s.,;:”’»\"')\]]*(?:—|–|--|-)\s*(\S[^\n]*(?:\n(?!\s*\n)[^\n]*){0,4})")
ATTRIBUTION = re.compile(r"\s*(?:—|–|--|\()\s*\S")
_NUMBERED_NOTE = re.compile(
    r"^[ \t]*(?:\[(\d{1,4})\]:?|(\d{1,4})[.)]|([¹²³⁰⁴-⁹]+))[ \t]+(?=\S)"
    r"(.+(?:\n(?![ \t]*(?:\n|\[?\d{1,4}[.\])]|[¹²³⁰⁴-⁹])).+)*)",
    re.MULTILINE,
)
_NUMBER_HERE = re.compile(r"[.,;:!?”’»\"')…]*(?:\[(\d{1,4})\]|(\d{1,4})(?![\w%])|([¹²³⁰⁴-⁹]+))")
_RAISED = str.maketrans("¹²³⁰⁴⁵⁶⁷⁸⁹", "1230456789")
_REACH = 160
"""Characters behind a quotation within which a bracket may still say where it is from."""
_SHORT = 160
"""A paragraph behind a block quotation that is no longer may be its citation."""


def start_of(mark: Mark) -> int:
    """Where a mark begins, to sort and search by."""
    return mark.start


def end_of(mark: Mark) -> int:
    """Where it ends."""
    return mark.end


class Finder:
    """Says of a range where it stands in the draft, and what is printed as its citation."""

    def __init__(self, draft: Draft, ranges: list[tuple[int, int]]) -> None:
        self._draft = draft
        self._ranges = ranges
        self._starts = [start for start, _ in ranges]
        self._paragraphs = list(draft.paragraphs())
        self._paragraph_starts = [start for start, _ in self._paragraphs]
        self._notes = {mark.ref: mark for mark in draft.marks if mark.kind == "note"}
        self._note_ranges = sorted(self._notes.values(), key=start_of)
        self._reach = list(accumulate((note.end for note in self._note_ranges), max))
        self._markers = [m for m in draft.marks if m.kind == "marker" and m.ref in self._notes]
        self._headings = sorted((m for m in draft.marks if m.kind == "heading"), key=end_of)
        self._lines = [0, *(match.end() for match in re.finditer("\n", draft.text))]

    def quotation(self, number: int, start: int, end: int, kind: Literal["marks", "block"]) -> Quotation:
        """The quotation in a range of the draft, with what may say where it is from."""
        text = self._draft.text
        note = self._note_at(start)
        above = bisect.bisect_right(self._headings, start, key=end_of)
        heading = self._headings[above - 1] if above else None
        made = Quotation(
            number,
            text[start:end],
            start,
            end,
            kind,
            max(1, bisect.bisect_right(self._paragraph_starts, start)),
            bisect.bisect_right(self._lines, start) if self._draft.counts_lines else 0,
            on_one_line(text[heading.start : heading.end].lstrip("# ")) if heading else "",
            note.label if note else "",
        )
        return replace(made, citations=tuple(self._citations(made, note)))

    def _note_at(self, offset: int) -> Mark | None:
        found = None
        number = bisect.bisect_right(self._note_ranges, offset, key=start_of) - 1
        while number >= 0 and self._reach[number] > offset:  # notes may stand in notes
            if offset < self._note_ranges[number].end:
                found = self._note_ranges[number]
            number -= 1
        return found

    def _notes_begin(self, start: int, end: int) -> bool:
        first, last = (bisect.bisect_left(self._note_ranges, at, key=start_of) for at in (start, end))
        return first < last

    def _citations(self, made: Quotation, inside: Mark | None) -> Iterator[Printed]:
        text, start, end = self._draft.text, made.start, made.end
        if inside is not None:
            words = text[max(inside.start, start - LONGEST) : start] + text[end : inside.end]
            yield Printed(on_one_line(words[: 2 * LONGEST]), "note", inside.start, inside.label)
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
            yield Printed(on_one_line(dash[1]), "after", dash.start(1))
        if made.kind == "block":
            yield from self._in_block(made)
        # A full citation may hold a title in quotation marks of its own.
        rest = text[min(end + 1, last) : min(last, end + 1 + LONGEST)]
        if rest.strip(" .,;:”’»\"'"):
            yield Printed(on_one_line(rest), "after", end + 1)
        index = bisect.bisect_right(self._paragraph_starts, start)
        if index < len(self._paragraphs):
            a, b = self._paragraphs[index]
            # The line below, as it is pasted with a quote.
            in_note = self._note_at(a) is not None or self._notes_begin(a, b)
            if b - a < 3 * _SHORT and not text[last:a].strip() and not self._begins(a) and not in_note:
                yield Printed(on_one_line(text[a:b]), "after", a)
        begin = max(first, self._end_before(start))
        if begin > first and (own := _BRACKETS.search(text, begin, min(start, begin + LONGEST))):
            begin = own.end()  # it says where the quotation before is from
        before = text[max(begin, start - 1 - LONGEST) : max(start - 1, begin)]
        if before.strip():
            yield Printed(on_one_line(before), "before", first)

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
        first = bisect.bisect_left(self._markers, begin, key=start_of)
        markers = self._markers[first : bisect.bisect_right(self._markers, reach, key=start_of)]
        if markers:
            # Notes inside a block quotation are its last one's last.
            inside = [m for m in markers if m.start <= made.end + 2]
            marker = inside[-1] if inside and made.kind == "block" else markers[0]
            note = self._notes[marker.ref]
            words = on_one_line(text[note.start : note.end])
            return Printed(words, "note", note.start, marker.label or note.label), marker.start
        if self._numbered and (number := _NUMBER_HERE.match(text, made.end)):
            label = next(group for group in number.groups() if group).translate(_RAISED)
            if label in self._numbered:
                at, words = self._numbered[label]
                return Printed(on_one_line(words), "note", at, label), number.start()
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
                return Printed(on_one_line(words), "brackets", match.start())
        return None

    def _in_block(self, made: Quotation) -> Iterator[Printed]:
        """An attribution as the last line of a block quotation, or in brackets at its end."""
        text = self._draft.text
        lines = text[made.start : made.end].rstrip().split("\n")
        if len(lines) > 1 and ATTRIBUTION.match(lines[-1].lstrip("> \t")):
            yield Printed(on_one_line(lines[-1].lstrip("> \t—–-")), "after", made.end - len(lines[-1]))
            return
        begin = max(made.start, made.end - LONGEST)
        if closing := re.search(r"[\[(]([^()\[\]]*\d[^()\[\]]*)[\])][\s.]*$", text[begin : made.end]):
            yield Printed(on_one_line(closing[1]), "brackets", begin + closing.start())


def on_one_line(words: str) -> str:
    """Words of a draft on one line, without the signs of a block quotation before them."""
    return " ".join(re.sub(r"(?m)^[ \t]*>[ \t]?", "", words).split())
