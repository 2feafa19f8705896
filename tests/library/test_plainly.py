"""What SQLite and the system say, in words for a person: each error raised by SQLite itself."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.errors import LibraryBusy, LibraryError, StorageFull
from qa.library.plainly import plainly

PLACE = Path("/papers/library")


def made(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "one.sqlite", isolation_level=None, timeout=0)
    connection.execute("CREATE TABLE IF NOT EXISTS meta(text)")
    return connection


def busy(folder: Path) -> None:
    with made(folder) as first:
        first.execute("BEGIN IMMEDIATE")
        made(folder).execute("BEGIN IMMEDIATE")


def full(folder: Path) -> None:
    connection = made(folder)
    connection.execute("PRAGMA max_page_count=3")
    connection.execute("INSERT INTO meta VALUES (zeroblob(100000))")


def no_library(folder: Path) -> None:
    (folder / "one.sqlite").write_bytes(b"nonsense" * 1_000)
    made(folder)


def no_table(folder: Path) -> None:
    made(folder).execute("SELECT * FROM passages")


def read_only(folder: Path) -> None:
    made(folder).close()
    sqlite3.connect(f"file:{folder / 'one.sqlite'}?mode=ro", uri=True).execute("DELETE FROM meta")


def not_there(folder: Path) -> None:
    sqlite3.connect(f"file:{folder / 'none.sqlite'}?mode=ro", uri=True).execute("SELECT 1")


def wrong_type(folder: Path) -> None:
    made(folder).execute("SELECT abs(-9223372036854775807 - 1)")


def of_the_system(folder: Path) -> None:
    raise OSError(errno.EACCES, "Permission denied", str(folder))


@pytest.mark.parametrize(
    ("fails", "kind", "words"),
    [
        (busy, LibraryBusy, "Another process is writing"),
        (full, StorageFull, "no room left"),
        (no_library, LibraryError, "is damaged .*Your files are not touched.*qa restore"),
        (no_table, LibraryError, "is damaged .*no such table"),
        (read_only, LibraryError, "can only be read"),
        (not_there, LibraryError, "cannot be opened .*Check its permissions"),
        (wrong_type, LibraryError, "failed: integer overflow"),
        (of_the_system, LibraryError, "cannot be opened: Permission denied"),
    ],
)
def test_each_kind_of_error_is_told_with_the_way_out(
    tmp_path: Path, fails: Callable[[Path], None], kind: type[LibraryError], words: str
) -> None:
    with pytest.raises(LibraryError, match=words) as told, plainly(PLACE):
        fails(tmp_path)
    assert type(told.value) is kind
    assert str(PLACE) in str(told.value)
    assert "\n" not in str(told.value)


def test_a_mistake_of_the_program_stays_what_it_is(tmp_path: Path) -> None:
    connection = made(tmp_path)
    connection.close()
    with pytest.raises(sqlite3.ProgrammingError), plainly(PLACE):
        connection.execute("SELECT 1")
    with pytest.raises(KeyError), plainly(PLACE):
        raise KeyError("x")
