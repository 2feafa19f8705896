"""The two search indexes of an embedded library, each brought up to what SQLite says before it answers.

An index that is damaged, of another library, or not what it says it is, is built anew; one that cannot be
written is kept in memory.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from qa.errors import LibraryBusy, LibraryError
from qa.library.changes import DamagedIndex, State
from qa.library.locks import file_lock
from qa.library.protocol import Vectors
from qa.library.store import Meta, Store, meta

if TYPE_CHECKING:
    from qa.library.vectors import VectorIndex
    from qa.library.words import WordIndex, Words

VECTORS, WORDS, LOCK = "vectors.faiss", "words", "library.lock"

LOCK_SECONDS = 120.0
"""How long a search waits for another process that is bringing an index up to date."""

SAVE_SECONDS = 2.0
"""How long saving the vectors waits; they can as well be saved another time."""

BEHIND = 5_000
"""Passages after which an index is brought up to date in the middle of adding, not left to the end."""

SMALL = 20_000
"""Passages up to which the vectors' file is written whenever something changed: 15 MB, some 0.1 s."""

FAR, FAR_SHARE = 20_000, 50
"""Passages by which the file of a larger library may be behind, or one in so many of a very large one:
catching up takes about as long as writing it."""

KIND = "vectors"
"""Under this the library remembers what its index of vectors is."""

_BLOCK = 4_096
_LAST = 2**63 - 1  # no passage's id is larger

T = TypeVar("T")


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
            index, then = self._current(), _meta(self._store).state
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
            gone = _removed_since(connection, then, index.state)
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
            if now.passages <= SMALL or saved is None or not _is_of(connection, saved):
                return False
            gone = sum(last - first + 1 for first, last in _removed_since(connection, saved))
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
        if not _reaches(self._store, self._index.state):
            self._catch_up()
            # Whoever asks does not wait for lists to be learned.
            if self.unsaved > max(BEHIND, len(self._index) // 4) and not self._index.must_learn:
                with suppress(OSError, LibraryBusy):
                    self._save()
        return self._index

    def _catch_up(self) -> None:
        from qa.library.vectors import VectorIndex

        with self._store.latest() as connection:
            now = meta(connection)
            index = self._index
            if index is not None and index.state is not None and _is_of(connection, index.state):
                for gone in _removed_since(connection, index.state):
                    index.remove(*gone)
                self.unsaved += self._fill(connection, index, index.state.next_passage)
            # Not of this library, or not what it said it was: anew.
            if index is None or len(index) != now.passages:
                index = VectorIndex(self._dimension)
                self.unsaved += self._fill(connection, index, 0)
        self.unsaved += 1  # also where passages only went
        index.state = now.state
        self._index = index

    def _fill(self, connection: Connection, index: VectorIndex, first: int, last: int = _LAST) -> int:
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
                newer = saved is not None and _is_of(connection, saved) and saved.generation > ours.generation
            if saved != ours and not newer:
                self._note(self._index.save(path, whole))
        self.unsaved = 0

    def _note(self, kind: str) -> None:
        """Keeps in the library what its index is, from the day on that it is not the flat one."""
        from qa.library.vector_kinds import FLAT

        noted = self._store.remembered(KIND)
        if noted != kind and (noted or kind != FLAT):
            self._store.remember(KIND, kind)


class CurrentWords:
    """See ``ask``."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._lock = threading.RLock()
        self._index: WordIndex | None = None

    def settle(self) -> None:
        """Brings the index up to date. Raises LibraryError."""
        with self._lock:
            self._current()

    def close(self) -> None:
        """Lets go of the index."""
        with self._lock:
            self._index = None

    def join(self) -> None:
        """Takes the words along for the view of this thread, which has just begun: of its commit, or of a
        newer one where they are beyond it, which the view is of then. Raises LibraryError."""
        self._held()

    def ask(self, question: Callable[[Words], T]) -> T:
        """What the words answer, as of the commit that this thread reads; an index that turns out to be
        damaged is mended first. Raises LibraryError."""
        words = self._held()
        try:
            return question(words)  # outside the lock: what was opened for searching does not change
        except DamagedIndex:
            with self._lock:
                self._index = self._repaired()
                words = self._index.words
            if (view := self._store.held) is not None:
                view.words = words
            return question(words)

    def _held(self) -> Words:
        view = self._store.held
        if view is not None and view.words is not None:
            return view.words
        with self._lock:
            words = self._current().words
        if view is not None:
            if words.state != _meta(self._store).state:  # it did not say that it would search
                words = self._built().words
            view.words = words
        return words

    def _current(self) -> WordIndex:
        """As of the commit that this thread reads, or a later one where that is held. Called with the lock
        held. Raises LibraryError."""
        from qa.library.words import WordIndex

        if self._index is not None:
            if self._index.state == _meta(self._store).state:
                return self._index
            self._store.renew()  # it may be that the words are beyond it
        now = _meta(self._store).state
        if self._index is not None and self._index.state == now:
            return self._index
        try:
            if self._index is None and not self._store.writable:
                self._index = WordIndex.private(self._folder / WORDS)
            words = self._index or WordIndex.open(self._folder / WORDS)
            self._index = words
            if words.is_private:
                if not _reaches(self._store, words.state):
                    self._apply(words)
            else:
                words.reload()  # another process may have brought it up to date
                if words.state != now:
                    with locked(self._folder):
                        words.reload()
                        self._store.renew()
                        if not _reaches(self._store, words.state):
                            self._apply(words)
        except (DamagedIndex, OSError):
            self._index = self._repaired()
        return self._index

    def _repaired(self) -> WordIndex:
        """The index opened anew by whoever holds the lock, else built anew; in memory where it cannot be
        written (no permission, or no room)."""
        from qa.library.words import WordIndex, clear

        self._index = None
        folder = self._folder / WORDS
        if self._store.writable:
            with suppress(OSError), locked(self._folder):
                for attempt in ("open", "build"):
                    with suppress(DamagedIndex, OSError):
                        if attempt == "build":
                            clear(folder)
                        words = WordIndex.open(folder)
                        self._store.renew()
                        if words.state != _meta(self._store).state:
                            self._apply(words)
                        return words
        return self._built()

    def _built(self) -> WordIndex:
        """Built anew in memory. Raises LibraryError."""
        from qa.library.words import WordIndex

        words = WordIndex.in_memory()
        try:
            self._apply(words)
        except DamagedIndex as error:
            raise LibraryError(
                f"The words of the library {self._folder} cannot be searched: {error}"
            ) from error
        return words

    def _apply(self, words: WordIndex) -> None:
        """Raises DamagedIndex."""
        with self._store.reading() as connection:
            now = meta(connection)
            first, removed = 0, []
            if words.state is not None:
                if not _is_of(connection, words.state):
                    raise DamagedIndex("words of another library")
                first = words.state.next_passage
                removed = _removed_since(connection, words.state)
            added = connection.execute(
                "SELECT id, coalesce(clean, text), context FROM passages WHERE id >= ? ORDER BY id",
                (first,),
            )
            words.apply(now.state, removed, added, now.state.next_passage - first)
        if len(words) != now.passages:
            raise DamagedIndex(f"{len(words)} passages, not {now.passages}")


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


def _meta(store: Store) -> Meta:
    with store.reading() as connection:
        return meta(connection)


def _is_of(connection: Connection, state: State) -> bool:
    """Whether this very library was once at ``state``."""
    row = connection.execute("SELECT stamp FROM changes WHERE generation = ?", (state.generation,)).fetchone()
    return row is not None and row[0] == state.stamp


def _reaches(store: Store, state: State | None) -> bool:
    """Whether ``state`` is the commit that this thread reads, or a later one of this very library."""
    now = _meta(store).state
    if state is None or state.generation <= now.generation:
        return state == now
    with store.latest() as connection:
        return _is_of(connection, state)


def _removed_since(connection: Connection, state: State, until: State | None = None) -> list[tuple[int, int]]:
    """Ranges [first, last] of the passages taken out since, that an index at ``state`` may hold; no further
    than ``until`` where it is given."""
    return connection.execute(
        "SELECT first, last FROM removed WHERE generation > ? AND generation <= ? AND first < ? "
        "ORDER BY first",
        (state.generation, _LAST if until is None else until.generation, state.next_passage),
    ).fetchall()
