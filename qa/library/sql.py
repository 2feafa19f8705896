"""What the shelves ask of a database, SQLite's or a server's: so that both libraries keep, name, narrow and
edit documents by the same statements.

The statements keep to what both engines read: ``?`` and ``?1`` stand for values, ``json_each(?) AS wanted``
for the rows of a list (``wanted.key``, ``wanted.value``), text is compared by code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol


class Rows(Protocol):
    """What a statement gives."""

    def fetchone(self) -> Any:
        """The next row, None after the last."""

    def fetchall(self) -> list[Any]:
        """All that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """One transaction's connection: sqlite3.Connection is one."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Rows:
        """Runs one statement."""

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Any:
        """Runs one statement for each row of values."""
