"""`qa check` as a person or a script meets it; no model is needed for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.cli import main

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture
def draft(without_model: None, tmp_path: Path) -> Path:
    path = tmp_path / "chapter.md"
    path.write_text("“I know what should be done but I am helpless” and “Tito has broken with Subasic”.\n")
    return path


def test_what_is_to_be_mended_is_shown_and_told_by_the_exit_code(
    draft: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["add", str(SEEDS)]) == 0
    capsys.readouterr()
    report = tmp_path / "report.md"
    assert main(["check", str(draft), "--report", str(report)]) == 5
    out = capsys.readouterr().out
    assert "ALTERED  1, line 1" in out
    assert "[-helpless-] {+powerless+}" in out
    assert "EXACT" not in out
    assert "2 quotations checked: 1 exact, 1 altered." in out
    assert "~~helpless~~ **powerless**" in report.read_text("utf-8")

    assert main(["check", str(draft), "--json", "--style", "apa"]) == 5
    told = json.loads(capsys.readouterr().out)
    assert told["counts"]["exact"] == told["counts"]["altered"] == 1
    assert "(921)" in told["checks"][0]["citation"] or "p. 921" in told["checks"][0]["citation"]

    draft.write_text("“Tito has broken with Subasic”")
    assert main(["check", str(draft), "--all"]) == 0
    assert "EXACT  1, line 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.md"], "nowhere.md: there is no such file"),
        (["chapter.md", "--style", "no-such-style"], "no-such-style"),
        (["chapter.xyz"], "is no kind of file that a draft is read from"),
        (["chapter.md"], "The library is empty"),
    ],
)
def test_wrong_use_is_told_plainly(
    draft: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(draft.parent)
    (draft.parent / "chapter.xyz").write_text("x")
    assert main(["check", *arguments]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") <= 2
