"""`qa concordance` as a person or a script meets it; no model is needed for it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from qa.cli import main


@pytest.fixture(autouse=True)
def _a_library(without_model: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "one.txt").write_text("Weapons and more weapons.\u009b31m A weapon.", "utf-8")
    (tmp_path / "p" / "two.txt").write_text("No weapons here, said Tchitcherin.")
    assert main(["add", str(tmp_path / "p")]) == 0
    assert main(["edit", "one.txt", "--set", "date=1945-11-22"]) == 0


def test_places_counts_and_the_words_around(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["concordance", "weapons"]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert lines[0] == "one.txt · 1945-11-22"
    assert lines[1].index("Weapons") == lines[3].index("weapons"), "one below the other"
    assert " and more " in lines[3]
    assert "\u009b" not in out
    assert "    1945        2  ████" in out
    assert " undated        1" in out
    assert "“weapons”: 3 places in 2 documents; every word of 2 documents was looked at" in out


def test_what_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["concordance", "a", "phrase", "nobody", "wrote"]) == 4
    assert capsys.readouterr().out == (
        "“a phrase nobody wrote” stands nowhere: every word of 2 documents was looked at.\n"
    )
    assert main(["concordance", "*"]) == 2
    assert capsys.readouterr().err == "qa: Nothing to look for. Give a word or a phrase.\n"
    assert main(["concordance", "weapons", "--limit", "some"]) == 2
    assert "give 0 or more" in capsys.readouterr().err
    assert main(["concordance", "weapons", "--in", "three"]) == 2
    assert "no document three" in capsys.readouterr().err


def test_json_holds_it_all(capsys: pytest.CaptureFixture[str]) -> None:
    def told(*arguments: str) -> dict[str, object]:
        capsys.readouterr()
        main(["concordance", *arguments, "--json"])
        return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]

    every = told("weapon", "--forms", "--order", "right")
    assert every["places"] == 4
    assert every["forms"] == [{"word": "weapon", "forms": ["weapon", "weapons"]}]
    assert [line["words"] for line in every["lines"]] == [  # type: ignore[attr-defined]
        "weapon", "weapons", "Weapons", "weapons",
    ]  # fmt: skip
    assert every["searched"] == {"documents": 2}
    assert told("weapon", "--forms", "--without", "weapons")["places"] == 1
    assert told("eapon", "--part")["places"] == 4
    assert told("chicherin", "--spellings")["places"] == 1
    assert told("weapons", "--from", "1945", "--to", "1945")["places"] == 2
    assert told("weapons", "--where", "notes")["places"] == 0
    some = told("weapons", "--limit", "1")
    assert (some["places"], len(some["lines"])) == (3, 1)  # type: ignore[arg-type]


def test_a_table_with_every_place(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    capsysbinary.readouterr()
    assert main(["concordance", "weapons", "--limit", "1", "-o", "lines.csv"]) == 0
    printed = capsysbinary.readouterr()
    assert printed.err.decode() == "qa: Wrote lines.csv: 3 places.\n"
    text = (tmp_path / "lines.csv").read_bytes()
    assert len(list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))) == 3
    assert main(["concordance", "weapons", "-o", "-", "--style", "apa"]) == 0
    assert capsysbinary.readouterr().out.startswith(text[:40])
    assert main(["concordance", "weapons", "-o", "-", "--json"]) == 2
    assert main(["concordance", "weapons", "-o", "nowhere/lines.csv"]) == 2
    assert b"cannot be written" in capsysbinary.readouterr().err
