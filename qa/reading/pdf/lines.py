"""The runs of a region as lines: what stands on one baseline, with what is raised above it."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass

from qa.reading.pdf.sheets import Run

CELL_GAP = 2.0
"""Ems between two words from which they stand in two cells of a table, with a tab between."""

RUN_GAP = 0.15
"""Ems between two runs from which there is a space between them, where the file has none."""

RAISED_CHARACTERS = 12
"""A longer small run beside a line is a line of its own."""

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SUPERSCRIPTS = re.compile("[⁰¹²³⁴-⁹]+")


@dataclass(slots=True)
class Line:
    """``words`` are (start, end, left, right) in ``text`` and on the page; ``raised`` the ranges of the text
    that stand above the baseline and are smaller; ``size`` is that of most of its characters."""

    page: int
    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    words: list[tuple[int, int, float, float]]
    raised: list[tuple[int, int]]

    @property
    def top(self) -> float:
        return self.baseline - 0.8 * self.size

    @property
    def bottom(self) -> float:
        return self.baseline + 0.25 * self.size


class _Row:
    __slots__ = ("baseline", "runs", "size", "small")

    def __init__(self, run: Run) -> None:
        self.baseline, self.size = run.baseline, run.size
        self.runs: list[Run] = [run]
        self.small: list[Run] = []  # raised above the baseline


def lines(runs: Iterable[Run], page: int) -> list[Line]:
    """The lines of one region, from top to bottom."""
    runs = list(runs)
    _lower_initials(runs)
    rows: list[_Row] = []
    keys: list[tuple[float, int]] = []  # (baseline, row)
    # The large ones first, so that a raised number finds the line that it belongs to.
    for run in sorted(runs, key=lambda r: (-r.size, r.order)):
        near = _near(rows, keys, run)
        if near is None:
            insort(keys, (run.baseline, len(rows)))
            rows.append(_Row(run))
        else:
            near.runs.append(run)
            if near.baseline - run.baseline > 0.1 * near.size and run.size <= 0.9 * near.size:
                near.small.append(run)
    return [_line(rows[at], page) for _, at in keys]


def _lower_initials(runs: list[Run]) -> None:
    """An initial two or three lines high belongs to the first of them."""
    for run in runs:
        if len(run.text) > 2:
            continue
        beside = [
            other for other in runs
            if run.size >= 1.8 * other.size and -0.2 * run.size < other.left - run.right < 2 * other.size
            and run.baseline - 0.95 * run.size < other.baseline <= run.baseline + 0.2 * other.size
        ]  # fmt: skip
        if len(beside) >= 2 or (beside and run.text[:1].isalpha()):
            first = min(beside, key=lambda other: other.baseline)
            run.baseline, run.size = first.baseline, first.size
            # Its right edge hides the gap to the rest of its word.
            run.right = max(run.right, first.left) if not first.before else run.right


def _near(rows: list[_Row], keys: list[tuple[float, int]], run: Run) -> _Row | None:
    reach = 3 * run.size
    best: tuple[float, _Row] | None = None
    for at in range(bisect_left(keys, (run.baseline - reach, -1)), len(keys)):
        baseline, index = keys[at]
        if baseline > run.baseline + reach:
            break
        row = rows[index]
        above = row.baseline - run.baseline
        if abs(above) <= 0.2 * min(row.size, run.size) + 0.3:
            fits = True
        else:
            fits = (
                run.size <= 0.88 * row.size and -0.35 * row.size < above < 0.65 * row.size
                and len(run.text) <= RAISED_CHARACTERS and _beside(row, run)
            )  # fmt: skip
        if fits and (best is None or abs(above) < best[0]):
            best = abs(above), row
    return best[1] if best else None


def _beside(row: _Row, run: Run) -> bool:
    reach = 0.5 * row.size
    return any(abs(run.left - r.right) < reach or abs(r.left - run.right) < reach for r in row.runs)


def _line(row: _Row, page: int) -> Line:
    rtl = sum(len(_RTL.findall(r.text)) for r in row.runs) * 2 > sum(len(r.text) for r in row.runs)
    ordered = sorted(row.runs, key=(lambda r: -r.right) if rtl else (lambda r: (r.left, r.order)))
    small = {id(run) for run in row.small}
    text = ""
    words: list[tuple[int, int, float, float]] = []
    raised: list[tuple[int, int]] = []
    last: Run | None = None
    for run in ordered:
        glue = ""
        if last is not None:
            gap = last.left - run.right if rtl else run.left - last.right
            em = max(last.size, run.size)
            wide = gap > RUN_GAP * em or ((last.after or run.before) and gap > 0.02 * em)
            glue = "\t" if gap > CELL_GAP * em else " " if wide else ""
        text += glue
        at = len(text)
        for number, word in enumerate(run.text.split(" ")):
            left, right = run.edges[2 * number], run.edges[2 * number + 1]
            words.append((at, at + len(word), left, right))
            at += len(word) + 1
        if id(run) in small:
            raised.append((len(text), len(text) + len(run.text)))
        text += run.text
        last = run
    raised += [m.span() for m in _SUPERSCRIPTS.finditer(text)]
    large = [r for r in row.runs if id(r) not in small]
    letters = sum(len(r.text) for r in large)
    size = sum(r.size * len(r.text) for r in large) / letters
    bold = all(r.bold for r in large if any(c.isalpha() for c in r.text))
    return Line(
        page, text, min(r.left for r in row.runs), max(r.right for r in row.runs), row.baseline, size,
        bold and any(c.isalpha() for c in text), words, sorted(raised),
    )  # fmt: skip
