"""Compares results with those of an earlier run, question by question where both have them.

A change comes with a 95 % interval of the paired bootstrap (both runs resampled by the same questions) and
with the p of the paired randomisation test: how often so large a change comes about where, for each question
by the toss of a coin, its two outcomes change places (Fisher 1935, chapter III; for retrieval Smucker, Allan
and Carterette 2007). Both count questions with ``measures.estimates``, so they hold for every measure, an
area or a calibration error as well as a mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.errors import UsageError
from qa.evaluation.baseline import Baseline, baseline
from qa.evaluation.confidence import Floats
from qa.evaluation.measures import (
    LOWER_IS_BETTER,
    MEASURES,
    RESAMPLES,
    SEED,
    Values,
    columns,
    estimates,
    interval,
    resample,
)
from qa.evaluation.results import Result

if TYPE_CHECKING:
    from qa.evaluation.manifest import Manifest

AT_ONCE = 250
"""Resamples that are counted at once; ``measures.RESAMPLES`` are a multiple of it."""

TURNED = ("Success@1", "quote_hit@1", "quote_hit@3", "answered_wrongly", "refused_wrongly", "pages")
"""The measures that are right or wrong for one question, so that it can turn."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How a measure changed. ``low`` and ``high`` bound the change with a 95 % paired bootstrap over the
    common questions, and ``p`` in (0, 1] is the chance of so large a change between runs that are alike
    (two-sided, paired randomisation); None where the earlier run has no per-question values, and ``p`` in
    slices, of which some are always unlikely. ``better`` are the ids of the questions that turned right,
    ``worse`` of those that turned wrong."""

    measure: str
    before: float
    now: float
    low: float | None
    high: float | None
    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()
    p: float | None = None

    @property
    def change(self) -> float:
        """now - before."""
        return self.now - self.before

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    @property
    def verdict(self) -> str:
        """ "better" or "worse" where the change is clear, else ""."""
        if not self.clear:
            return ""
        return "better" if (self.change < 0) == (self.measure in LOWER_IS_BETTER) else "worse"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One set now and then. ``common`` is how many questions both runs have, None where the earlier one is
    a summary; ``differences`` are over these alone, ``slices`` over each part of them
    (``slices["kind"]["fact"]``). ``changed`` says in words what else differs between the two runs, where
    both were kept."""

    name: str
    common: int | None
    differences: tuple[Difference, ...]
    slices: Mapping[str, Mapping[str, tuple[Difference, ...]]] = field(default_factory=dict)
    changed: tuple[str, ...] = ()


def compare(results: Sequence[Result], earlier: str | Path | Baseline) -> list[Comparison]:
    """What changed since an earlier run, for each set that both have. A baseline without per-question
    values gives changes without intervals or turned questions. Raises UsageError where it cannot be read
    or shares no set with the results."""
    if not isinstance(earlier, Baseline):
        earlier = baseline(earlier)
    compared = []
    for result in results:
        if result.name in earlier.questions:
            paired = _paired(result, earlier.questions[result.name])
            compared.append(replace(paired, changed=_changed(earlier.manifest, result.manifest)))
        elif result.name in earlier.summary:
            compared.append(_unpaired(result, earlier.summary[result.name]))
    if not compared:
        has = ", ".join(sorted({*earlier.questions, *earlier.summary})) or "no set"
        raise UsageError(f"{earlier.path}: has {has}; nothing to compare with this run.")
    return compared


def _changed(before: Manifest | None, now: Manifest | None) -> tuple[str, ...]:
    return () if before is None or now is None else tuple(before.differences(now))


def _paired(result: Result, earlier: Mapping[str, Values]) -> Comparison:
    both = [
        (number, outcome.question.id)
        for number, outcome in enumerate(result.outcomes)
        if outcome.question.id in earlier
    ]
    if not both:
        return Comparison(result.name, 0, ())
    ids = [name for _, name in both]
    old, new = [earlier[name] for name in ids], [result.values[number] for number, _ in both]
    slices: dict[str, dict[str, tuple[Difference, ...]]] = {}
    for by, labels in result.labels.items():
        column = [labels[number] for number, _ in both]
        for label in sorted(set(column) - {""}):
            part = [i for i, own in enumerate(column) if own == label]
            slices.setdefault(by, {})[label] = _differences(
                [ids[i] for i in part], [old[i] for i in part], [new[i] for i in part]
            )
    return Comparison(result.name, len(ids), _differences(ids, old, new, tested=True), slices)


def _differences(
    ids: Sequence[str], old: Sequence[Values], new: Sequence[Values], *, tested: bool = False
) -> tuple[Difference, ...]:
    """What changed from ``old`` to ``new``, the values of the same questions."""
    # One table, the earlier values above the later: the row counts say which run a question is taken from.
    both = columns([*old, *new])
    ones, none = np.ones((1, len(ids))), np.zeros((1, len(ids)))
    before = estimates(both, np.hstack([ones, none]))
    now = estimates(both, np.hstack([none, ones]))
    known = [name for name in MEASURES if not np.isnan(before[name][0]) and not np.isnan(now[name][0])]
    spread = _changes(both, _resampled(len(ids)), known)
    chances = _changes(both, _swapped(len(ids)), known) if tested else {}
    found = []
    for name in known:
        first, second = float(before[name][0]), float(now[name][0])
        low, high = interval(spread[name])
        steps = [(id_, _step(name, *pair)) for id_, *pair in zip(ids, old, new, strict=True)]
        found.append(
            Difference(
                name,
                first,
                second,
                low,
                high,
                tuple(id_ for id_, step in steps if step > 0),
                tuple(id_ for id_, step in steps if step < 0),
                _p(second - first, chances[name]) if tested else None,
            )
        )
    return tuple(found)


def _resampled(questions: int) -> Iterator[tuple[Floats, Floats]]:
    """Counts of the rows of both runs, (b, 2 · questions) for the earlier and for the later, some resamples
    at a time: of 6,000 questions all at once would take 200 MB a table."""
    counts = resample(questions)
    for first in range(0, len(counts), AT_ONCE):
        drawn = counts[first : first + AT_ONCE]
        none = np.zeros_like(drawn)
        yield np.hstack([drawn, none]), np.hstack([none, drawn])


def _swapped(questions: int) -> Iterator[tuple[Floats, Floats]]:
    """The same where each question's outcomes change places or not, by the toss of a coin."""
    rng = np.random.default_rng(SEED)
    for _ in range(0, RESAMPLES, AT_ONCE):
        changed = rng.integers(0, 2, (AT_ONCE, questions)).astype(np.float64)
        yield np.hstack([1 - changed, changed]), np.hstack([changed, 1 - changed])


def _changes(
    both: Mapping[str, Floats], counts: Iterator[tuple[Floats, Floats]], known: Sequence[str]
) -> dict[str, Floats]:
    """The change of each measure under each pair of counts."""
    parts = []
    for earlier, later in counts:
        before, now = estimates(both, earlier), estimates(both, later)
        parts.append({name: now[name] - before[name] for name in known})
    return {name: np.concatenate([part[name] for part in parts]) for name in known}


def _p(change: float, by_chance: Floats) -> float:
    """The share of changes by chance that are as large as ``change``, it itself among them."""
    # Sums in another order differ in their last digit, which makes no change larger.
    large = np.abs(by_chance[~np.isnan(by_chance)]) >= abs(change) - 1e-12
    return float((1 + large.sum()) / (1 + len(large)))


def _step(measure: str, before: Values, now: Values) -> float:
    """> 0 where a question turned right, < 0 where it turned wrong, else 0."""
    old, new = before.get(measure), now.get(measure)
    if measure not in TURNED or old is None or new is None:
        return 0.0
    return old - new if measure in LOWER_IS_BETTER else new - old


def _unpaired(result: Result, earlier: Mapping[str, Any]) -> Comparison:
    differences = [
        Difference(name, float(old), estimate.value, None, None)
        for name, estimate in result.measures.items()
        if estimate.value is not None and (old := (earlier.get(name) or {}).get("value")) is not None
    ]
    return Comparison(result.name, None, tuple(differences))
