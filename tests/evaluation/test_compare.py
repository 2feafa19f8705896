"""What changed between two runs: intervals, chances, and the questions that turned."""

from math import comb
from pathlib import Path

import numpy as np
import pytest

from qa.evaluation import (
    compare,
    write_report,
)
from tests.evaluation.twice import run


@pytest.mark.parametrize("name", ["", "questions.jsonl", "summary.json"])
def test_changes_come_with_intervals_and_the_questions_that_turned(tmp_path: Path, name: str) -> None:
    before, now = run(set(range(40)), {100, 101}), run(set(range(2, 60)), {101, 102, 103})
    write_report([before], tmp_path)
    (found,) = compare([now], tmp_path / name)
    assert (found.name, found.common) == ("mine", 110)
    changes = {difference.measure: difference for difference in found.differences}
    hit = changes["quote_hit@1"]
    assert (hit.before, hit.now) == (0.4, 0.58)
    assert hit.worse == ("q0", "q1")
    assert hit.better == tuple(f"q{i}" for i in range(40, 60))
    # 20 better, 2 worse of 100: mean 0.18, variance of a single difference 0.22 - 0.18²
    half = 1.96 * np.sqrt((0.22 - 0.18**2) / 100)
    assert hit.low == pytest.approx(0.18 - half, abs=0.012)
    assert hit.high == pytest.approx(0.18 + half, abs=0.012)
    assert hit.clear
    wrongly = changes["answered_wrongly"]
    assert wrongly.change == pytest.approx(0.1)
    assert (wrongly.better, wrongly.worse) == (("q100",), ("q102", "q103"))
    assert not wrongly.clear
    assert changes["Success@1"].change == 0
    assert "pages" not in changes


def test_the_chance_of_a_change_is_the_sign_tests_where_questions_turn_as_a_whole(tmp_path: Path) -> None:
    # 14 better, 4 worse: among swaps only these 18 move, so the exact p is the two-sided binomial's.
    before, now = run(set(range(40))), run(set(range(4, 54)))
    write_report([before], tmp_path)
    (found,) = compare([now], tmp_path)
    hit = next(d for d in found.differences if d.measure == "quote_hit@1")
    assert (len(hit.better), len(hit.worse)) == (14, 4)
    exact = 2 * sum(comb(18, k) for k in range(5)) / 2**18
    assert exact == pytest.approx(0.0309, abs=1e-4)
    assert hit.p is not None
    # 2,000 swaps: three standard errors.
    assert hit.p == pytest.approx(exact, abs=3 * np.sqrt(exact * (1 - exact) / 2000))
    alike = next(d for d in found.differences if d.measure == "Success@1")
    assert alike.p == 1
    (again,) = compare([now], tmp_path)
    assert again == found


def test_changes_are_told_by_slice(tmp_path: Path) -> None:
    write_report([run(set(range(40)))], tmp_path)
    (found,) = compare([run(set(range(20, 60)))], tmp_path)
    hit = next(d for d in found.slices["kind"]["fact"] if d.measure == "quote_hit@1")
    assert hit.better == tuple(f"q{i}" for i in range(40, 60))
    assert hit.p is None
    names = {d.measure for d in found.slices["kind"]["none"]}
    assert "answered_wrongly" in names
    assert "quote_hit@1" not in names


def test_only_common_questions_are_compared(tmp_path: Path) -> None:
    write_report([run(set(range(100)), n=100), run(set(), name="other")], tmp_path)
    (found,) = compare([run(set(range(50)), n=50)], tmp_path)
    assert found.common == 60  # q50 … q59 are in both, asked with evidence then and without now
    assert {difference.measure: difference for difference in found.differences}["quote_hit@1"].before == 1
