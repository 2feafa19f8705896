"""What `qa evaluate` takes, before anything is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.cli import evaluation_options, main
from qa.cli.parser import parser
from qa.evaluation.sets.finding import ROLES


def test_columns_can_be_chosen_for_what_the_sets_know() -> None:
    assert set(evaluation_options.ROLES) == set(ROLES)


def test_columns_are_repeated_or_divided_by_commas() -> None:
    words = ["--columns", "question=Wer, wann, question = x,document=Datei", "--columns", "quote=a=b"]
    arguments = parser().parse_args(["evaluate", "set.csv", *words])
    assert arguments.columns == [{"question": "x", "document": "Datei"}, {"quote": "a=b"}]
    one = parser().parse_args(["evaluate", "set.csv", "--columns", "question=Wer, wann"])
    assert one.columns == [{"question": "Wer, wann"}]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Which set?"),
        (["set.csv", "--columns", "question"], "chooses no column"),
        (["set.csv", "--columns", "questoin=Frage"], "chooses no column"),
        (["seeds", "--columns", "question=Frage"], "--columns is for sets of your own"),
        (["seeds", "--qrels", "x"], "--qrels belongs to one file of topics"),
        (["set.csv", "--target", "2"], "no share"),
        (["set.csv"], 'No evaluation set "set.csv"'),
    ],
)
def test_wrong_use_is_told_in_words(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["evaluate", *words, "--library", str(tmp_path / "none")]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""
    assert not (tmp_path / "none").exists()


def test_a_table_with_chosen_columns_is_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.txt").write_text("The price of copper rose in May. Nobody had expected it.", "utf-8")
    table = tmp_path / "mine.csv"
    table.write_text(
        "Frage;Datei;Stelle;Jahr\n"
        "When did the price of copper rise?;letter.txt;The price of copper rose in May.;1930\n"
        "Who won the boat race?;;;1931\n;letter.txt;;\n",
        "utf-8",
    )
    common = ["--library", str(tmp_path / "library"), "--json"]
    assert main(["add", str(tmp_path / "letter.txt"), *common]) == 0
    capsys.readouterr()
    chosen = ["--columns", "question=Frage,document=Datei", "--columns", "quote=Stelle"]
    assert main(["evaluate", str(table), *chosen, *common, "--no-keep"]) == 0
    shown = capsys.readouterr()
    (result,) = json.loads(shown.out)
    assert (result["questions"], result["answerable"]) == (2, 1)
    assert result["measures"]["quote_hit@1"]["value"] == 1
    assert "line 4" in shown.err
    assert set(result["slices"]["Jahr"]) == {"1930", "1931"}
