import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluation.curves import (
    calibration_by_chance,
    keeping,
    operating_point,
    reliability,
    risk_coverage,
    thinned,
    wilson,
)
from qa.evaluation.measures import Outcome, measure, values
from tests.evaluation.builders import asked, shown

SENTENCE = "He told me that he was disturbed by the international situation."


def of(number: int, confidence: float, right: bool | None, answered: bool = True) -> Outcome:
    """Right, wrong, or (None) a question without an answer."""
    if right is None:
        return asked(number, confidence=confidence, answered=answered)
    quote = shown("a", SENTENCE if right else "Other words altogether.")
    return asked(number, {"a": SENTENCE}, quotes=(quote,), confidence=confidence, answered=answered)


def test_risk_and_coverage_step_where_a_threshold_can_tell() -> None:
    rows = values([of(0, 0.9, True), of(1, 0.7, False), of(2, 0.7, True), of(3, 0.2, None)])
    steps = [(s.threshold, s.coverage, s.risk) for s in risk_coverage(rows)]
    assert steps == [(0.9, 0.25, 0.0), (0.7, 0.75, pytest.approx(1 / 3)), (0.2, 1.0, 0.5)]


def test_questions_whose_words_are_not_known_take_no_part() -> None:
    rows = values([of(0, 0.9, True), asked(1, {"a": None}, confidence=0.95)])
    assert [step.coverage for step in risk_coverage(rows)] == [1.0]
    assert [one.questions for one in reliability(rows)] == [1]
    assert risk_coverage(values([asked(1, {"a": None})])) == []
    assert operating_point(values([asked(1, {"a": None})])) is None
    assert risk_coverage([]) == []
    assert reliability([]) == []
    assert keeping([]) is None


def test_the_point_at_which_it_answers_now() -> None:
    rows = values([of(0, 0.9, True), of(1, 0.8, None), of(2, 0.3, True, False), of(3, 0.2, None, False)])
    assert operating_point(rows) == (0.5, 0.5)
    assert operating_point(values([of(0, 0.1, True, False)])) == (0.0, None)


def test_reliability_bins_are_those_of_the_calibration_error() -> None:
    rng = np.random.default_rng(2)
    rows = values([of(i, float(rng.random()), bool(rng.random() < 0.5)) for i in range(53)])
    bins = reliability(rows)
    assert [one.questions for one in bins] == [6, 6, 6] + [5] * 7
    assert [one.confidence for one in bins] == sorted(one.confidence for one in bins)
    gap = sum(one.questions * abs(one.confidence - one.share) for one in bins) / 53
    assert measure(rows)["ece"].value == pytest.approx(gap)
    assert all(one.low <= one.share <= one.high for one in bins)


def test_what_the_calibration_error_is_by_chance() -> None:
    # Ten bins of one: always half away. Of two: half away, or not at all where one hits and one does not.
    for of_each, mean in ((1, 0.5), (2, 0.25)):
        rows = values([of(i, 0.5, bool(i % 2)) for i in range(10 * of_each)])
        chance = calibration_by_chance(rows)
        assert chance is not None
        assert chance.mean == pytest.approx(mean, abs=0.01)
        assert mean <= chance.most <= 0.5
        assert calibration_by_chance(rows) == chance
    sure = calibration_by_chance(values([of(0, 1.0, True), of(1, 1.0, True), of(2, 0.0, None)]))
    assert sure is not None
    assert (sure.mean, sure.most) == (0, 0)
    assert calibration_by_chance([]) is None


def test_wilson_by_its_formula() -> None:
    # The ends solve (p - 4/10)² = z² p (1 - p) / 10.
    z = 1.959963984540054
    a, b, c = 1 + z * z / 10, -(2 * 0.4 + z * z / 10), 0.16
    root = math.sqrt(b * b - 4 * a * c)
    assert wilson(4, 10) == pytest.approx(((-b - root) / (2 * a), (-b + root) / (2 * a)))
    assert wilson(0, 10)[0] == 0
    assert wilson(10, 10)[1] == 1
    assert wilson(10, 10)[0] == pytest.approx(10 / (10 + z * z))
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_threshold_that_keeps_a_share() -> None:
    # Without an answer: 0.1 … 1.0; with one: 0.05, 0.87 and 0.93.
    rows = values(
        [of(i, (i + 1) / 10, None) for i in range(10)]
        + [of(20, 0.05, True), of(21, 0.87, True), of(22, 0.93, True)]
    )
    kept = keeping(rows, 0.2)
    assert kept is not None
    # Two may be answered: 1.0 and 0.9. The third highest, 0.8, must not; the next above it is 0.87.
    assert kept.threshold == pytest.approx((0.8 + 0.87) / 2)
    assert kept.answered_wrongly == pytest.approx(0.2)
    assert kept.refused_wrongly == pytest.approx(1 / 3)
    assert kept.coverage == pytest.approx(4 / 13)
    assert (kept.low, kept.high) == wilson(2, 10)
    everything = keeping(rows, 1.0)
    assert everything is not None
    assert (everything.threshold, everything.answered_wrongly) == (0.0, 1.0)
    nothing = keeping(rows, 0.0)
    assert nothing is not None
    assert (nothing.threshold, nothing.coverage, nothing.refused_wrongly) == (None, 0.0, 1.0)


def test_a_share_in_decimals_loses_no_question() -> None:
    rows = values([of(i, i / 100, None) for i in range(30)])
    for target, answered in ((0.1, 3), (0.3, 9), (0.7, 21)):  # 0.7 * 30 is 20.999… in binary
        kept = keeping(rows, target)
        assert kept is not None
        assert kept.answered_wrongly == pytest.approx(answered / 30)


def test_without_an_unanswerable_question_there_is_nothing_to_keep() -> None:
    assert keeping(values([of(0, 0.5, True)])) is None
    alone = keeping(values([of(0, 0.5, None)]), 0.5)
    assert alone is not None
    assert alone.refused_wrongly is None
    with pytest.raises(ValueError, match="between 0 and 1"):
        keeping(values([of(0, 0.5, None)]), 10)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from([True, False, None])), min_size=1, max_size=25),
    st.sampled_from([0.0, 0.05, 0.1, 0.25, 0.5, 1.0]),
)
def test_the_threshold_keeps_its_word_and_no_lower_one_does(
    asked_: list[tuple[int, bool | None]], target: float
) -> None:
    rows = values([of(i, confidence / 20, right) for i, (confidence, right) in enumerate(asked_)])
    kept = keeping(rows, target)
    none = [confidence / 20 for confidence, right in asked_ if right is None]
    if not none:
        assert kept is None
        return
    assert kept is not None
    assert kept.answered_wrongly <= target
    threshold = 2.0 if kept.threshold is None else kept.threshold
    assert kept.answered_wrongly == sum(c >= threshold for c in none) / len(none)
    lower = [c for c in {confidence / 20 for confidence, _ in asked_} if c < threshold]
    if lower:
        assert sum(c >= max(lower) for c in none) / len(none) > target


def test_a_thinned_curve_keeps_its_ends() -> None:
    steps = risk_coverage(values([of(i, i / 1000, i % 3 == 0) for i in range(500)]))
    thin = thinned(steps, 100)
    assert len(thin) == 100
    assert (thin[0], thin[-1]) == (steps[0], steps[-1])
    assert len(set(thin)) == 100
    assert thinned(steps, 1000) == steps
