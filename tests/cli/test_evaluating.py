"""What `qa evaluate` takes, before anything is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.cli import evaluation_options, main
from qa.cli.parser import parser
from qa.encoding import SentenceEncoder
from qa.evaluation.measures import Outcome
from qa.evaluation.runs import Writer, default_root
from qa.evaluation.sets.finding import ROLES
from qa.evidence.model import EvidenceModel


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
        (["set.csv", "--target", "2"], "number from 0 to 1"),
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


@pytest.fixture
def shipped(
    monkeypatch: pytest.MonkeyPatch, sentence_encoder: SentenceEncoder, evidence_model: EvidenceModel
) -> None:
    """The models as shipped, loaded once and not anew for each command."""
    monkeypatch.setattr("qa.assistant.SentenceEncoder", lambda *_: sentence_encoder)
    monkeypatch.setattr("qa.assistant.EvidenceModel", lambda: evidence_model)


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str], shipped: None) -> str:
    """A library in a folder (see ``made``)."""
    return made(str(tmp_path / "library"), tmp_path, capsys)


def made(place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A library of one letter, with a set of five questions beside it ("mine.jsonl")."""
    letter = "The price of copper rose in May. Nobody had expected it. Mr Hale wrote to the Board."
    (tmp_path / "letter.txt").write_text(letter, "utf-8")
    asked = ["When did copper rise?", "Who wrote to the Board?", "Who had expected it?", "Who?", "A boat?"]
    quotes = [*letter.replace(". ", ".|").split("|"), None, None]
    rows = [
        {"id": f"q{n}", "question": q, "evidence": [{"document": "letter.txt", "quote": e}] if e else []}
        for n, (q, e) in enumerate(zip(asked, quotes, strict=True))
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "mine.jsonl").write_text(lines, "utf-8")
    assert main(["add", str(tmp_path / "letter.txt"), "--library", place]) == 0
    capsys.readouterr()
    return place


def evaluated(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["evaluate", *words, "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)
    return dict(result)


def test_a_run_is_kept_with_the_library(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], shipped: None
) -> None:
    library = made(place, tmp_path, capsys)
    one = str(tmp_path / "mine.jsonl")
    first = evaluated(capsys, one, "--library", library)
    folder = Path(first["run"])
    assert folder.parent == default_root(library)
    assert tmp_path in folder.parents
    assert (folder / "report.html").is_file()
    assert (folder / "outcomes.jsonl").read_text("utf-8").count("\n") == 5
    # The library is still one, and a later run is compared with the folder.
    second = evaluated(capsys, one, "--library", library, "--baseline", str(folder), "--one-by-one")
    assert second["baseline"]["common"] == 5
    assert second["run"] != first["run"]
    assert second["measures"] == first["measures"]
    third = evaluated(capsys, one, "--library", library, "--no-keep", "--target", "0.5")
    assert "run" not in third
    assert len(list(default_root(library).iterdir())) == 2
    assert third["threshold"]["target"] == 0.5


def test_a_run_that_was_stopped_goes_on(
    library: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = str(tmp_path / "mine.jsonl")
    whole = evaluated(capsys, one, "--library", library, "--no-keep")
    assert main(["evaluate", "--resume", "--library", library]) == 2
    assert "No run was stopped" in capsys.readouterr().err

    add, added = Writer.add, []

    def stopping(writer: Writer, name: str, outcome: Outcome) -> None:
        if len(added) == 2:
            raise KeyboardInterrupt
        added.append(outcome.question.id)
        add(writer, name, outcome)

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "add", stopping)
        assert main(["evaluate", one, "--library", library]) == 130
    said = capsys.readouterr().err
    (folder,) = default_root(library).iterdir()
    assert f"qa evaluate --resume {folder}" in said

    def counting(writer: Writer, name: str, outcome: Outcome) -> None:
        added.append(outcome.question.id)
        add(writer, name, outcome)

    monkeypatch.setattr(Writer, "add", counting)
    rest = evaluated(capsys, "--resume", "--library", library)
    assert rest["run"] == str(folder)
    assert added == ["q0", "q1", "q2", "q3", "q4"]
    assert rest["measures"] == whole["measures"]
    assert rest["slices"] == whole["slices"]


def test_a_table_with_chosen_columns_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], shipped: None
) -> None:
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


def test_the_confidence_from_which_it_is_answered_can_be_another(
    library: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ("--library", library, "--no-keep", "--confidence")
    for least, share in (("0", 0.0), ("1", 1.0)):
        result = evaluated(capsys, str(tmp_path / "mine.jsonl"), *common, least)
        assert result["measures"]["refused_wrongly"]["value"] == share
