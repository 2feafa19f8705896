"""A document's text as HTML: the source as it stands, with page breaks, notes and lit ranges. Pure.

Every character of the text comes out, in order and escaped; what the page adds for the eye (a page number
or note marker that is no text in its source, a link back) carries the class ``added``. So stripping the
added elements and the tags gives the text again, and a test holds the page to that.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import pairwise

from qa.folding import fold
from qa.hyphenation import LINE_END
from qa.page.beside.apparatus import Apparatus
from qa.page.beside.parts import GAP, VOICES
from qa.page.texts import Words
from qa.page.texts import words as words_in
from qa.types import Document, Mark

_SPACE = re.compile(r"\s*")
_MARKER = re.compile(r'(<sup class="marker(?: added)?">)([^<]*)</sup>')
_WRAPPED = 40
"""Characters from which on a line is one that goes on in the next."""
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch of one voice; ``mark`` is None for the document's own text."""

    start: int
    end: int
    mark: Mark | None


def english() -> Words:
    """The words that are drawn where nobody says in which language."""
    return words_in("en")


def text(
    document: Document,
    first: int,
    last: int,
    lit: Sequence[Range] = (),
    phrases: Sequence[Range] = (),
    opened: int = 0,
    *,
    say: Words | None = None,
) -> str:
    """``text[first:last]`` of a document, paragraphs as ``<p>``, notes and headings in their own voice.

    lit      ranges of the text to light up; each carries its number as ``data-place``
    phrases  answer phrases, lit more strongly
    opened   which of ``lit`` was opened: it carries the class ``opened`` too
    say      the words for what is no text of the document (default: English)
    """
    lights = _Lights(lit, phrases, opened)
    apparatus = Apparatus(document, say or english())
    anchors = {mark.ref: number for number, mark in enumerate(document.marks) if mark.kind == "marker"}
    pieces = []
    for block in _blocks(document, first, last):
        inner = "".join(_paragraphs(apparatus, block, lights))
        if block.mark is None:
            pieces.append(inner)
        elif block.mark.kind == "note":
            # Where a note is cut in two, only its beginning is led to.
            number = anchors.get(block.mark.ref) if block.start == block.mark.start else None
            pieces.append(_note_open(apparatus, number) + inner + "</aside>")
        else:
            pieces.append(f'<div class="{block.mark.kind}">{inner}</div>')
    return "".join(pieces)


def inline(
    document: Document,
    start: int,
    end: int,
    phrase: Range | None = None,
    opens: Mapping[str, str] | None = None,
    *,
    say: Words | None = None,
) -> str:
    """``text[start:end]`` for a card: apparatus set apart as such, the phrase marked, nothing lit; hyphens at
    line ends that are no part of their words can be hidden. The markers that ``opens`` has are buttons
    (``data-do="note"``), with what it says of them as their name."""
    lights = _Lights((), [phrase] if phrase else [], 0)
    apparatus = Apparatus(document, say or english(), links=False)
    hidden = _line_ends(apparatus, start, end)
    # A quote's first page is said below it.
    words = "".join(_spans(apparatus, start, end, lights, hidden, paged=False))
    if not opens:
        return words
    # What stands in the text is escaped: an element here is one of our own.
    return _MARKER.sub(lambda found: _opener(found, opens), words)


def _opener(marker: re.Match[str], opens: Mapping[str, str]) -> str:
    name = opens.get(unescape(marker[2]))
    if name is None:
        return marker[0]
    return (
        f'{marker[1]}<button type="button" data-do="note" data-note="{marker[2]}" '
        f'aria-label="{escape(name)}">{marker[2]}</button></sup>'
    )


def _line_ends(apparatus: Apparatus, start: int, end: int) -> list[Range]:
    """What the reading view leaves out where the print ends lines inside words."""
    text = apparatus.document.text[start:end]
    if LINE_END.search(text) is None:
        return []
    folded = fold(text, hyphenation=apparatus.hyphenation())
    return [(start + edit.start, start + edit.end) for edit in folded.edits if edit.at == edit.to]


def _blocks(document: Document, first: int, last: int) -> Iterator[_Block]:
    """Cuts [first, last) where the voice changes. Of overlapping voices the earlier mark has the text."""
    position = first
    for mark in document.marks:
        if mark.kind not in VOICES or mark.end <= position or mark.start >= last:
            continue
        start, end = max(mark.start, position), min(mark.end, last)
        if start > position:
            yield _Block(position, start, None)
        yield _Block(start, end, mark)
        position = end
    if position < last:
        yield _Block(position, last, None)


def _paragraphs(apparatus: Apparatus, block: _Block, lights: _Lights) -> Iterator[str]:
    """Blank lines stay between the paragraphs, where a browser does not draw them."""
    text = apparatus.document.text
    position = block.start
    while position < block.end:
        gap = GAP.search(text, position, block.end)
        end = gap.start() if gap else block.end
        lead = _SPACE.match(text, position, end)
        start = lead.end() if lead else position
        if start > position:
            yield from _spans(apparatus, position, start, _DARK)
        if start < end:
            yield _paragraph(apparatus, block, start, end, lights)
        if gap:
            yield from _spans(apparatus, gap.start(), gap.end(), _DARK)
        position = gap.end() if gap else block.end


def _paragraph(apparatus: Apparatus, block: _Block, start: int, end: int, lights: _Lights) -> str:
    """One paragraph. Lines that only the width of the print has ended run on; lines of an address, a table or
    a verse end where they end."""
    text = apparatus.document.text
    lines = text[start:end].split("\n")
    hidden: list[Range] = []
    kind = ""
    if len(lines) > 1 and "\t" not in text[start:end] and min(map(len, lines[:-1])) >= _WRAPPED:
        kind = ' class="prose"'
        hidden = _line_ends(apparatus, start, end)
    elif block.mark is None and apparatus.is_marker(start, end):
        kind = ' class="lone"'  # the number before a note, which the note has in the margin
    # A note that begins on its page need not say so.
    paged = block.mark is None or block.mark.kind != "note" or start > block.start
    return f"<p{kind}>{''.join(_spans(apparatus, start, end, lights, hidden, paged=paged))}</p>"


class _Lights:
    """What is lit, and asking what of it lies in a stretch: a concordance may light thousands of places."""

    def __init__(self, lit: Sequence[Range], phrases: Sequence[Range], opened: int) -> None:
        self._lit = sorted((start, end, number) for number, (start, end) in enumerate(lit) if start < end)
        self._starts = [start for start, _, _ in self._lit]
        self._longest = max((end - start for start, end, _ in self._lit), default=0)
        self._phrases = [(start, end) for start, end in phrases if start < end]
        self._opened = opened

    def within(self, start: int, end: int) -> tuple[list[tuple[int, int, int]], list[Range]]:
        """The lit ranges with their numbers and the phrases that overlap [start, end)."""
        low = bisect_left(self._starts, start - self._longest)
        high = bisect_left(self._starts, end)
        lit = [one for one in self._lit[low:high] if one[1] > start]
        return lit, [one for one in self._phrases if one[0] < end and one[1] > start]

    def open(self, inner: str, numbers: Sequence[int]) -> str:
        """``inner`` lit as the places of these numbers."""
        opened = " opened" if self._opened in numbers else ""
        places = " ".join(map(str, sorted(numbers)))
        return f'<span class="lit{opened}" data-place="{places}">{inner}</span>'


_DARK = _Lights((), (), 0)


def _spans(
    apparatus: Apparatus,
    start: int,
    end: int,
    lights: _Lights,
    hidden: Sequence[Range] = (),
    *,
    paged: bool = True,
) -> Iterator[str]:
    """The text of [start, end), cut at every mark and lit range, each piece in one element at most. A page
    that begins at the very start is said only where ``paged``."""
    text = apparatus.document.text
    marks = apparatus.within(start, end)
    lit, phrases = lights.within(start, end)
    ranges = [*((a, b) for a, b, _ in lit), *phrases, *hidden, *((m.start, m.end) for m in marks.all)]
    cuts = sorted({start, end, *(point for pair in ranges for point in pair if start < point < end)})
    for here, there in pairwise(cuts):
        for number, mark in marks.before.get(here, ()):
            if paged or here > start or mark.kind != "page":
                yield apparatus.drawn(mark, number)
        words = text[here:there]
        whole = next(((n, m) for n, m in marks.printed if m.start <= here and there <= m.end), None)
        if whole is not None:
            yield apparatus.printed(whole[1], whole[0], words)
        elif any(a <= here and there <= b for a, b in hidden):
            yield f'<span class="line-end">{escape(words)}</span>'
        else:
            inner = escape(words)
            if any(a <= here and there <= b for a, b in phrases):
                inner = f'<mark class="phrase">{inner}</mark>'
            if numbers := [number for a, b, number in lit if a <= here and there <= b]:
                inner = lights.open(inner, numbers)
            yield inner
        for number, mark in marks.behind.get(there, ()):
            yield apparatus.drawn(mark, number)


def _note_open(apparatus: Apparatus, anchor: int | None) -> str:
    if anchor is None:
        return '<aside class="note">'
    mark = apparatus.document.marks[anchor]
    name = escape(apparatus.say("source.back", marker=mark.label))
    return (
        f'<aside class="note" data-is="note-{anchor}"><a class="added back" href="#marker-{anchor}" '
        f'data-to="marker-{anchor}" data-at="{mark.start}" aria-label="{name}">{escape(mark.label)}</a>'
    )
