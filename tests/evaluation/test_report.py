import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from qa.errors import UsageError
from qa.evaluation import markdown_table, print_results, results_to_json, write_report
from qa.evaluation.curves import keeping
from qa.evaluation.measures import MEASURES
from qa.evaluation.report.wording import threshold
from qa.evaluation.runner import Result, result
from tests.evaluation.builders import asked, shown

SENTENCE = "He told me that he was disturbed by the international situation."


@pytest.fixture
def results() -> list[Result]:
    outcomes = [
        asked(1, {"a b": SENTENCE}, ranking="x", quotes=(shown("a b", SENTENCE),), answer="he"),
        asked(2, {"c": SENTENCE}, ranking="c x", quotes=(shown("c", "<b>[bold]Other</b> | words*"),)),
        asked(3, answered=True, quotes=(shown("c", "More words"),)),
        asked(4, answered=False),
    ]
    return [result("mine", outcomes, warnings=("mine.jsonl, line 3: not JSON [really]; left out.",))]


def test_json_is_as_the_contract_has_it(results: list[Result]) -> None:
    (row,) = json.loads(json.dumps(results_to_json(results), allow_nan=False))
    assert row["set"] == "mine"
    assert (row["questions"], row["answerable"]) == (4, 2)
    assert list(row["measures"]) == list(MEASURES)
    assert set(row["measures"]["Success@1"]) >= {"value", "low", "high"}
    assert row["measures"]["Success@1"]["value"] == 0.5
    assert row["measures"]["pages"]["value"] is None
    assert row["slices"]["kind"]["fact"]["quote_hit@1"]["value"] == 0.5
    assert set(row["slices"]) == {"kind", "style", "document"}
    assert row["slices"]["style"] == {}
    assert set(row["seconds"]) == {"p50", "p95"}


def test_json_has_the_curves_and_the_threshold(results: list[Result]) -> None:
    (row,) = json.loads(json.dumps(results_to_json(results, target=0.5), allow_nan=False))
    # All four were answered with confidence 0.5; of the two without an answer one may be answered, and no
    # threshold tells them apart.
    assert row["threshold"]["target"] == 0.5
    assert row["threshold"]["threshold"] is None
    assert row["risk_coverage"] == [{"threshold": 0.5, "coverage": 1.0, "risk": 0.75}]
    assert [bin_["questions"] for bin_ in row["reliability"]] == [1, 1, 1, 1]
    assert row["calibration_by_chance"] == {"mean": 0.5, "most": 0.5}


def test_the_threshold_is_said_with_what_it_costs() -> None:
    outcomes = [asked(i, {"a": SENTENCE}, confidence=0.3 + i / 100) for i in range(10)]
    outcomes += [asked(20 + i, confidence=i / 20) for i in range(10)]
    said = threshold(keeping(result("mine", outcomes).values, 0.1), result("mine", outcomes).measures)
    assert said.replace("\u00a0", " ") == (
        "to answer at most 10 % of the questions without an answer, answer from confidence 0.425 on "
        "(10 % then, 100 % now); of those with an answer 100 % would be refused (0 % now). "
        "Chosen on these questions: on others expect up to 40 %."
    )
    out = io.StringIO()
    print_results(Console(file=out, width=300), [result("mine", outcomes)], target=0.1)
    assert f"mine: {said}" in out.getvalue()


def test_half_a_surrogate_pair_does_not_stop_the_report(tmp_path: Path) -> None:
    write_report([result("mine", [asked(1, {"a": "half \ud800"}, answer="\udfff")])], tmp_path)
    (row,) = [json.loads(line) for line in (tmp_path / "questions.jsonl").read_text("utf-8").splitlines()]
    assert row["expected"]["evidence"][0]["quote"] == "half \ud800"
    assert "\\ud800" in (tmp_path / "report.html").read_text("utf-8")


def test_the_table_shows_values_and_intervals(results: list[Result]) -> None:
    out = io.StringIO()
    print_results(Console(file=out, width=140), results)
    text = out.getvalue()
    assert "4 (2)" in text
    assert "quote_hit@1" in text
    assert "0.500" in text
    assert "pages" not in text  # no question of the set names pages


def test_markdown_table_has_a_line_a_set(results: list[Result]) -> None:
    assert markdown_table(results, ("Success@1", "pages")) == (
        "| set | questions | `Success@1` | `pages` |\n|---|--:|--:|--:|\n| `mine` | 4 | 0.500 |  |\n"
    )


def test_a_report_folder_has_everything(results: list[Result], tmp_path: Path) -> None:
    folder = tmp_path / "new" / "report"
    files = write_report(results, folder)
    assert sorted(path.name for path in files) == [
        *("mine.qrels", "mine.run", "misses.md", "questions.jsonl", "report.html", "summary.json"),
        "summary.md",
    ]
    assert json.loads((folder / "summary.json").read_text()) == results_to_json(results)
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text().split("\n") if line]
    assert [row["id"] for row in rows] == ["q1", "q2", "q3", "q4"]
    assert rows[0]["expected"]["evidence"] == [{"document": "a b", "quote": SENTENCE}]
    assert rows[0]["got"]["quotes"][0]["text"] == SENTENCE
    assert rows[0]["values"]["quote_hit@1"] == 1
    assert (folder / "mine.run").read_text().splitlines() == [
        "q1 Q0 x 1 1 ibid",
        "q2 Q0 c 1 1 ibid",
        "q2 Q0 x 2 0.99999994 ibid",  # found with the same score; the order must be seen
    ]
    # A run file is divided by white space, so none may stand in a name.
    assert (folder / "mine.qrels").read_text().splitlines() == ["q1 0 a%20b 1", "q2 0 c 1"]
    misses = (folder / "misses.md").read_text()
    assert "mine: 2 of 4" in misses
    assert "**q2**" in misses
    assert "answered though there is no answer" in misses
    assert "**q1**" not in misses
    assert "\\<b\\>\\[bold\\]Other\\</b\\> \\| words\\*" in misses
    assert "line 3" in (folder / "summary.md").read_text()


def test_a_report_that_cannot_be_written_says_so(results: list[Result], tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(UsageError, match="taken"):
        write_report(results, tmp_path / "taken")
