"""How documents and passages are written into the rows of a library's tables, and read from them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from qa import edtf
from qa.types import Document, Mark, Metadata, Passage

SOURCE = "path, name, sha256, size, mtime_ns, reader, encoding, root, beside"
"""The columns of a source file, as ``SourceFile`` takes them."""

LISTED = "title, date, until, type, sender, recipient, collection"
"""The columns of a document that ``listed`` gives."""

PASSAGE = 'documents.name, start, "end", voice, passages.text, clean, context, passages.id'
"""The columns of a passage that ``passage`` takes."""


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


def passage(row: Sequence[Any]) -> Passage:
    """A passage of its columns ``PASSAGE``."""
    name, start, end, voice, text, clean, context, id_ = row
    return Passage(name, start, end, voice, text, text if clean is None else clean, context, id_)


def listed(known: Metadata) -> tuple[str | None, ...]:
    """What lists and scopes need of a document's metadata, as ``LISTED`` names it."""
    until = None
    if known.edtf:
        with suppress(ValueError):  # a reader's slip must not cost the document
            until = edtf.until(known.edtf)
    kind = known.csl.get("type")
    return (known.title, known.date, until, str(kind) if kind else None, known.sender, known.recipient,
            known.collection)  # fmt: skip


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


def marks_json(marks: Sequence[Mark]) -> str:
    """Marks as they are stored."""
    return json.dumps(
        [[m.kind, m.start, m.end, m.label, m.ref, *([m.role] if m.role else [])] for m in marks],
        ensure_ascii=False,
    )


def marks(stored: str) -> tuple[Mark, ...]:
    """Marks as a document has them. Raises ValueError, TypeError for what is none."""
    return tuple(Mark(*row) for row in json.loads(stored))
