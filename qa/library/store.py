"""The SQLite file of an embedded library: its tables, its connections, and its errors in plain words.

Journal: write-ahead, so that answering goes on while a file is being added. ``synchronous=FULL``: a commit
is on the disk before its file is reported as added, whatever happens to the process or the power; with
one commit a file this costs milliseconds beside the seconds of embedding.

Threads: each piece of work borrows a connection from a pool and gives it back. One connection for all,
behind a lock, would make every question wait for a large file's transaction; one for each thread would
leave connections behind as a web server's threads come and go.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from qa.errors import LibraryBusy, LibraryError, StorageFull
from qa.library import schema, shrinking
from qa.library.changes import State
from qa.library.sql import Connection
from qa.library.views import HELD_SECONDS, changed_meanwhile

if TYPE_CHECKING:
    from qa.library.words import Words

FILE = "library.sqlite"

BUSY_SECONDS = 15.0
"""How long a writer waits for another process's transaction before it gives up."""

JOURNAL = 16 * 1024**2
"""Bytes of the write-ahead journal from which it is begun anew, by a writer or the last who reads."""

AT_REST = 4 * 1024**2
"""Bytes from which that is done when files were taken out, and when adding comes to rest."""

JOURNAL_SECONDS = 2.0
"""How long that waits for those who read; it is tried again when the journal has grown by as much."""


@dataclass(frozen=True, slots=True)
class Meta:
    """The one row that says what the library is and where it stands."""

    model: str
    dimension: int
    state: State
    documents: int
    passages: int


class Store:
    """Opens, lends connections, begins and ends transactions. ``writable`` is false for a library that
    can only be read."""

    def __init__(self, folder: Path, *, model: str, dimension: int, create: bool) -> None:
        """Raises LibraryError."""
        self.folder = folder
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        self._uri = ""
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._seen: tuple[int, ...] | None = None
        self._views = threading.local()
        self._viewed = 0  # views that are open
        self._owed = False  # what a removal left free is still to be given back
        self._tried = 0  # bytes that the journal had when it could not be begun anew
        self.writable = False
        file = folder / FILE
        with self._plainly():
            if create and _can_write(folder) and (not file.exists() or _can_write(file)):
                self._make(file, model, dimension)
        if not _exists(file):
            raise LibraryError(
                f"There is no library at {folder}. Name its folder with --library, or make one: qa add PATH"
            )
        self._open(file)

    # -- opening ------------------------------------------------------------------------------------

    def _make(self, file: Path, model: str, dimension: int) -> None:
        """Makes the tables where there are none, in one transaction: a kill leaves all or nothing."""
        connection = self._connect(_uri(file, "rwc"))
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

    def _open(self, file: Path) -> None:
        """Finds the way in which this library can be opened and read."""
        self.writable = _can_write(self.folder) and _can_write(file)
        if self.writable:
            with self._plainly():
                self._upgrade(_uri(file, "rw"))
        # SQLite keeps a write-ahead journal readable for others only where it can write beside it, or
        # where the journal's files are there already; a folder that nobody writes to is "immutable".
        ways = [_uri(file, "rw")] if self.writable else [_uri(file, "ro")]
        journal = _journal(file)
        left_over = not self.writable and _exists(journal) and journal.stat().st_size > 0
        if not self.writable and not left_over:
            ways.append(_uri(file, "ro") + "&immutable=1")
        for way in ways:
            self._uri = way
            try:
                self._confirm()
            except sqlite3.OperationalError as error:
                if not _cannot_open(error) or (way == ways[-1] and not left_over):
                    raise self._plain(error) from error
            except sqlite3.Error as error:
                raise self._plain(error) from error
            else:
                if schema.is_older(self._idle[-1]):
                    break
                self._seen = self._signature() if "immutable" in way else None
                return
        # A journal that a killed process left, or tables of an earlier version, on a medium that cannot be
        # written: read a copy.
        with self._plainly():
            self._close_idle()
            self._copy = tempfile.TemporaryDirectory(prefix="ibid-")
            for part in (file, journal):
                if _exists(part):
                    shutil.copy(part, self._copy.name)
            self._uri = _uri(Path(self._copy.name) / FILE, "rw")
            self._upgrade(self._uri)
            self._confirm()

    def _upgrade(self, uri: str) -> None:
        connection = self._connect(uri)
        try:
            if schema.is_older(connection):
                schema.upgrade(connection)
        finally:
            connection.close()

    def _close_idle(self) -> None:
        for idle in self._idle:
            idle.close()
        self._idle.clear()

    def _confirm(self) -> None:
        connection = self._connect(self._uri)
        try:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if application != schema.APPLICATION:
                raise LibraryError(
                    f"{self.folder / FILE} is not a library of this program. "
                    "Name another folder with --library."
                )
            if version > schema.VERSION:
                raise LibraryError(
                    f"The library {self.folder} was written by a newer version of this program "
                    f"(its format is {version}, this one knows {schema.VERSION}). "
                    "Update the program: pip install --upgrade ibid"
                )
            meta(connection)
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    def _connect(self, uri: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA journal_size_limit={JOURNAL}")  # a large file's journal is given back
        return connection

    def _signature(self) -> tuple[int, ...]:
        """Changes when a library that was opened as immutable is written to after all."""
        file = self.folder / FILE
        stat = file.stat()
        return stat.st_mtime_ns, stat.st_size, int(_exists(_journal(file)))

    # -- work ---------------------------------------------------------------------------------------

    @property
    def held(self) -> View | None:
        """What this thread reads of, where that is held."""
        view: View | None = getattr(self._views, "held", None)
        return view

    @contextmanager
    def view(self) -> Iterator[View | None]:
        """While it lasts, ``reading`` in this thread is of one commit. Gives None inside another view, which
        goes on. Raises LibraryError."""
        if self.held is not None:
            yield None
            return
        with ExitStack() as stack:
            with self._plainly():  # what goes wrong in whoever reads is not the library's
                view = View(stack.enter_context(self._borrowed()))
                stack.callback(view.end)
                view.begin()
            with self._lock:
                self._viewed += 1
            self._views.held = view
            try:
                yield view
            finally:
                self._views.held = None
                with self._lock:
                    self._viewed -= 1
        if self.writable and not self._viewed:
            with suppress(sqlite3.Error, LibraryError):
                if self._owed or self._journal_has(JOURNAL):
                    with self._borrowed() as connection:
                        self._owed = not shrinking.settle(connection)

    def renew(self) -> None:
        """The newest commit is that of this thread's view from now on, where that has only begun. Raises
        LibraryError."""
        if self.held is not None:
            with self._plainly():
                self.held.renew()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a transaction: all that is read is of one commit, that of this thread's view
        where it has one. Raises LibraryError."""
        view = self.held
        if view is None:
            with self.latest() as connection:
                yield connection
        else:
            with self._plainly(), view.reading() as connection:
                yield connection

    @contextmanager
    def latest(self) -> Iterator[sqlite3.Connection]:
        """As ``reading``, of the newest commit in a view too. Raises LibraryError."""
        with self._plainly(), self._borrowed() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, committed as a whole or not at all; it counts the generation up. Raises
        LibraryBusy, StorageFull, LibraryError."""
        if not self.writable:
            raise LibraryError(
                f"The library {self.folder} can only be read. Change its permissions, or name another "
                "folder with --library."
            )
        with self._plainly(), self._borrowed() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                stamp = secrets.token_hex(8)
                connection.execute("UPDATE meta SET generation = generation + 1, stamp = ?", (stamp,))
                connection.execute("INSERT INTO changes SELECT generation, stamp FROM meta")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    with suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
                raise
            with suppress(sqlite3.Error, OSError):
                self._shorten(connection)

    def _shorten(self, connection: sqlite3.Connection) -> None:
        """Begins a journal that has grown long anew: where somebody reads at every moment, as where several
        ask without a pause, SQLite never comes to that by itself. Nobody who asks waits for it."""
        journal = _journal(self.folder / FILE)
        size = journal.stat().st_size
        if size < JOURNAL:
            self._tried = 0
        elif size >= self._tried + JOURNAL and not shrinking.settle(connection, JOURNAL_SECONDS):
            self._tried = size

    def remembered(self, name: str) -> str | None:
        """What was noted under ``name``. Raises LibraryError."""
        with self.reading() as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'notes'").fetchone():
                return None
            row = connection.execute("SELECT note FROM notes WHERE name = ?", (name,)).fetchone()
            return None if row is None else str(row[0])

    def remember(self, name: str, note: str) -> None:
        """Notes it. The table is made with the first note: a library without one is as good, in every version
        of the program."""
        if not self.writable:
            return
        with suppress(LibraryError), self._plainly(), self._borrowed() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS notes(name TEXT PRIMARY KEY, note TEXT NOT NULL)")
            connection.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, note))

    def shrink(self) -> None:
        """Gives back to the disk what removals left free, where that is much. What hinders it, hinders
        nothing else."""
        if self.writable:
            with suppress(sqlite3.Error), self._borrowed() as connection:
                if shrinking.shrink(connection) or self._journal_has(AT_REST):
                    # Whoever reads of before holds it back: the last of these gives it back.
                    self._owed = not shrinking.settle(connection)

    def _journal_has(self, least: int) -> bool:
        """Whether the journal has so many bytes."""
        try:
            return _journal(self.folder / FILE).stat().st_size >= least
        except OSError:  # there is none
            return False

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._closed:
                raise LibraryError(f"The library {self.folder} was closed.")
            if self._seen is not None and self._seen != self._signature():
                self._close_idle()
                self._open(self.folder / FILE)
            connection = self._idle.pop() if self._idle else self._connect(self._uri)
        try:
            yield connection
        finally:
            with self._lock:
                if self._closed or connection.in_transaction:
                    connection.close()
                else:
                    self._idle.append(connection)

    def close(self) -> None:
        """Closes what is idle now, and what is lent when it comes back."""
        with self._lock:
            self._closed = True
            self._close_idle()
            if self._copy is not None:
                self._copy.cleanup()

    # -- errors -------------------------------------------------------------------------------------

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError:  # a mistake of ours, not of the library's
            raise
        except (sqlite3.Error, OSError) as error:
            raise self._plain(error) from error

    def _plain(self, error: sqlite3.Error | OSError) -> LibraryError:
        if isinstance(error, OSError):
            return LibraryError(f"The library {self.folder} cannot be opened: {error.strerror or error}.")
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return LibraryBusy(
                f"Another process is writing to the library {self.folder}. "
                "Wait until it is done, then try again."
            )
        # A quota or a limit on a file's size is an input/output error to SQLite.
        if name in ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_FSYNC"):
            return StorageFull(
                f"There is no room left for the library {self.folder}. Nothing that was in it is lost: "
                "free some space, then run the same command again."
            )
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "no such table" in str(error):
            return LibraryError(
                f"The library {self.folder} is damaged ({error}). Your files are not touched: read them "
                "into a new one: qa add PATH --library NEWFOLDER, or put a backup in its place: qa restore"
            )
        if name.startswith("SQLITE_READONLY"):
            return LibraryError(
                f"The library {self.folder} can only be read. Change its permissions, or name another "
                "folder with --library."
            )
        if _cannot_open(error):
            return LibraryError(
                f"The library {self.folder} cannot be opened ({error}). Check its permissions, or name "
                "another folder with --library."
            )
        return LibraryError(f"The library {self.folder} failed: {error}.")


class View:
    """What is read by one thread, of one commit; ``words`` are those of that commit.

    SQLite keeps for it what others overwrite, which grows: so one that is held for ``HELD_SECONDS``, as by a
    thread that hangs, lets go. It goes on where nothing was changed meanwhile."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """``begin`` comes next."""
        self.words: Words | None = None
        self._connection = connection
        self._lock = threading.RLock()  # the timer must not end what is being read
        self._timer: threading.Timer | None = None
        self._state: State | None = None
        self._movable = True

    def begin(self) -> None:
        """Is of the newest commit from now on. Raises sqlite3.Error."""
        with self._lock:
            self.end()
            self._connection.execute("BEGIN")
            self._state = meta(self._connection).state
            self._timer = threading.Timer(HELD_SECONDS, self.end)
            self._timer.daemon = True
            self._timer.start()

    def renew(self) -> None:
        """As ``begin``, until it is ``settle``d; then it stays where it is. Raises sqlite3.Error."""
        if self._movable:
            self.begin()

    def settle(self) -> None:
        """It stays where it is."""
        self._movable = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection. Raises LibraryBusy where it was held for too long and the library was changed,
        sqlite3.Error."""
        with self._lock:
            if not self._connection.in_transaction:
                before = self._state
                self.begin()
                if self._state != before:
                    self._state = before
                    self.end()
                    raise changed_meanwhile()
            yield self._connection

    def end(self) -> None:
        """Holds nothing any more."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._connection.in_transaction:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")


def meta(connection: Connection) -> Meta:
    """Where the library stands."""
    model, dimension, generation, stamp, next_passage, documents, passages = connection.execute(
        "SELECT model, dimension, generation, stamp, next_passage, documents, passages FROM meta"
    ).fetchone()
    return Meta(model, dimension, State(generation, stamp, next_passage), documents, passages)


def _uri(file: Path, mode: str) -> str:
    return f"file:{quote(str(file))}?mode={mode}"


def _is_blank(connection: sqlite3.Connection) -> bool:
    """A file that nobody finished making, or a new one."""
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def _cannot_open(error: Exception) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith(
        ("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_READONLY", "SQLITE_AUTH", "SQLITE_IOERR")
    )


def _journal(file: Path) -> Path:
    return file.with_name(file.name + "-wal")


def _can_write(path: Path) -> bool:
    return os.access(path, os.W_OK)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def to_read(file: Path) -> sqlite3.Connection:
    """A connection that changes nothing, to whatever is there; on a medium that cannot be written too, where
    SQLite must be told that nobody writes. Raises sqlite3.Error; there also where a killed process left a
    journal, for what stands in that alone would be passed over."""
    connection = sqlite3.connect(_uri(file, "ro"), uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError as error:
        connection.close()
        journal = _journal(file)
        left_over = _exists(journal) and journal.stat().st_size > 0
        if not _cannot_open(error) or _can_write(file.parent) or left_over:
            raise
        return sqlite3.connect(_uri(file, "ro") + "&immutable=1", uri=True, isolation_level=None)
    except BaseException:
        connection.close()
        raise
    return connection
