"""Changes on a terminal and as plain data."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from qa.evaluation import (
    compare,
    comparison_to_json,
    print_comparison,
    write_report,
)
from tests.evaluation.twice import run


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
