"""Which files are to be read: those whose contents are new or changed. It is decided one after the other,
and read in threads of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.adding.told import Outcome
from qa.errors import UnreadableFile
from qa.finding import FoundFile, shown
from qa.preparing import Elsewhere, checksum, prepare, split
from qa.reading.catalogue import About, Catalogue
from qa.reading.fields import described
from qa.types import Document, Metadata, Passage, SourceFile

if TYPE_CHECKING:
    from qa.library.protocol import Edits, Library


class _NobodyWaits(Exception):
    """Ends a reading after adding was stopped."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that was read and split. ``outcome`` is what will have come of it when it is stored."""

    outcome: Outcome
    source: SourceFile
    documents: Sequence[Document]
    parts: Sequence[Passage]
    warnings: Sequence[str]
    edited: Edits
    as_read: Mapping[str, Metadata]
    instead_of: str | None
    vectors: NDArray[np.float32] | None


Reads = Callable[[], Ready | Outcome]


@dataclass(frozen=True, slots=True)
class Job:
    """A file by its ``name``, where it lies, and what decides whether it is to be read: it gives what reads
    it, or raises UnreadableFile."""

    name: str
    path: str
    decide: Callable[[], Reads]


class Deciding:
    """Decides for one run of adding. ``is_ended`` is asked now and then by long readings."""

    def __init__(self, library: Library, elsewhere: Elsewhere | None = None) -> None:
        self.library = library
        self.elsewhere = elsewhere
        self.catalogue = Catalogue()
        self.is_ended: Callable[[], bool] = lambda: False
        sources = library.sources()
        self.known = {source.path: source for source in sources}
        self._named: dict[str, SourceFile] = {}  # by name
        for source in sources:
            self._named.setdefault(source.name, source)
        self._begun: dict[str, Path] = {}  # by name, those that are being read

    def forget(self, source: SourceFile) -> None:
        """A file that was read is not stored: its name is free."""
        if self._named.get(source.name) is source:
            del self._named[source.name]

    def add(self, file: FoundFile, encoding: str | None) -> Reads:
        """Decides whether a file is to be read. Raises UnreadableFile."""
        path, name, root = file.path, file.name, file.root
        before = self.known.get(str(path))
        instead_of = None
        unchanged = Outcome(str(path), name, "unchanged")
        if before is not None:
            # Its first name stays, so that its documents go on being called what they were cited as.
            name, encoding = before.name, encoding or before.encoding
            root = _wider(root, before)
            unchanged = Outcome(str(path), name, "unchanged")
        elif (namesake := self._begun.get(name)) is not None:
            if checksum(namesake) == checksum(path):
                return lambda: unchanged
        elif (known := self._named.get(name)) is not None:
            digest = checksum(path)
            if not Path(known.path).exists():
                instead_of = known.path  # it was moved
            elif known.sha256 == digest:
                return lambda: unchanged
        about = self.catalogue.about(path, root)
        if before is not None and encoding == before.encoding and _is_as(before, about):
            return lambda: unchanged
        outcome = Outcome(str(path), name, "changed" if before or instead_of else "added")
        self._begun.setdefault(name, path)

        def reads() -> Ready:
            try:
                ready = self._prepare(path, outcome, root, encoding, about, instead_of)
                if instead_of is not None:
                    self._named[name] = ready.source
                self._named.setdefault(name, ready.source)
                return ready
            finally:
                if self._begun.get(name) is path:
                    del self._begun[name]

        return reads

    def update(self, source: SourceFile) -> Reads:
        """Decides whether a file is to be read again. Raises UnreadableFile."""
        path = Path(source.path)
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            if not path.parent.is_dir():
                raise UnreadableFile(
                    shown(source.path),
                    "is kept, though its whole folder is missing.",
                    f"Connect its drive, or take it out: qa remove {source.path}",
                ) from None
            return lambda: Outcome(source.path, source.name, "removed")
        except OSError as error:
            raise UnreadableFile(
                shown(source.path), f"cannot be looked at: {error.strerror or error}."
            ) from error
        untouched = (status.st_size, status.st_mtime_ns) == (source.size, source.mtime_ns)

        def reads() -> Ready | Outcome:
            try:
                root = _wider(path.parent, source)
                about = self.catalogue.about(path, root)
                if _is_as(source, about, untouched=untouched):
                    return Outcome(source.path, source.name, "unchanged")
                outcome = Outcome(source.path, source.name, "changed")
                return self._prepare(path, outcome, root, source.encoding, about, None)
            except UnreadableFile as error:
                advice = f"{error.advice} What was read of it before is kept.".strip()
                raise UnreadableFile(error.path, error.reason, advice) from error

        return reads

    def _prepare(
        self,
        path: Path,
        outcome: Outcome,
        root: Path,
        encoding: str | None,
        about: About,
        instead_of: str | None,
    ) -> Ready:
        prepares = self.elsewhere.prepare if self.elsewhere else prepare
        made = prepares(path, outcome.name, encoding, about.said, self._watch)
        source = replace(made.source, root=str(root), beside=about.mark)
        edited = self.library.edits_waiting(source, [each.name for each in made.documents], instead_of)
        if not edited:
            return Ready(outcome, source, made.documents, made.parts, made.warnings, {}, {}, instead_of,
                          made.vectors)  # fmt: skip
        # What a person said of a document stands in what its passages are searched by.
        documents = [
            described(each, edited[each.name]) if each.name in edited else each for each in made.documents
        ]
        as_read = {each.name: each.metadata for each in made.documents if each.name in edited}
        parts = split(path, documents)
        return Ready(outcome, source, documents, parts, made.warnings, edited, as_read, instead_of, None)

    def _watch(self) -> None:
        if self.is_ended():
            raise _NobodyWaits


def decided(jobs: Sequence[Job]) -> Iterator[Reads]:
    """What reads each file, decided when it is its turn."""
    for job in jobs:
        try:
            reads = job.decide()
        except BaseException as error:
            reads = partial(_fail, error)
        yield reads


def _fail(error: BaseException) -> Ready:
    raise error


def _wider(root: Path, before: SourceFile) -> Path:
    """The wider of the folders that a file was added with, now and before: lists there speak of it."""
    earlier = Path(before.root) if before.root else root
    return earlier if earlier in root.parents else root


def _is_as(source: SourceFile, about: About, *, untouched: bool = False) -> bool:
    """Whether reading the file would give what the library has of it. What a list said that can no longer
    be read is kept."""
    if about.mark != source.beside and about.is_whole:
        return False
    return untouched or checksum(Path(source.path)) == source.sha256
