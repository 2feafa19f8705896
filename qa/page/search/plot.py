"""Bars over time as inline SVG. Pure.

The bars are stretched to whatever width there is; the words stand beside them as HTML, so that they keep
their size on a phone. They carry classes and no colours: the page's style decides, in light and dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

LABELS = 8
"""Labels under the bars at most."""

_UNIT = 10  # width of a bar with the space behind it, in the drawing's own measure
_BAR = 8
_HEIGHT = 100
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``key`` is what a click on it gives, ``title`` what is said of it. ``place`` is its number in
    some even count (a year): labels stand at its round numbers."""

    place: int
    label: str
    value: float
    title: str
    key: str = ""


def bars(every: Sequence[Bar], says: str, most: str, *, name: str = "", hidden: bool = False) -> str:
    """The plot. ``says`` tells those who do not see it what it shows, ``most`` is the height of the highest
    bar in words; ``name`` is that of the measure, for the page's script to choose by. Bars must be there."""
    top = max(bar.value for bar in every) or 1.0
    drawn = []
    for at, bar in enumerate(every):
        height = _HEIGHT * bar.value / top
        # What is there at all can be seen.
        height = max(height, 1.5) if bar.value else 0
        drawn.append(
            f'<g class="year" data-key="{escape(bar.key)}"><title>{escape(bar.title)}</title>'
            f'<rect class="reach" x="{at * _UNIT}" y="0" width="{_UNIT}" height="{_HEIGHT}"/>'
            f'<rect class="bar" x="{at * _UNIT + 1}" y="{_HEIGHT - height:.2f}" width="{_BAR}" '
            f'height="{height:.2f}"/></g>'
        )
    labels = "".join(
        f'<span style="left:{100 * (at + 0.5) / len(every):.2f}%">{escape(bar.label)}</span>'
        for at, bar in enumerate(every)
        if bar.place % _step(len(every)) == 0
    )
    return (
        f'<div class="plot"{" hidden" if hidden else ""} data-measure="{escape(name)}">'
        f'<span class="most" aria-hidden="true">{escape(most)}</span>'
        f'<svg role="img" aria-label="{escape(says)}" viewBox="0 0 {len(every) * _UNIT} {_HEIGHT}" '
        f'preserveAspectRatio="none">{"".join(drawn)}</svg>'
        f'<div class="labels" aria-hidden="true">{labels}</div></div>'
    )


def _step(count: int) -> int:
    """Every how many bars there is a label."""
    return next((step for step in _STEPS if count <= step * LABELS), _STEPS[-1])
