"""What a threshold of confidence buys: the risk–coverage curve, reliability bins, and the threshold that
keeps questions without an answer from being answered.

All are drawn from the per-question values (``measures.values``). Right means that the first quote is a hit; a
question without an answer has no right quote. Questions with an answer whose words are not known take no part
in the curve and the bins, as in ``ece`` and ``aurc``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from qa.evaluation.confidence import BINS, Floats, by_confidence, ece
from qa.evaluation.measures import LEVEL, SEED, Values, columns

TARGET = 0.1
"""The share of unanswerable questions answered that a threshold is sought for unless another is asked."""

DRAWS = 1_000
"""Draws of hits by lot."""


@dataclass(frozen=True, slots=True)
class Step:
    """Answering only from ``threshold`` on answers the share ``coverage`` of the questions, in (0, 1]; of
    those the share ``risk`` in [0, 1] have no right first quote."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Bin:
    """``questions`` of neighbouring confidence: its mean, the share of right first quotes, and that share's
    95 % Wilson interval."""

    confidence: float
    share: float
    low: float
    high: float
    questions: int


@dataclass(frozen=True, slots=True)
class Chance:
    """The calibration error of a confidence without any error, on so many questions: its ``mean``, and
    ``most``, which it stays under in 95 % of draws."""

    mean: float
    most: float


@dataclass(frozen=True, slots=True)
class Kept:
    """The lowest threshold that keeps ``answered_wrongly`` at or under ``target``, and what answering from
    there on gives on the same questions. ``threshold`` is None where the target needs that nothing at all is
    answered. ``low`` and ``high`` are the 95 % Wilson interval of ``answered_wrongly``: the threshold was
    chosen on these questions, on others the share may be higher. ``refused_wrongly`` is None without
    answerable questions; ``coverage`` the share of all questions that are answered."""

    target: float
    threshold: float | None
    answered_wrongly: float
    low: float
    high: float
    refused_wrongly: float | None
    coverage: float


def risk_coverage(rows: Sequence[Values]) -> list[Step]:
    """The risk–coverage curve (El-Yaniv and Wiener 2010), by rising coverage: a step for each confidence
    that a threshold can tell from the next. Empty where no question can be judged."""
    confidence, hit = _judged(rows)
    if not len(hit):
        return []
    order, firsts = by_confidence(-confidence)
    lasts = np.append(firsts[1:], len(order))
    wrong = np.cumsum(1 - hit[order])[lasts - 1]
    return [
        Step(float(confidence[order[last - 1]]), float(last / len(order)), float(errors / last))
        for last, errors in zip(lasts, wrong, strict=True)
    ]


def thinned(steps: Sequence[Step], most: int) -> list[Step]:
    """At most ``most`` of the steps, evenly chosen, with the first and the last."""
    if len(steps) <= most:
        return list(steps)
    return [steps[round(i * (len(steps) - 1) / (most - 1))] for i in range(most)]


def operating_point(rows: Sequence[Values]) -> tuple[float, float | None] | None:
    """Coverage and risk as the assistant did answer (risk None where it answered nothing), over the same
    questions as the curve; None where no question can be judged."""
    table = columns(rows)
    hit = table.get("first_hit")
    if hit is None or not (known := ~np.isnan(hit)).any():
        return None
    answered = known & (table["answered"] == 1)
    risk = float(1 - hit[answered].mean()) if answered.any() else None
    return float(answered.sum() / known.sum()), risk


def reliability(rows: Sequence[Values]) -> list[Bin]:
    """The bins of the reliability diagram, by rising confidence: those of ``ece``, of equal mass, the first
    ones of one more where the number does not divide. Fewer than ten questions give a bin each."""
    confidence, hit = _judged(rows)
    order = np.argsort(confidence, kind="stable")
    bins = []
    for members in np.array_split(order, BINS):
        if len(members):
            right = int(hit[members].sum())
            low, high = wilson(right, len(members))
            mean = float(confidence[members].mean())
            bins.append(Bin(mean, right / len(members), low, high, len(members)))
    return bins


def calibration_by_chance(rows: Sequence[Values]) -> Chance | None:
    """What ``ece`` would be if every confidence were exactly the chance of a right first quote: so many
    questions fall to either side of it by lot alone (Bröcker and Smith 2007, consistency resampling). Drawn
    with a fixed seed; None where no question can be judged."""
    confidence, hit = _judged(rows)
    if not len(hit):
        return None
    sure = np.sort(confidence)
    rng = np.random.default_rng(SEED)
    ones, errors = np.ones((1, len(sure))), np.empty(DRAWS)
    for draw in range(DRAWS):
        drawn = (rng.random(len(sure)) < sure).astype(float)
        errors[draw] = ece(sure, drawn, ones)[0]
    return Chance(float(errors.mean()), float(np.quantile(errors, LEVEL)))


def keeping(rows: Sequence[Values], target: float = TARGET) -> Kept | None:
    """The lowest threshold at which at most ``target`` of the unanswerable questions are answered, halfway
    between the confidence that must be refused and the next higher one of any question. None where no
    question is unanswerable. Raises ValueError for a target outside [0, 1]."""
    if not 0 <= target <= 1:
        raise ValueError(f"a share is between 0 and 1, not {target}")
    table = columns(rows)
    if not rows or not (table["answerable"] == 0).any():
        return None
    confidence, answerable = table["confidence"], table["answerable"] == 1
    falling = np.sort(confidence[~answerable])[::-1]
    # A share that is a decimal must not lose a question to its binary form: 0.1 of 30 are three.
    allowed = math.floor(target * len(falling) + 1e-9)
    threshold: float | None = 0.0
    if allowed < len(falling):
        refused = float(falling[allowed])
        above = confidence[confidence > refused]
        threshold = (refused + float(above.min())) / 2 if len(above) else None
        if threshold is not None and threshold <= refused:  # neighbours in floating point
            threshold = float(above.min())
    answered = confidence >= threshold if threshold is not None else np.zeros(len(confidence), bool)
    wrongly = int((answered & ~answerable).sum())
    low, high = wilson(wrongly, len(falling))
    refused_share = float((~answered & answerable).sum() / answerable.sum()) if answerable.any() else None
    return Kept(target, threshold, wrongly / len(falling), low, high, refused_share, float(answered.mean()))


def wilson(right: int, of: int, level: float = LEVEL) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927), in [0, 1]; the whole of it for none of none."""
    if of == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, spread = right / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    # At the ends the formula gives 0 and 1, floating point nearly.
    return max(0.0, middle - half) if right else 0.0, min(1.0, middle + half) if right < of else 1.0


def _judged(rows: Sequence[Values]) -> tuple[Floats, Floats]:
    """Confidence and first hit of the questions that can be judged."""
    table = columns(rows)
    hit = table.get("first_hit", np.full(len(rows), np.nan))
    known = ~np.isnan(hit)
    return table["confidence"][known] if len(rows) else hit, hit[known]
