"""How likely it is that the first quote answers: a logistic score over what is known of it, calibrated on
questions with and without an answer.

It rests on the quote, and on what the evidence model says of the best passages: a question that has an
answer is often half answered in several places. That many of its words stand in the passage tells a hit from
a miss and an answerable question from another worse, since a question that sounds at home in an archive need
not be answered there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.evidence.model import Finding
from qa.quoting import FEATURES as SENTENCE_FEATURES
from qa.quoting import Candidate, Selection
from qa.weights import vector

FEATURES = (
    "bias",
    "score",  # of the sentence, by which it was chosen
    "evidence",
    "similarity",
    "coverage_passage",
    "kind",  # soon found (a date, a number …): it raises the score more than the chance of a hit
    "uncounted",
    "gap",  # score of the first quote above the best sentence of another passage
    "evidence_five",  # evidence model: mean over the five best sentences
    "any",  # evidence model: that any of the BEST passages answers (logarithm of the odds of all together)
    "unresolved",  # 1 where the question leans on one that was not asked: it could mean anybody
)

BEST = 6
"""Passages, those of the best sentences: of more, a library of two documents seems to answer anything
(docs/retrieval.md)."""
ALONE = 4.0
"""The gap where nothing else was read."""


def features(
    first: Selection,
    candidates: Sequence[Candidate],
    scores: NDArray[np.float32],
    table: NDArray[np.float32],
    found: Sequence[Finding] = (),
    *,
    unresolved: bool = False,
) -> NDArray[np.float32]:
    """(len(FEATURES),) for the first quote, chosen from ``candidates``, whose sentences have ``scores``
    (candidates,) and ``table`` (candidates, sentence features); ``found`` is what the evidence model found
    in each passage read, none where there is no such model; ``unresolved``: the question leans on one that
    was not asked."""
    known = dict(zip(SENTENCE_FEATURES, (float(value) for value in first.features), strict=True))
    elsewhere = scores[[candidate.row != first.row for candidate in candidates]]
    best = np.sort(table[:, SENTENCE_FEATURES.index("evidence")])[-5:]
    values = {
        "bias": 1.0,
        "score": first.score,
        "gap": first.score - float(elsewhere.max()) if len(elsewhere) else ALONE,
        "evidence_five": float(best.mean()),
        "any": _any(found, candidates, scores),
        "unresolved": float(unresolved),
    }
    return np.array([values.get(name, known.get(name, 0.0)) for name in FEATURES], np.float32)


def _any(found: Sequence[Finding], candidates: Sequence[Candidate], scores: NDArray[np.float32]) -> float:
    """0 where nothing was read."""
    best = np.full(len(found), -np.inf, np.float32)
    if found:
        np.maximum.at(best, [candidate.row for candidate in candidates], scores)
    rows = [row for row in np.argsort(-best, kind="stable")[:BEST] if np.isfinite(best[row])]
    return float(np.logaddexp.reduce([found[row].answers for row in rows])) if rows else 0.0


def probability(values: NDArray[np.float32], weights: Mapping[str, float]) -> float:
    """The confidence in (0, 1)."""
    return sigmoid(float(values @ vector(weights, FEATURES)))


def sigmoid(value: float) -> float:
    """The logistic function, safe for large values."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))
