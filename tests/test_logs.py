"""The log: one JSON line an event, nothing secret in it, quiet unless asked."""

from __future__ import annotations

import json
import logging
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa import logs
from qa.cli import main
from qa.errors import UsageError


@pytest.fixture(autouse=True)
def ended(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in (logs.LEVEL, logs.FILE):
        monkeypatch.delenv(name, raising=False)
    yield
    logs.stop()


def lines(file: Path) -> list[dict[str, Any]]:
    """What was told; not the requests to a page that tests of other files serve in this process."""
    told = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [line for line in told if line["event"] != "request"]


def test_it_is_quiet_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up()
    logs.event("something", level="error", error=ValueError("x"))
    assert not logs.told("error")
    assert capsys.readouterr() == ("", "")


def test_an_event_is_a_line_of_json(tmp_path: Path) -> None:
    file = tmp_path / "log"
    logs.set_up("info", str(file))
    logs.event("file", file="A\n\u202eb\x1b[31m.txt", outcome="added", reason=None)
    logs.event("hidden", level="debug")
    (line,) = lines(file)
    assert line.pop("time").endswith("Z")
    assert line == {"level": "info", "event": "file", "file": "A\n\u202eb\x1b[31m.txt", "outcome": "added"}
    assert file.read_bytes().isascii()  # nothing in it can draw over a terminal
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_words_of_a_question_are_in_it_at_debug_alone(tmp_path: Path) -> None:
    file = tmp_path / "log"
    for level in ("info", "debug"):
        logs.set_up(level, str(file))
        with pytest.raises(ValueError, match="secret"), logs.timed("question", **logs.words("a secret?")):
            raise ValueError("about a secret")
    above, debug = lines(file)
    assert "secret" not in json.dumps(above)
    assert above["question"] == debug["question"]
    assert above["characters"] == 9
    assert above["error"] == "ValueError"
    assert any("test_logs.py" in frame for frame in above["traceback"])
    assert (debug["text"], debug["message"]) == ("a secret?", "about a secret")
    assert logs.words("another")["question"] != above["question"]


def test_what_serves_the_page_warns_in_it_and_no_more(tmp_path: Path) -> None:
    file = tmp_path / "log"
    logs.set_up("debug", str(file))
    server = logging.getLogger("uvicorn.error")
    server.setLevel(logging.DEBUG)
    server.warning("Invalid HTTP request received.")
    server.debug("a whole request with its cookie")
    assert [line["event"] for line in lines(file)] == ["Invalid HTTP request received."]


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be moved there")
def test_a_log_that_was_moved_away_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "log"
    logs.set_up("info", str(file))
    logs.event("one")
    file.rename(tmp_path / "log.1")
    logs.event("two")
    assert [line["event"] for line in lines(file)] == ["two"]


def test_what_cannot_be_done_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no log level"):
        logs.set_up("loud")
    with pytest.raises(UsageError, match="cannot be written"):
        logs.set_up(None, str(tmp_path / "none" / "log"))


def test_adding_by_the_command_is_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.encoders import HashEncoder

    monkeypatch.setattr("qa.assistant.SentenceEncoder", lambda *_: HashEncoder())
    good, bad, file = tmp_path / "a.txt", tmp_path / "b.pdf", tmp_path / "log"
    good.write_text("The harbour froze in January.")
    bad.write_bytes(b"%PDF-1.7 broken")
    monkeypatch.setenv(logs.FILE, str(file))
    code = main(["--library", str(tmp_path / "library"), "add", str(good), str(bad), "--log-level", "info"])
    assert code == 3
    told = lines(file)
    assert [line["event"] for line in told] == ["start", "file", "file", "end"]
    assert told[0]["command"] == "add"
    assert told[0]["process"] == os.getpid()
    assert [(line["file"], line["outcome"]) for line in told[1:3]] == [
        ("a.txt", "added"),
        ("b.pdf", "failed"),
    ]
    assert told[2]["level"] == "warning"
    assert told[2]["reason"]
    assert told[3]["outcome"] == "done"


def test_a_command_that_fails_says_where(tmp_path: Path) -> None:
    file = tmp_path / "log"
    command = ["list", "--library", str(tmp_path / "none"), "--log-file", str(file)]
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "library.sqlite").write_bytes(b"no library")
    assert main(command) == 1
    told = lines(file)
    assert [line["event"] for line in told] == ["start", "error", "end"]
    assert told[1]["traceback"]
    assert told[2]["outcome"] == "failed"
