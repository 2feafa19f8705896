"""The learned weights of the linear scores, from `python -m benchmarks.fit` (qa/weights.json).

retrieval   question and passage → order of passages       (qa/retrieval.py FEATURES)
read        … with the evidence model                      sentences (qa/quoting/table.py FEATURES),
plain       … without it                                   passages, confidence, threshold
subjects    a query that asks nothing, but names a subject: its order of passages, and its confidence with
            the evidence model
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Reading:
    """Weights after passages were read. ``threshold`` is the confidence in [0, 1] from which an answer is
    given."""

    sentences: Mapping[str, float]
    passages: Mapping[str, float]
    confidence: Mapping[str, float]
    threshold: float


@dataclass(frozen=True, slots=True)
class Subjects:
    """Weights for queries that name a subject."""

    retrieval: Mapping[str, float]
    confidence: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Weights:
    """All learned weights."""

    retrieval: Mapping[str, float]
    subjects: Subjects
    read: Reading
    plain: Reading


@cache
def load(path: Path = FILE) -> Weights:
    """The weights in ``path``."""
    saved = json.loads(path.read_text("utf-8"))
    return Weights(
        saved["retrieval"], Subjects(**saved["subjects"]), Reading(**saved["read"]), Reading(**saved["plain"])
    )


def vector(weights: Mapping[str, float], names: Sequence[str]) -> NDArray[np.float32]:
    """(len(names),): the weight of each feature, 0 where it has none."""
    return np.array([weights.get(name, 0.0) for name in names], np.float32)
