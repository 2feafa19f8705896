"""One file → what the library stores of it: read, split and, where it is done on another machine, encoded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.errors import UnreadableFile
from qa.reading import Reading, in_words, read, unforeseen
from qa.reading.decoding import read_bytes
from qa.splitting import embedded_text, passages
from qa.types import Document, Passage, SourceFile

if TYPE_CHECKING:
    from qa.encoding import Encoder

BLOCK = 4_096
"""Passages encoded in one go: bounds what encoding holds of a very large file."""

_TRIES = 3

Watch = Callable[[], None]
"""Called now and then by long work; what it raises ends the work."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was read and split, both of the same bytes. ``vectors`` (len(parts), dimension) are its
    passages', None where they are still to be computed."""

    source: SourceFile
    documents: tuple[Document, ...]
    parts: Sequence[Passage]
    warnings: Sequence[str] = ()
    vectors: NDArray[np.float32] | None = None


class Elsewhere(Protocol):
    """Other machines that prepare files as ``prepare`` does, ``side_by_side`` of them at a time."""

    side_by_side: int

    def prepare(
        self,
        path: Path,
        name: str,
        encoding: str | None,
        said: Sequence[Mapping[str, Any]],
        watch: Watch | None = None,
    ) -> Prepared:
        """See ``prepare``; with vectors. Called by several threads. Raises IbidError besides, where the
        machines cannot be had."""


def prepare(
    path: Path,
    name: str,
    encoding: str | None,
    said: Sequence[Mapping[str, Any]] = (),
    watch: Watch | None = None,
) -> Prepared:
    """The file at ``path``, read as ``qa.reading.read`` does and split; without vectors. Raises
    UnreadableFile."""
    source, reading = _read_whole(path, name, encoding, said, watch)
    return Prepared(source, reading.documents, split(path, reading.documents), reading.warnings)


def _read_whole(
    path: Path,
    name: str,
    encoding: str | None,
    said: Sequence[Mapping[str, Any]],
    watch: Watch | None,
) -> tuple[SourceFile, Reading]:
    """The file and what reading it gave, both of the same bytes. Raises UnreadableFile."""
    for _ in range(_TRIES):
        try:
            status = path.stat()
        except OSError:
            read_bytes(path)  # says it in words
            continue
        digest = checksum(path)
        reading = read(path, name, encoding=encoding, said=said, watch=watch)
        if checksum(path) == digest:
            source = SourceFile(
                str(path), name, digest, status.st_size, status.st_mtime_ns, reading.reader, encoding
            )
            return source, reading
    raise UnreadableFile(str(path), "is being written to by another program.", "Add it when that is done.")


def checksum(path: Path) -> str:
    """The SHA-256 of a file's bytes. Raises UnreadableFile."""
    return hashlib.sha256(read_bytes(path)).hexdigest()


def split(path: Path, documents: Sequence[Document]) -> list[Passage]:
    """The passages of documents that were read from the file at ``path``. Raises UnreadableFile."""
    try:
        return [passage for document in documents for passage in passages(document)]
    except Exception as error:
        raise unforeseen(path, in_words(error)) from error


def encoded(
    encoder: Encoder,
    parts: Sequence[Passage],
    told: Callable[[int], None] | None = None,
    tune: Callable[[Sequence[str]], None] | None = None,
) -> NDArray[np.float32]:
    """(len(parts), dimension): what passages are searched by. ``told`` is told how many are done, ``tune``
    is given texts before they are encoded."""
    vectors: NDArray[np.float32] | None = None
    # Without a passage it still says how long vectors would be.
    for first in range(0, max(1, len(parts)), BLOCK):
        texts = [embedded_text(passage) for passage in parts[first : first + BLOCK]]
        if tune is not None:
            tune(texts)
        after = None if told is None else lambda done, first=first: told(first + done)
        block = encoder.encode(texts, after)
        if vectors is None:
            vectors = np.empty((len(parts), block.shape[1]), np.float32)
        vectors[first : first + len(block)] = block
    assert vectors is not None
    return vectors
