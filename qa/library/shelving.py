"""Source files, documents and passages in a library's tables, inside somebody else's transaction."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa import edtf
from qa.errors import LibraryError, UnknownDocument, UsageError
from qa.folding import HALF
from qa.library.protocol import DocumentSummary
from qa.library.sql import Connection
from qa.types import Document, Mark, Metadata, Passage, SourceFile

_SOURCE = "path, name, sha256, size, mtime_ns, reader, encoding, root, beside"
_LISTED = "title, date, until, type, sender, recipient, collection"
_PASSAGE = 'documents.name, start, "end", voice, passages.text, clean, context, passages.id'

LONGEST_NAME = 300
"""Characters of a name that is not known that are looked at and told."""

Put = Callable[[Connection, Document, int, int, Sequence[Passage], NDArray[Any]], None]
"""Stores passages of a document: its id, the first passage's id, (len(passages), dimension) float16."""


# -- putting in and taking out ------------------------------------------------------------------------


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
        f"INSERT INTO sources({_SOURCE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
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
            f"unedited, marks, text, {_LISTED}) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (source_id, position, document.name, len(document.text), first, len(chosen),
             metadata_json(document.metadata), None if read is None else metadata_json(read),
             _marks_json(document.marks), document.text, *listed(document.metadata)),
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
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows(document, document_id, first, passages)
    )
    connection.executemany(
        "INSERT INTO vectors VALUES (?, ?)", ((first + i, half.tobytes()) for i, half in enumerate(halves))
    )


def listed(known: Metadata) -> tuple[str | None, ...]:
    """What lists and scopes need of a document's metadata, as ``_LISTED`` names it."""
    until = None
    if known.edtf:
        with suppress(ValueError):  # a reader's slip must not cost the document
            until = edtf.until(known.edtf)
    kind = known.csl.get("type")
    return (known.title, known.date, until, str(kind) if kind else None, known.sender, known.recipient,
            known.collection)  # fmt: skip


def absolute(name: str) -> str:
    """A name taken as a path, absolute; links stay links."""
    return os.path.abspath(name)  # noqa: PTH100


def rows(
    document: Document, document_id: int, first: int, passages: Sequence[Passage]
) -> Iterator[tuple[Any, ...]]:
    """Passages as they are stored. Raises ValueError where one is not its document's text."""
    for id_, passage in enumerate(passages, first):
        if document.text[passage.start : passage.end] != passage.text:
            raise ValueError(f"{document.name}: passage {passage.start}–{passage.end} is not its text")
        clean = None if passage.clean == passage.text else passage.clean
        yield (id_, document_id, passage.start, passage.end, passage.voice, passage.context,
               passage.text, clean)  # fmt: skip


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
            raise unknown(connection, name)
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


# -- looking up ---------------------------------------------------------------------------------------


def sources(connection: Connection) -> tuple[SourceFile, ...]:
    """All source files, by name."""
    rows = connection.execute(f"SELECT {_SOURCE} FROM sources ORDER BY name, path")
    return tuple(SourceFile(*row) for row in rows)


def source_of(connection: Connection, document: str) -> SourceFile:
    """The file a document came from. Raises UnknownDocument."""
    columns = ", ".join(f"sources.{column}" for column in _SOURCE.split(", "))
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
        return Document(row[0], row[1], marks(row[2]), metadata(row[3]), row[4] or b"")
    except (ValueError, TypeError) as error:
        raise LibraryError(
            f"The document {name} is damaged in the library. Look the library over with: qa doctor"
        ) from error


def passages(connection: Connection, ids: Sequence[int]) -> list[Passage]:
    """Passages in the order of ``ids``, without those that are gone."""
    rows = connection.execute(
        f"SELECT {_PASSAGE} FROM json_each(?) AS wanted "
        "JOIN passages ON passages.id = CAST(wanted.value AS BIGINT) "
        "JOIN documents ON documents.id = passages.document ORDER BY wanted.key",
        (json.dumps([int(i) for i in ids]),),
    )
    return [_passage(row) for row in rows]


def passages_of(connection: Connection, document: str) -> list[Passage]:
    """A document's passages by start. Raises UnknownDocument."""
    row = connection.execute("SELECT id FROM documents WHERE name = ?", (whole(document),)).fetchone()
    if row is None:
        raise unknown(connection, document)
    rows = connection.execute(
        f"SELECT {_PASSAGE} FROM passages JOIN documents ON documents.id = passages.document "
        "WHERE passages.document = ? ORDER BY start, passages.id",
        row,
    )
    return [_passage(row) for row in rows]


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


def _passage(row: Sequence[Any]) -> Passage:
    name, start, end, voice, text, clean, context, id_ = row
    return Passage(name, start, end, voice, text, text if clean is None else clean, context, id_)


def metadata_json(known: Metadata) -> str:
    """Metadata as it is stored."""
    return json.dumps(asdict(known) | {"csl": _plain(known.csl)}, ensure_ascii=False)


def metadata(stored: str) -> Metadata:
    """Metadata that ``metadata_json`` wrote, now or in an earlier version. Raises ValueError, TypeError for
    what is none."""
    return Metadata(**json.loads(stored))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _marks_json(marks: Sequence[Mark]) -> str:
    return json.dumps(
        [[m.kind, m.start, m.end, m.label, m.ref, *([m.role] if m.role else [])] for m in marks],
        ensure_ascii=False,
    )


def marks(stored: str) -> tuple[Mark, ...]:
    """Marks as a document has them. Raises ValueError, TypeError for what is none."""
    return tuple(Mark(*row) for row in json.loads(stored))
