"""Small source files, documents and passages made up for the tests of libraries."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from qa.library import open_library
from qa.library.embedded import EmbeddedLibrary
from qa.types import Document, Mark, Metadata, Passage, SourceFile
from tests.encoders import HashEncoder

ENCODER = HashEncoder()


def opened(folder: Path, *, model: str = "hash", create: bool = True) -> EmbeddedLibrary:
    """The library in ``folder``, for vectors of HashEncoder."""
    library = open_library(folder, model=model, create=create)
    assert isinstance(library, EmbeddedLibrary)
    return library


def document(name: str, *paragraphs: str, date: str | None = None, title: str = "") -> Document:
    """A document of these paragraphs; the first is marked as its heading."""
    text = "\n\n".join(paragraphs)
    marks = (Mark("heading", 0, len(paragraphs[0])),)
    return Document(
        name,
        text,
        marks,
        Metadata(title=title, date=date, csl={"type": "document", "issued": {"date-parts": [[1945]]}}),
    )


LETTER = document("letter.txt", "A letter", "The wheat has arrived at Odessa.")
NOTE = document("note.txt", "A note", "Rain fell on the harbour all day.")
"""Two documents for tests that need some, whatever they say."""


def passages(document: Document) -> list[Passage]:
    """A passage for each paragraph."""
    found, at = [], 0
    for part in document.text.split("\n\n"):
        found.append(
            Passage(
                document.name,
                at,
                at + len(part),
                "text",
                part,
                " ".join(part.split()),
                document.metadata.title,
            )
        )
        at += len(part) + 2
    return found


def put(
    library: EmbeddedLibrary, path: str, *documents: Document, instead_of: str | None = None
) -> list[Passage]:
    """Adds a source file that holds ``documents``; returns their passages (without ids)."""
    joined = "".join(document.text for document in documents).encode()
    source = SourceFile(path, Path(path).name, hashlib.sha256(joined).hexdigest(), len(joined), 1, "plain/1")
    parts = [passage for document in documents for passage in passages(document)]
    vectors = ENCODER.encode([passage.clean for passage in parts])
    library.add(source, documents, parts, vectors, instead_of=instead_of)
    return parts


def answers(library: EmbeddedLibrary, question: str, limit: int = 5) -> tuple[list[str], list[str]]:
    """The texts of the nearest passages with a cosine above 0.9, and of the matching ones."""
    near = [i for i, cosine in library.nearest(ENCODER.encode([question])[0], limit) if cosine > 0.9]
    match = [i for i, _ in library.matching(question, limit)]
    return texts(library, near), texts(library, match)


def texts(library: EmbeddedLibrary, ids: Sequence[int]) -> list[str]:
    """The texts of these passages."""
    return [passage.text for passage in library.passages(ids)]


def replace(path: Path, data: bytes) -> None:
    """Puts ``data`` in the file's place, as another file: one that is cut short while a thread of Tantivy's
    has it mapped ends the process."""
    new = path.with_name(".new")
    new.write_bytes(data)
    new.replace(path)
