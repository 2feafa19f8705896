"""Source files put into a library's tables and taken out, with their documents and passages, inside somebody
else's transaction."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import UsageError
from qa.library import lookup, stored
from qa.library.sql import Connection
from qa.types import Document, Metadata, Passage, SourceFile

Put = Callable[[Connection, Document, int, int, Sequence[Passage], NDArray[Any]], None]
"""Stores passages of a document: its id, the first passage's id, (len(passages), dimension) float16."""


def add(
    connection: Connection,
    source: SourceFile,
    documents: Sequence[Document],
    passages: Sequence[Passage],
    vectors: NDArray[np.floating[Any]],
    *,
    instead_of: str | None,
    as_read: Mapping[str, Metadata],
    positions: Mapping[str, int] | None = None,
    put: Put | None = None,
) -> None:
    """Puts a source file in place of any with the same path, and of the one at ``instead_of``. ``as_read`` is
    the metadata without edits of those documents that have some. With ``positions`` the documents join those
    of the source file, at these places in it. ``put`` stores passages where not as ``put_passages``
    does. Raises UsageError when a document's name is taken, ValueError when a passage is not the text of its
    document."""
    for path in {source.path, instead_of} - {None} if positions is None else ():
        _remove_sources(connection, "path = ?", path)
    _confirm_names(connection, source, documents)
    by_document: dict[str, list[int]] = {document.name: [] for document in documents}
    for at, passage in enumerate(passages):
        by_document[passage.document].append(at)
    # fetchall: a statement that is not read to its end keeps the transaction from being committed.
    ((source_id,),) = connection.execute(
        "SELECT id FROM sources WHERE path = ?", (source.path,)
    ).fetchall() or connection.execute(
        f"INSERT INTO sources({stored.SOURCE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (source.path, source.name, source.sha256, source.size, source.mtime_ns, source.reader,
         source.encoding, source.root, source.beside),
    ).fetchall()  # fmt: skip
    (first,) = connection.execute("SELECT next_passage FROM meta").fetchone()
    halves = vectors.astype("<f2")
    for number, document in enumerate(documents):
        position = number if positions is None else positions[document.name]
        chosen = by_document[document.name]
        read = as_read.get(document.name)
        ((document_id,),) = connection.execute(
            "INSERT INTO documents(source, position, name, characters, first, passages, metadata, "
            f"unedited, marks, text, {stored.LISTED}) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (source_id, position, document.name, len(document.text), first, len(chosen),
             stored.metadata_json(document.metadata), None if read is None else stored.metadata_json(read),
             stored.marks_json(document.marks), document.text, *stored.listed(document.metadata)),
        ).fetchall()  # fmt: skip
        if document.layout:
            connection.execute("INSERT INTO layouts VALUES (?, ?)", (document_id, document.layout))
        (put or put_passages)(
            connection, document, document_id, first, [passages[at] for at in chosen], halves[chosen]
        )
        first += len(chosen)
    connection.execute(
        "UPDATE meta SET next_passage = ?, documents = documents + ?, passages = passages + ?",
        (first, len(documents), len(passages)),
    )


def put_passages(
    connection: Connection,
    document: Document,
    document_id: int,
    first: int,
    passages: Sequence[Passage],
    halves: NDArray[np.floating[Any]],
) -> None:
    """Passages of one document with their vectors, under the ids from ``first`` on."""
    connection.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        stored.rows(document, document_id, first, passages),
    )
    connection.executemany(
        "INSERT INTO vectors VALUES (?, ?)", ((first + i, half.tobytes()) for i, half in enumerate(halves))
    )


def absolute(name: str) -> str:
    """A name taken as a path, absolute; links stay links."""
    return os.path.abspath(name)  # noqa: PTH100


def _confirm_names(connection: Connection, source: SourceFile, documents: Sequence[Document]) -> None:
    names = [document.name for document in documents]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"{source.path} holds two documents of the name {twice}.")
    taken = connection.execute(
        "SELECT documents.name, sources.path FROM json_each(?) AS wanted "
        "JOIN documents ON documents.name = wanted.value "
        "JOIN sources ON sources.id = documents.source LIMIT 1",
        (json.dumps(names),),
    ).fetchall()
    for name, path in taken:
        raise UsageError(
            f"the library has a document of the name {name} already, from {path}. Rename one of the files, "
            "add the folder above both, or take the other out: qa remove"
        )


def remove(connection: Connection, names: Sequence[str]) -> tuple[str, ...]:
    """Takes out source files by name or path, documents by name. Returns the documents' names. Raises
    UnknownDocument."""
    gone: dict[str, None] = {}
    for name in dict.fromkeys(names):
        found = _remove_sources(connection, "name = ? OR path = ?", name, name)
        if not found:
            found = _remove_sources(connection, "path = ?", absolute(name))
        if not found:
            found = _remove_document(connection, name)
        if not found and name not in gone:
            raise lookup.unknown(connection, name)
        gone.update(dict.fromkeys(found))
    return tuple(gone)


def _remove_sources(connection: Connection, where: str, *values: str | None) -> list[str]:
    ids = [id_ for (id_,) in connection.execute(f"SELECT id FROM sources WHERE {where}", values)]
    names: list[str] = []
    for id_ in ids:
        names += _note_removal(connection, "source = ?", id_)
        connection.execute("DELETE FROM sources WHERE id = ?", (id_,))  # and all that hangs on it
    # A file without documents still counts as found.
    return names or [str(value) for value in values[:1] if ids]


def _remove_document(connection: Connection, name: str) -> list[str]:
    rows = connection.execute("SELECT id, source FROM documents WHERE name = ?", (name,)).fetchall()
    for id_, source in rows:
        _note_removal(connection, "id = ?", id_)
        connection.execute("DELETE FROM documents WHERE id = ?", (id_,))
        connection.execute(
            "DELETE FROM sources WHERE id = ? AND NOT EXISTS (SELECT 1 FROM documents WHERE source = ?)",
            (source, source),
        )
    return [name for _ in rows]


def _note_removal(connection: Connection, where: str, value: int) -> list[str]:
    """Writes down, for the derived indexes, which passages go with this commit."""
    rows = connection.execute(
        f"SELECT name, first, passages FROM documents WHERE {where} ORDER BY position", (value,)
    ).fetchall()
    for _, first, count in rows:
        if count:
            connection.execute(
                "INSERT INTO removed SELECT generation, ?, ? FROM meta", (first, first + count - 1)
            )
    connection.execute(
        "UPDATE meta SET documents = documents - ?, passages = passages - ?",
        (len(rows), sum(count for _, _, count in rows)),
    )
    return [name for name, _, _ in rows]
