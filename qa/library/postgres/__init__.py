"""A library on a PostgreSQL server, for many people and several machines: the promises of the embedded one.

    store.py     connections and transactions  arriving.py  passages on their way in
    dialect.py   SQL as both libraries ask it   schema.py    tables and migrations
    vectors.py   pgvector                       words.py     tsvector, ranked by BM25
    plainly.py   a server's errors in plain words

Everything that answers lies in the database and changes with the same commit: no index has to catch up, and
what one process commits answers in all others at their next question. What is one person's or one machine's
(marks, runs, uploads, what was taken out) stays in a folder of the user's data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any, TypeVar

import numpy as np

from qa.errors import LibraryError, WrongModel
from qa.library import edits, lookup, scoping, shelving
from qa.library.address import Address
from qa.library.postgres import vectors
from qa.library.postgres import words as bm25
from qa.library.postgres.arriving import Arriving
from qa.library.postgres.dialect import PostgresConnection
from qa.library.postgres.plainly import ConnectionLost
from qa.library.postgres.store import Store
from qa.library.protocol import DocumentSummary, Edits, Revision, Scope, Vectors
from qa.types import Document, Metadata, Passage, Searched, SourceFile

_T = TypeVar("_T")


class PostgresLibrary:
    """See ``qa.library.protocol.Library``."""

    def __init__(self, location: str, *, model: str, dimension: int, create: bool = True) -> None:
        """Raises UsageError for an address that is none, LibraryError, WrongModel."""
        address = Address.read(location)
        self.location = address.shown
        self.model = model
        self.dimension = dimension
        self._store = Store(address, model=model, dimension=dimension, create=create)
        (found,) = self._rows("SELECT model, dimension FROM meta")
        if found != (model, dimension):
            self._store.close()
            raise WrongModel(
                f"The library {self.location} was built with the model {found[0]} ({found[1]} numbers a "
                f"vector), not with {model} ({dimension}). Ask with that model, or read your files into a "
                "new library: another database, or ?schema=NAME"
            )

    def _read(self, work: Callable[[PostgresConnection], _T]) -> _T:
        """What ``work`` reads in one transaction. A connection that is lost under it costs nothing: it is
        done again over another, at a server that is there; in a view where the library is as it was."""
        try:
            with self._store.reading() as connection:
                return work(connection)
        except ConnectionLost:
            with self._store.reading() as connection:
                return work(connection)

    def _rows(self, sql: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        return self._read(lambda connection: connection.ask(sql, values).fetchall())

    def view(self, *, searching: bool = True) -> AbstractContextManager[None]:  # noqa: ARG002  no index lags
        return self._store.view()

    # -- what is in ---------------------------------------------------------------------------------

    def generation(self) -> int:
        ((found,),) = self._rows("SELECT generation FROM meta")
        return int(found)

    def searched(self) -> Searched:
        ((documents, passages),) = self._rows("SELECT documents, passages FROM meta")
        return Searched(documents, passages)

    def sources(self) -> tuple[SourceFile, ...]:
        return self._read(lookup.sources)

    def source_of(self, document: str) -> SourceFile:
        return self._read(lambda connection: lookup.source_of(connection, document))

    def documents(self) -> tuple[DocumentSummary, ...]:
        return self._read(lookup.summaries)

    def document(self, name: str) -> Document:
        return self._read(lambda connection: lookup.document(connection, name))

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        return self._read(lambda connection: lookup.passages(connection, ids))

    def passages_of(self, document: str) -> list[Passage]:
        return self._read(lambda connection: lookup.passages_of(connection, document))

    def vectors(self, ids: Sequence[int]) -> Vectors:
        wanted = [int(id_) for id_ in ids]
        found = self._read(lambda connection: vectors.stored(connection, wanted, self.dimension))
        rows = np.empty((len(wanted), self.dimension), np.float32)
        for row, id_ in zip(rows, wanted, strict=True):
            if id_ not in found:
                raise LibraryError(f"Passage {id_} is no longer in the library {self.location}.")
            row[:] = found[id_]
        return rows

    def scope(
        self, names: Sequence[str] = (), date_from: str | None = None, date_to: str | None = None
    ) -> Scope | None:
        if not names and not date_from and not date_to:
            return None
        return self._read(lambda connection: scoping.scope(connection, names, date_from, date_to))

    def within(
        self, names: Sequence[str] = (), date_from: str | None = None, date_to: str | None = None
    ) -> frozenset[str] | None:
        if not names and not date_from and not date_to:
            return None
        found = self._read(lambda connection: scoping.within(connection, names, date_from, date_to))
        return frozenset(name for name, _, _ in found)

    def known(self, names: Sequence[str]) -> tuple[str, ...]:
        return self._read(lambda connection: scoping.known(connection, names))

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
            arriving = Arriving()
            shelving.add(
                connection, source, documents, passages, rows, instead_of=instead_of, as_read=as_read or {},
                positions=positions, put=arriving.put,
            )  # fmt: skip
            arriving.store(connection)

    def _sound(self, vectors: Vectors, count: int) -> Vectors:
        rows = np.asarray(vectors)
        if rows.shape != (count, self.dimension):
            raise ValueError(f"vectors are {rows.shape}, not {(count, self.dimension)}")
        if not np.isfinite(rows).all():
            raise ValueError("a vector holds what is no number")
        return rows

    def edits_waiting(self, source: SourceFile, names: Sequence[str], instead_of: str | None = None) -> Edits:
        # Of this moment: the file that is read next is stored with them.
        with self._store.current() as connection:
            return edits.waiting(connection, source, names, instead_of)

    def edits(self, document: str) -> Mapping[str, Any]:
        return self._read(lambda connection: edits.of_document(connection, document))

    def as_read(self, document: str) -> Metadata:
        return self._read(lambda connection: edits.as_read(connection, document))

    def chosen(self, names: Sequence[str]) -> tuple[str, ...]:
        return self._read(lambda connection: edits.chosen(connection, names))

    def revise(self, revisions: Sequence[Revision]) -> None:
        for revision in revisions:
            if revision.passages is not None and revision.vectors is not None:
                self._sound(revision.vectors, len(revision.passages))
        with self._store.writing() as connection:
            arriving = Arriving()
            for revision in revisions:
                edits.revise(connection, revision, arriving.put)
            arriving.store(connection)

    def remove(self, names: Sequence[str]) -> tuple[str, ...]:
        with self._store.writing() as connection:
            return shelving.remove(connection, names)

    def flush(self) -> None:
        """Builds the index of the vectors where the library has grown beyond what is searched one by one.
        What hinders that costs time alone: without it all are compared."""
        with suppress(LibraryError), self._store.apart() as connection:
            vectors.index(connection)

    def remembered(self, name: str) -> str | None:
        return self._store.remembered(name)

    def remember(self, name: str, note: str) -> None:
        self._store.remember(name, note)

    def close(self) -> None:
        self._store.close()

    # -- searching ----------------------------------------------------------------------------------

    def nearest(self, query: Vectors, limit: int, scope: Scope | None = None) -> list[tuple[int, float]]:
        among = None if scope is None else scope.passages
        return self._read(lambda connection: vectors.search(connection, query, limit, among))

    def matching(
        self, query: str, limit: int, scope: Scope | None = None, context_weight: float = 1.0
    ) -> list[tuple[int, float]]:
        if scope is not None and not len(scope.passages):
            return []
        among = None if scope is None else vectors.multirange(scope.passages)
        terms = self.terms(query)
        return self._read(lambda connection: bm25.search(connection, terms, limit, context_weight, among))

    def document_frequency(self, term: str) -> int:
        rows = self._rows("SELECT body FROM terms WHERE term = %s", (term,))
        return int(rows[0][0]) if rows else 0

    def terms(self, text: str) -> list[str]:
        from qa.library.words import terms

        return terms(text)
