"""`qa marks` and `qa agree` as a person or a script meets them; neither opens a library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.cli import main
from qa.evaluation.marks import Spot, Verdict, judgement, keep
from qa.evaluation.sets import load

SPOT = Spot("a.txt", 0, 10, "Quill\x1b[31m sang")


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("QA_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.delenv("QA_DEBUG", raising=False)
    return tmp_path / "library"


def mark(library: Path, by: str, verdict: Verdict, spot: Spot | None = None, question: str = "Who?") -> None:
    keep(library / "marks.jsonl", judgement(question, (), verdict, by, spot=spot))


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    capsys.readouterr()
    assert main(arguments) == code
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_marks_are_shown_and_written_as_a_set(
    capsys: pytest.CaptureFixture[str], library: Path, tmp_path: Path
) -> None:
    out, _ = printed(capsys, "marks")
    assert out.startswith("No marks yet.")
    assert not library.exists(), "looking makes nothing"
    mark(library, "Ada", "answers", SPOT)
    mark(library, "Ben", "nothing answers")
    mark(library, "Ben", "nothing answers", question="Why?")
    with (library / "marks.jsonl").open("a") as file:
        file.write("nonsense\n")
    out, err = printed(capsys, "marks")
    assert "3 marks of 2 questions by 2 people." in out
    assert "\x1b" not in out
    assert "line 4: no mark: not JSON" in err
    out, _ = printed(capsys, "marks", "--by", "Ben", "--json")
    assert [row["verdict"] for row in json.loads(out)] == ["nothing answers", "nothing answers"]

    path = tmp_path / "set.jsonl"
    out, err = printed(capsys, "marks", "--out", str(path))
    assert out == f"1 question written. Run: qa evaluate {path}\n"
    assert "“Who?”" in err
    assert "left out until they agree" in err
    assert [one.question for one in load(path).questions] == ["Why?"]
    out, _ = printed(capsys, "marks", "--out", str(path), "--by", "Ada", "--json")
    assert json.loads(out) == {"file": str(path), "questions": 1, "left_out": []}
    assert load(path).questions[0].evidence[0].quote == SPOT.quote
    out, _ = printed(capsys, "marks", "--out", "-", "--by", "Ada")
    assert out == path.read_text("utf-8")


def test_agreement_is_printed_with_every_disagreement(
    capsys: pytest.CaptureFixture[str], library: Path, tmp_path: Path
) -> None:
    for number in range(4):
        mark(library, "Ada", "answers", SPOT, f"Who{number}?")
        if number:
            mark(library, "Ben", "answers", SPOT, f"Who{number}?")
        else:
            mark(library, "Ben", "nothing answers", question=f"Who{number}?")
    mark(library, "Ada", "nothing answers", question="Why?")
    mark(library, "Ben", "nothing answers", question="Why?")
    files = [str(tmp_path / f"{name}.jsonl") for name in ("ada", "ben")]
    for name, file in zip(("Ada", "Ben"), files, strict=True):
        printed(capsys, "marks", "--by", name, "--out", file)
    out, _ = printed(capsys, "agree", *files, "--json")
    found: dict[str, Any] = json.loads(out)
    # Ada yes yes yes yes no, Ben no yes yes yes no: 4 of 5; chance (4 * 3 + 1 * 2) / 25.
    assert found["questions"]["kappa"] == pytest.approx((4 / 5 - 14 / 25) / (1 - 14 / 25))
    assert found["questions"]["table"] == [
        {"first": False, "second": False, "count": 1},
        {"first": True, "second": False, "count": 1},
        {"first": True, "second": True, "count": 3},
    ]
    assert found["places"]["kappa"] is None
    assert (found["same_place"], found["both_answer"]) == (3, 3)
    out, _ = printed(capsys, "agree", *files)
    assert "0.545" in out
    assert "kappa has no value" in out
    assert "Who0?" in out
    assert f"{files[1]}: has none" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["marks", "--out", "x.jsonl"], "No question is marked yet"),
        (["marks", "--by", "Cid"], "Nobody has made a mark yet"),
        (["agree", "none.jsonl", "other.jsonl"], "none.jsonl: cannot be read"),
        (["agree", "one.jsonl"], "B.jsonl"),
    ],
)
def test_mistakes_are_told_in_a_line_or_two(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    out, err = printed(capsys, *arguments, code=2)
    assert out == ""
    assert said in err
    assert err.count("\n") <= 2
