"""What the confidence weighs, and that it is a probability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa.confidence import FEATURES, features, probability
from qa.evidence.model import Finding
from qa.quoting import FEATURES as SENTENCE_FEATURES
from qa.quoting import Read, Selection
from qa.retrieval import QueryTerms
from qa.types import Passage, ScoredPassage

QUESTION = "What did Litvinov tell Harriman?"
TERMS = QueryTerms({"litvinov": 0.5, "harriman": 0.3, "tell": 0.2}, ())


def selection(score: float = 2.0, row: int = 0, **known: float) -> Selection:
    values: NDArray[np.float32] = np.array([known.get(name, 0.0) for name in SENTENCE_FEATURES], np.float32)
    return Selection("d", 0, 1, "text", score, row, values, None)


def read(answers: float | None = None) -> Read:
    scored = ScoredPassage(Passage("d", 0, 1, "text", "x", "x"), 1.0, 0.5, 1.0)
    nothing = np.zeros(0, np.float32)
    finding = None
    if answers is not None:
        finding = Finding(answers, (), nothing, nothing, np.zeros((0, 2), np.int64), 0.0)
    return Read(scored, "x", (), finding)


def weighed(
    selections: list[Selection],
    reads: list[Read] | None = None,
    *,
    question: str = QUESTION,
    terms: QueryTerms = TERMS,
    stands: str = "",
    unknown: float = 0.0,
    dependent: bool = False,
) -> dict[str, float]:
    values = features(
        question,
        terms,
        selections,
        reads or [read()],
        stands=frozenset(stands.split()),
        stems=lambda text: text.lower().split(),
        unknown=unknown,
        dependent=dependent,
    )
    assert values.shape == (len(FEATURES),)
    return dict(zip(FEATURES, (float(v) for v in values), strict=True))


def test_what_is_known_of_the_first_quote_is_taken_over() -> None:
    known = weighed([selection(coverage=0.25, cosine=0.5, note=1.0), selection(coverage=0.75)])
    assert (known["coverage"], known["cosine"], known["note"]) == (0.25, 0.5, 1.0)
    assert known["bias"] == 1


def test_the_gap_is_to_the_best_quote_of_another_passage() -> None:
    assert weighed([selection(2.0), selection(1.5), selection(0.5, row=1)])["gap"] == 1.5
    alone = weighed([selection(2.0)])["gap"]
    assert alone == weighed([selection(2.0), selection(1.9)])["gap"] > 1.5


def test_names_and_the_weightiest_word_that_are_missing() -> None:
    both = weighed([selection()], stands="litvinov harriman")
    assert (both["names_missing"], both["rarest_missing"]) == (0, 0)
    one = weighed([selection()], stands="harriman")
    assert (one["names_missing"], one["rarest_missing"]) == (0.5, 1)
    none = weighed([selection()])
    assert (none["names_missing"], none["rarest_missing"]) == (1, 1)


def test_a_question_without_names_or_words_misses_none() -> None:
    bare = weighed([selection()], question="what is it?", terms=QueryTerms({}, ()))
    assert (bare["names_missing"], bare["rarest_missing"]) == (0, 0)


def test_the_best_passage_and_what_is_known_of_the_question() -> None:
    known = weighed([selection()], [read(-1.0), read(2.5), read()], unknown=0.25, dependent=True)
    assert (known["best_answers"], known["unknown"], known["dependent"]) == (2.5, 0.25, 1)
    assert weighed([selection()], [read(-1.0)])["best_answers"] == -1
    assert weighed([selection()])["best_answers"] == 0


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.floats(-1e4, 1e4, width=32), min_size=len(FEATURES), max_size=len(FEATURES)),
    st.dictionaries(st.sampled_from(FEATURES), st.floats(-100, 100), max_size=5),
)
def test_confidence_is_a_probability(values: list[float], weights: dict[str, float]) -> None:
    assert 0 <= probability(np.array(values, np.float32), weights) <= 1


def test_confidence_grows_with_what_speaks_for_it() -> None:
    at = FEATURES.index("coverage")
    row = np.zeros(len(FEATURES), np.float32)
    found = []
    for coverage in (0.0, 0.5, 1.0):
        row[at] = coverage
        found.append(probability(row, {"coverage": 3.0}))
    assert found[0] == 0.5 < found[1] < found[2]
    assert found[2] == pytest.approx(1 / (1 + np.exp(-3)))
