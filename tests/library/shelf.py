"""Small source files, documents and passages made up for the tests of libraries."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from qa.library import Library, open_library
from qa.types import Document, Mark, Metadata, Passage, SourceFile
from tests.encoders import HashEncoder

ENCODER = HashEncoder()

T = TypeVar("T")


def opened(place: str | Path, *, model: str = "hash", create: bool = True) -> Library:
    """The library at ``place``, for vectors of HashEncoder."""
    return open_library(place, model=model, create=create)


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


TELEGRAM = document(
    "telegram.txt", "Harriman to Byrnes", "Litvinov spoke at the theatre.", date="1945-11-22", title="Moscow"
)
VOLUME = (
    document("v1/d1", "The President writes", "The letter concerns Laos.", date="1961-02-22"),
    document("v1/d2", "Khrushchev to Kennedy", "A reply about Berlin.", date="1961-03"),
    document("v1/d30", "Memorandum", "Wheat sales were discussed.", date="1963"),
)
NOTES = document("notes/reading.md", "Notes", "Nothing dated stands here.")
"""What ``filled`` puts into a library."""


SPOKE = "Litvinov spoke at the theatre."
WHEAT = "The wheat has arrived at Odessa."
"""What TELEGRAM and LETTER say."""


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


def put(library: Library, path: str, *documents: Document, instead_of: str | None = None) -> list[Passage]:
    """Adds a source file that holds ``documents``; returns their passages (without ids)."""
    joined = "".join(document.text for document in documents).encode()
    source = SourceFile(path, Path(path).name, hashlib.sha256(joined).hexdigest(), len(joined), 1, "plain/1")
    parts = [passage for document in documents for passage in passages(document)]
    vectors = ENCODER.encode([passage.clean for passage in parts])
    library.add(source, documents, parts, vectors, instead_of=instead_of)
    return parts


def answers(library: Library, question: str, limit: int = 5) -> tuple[list[str], list[str]]:
    """The texts of the nearest passages with a cosine above 0.9, and of the matching ones."""
    near = [i for i, cosine in library.nearest(ENCODER.encode([question])[0], limit) if cosine > 0.9]
    match = [i for i, _ in library.matching(question, limit)]
    return texts(library, near), texts(library, match)


def texts(library: Library, ids: Sequence[int]) -> list[str]:
    """The texts of these passages."""
    return [passage.text for passage in library.passages(ids)]


def replace(path: Path, data: bytes) -> None:
    """Puts ``data`` in the file's place, as another file: one that is cut short while a thread of Tantivy's
    has it mapped ends the process."""
    new = path.with_name(".new")
    new.write_bytes(data)
    new.replace(path)


def filled(place: str | Path) -> Library:
    """A library of TELEGRAM, VOLUME and NOTES, each from a file of its own."""
    library = opened(place)
    put(library, "/papers/telegram.txt", TELEGRAM)
    put(library, "/papers/v1.xml", *VOLUME)
    put(library, "/papers/notes/reading.md", NOTES)
    return library


def either(found: tuple[list[str], list[str]]) -> list[str]:
    """The texts that either search found."""
    near, match = found
    return near + match


def stands(library: Library) -> None:
    """All that is in answers, by both indexes."""
    for name in [d.name for d in library.documents()]:
        for passage in library.passages_of(name):
            near, match = answers(library, passage.clean, 9)
            assert passage.text in near, name
            assert passage.text in match, name
    count = library.searched().passages
    assert len(library.nearest(ENCODER.encode(["x"])[0], 10_000)) == count


def elsewhere(work: Callable[[], T]) -> T:
    """What ``work`` gives in a thread of its own."""
    made: list[T] = []
    thread = threading.Thread(target=lambda: made.append(work()))
    thread.start()
    thread.join()
    return made[0]


def finds(library: Library, text: str) -> tuple[bool, bool]:
    """Whether the passage of this text is found by its vector, and by its words."""
    near, match = answers(library, text, 100)
    return text in near, text in match


BOTH, NEITHER = (True, True), (False, False)


def change(library: Library) -> None:
    """Takes two files out and puts one in, one after the other, and searches all of it after each."""

    def work() -> bool:
        library.remove(["telegram.txt"])
        assert finds(library, SPOKE) == NEITHER
        put(library, "/papers/letter.txt", LETTER)
        assert finds(library, WHEAT) == BOTH
        library.remove(["v1.xml"])
        put(library, "/papers/notes/reading.md", document("notes/reading.md", "Notes", "Read anew."))
        library.flush()
        return True

    assert elsewhere(work)
