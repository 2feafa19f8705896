"""The threshold that costs least."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.fit import threshold


def test_the_threshold_parts_what_can_be_parted() -> None:
    trusts = np.array([0.1, 0.2, 0.3, 0.6, 0.7, 0.9], np.float32)
    answerable = np.array([False, False, False, True, True, True])
    cut = threshold(trusts, answerable)
    assert 0.3 < cut <= 0.6
    # One that is answered with little trust costs less than to answer all the others wrongly.
    answerable[0] = True
    assert 0.3 < threshold(trusts, answerable) <= 0.6


def test_a_wrong_answer_costs_two_refusals_and_not_too_many_are_refused() -> None:
    # Raising the cut from 0.2 to 0.4 spares half of the wrong answers (2 x 0.5) and refuses 0.3: worth it.
    # From 0.4 to 0.6 it would spare the other half and refuse 0.4 more, which is more than may be refused.
    trusts = np.array([0.2] * 3 + [0.4] * 4 + [0.6] * 3 + [0.2, 0.4], np.float32)
    answerable = np.array([True] * 10 + [False] * 2)
    assert threshold(trusts, answerable) == pytest.approx(0.4)
    # Were it half as many that are refused, the higher cut would be the cheapest.
    more = np.concatenate([trusts[answerable], np.full(20, 0.9, np.float32), trusts[~answerable]])
    assert threshold(more, np.array([True] * 30 + [False] * 2)) == pytest.approx(0.6)
