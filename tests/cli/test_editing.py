"""`qa edit` as a person or a script meets it; no model is needed for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.cli import main


@pytest.fixture(autouse=True)
def _a_library(without_model: None, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    for name in ("one", "two"):
        (tmp_path / "p" / f"{name}.txt").write_text(f"Dear {name},\nLitvinov despaired.")
    assert main(["add", str(tmp_path / "p")]) == 0


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    assert main(arguments) == code
    return capsys.readouterr().out


def shown(capsys: pytest.CaptureFixture[str], name: str) -> Any:
    return json.loads(printed(capsys, "show", name, "--json"))


def test_fields_are_set_shown_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(
        capsys, "edit", "one.txt", "two.txt", "--set", "title=A talk = a walk", "--set", "date=c. 1945",
        "--set", "csl.publisher=GPO",
    )  # fmt: skip
    assert out == "2 documents edited.\n"
    one = shown(capsys, "one.txt")
    assert one["edited"] == {"title": "A talk = a walk", "date": "1945~", "publisher": "GPO"}
    assert (one["metadata"]["date"], one["metadata"]["edtf"]) == ("1945", "1945~")
    assert one["metadata"]["csl"]["issued"] == {"date-parts": [[1945]], "circa": True}
    known = printed(capsys, "edit", "one.txt")
    assert "title: A talk = a walk (edited)" in known
    assert "publisher: GPO (edited)" in known
    assert printed(capsys, "show", "one.txt").startswith("“A talk = a walk,” ca. 1945, GPO")
    assert "two.txt" in printed(capsys, "list", "--documents")
    assert (
        printed(capsys, "edit", "one.txt", "--unset", "title", "--unset", "publisher")
        == "1 document edited.\n"
    )
    assert shown(capsys, "one.txt")["metadata"]["title"] == "Dear one,"
    assert printed(capsys, "edit", "one.txt", "--unset", "title") == "Nothing to change.\n"


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(printed(capsys, "edit", "one.txt", "--set", "title=Talk", "--json"))
    (document,) = told["documents"]
    assert (document["document"], document["edited"], document["changed"]) == (
        "one.txt",
        {"title": "Talk"},
        True,
    )
    assert document["metadata"]["title"] == document["metadata"]["csl"]["title"] == "Talk"
    assert told["passages"] == 1
    (document,) = json.loads(printed(capsys, "edit", "one.txt", "--json"))["documents"]
    assert (document["edited"], document["changed"]) == ({"title": "Talk"}, False)


def test_edits_stay_when_the_file_changes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    printed(capsys, "edit", "one.txt", "--set", "repository=National Archives")
    (tmp_path / "p" / "one.txt").write_text("Dear one,\nother words.")
    printed(capsys, "update")
    again = shown(capsys, "one.txt")
    assert again["text"] == "Dear one,\nother words."
    assert again["metadata"]["repository"] == "National Archives"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["one.txt", "--set", "titel=x"], "Did you mean title?"),
        (["one.txt", "--set", "title"], "FIELD=VALUE"),
        (["one.txt", "--set", "=x"], "FIELD=VALUE"),
        (["one.txt", "--set", "date=03/04/1945"], "two ways"),
        (["one.txt", "--unset", "nonsense"], "no field"),
        (["on.txt", "--set", "title=x"], "Did you mean one.txt"),
        ([], "NAME"),
    ],
)
def test_mistakes_are_told_in_a_line_or_two(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    capsys.readouterr()
    assert main(["edit", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert captured.err.count("\n") <= 2


def test_a_list_that_cannot_be_read_is_one_line_and_code_3(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "p" / "x.bib").write_text("@book{a, title={open")
    capsys.readouterr()
    assert main(["update"]) == 3
    captured = capsys.readouterr()
    assert f"{tmp_path / 'p' / 'x.bib'}: line 1" in captured.err
    assert "2 unchanged" in captured.out
