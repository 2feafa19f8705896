"""What changed since an earlier run, in the HTML report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.evaluation.report.bars import change_bar
from qa.evaluation.report.elements import Markup, element, joined

if TYPE_CHECKING:
    from qa.evaluation.compare import Comparison, Difference

CHANCE = "Chance of so large a change if the two runs were alike"
COLUMNS = 8


def changes(comparison: Comparison) -> Markup:
    """A line a measure with its change drawn, and the questions that turned, each of which opens."""
    over = "" if comparison.common is None else f", over {comparison.common:,} common questions"
    bounds = [b for d in comparison.differences for b in (d.change, d.low, d.high) if b is not None]
    reach = max(map(abs, bounds), default=0.0)
    tested = any(d.p is not None for d in comparison.differences)
    heads = [
        element("th", "Measure", scope="col"),
        element("th", class_="bar", scope="col"),
        *(element("th", words, scope="col") for words in ("Before", "Now", "Change", "95 % interval")),
        element("th", element("abbr", "p", title=CHANCE) if tested else None, scope="col"),
        element("th", scope="col"),
    ]
    lines = [line for d in comparison.differences for line in _lines(d, reach)]
    table = element("table", element("thead", element("tr", *heads)), element("tbody", *lines))
    return element(
        "section",
        element("h3", f"Since the earlier run{over}"),
        element("div", table, class_="scroll", tabindex="0", role="group", aria_label="Changes"),
        class_="comparison",
    )


def _lines(difference: Difference, reach: float) -> list[Markup]:
    low, high, change = difference.low, difference.high, difference.change
    told, chance = difference.verdict, difference.p
    bar, between = None, ""
    if low is not None and high is not None:
        bar, between = change_bar(change, low, high, reach), f"{_signed(low)} … {_signed(high)}"
    lines = [
        element(
            "tr",
            element("th", element("code", difference.measure), scope="row"),
            element("td", bar, class_="bar"),
            *(element("td", words, class_="value") for words in _values(difference)),
            element("td", between, class_="interval"),
            element("td", "" if chance is None else f"{chance:.3f}", class_="interval"),
            element("td", told),
            class_=told or None,
        )
    ]
    turned = [
        element("p", element("span", f"turned {word}: "), *map(_opening, ids), class_="turned")
        for word, ids in (("better", difference.better), ("worse", difference.worse))
        if ids
    ]
    if turned:
        lines.append(element("tr", element("td", *turned, colspan=COLUMNS), class_="ids"))
    return lines


def _values(difference: Difference) -> tuple[str, str, str]:
    return f"{difference.before:.3f}", f"{difference.now:.3f}", _signed(difference.change)


def _signed(number: float) -> str:
    return f"{number:+.3f}".replace("-", "−")


def _opening(question: str) -> Markup:
    return joined(element("button", question, type="button", data_open=question), " ")
