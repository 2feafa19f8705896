"""What a library promises, whatever engine keeps it. Everything above this floor speaks to this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from qa.types import Document, Metadata, Passage, Searched, SourceFile

Vectors = NDArray[np.float32]

Edits = Mapping[str, Mapping[str, Any]]
"""Document → field → what a person said of it."""


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A line of `qa list`: one document without its text. ``path`` is its source file's, ``until`` the end of
    its date where that is a span (as ``date`` is written), ``position`` its place in its file."""

    name: str
    title: str
    date: str | None
    source: str
    characters: int
    passages: int
    type: str | None = None
    sender: str | None = None
    recipient: str | None = None
    collection: str | None = None
    path: str = ""
    until: str | None = None
    position: int = 0


@dataclass(frozen=True, slots=True)
class Revision:
    """One document edited: ``document`` with its metadata as it is to be, ``as_read`` as it was read,
    ``edits`` all that is edited (field → value, see qa.reading.fields). ``passages`` with their ``vectors``
    (len(passages), dimension) stand in place of the stored ones; None where these stay as they are."""

    document: Document
    as_read: Metadata
    edits: Mapping[str, Any]
    passages: Sequence[Passage] | None = None
    vectors: Vectors | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """A narrowed part of a library: ``passages`` are the ids (ascending, unique, int64) that may answer;
    ``searched`` the counts of what they are."""

    passages: NDArray[np.int64]
    searched: Searched


class Library(Protocol):
    """Everything that has been read and indexed, in one place.

    One transaction adds or removes a source file with its documents, passages and vectors. Reads see only
    what was committed. All methods may be called from several threads."""

    location: str
    model: str
    """Name and checksum of the embedding model that the vectors come from."""

    def view(self, *, searching: bool = True) -> AbstractContextManager[None]:
        """While it lasts, everything that this thread reads and searches is of one generation, whatever
        others add and remove meanwhile; what the thread itself changes shows behind it. One inside another
        is the same. Not to be held from one step of a generator to the next.

        Without ``searching`` the search indexes are not made ready. A view that lasts longer than
        ``views.HELD_SECONDS`` goes on where nothing was changed meanwhile; else what reads raises
        LibraryBusy. Raises LibraryError."""

    def generation(self) -> int:
        """A number that grows with every change."""

    def sources(self) -> tuple[SourceFile, ...]:
        """All source files, by name."""

    def source_of(self, document: str) -> SourceFile:
        """The file that a document was read from. Raises UnknownDocument."""

    def documents(self) -> tuple[DocumentSummary, ...]:
        """All documents, by source file, then in the order of reading."""

    def document(self, name: str) -> Document:
        """One document whole. Raises UnknownDocument, naming the closest names."""

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
        """Stores a source file in one transaction, in place of any earlier version with the same path, and
        of the source file with the path ``instead_of`` (a file that was moved). ``edited`` are the edits
        that the documents' metadata carry (all that ``edits_waiting`` gave; None: there are none), and
        ``as_read`` the metadata of those documents without them. With ``positions`` the documents join those
        that the file has in the library, at these places in it (as ``documents`` gives them).

        vectors: (len(passages), dimension), rows of length 1. Raises StorageFull, LibraryBusy (also where
        a document was edited meanwhile), UsageError when a document's name is already that of another
        source file's document."""

    def edits_waiting(self, source: SourceFile, names: Sequence[str], instead_of: str | None = None) -> Edits:
        """The edits that documents of these names get when they are read from ``source``: made to them
        before, in a file of this path or of these bytes, or at the path ``instead_of``."""

    def edits(self, document: str) -> Mapping[str, Any]:
        """What a person said of a document, by field; it stands in its metadata already."""

    def as_read(self, document: str) -> Metadata:
        """A document's metadata without any edits. Raises UnknownDocument."""

    def revise(self, revisions: Sequence[Revision]) -> None:
        """Stores edits of documents, all in one transaction. Raises UnknownDocument, StorageFull,
        LibraryBusy where a document was read anew since the revision was made."""

    def chosen(self, names: Sequence[str]) -> tuple[str, ...]:
        """The documents that these names mean: a document's, or a source file's name or path. Raises
        UnknownDocument."""

    def known(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of these names that ``scope`` knows, in this order: documents, source files, their paths,
        and what documents' names begin with."""

    def remove(self, names: Sequence[str]) -> tuple[str, ...]:
        """Takes out source files (by name or path) and with them all their documents, in one transaction;
        a document's name takes out that document alone. Edits stay, and come back with the same file.
        Returns the names of the documents taken out.
        Raises UnknownDocument, and then nothing is removed."""

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """The passages of these ids, in this order; ids that are gone are left out."""

    def passages_of(self, document: str) -> list[Passage]:
        """All passages of one document, by start."""

    def vectors(self, ids: Sequence[int]) -> Vectors:
        """(len(ids), dimension) stored vectors, in this order. All ids must exist."""

    def searched(self) -> Searched:
        """Counts of everything in the library."""

    def scope(
        self, names: Sequence[str] = (), date_from: str | None = None, date_to: str | None = None
    ) -> Scope | None:
        """The part named by documents, source files or name prefixes ("frus1961-63v06"), and dated within
        [date_from, date_to] (ISO 8601 prefixes: "1961" as an end means all of 1961); a document dated by
        a span is in when any day of it is. None where nothing
        is narrowed. Raises UnknownDocument, UsageError for a malformed date."""

    def within(
        self, names: Sequence[str] = (), date_from: str | None = None, date_to: str | None = None
    ) -> frozenset[str] | None:
        """The names of the documents that ``scope`` narrows to, with those that hold no passage. None where
        nothing is narrowed. Raises UnknownDocument, UsageError for a malformed date."""

    def nearest(self, query: Vectors, limit: int, scope: Scope | None = None) -> list[tuple[int, float]]:
        """Ids and cosines of the passages closest to ``query`` (dimension,), best first: exact where so
        few may answer that all are compared, else nearly all of them."""

    def matching(
        self, query: str, limit: int, scope: Scope | None = None, context_weight: float = 1.0
    ) -> list[tuple[int, float]]:
        """Ids and BM25 scores of passages sharing (stemmed) words with ``query``, best first.
        ``context_weight`` multiplies what a passage's context contributes (0: not searched)."""

    def terms(self, text: str) -> list[str]:
        """The words of ``text`` as they are indexed (lower case, stemmed), with repeats, in order."""

    def document_frequency(self, term: str) -> int:
        """In how many passages an indexed word stands."""

    def flush(self) -> None:
        """Makes ready for searching what was added, now rather than at the next question. Nothing is lost
        without it."""

    def close(self) -> None:
        """Gives back files and locks."""


@runtime_checkable
class Remembering(Protocol):
    """A library that keeps notes of the program's own, as how it is filled the fastest. They change nothing
    that it answers, and are no commit."""

    def remembered(self, name: str) -> str | None:
        """What was noted under ``name``."""

    def remember(self, name: str, note: str) -> None:
        """Notes it, in place of what was noted. What hinders it, hinders nothing else."""
