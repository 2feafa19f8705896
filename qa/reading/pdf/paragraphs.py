"""The lines of a region as paragraphs and headings, and whether a paragraph goes on in the next region."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from qa.reading.pdf.lines import Line

INDENT = 0.7
"""Ems by which a first line stands in, at least."""

APART = 1.28
"""Leadings between two lines from which they are two paragraphs."""

HEADING_SIZE = 1.12
"""The size of a heading as a share of the body's, at least, where it is not bold."""

HEADING_CHARACTERS = 240
HEADING_LINES = 5

_END = re.compile(r"[.!?…:][\"'”’»)\]]*\s*(?:\d{1,3}|[*†‡§]{1,3})?$")
_CLOSED = re.compile(r"[.!?…][\"'”’»)\]]*$")
_LEADERS = re.compile(r"(?:\. ?){5}")  # a line of a table of contents
_HYPHEN = re.compile(r"[^\W\d_][-\u00ad\u2010]$")


@dataclass(slots=True)
class Paragraph:
    """``left`` and ``right`` are the edges of its column; ``indented`` says that its first line stands in,
    ``heading`` that it is one."""

    lines: list[Line]
    left: float
    right: float
    indented: bool
    heading: bool = False

    @property
    def size(self) -> float:
        return self.lines[0].size


def ends_sentence(text: str) -> bool:
    """Whether a line ends with a full stop or the like, a note's marker behind it aside."""
    return bool(_END.search(text))


def paragraphs(lines: list[Line], body: float) -> list[Paragraph]:
    """The paragraphs of a region in order; ``body`` is the size of the document's text."""
    if not lines:
        return []
    left, right = _edges(lines)
    leading = _leading(lines)
    found: list[Paragraph] = []
    for at, line in enumerate(lines):
        following = lines[at + 1] if at + 1 < len(lines) else None
        if found and not _begins(found[-1], line, following, left, right, leading):
            found[-1].lines.append(line)
        else:
            found.append(Paragraph([line], left, right, _stands_in(line, following, left)))
    for paragraph in found:
        paragraph.heading = _is_heading(paragraph, body)
    return found


def goes_on(one: Paragraph, two: Paragraph) -> bool:
    """Whether ``two``, which opens a column or page, is the rest of ``one``, which closes the last one."""
    if one.heading or two.heading or abs(one.size - two.size) > 0.08 * max(one.size, two.size):
        return False
    last, first = one.lines[-1], two.lines[0]
    text = _without_markers(last)
    if _HYPHEN.search(text):
        return True
    fits = _first_word(first) < (one.right - last.right) - 0.3 * last.size
    small = first.text.lstrip("\"'“‘(«[—–")[:1].islower()
    if _END.search(text):
        # A sentence may end where the page does; an indent would show that a paragraph begins.
        return small or (not fits and not two.indented and "\t" not in first.text)
    return small or not two.indented


def _without_markers(line: Line) -> str:
    text = line.text
    for start, end in reversed(line.raised):
        text = text[:start] + text[end:]
    return text.rstrip()


def _edges(lines: list[Line]) -> tuple[float, float]:
    """Where the column's full lines begin and end."""
    lefts = Counter(round(line.left) for line in lines)
    far = min(lefts)
    # The outermost edge that two lines share; a lone line outside it is a hanging number.
    left = min(
        (x for x, n in lefts.items() if n + lefts.get(x + 1, 0) + lefts.get(x - 1, 0) > 1), default=far
    )
    return float(left), max(line.right for line in lines)


def _leading(lines: list[Line]) -> dict[int, float]:
    """The usual distance of two lines, by size."""
    steps: dict[int, list[float]] = {}
    for one, two in pairwise(lines):
        if abs(one.size - two.size) <= 0.08 * one.size:
            step = two.baseline - one.baseline
            if 0.8 * one.size < step < 2.6 * one.size:
                steps.setdefault(round(two.size), []).append(step)
    found = {}
    for size, each in steps.items():
        usual = median(each)
        low = min(each)
        # Where half the steps part paragraphs, the smaller ones are the lines'.
        close = [step for step in each if step <= 1.15 * low]
        found[size] = median(close) if len(close) >= max(2, len(each) // 4) else usual
    return found


def _begins(
    paragraph: Paragraph, line: Line, following: Line | None, left: float, right: float,
    leading: dict[int, float],
) -> bool:  # fmt: skip
    last = paragraph.lines[-1]
    em = line.size
    if abs(line.size - last.size) > 0.08 * max(line.size, last.size):
        return True
    if line.bold != last.bold and len(_without_markers(line)) > 1 and len(_without_markers(last)) > 1:
        return True
    step = line.baseline - last.baseline
    usual = leading.get(round(line.size), 1.25 * em)
    if step > APART * min(usual, 2.2 * em) or step < 0:
        return True
    middle = (left + right) / 2
    if _centred(line, middle, left, right) and _centred(last, middle, left, right):
        return False
    shift = line.left - last.left
    if shift > INDENT * em:
        # Further in than the line before: a first line, if the next goes back, or a block that stands in.
        if _hangs(paragraph, line, following):
            return False
        return not _ends_open(last) or shift > 6 * em or following is None or following.left < line.left - 2
    if shift < -INDENT * em:
        return len(paragraph.lines) > 1 or not paragraph.indented
    if paragraph.indented and len(paragraph.lines) == 1 and ends_sentence(last.text):
        return True  # paragraphs of one line that stand in, one after the other
    if _CLOSED.search(_without_markers(last)) and last.right < right - 0.5 * em:
        return _first_word(line) < (right - last.right) - 0.6 * em and line.text[:1].isupper()
    return False


def _hangs(paragraph: Paragraph, line: Line, following: Line | None) -> bool:
    """Whether a line goes on with an entry whose first line stands out, as in a bibliography."""
    first = paragraph.lines[0]
    if len(paragraph.lines) > 1:
        return False
    return not ends_sentence(first.text) and (following is None or following.left < line.left + 2)


def _ends_open(line: Line) -> bool:
    return not ends_sentence(line.text)


def _stands_in(line: Line, following: Line | None, left: float) -> bool:
    shift = line.left - (left if following is None else max(left, min(following.left, line.left)))
    return INDENT * line.size < shift


def _first_word(line: Line) -> float:
    """The width of a line's first word, in points."""
    _, _, left, right = line.words[0]
    return right - left


def _centred(line: Line, middle: float, left: float, right: float) -> bool:
    inset = min(line.left - left, right - line.right)
    return abs((line.left + line.right) / 2 - middle) < 0.8 * line.size and inset > 2 * line.size


def _is_heading(paragraph: Paragraph, body: float) -> bool:
    lines = paragraph.lines
    if len(lines) > HEADING_LINES:
        return False
    text = " ".join(line.text for line in lines)
    letters = sum(c.isalpha() for c in text)
    if (
        not letters
        or len(text) > HEADING_CHARACTERS
        or len(lines) > HEADING_LINES
        or "\t" in text
        or _LEADERS.search(text)
    ):
        return False
    size = paragraph.size
    if size >= HEADING_SIZE * body:
        return len(text) >= 2
    if size < 0.95 * body or text.rstrip().endswith((",", ";")):
        return False
    if all(line.bold for line in lines):
        return len(lines) <= 3
    middle = (paragraph.left + paragraph.right) / 2
    capitals = text.upper() == text and letters >= 4
    return (
        capitals
        and len(lines) <= 3
        and all(_centred(n, middle, paragraph.left, paragraph.right) for n in lines)
    )
