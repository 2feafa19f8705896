"""What the confidence weighs, and that it is a probability."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa.confidence import ALONE, BEST, FEATURES, features, probability, sigmoid
from qa.evidence.model import Finding
from qa.quoting import FEATURES as SENTENCE_FEATURES
from qa.quoting import Candidate, Selection
from qa.splitting import Sentence
from qa.weights import load


def selection(score: float = 2.0, row: int = 0, **known: float) -> Selection:
    values: NDArray[np.float32] = np.array([known.get(name, 0.0) for name in SENTENCE_FEATURES], np.float32)
    return Selection("d", 0, 1, "text", score, row, values, None)


def finding(answers: float) -> Finding:
    nothing = np.zeros(0, np.float32)
    return Finding(answers, (), nothing, nothing, np.zeros((0, 2), np.int64), 0.0)


def weighed(
    first: Selection, others: Sequence[Selection] = (), found: Sequence[Finding] = ()
) -> dict[str, float]:
    """The features of ``first``, where it and ``others`` are the sentences that were read."""
    every = (first, *others)
    candidates = [Candidate(one.row, 0, one.document, Sentence(0, 1, "text", 0)) for one in every]
    scores = np.array([one.score for one in every], np.float32)
    table = np.stack([one.features for one in every])
    values = features(first, candidates, scores, table, found)
    assert values.shape == (len(FEATURES),)
    return dict(zip(FEATURES, (float(v) for v in values), strict=True))


def test_what_is_known_of_the_first_quote_is_taken_over() -> None:
    known = weighed(
        selection(evidence=0.25, similarity=-0.5, coverage_passage=1.0), [selection(evidence=0.75, row=1)]
    )
    assert (known["evidence"], known["similarity"], known["coverage_passage"]) == (0.25, -0.5, 1.0)
    assert known["bias"] == 1


def test_the_gap_is_to_the_best_sentence_of_another_passage() -> None:
    assert weighed(selection(2.0), [selection(1.5), selection(0.5, row=1)])["gap"] == 1.5
    assert weighed(selection(2.0))["gap"] == weighed(selection(2.0), [selection(1.9)])["gap"] == ALONE


def test_what_else_was_read_counts() -> None:
    others = [selection(evidence=value, row=1) for value in (1.0, -9.0, 2.0, 3.0, 4.0)]
    assert weighed(selection(evidence=5.0), others)["evidence_five"] == 3
    assert weighed(selection(evidence=5.0), others[:1])["evidence_five"] == 3


def test_what_was_found_in_the_best_passages_counts_together() -> None:
    known = weighed(selection(), [selection(row=1)], [finding(2.0), finding(-1.0)])
    assert known["any"] == pytest.approx(math.log(math.exp(2) + math.exp(-1)))
    assert weighed(selection(), found=[finding(-3.0)])["any"] == -3
    assert weighed(selection(), found=[finding(-3.0), finding(9.0)])["any"] == -3, "no sentence, no answer"
    assert weighed(selection())["any"] == 0, "nothing was read"


def test_no_more_passages_count_than_the_best() -> None:
    others = [selection(score=1.0 - row, row=row) for row in range(1, BEST + 2)]
    found = [finding(0.0) for _ in range(BEST)] + [finding(9.0), finding(9.0)]
    assert weighed(selection(score=2.0), others, found)["any"] == pytest.approx(math.log(BEST))


def test_a_question_that_leans_on_none_is_trusted_less() -> None:
    first = selection()
    table = np.stack([first.features])
    one = [Candidate(0, 0, "d", Sentence(0, 1, "text", 0))]
    weights = {"score": 1.0, "unresolved": -2.0}
    told = [
        probability(features(first, one, np.ones(1, np.float32), table, unresolved=leans), weights)
        for leans in (False, True)
    ]
    assert told == pytest.approx([sigmoid(2), sigmoid(0)])
    assert load().read.confidence["unresolved"] < 0, "as it is shipped"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.floats(-1e4, 1e4, width=32), min_size=len(FEATURES), max_size=len(FEATURES)),
    st.dictionaries(st.sampled_from(FEATURES), st.floats(-100, 100), max_size=5),
)
def test_confidence_is_a_probability(values: list[float], weights: dict[str, float]) -> None:
    assert 0 <= probability(np.array(values, np.float32), weights) <= 1


def test_confidence_grows_with_what_speaks_for_it() -> None:
    at = FEATURES.index("coverage_passage")
    row = np.zeros(len(FEATURES), np.float32)
    found = []
    for coverage in (0.0, 0.5, 1.0):
        row[at] = coverage
        found.append(probability(row, {"coverage_passage": 3.0}))
    assert found[0] == 0.5 < found[1] < found[2]
    assert found[2] == pytest.approx(1 / (1 + np.exp(-3)))


def test_sigmoid_is_safe_and_right() -> None:
    assert sigmoid(0) == 0.5
    assert math.isclose(sigmoid(2) + sigmoid(-2), 1)
    assert 0 <= sigmoid(-1e9) < 1e-20
    assert sigmoid(1e9) <= 1
