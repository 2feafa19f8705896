"""What came of one set, measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from qa.evaluation.measures import Estimate, Outcome, Values, measure, values
from qa.evaluation.slicing import labels

if TYPE_CHECKING:
    from qa.evaluation.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one set: its outcomes and their per-question values, in the order of the set, and the
    measures derived from them, over all and by slice (``slices["kind"]["fact"]["RR@10"]``). ``labels`` says
    in which slice each outcome is (``labels["kind"][i]``, "" for none). ``seconds`` has "p50" and "p95" of
    the time to answer. ``warnings`` are plain lines for the person. ``manifest`` is what the run rests on,
    where that is known."""

    name: str
    outcomes: tuple[Outcome, ...]
    values: tuple[Values, ...]
    measures: Mapping[str, Estimate]
    slices: Mapping[str, Mapping[str, Mapping[str, Estimate]]]
    seconds: Mapping[str, float]
    warnings: tuple[str, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    manifest: Manifest | None = None

    @property
    def questions(self) -> int:
        """How many questions were asked."""
        return len(self.outcomes)

    @property
    def answerable(self) -> int:
        """How many of them have evidence."""
        return sum(outcome.question.answerable for outcome in self.outcomes)


def result(
    name: str,
    outcomes: Sequence[Outcome],
    *,
    warnings: tuple[str, ...] = (),
    manifest: Manifest | None = None,
) -> Result:
    """Measures outcomes that are there already. The same figures to the last digit for the same outcomes."""
    rows = values(outcomes)
    sliced = labels(outcomes)
    slices = {
        by: {
            label: measure([row for row, mine in zip(rows, column, strict=True) if mine == label])
            for label in sorted(set(column) - {""})
        }
        for by, column in sliced.items()
    }
    p50, p95 = np.percentile([outcome.seconds for outcome in outcomes], [50, 95]) if outcomes else (0.0, 0.0)
    return Result(
        name,
        tuple(outcomes),
        tuple(rows),
        measure(rows),
        slices,
        {"p50": round(float(p50), 4), "p95": round(float(p95), 4)},
        warnings,
        sliced,
        manifest,
    )
