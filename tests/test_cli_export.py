"""qa export as a person or a script meets it: files, standard output, JSON, exit codes."""

from __future__ import annotations

import base64
import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import docx
import pytest

from qa.cli import main
from qa.receipts import answer_to_dict
from tests.exporting import answers as made

ROOT = Path(__file__).parents[1]


@pytest.fixture
def saved(tmp_path: Path) -> tuple[str, str]:
    """Two answers in files: one that answers, one that does not."""
    first = made.answer(made.quote("The talks broke off at noon."), question="When?")
    second = made.answer(made.quote("Hardly."), answered=False, question="Why?", after=("When?",))
    files = tmp_path / "one.json", tmp_path / "two.json"
    for file, answer in zip(files, (first, second), strict=True):
        file.write_text(json.dumps(answer_to_dict(answer)), "utf-8")
    return str(files[0]), str(files[1])


def qa(*arguments: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        capture_output=True, timeout=300, check=False, cwd=ROOT, **more,
    )  # fmt: skip


def test_markdown_of_a_conversation_on_standard_output(saved: tuple[str, str]) -> None:
    done = qa("export", *saved)
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode()
    assert text.index("## When?") < text.index("> The talks broke off") < text.index("## Why?")
    assert "**Not answered" in text


def test_a_file_of_the_format_that_its_name_asks_for(
    saved: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "chapter.docx"
    assert main(["export", *saved, "-o", str(out), "--style", "apa"]) == 0
    assert capsys.readouterr().out == f"{out}: 2 answers, 2 quotes as Word.\n"
    styles = [p.style.name for p in docx.Document(str(out)).paragraphs if p.style is not None]
    assert "Quote" in styles
    assert list(tmp_path.glob(".*")) == [], "nothing half-written is left"
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(out.stat().st_mode) == 0o666 & ~mask
    assert main(["export", saved[1], "--to", "csv", "--answers-only", "-o", str(out)]) == 0
    assert "1 answer, 0 quotes as CSV" in capsys.readouterr().out
    assert out.read_text("utf-8").startswith('\ufeff"question_number"')


def test_json_tells_what_was_made(
    saved: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", *saved, "--to", "ris", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["format"], told["answers"], told["quotes"], told["file"]) == ("ris", 2, 2, None)
    assert told["text"].startswith("TY  - CHAP\r\n")
    assert main(["export", *saved, "--to", "docx", "--json"]) == 0
    data = base64.b64decode(json.loads(capsys.readouterr().out)["base64"])
    assert docx.Document(io.BytesIO(data)).paragraphs
    out = tmp_path / "x.bib"
    assert main(["export", *saved, "-o", str(out), "--json", "--style", "ieee"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"format": "bibtex", "answers": 2, "quotes": 2, "style": "ieee", "file": str(out)}
    assert out.read_text("utf-8").startswith("@incollection{")


def test_answers_from_standard_input_one_after_another(saved: tuple[str, str]) -> None:
    both = b"".join(Path(file).read_bytes() for file in saved)
    done = qa("export", "-", "--to", "csl-json", input=both)
    assert done.returncode == 0
    assert len(json.loads(done.stdout)) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["export"], "FILE"),
        (["export", "/no/such/file"], "cannot be read"),
        (["export", "ONE", "--to", "pdf"], "invalid choice"),
        (["export", "ONE", "-o", "x.pdf"], "cannot be told from its name"),
        (["export", "ONE", "--style", "turabian"], "chicago-notes-bibliography"),
        (["export", "ONE", "--style", "/no/such.csl"], "/no/such.csl"),
        (["export", "README.md"], "is not JSON"),
        (["export", "/"], "cannot be read"),
        (["ask", "x", "--style", "/no/such.csl"], "/no/such.csl"),
    ],
)
def test_wrong_use_is_told_in_a_line_or_two(
    arguments: list[str], words: str, saved: tuple[str, str], capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(ROOT)
    assert main([saved[0] if each == "ONE" else each for each in arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("qa: ")
    assert words in err
    assert len(err.splitlines()) <= 2


def test_what_cannot_be_written_is_a_failure(
    saved: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", saved[0], "-o", "/no/such/folder/x.md"]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert main(["export", saved[0], "--to", "ris", "-o", "/"]) == 1


def test_help_names_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    from qa.cli.parser import _FORMATS
    from qa.exporting import FORMATS

    assert main(["export", "--help"]) == 0
    out = capsys.readouterr().out
    assert tuple(FORMATS) == _FORMATS
    for to in FORMATS:
        assert to in out
