"""The plots of the HTML report as SVG: risk and coverage, reliability, latency.

They carry classes and no colours, so that the page's style decides, in light and dark and in print. A library
that draws plots would bring its own fonts and colours for every one of them, and more than the page weighs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from qa.evaluation.curves import Bin, Step, thinned
from qa.evaluation.report.elements import Markup, element, empty

WIDTH, HEIGHT = 360, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 24, 40
BASE = HEIGHT - BOTTOM
STEPS = 300
"""How many steps of a curve are drawn at most; a pixel holds no more."""
BARS = 24
"""How many bars the histogram of seconds has."""

Ticks = Iterable[tuple[float, str]]


class _Frame:
    """Axes from 0 to ``across`` and to ``up``; ``x`` and ``y`` turn values into places."""

    def __init__(self, across: float, up: float) -> None:
        self.across, self.up = across or 1.0, up or 1.0

    def x(self, value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * value / self.across

    def y(self, value: float) -> float:
        return BASE - (BASE - TOP) * value / self.up

    def line(self, start: tuple[float, float], end: tuple[float, float], class_: str) -> Markup:
        (x1, y1), (x2, y2) = start, end
        return empty("line", class_=class_, x1=self.x(x1), y1=self.y(y1), x2=self.x(x2), y2=self.y(y2))

    def path(self, places: Iterable[tuple[float, float]], class_: str) -> Markup:
        points = " ".join(f"{self.x(x):.2f},{self.y(y):.2f}" for x, y in places)
        return empty("polyline", class_=class_, points=points)

    def dot(self, x: float, y: float, class_: str, title: str) -> Markup:
        return element("circle", element("title", title), class_=class_, cx=self.x(x), cy=self.y(y), r=4.5)

    def drawn(
        self,
        says: str,
        *inside: Markup,
        across: tuple[str, Ticks],
        up: tuple[str, Ticks],
        reach: bool = False,
    ) -> Markup:
        """The whole plot, which ``says`` something to those who do not see it; ``across`` and ``up`` are each
        an axis's name and its ticks. With ``reach`` it carries its measures for the script."""
        parts = []
        for value, label in up[1]:
            y = self.y(value)
            parts.append(empty("line", class_="grid", x1=LEFT, y1=y, x2=WIDTH - RIGHT, y2=y))
            parts.append(element("text", label, class_="tick", x=LEFT - 6, y=y + 3.5, text_anchor="end"))
        for value, label in across[1]:
            x = self.x(value)
            parts.append(element("text", label, class_="tick", x=x, y=BASE + 15, text_anchor="middle"))
        parts.append(empty("line", class_="axis", x1=LEFT, y1=BASE, x2=WIDTH - RIGHT, y2=BASE))
        parts.append(
            element("text", across[0], class_="name", x=WIDTH - RIGHT, y=HEIGHT - 6, text_anchor="end")
        )
        parts.append(element("text", up[0], class_="name", x=LEFT, y=TOP - 11))
        measures = {
            "data_x": f"{self.x(0):.2f} {self.x(1):.2f}",
            "data_y": f"{self.y(0):.2f} {self.y(1):.2f}",
        }
        return element(
            "svg",
            *parts,
            *inside,
            class_="plot",
            viewBox=f"0 0 {WIDTH} {HEIGHT}",
            role="img",
            aria_label=says,
            **(measures if reach else {}),
        )


def risk_coverage_plot(
    steps: Sequence[Step], now: tuple[float, float | None] | None, kept: tuple[float, float] | None
) -> Markup:
    """The curve with the point at which the assistant answers ``now`` (coverage, risk) and the one that the
    threshold sought for would give (``kept``). Dashed: a confidence that tells nothing; dotted: one that puts
    every right answer before every wrong one. ``steps`` must not be empty."""
    overall = steps[-1].risk
    top = min(1.0, max(0.2, math.ceil(5 * max(step.risk for step in steps)) / 5))
    frame = _Frame(1, top)
    # The ideal confidence makes no error until only wrong answers are left.
    ideal = [(float(c), max(0.0, float(c - 1 + overall) / float(c))) for c in np.linspace(0.01, 1, 100)]
    inside = [
        frame.line((0, overall), (1, overall), "chance"),
        frame.path(ideal, "ideal"),
        frame.path([(step.coverage, step.risk) for step in thinned(steps, STEPS)], "curve"),
    ]
    if kept is not None:
        inside.append(frame.dot(*kept, "kept", "with the threshold below"))
    if now is not None and now[1] is not None:
        inside.append(frame.dot(now[0], now[1], "now", "as it answers now"))
    inside.append(element("circle", class_="tried", r=5, hidden=True))
    return frame.drawn(
        "Risk and coverage: the share of wrong answers, by the share of questions that are answered",
        *inside,
        across=("questions answered", _shares(1)),
        up=("first quote without the evidence", _shares(top)),
        reach=True,
    )


def reliability_plot(bins: Sequence[Bin]) -> Markup:
    """Confidence against the share of right first quotes, with 95 % intervals; on the diagonal both agree."""
    frame = _Frame(1, 1)
    return frame.drawn(
        "Reliability: confidence and the share of right first quotes, in bins of equal mass",
        frame.line((0, 0), (1, 1), "chance"),
        *(frame.line((one.confidence, one.low), (one.confidence, one.high), "whisker") for one in bins),
        *(frame.dot(one.confidence, one.share, "bin", _bin(one)) for one in bins),
        across=("confidence", _shares(1)),
        up=("first quote right", _shares(1)),
    )


def latency_plot(seconds: Sequence[float], p50: float, p95: float) -> Markup:
    """A histogram of the seconds to answer, with the median and the 95th percentile. What took longer than
    all but one in a hundred stands in the last bar. ``seconds`` must not be empty."""
    longest = float(np.percentile(seconds, 99)) or 1.0
    counts, edges = np.histogram(np.minimum(seconds, longest), bins=BARS, range=(0, longest))
    most = int(counts.max())
    frame = _Frame(longest, most * 1.25)
    inside = []
    for count, low, high in zip(counts.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if count:
            x, y = frame.x(low), frame.y(count)
            title = element("title", f"{count} from {low:.3g} to {high:.3g} s")
            width = max(0.5, frame.x(high) - x - 1)
            inside.append(element("rect", title, class_="bar", x=x, y=y, width=width, height=BASE - y))
    for value, label, drop in ((p50, "half", 0), (p95, "95 %", 14)):
        x = frame.x(min(value, longest))
        # The words stand above the bars, on the side of the line that has room for them.
        anchor, beside = ("end", -5) if x > WIDTH / 2 else ("start", 5)
        said = f"{label} within {value:.3g} s"
        inside.append(empty("line", class_="mark", x1=x, y1=TOP + drop, x2=x, y2=BASE))
        inside.append(
            element("text", said, class_="label", x=x + beside, y=TOP + 9 + drop, text_anchor=anchor)
        )
    return frame.drawn(
        f"Seconds to answer: half within {p50:.3g}, 95 % within {p95:.3g}",
        *inside,
        across=("seconds", [(longest * i / 4, f"{longest * i / 4:.2g}") for i in range(5)]),
        up=("questions", [(most, str(most))]),
    )


def _bin(one: Bin) -> str:
    return f"confidence {one.confidence:.2f}: {100 * one.share:.0f} % right of {one.questions}"


def _shares(top: float) -> list[tuple[float, str]]:
    """Ticks at every fifth, or tenth where the axis is short."""
    step = 0.2 if top > 0.4 else 0.1
    return [(step * i, f"{100 * step * i:.0f} %") for i in range(round(top / step) + 1)]
