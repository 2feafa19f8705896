"""What a backup brings, looked at before anything is made of it: what it says of itself, and whether its
SQLite file is a library and does nothing by itself.

A backup may come from a stranger. ``backup`` has these two run in a process of their own, bounded in time and
memory (see ``qa.reading.apart``): few bytes of JSON, of an archive's list or of a schema can be made to take
many, and SQLite is a library in C.
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from qa.errors import UsageError
from qa.library import schema

MANIFEST = "manifest.json"

LARGEST_MANIFEST = 64_000_000
"""Bytes: half a million files are named in it."""

LARGEST_NUMBER = 2**63 - 1
"""Of files, bytes and documents, whatever a manifest says: SQLite's own."""

NO_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)
"""What reading a damaged ZIP file may raise."""

_ABOUT = {
    "made": str, "location": str, "model": str,
    "documents": int, "passages": int, "files": int, "bytes": int, "people": bool,
}  # fmt: skip
"""What a manifest says of a backup, beside its version and the checksums of its files."""

_CALLS = frozenset({"Function", "PureFunc"})
"""The steps of a statement, as SQLite explains it, that call a function."""


def manifest(file: Path) -> dict[str, Any] | None:
    """What a backup says of itself, and no more than is asked of it; None where it is none. Raises UsageError
    where there is no such file, or it may not be read."""
    try:
        with zipfile.ZipFile(file) as archive, part(archive, MANIFEST) as stream:
            said = stream.read(LARGEST_MANIFEST + 1)
        found = json.loads(said) if len(said) <= LARGEST_MANIFEST else {}
        return _sound(found)
    except FileNotFoundError as error:
        raise UsageError(f"There is no file {file}.") from error
    except PermissionError as error:
        raise UsageError(f"{file} may not be read: check its permissions.") from error
    except (OSError, *NO_ZIP, KeyError, TypeError, AttributeError):
        return None


def part(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """A file in an archive, to be read. Raises KeyError where it is missing, BadZipFile where it is packed as
    no backup is: other ways to pack take as much memory as the file says."""
    if archive.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile(f"{name} is packed in a way that no backup is")
    return archive.open(name)


def _sound(found: Mapping[str, Any]) -> dict[str, Any] | None:
    """A manifest without what else may stand in it; None where something is amiss."""
    if found["ibid"] != "backup" or type(found["version"]) is not int:
        return None
    files = {
        name: {key: each[key] for key in ("sha256", "size")} for name, each in found["checksums"].items()
    }
    about = {name: found[name] for name in _ABOUT}
    numbers = [each["size"] for each in files.values()]
    numbers += [about[name] for name, kind in _ABOUT.items() if kind is int]
    right = (
        all(type(about[name]) is kind for name, kind in _ABOUT.items())
        and all(type(each["sha256"]) is str for each in files.values())
        and all(type(number) is int and 0 <= number <= LARGEST_NUMBER for number in numbers)
    )
    return {"version": found["version"], "checksums": files, **about} if right else None


def library(file: Path, before: str, after: str) -> tuple[str, int]:
    """Looks a library's SQLite file over; where the library keeps files of its own, their paths follow it
    from its folder ``before`` to ``after``. What is wrong with it ("": nothing), and its version."""
    try:
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("PRAGMA trusted_schema=OFF")
            connection.execute("PRAGMA cell_size_check=ON")
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if wrong := _wrong(connection):
                return wrong, version
            if application != schema.APPLICATION:
                return "it is no library", version
            if version <= schema.VERSION and before != after:
                _follow(connection, before, after)
        return "", version
    except (sqlite3.Error, ValueError) as error:
        return str(error), 0


def _wrong(connection: sqlite3.Connection) -> str:
    """What is damaged or does not belong there, in a few words; "" for nothing."""
    listed = connection.execute("SELECT type, name, rootpage FROM sqlite_schema").fetchall()
    # A library computes nothing by itself, at a change or a look, in a trigger, a view, a virtual table, a
    # constraint, a column or an index: that may be made to take for ever.
    for kind, name, page in listed:
        if kind not in ("table", "index") or not page or (kind == "table" and _computes(connection, name)):
            return f"{name!r} is no part of a library"
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    return "" if found == "ok" else str(found)


def _computes(connection: sqlite3.Connection, table: str) -> bool:
    """Whether a function is called where a row is put into a table or read from it. SQLite says so when it
    makes the statement ready, and runs nothing."""
    if table.startswith("sqlite_"):
        return False
    quoted = '"' + table.replace('"', '""') + '"'
    statements = f"INSERT INTO {quoted} DEFAULT VALUES", f"SELECT * FROM {quoted}"
    return any(
        step[1] in _CALLS for each in statements for step in connection.execute(f"EXPLAIN {each}").fetchall()
    )


def _follow(connection: sqlite3.Connection, before: str, after: str) -> None:
    for table, column in (("sources", "path"), ("sources", "root"), ("edits", "path")):
        names = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        if column in names:
            connection.execute(
                f"UPDATE {table} SET {column} = ? || substr({column}, ?)"
                f" WHERE substr({column}, 1, ?) IN (?, ?)",
                (after, len(before) + 1, len(before) + 6, before + "/files", before + "\\files"),
            )
