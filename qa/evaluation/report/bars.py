"""Values on lines: with an interval, as a change, and all questions as one bar."""

from __future__ import annotations

from collections.abc import Sequence

from qa.evaluation.measures import Estimate
from qa.evaluation.report.elements import Markup, element, empty


def interval_bar(estimate: Estimate) -> Markup:
    """A value in [0, 1] on a line, with its interval; nothing where there is no value."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return Markup()
    return _line(_track(), *_span(100 * estimate.low, 100 * estimate.high, 100 * estimate.value))


def change_bar(change: float, low: float, high: float, reach: float) -> Markup:
    """A change with its interval on a line from -``reach`` to ``reach``, 0 in the middle."""

    def place(value: float) -> float:
        return 50 + 50 * max(-1.0, min(1.0, value / reach)) if reach else 50.0

    zero = empty("rect", class_="track", x=49.8, y=0, width=0.4, height=10)
    return _line(_track(), zero, *_span(place(low), place(high), place(change)))


def glance_bar(counts: Sequence[tuple[str, int, str]]) -> Markup:
    """All questions as one bar, a piece for each (class, how many, meaning)."""
    total = sum(count for _, count, _ in counts) or 1
    pieces, at = [], 0.0
    for name, count, meaning in counts:
        width = 1000 * count / total
        if count:
            title = element("title", f"{count}: {meaning}")
            across = max(0.5, width - 3)
            pieces.append(element("rect", title, class_=f"v-{name}", x=at, y=0, width=across, height=10))
        at += width
    return element(
        "svg", *pieces, class_="glance", viewBox="0 0 1000 10", preserveAspectRatio="none", aria_hidden="true"
    )


def _line(*inside: Markup) -> Markup:
    return element(
        "svg", *inside, class_="line", viewBox="0 0 100 10", preserveAspectRatio="none", aria_hidden="true"
    )


def _track() -> Markup:
    return empty("rect", class_="track", x=0, y=4.5, width=100, height=1)


def _span(low: float, high: float, value: float) -> tuple[Markup, Markup]:
    """The interval and the value within it; both stay to be seen where they are narrow or at an end."""
    return (
        empty("rect", class_="range", x=low, y=3, width=max(0.4, high - low), height=4),
        empty("rect", class_="value", x=min(99.0, max(0.0, value - 0.5)), y=0, width=1, height=10),
    )
