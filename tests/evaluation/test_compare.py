import io
import json
from collections.abc import Set
from math import comb
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from qa.errors import UsageError
from qa.evaluation import (
    baseline,
    compare,
    comparison_to_json,
    print_comparison,
    results_to_json,
    write_report,
)
from qa.evaluation.runner import Result, result
from tests.evaluation.builders import asked, shown

SENTENCE = "He told me that he was disturbed by the international situation."
OTHER = "Stalin has indicated that the Foreign Ministers should meet again."


def run(hits: Set[int], answered: Set[int] = frozenset(), name: str = "mine", n: int = 100) -> Result:
    """n questions with evidence, of which those in ``hits`` are hit, and ten without."""
    outcomes = [
        asked(i, {"a": SENTENCE}, ranking="a", quotes=(shown("a", SENTENCE if i in hits else OTHER),))
        for i in range(n)
    ]
    outcomes += [asked(n + i, answered=n + i in answered) for i in range(10)]
    return result(name, outcomes)


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


def test_a_summary_alone_gives_changes_without_intervals(tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    saved.write_text(json.dumps(results_to_json([run({1})])), encoding="utf-8")
    (found,) = compare([run({1, 2})], saved)
    assert found.common is None
    hit = next(d for d in found.differences if d.measure == "quote_hit@1")
    assert (hit.before, hit.now, hit.low, hit.clear) == (0.01, 0.02, None, False)


def test_comparisons_print_and_go_to_json(tmp_path: Path) -> None:
    write_report([run(set(range(40)))], tmp_path)
    found = compare([run(set(range(20)))], tmp_path)
    out = io.StringIO()
    print_comparison(Console(file=out, width=140), found)
    text = out.getvalue()
    assert "over 110 common questions" in text
    assert "quote_hit@1 turned worse: q20 q21" in text
    (row,) = json.loads(json.dumps(comparison_to_json(found), allow_nan=False))
    assert row["differences"]["quote_hit@1"]["change"] == pytest.approx(-0.2)


def test_what_is_no_baseline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        baseline(tmp_path / "none.json")
    (tmp_path / "odd.json").write_text('{"a": 1}')
    with pytest.raises(UsageError, match="not an earlier run"):
        compare([run({1})], tmp_path / "odd.json")
    write_report([run({1}, name="other")], tmp_path / "report")
    with pytest.raises(UsageError, match="has other; nothing to compare"):
        compare([run({1})], tmp_path / "report")
