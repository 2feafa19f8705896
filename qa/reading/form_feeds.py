"""The pages of plain text in which a form feed ends each page: as printers got it, and as programs write
that take the text out of a PDF.

The printed numbers and the running heads are found as in a PDF (``qa.reading.pdf.running``), the lines of
a page standing for its height. A page whose number is not printed is called by its count, "[5]".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.types import Mark

if TYPE_CHECKING:
    from qa.reading.pdf.sheets import Run

EDGE_LINES = 4
"""Lines with words at the top and at the foot of a page that are looked at."""

MAX_LINE = 160
"""Characters above which a line is no running head, and is not looked at."""

MAX_NUMBERED = 80
"""Characters above which a line that begins or ends with its page's number is no running head."""

MAX_PAGES = 20_000
"""Above this many no printed numbers are looked for: it is a listing, no book."""

FULL = 0.75
"""Of the length of the lines above it: how long the last line of a page is whose sentence goes on."""

_LEADING = 12.0
_SIZE = 10.0
_FOOT = 100_000.0
"""Where the last line of each page is put, in points, so that feet are at one height as heads are."""

_NUMBERS = re.compile(r"\d+|\b[ivxlcdm]+\b", re.IGNORECASE)
_ENDED = re.compile(r"[.!?:;…][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class _Page:
    """A page's text[start:end], and its lines at the edges (start, end), heads first, in order."""

    start: int
    end: int
    heads: list[tuple[int, int]]
    feet: list[tuple[int, int]]


def marks_of_pages(text: str) -> tuple[Mark, ...]:
    """A page mark at each form feed that something follows, and one for the first page; none without
    them. The mark of a page covers the feet of the page before and its own running heads."""
    breaks = _breaks(text)
    if not breaks or len(breaks) >= MAX_PAGES:
        return counted_pages(text)
    pages = [_page(text, start, end) for start, end in _ranges(text, breaks)]
    labels, heads, feet = _running(text, pages)
    found = [Mark("page", 0, 0, labels[0])]
    found += [Mark("apparatus", *line) for line in pages[0].heads[: heads[0]]]
    for number in range(1, len(pages)):
        start, end = _between(text, pages[number - 1], feet[number - 1], pages[number], heads[number])
        found.append(Mark("page", max(start, found[-1].end), end, labels[number]))
    last = pages[-1]
    found += [Mark("apparatus", *line) for line in last.feet[len(last.feet) - feet[-1] :]]
    return tuple(sorted(found, key=lambda mark: (mark.start, mark.end)))


def counted_pages(text: str) -> tuple[Mark, ...]:
    """As ``marks_of_pages``, but only counted, each mark over the form feed alone."""
    breaks = _breaks(text)
    if not breaks:
        return ()
    counted = (Mark("page", i, i + 1, f"[{number}]") for number, i in enumerate(breaks, 2))
    return (Mark("page", 0, 0, "[1]"), *counted)


def _breaks(text: str) -> list[int]:
    """The form feeds that words follow."""
    last = len(text.rstrip())
    found, at = [], text.find("\f")
    while 0 <= at < last:
        found.append(at)
        at = text.find("\f", at + 1)
    return found


def _ranges(text: str, breaks: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip([0, *(at + 1 for at in breaks)], [*breaks, len(text)], strict=True))


def _page(text: str, start: int, end: int) -> _Page:
    heads = _edge(text, start, end)
    feet = _edge(text, heads[-1][1] if heads else start, end, last=True)
    if len(feet) < EDGE_LINES:
        # Of a short page half its lines are looked at as its head, half as its foot.
        every = heads + feet
        heads, feet = every[: (len(every) + 1) // 2], every[(len(every) + 1) // 2 :]
    return _Page(start, end, heads, feet)


def _edge(text: str, start: int, end: int, *, last: bool = False) -> list[tuple[int, int]]:
    """The first or the last lines with words in text[start:end], without the white space around them."""
    found: list[tuple[int, int]] = []
    while start < end and len(found) < EDGE_LINES:
        if last:
            cut = text.rfind("\n", start, end)
            first, stop = (start if cut < 0 else cut + 1), end
            end = max(start, cut)
        else:
            cut = text.find("\n", start, end)
            first, stop = start, (end if cut < 0 else cut)
            start = stop + 1
        line = text[first:stop]
        if line.strip():
            at = first + len(line) - len(line.lstrip())
            found.append((at, at + len(line.strip())))
    return found[::-1] if last else found


def _running(text: str, pages: Sequence[_Page]) -> tuple[list[str], list[int], list[int]]:
    """Each page's label, and how many of its lines are running heads and feet."""
    labels = [f"[{number}]" for number in range(1, len(pages) + 1)]
    heads, feet = [0] * len(pages), [0] * len(pages)
    from qa.reading.pdf.running import find_running
    from qa.reading.pdf.sheets import Sheet

    sheets = []
    for index, page in enumerate(pages):
        runs = [_run(text, line, _height(text, page.start, line[0])) for line in page.heads]
        runs += [_run(text, line, _FOOT - _height(text, line[0], page.end)) for line in page.feet]
        sheets.append(Sheet(index, 600.0, _FOOT, runs))
    found = find_running(sheets)
    again = Counter(_key(line) for page in found for line in {*_texts(page.heads), *_texts(page.feet)})
    for index, running in enumerate(found):
        labels[index] = label = running.label or labels[index]
        heads[index] = min(_kept(_texts(running.heads), label, again), len(pages[index].heads))
        feet[index] = min(_kept(_texts(running.feet)[::-1], label, again), len(pages[index].feet))
    return labels, heads, feet


def _texts(rows: Sequence[Sequence[Run]]) -> list[str]:
    return [" ".join(run.text for run in row) for row in rows]


def _kept(lines: Sequence[str], label: str, again: Counter[str]) -> int:
    """How many of these lines, the outermost first, are surely none of the text: they hold the page's
    number, or come again. (The title of a chapter may stand where the heads of other pages do.)"""
    for at, line in enumerate(lines):
        numbered = len(line) <= MAX_NUMBERED and label in re.findall(r"\w+", line)
        if not numbered and again[_key(line)] < 2:
            return at
    return len(lines)


def _key(line: str) -> str:
    return _NUMBERS.sub("#", line.casefold())


def _height(text: str, start: int, end: int) -> float:
    return _LEADING * (text.count("\n", start, end) + 1)


def _run(text: str, line: tuple[int, int], baseline: float) -> Run:
    from array import array

    from qa.reading.pdf.sheets import Run

    long = line[1] - line[0] > MAX_LINE
    words = "x" * (MAX_LINE + 1) if long else " ".join(text[slice(*line)].split())
    return Run(words, 0.0, 5.0 * len(words), baseline, _SIZE, False, 0, array("d"))


def _between(text: str, one: _Page, feet: int, two: _Page, heads: int) -> tuple[int, int]:
    """The range of the mark between two pages. It takes the white space around it too where the sentence
    goes on over the break, so that no paragraph seems to end there."""
    start = one.feet[-feet][0] if feet and feet <= len(one.feet) else one.end
    end = two.heads[heads - 1][1] if heads else two.start
    before, after = text[one.start : start].rstrip(), text[end : two.end].lstrip()
    if before and after and not _ENDED.search(before[-8:]) and (after[0].islower() or _is_full(before)):
        start = one.start + len(before)
        end = two.end - len(text[end : two.end].lstrip())
    return start, end


def _is_full(before: str) -> bool:
    """Whether the last line of a page is as long as those above it: no heading, no end of a paragraph."""
    lines = before[-2_000:].split("\n")[-10:]
    return len(lines) > 1 and len(lines[-1]) >= FULL * max(map(len, lines[:-1]))
