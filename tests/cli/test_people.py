"""qa people: who may sign in, as a person or a script says it."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qa.cli import main
from qa.page.serve.people import People, people_file

SECRET = "seven old telegrams"


def run(monkeypatch: pytest.MonkeyPatch, library: Path, *words: str, typed: str = "") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return main(["people", *words, "--library", str(library)])


def test_adding_listing_changing_and_taking_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path, "add", "Ada", "Lovelace", typed=f"{SECRET}\n") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Ada Lovelace may sign in now.",
        "The page asks everybody to sign in from the next start of qa chat on.",
    ]
    people = People(people_file(tmp_path))
    assert people.confirm("Ada Lovelace", SECRET) is not None

    assert run(monkeypatch, tmp_path, "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in listed["people"]] == ["Ada Lovelace"]
    assert "argon2" not in json.dumps(listed)
    assert run(monkeypatch, tmp_path) == 0
    assert "Ada Lovelace" in capsys.readouterr().out

    assert run(monkeypatch, tmp_path, "password", "ada lovelace", typed="another password\r\n") == 0
    assert people.confirm("Ada Lovelace", SECRET) is None
    assert people.confirm("Ada Lovelace", "another password") is not None
    assert run(monkeypatch, tmp_path, "remove", "Ada Lovelace") == 0
    assert "Nobody is left" in capsys.readouterr().out
    assert people.all() == ()


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        (["add"], "", "Say who: qa people add NAME"),
        (["add", "Ada"], "short\n", "needs 10"),
        (["add", "Ada"], "", "needs 10"),
        (["password", "Ben"], SECRET, "Nobody is called 'Ben'"),
        (["remove", "Ben"], "", "Nobody is called 'Ben'"),
        (["remove"], "", "Say who"),
        (["invite", "Ben"], "", "invalid choice"),
    ],
)
def test_what_is_amiss_is_said_in_a_line_or_two(
    words: list[str],
    typed: str,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, tmp_path, *words, typed=typed) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert len(err.strip().splitlines()) <= 2


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such terminal on Windows")
def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "people", "add", "Ada", "--library", str(tmp_path)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        cwd=Path(__file__).parents[2],
    )
    os.close(theirs)
    seen = b""

    def until(words: bytes) -> None:
        nonlocal seen
        end = time.monotonic() + 60
        while words not in seen:
            assert time.monotonic() < end, seen
            if select.select([ours], [], [], 0.5)[0]:
                seen += os.read(ours, 1024)

    try:
        until(b"Password for Ada: ")
        os.write(ours, f"{SECRET}\n".encode())
        until(b"The same again: ")
        os.write(ours, f"{SECRET}\n".encode())
        until(b"may sign in now")
        assert process.wait(60) == 0
    finally:
        process.kill()
        os.close(ours)
    assert SECRET.encode() not in seen
    assert People(people_file(tmp_path)).confirm("Ada", SECRET) is not None
