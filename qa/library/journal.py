"""The write-ahead journal beside a library's SQLite file: what was committed stands in it until it is written
into the file.

SQLite does that by itself, but never to the end where somebody reads at every moment, as where several ask
without a pause: the journal would grow without bound. So whoever writes, and the last who reads, begin it
anew from some size on.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

LONG = 16 * 1024**2
"""Bytes from which it is begun anew, by a writer or the last who reads."""

LONG_AT_REST = 4 * 1024**2
"""Bytes from which that is done when files were taken out, and when adding comes to rest."""

WAIT_SECONDS = 2.0
"""How long a writer waits for those who read; it is tried again when the journal has grown by as much as
``LONG``."""


class Journal:
    """That of one SQLite file, which may be written."""

    def __init__(self, file: Path) -> None:
        self._path = beside(file)
        self._tried = 0  # bytes that it had when a writer could not begin it anew
        self._owed = False  # it was to be begun anew, and somebody read of before

    def bytes(self) -> int:
        """How long it is; 0 where there is none."""
        try:
            return self._path.stat().st_size
        except OSError:
            return 0

    def committed(self, connection: sqlite3.Connection) -> None:
        """Begins it anew after a commit where it has grown long. Nobody who asks waits for it. Raises
        sqlite3.Error."""
        size = self.bytes()
        if size < LONG:
            self._tried = 0
        elif size >= self._tried + LONG and not settle(connection, WAIT_SECONDS):
            self._tried = size

    def at_rest(self, connection: sqlite3.Connection, *, much: bool) -> None:
        """Begins it anew where it is somewhat long, or ``much`` of the file goes back to the disk with that.
        Raises sqlite3.Error."""
        if much or self.bytes() >= LONG_AT_REST:
            # Whoever reads of before holds it back: the last of these begins it anew.
            self._owed = not settle(connection)

    @property
    def waits(self) -> bool:
        """Whether the last who read is to begin it anew."""
        return self._owed or self.bytes() >= LONG

    def begin_anew(self, connection: sqlite3.Connection) -> None:
        """By the last who read. Raises sqlite3.Error."""
        self._owed = not settle(connection)


def beside(file: Path) -> Path:
    """The journal of an SQLite file."""
    return file.with_name(file.name + "-wal")


def settle(connection: sqlite3.Connection, seconds: float = 0.0) -> bool:
    """Writes the journal into the file and empties it, waiting so long at most for those who read of before;
    whether it is done. Raises sqlite3.Error."""
    (before,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout={round(1000 * seconds)}")
    try:
        ((busy, *_),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.execute(f"PRAGMA busy_timeout={before}")
    return not busy
