"""Passages on their way into the tables, with their words and vectors: all of a file at once, for the server
counts words once for each time it is given some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.library import stored
from qa.library.postgres import vectors, words
from qa.library.postgres.dialect import PostgresConnection
from qa.library.sql import Connection
from qa.library.words import terms
from qa.types import Document, Passage

_Vectors = tuple[int, int, NDArray[np.float16]]
"""A document's id, its first passage's, and their vectors."""


class Arriving:
    """What ``put`` collected is written by ``store``, in the same transaction."""

    def __init__(self) -> None:
        self._passages: list[tuple[Any, ...]] = []
        self._words: list[tuple[Any, ...]] = []
        self._vectors: list[_Vectors] = []

    def put(
        self,
        connection: Connection,
        document: Document,
        document_id: int,
        first: int,
        passages: Sequence[Passage],
        halves: NDArray[np.float16],
    ) -> None:
        """Passages of one document in place of any that it has, as ``shelving.put_passages`` takes them.
        Raises ValueError where one is not its document's text."""
        # Where they take the place of earlier ones (an edit), these have gone from the passages already.
        for table in ("words", "vectors"):
            connection.execute(f"DELETE FROM {table} WHERE document = ?", (document_id,))
        self._passages += stored.rows(document, document_id, first, passages)
        contexts: dict[str, list[str]] = {}  # a document's passages have one
        for id_, passage in enumerate(passages, first):
            body = terms(passage.clean)
            context = contexts.setdefault(passage.context, terms(passage.context))
            self._words.append((
                id_, document_id, words.vector(body), words.vector(context), words.rounded(len(body)),
                words.rounded(len(context)), len(body), len(context),
            ))  # fmt: skip
        self._vectors.append((document_id, first, halves))

    def store(self, connection: PostgresConnection) -> None:
        """Writes them. Raises psycopg.Error."""
        for table, rows in (("passages", self._passages), ("words", self._words)):
            if rows:
                with connection.raw.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
        vectors.store(connection, self._vectors)
