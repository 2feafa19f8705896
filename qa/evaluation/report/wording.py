"""Figures and faults in words, the same in every form of the report."""

from __future__ import annotations

from qa.evaluation.measures import JUDGED, Estimate, Values


def cell(estimate: Estimate) -> str:
    """A value to three places with its interval, a dash where it does not apply."""
    if estimate.value is None:
        return "–"
    return f"{estimate.value:.3f}  ({estimate.low:.3f}–{estimate.high:.3f})"


def figure(value: float | None) -> str:
    """A value to three places, "" where there is none."""
    return "" if value is None else f"{value:.3f}"


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
