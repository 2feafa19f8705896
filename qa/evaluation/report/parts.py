"""The parts of one set's section in the HTML report: at a glance, figures, plots, notes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from qa.evaluation import curves
from qa.evaluation.measures import LOWER_IS_BETTER
from qa.evaluation.report.bars import glance_bar, interval_bar
from qa.evaluation.report.changes import changes
from qa.evaluation.report.elements import Markup, element
from qa.evaluation.report.pictures import latency_plot, reliability_plot, risk_coverage_plot
from qa.evaluation.report.verdicts import VERDICTS, lead, meanings, verdict
from qa.evaluation.report.wording import figure, threshold
from qa.evaluation.report.words import GROUPS, PLAIN
from qa.evaluation.results import Result

if TYPE_CHECKING:
    from qa.evaluation.compare import Comparison

RISK = (
    "The more questions are answered, the surest first, the more answers are wrong. Full dot: as it answers "
    "now. Ring: with the threshold below. Dashes: a confidence that tells nothing; dots: one that tells all."
)
TRUST = (
    "On the dashed line confidence is what it says: of answers with 70 %, seven in ten are right. Below the "
    "line it claims too much, above it too little."
)


def section(number: int, result: Result, comparison: Comparison | None, target: float) -> Markup:
    """All of a set; the slices and the questions are filled in by the script."""
    said = f"{result.questions:,} questions: {result.answerable:,} with an answer in the library, "
    return element(
        "section",
        element("h2", result.name, id=f"name-{number}"),
        element("p", f"{said}{result.questions - result.answerable:,} without.", class_="asked"),
        _glance(result),
        _figures(result),
        _plots(result, target),
        changes(comparison) if comparison is not None else None,
        element("section", element("h3", "Where it does well, and where not"), class_="slices", hidden=True),
        element("section", element("h3", "Questions"), class_="questions", hidden=True),
        _warnings(result),
        class_="set",
        id=f"set-{number}",
        data_number=str(number),
        aria_labelledby=f"name-{number}",
    )


def _glance(result: Result) -> Markup:
    counts = Counter(map(verdict, result.values))
    said = meanings(result.values)
    legend = [
        element(
            "li",
            element(
                "button",
                element("i", class_=f"v-{name}"),
                element("b", f"{counts[name]:,}"),
                element("span", said[name]),
                type="button",
                data_verdict=name,
            ),
        )
        for name in VERDICTS
        if counts[name]
    ]
    return element(
        "section",
        element("p", lead(result.values), class_="lead"),
        glance_bar([(name, counts[name], said[name]) for name in VERDICTS]),
        element("ul", *legend, class_="legend"),
        class_="first",
        aria_label="At a glance",
    )


def _figures(result: Result) -> Markup:
    """Every measure that has a value, grouped, with its interval drawn and written."""
    groups = []
    for heading, names in GROUPS.items():
        lines = [_line(result, name) for name in names if result.measures[name].value is not None]
        if lines:
            head = element("tr", element("th", heading, colspan="5", scope="rowgroup"), class_="group")
            groups.append(element("tbody", head, *lines))
    ends = (element("span", "0"), element("span", "1"))
    heads = [
        element("th", "Measure", scope="col"),
        element("th", *ends, class_="bar", scope="col"),
        *(element("th", words, scope="col") for words in ("Value", "95 % interval", "Of")),
    ]
    table = element("table", element("thead", element("tr", *heads)), *groups)
    return element(
        "section", element("h3", "Figures"), element("div", table, class_="scroll"), class_="figures"
    )


def _line(result: Result, name: str) -> Markup:
    estimate = result.measures[name]
    less = element("em", " (less is better)") if name in LOWER_IS_BETTER else None
    return element(
        "tr",
        element("th", element("code", name), " ", element("span", PLAIN[name], less), scope="row"),
        element("td", interval_bar(estimate), class_="bar"),
        element("td", figure(estimate.value), class_="value"),
        element("td", f"{figure(estimate.low)}–{figure(estimate.high)}", class_="interval"),
        element(
            "td", f"{estimate.questions:,}", class_="rests", title=f"over {estimate.questions:,} questions"
        ),
    )


def _plots(result: Result, target: float) -> Markup:
    rows = result.values
    steps, kept = curves.risk_coverage(rows), curves.keeping(rows, target)
    drawn = []
    if steps:
        sought = kept.threshold if kept else None
        # Where the threshold sought for lies on the curve: the last step that is still answered.
        reached = [step for step in steps if sought is not None and step.threshold >= sought]
        at = (reached[-1].coverage, reached[-1].risk) if reached else None
        plot = risk_coverage_plot(steps, curves.operating_point(rows), at)
        drawn.append(_plot("Risk and coverage", plot, RISK))
    if bins := curves.reliability(rows):
        drawn.append(_plot("Reliability", reliability_plot(bins), TRUST + _by_chance(result)))
    if result.outcomes:
        seconds = [outcome.seconds for outcome in result.outcomes]
        plot = latency_plot(seconds, result.seconds["p50"], result.seconds["p95"])
        drawn.append(_plot("Time to answer", plot, _timing(result)))
    start = kept.threshold if kept and kept.threshold is not None else 0.5
    said = threshold(kept, result.measures) if kept else ""
    return element(
        "section",
        element("h3", "How sure it is, and how fast"),
        element("div", *drawn, class_="three"),
        element("p", said[:1].upper() + said[1:], class_="sought") if said else None,
        element("div", class_="try", hidden=True, data_start=f"{start:.3f}"),
        class_="plots",
    )


def _plot(title: str, plot: Markup, words: str) -> Markup:
    return element("figure", element("figcaption", element("h4", title)), plot, element("p", words))


def _by_chance(result: Result) -> str:
    chance = curves.calibration_by_chance(result.values)
    if chance is None:
        return ""
    return (
        f" Calibration error {figure(result.measures['ece'].value)}; on so many questions a confidence "
        f"without any error would show {figure(chance.mean)} by chance, and up to {figure(chance.most)} 95 "
        "times in 100."
    )


def _timing(result: Result) -> str:
    if result.manifest is None:
        return "The last bar holds the slowest one in a hundred as well."
    if result.manifest.batch > 1:
        return (
            "Questions were asked side by side, a core each: a question counts its share of the time that "
            "all took. With --one-by-one each is timed by itself."
        )
    return "Each question was asked by itself. The last bar holds the slowest one in a hundred as well."


def _warnings(result: Result) -> Markup | None:
    if not result.warnings:
        return None
    listed = element("ul", *(element("li", warning) for warning in result.warnings))
    return element("section", element("h3", "Notes on this run"), listed, class_="warnings")
