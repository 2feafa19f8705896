"""How likely it is that the first quote answers: a logistic score over what is known of it, calibrated on
questions with and without an answer.

It rests on the quote, and on what the verifier says of the best passages: a question that has an answer is
often half answered in several places. That many of its words stand in the passage tells a hit from a miss and
an answerable question from another worse, since a question that sounds at home in an archive need not be
answered there.
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
    "verified",  # verifier: that any passage answers (logarithm of the odds of all together)
    "unresolved",  # 1 where the question leans on one that was not asked: it could mean anybody
)

ALONE = 4.0
"""The gap where nothing else was read."""


def features(
    first: Selection,
    candidates: Sequence[Candidate],
    scores: NDArray[np.float32],
    table: NDArray[np.float32],
    verified: Sequence[Finding] = (),
    *,
    unresolved: bool = False,
) -> NDArray[np.float32]:
    """(len(FEATURES),) for the first quote, chosen from ``candidates``, whose sentences have ``scores``
    (candidates,) and ``table`` (candidates, sentence features); ``verified`` is what the verifier found in
    the best passages, none where there is no evidence model; ``unresolved``: the question leans on one that
    was not asked."""
    known = dict(zip(SENTENCE_FEATURES, (float(value) for value in first.features), strict=True))
    elsewhere = scores[[candidate.row != first.row for candidate in candidates]]
    best = np.sort(table[:, SENTENCE_FEATURES.index("evidence")])[-5:]
    values = {
        "bias": 1.0,
        "score": first.score,
        "gap": first.score - float(elsewhere.max()) if len(elsewhere) else ALONE,
        "evidence_five": float(best.mean()),
        "verified": float(np.logaddexp.reduce([found.answers for found in verified])) if verified else 0.0,
        "unresolved": float(unresolved),
    }
    return np.array([values.get(name, known.get(name, 0.0)) for name in FEATURES], np.float32)


def probability(values: NDArray[np.float32], weights: Mapping[str, float]) -> float:
    """The confidence in (0, 1)."""
    return sigmoid(float(values @ vector(weights, FEATURES)))


def sigmoid(value: float) -> float:
    """The logistic function, safe for large values."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))
