"""The vectors of an embedded library, brought up to what SQLite says before they answer."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.errors import LibraryBusy
from qa.library import current
from qa.library.changes import DamagedIndex, State
from qa.library.current import LAST, VECTORS, is_of, locked, reaches, removed_since, state_of
from qa.library.protocol import Vectors
from qa.library.store import Store, meta

if TYPE_CHECKING:
    from qa.library.vectors import VectorIndex

SAVE_SECONDS = 2.0
"""How long saving the vectors waits; they can as well be saved another time."""

SMALL = 20_000
"""Passages up to which the vectors' file is written whenever something changed: 15 MB, some 0.1 s."""

FAR, FAR_SHARE = 20_000, 50
"""Passages by which the file of a larger library may be behind, or one in so many of a very large one:
catching up takes about as long as writing it."""

KIND = "vectors"
"""Under this the library remembers what its index of vectors is."""

_BLOCK = 4_096


class CurrentVectors:
    """``unsaved`` counts the passages that the file does not have yet."""

    def __init__(self, store: Store, folder: Path, dimension: int) -> None:
        self._store = store
        self._folder = folder
        self._dimension = dimension
        self._lock = threading.RLock()
        self._index: VectorIndex | None = None
        self.unsaved = 0

    def search(self, query: Vectors, limit: int, among: NDArray[np.int64] | None) -> list[tuple[int, float]]:
        """As VectorIndex.search. Raises LibraryError."""
        # One search at a time: FAISS must not be searched while it is changed, and one search of
        # 200,000 vectors takes about 30 ms.
        with self._lock:
            index, then = self._current(), state_of(self._store)
            if index.state == then:
                return index.search(query, limit, among)
            return self._before(index, then, query, limit, among)

    def _before(
        self,
        index: VectorIndex,
        then: State,
        query: Vectors,
        limit: int,
        among: NDArray[np.int64] | None,
    ) -> list[tuple[int, float]]:
        """What was nearest as of an earlier commit, which this thread holds: what came since is passed over,
        and what went since is compared once more."""
        from qa.library.vectors import VectorIndex

        assert index.state is not None
        with self._store.latest() as connection:
            gone = removed_since(connection, then, index.state)
        there = np.arange(then.next_passage) if among is None else among
        found = index.search(query, limit, there)
        if gone:
            taken_out = VectorIndex(self._dimension)
            with self._store.reading() as connection:
                for first, last in gone:
                    self._fill(connection, taken_out, first, last)
            found += taken_out.search(query, limit, among)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def settle(self) -> None:
        """Brings the index and its file up to date; the file of a large library only when it is far behind,
        for whoever opens it catches up in less time than writing it takes. Raises LibraryError, OSError."""
        if not self._store.writable:
            return
        with self._lock:
            if self._file_will_do():
                return
            if not self._current().must_learn:
                self._save()
                return
        # Learning lists takes minutes. By one of its own, so that questions go on meanwhile.
        apart = CurrentVectors(self._store, self._folder, self._dimension)
        apart._current()
        apart._save()
        with self._lock:
            self._index, self.unsaved = None, 0  # the next question opens the new file

    def _file_will_do(self) -> bool:
        from qa.library.vectors import saved_state

        saved = saved_state(self._folder / VECTORS)
        with self._store.latest() as connection:
            now = meta(connection)
            if now.passages <= SMALL or saved is None or not is_of(connection, saved):
                return False
            gone = sum(last - first + 1 for first, last in removed_since(connection, saved))
            behind = now.state.next_passage - saved.next_passage + gone
        return behind <= min(now.passages // 10, max(FAR, now.passages // FAR_SHARE))

    def close(self) -> None:
        """Lets go of the index."""
        with self._lock:
            self._index = None

    def _current(self) -> VectorIndex:
        """As of the commit that this thread reads, or a later one. Called with the lock held."""
        from qa.library.vectors import VectorIndex

        if self._index is None:
            try:
                self._index = VectorIndex.load(self._folder / VECTORS, self._dimension)
            except DamagedIndex:
                self._index = VectorIndex(self._dimension)
        if not reaches(self._store, self._index.state):
            self._catch_up()
            # Whoever asks does not wait for lists to be learned.
            if self.unsaved > max(current.BEHIND, len(self._index) // 4) and not self._index.must_learn:
                with suppress(OSError, LibraryBusy):
                    self._save()
        return self._index

    def _catch_up(self) -> None:
        from qa.library.vectors import VectorIndex

        with self._store.latest() as connection:
            now = meta(connection)
            index = self._index
            if index is not None and index.state is not None and is_of(connection, index.state):
                for gone in removed_since(connection, index.state):
                    index.remove(*gone)
                self.unsaved += self._fill(connection, index, index.state.next_passage)
            # Not of this library, or not what it said it was: anew.
            if index is None or len(index) != now.passages:
                index = VectorIndex(self._dimension)
                self.unsaved += self._fill(connection, index, 0)
        self.unsaved += 1  # also where passages only went
        index.state = now.state
        self._index = index

    def _fill(self, connection: Connection, index: VectorIndex, first: int, last: int = LAST) -> int:
        """Puts the passages from ``first`` to ``last`` in; how many."""
        rows = connection.execute(
            "SELECT passage, vector FROM vectors WHERE passage BETWEEN ? AND ? ORDER BY passage",
            (first, last),
        )
        filled = 0
        while block := rows.fetchmany(_BLOCK):
            ids = np.array([id_ for id_, _ in block], np.int64)
            joined = np.frombuffer(b"".join(vector for _, vector in block), "<f2")
            index.add(ids, joined.reshape(len(ids), self._dimension))
            filled += len(ids)
        return filled

    def _save(self) -> None:
        """Raises OSError, LibraryBusy."""
        from qa.library.vectors import saved_state

        if self._index is None or self._index.state is None or not self._store.writable:
            return
        path = self._folder / VECTORS
        whole = self._index.whole() if self._index.must_learn else None  # before others must wait for it
        with locked(self._folder, SAVE_SECONDS):
            saved = saved_state(path)
            ours = self._index.state
            with self._store.latest() as connection:
                newer = saved is not None and is_of(connection, saved) and saved.generation > ours.generation
            if saved != ours and not newer:
                self._note(self._index.save(path, whole))
        self.unsaved = 0

    def _note(self, kind: str) -> None:
        """Keeps in the library what its index is, from the day on that it is not the flat one."""
        from qa.library.vector_kinds import FLAT

        noted = self._store.remembered(KIND)
        if noted != kind and (noted or kind != FLAT):
            self._store.remember(KIND, kind)
