"""How much less a question is trusted that leans on none."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.fit_unresolved import shift


def test_the_shift_brings_the_mean_to_the_share() -> None:
    logits = np.array([-1.0, 0.5, 2.0, 3.0])
    moved = logits + shift(logits, 0.2)
    assert (1 / (1 + np.exp(-moved))).mean() == pytest.approx(0.2, abs=1e-5)
    assert shift(np.zeros(3), 0.5) == pytest.approx(0, abs=1e-5)
