"""Figures and faults in words, the same in every form of the report."""

from __future__ import annotations

from collections.abc import Mapping

from qa.evaluation.curves import Kept
from qa.evaluation.measures import JUDGED, Estimate, Values


def cell(estimate: Estimate) -> str:
    """A value to three places with its interval, a dash where it does not apply."""
    if estimate.value is None:
        return "–"
    return f"{estimate.value:.3f}  ({estimate.low:.3f}–{estimate.high:.3f})"


def figure(value: float | None) -> str:
    """A value to three places, "" where there is none."""
    return "" if value is None else f"{value:.3f}"


def percent(share: float | None) -> str:
    """A share in [0, 1] as a percentage, under ten with one decimal where it needs one; a dash for None."""
    if share is None:
        return "–"
    number = f"{100 * share:.0f}" if share >= 0.1 else f"{100 * share:.1f}".removesuffix(".0")
    return f"{number}\u00a0%"


def threshold(kept: Kept, measured: Mapping[str, Estimate]) -> str:
    """In a sentence, what keeps the unanswerable questions from being answered, and what it costs."""
    goal = f"to answer at most {percent(kept.target)} of the questions without an answer"
    if kept.threshold is None:
        return f"{goal}, nothing at all could be answered: one of them has the highest confidence."
    said = f"{goal}, answer from confidence {kept.threshold:.3f} on ({percent(kept.answered_wrongly)} then"
    said += f", {percent(measured['answered_wrongly'].value)} now)"
    if kept.refused_wrongly is not None:
        said += (
            f"; of those with an answer {percent(kept.refused_wrongly)} would be refused"
            f" ({percent(measured['refused_wrongly'].value)} now)"
        )
    return f"{said}. Chosen on these questions: on others expect up to {percent(kept.high)}."


def faults(values: Values) -> list[str]:
    """In words, what a question got wrong; empty if nothing."""
    said = []
    if values.get("answered_wrongly") == 1:
        said.append("answered though there is no answer")
    if values.get("refused_wrongly") == 1:
        said.append("not answered")
    if values.get("quote_hit@3") == 0:
        said.append(f"evidence not among the first {JUDGED} quotes")
    elif values.get("quote_hit@1") == 0:
        said.append("evidence not the first quote")
    if "quote_hit@3" not in values and values.get("Success@10") == 0:
        said.append("document not among the first 10")
    if values.get("pages") == 0:
        said.append("other pages")
    if (values.get("exact") or 0) < (values.get("shown") or 0):
        said.append("NOT VERBATIM")
    return said
