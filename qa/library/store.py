"""The connections of an embedded library: lent, given back, and the transactions on them.

Journal: write-ahead, so that answering goes on while a file is being added. ``synchronous=FULL``: a commit
is on the disk before its file is reported as added, whatever happens to the process or the power; with
one commit a file this costs milliseconds beside the seconds of embedding.

Threads: each piece of work borrows a connection from a pool and gives it back. One connection for all,
behind a lock, would make every question wait for a large file's transaction; one for each thread would
leave connections behind as a web server's threads come and go.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import LibraryError
from qa.library import shrinking
from qa.library.changes import State
from qa.library.journal import Journal
from qa.library.opening import LibraryFile
from qa.library.plainly import only_read, plainly
from qa.library.sql import Connection
from qa.library.views import View, Views

if TYPE_CHECKING:
    from qa.library.words import Words


@dataclass(frozen=True, slots=True)
class Meta:
    """The one row that says what the library is and where it stands."""

    model: str
    dimension: int
    state: State
    documents: int
    passages: int


class Store:
    """Opens, lends connections, begins and ends transactions."""

    def __init__(self, folder: Path, *, model: str, dimension: int, create: bool) -> None:
        """Raises LibraryError."""
        self.folder = folder
        self._lock = threading.Lock()
        self._closed = False
        self._views = Views(self._begun, self.latest)
        self._viewed = 0  # views that are open
        self._file = LibraryFile(folder)
        if create:
            self._file.make(model, dimension)
        self._idle = [self._file.open()]
        self._journal = Journal(self._file.path)

    @property
    def writable(self) -> bool:
        """False for a library that can only be read."""
        return self._file.writable

    # -- reading ------------------------------------------------------------------------------------

    @property
    def held(self) -> FolderView | None:
        """What this thread reads of, where that is held."""
        return self._views.held

    @contextmanager
    def view(self) -> Iterator[FolderView | None]:
        """While it lasts, ``reading`` in this thread is of one commit. Gives None inside another view, which
        goes on. Raises LibraryError."""
        with self._views.view() as view:
            if view is None:
                yield None
                return
            with self._lock:
                self._viewed += 1
            try:
                yield view
            finally:
                with self._lock:
                    self._viewed -= 1
        if self.writable and not self._viewed and self._journal.waits:
            with suppress(sqlite3.Error, LibraryError), self._borrowed() as connection:
                self._journal.begin_anew(connection)

    def _begun(self) -> FolderView:
        view = FolderView(self.latest)
        with plainly(self.folder):  # what goes wrong in whoever reads is not the library's
            view.begin()
        return view

    def renew(self) -> None:
        """The newest commit is that of this thread's view from now on, where that has only begun. Raises
        LibraryError."""
        if self.held is not None:
            with plainly(self.folder):
                self.held.renew()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a transaction: all that is read is of one commit, that of this thread's view
        where it has one. Raises LibraryError."""
        with plainly(self.folder), self._views.reading() as connection:
            yield connection

    @contextmanager
    def latest(self) -> Iterator[sqlite3.Connection]:
        """As ``reading``, of the newest commit in a view too. Raises LibraryError."""
        with plainly(self.folder), self._borrowed() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")

    # -- writing ------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, committed as a whole or not at all; it counts the generation up. Raises
        LibraryBusy, StorageFull, LibraryError."""
        if not self.writable:
            raise only_read(self.folder)
        with plainly(self.folder), self._borrowed() as connection:
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
            with suppress(sqlite3.Error):
                self._journal.committed(connection)

    def shrink(self) -> None:
        """Gives back to the disk what removals left free, where that is much. What hinders it, hinders
        nothing else."""
        if self.writable:
            with suppress(sqlite3.Error), self._borrowed() as connection:
                self._journal.at_rest(connection, much=bool(shrinking.shrink(connection)))

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
        with suppress(LibraryError), plainly(self.folder), self._borrowed() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS notes(name TEXT PRIMARY KEY, note TEXT NOT NULL)")
            connection.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, note))

    # -- connections --------------------------------------------------------------------------------

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._closed:
                raise LibraryError(f"The library {self.folder} was closed.")
            if self._file.is_changed:
                self._close_idle()
                self._idle.append(self._file.open())
            connection = self._idle.pop() if self._idle else self._file.connect()
        try:
            yield connection
        finally:
            with self._lock:
                if self._closed or connection.in_transaction:
                    connection.close()
                else:
                    self._idle.append(connection)

    def _close_idle(self) -> None:
        for idle in self._idle:
            idle.close()
        self._idle.clear()

    def close(self) -> None:
        """Closes what is idle now, and what is lent when it comes back."""
        with self._lock:
            self._closed = True
            self._close_idle()
            self._file.close()


class FolderView(View[sqlite3.Connection]):
    """``words`` are those of its commit."""

    def __init__(self, latest: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
        """``begin`` comes next."""
        super().__init__(latest, lambda connection: meta(connection).state, sqlite3.Error)
        self.words: Words | None = None
        self._movable = True

    def renew(self) -> None:
        """As ``begin``, until it is ``settle``d; then it stays where it is. Raises LibraryError,
        sqlite3.Error."""
        if self._movable:
            self.begin()

    def settle(self) -> None:
        """It stays where it is."""
        self._movable = False


def meta(connection: Connection) -> Meta:
    """Where the library stands."""
    model, dimension, generation, stamp, next_passage, documents, passages = connection.execute(
        "SELECT model, dimension, generation, stamp, next_passage, documents, passages FROM meta"
    ).fetchone()
    return Meta(model, dimension, State(generation, stamp, next_passage), documents, passages)
