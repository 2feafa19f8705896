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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from qa.errors import LibraryError, WrongModel
from qa.library import current, edits, lookup, scoping, shelving
from qa.library.changes import DamagedIndex
from qa.library.current import LOCK, VECTORS, WORDS
from qa.library.current_vectors import CurrentVectors
from qa.library.current_words import CurrentWords
from qa.library.opening import FILE
from qa.library.protocol import DocumentSummary, Edits, Revision, Scope, Vectors
from qa.library.store import Meta, Store, meta
from qa.types import Document, Metadata, Passage, Searched, SourceFile


class EmbeddedLibrary:
    """See ``qa.library.protocol.Library``."""

    def __init__(
        self, folder: Path, *, model: str, dimension: int, create: bool, searched: bool = True
    ) -> None:
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
        self._vectors = CurrentVectors(self._store, folder, dimension)
        self._words = CurrentWords(self._store, folder)
        self._searched = searched
        self._wrote = 0  # passages since the indexes were last brought up to date

    @contextmanager
    def view(self, *, searching: bool = True) -> Iterator[None]:
        with self._store.view() as view:
            if view is not None:
                if searching and self._searched:
                    self._words.join()
                view.settle()
            yield

    # -- what is in ---------------------------------------------------------------------------------

    def generation(self) -> int:
        return self._meta().state.generation

    def searched(self) -> Searched:
        found = self._meta()
        return Searched(found.documents, found.passages)

    def sources(self) -> tuple[SourceFile, ...]:
        with self._store.reading() as connection:
            return lookup.sources(connection)

    def source_of(self, document: str) -> SourceFile:
        with self._store.reading() as connection:
            return lookup.source_of(connection, document)

    def documents(self) -> tuple[DocumentSummary, ...]:
        with self._store.reading() as connection:
            return lookup.summaries(connection)

    def document(self, name: str) -> Document:
        with self._store.reading() as connection:
            return lookup.document(connection, name)

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        with self._store.reading() as connection:
            return lookup.passages(connection, ids)

    def passages_of(self, document: str) -> list[Passage]:
        with self._store.reading() as connection:
            return lookup.passages_of(connection, document)

    def vectors(self, ids: Sequence[int]) -> Vectors:
        with self._store.reading() as connection:
            found = dict(connection.execute(
                "SELECT passage, vector FROM json_each(?) JOIN vectors ON passage = value",
                (json.dumps([int(i) for i in ids]),),
            ))  # fmt: skip
        for id_ in ids:
            if id_ not in found:
                raise LibraryError(f"Passage {id_} is no longer in the library {self.location}.")
        joined = np.frombuffer(b"".join(found[id_] for id_ in ids), "<f2")
        return joined.reshape(len(ids), self.dimension).astype(np.float32)

    def scope(
        self, names: Sequence[str] = (), date_from: str | None = None, date_to: str | None = None
    ) -> Scope | None:
        if not names and not date_from and not date_to:
            return None
        with self._store.reading() as connection:
            return scoping.scope(connection, names, date_from, date_to)

    def within(
        self, names: Sequence[str] = (), date_from: str | None = None, date_to: str | None = None
    ) -> frozenset[str] | None:
        if not names and not date_from and not date_to:
            return None
        with self._store.reading() as connection:
            return frozenset(name for name, _, _ in scoping.within(connection, names, date_from, date_to))

    def known(self, names: Sequence[str]) -> tuple[str, ...]:
        with self._store.reading() as connection:
            return scoping.known(connection, names)

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
        positions: Mapping[str, int] | None = None,
    ) -> None:
        rows = self._sound(vectors, len(passages))
        with self._store.writing() as connection:
            edits.confirm(connection, source, documents, edited or {}, instead_of)
            shelving.add(
                connection, source, documents, passages, rows, instead_of=instead_of, as_read=as_read or {},
                positions=positions,
            )  # fmt: skip
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
        if self._wrote >= current.BEHIND:
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
        self._store.shrink()
        return removed

    def flush(self) -> None:
        """Brings the search indexes up to date now, so that the next question need not wait."""
        if self._store.writable:
            self._settle()

    def close(self) -> None:
        if self._wrote or self._vectors.unsaved:
            self._settle()
        self._store.close()
        self._vectors.close()
        self._words.close()

    def _settle(self) -> None:
        """Derived files are a convenience: what is committed is safe without them, so whatever hinders
        writing them is left for the next search to meet."""
        if self._searched:
            with suppress(LibraryError, OSError, DamagedIndex):
                self._words.settle()
                self._vectors.settle()
                self._store.shrink()  # a file that was read anew leaves its first reading's place free
        self._wrote = 0

    def remembered(self, name: str) -> str | None:
        return self._store.remembered(name)

    def remember(self, name: str, note: str) -> None:
        self._store.remember(name, note)

    # -- searching ----------------------------------------------------------------------------------

    def nearest(self, query: Vectors, limit: int, scope: Scope | None = None) -> list[tuple[int, float]]:
        among = None if scope is None else scope.passages
        return self._vectors.search(query, limit, among)

    def matching(
        self, query: str, limit: int, scope: Scope | None = None, context_weight: float = 1.0
    ) -> list[tuple[int, float]]:
        among = None if scope is None else scope.passages
        return self._words.ask(lambda words: words.search(query, limit, context_weight, among))

    def document_frequency(self, term: str) -> int:
        return self._words.ask(lambda words: words.document_frequency(term))

    def terms(self, text: str) -> list[str]:
        from qa.library.words import terms

        return terms(text)

    def _meta(self) -> Meta:
        with self._store.reading() as connection:
            return meta(connection)


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
