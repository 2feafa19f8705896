"""qa doctor, qa backup, qa restore: as a person or a script says it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from qa.cli import main
from qa.types import Searched
from tests.library.shelf import document, filled, opened, put, stands
from tests.postgres_server import USER, Server


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


@pytest.mark.parametrize(
    ("words", "tool"),
    [
        (["doctor"], "pg_amcheck --schema=maps DATABASE"),
        (["backup", "x.zip"], "pg_dump --format=custom --schema=maps --file=FILE DATABASE"),
        (["restore", "x.zip"], "pg_restore --dbname=DATABASE FILE"),
    ],
)
def test_a_library_on_a_server_is_cared_for_there(
    words: list[str], tool: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--library", "postgresql://u:secret@h/db?schema=maps"]) == 2
    said = capsys.readouterr().err
    assert tool in said
    assert "secret" not in said


def test_what_is_said_of_a_server_s_own_tools_is_so(server: Server) -> None:
    place = server.library()
    filled(place).close()
    schema = place.partition("schema=")[2]
    # In a folder that the server's user can write to.
    file = server.folder / "papers.dump"
    there = ("--host=127.0.0.1", f"--port={server.port}", f"--username={USER}")
    server.run("pg_dump", *there, "--format=custom", f"--schema={schema}", f"--file={file}", "postgres")
    server.ask("CREATE DATABASE restored")
    server.ask("CREATE EXTENSION vector", "restored")
    server.run("pg_restore", *there, "--dbname=restored", str(file))
    library = opened(server.address("restored", schema=schema))
    stands(library)
    assert library.searched() == Searched(5, 10)
    put(library, "/papers/letter.txt", document("letter.txt", "A letter", "The wheat has arrived."))
    library.remove(["v1.xml"])
    stands(library)
    library.close()
    server.run("pg_amcheck", *there, "--install-missing", f"--schema={schema}", "restored")
