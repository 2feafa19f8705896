"""How likely it is that the first quote answers: a logistic score over what is known of it, calibrated on
questions with and without an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.query import names
from qa.quoting import FEATURES as SENTENCE_FEATURES
from qa.quoting import Read, Selection, sigmoid
from qa.retrieval import QueryTerms

FEATURES = (
    "bias",
    "answers",
    "evidence",
    "phrase",
    "cosine",
    "similarity",
    "coverage",
    "coverage_around",
    "coverage_passage",
    "kind",
    "note",
    "gap",  # score of the first quote above the second
    "best_answers",  # best "answers" of any passage that was read
    "names_missing",  # share of the question's names that stand neither in the passage nor its context
    "rarest_missing",  # 1 where the question's weightiest word is not in the passage or its context
    "unknown",  # weight of the question's words that stand nowhere in the library
    "dependent",  # 1 where the question leans on an earlier one
)


def features(
    question: str,
    terms: QueryTerms,
    selections: Sequence[Selection],
    reads: Sequence[Read],
    *,
    stands: frozenset[str],
    stems: Callable[[str], list[str]],
    unknown: float,
    dependent: bool,
) -> NDArray[np.float32]:
    """(len(FEATURES),) for the first of ``selections`` (at least one). ``stands`` are the indexed words of
    its passage and context, ``stems`` gives a text's indexed words, ``unknown`` is the weight of the
    question's words that the library does not know."""
    first = selections[0]
    known = dict(zip(SENTENCE_FEATURES, (float(value) for value in first.features), strict=True))
    named = names(question)
    missing = [name for name in named if not stands.issuperset(stems(name))]
    heaviest = max(terms.weights, key=lambda term: terms.weights[term], default="")
    second = next((s for s in selections[1:] if s.row != first.row), None)
    answers = [read.finding.answers for read in reads if read.finding is not None]
    values = {
        "bias": 1.0,
        "gap": first.score - second.score if second else 4.0,
        "best_answers": max(answers, default=0.0),
        "names_missing": len(missing) / len(named) if named else 0.0,
        "rarest_missing": float(bool(heaviest) and heaviest not in stands),
        "unknown": unknown,
        "dependent": float(dependent),
    }
    return np.array([values.get(name, known.get(name, 0.0)) for name in FEATURES], np.float32)


def probability(values: NDArray[np.float32], weights: Mapping[str, float]) -> float:
    """The confidence in (0, 1)."""
    return sigmoid(float(values @ np.array([weights.get(name, 0.0) for name in FEATURES], np.float32)))
