"""What a backup brings, looked at: what it says of itself, that its SQLite file does nothing by itself."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qa.errors import UsageError
from qa.library import schema, untrusted
from qa.library.untrusted import MANIFEST, library, manifest
from tests.library.shelf import LETTER, opened, put
from tests.library.test_schema import version_1

SAID: dict[str, Any] = {
    "ibid": "backup", "version": 1, "made": "2026-11-23T09:00:00Z", "location": "/papers", "model": "hash",
    "documents": 1, "passages": 2, "files": 1, "bytes": 4, "people": False,
    "checksums": {"marks.jsonl": {"sha256": "aa", "size": 4}},
}  # fmt: skip


def backup(folder: Path, said: object, packed: int = zipfile.ZIP_DEFLATED) -> Path:
    file = folder / "one.zip"
    with zipfile.ZipFile(file, "w", packed) as archive:
        archive.writestr(MANIFEST, json.dumps(said))
    return file


def test_a_manifest_is_what_is_asked_of_it_and_no_more(tmp_path: Path) -> None:
    said = SAID | {"more": [[]] * 9, "checksums": {"marks.jsonl": {"sha256": "aa", "size": 4, "more": {}}}}
    expected = {name: value for name, value in SAID.items() if name != "ibid"}
    assert manifest(backup(tmp_path, said)) == expected
    with pytest.raises(UsageError, match="There is no file"):
        manifest(tmp_path / "two.zip")


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(ibid="library"),
        lambda said: said.update(version="1"),
        lambda said: said.update(documents=10**400),
        lambda said: said.update(documents=True),
        lambda said: said.update(bytes=-1),
        lambda said: said.update(made=None),
        lambda said: said.pop("people"),
        lambda said: said["checksums"]["marks.jsonl"].update(size=10**400),
        lambda said: said["checksums"]["marks.jsonl"].update(size=4.0),
        lambda said: said.update(more="a" * 100_001),
    ],
)
def test_a_manifest_with_something_amiss_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], object]
) -> None:
    monkeypatch.setattr(untrusted, "LARGEST_MANIFEST", 100_000)
    said = json.loads(json.dumps(SAID))
    change(said)
    assert manifest(backup(tmp_path, said)) is None


@pytest.mark.parametrize("said", [[], None, 3, "backup", {"ibid": "backup"}])
def test_what_is_no_manifest_is_none(tmp_path: Path, said: object) -> None:
    assert manifest(backup(tmp_path, said)) is None


@pytest.mark.parametrize("packed", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_backup_packed_as_none_is_is_none(tmp_path: Path, packed: int) -> None:
    assert manifest(backup(tmp_path, SAID, packed)) is None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = opened(tmp_path / "library")
    put(made, "/library/files/letter.txt", LETTER)
    made.flush()
    made.close()
    return tmp_path / "library" / "library.sqlite"


def paths(file: Path) -> list[str]:
    with sqlite3.connect(file) as connection:
        return [path for (path,) in connection.execute("SELECT path FROM sources ORDER BY id")]


def test_the_paths_of_a_library_s_own_files_follow_it(file: Path) -> None:
    assert library(file, "/elsewhere", "/new") == ("", schema.VERSION)
    assert paths(file) == ["/library/files/letter.txt"]
    assert library(file, "/library", "/new") == ("", schema.VERSION)
    assert paths(file) == ["/new/files/letter.txt"]


def test_a_library_of_an_earlier_version_is_one(tmp_path: Path) -> None:
    version_1(tmp_path / "old")
    old = tmp_path / "old" / "library.sqlite"
    assert library(old, "/papers/a", "/new") == ("", 1)
    assert len(paths(old)) == 2


def test_of_a_newer_version_nothing_is_changed(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(f"PRAGMA user_version={schema.VERSION + 1}")
    assert library(file, "/library", "/new") == ("", schema.VERSION + 1)
    assert paths(file) == ["/library/files/letter.txt"]


ENDLESS = f"'{'a' * 40}' LIKE '{'%a' * 30}b'"
"""To find out would take for ever."""


@pytest.mark.parametrize(
    "evil",
    [
        "CREATE TRIGGER evil AFTER UPDATE ON sources BEGIN DELETE FROM documents; END",
        "CREATE VIEW evil AS SELECT 1",
        "CREATE VIRTUAL TABLE evil USING fts5(words)",
        f"CREATE TABLE evil(words CHECK ({ENDLESS}))",
        f'CREATE TABLE "e""vil"(words, more AS ({ENDLESS}))',
        "CREATE TABLE evil(words DEFAULT (hex(zeroblob(500000000))))",
        f"CREATE INDEX evil ON sources(path, {ENDLESS})",
        f"CREATE INDEX evil ON sources(path) WHERE path NOT LIKE '{'%a' * 30}b'",
        "CREATE INDEX evil ON sources(hex(path))",
    ],
)
def test_a_library_that_does_something_by_itself_is_none(file: Path, evil: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM sources")  # else making some of these would never end
        connection.execute(evil)
    wrong, _ = library(file, "/library", "/new")
    assert wrong.endswith("is no part of a library")


@pytest.mark.parametrize("spoilt", [b"", b"no database", b"SQLite format 3\0" + bytes(5_000)])
def test_what_is_no_library_is_told(tmp_path: Path, spoilt: bytes) -> None:
    (tmp_path / "library.sqlite").write_bytes(spoilt)
    wrong, _ = library(tmp_path / "library.sqlite", "/library", "/new")
    assert wrong
