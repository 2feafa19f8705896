"""The SQLite file of an embedded library, and the way in which it can be opened: to be written, to be read,
as one that nobody writes to, or as a copy.

SQLite keeps a write-ahead journal readable for others only where it can write beside it, or where the
journal's files are there already: a folder that nobody writes to is "immutable". A journal that a killed
process left, or tables of an earlier version, on a medium that cannot be written are read in a copy.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from urllib.parse import quote

from qa.errors import LibraryError
from qa.library import journal, schema, shrinking
from qa.library.plainly import cannot_open, plain, plainly, spoilt

FILE = "library.sqlite"

BUSY_SECONDS = 15.0
"""How long a writer waits for another process's transaction before it gives up."""


class LibraryFile:
    """The file of the library in ``folder``. ``writable`` is false for one that can only be read."""

    def __init__(self, folder: Path) -> None:
        """``make`` or ``open`` comes next."""
        self.folder = folder
        self.path = folder / FILE
        self.writable = False
        self._uri = ""
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._seen: tuple[int, ...] | None = None  # how it was, where nobody was to write to it

    def make(self, model: str, dimension: int) -> None:
        """Makes the tables where there are none, in one transaction: a kill leaves all or nothing. Does
        nothing where that is not allowed. Raises LibraryError."""
        with plainly(self.folder):
            if not _can_write(self.folder) or (self.path.exists() and not _can_write(self.path)):
                return
            connection = self._connect(_uri(self.path, "rwc"))
            try:
                if _is_blank(connection):
                    shrinking.prepare(connection)
                    connection.execute("PRAGMA journal_mode=WAL")
                    connection.execute("BEGIN IMMEDIATE")
                    if _is_blank(connection):  # no other process was faster
                        schema.make(connection, model, dimension)
                    connection.execute("COMMIT")
            finally:
                connection.close()

    def open(self) -> sqlite3.Connection:
        """Finds the way in which it can be opened and read; the first connection. Raises LibraryError where
        there is none, it is no library, or of a newer version."""
        if not _exists(self.path):
            raise LibraryError(
                f"There is no library at {self.folder}. Name its folder with --library, or make one: "
                "qa add PATH"
            )
        self._seen = None
        self.writable = _can_write(self.folder) and _can_write(self.path)
        if self.writable:
            with plainly(self.folder):
                self._upgrade(_uri(self.path, "rw"))
        ways = [_uri(self.path, "rw" if self.writable else "ro")]
        left_over = not self.writable and _has_journal(self.path)
        if not self.writable and not left_over:
            ways.append(_immutable(self.path))
        for way in ways:
            try:
                connection = self._confirmed(way)
            except sqlite3.OperationalError as error:
                if not cannot_open(error) or (way == ways[-1] and not left_over):
                    raise plain(error, self.folder) from error
            except sqlite3.Error as error:
                raise plain(error, self.folder) from error
            else:
                if schema.is_older(connection):
                    connection.close()
                    break
                if way == _immutable(self.path):
                    self._seen = self._signature()
                return connection
        with plainly(self.folder):
            return self._opened_copy()

    def _opened_copy(self) -> sqlite3.Connection:
        self.close()
        self._seen = self._signature()
        self._copy = tempfile.TemporaryDirectory(prefix="ibid-", ignore_cleanup_errors=True)
        for part in (self.path, journal.beside(self.path)):
            if _exists(part):
                shutil.copy(part, self._copy.name)
        way = _uri(Path(self._copy.name) / FILE, "rw")
        self._upgrade(way)
        return self._confirmed(way)

    def _upgrade(self, uri: str) -> None:
        connection = self._connect(uri)
        try:
            if schema.is_older(connection):
                schema.upgrade(connection)
        finally:
            connection.close()

    def _confirmed(self, uri: str) -> sqlite3.Connection:
        """A connection in this way, to what is a library; later ones are as this one."""
        self._uri = uri
        connection = self.connect()
        try:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if application != schema.APPLICATION:
                raise LibraryError(
                    f"{self.path} is not a library of this program. Name another folder with --library."
                )
            if version > schema.VERSION:
                raise LibraryError(
                    f"The library {self.folder} was written by a newer version of this program "
                    f"(its format is {version}, this one knows {schema.VERSION}). "
                    "Update the program: pip install --upgrade ibid"
                )
            connection.execute("SELECT generation FROM meta").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def connect(self) -> sqlite3.Connection:
        """One more connection, in the way that was found. Raises sqlite3.Error."""
        return self._connect(self._uri)

    def _connect(self, uri: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA journal_size_limit={journal.LONG}")  # a large file's is given back
        return connection

    @property
    def is_changed(self) -> bool:
        """Whether it was written to after all where nobody was to, or after it was copied: it must be opened
        again. Raises OSError."""
        return self._seen is not None and self._seen != self._signature()

    def _signature(self) -> tuple[int, ...]:
        stat = self.path.stat()
        return stat.st_mtime_ns, stat.st_size, int(_exists(journal.beside(self.path)))

    def close(self) -> None:
        """Takes away what was copied."""
        if self._copy is not None:
            self._copy.cleanup()
            self._copy = None


def to_read(file: Path) -> sqlite3.Connection:
    """A connection that changes nothing, to whatever is there; on a medium that cannot be written too, where
    SQLite must be told that nobody writes. Raises sqlite3.Error; there also where a killed process left a
    journal, for what stands in that alone would be passed over."""
    connection = sqlite3.connect(_uri(file, "ro"), uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError as error:
        connection.close()
        if not cannot_open(error) or _can_write(file.parent) or _has_journal(file):
            raise
        return sqlite3.connect(_immutable(file), uri=True, isolation_level=None)
    except UnicodeDecodeError as error:  # of what SQLite would say of a spoilt schema, in its words
        connection.close()
        raise spoilt(error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _uri(file: Path, mode: str) -> str:
    return f"file:{quote(str(file))}?mode={mode}"


def _immutable(file: Path) -> str:
    return _uri(file, "ro") + "&immutable=1"


def _is_blank(connection: sqlite3.Connection) -> bool:
    """A file that nobody finished making, or a new one."""
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def _has_journal(file: Path) -> bool:
    """Whether a journal lies beside it that holds something."""
    path = journal.beside(file)
    return _exists(path) and path.stat().st_size > 0


def _can_write(path: Path) -> bool:
    return os.access(path, os.W_OK)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
