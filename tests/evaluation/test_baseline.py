"""What an earlier run can be read from."""

import json
from pathlib import Path

import pytest

from qa.errors import UsageError
from qa.evaluation import (
    baseline,
    compare,
    results_to_json,
    write_report,
)
from tests.evaluation.twice import run


def test_a_summary_alone_gives_changes_without_intervals(tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    saved.write_text(json.dumps(results_to_json([run({1})])), encoding="utf-8")
    (found,) = compare([run({1, 2})], saved)
    assert found.common is None
    hit = next(d for d in found.differences if d.measure == "quote_hit@1")
    assert (hit.before, hit.now, hit.low, hit.clear) == (0.01, 0.02, None, False)


def test_what_is_no_baseline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        baseline(tmp_path / "none.json")
    (tmp_path / "odd.json").write_text('{"a": 1}')
    with pytest.raises(UsageError, match="not an earlier run"):
        compare([run({1})], tmp_path / "odd.json")
    write_report([run({1}, name="other")], tmp_path / "report")
    with pytest.raises(UsageError, match="has other; nothing to compare"):
        compare([run({1})], tmp_path / "report")
