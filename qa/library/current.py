"""How the two search indexes of an embedded library are brought up to what SQLite says before they answer:
how an index stands to the library, and who may write its files.

An index that is damaged, of another library, or not what it says it is, is built anew; one that cannot be
written is kept in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from sqlite3 import Connection

from qa.errors import LibraryBusy
from qa.library.changes import State
from qa.library.locks import file_lock
from qa.library.store import Store, meta

VECTORS, WORDS, LOCK = "vectors.faiss", "words", "library.lock"

LOCK_SECONDS = 120.0
"""How long a search waits for another process that is bringing an index up to date."""

BEHIND = 5_000
"""Passages after which an index is brought up to date in the middle of adding, not left to the end."""

LAST = 2**63 - 1
"""No passage's id, and no generation, is larger."""


@contextmanager
def locked(folder: Path, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Holds the right to write derived files. Raises LibraryBusy; OSError where they cannot be written."""
    with ExitStack() as stack:
        try:
            stack.enter_context(file_lock(folder / LOCK, seconds))
        except TimeoutError as error:
            raise LibraryBusy(
                f"Another process is bringing the library {folder} up to date. Wait until it is "
                "done, then try again."
            ) from error
        yield


def state_of(store: Store) -> State:
    """The commit that this thread reads. Raises LibraryError."""
    with store.reading() as connection:
        return meta(connection).state


def is_of(connection: Connection, state: State) -> bool:
    """Whether this very library was once at ``state``."""
    row = connection.execute("SELECT stamp FROM changes WHERE generation = ?", (state.generation,)).fetchone()
    return row is not None and row[0] == state.stamp


def reaches(store: Store, state: State | None) -> bool:
    """Whether ``state`` is the commit that this thread reads, or a later one of this very library."""
    now = state_of(store)
    if state is None or state.generation <= now.generation:
        return state == now
    with store.latest() as connection:
        return is_of(connection, state)


def removed_since(connection: Connection, state: State, until: State | None = None) -> list[tuple[int, int]]:
    """Ranges [first, last] of the passages taken out since, that an index at ``state`` may hold; no further
    than ``until`` where it is given."""
    return connection.execute(
        "SELECT first, last FROM removed WHERE generation > ? AND generation <= ? AND first < ? "
        "ORDER BY first",
        (state.generation, LAST if until is None else until.generation, state.next_passage),
    ).fetchall()
