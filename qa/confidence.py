"""How likely it is that the first quote answers: a logistic score over what is known of it, calibrated on
questions with and without an answer.

It rests on little: what else was tried (overlap of words, names that are missing, the best passage's score)
tells a hit from a miss better and an answerable question from another worse, since a question that sounds at
home in an archive need not be answered there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.quoting import FEATURES as SENTENCE_FEATURES
from qa.quoting import Selection
from qa.weights import vector

FEATURES = (
    "bias",
    "score",  # of the sentence, by which it was chosen
    "evidence",
    "phrase",
    "similarity",
    "coverage_passage",
    "gap",  # score of the first quote above the best from another passage
)

ALONE = 4.0
"""The gap where there is no quote from another passage."""


def features(selections: Sequence[Selection]) -> NDArray[np.float32]:
    """(len(FEATURES),) for the first of ``selections`` (at least one)."""
    first = selections[0]
    known = dict(zip(SENTENCE_FEATURES, (float(value) for value in first.features), strict=True))
    other = next((selection for selection in selections[1:] if selection.row != first.row), None)
    values = {"bias": 1.0, "score": first.score, "gap": first.score - other.score if other else ALONE}
    return np.array([values.get(name, known.get(name, 0.0)) for name in FEATURES], np.float32)


def probability(values: NDArray[np.float32], weights: Mapping[str, float]) -> float:
    """The confidence in (0, 1)."""
    return sigmoid(float(values @ vector(weights, FEATURES)))


def sigmoid(value: float) -> float:
    """The logistic function, safe for large values."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))
