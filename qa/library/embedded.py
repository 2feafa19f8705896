"""A library in a folder: SQLite is the truth, FAISS and Tantivy are derived from it.

    library.sqlite   sources, documents, passages, vectors
    vectors.faiss    the vectors, for searching
    words/           the words, for searching
    library.lock     held by the process that is writing the two above

``add`` and ``remove`` write to SQLite alone, in one transaction. Before a search, and when it is closed,
the library compares the State of an index with SQLite's and brings the index up to date; one that is
damaged or of another library is built anew. So a kill at any moment loses nothing, and what was removed
cannot answer. Writing an index costs about 0.1 s however little is new: that is why it waits.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from qa.errors import LibraryBusy, LibraryError, WrongModel
from qa.library import edits, scoping, shelving
from qa.library.changes import DamagedIndex, State
from qa.library.locks import file_lock
from qa.library.protocol import DocumentSummary, Edits, Revision, Scope, Vectors
from qa.library.store import FILE, Meta, Store, meta
from qa.types import Document, Metadata, Passage, Searched, SourceFile

if TYPE_CHECKING:
    from qa.library.vectors import VectorIndex
    from qa.library.words import WordIndex

VECTORS, WORDS, LOCK = "vectors.faiss", "words", "library.lock"

LOCK_SECONDS = 120.0
"""How long a search waits for another process that is bringing an index up to date."""

SAVE_SECONDS = 2.0
"""How long saving the vectors waits; they can as well be saved another time."""

_BEHIND = 5_000
"""Passages after which an index is brought up to date in the middle of adding, not left to the end."""

_BLOCK = 4_096

T = TypeVar("T")


class EmbeddedLibrary:
    """See ``qa.library.protocol.Library``."""

    def __init__(self, folder: Path, *, model: str, dimension: int, create: bool) -> None:
        """Raises LibraryError, WrongModel."""
        self.location = str(folder)
        self.model = model
        self.dimension = dimension
        _confirm_folder(folder, create)
        self._folder = folder
        self._store = Store(folder, model=model, dimension=dimension, create=create)
        found = self._meta()
        if (found.model, found.dimension) != (model, dimension):
            self._store.close()
            raise WrongModel(
                f"The library {folder} was built with the model {found.model} ({found.dimension} numbers a "
                f"vector), not with {model} ({dimension}). Ask with that model, or read your files into a "
                "new library: qa add PATH --library NEWFOLDER"
            )
        self._vectors_lock, self._words_lock = threading.RLock(), threading.RLock()
        self._vectors: VectorIndex | None = None
        self._words: WordIndex | None = None
        self._wrote = 0  # passages since the indexes were last brought up to date
        self._unsaved = 0  # passages that the file of vectors does not have yet

    # -- what is in ---------------------------------------------------------------------------------

    def generation(self) -> int:
        return self._meta().state.generation

    def searched(self) -> Searched:
        found = self._meta()
        return Searched(found.documents, found.passages)

    def sources(self) -> tuple[SourceFile, ...]:
        with self._store.reading() as connection:
            return shelving.sources(connection)

    def source_of(self, document: str) -> SourceFile:
        with self._store.reading() as connection:
            return shelving.source_of(connection, document)

    def documents(self) -> tuple[DocumentSummary, ...]:
        with self._store.reading() as connection:
            return shelving.summaries(connection)

    def document(self, name: str) -> Document:
        with self._store.reading() as connection:
            return shelving.document(connection, name)

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        with self._store.reading() as connection:
            return shelving.passages(connection, ids)

    def passages_of(self, document: str) -> list[Passage]:
        with self._store.reading() as connection:
            return shelving.passages_of(connection, document)

    def vectors(self, ids: Sequence[int]) -> Vectors:
        with self._store.reading() as connection:
            found = dict(connection.execute(
                "SELECT passage, vector FROM json_each(?) JOIN vectors ON passage = value",
                (json.dumps([int(i) for i in ids]),),
            ))  # fmt: skip
        rows = np.empty((len(ids), self.dimension), np.float32)
        for row, id_ in zip(rows, ids, strict=True):
            if id_ not in found:
                raise LibraryError(f"Passage {id_} is no longer in the library {self.location}.")
            row[:] = np.frombuffer(found[id_], "<f2")
        return rows

    def scope(
        self, names: Sequence[str] = (), date_from: str | None = None, date_to: str | None = None
    ) -> Scope | None:
        if not names and not date_from and not date_to:
            return None
        with self._store.reading() as connection:
            return scoping.scope(connection, names, date_from, date_to)

    # -- changing it --------------------------------------------------------------------------------

    def add(
        self,
        source: SourceFile,
        documents: Sequence[Document],
        passages: Sequence[Passage],
        vectors: Vectors,
        *,
        instead_of: str | None = None,
        edited: Edits | None = None,
        as_read: Mapping[str, Metadata] | None = None,
    ) -> None:
        rows = self._sound(vectors, len(passages))
        with self._store.writing() as connection:
            edits.confirm(connection, source, documents, edited or {}, instead_of)
            shelving.add(
                connection, source, documents, passages, rows, instead_of=instead_of, as_read=as_read or {}
            )
        self._added(len(passages))

    def _sound(self, vectors: Vectors, count: int) -> Vectors:
        rows = np.asarray(vectors)
        if rows.shape != (count, self.dimension):
            raise ValueError(f"vectors are {rows.shape}, not {(count, self.dimension)}")
        if not np.isfinite(rows).all():
            raise ValueError("a vector holds what is no number")
        return rows

    def _added(self, passages: int) -> None:
        self._wrote += passages
        if self._wrote >= _BEHIND:
            self._settle()

    def edits_waiting(self, source: SourceFile, names: Sequence[str], instead_of: str | None = None) -> Edits:
        with self._store.reading() as connection:
            return edits.waiting(connection, source, names, instead_of)

    def edits(self, document: str) -> Mapping[str, Any]:
        with self._store.reading() as connection:
            return edits.of_document(connection, document)

    def as_read(self, document: str) -> Metadata:
        with self._store.reading() as connection:
            return edits.as_read(connection, document)

    def chosen(self, names: Sequence[str]) -> tuple[str, ...]:
        with self._store.reading() as connection:
            return edits.chosen(connection, names)

    def revise(self, revisions: Sequence[Revision]) -> None:
        for revision in revisions:
            if revision.passages is not None and revision.vectors is not None:
                self._sound(revision.vectors, len(revision.passages))
        with self._store.writing() as connection:
            for revision in revisions:
                edits.revise(connection, revision)
        self._added(1 + sum(len(revision.passages or ()) for revision in revisions))

    def remove(self, names: Sequence[str]) -> tuple[str, ...]:
        with self._store.writing() as connection:
            removed = shelving.remove(connection, names)
        self._wrote += 1
        return removed

    def flush(self) -> None:
        """Brings the search indexes up to date now, so that the next question need not wait."""
        if self._store.writable:
            self._settle()

    def close(self) -> None:
        if self._wrote or self._unsaved:
            self._settle()
        self._store.close()
        with self._vectors_lock, self._words_lock:
            self._vectors = self._words = None

    def _settle(self) -> None:
        """Derived files are a convenience: what is committed is safe without them, so whatever hinders
        writing them is left for the next search to meet."""
        with suppress(LibraryError, OSError, DamagedIndex):
            with self._words_lock:
                self._current_words()
            with self._vectors_lock:
                self._current_vectors()
                self._save_vectors()
        self._wrote = 0

    # -- searching ----------------------------------------------------------------------------------

    def nearest(self, query: Vectors, limit: int, scope: Scope | None = None) -> list[tuple[int, float]]:
        among = None if scope is None else scope.passages
        # One search at a time: FAISS must not be searched while it is changed, and one search of
        # 200,000 vectors takes about 30 ms.
        with self._vectors_lock:
            return self._current_vectors().search(query, limit, among)

    def matching(
        self, query: str, limit: int, scope: Scope | None = None, context_weight: float = 1.0
    ) -> list[tuple[int, float]]:
        among = None if scope is None else scope.passages
        return self._with_words(lambda words: words.search(query, limit, context_weight, among))

    def document_frequency(self, term: str) -> int:
        return self._with_words(lambda words: words.document_frequency(term))

    def terms(self, text: str) -> list[str]:
        from qa.library.words import terms

        return terms(text)

    # -- the vectors, as of now ---------------------------------------------------------------------

    def _current_vectors(self) -> VectorIndex:
        """Called with the vectors' lock held."""
        from qa.library.vectors import VectorIndex

        now = self._meta()
        if self._vectors is None:
            try:
                self._vectors = VectorIndex.load(self._folder / VECTORS, self.dimension)
            except DamagedIndex:
                self._vectors = VectorIndex(self.dimension)
        if self._vectors.state != now.state:
            self._catch_up_vectors()
            if self._unsaved > max(_BEHIND, len(self._vectors) // 4):
                with suppress(OSError, LibraryBusy):
                    self._save_vectors()
        return self._vectors

    def _catch_up_vectors(self) -> None:
        from qa.library.vectors import VectorIndex

        with self._store.reading() as connection:
            now = meta(connection)
            index = self._vectors
            if index is not None and index.state is not None and _is_of(connection, index.state):
                for gone in _removed_since(connection, index.state):
                    index.remove(*gone)
                self._fill(connection, index, index.state.next_passage)
            # Not of this library, or not what it said it was: anew.
            if index is None or len(index) != now.passages:
                index = VectorIndex(self.dimension)
                self._fill(connection, index, 0)
        index.state = now.state
        self._vectors = index

    def _fill(self, connection: Connection, index: VectorIndex, first: int) -> None:
        rows = connection.execute(
            "SELECT passage, vector FROM vectors WHERE passage >= ? ORDER BY passage", (first,)
        )
        while block := rows.fetchmany(_BLOCK):
            ids = np.array([id_ for id_, _ in block], np.int64)
            joined = np.frombuffer(b"".join(vector for _, vector in block), "<f2")
            index.add(ids, joined.reshape(len(ids), self.dimension))
            self._unsaved += len(ids)
        self._unsaved += 1  # also where passages only went

    def _save_vectors(self) -> None:
        """Raises OSError, LibraryBusy."""
        from qa.library.vectors import saved_state

        if self._vectors is None or self._vectors.state is None or not self._store.writable:
            return
        path = self._folder / VECTORS
        with self._locked(SAVE_SECONDS):
            saved = saved_state(path)
            ours = self._vectors.state
            with self._store.reading() as connection:
                newer = saved is not None and _is_of(connection, saved) and saved.generation > ours.generation
            if saved != ours and not newer:
                self._vectors.save(path)
        self._unsaved = 0

    # -- the words, as of now -----------------------------------------------------------------------

    def _with_words(self, ask: Callable[[WordIndex], T]) -> T:
        with self._words_lock:
            words = self._current_words()
        try:
            return ask(words)  # outside the lock: what was opened for searching does not change
        except DamagedIndex:
            with self._words_lock:
                self._words = self._repaired_words()
                return ask(self._words)

    def _current_words(self) -> WordIndex:
        """Called with the words' lock held. Raises LibraryError."""
        from qa.library.words import WordIndex

        now = self._meta().state
        if self._words is not None and self._words.state == now:
            return self._words
        try:
            if self._words is None and not self._store.writable:
                self._words = WordIndex.private(self._folder / WORDS)
            words = self._words or WordIndex.open(self._folder / WORDS)
            self._words = words
            if words.is_private:
                if words.state != now:
                    self._apply_words(words)
            else:
                words.reload()  # another process may have brought it up to date
                if words.state != now:
                    with self._locked():
                        words.reload()
                        if words.state != self._meta().state:
                            self._apply_words(words)
        except (DamagedIndex, OSError):
            self._words = self._repaired_words()
        return self._words

    def _repaired_words(self) -> WordIndex:
        """The index opened anew by whoever holds the lock, else built anew; in memory where it cannot be
        written (no permission, or no room)."""
        from qa.library.words import WordIndex, clear

        self._words = None
        folder = self._folder / WORDS
        if self._store.writable:
            with suppress(OSError), self._locked():
                for attempt in ("open", "build"):
                    with suppress(DamagedIndex, OSError):
                        if attempt == "build":
                            clear(folder)
                        words = WordIndex.open(folder)
                        if words.state != self._meta().state:
                            self._apply_words(words)
                        return words
        words = WordIndex.in_memory()
        try:
            self._apply_words(words)
        except DamagedIndex as error:
            raise LibraryError(
                f"The words of the library {self.location} cannot be searched: {error}"
            ) from error
        return words

    def _apply_words(self, words: WordIndex) -> None:
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

    # -- small things -------------------------------------------------------------------------------

    @contextmanager
    def _locked(self, seconds: float = LOCK_SECONDS) -> Iterator[None]:
        """Raises LibraryBusy; OSError where the library cannot be written."""
        with ExitStack() as stack:
            try:
                stack.enter_context(file_lock(self._folder / LOCK, seconds))
            except TimeoutError as error:
                raise LibraryBusy(
                    f"Another process is bringing the library {self.location} up to date. Wait until it is "
                    "done, then try again."
                ) from error
            yield

    def _meta(self) -> Meta:
        with self._store.reading() as connection:
            return meta(connection)


def _is_of(connection: Connection, state: State) -> bool:
    """Whether this very library was once at ``state``."""
    row = connection.execute("SELECT stamp FROM changes WHERE generation = ?", (state.generation,)).fetchone()
    return row is not None and row[0] == state.stamp


def _removed_since(connection: Connection, state: State) -> list[tuple[int, int]]:
    """Ranges [first, last] of the passages taken out since, that an index at ``state`` may hold."""
    return connection.execute(
        "SELECT first, last FROM removed WHERE generation > ? AND first < ? ORDER BY first",
        (state.generation, state.next_passage),
    ).fetchall()


def _confirm_folder(folder: Path, create: bool) -> None:
    """Makes the folder where there is none; says no to one that holds other things, so that a slip of the
    pen does not put a library into somebody's documents. Raises LibraryError."""
    try:
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        if not folder.is_dir():
            raise LibraryError(
                f"There is no library at {folder}. Name its folder with --library, or make one: qa add PATH"
            )
        ours = {"files", FILE, FILE + "-wal", FILE + "-shm", VECTORS, VECTORS + ".new", WORDS, LOCK}
        present = {path.name for path in folder.iterdir()}
    except FileExistsError as error:
        raise LibraryError(
            f"{folder} is a file, not a library's folder. Name another with --library."
        ) from error
    except OSError as error:
        raise LibraryError(
            f"The library {folder} cannot be opened: {error.strerror or error}. Check its permissions, or "
            "name another folder with --library."
        ) from error
    others = sorted(name for name in present - ours if not name.startswith("."))
    if FILE not in present and others:
        raise LibraryError(
            f"{folder} is not a library: it holds other things ({others[0]}, …). Name an empty or new folder "
            "with --library."
        )
