"""Fitting finds the weights that made the data."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.linear import Choice, fit_choice, fit_logistic

KNOWN = np.array([3.0, 0.0, -1.5, 0.5])


def choices(count: int = 400, options: int = 12, seed: int = 0, scale: float = 1.0) -> list[Choice]:
    """Questions whose right option was drawn from a softmax over KNOWN."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        table = rng.normal(size=(options, len(KNOWN)))
        p = np.exp(table @ KNOWN)
        right = np.zeros(options, bool)
        right[rng.choice(options, p=p / p.sum())] = True
        made.append(Choice((table * scale).astype(np.float32), right))
    return made


def test_choices_give_back_the_weights_that_made_them() -> None:
    found = fit_choice(choices())
    assert found == pytest.approx(KNOWN, abs=0.4)
    assert np.argsort(found).tolist() == np.argsort(KNOWN).tolist()


def test_the_scale_of_a_feature_does_not_matter() -> None:
    found = fit_choice(choices(scale=100.0)) * 100
    assert found == pytest.approx(fit_choice(choices()), rel=1e-2, abs=1e-2)


def test_questions_that_tell_nothing_are_passed_over() -> None:
    table = np.ones((3, 4), np.float32)
    useless = [Choice(table, np.zeros(3, bool)), Choice(table, np.ones(3, bool))]
    assert fit_choice([*useless, *choices(50)]) == pytest.approx(fit_choice(choices(50)), abs=1e-5)


def test_several_right_options_share_what_is_likely() -> None:
    table = np.array([[1, 0], [1, 1], [0, 0], [0, 1]], np.float32)
    found = fit_choice([Choice(table, np.array([True, True, False, False]))] * 5)
    assert found[0] > 1
    assert found[1] == pytest.approx(0, abs=1e-3)


def test_a_weight_makes_a_question_count_for_more() -> None:
    table = np.array([[1.0], [0.0]], np.float32)
    first, second = Choice(table, np.array([True, False]), 3.0), Choice(table, np.array([False, True]), 1.0)
    assert fit_choice([first, second], 1e-6) == pytest.approx(np.log(3), abs=1e-2)


def test_logistic_gives_back_the_weights_that_made_it() -> None:
    rng = np.random.default_rng(1)
    known = np.array([-0.5, 2.0, 0.0, -1.0])
    table = np.column_stack([np.ones(3_000), rng.normal(size=(3_000, 3))]).astype(np.float32)
    target = rng.random(3_000) < 1 / (1 + np.exp(-(table @ known)))
    found = fit_logistic(table, target, l2=1e-4)
    assert found == pytest.approx(known, abs=0.25)


def test_the_bias_is_not_shrunk() -> None:
    table = np.column_stack([np.ones(100), np.arange(100) % 2]).astype(np.float32)
    target = np.arange(100) < 90
    bias, other = fit_logistic(table, target, l2=100.0)
    assert other == pytest.approx(0, abs=1e-3)
    assert bias == pytest.approx(np.log(9), abs=0.05)


def test_a_share_counts_as_so_many_of_each() -> None:
    ones = np.ones((100, 1), np.float32)
    (bias,) = fit_logistic(ones, np.full(100, 0.25, np.float32))
    assert bias == pytest.approx(np.log(1 / 3), abs=1e-3)
