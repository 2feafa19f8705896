"""The runs of a page in reading order: regions, each a stretch of one column.

A gutter is a strip that no run crosses for some lines, with prose on both sides. What crosses it ends the
columns: a title above them, a table between, notes below. A table has such strips too, but it is written
row by row and its cells do not fill their columns: it stays whole.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from qa.reading.pdf.sheets import Run

MIN_ROWS = 3
"""Lines on each side of a gutter."""

MIN_SIDE = 0.18
"""The width of each side, as a share of the whole."""

MIN_CHARACTERS = 12
"""Of a line of prose, on average; the cells of a table have fewer."""

STEP = 2.0
"""Points between two places where a gutter is looked for."""

MOST_PLACES = 2_000
"""Of those: enough for sheets of more than a metre. What a file says that stands further apart is no page."""

MAX_DEPTH = 8


def regions(runs: list[Run]) -> list[list[Run]]:
    """The runs in reading order, each list one column's stretch from top to bottom."""
    return [region for region in _split(sorted(runs, key=lambda r: r.baseline), 0) if region]


def _split(runs: list[Run], depth: int) -> list[list[Run]]:
    if depth >= MAX_DEPTH or len(runs) < 2 * MIN_ROWS or not _side_by_side(runs):
        return [runs]
    gutter = _gutter(runs)
    if gutter is None:
        return [runs]
    x, first, last = gutter
    within = runs[first:last]
    sides = [r for r in within if r.right <= x], [r for r in within if r.right > x]
    parts = [runs[:first], *sides, runs[last:]]
    return [region for part in parts if part for region in _split(part, depth + 1)]


def _side_by_side(runs: list[Run]) -> bool:
    """Whether enough runs stand beside others, so that it is worth looking for a gutter."""
    beside = 0
    for at, run in enumerate(runs):
        for other in runs[at + 1 :]:
            if other.baseline - run.baseline > run.size:
                break
            if other.left > run.right or run.left > other.right:
                beside += 1
                break
        if beside >= MIN_ROWS:
            return True
    return False


def _gutter(runs: list[Run]) -> tuple[float, int, int] | None:
    """(place, first run, end of runs) of the best gutter: runs[first:end] stand left or right of it."""
    left = np.array([r.left for r in runs])
    right = np.array([r.right for r in runs])
    start, stop = float(left.min()), float(right.max())
    margin = MIN_SIDE * (stop - start)
    step = max(STEP, (stop - start) / MOST_PLACES)
    places = np.arange(start + margin, stop - margin, step)
    found: list[tuple[int, int, int, float]] = []  # (score, first, end, place)
    for place in places:
        crossing = np.flatnonzero((left < place - 0.5) & (right > place + 0.5))
        best = (0, 0, 0)
        for a, b in pairwise([-1, *crossing.tolist(), len(runs)]):
            if b - a - 1 > 2 * max(MIN_ROWS - 1, best[0]):
                within = runs[a + 1 : b]
                rows = min(
                    _rows([r for r in within if r.right <= place + 0.5]),
                    _rows([r for r in within if r.right > place + 0.5]),
                )
                best = max(best, (rows, a + 1, b))
        if best[0] >= MIN_ROWS:
            found.append((*best, float(place)))
    found.sort(key=lambda f: (-f[0], f[1], f[3]))
    tried: set[tuple[int, int]] = set()
    for _, first, end, place in found:
        if (first, end) in tried:
            continue
        tried.add((first, end))
        same = [f[3] for f in found if (f[1], f[2]) == (first, end) and _joined(f[3], place, found, step)]
        middle = (min(same) + max(same)) / 2
        size = float(np.median([r.size for r in runs[first:end]]))
        if max(same) - min(same) + step >= 0.6 * size and _is_prose(runs[first:end], middle):
            return middle, first, end
    return None


def _joined(one: float, two: float, found: list[tuple[int, int, int, float]], step: float) -> bool:
    """Whether every place between the two is free too."""
    low, high = min(one, two), max(one, two)
    between = sum(low <= f[3] <= high for f in found)
    return between >= round((high - low) / step) + 1


def _rows(runs: list[Run]) -> int:
    count, last = 0, float("-inf")
    for run in runs:  # in order of their baselines
        if run.baseline - last > 0.5 * run.size:
            count += 1
            last = run.baseline
    return count


def _is_prose(runs: list[Run], place: float) -> bool:
    ordered = sorted(runs, key=lambda r: r.order)
    sides = [r.right <= place for r in ordered]
    changes = sum(one != two for one, two in pairwise(sides))
    fills, rows = [], []
    for side in (True, False):
        lines = _as_lines([r for r in runs if (r.right <= place) is side])
        width = max(right for _, right, _ in lines) - min(left for left, _, _ in lines)
        if sum(size for *_, size in lines) < MIN_CHARACTERS * len(lines):
            return False
        fills.append(sum(right - left for left, right, _ in lines) / max(1.0, width * len(lines)))
        rows.append(len(lines))
    if changes <= max(3, 0.2 * min(rows)):
        return min(fills) >= 0.35
    return min(fills) >= 0.7


def _as_lines(runs: list[Run]) -> list[tuple[float, float, int]]:
    """(left, right, characters) of each line."""
    lines: list[tuple[float, float, int]] = []
    last = float("-inf")
    for run in runs:
        if run.baseline - last > 0.5 * run.size:
            lines.append((run.left, run.right, len(run.text)))
            last = run.baseline
        else:
            left, right, size = lines[-1]
            lines[-1] = (min(left, run.left), max(right, run.right), size + len(run.text))
    return lines
