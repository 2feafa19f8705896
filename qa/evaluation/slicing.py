"""The parts of a set that are measured by themselves: one kind of question, one volume, one decade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa.evaluation.measures import Outcome

ALWAYS = ("kind", "style")
"""Columns that are always there, however many values they have: scripts rely on these two."""

FEWEST, MOST = 2, 20
"""How many different values any other column may have to make slices: one is the whole set again, and of
many each would rest on a handful of questions."""


def labels(outcomes: Sequence[Outcome]) -> dict[str, tuple[str, ...]]:
    """The label of each outcome by what makes slices, "" where it has none: "kind", "style", "document"
    (of the first evidence: what stands before the last "/" of its name, a volume or a folder, or the whole
    name), "date" (that document's year, or its decade where there would be too many years), and every
    further column of the set with 2 … 20 different values."""
    found = {by: tuple(str(getattr(o.question, by)) for o in outcomes) for by in ALWAYS}
    found |= _fitting({"document": tuple(map(_volume, outcomes))})
    years = tuple(map(_year, outcomes))
    decades = tuple(year and f"{year[:-1]}0s" for year in years)
    found |= _fitting({"date": years}) or _fitting({"date": decades})
    names = dict.fromkeys(name for o in outcomes for name, _ in o.question.columns)
    found |= _fitting(
        {
            name: tuple(dict(o.question.columns).get(name, "") for o in outcomes)
            for name in names
            if name not in found
        }
    )
    return {by: row for by, row in found.items() if by in ALWAYS or any(row)}


def _fitting(rows: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {by: row for by, row in rows.items() if FEWEST <= len(set(row) - {""}) <= MOST}


def _volume(outcome: Outcome) -> str:
    evidence = outcome.question.evidence
    if not evidence:
        return ""
    return evidence[0].document.rpartition("/")[0] or evidence[0].document


def _year(outcome: Outcome) -> str:
    """The year of the first evidence's document, "" where it is not known."""
    first = next((c for c in outcome.contexts if c.of == "evidence" and c.number == 0), None)
    year = ((first and first.date) or "")[:4]
    return year if len(year) == 4 and year.isdigit() else ""
