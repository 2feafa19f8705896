"""qa doctor, qa backup, qa restore: as a person or a script says it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from qa.cli import main
from tests.library.shelf import document, opened, put


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    library = opened(folder)
    put(library, "/papers/letter.txt", document("letter.txt", "A letter", "The wheat has arrived at Odessa."))
    library.flush()
    library.close()
    return folder


def test_a_backup_and_back(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, new = str(tmp_path / "one.zip"), str(tmp_path / "new")
    assert main(["backup", file, "--library", str(folder)]) == 0
    assert capsys.readouterr().out.startswith(f"{file}: 1 document in 1 file, ")
    assert main(["restore", file, "--library", new, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["documents"], told["location"], told["restored"]) == (1, str(folder), new)
    assert main(["doctor", "--library", new, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["passages"] == 2
    assert main(["restore", file, "--library", new]) == 2
    assert "there already" in capsys.readouterr().err


def test_the_doctor_mends_names_and_says_so_with_its_code(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "vectors.faiss").write_bytes(b"no index")
    looking = ["doctor", "--library", str(folder)]
    assert main([*looking, "--look-only"]) == 1
    assert "damaged" in capsys.readouterr().out
    assert main(looking) == 0
    out = capsys.readouterr().out
    assert "mended" in out
    assert "all is well. 1 document and 2 passages compared." in out

    with sqlite3.connect(folder / "library.sqlite") as connection:
        connection.execute("UPDATE documents SET text = replace(text, 'wheat', '[wheat')")
    assert main([*looking, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["well"] is False
    assert told["findings"][0]["part"] == "library.sqlite"
    assert "letter.txt" in told["findings"][0]["what"][0]
    assert main(looking) == 1
    assert "qa restore" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("words", [["doctor"], ["backup", "x.zip"], ["restore", "x.zip"]])
def test_a_library_on_a_server_is_cared_for_there(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--library", "postgresql://u@h/db"]) == 2
    assert "server" in capsys.readouterr().err
