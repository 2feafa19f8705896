"""What a person said of documents, in a library's tables, inside somebody else's transaction.

Edits belong to a document of one source file: they stay when the file is read anew, and when the document
is taken out and comes back from the same place, or with the same bytes from another. A namesake from
elsewhere does not get them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import LibraryBusy
from qa.library import lookup, shelving, stored
from qa.library.protocol import Edits, Revision
from qa.library.sql import Connection
from qa.types import Document, Metadata, SourceFile


def of_document(connection: Connection, name: str) -> dict[str, Any]:
    """The edits of a document that is in the library, by field."""
    rows = connection.execute(
        "SELECT field, value FROM edits JOIN documents ON documents.name = edits.document "
        "JOIN sources ON sources.id = documents.source AND sources.path = edits.path "
        "WHERE edits.document = ? ORDER BY field",
        (name,),
    )
    return {field: json.loads(value) for field, value in rows}


def waiting(
    connection: Connection, source: SourceFile, names: Sequence[str], instead_of: str | None
) -> dict[str, dict[str, Any]]:
    """Document → field → value for documents of these names that are about to be read from ``source``."""
    rows = connection.execute(
        "SELECT document, field, value FROM edits "
        "WHERE document IN (SELECT value FROM json_each(?1) AS wanted) AND (path IN (?2, ?3) OR sha256 = ?4) "
        "ORDER BY document, field",
        (json.dumps(list(names)), source.path, instead_of, source.sha256),
    )
    found: dict[str, dict[str, Any]] = {}
    for document, field, value in rows:
        found.setdefault(document, {})[field] = json.loads(value)
    return found


def confirm(
    connection: Connection, source: SourceFile, documents: Sequence[Document], edited: Edits,
    instead_of: str | None,
) -> None:  # fmt: skip
    """Sees that documents about to be stored carry the edits that there are now, and gives these the place
    of the file. Raises LibraryBusy where one was edited meanwhile."""
    names = [document.name for document in documents]
    if waiting(connection, source, names, instead_of) != {
        name: dict(known) for name, known in edited.items()
    }:
        raise LibraryBusy("A document was edited while it was being read. Run the same command again.")
    connection.execute(
        "UPDATE edits SET path = ?1, sha256 = ?2 "
        "WHERE document IN (SELECT value FROM json_each(?3) AS wanted) AND (path IN (?1, ?4) OR sha256 = ?2)",
        (source.path, source.sha256, json.dumps(names), instead_of),
    )


def as_read(connection: Connection, name: str) -> Metadata:
    """A document's metadata as it was read, without any edit. Raises UnknownDocument."""
    row = connection.execute(
        "SELECT coalesce(unedited, metadata) FROM documents WHERE name = ?", (name,)
    ).fetchone()
    if row is None:
        raise lookup.unknown(connection, name)
    return stored.metadata(row[0])


def revise(connection: Connection, revision: Revision, put: shelving.Put = shelving.put_passages) -> None:
    """Stores one document's edits and what comes of them. Raises UnknownDocument, LibraryBusy where the
    document is no longer what the revision was made from. ``put`` stores passages."""
    document = revision.document
    row = connection.execute(
        "SELECT documents.id, text, coalesce(unedited, metadata), first, passages, path, sha256 "
        "FROM documents JOIN sources ON sources.id = source WHERE documents.name = ?",
        (document.name,),
    ).fetchone()
    if row is None:
        raise lookup.unknown(connection, document.name)
    id_, text, read, first, count, path, sha256 = row
    if text != document.text or stored.metadata(read) != revision.as_read:
        raise LibraryBusy(f"{document.name} was read anew while it was being edited. Edit it again.")
    connection.execute("DELETE FROM edits WHERE document = ?", (document.name,))
    connection.executemany(
        "INSERT INTO edits VALUES (?, ?, ?, ?, ?)",
        [
            (document.name, field, json.dumps(told, ensure_ascii=False), path, sha256)
            for field, told in revision.edits.items()
        ],
    )
    known = document.metadata
    connection.execute(
        "UPDATE documents SET metadata = ?, unedited = ?, title = ?, date = ?, until = ?, type = ?, "
        "sender = ?, recipient = ?, collection = ? WHERE id = ?",
        (stored.metadata_json(known), read if revision.edits else None, *stored.listed(known), id_),
    )
    if revision.passages is not None and revision.vectors is not None:
        _replace_passages(connection, id_, (first, count), revision.document, revision.passages,
                          revision.vectors.astype("<f2"), put)  # fmt: skip


def _replace_passages(
    connection: Connection,
    document_id: int,
    earlier: tuple[int, int],
    document: Document,
    passages: Sequence[Any],
    halves: NDArray[np.float16],
    put: shelving.Put,
) -> None:
    """New passages in place of the document's: passages never change, so that the indexes can follow."""
    first, count = earlier
    if count:
        connection.execute(
            "INSERT INTO removed SELECT generation, ?, ? FROM meta", (first, first + count - 1)
        )
        connection.execute("DELETE FROM passages WHERE document = ?", (document_id,))
    (following,) = connection.execute("SELECT next_passage FROM meta").fetchone()
    put(connection, document, document_id, following, passages, halves)
    connection.execute(
        "UPDATE documents SET first = ?, passages = ? WHERE id = ?", (following, len(passages), document_id)
    )
    connection.execute(
        "UPDATE meta SET next_passage = ?, passages = passages + ?",
        (following + len(passages), len(passages) - count),
    )


def chosen(connection: Connection, names: Sequence[str]) -> tuple[str, ...]:
    """The documents of source files (by name or path) and documents of these names, each once. Raises
    UnknownDocument."""
    found: dict[str, None] = {}
    for name in names:
        rows = connection.execute(
            "SELECT documents.name FROM documents JOIN sources ON sources.id = source "
            "WHERE documents.name = ?1 OR sources.name = ?1 OR sources.path IN (?1, ?2) "
            "ORDER BY sources.path, position",
            (name, shelving.absolute(name)),
        ).fetchall()
        if not rows:
            raise lookup.unknown(connection, name)
        found.update(dict.fromkeys(row[0] for row in rows))
    return tuple(found)
