"""Files into the library: found, hashed, read, split, encoded, stored, one file a transaction.

A file that cannot be read is reported and the rest goes on. Stopped at any point (Ctrl-C, a full disk, a
kill), the library holds exactly the files that were finished.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa import logs
from qa.errors import IbidError, StorageFull, UnreadableFile, UsageError
from qa.finding import FoundFile, find, shown
from qa.reading import Reading, in_words, read, unforeseen
from qa.reading.catalogue import About, Catalogue
from qa.reading.decoding import read_bytes
from qa.reading.fields import described
from qa.splitting import embedded_text, passages
from qa.types import Document, Passage, SourceFile

if TYPE_CHECKING:
    from qa.encoding import Encoder
    from qa.library.protocol import Library

BLOCK = 2_048
"""Passages encoded in one go: bounds what encoding holds of a very large file."""

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is. ``file`` is the name of the one at work, ``path`` where it lies, ``done_passages`` of
    ``total_passages`` are its passages; ``stage`` is "reading", "encoding", "storing", or "indexing" at the
    end."""

    done_files: int
    total_files: int
    file: str
    done_passages: int
    total_passages: int
    stage: str
    path: str = ""


Tell = Callable[[Progress], None]
"""May raise to stop; what was stored stays."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file. ``what`` is "added", "changed", "unchanged", "removed" or "failed"; ``path`` is
    absolute, ``error`` why it failed."""

    path: str
    name: str
    what: str
    error: UnreadableFile | None = None


Came = Callable[[Outcome], None]
"""Told of each file when it is done with."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it: names of source files. ``failed`` are those that could not be read (or looked at),
    ``skipped`` those inside folders that are of no kind that can be read. ``documents`` and ``passages``
    count what was read and stored this time. ``warnings`` are lines on parts of files that could not be
    read, where the rest was ("letters.csv: line 7: …")."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    failed: tuple[UnreadableFile, ...]
    documents: int
    passages: int
    skipped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def add(
    library: Library,
    encoder: Encoder,
    paths: Iterable[str | Path | FoundFile],
    *,
    encoding: str | None = None,
    progress: Tell | None = None,
    came: Came | None = None,
) -> Report:
    """Adds files, and all files below folders: only those whose contents are new or changed. ``encoding``
    is what the files are in where they do not say themselves; it is remembered with them. A ``FoundFile``
    is added under the name that it has.

    Hidden files are passed over. Raises LibraryError (StorageFull, LibraryBusy); all else is in the
    report's ``failed``."""
    work = _Work(library, encoder, progress, came)
    known = library.sources()
    work.known = {source.path: source for source in known}
    for source in known:
        work.named.setdefault(source.name, source)
    found = find(paths, Path(library.location))
    work.skipped, work.failed, work.total = found.skipped, found.failed, len(found.files)
    for file in found.files:
        work.file(file.name, str(file.path), partial(work.add, file, encoding))
    return work.report()


def update(library: Library, encoder: Encoder, *, progress: Tell | None = None) -> Report:
    """Re-reads the files that changed on disk, or of which something else is said beside them, and forgets
    those that are gone. A file whose whole folder is
    missing (a drive that is not plugged in) is kept, and is in ``failed``; so is one that changed and
    cannot be read any more. Raises LibraryError."""
    work = _Work(library, encoder, progress)
    sources = library.sources()
    work.known = {source.path: source for source in sources}
    work.total = len(sources)
    for source in sources:
        work.file(source.name, source.path, partial(work.update, source))
    return work.report()


def seeds() -> Path:
    """The folder of the documents that the program starts with."""
    package = Path(__file__).resolve().parent
    for folder in (package / "seeds", package.parent / "seeds"):
        if folder.is_dir():
            return folder
    raise IbidError(
        "The documents that the program starts with are missing. Install it again: pip install ibid"
    )


# -- one file after the other -------------------------------------------------------------------------


@dataclass
class _Work:
    """One run of ``add`` or ``update``, and what came of it so far."""

    library: Library
    encoder: Encoder
    progress: Tell | None
    came: Came | None = None
    known: dict[str, SourceFile] = field(default_factory=dict)  # by path
    named: dict[str, SourceFile] = field(default_factory=dict)  # by name
    catalogue: Catalogue = field(default_factory=Catalogue)
    total: int = 0
    done: int = 0
    name: str = ""
    path: str = ""
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: list[UnreadableFile] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    documents: int = 0
    passages: int = 0

    def file(self, name: str, path: str, act: Callable[[], Outcome]) -> None:
        """Does one file: what came of it goes into the report, and so does what is wrong."""
        self.name, self.path = name, path
        began = time.perf_counter()
        try:
            outcome = act()
            getattr(self, outcome.what).append(outcome.name)
        except UnreadableFile as error:
            self.failed.append(error)
            outcome = Outcome(path, name, "failed", error)
        except StorageFull as error:
            stored = len(self.added) + len(self.changed)
            raise StorageFull(
                f"{error} ({stored} of {self.total} files were stored before, the next was {name}.)"
            ) from error
        self.done += 1
        reason = outcome.error.reason if outcome.error else None
        level = "warning" if reason else "info"
        logs.event("file", level=level, file=name, outcome=outcome.what, reason=reason, ms=logs.ms(began))
        if self.came is not None:
            self.came(outcome)

    def tell(self, stage: str, passages_done: int = 0, passages_total: int = 0) -> None:
        if self.progress is not None:
            self.progress(
                Progress(self.done, self.total, self.name, passages_done, passages_total, stage, self.path)
            )

    def report(self) -> Report:
        if self.documents or self.removed:
            self.name = self.path = ""
            self.tell("indexing")
            self.library.flush()
        return Report(
            tuple(self.added), tuple(self.changed), tuple(self.unchanged), tuple(self.removed),
            tuple(self.failed), self.documents, self.passages, tuple(self.skipped),
            (*self.warnings, *self.catalogue.troubles),
        )  # fmt: skip

    # -- deciding --

    def add(self, file: FoundFile, encoding: str | None) -> Outcome:
        """Adds one file. Raises UnreadableFile."""
        self.tell("reading")
        path, name, root = file.path, file.name, file.root
        before = self.known.get(str(path))
        instead_of = None
        if before is not None:
            # Its first name stays, so that its documents go on being called what they were cited as.
            name, encoding = before.name, encoding or before.encoding
            root = _wider(root, before)
        elif (namesake := self.named.get(name)) is not None:
            digest = hashlib.sha256(read_bytes(path)).hexdigest()
            if not Path(namesake.path).exists():
                instead_of = namesake.path  # it was moved
            elif namesake.sha256 == digest:
                return Outcome(str(path), name, "unchanged")
        about = self.catalogue.about(path, root)
        if before is not None and encoding == before.encoding and _is_as(before, about):
            return Outcome(str(path), name, "unchanged")
        self._store(path, name, root, encoding, about, instead_of)
        return Outcome(str(path), name, "changed" if before or instead_of else "added")

    def update(self, source: SourceFile) -> Outcome:
        """Brings one file up to date. Raises UnreadableFile."""
        self.tell("reading")
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
            self.library.remove([source.path])
            return Outcome(source.path, source.name, "removed")
        except OSError as error:
            raise UnreadableFile(
                shown(source.path), f"cannot be looked at: {error.strerror or error}."
            ) from error
        untouched = (status.st_size, status.st_mtime_ns) == (source.size, source.mtime_ns)
        try:
            root = _wider(path.parent, source)
            about = self.catalogue.about(path, root)
            if _is_as(source, about, untouched=untouched):
                return Outcome(source.path, source.name, "unchanged")
            self._store(path, source.name, root, source.encoding, about, None)
        except UnreadableFile as error:
            advice = f"{error.advice} What was read of it before is kept.".strip()
            raise UnreadableFile(error.path, error.reason, advice) from error
        return Outcome(source.path, source.name, "changed")

    # -- doing --

    def _store(
        self,
        path: Path,
        name: str,
        root: Path,
        encoding: str | None,
        about: About,
        instead_of: str | None,
    ) -> None:
        source, reading = _read_whole(path, name, encoding, about, partial(self.tell, "reading"))
        source = replace(source, root=str(root), beside=about.mark)
        documents, as_read = list(reading.documents), {}
        edited = self.library.edits_waiting(source, [each.name for each in documents], instead_of)
        for at, document in enumerate(documents):
            if document.name in edited:
                as_read[document.name] = document.metadata
                documents[at] = described(document, edited[document.name])
        parts = [passage for document in documents for passage in _split(path, document)]
        vectors = self._encode(parts)
        self.tell("storing", len(parts), len(parts))
        try:
            self.library.add(
                source, documents, parts, vectors, instead_of=instead_of, edited=edited, as_read=as_read
            )
        except UsageError as error:
            raise UnreadableFile(str(path), f"was not added: {error}") from error
        self.warnings += [f"{shown(name)}: {warning}" for warning in reading.warnings]
        self.documents += len(documents)
        self.passages += len(parts)
        if instead_of is not None:
            self.named[name] = source
        self.named.setdefault(name, source)

    def _encode(self, parts: Sequence[Passage]) -> NDArray[np.float32]:
        """(len(parts), dimension)"""
        self.tell("encoding", 0, len(parts))
        vectors: NDArray[np.float32] | None = None
        # A file without a passage still says how long its vectors would be.
        for first in range(0, max(1, len(parts)), BLOCK):
            texts = [embedded_text(passage) for passage in parts[first : first + BLOCK]]
            block = self.encoder.encode(texts, partial(self._tell_encoded, first, len(parts)))
            if vectors is None:
                vectors = np.empty((len(parts), block.shape[1]), np.float32)
            vectors[first : first + len(block)] = block
        assert vectors is not None
        return vectors

    def _tell_encoded(self, before: int, total: int, done: int) -> None:
        self.tell("encoding", before + done, total)


def _wider(root: Path, before: SourceFile) -> Path:
    """The wider of the folders that a file was added with, now and before: lists there speak of it."""
    earlier = Path(before.root) if before.root else root
    return earlier if earlier in root.parents else root


def _is_as(source: SourceFile, about: About, *, untouched: bool = False) -> bool:
    """Whether reading the file would give what the library has of it. What a list said that can no longer
    be read is kept."""
    if about.mark != source.beside and about.is_whole:
        return False
    return untouched or hashlib.sha256(read_bytes(Path(source.path))).hexdigest() == source.sha256


def _read_whole(
    path: Path, name: str, encoding: str | None, about: About, watch: Callable[[], None]
) -> tuple[SourceFile, Reading]:
    """The file and what reading it gave, both of the same bytes. Raises UnreadableFile."""
    for _ in range(_TRIES):
        try:
            status = path.stat()
        except OSError:
            read_bytes(path)  # says it in words
            continue
        digest = hashlib.sha256(read_bytes(path)).hexdigest()
        reading = read(path, name, encoding=encoding, said=about.said, watch=watch)
        if hashlib.sha256(read_bytes(path)).hexdigest() == digest:
            source = SourceFile(
                str(path), name, digest, status.st_size, status.st_mtime_ns, reading.reader, encoding
            )
            return source, reading
    raise UnreadableFile(str(path), "is being written to by another program.", "Add it when that is done.")


def _split(path: Path, document: Document) -> list[Passage]:
    try:
        return passages(document)
    except Exception as error:
        raise unforeseen(path, in_words(error)) from error
