"""How a cost grows with size: fitted, and drawn as SVG with both axes logarithmic."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

Points = Sequence[tuple[float, float]]
"""(size, cost), both above 0."""

_COLOURS = ("#1f5fa8", "#c2571a", "#3b8a3e", "#7d3c98", "#8a6d1a", "#555555")
_WIDTH, _HEIGHT = 420, 300
_LEFT, _TOP, _RIGHT, _BOTTOM = 62, 34, 14, 40


@dataclass(frozen=True, slots=True)
class Growth:
    """cost = ``factor`` · size ** ``power``, by least squares over the logarithms. ``error`` is the largest
    ratio of a measured cost to the fitted one, or of this to that (1: exact)."""

    factor: float
    power: float
    error: float

    def at(self, size: float) -> float:
        """The cost at ``size`` that the fit gives."""
        return float(self.factor * size**self.power)


def fitted(points: Points) -> Growth | None:
    """None for fewer than two sizes. Raises ValueError for what is not above 0."""
    if len({size for size, _ in points}) < 2:
        return None
    if any(size <= 0 or cost <= 0 for size, cost in points):
        raise ValueError("a size or a cost is not above 0")
    sizes, costs = np.log([size for size, _ in points]), np.log([cost for _, cost in points])
    power, factor = np.polyfit(sizes, costs, 1)
    error = float(np.exp(np.abs(costs - (factor + power * sizes)).max()))
    return Growth(float(np.exp(factor)), float(power), error)


def drawn(panels: Mapping[str, Mapping[str, Points]], across: str, columns: int = 2) -> str:
    """An SVG with a panel for each title, and in it a line for each name. ``across`` is what sizes are."""
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    colours = {name: _COLOURS[at % len(_COLOURS)] for at, name in enumerate(names)}
    rows = math.ceil(len(panels) / columns)
    legend = 24
    width, height = columns * _WIDTH, rows * _HEIGHT + legend
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="sans-serif" font-size="11" fill="#222">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
    ]
    for at, name in enumerate(names):
        x = 14 + at * (width - 28) // max(1, len(names))
        parts.append(
            f'<rect x="{x}" y="8" width="14" height="4" fill="{colours[name]}"/>'
            f'<text x="{x + 20}" y="14">{escape(name)}</text>'
        )
    for at, (title, lines) in enumerate(panels.items()):
        x, y = at % columns * _WIDTH, legend + at // columns * _HEIGHT
        parts.append(f'<g transform="translate({x} {y})">{_panel(title, lines, colours, across)}</g>')
    return "".join(parts) + "</svg>\n"


def _panel(title: str, lines: Mapping[str, Points], colours: Mapping[str, str], across: str) -> str:
    every = [point for points in lines.values() for point in points]
    if not every:
        return ""
    (low_x, high_x), (low_y, high_y) = (_decades([point[axis] for point in every]) for axis in (0, 1))
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def place(size: float, cost: float) -> tuple[float, float]:
        x = _LEFT + (math.log10(size) - low_x) / (high_x - low_x) * (right - _LEFT)
        y = bottom - (math.log10(cost) - low_y) / (high_y - low_y) * (bottom - _TOP)
        return round(x, 1), round(y, 1)

    parts = [f'<text x="{_LEFT}" y="{_TOP - 12}" font-weight="bold">{escape(title)}</text>']
    for decade in range(low_y, high_y + 1):
        _, y = place(10**low_x, 10**decade)
        parts.append(
            f'<path d="M{_LEFT} {y}H{right}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{_number(10**decade)}</text>'
        )
    for decade in range(low_x, high_x + 1):
        x, _ = place(10**decade, 10**low_y)
        parts.append(
            f'<path d="M{x} {_TOP}V{bottom}" stroke="#ddd"/>'
            f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{_number(10**decade)}</text>'
        )
    parts.append(
        f'<text x="{(_LEFT + right) / 2}" y="{bottom + 32}" text-anchor="middle">{escape(across)}</text>'
    )
    for name, points in lines.items():
        at = [place(*point) for point in sorted(points)]
        path = "L".join(f"{x} {y}" for x, y in at)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colours[name]}" stroke-width="1.8"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colours[name]}"/>' for x, y in at]
    return "".join(parts)


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"
