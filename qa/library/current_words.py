"""The words of an embedded library, brought up to what SQLite says before they answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from qa.errors import LibraryError
from qa.library.changes import DamagedIndex
from qa.library.current import WORDS, is_of, locked, reaches, removed_since, state_of
from qa.library.store import Store, meta

if TYPE_CHECKING:
    from qa.library.words import WordIndex, Words

T = TypeVar("T")


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
            if words.state != state_of(self._store):  # it did not say that it would search
                words = self._built().words
            view.words = words
        return words

    def _current(self) -> WordIndex:
        """As of the commit that this thread reads, or a later one where that is held. Called with the lock
        held. Raises LibraryError."""
        from qa.library.words import WordIndex

        if self._index is not None:
            if self._index.state == state_of(self._store):
                return self._index
            self._store.renew()  # it may be that the words are beyond it
        now = state_of(self._store)
        if self._index is not None and self._index.state == now:
            return self._index
        try:
            if self._index is None and not self._store.writable:
                self._index = WordIndex.private(self._folder / WORDS)
            words = self._index or WordIndex.open(self._folder / WORDS)
            self._index = words
            if words.is_private:
                if not reaches(self._store, words.state):
                    self._apply(words)
            else:
                words.reload()  # another process may have brought it up to date
                if words.state != now:
                    with locked(self._folder):
                        words.reload()
                        self._store.renew()
                        if not reaches(self._store, words.state):
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
                        if words.state != state_of(self._store):
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
                if not is_of(connection, words.state):
                    raise DamagedIndex("words of another library")
                first = words.state.next_passage
                removed = removed_since(connection, words.state)
            added = connection.execute(
                "SELECT id, coalesce(clean, text), context FROM passages WHERE id >= ? ORDER BY id",
                (first,),
            )
            words.apply(now.state, removed, added, now.state.next_passage - first)
        if len(words) != now.passages:
            raise DamagedIndex(f"{len(words)} passages, not {now.passages}")
