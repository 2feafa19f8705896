"""Sources, documents and passages looked up in a library's tables, inside somebody else's transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import get_close_matches

from qa.errors import LibraryError, UnknownDocument
from qa.folding import HALF
from qa.library import stored
from qa.library.protocol import DocumentSummary
from qa.library.sql import Connection
from qa.types import Document, Passage, SourceFile

LONGEST_NAME = 300
"""Characters of a name that is not known that are looked at and told."""


def sources(connection: Connection) -> tuple[SourceFile, ...]:
    """All source files, by name."""
    rows = connection.execute(f"SELECT {stored.SOURCE} FROM sources ORDER BY name, path")
    return tuple(SourceFile(*row) for row in rows)


def source_of(connection: Connection, document: str) -> SourceFile:
    """The file a document came from. Raises UnknownDocument."""
    columns = ", ".join(f"sources.{column}" for column in stored.SOURCE.split(", "))
    row = connection.execute(
        f"SELECT {columns} FROM documents JOIN sources ON sources.id = source WHERE documents.name = ?",
        (whole(document),),
    ).fetchone()
    if row is None:
        raise unknown(connection, document)
    return SourceFile(*row)


def summaries(connection: Connection) -> tuple[DocumentSummary, ...]:
    """All documents without their texts, by source file, then as they were read."""
    # Each from an index that has all of it: a document's row drags its text along.
    ends = dict(
        connection.execute(
            "SELECT id, until FROM documents INDEXED BY documents_dated WHERE until IS NOT NULL"
        )
    )
    rows = connection.execute(
        "SELECT documents.id, documents.name, title, date, sources.name, characters, passages, type, sender, "
        "recipient, collection, path, position FROM documents INDEXED BY documents_listed "
        "JOIN sources ON sources.id = source ORDER BY sources.name, sources.path, position"
    )
    return tuple(DocumentSummary(*(*row, ends.get(id_), position)) for id_, *row, position in rows)


def document(connection: Connection, name: str) -> Document:
    """One document whole. Raises UnknownDocument, LibraryError where it is damaged."""
    row = connection.execute(
        "SELECT name, text, marks, metadata, layout FROM documents "
        "LEFT JOIN layouts ON layouts.document = documents.id WHERE name = ?",
        (whole(name),),
    ).fetchone()
    if row is None:
        raise unknown(connection, name)
    try:
        return Document(row[0], row[1], stored.marks(row[2]), stored.metadata(row[3]), row[4] or b"")
    except (ValueError, TypeError) as error:
        raise LibraryError(
            f"The document {name} is damaged in the library. Look the library over with: qa doctor"
        ) from error


def passages(connection: Connection, ids: Sequence[int]) -> list[Passage]:
    """Passages in the order of ``ids``, without those that are gone."""
    rows = connection.execute(
        f"SELECT {stored.PASSAGE} FROM json_each(?) AS wanted "
        "JOIN passages ON passages.id = CAST(wanted.value AS BIGINT) "
        "JOIN documents ON documents.id = passages.document ORDER BY wanted.key",
        (json.dumps([int(i) for i in ids]),),
    )
    return [stored.passage(row) for row in rows]


def passages_of(connection: Connection, document: str) -> list[Passage]:
    """A document's passages by start. Raises UnknownDocument."""
    row = connection.execute("SELECT id FROM documents WHERE name = ?", (whole(document),)).fetchone()
    if row is None:
        raise unknown(connection, document)
    rows = connection.execute(
        f"SELECT {stored.PASSAGE} FROM passages JOIN documents ON documents.id = passages.document "
        "WHERE passages.document = ? ORDER BY start, passages.id",
        row,
    )
    return [stored.passage(row) for row in rows]


def whole(name: str) -> str:
    """A name as a query can hold it: no name in the library holds half a character."""
    return HALF.sub("\ufffd", name)


def unknown(connection: Connection, name: str) -> UnknownDocument:
    """The error for a name that is not in the library, with names that are close to it."""
    names = [
        row[0] for row in connection.execute("SELECT name FROM documents UNION SELECT name FROM sources")
    ]
    folded = name.casefold()
    close = sorted(other for other in names if folded and folded in other.casefold())[:3]
    close = close or get_close_matches(name[:LONGEST_NAME], names, n=3, cutoff=0.6)
    hint = f"Did you mean {', '.join(close)}?" if close else "qa list shows what is in."
    return UnknownDocument(f"There is no document {whole(name[:LONGEST_NAME])} in the library. {hint}")
