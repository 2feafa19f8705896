"""What a set can be cut by: kind, style, document, date, and whatever further columns it has."""

from __future__ import annotations

from collections.abc import Sequence

from qa.evaluation.measures import Outcome

FEWEST, MOST = 2, 20
"""A further column is cut by where it has this many different values: with one there is nothing to compare,
with more it is a name or a text rather than a class."""
YEARS = 20
"""Dates are cut by year up to this many years from first to last, by decade beyond."""


def labels(outcomes: Sequence[Outcome]) -> dict[str, list[str]]:
    """For each thing that the outcomes can be cut by, the label of each outcome in their order, "" where it
    has none. "document" is the source file or volume of the first evidence: its name before the last "/";
    "date" the year of that document, or its decade ("1910s") where the years lie far apart. Neither is
    there where no outcome has it."""
    cut = {
        "kind": [outcome.question.kind for outcome in outcomes],
        "style": [outcome.question.style for outcome in outcomes],
        "document": [_volume(outcome) for outcome in outcomes],
        "date": _dates([_year(outcome) for outcome in outcomes]),
    }
    further = [dict(outcome.question.columns) for outcome in outcomes]
    for name in sorted({name for columns in further for name in columns} - set(cut)):
        values = [columns.get(name, "") for columns in further]
        if FEWEST <= len(set(values) - {""}) <= MOST:
            cut[name] = values
    return {name: values for name, values in cut.items() if name in ("kind", "style") or any(values)}


def _volume(outcome: Outcome) -> str:
    if not outcome.question.evidence:
        return ""
    name = outcome.question.evidence[0].document
    return name.rpartition("/")[0] or name


def _year(outcome: Outcome) -> int | None:
    for context in outcome.contexts:
        if context.of == "evidence" and context.number == 0 and context.date:
            year = context.date[:4]
            return int(year) if year.isascii() and year.isdigit() else None
    return None


def _dates(years: Sequence[int | None]) -> list[str]:
    known = [year for year in years if year is not None]
    decades = bool(known) and max(known) - min(known) >= YEARS
    return [
        "" if year is None else f"{year // 10 * 10}s" if decades else str(year).zfill(4) for year in years
    ]
