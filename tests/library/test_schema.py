"""Libraries of earlier versions: opened, brought up to date, nothing lost, whenever it is stopped."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from qa.library import schema
from qa.types import Mark, Metadata
from tests.library.shelf import ENCODER, answers, document, opened, put

ROOT = Path(__file__).resolve().parents[2]

VERSION_1 = """
CREATE TABLE meta(
    only INTEGER PRIMARY KEY CHECK (only = 1),
    model TEXT NOT NULL, dimension INTEGER NOT NULL,
    generation INTEGER NOT NULL, stamp TEXT NOT NULL,
    next_passage INTEGER NOT NULL,
    documents INTEGER NOT NULL, passages INTEGER NOT NULL);
CREATE TABLE changes(
    generation INTEGER PRIMARY KEY, stamp TEXT NOT NULL);
CREATE TABLE removed(
    generation INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE INDEX removed_generation ON removed(generation);
CREATE TABLE sources(
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, name TEXT NOT NULL, sha256 TEXT NOT NULL,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, reader TEXT NOT NULL, encoding TEXT);
CREATE TABLE documents(
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    position INTEGER NOT NULL, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, date TEXT,
    characters INTEGER NOT NULL,
    first INTEGER NOT NULL, passages INTEGER NOT NULL,
    metadata TEXT NOT NULL, marks TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX documents_listed ON documents(source, position, name, title, date, characters, passages);
CREATE INDEX documents_dated ON documents(date, first, passages);
CREATE TABLE passages(
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, voice TEXT NOT NULL,
    context TEXT NOT NULL, text TEXT NOT NULL,
    clean TEXT
    );
CREATE INDEX passages_document ON passages(document);
CREATE TABLE vectors(
    passage INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    vector BLOB NOT NULL)
"""

_OLD_METADATA = (
    {"title": "The Ambassador to the Secretary", "date": "1945-11-22", "sender": "Harriman",
     "recipient": "Secretary of State", "place": None, "file_number": "711.61/11–2245", "url": None,
     "csl": {"type": "chapter", "title": "The Ambassador to the Secretary"}},
    {"title": "Wheat", "date": None, "sender": None, "recipient": None, "place": None, "file_number": None,
     "url": None, "csl": {}},
)  # fmt: skip
_TEXTS = ("The Ambassador to the Secretary\n\nLitvinov despaired of peace.", "Wheat was sold abroad.")


def version_1(folder: Path) -> None:
    """A library as version 1 wrote it: two files, "a/one.txt" added with the folder above, and "two.txt"."""
    folder.mkdir()
    connection = sqlite3.connect(folder / "library.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    for statement in VERSION_1.split(";\n"):
        connection.execute(statement)
    stamps = ["0" * 16, "1" * 16, "2" * 16]
    connection.executemany("INSERT INTO changes VALUES (?, ?)", enumerate(stamps))
    passage = 1
    for number, (text, known) in enumerate(zip(_TEXTS, _OLD_METADATA, strict=True), start=1):
        name = ("a/one.txt", "two.txt")[number - 1]
        connection.execute(
            "INSERT INTO sources VALUES (?, ?, ?, 'aa', 10, 20, 'plain-text/1', NULL)",
            (number, f"/papers/{name}", name),
        )
        marks = [["heading", 0, 31, "", ""], ["note", 33, 40, "7", "n1"]] if number == 1 else []
        parts = text.split("\n\n")
        connection.execute(
            "INSERT INTO documents VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, number, name, known["title"], known["date"], len(text), passage, len(parts),
             json.dumps(known), json.dumps(marks), text),
        )  # fmt: skip
        for part in parts:
            start = text.index(part)
            connection.execute(
                "INSERT INTO passages VALUES (?, ?, ?, ?, 'text', ?, ?, NULL)",
                (passage, number, start, start + len(part), known["title"], part),
            )
            vector = ENCODER.encode([part])[0].astype("<f2").tobytes()
            connection.execute("INSERT INTO vectors VALUES (?, ?)", (passage, vector))
            passage += 1
    connection.execute(
        "INSERT INTO meta VALUES (1, 'hash', 384, 2, ?, ?, 2, ?)", (stamps[2], passage, passage - 1)
    )
    connection.execute(f"PRAGMA application_id={schema.APPLICATION}")
    connection.execute("PRAGMA user_version=1")
    connection.close()


def confirm(folder: Path) -> None:
    """All that version 1 held is there, and answers."""
    library = opened(folder)
    assert [each.name for each in library.documents()] == ["a/one.txt", "two.txt"]
    one = library.documents()[0]
    assert (one.title, one.date, one.type, one.sender, one.recipient, one.collection) == (
        "The Ambassador to the Secretary", "1945-11-22", "chapter", "Harriman", "Secretary of State", None,
    )  # fmt: skip
    held = library.document("a/one.txt")
    assert held.text == _TEXTS[0]
    assert held.marks == (Mark("heading", 0, 31), Mark("note", 33, 40, "7", "n1"))
    assert held.metadata == Metadata(**_OLD_METADATA[0])  # type: ignore[arg-type]
    assert held.layout == b""
    assert [(each.root, each.beside) for each in library.sources()] == [("/papers", ""), ("/papers", "")]
    assert answers(library, "Litvinov despaired of peace.") == (["Litvinov despaired of peace."],) * 2
    assert library.scope(date_from="1945-11-22", date_to="1945").searched.documents == 1  # type: ignore[union-attr]
    assert library.generation() == 2
    library.close()


def version(folder: Path) -> int:
    connection = sqlite3.connect(folder / "library.sqlite")
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def test_a_library_of_version_1_opens_and_has_lost_nothing(tmp_path: Path) -> None:
    version_1(tmp_path / "library")
    confirm(tmp_path / "library")
    assert version(tmp_path / "library") == schema.VERSION
    library = opened(tmp_path / "library", create=False)
    put(library, "/papers/three.txt", document("three.txt", "Heading", "New words.", date="1946"))
    assert answers(library, "New words.")[0] == ["New words."]
    library.close()


def test_its_tables_are_those_of_a_new_library(tmp_path: Path) -> None:
    version_1(tmp_path / "old")
    opened(tmp_path / "old").close()
    opened(tmp_path / "new").close()

    def tables(folder: Path) -> dict[str, object]:
        connection = sqlite3.connect(folder / "library.sqlite")
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        made: dict[str, object] = {
            name: sorted(row[1:4] for row in connection.execute(f"PRAGMA table_info({name})"))
            for name in names
        }
        made["indexes"] = {
            name: [row[2] for row in connection.execute(f"PRAGMA index_info({name})")]
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
        }
        connection.close()
        return made

    assert tables(tmp_path / "old") == tables(tmp_path / "new")


def test_one_that_cannot_be_written_is_read_from_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version_1(tmp_path / "library")
    from qa.library import opening

    monkeypatch.setattr(opening, "_can_write", lambda path: False)  # as root may write everywhere
    confirm(tmp_path / "library")
    assert version(tmp_path / "library") == 1


def test_a_copy_that_cannot_be_brought_up_to_date_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version_1(tmp_path / "library")
    monkeypatch.setattr(schema, "_UPGRADES", {1: schema._TO_2 + ";\nCREATE TABLE edits(x)"})
    with pytest.raises(Exception, match="edits already exists"):
        opened(tmp_path / "library")
    monkeypatch.undo()
    assert version(tmp_path / "library") == 1
    confirm(tmp_path / "library")


_CHILD = """
import os, signal, sqlite3, sys
from qa.library import schema
from tests.library.shelf import opened
statements, fatal = [0], int(sys.argv[2])
class Dying:
    def __init__(self, connection):
        self.connection = connection
    def __getattr__(self, name):
        return getattr(self.connection, name)
    def execute(self, *words):
        statements[0] += 1
        if statements[0] > fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.connection.execute(*words)
real = schema.upgrade
schema.upgrade = lambda connection: real(Dying(connection))
opened(__import__("pathlib").Path(sys.argv[1])).close()
print("done", statements[0])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of another kind there")
def test_killed_in_the_middle_it_opens_as_before(tmp_path: Path) -> None:
    version_1(tmp_path / "library")
    killed = 0
    # Each time a little further; the last one gets through.
    for fatal in (1, 5, 9, 13, 17, 20, 22, 23, 24, 99):
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, str(tmp_path / "library"), str(fatal)],
            cwd=ROOT, capture_output=True, text=True, timeout=150, check=False,
        )  # fmt: skip
        if done.returncode == -signal.SIGKILL:
            killed += 1
            assert version(tmp_path / "library") == 1
        else:
            assert "done" in done.stdout, done.stderr
            break
    assert killed >= 6
    assert version(tmp_path / "library") == schema.VERSION
    confirm(tmp_path / "library")
