"""Files into the library: found, hashed, read, split, encoded, stored, one file a transaction.

The next files are read and split while those before are encoded and stored; small ones are encoded together.
Or other machines read, split and encode them (``elsewhere``), and what they made is stored here.

A file that cannot be read is reported and the rest goes on. Stopped at any point (Ctrl-C, a full disk, a
kill), the library holds exactly the files that were finished.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa import logs
from qa.ahead import Ahead
from qa.errors import IbidError, StorageFull, UnreadableFile, UsageError
from qa.finding import FoundFile, find, shown
from qa.preparing import Elsewhere, checksum, encoded, prepare, split
from qa.reading.catalogue import About, Catalogue
from qa.reading.fields import described
from qa.types import Document, Metadata, Passage, SourceFile

if TYPE_CHECKING:
    from qa.encoding import Encoder
    from qa.library.protocol import Edits, Library

TOGETHER = 1_024
"""Passages of small files that are encoded in one go; and those that are held, read ahead, about."""

TUNED_FROM = 256
"""Passages from which it pays to measure how the encoder is fastest."""

WAIT = 0.2
"""Seconds after which it is told again that a file is being read: whoever is told may stop it."""

MEASURED = "encoding"
"""Under this the library remembers what was measured."""


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
    elsewhere: Elsewhere | None = None,
) -> Report:
    """Adds files, and all files below folders: only those whose contents are new or changed. ``encoding``
    is what the files are in where they do not say themselves; it is remembered with them. A ``FoundFile``
    is added under the name that it has. ``elsewhere`` reads and encodes the files on other machines (see
    ``qa.machines``); they are stored here, in the same order.

    Hidden files are passed over. Raises LibraryError (StorageFull, LibraryBusy); all else is in the
    report's ``failed``."""
    work = _Work(library, encoder, progress, came, elsewhere)
    known = library.sources()
    work.known = {source.path: source for source in known}
    for source in known:
        work.named.setdefault(source.name, source)
    found = find(paths, Path(library.location))
    work.skipped, work.failed, work.total = found.skipped, found.failed, len(found.files)
    return work.run([(file.name, str(file.path), partial(work.add, file, encoding)) for file in found.files])


def update(library: Library, encoder: Encoder, *, progress: Tell | None = None) -> Report:
    """Re-reads the files that changed on disk, or of which something else is said beside them, and forgets
    those that are gone. A file whose whole folder is
    missing (a drive that is not plugged in) is kept, and is in ``failed``; so is one that changed and
    cannot be read any more. Raises LibraryError."""
    work = _Work(library, encoder, progress)
    sources = library.sources()
    work.known = {source.path: source for source in sources}
    work.total = len(sources)
    return work.run([(source.name, source.path, partial(work.update, source)) for source in sources])


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


class _NobodyWaits(Exception):
    """Ends a reading after adding was stopped."""


@dataclass(frozen=True, slots=True)
class _Ready:
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


@dataclass(frozen=True, slots=True)
class _Read:
    """What reading one file gave, in so many ``seconds``."""

    name: str
    path: str
    made: _Ready | Outcome | UnreadableFile | None
    seconds: float


_Reads = Callable[[], "_Ready | Outcome"]
_Job = tuple[str, str, Callable[[], _Reads]]
"""Name, path, and what decides whether the file is to be read: it gives what reads it."""


def _weight(made: _Ready | Outcome) -> int:
    return 1 + len(made.parts) if isinstance(made, _Ready) else 0


@dataclass
class _Work:
    """One run of ``add`` or ``update``, and what came of it so far."""

    library: Library
    encoder: Encoder
    progress: Tell | None
    came: Came | None = None
    elsewhere: Elsewhere | None = None
    known: dict[str, SourceFile] = field(default_factory=dict)  # by path
    named: dict[str, SourceFile] = field(default_factory=dict)  # by name
    begun: dict[str, Path] = field(default_factory=dict)  # by name, those that are being read
    catalogue: Catalogue = field(default_factory=Catalogue)
    total: int = 0
    done: int = 0
    name: str = ""
    path: str = ""
    tuned: bool = False
    ahead: Ahead[_Ready | Outcome] | None = None
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: list[UnreadableFile] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    documents: int = 0
    passages: int = 0

    def run(self, jobs: Sequence[_Job]) -> Report:
        """Does all jobs, in order."""
        at = 0
        side_by_side = self.elsewhere.side_by_side if self.elsewhere else 1
        with Ahead(_decided(jobs), _weight, TOGETHER * side_by_side, side_by_side) as self.ahead:
            while at < len(jobs):
                together: list[_Read] = []
                held = 0
                # One file at least; more while they are few passages and there already.
                while at < len(jobs) and (not together or (held < TOGETHER and self.ahead.has_one())):
                    self.name, self.path = jobs[at][:2]
                    self.tell("reading")
                    while not self.ahead.has_one(WAIT):
                        self.tell("reading")
                    done = self.ahead.take()
                    if done.error is not None and not isinstance(done.error, UnreadableFile):
                        self._finish(together)  # what came before it is stored
                        self.name, self.path = jobs[at][:2]
                        raise self._full(done.error)
                    together.append(_Read(self.name, self.path, done.made or done.error, done.seconds))
                    held += done.weight
                    at += 1
                self._finish(together)
        return self.report()

    def _finish(self, together: Sequence[_Read]) -> None:
        """Encodes and stores files that were read: what came of each goes into the report, and so does what
        is wrong."""
        vectors = iter(self._encode([each.made for each in together if isinstance(each.made, _Ready)]))
        for one in together:
            self.name, self.path = one.name, one.path
            began = time.perf_counter() - one.seconds
            made = one.made
            try:
                if isinstance(made, _Ready):
                    self._store(made, next(vectors))
                elif isinstance(made, Outcome) and made.what == "removed":
                    self.library.remove([made.path])
            except UnreadableFile as error:
                made = error
            except StorageFull as error:
                raise self._full(error) from error
            if isinstance(made, UnreadableFile):
                self.failed.append(made)
                outcome = Outcome(self.path, self.name, "failed", made)
            else:
                assert made is not None
                outcome = made.outcome if isinstance(made, _Ready) else made
                getattr(self, outcome.what).append(outcome.name)
            self.done += 1
            reason = outcome.error.reason if outcome.error else None
            level = "warning" if reason else "info"
            logs.event(
                "file", level=level, file=one.name, outcome=outcome.what, reason=reason, ms=logs.ms(began)
            )
            if self.came is not None:
                self.came(outcome)

    def _full(self, error: BaseException) -> BaseException:
        """A full disk, with how far it went."""
        if not isinstance(error, StorageFull):
            return error
        stored = len(self.added) + len(self.changed)
        return StorageFull(
            f"{error} ({stored} of {self.total} files were stored before, the next was {self.name}.)"
        )

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

    # -- deciding, one after the other, and reading; in threads of their own --

    def add(self, file: FoundFile, encoding: str | None) -> _Reads:
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
        elif (namesake := self.begun.get(name)) is not None:
            if checksum(namesake) == checksum(path):
                return lambda: unchanged
        elif (known := self.named.get(name)) is not None:
            digest = checksum(path)
            if not Path(known.path).exists():
                instead_of = known.path  # it was moved
            elif known.sha256 == digest:
                return lambda: unchanged
        about = self.catalogue.about(path, root)
        if before is not None and encoding == before.encoding and _is_as(before, about):
            return lambda: unchanged
        outcome = Outcome(str(path), name, "changed" if before or instead_of else "added")
        self.begun.setdefault(name, path)

        def reads() -> _Ready:
            try:
                ready = self._prepare(path, outcome, root, encoding, about, instead_of)
                if instead_of is not None:
                    self.named[name] = ready.source
                self.named.setdefault(name, ready.source)
                return ready
            finally:
                if self.begun.get(name) is path:
                    del self.begun[name]

        return reads

    def update(self, source: SourceFile) -> _Reads:
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

        def reads() -> _Ready | Outcome:
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
    ) -> _Ready:
        prepares = self.elsewhere.prepare if self.elsewhere else prepare
        made = prepares(path, outcome.name, encoding, about.said, self._watch)
        source = replace(made.source, root=str(root), beside=about.mark)
        edited = self.library.edits_waiting(source, [each.name for each in made.documents], instead_of)
        if not edited:
            return _Ready(outcome, source, made.documents, made.parts, made.warnings, {}, {}, instead_of,
                          made.vectors)  # fmt: skip
        # What a person said of a document stands in what its passages are searched by.
        documents = [
            described(each, edited[each.name]) if each.name in edited else each for each in made.documents
        ]
        as_read = {each.name: each.metadata for each in made.documents if each.name in edited}
        parts = split(path, documents)
        return _Ready(outcome, source, documents, parts, made.warnings, edited, as_read, instead_of, None)

    def _watch(self) -> None:
        """Called now and then by long readings."""
        if self.ahead is not None and self.ahead.is_ended:
            raise _NobodyWaits

    # -- encoding and storing --

    def _encode(self, files: Sequence[_Ready]) -> list[NDArray[np.float32]]:
        """For each file (its passages, dimension)."""
        missing = [file for file in files if file.vectors is None]
        made: Iterator[NDArray[np.float32]] = iter(())
        if missing:
            parts = [passage for file in missing for passage in file.parts]
            vectors = encoded(self.encoder, parts, self._tell_encoded(missing), self._tune)
            made = iter(np.split(vectors, list(accumulate(len(file.parts) for file in missing))[:-1]))
        return [next(made) if file.vectors is None else file.vectors for file in files]

    def _tell_encoded(self, files: Sequence[_Ready]) -> Callable[[int], None]:
        """Tells how far encoding ``files`` together is, as if one came after the other."""
        place = 0  # the file that is told of
        before = 0  # passages of those before it

        def told(done: int) -> None:
            nonlocal place, before
            while True:
                self.name, self.path = files[place].outcome.name, files[place].outcome.path
                size = len(files[place].parts)
                self.tell("encoding", min(done - before, size), size)
                if done - before < size or place + 1 == len(files):
                    return
                place, before = place + 1, before + size

        told(0)
        return told

    def _tune(self, texts: Sequence[str]) -> None:
        """Has the encoder measured once for a library, where there is enough to do."""
        from qa.encoding import Tunable
        from qa.library.protocol import Remembering

        if self.tuned or len(texts) < TUNED_FROM or not isinstance(self.encoder, Tunable):
            return
        self.tuned = True
        remembers = self.library if isinstance(self.library, Remembering) else None
        kept = remembers.remembered(MEASURED) if remembers else None
        now = self.encoder.tune(texts, kept)
        if remembers and now is not None and now != kept:
            remembers.remember(MEASURED, now)

    def _store(self, ready: _Ready, vectors: NDArray[np.float32]) -> None:
        """Raises UnreadableFile where a document's name is taken."""
        self.tell("storing", len(ready.parts), len(ready.parts))
        source = ready.source
        try:
            self.library.add(
                source, ready.documents, ready.parts, vectors,
                instead_of=ready.instead_of, edited=ready.edited, as_read=ready.as_read,
            )  # fmt: skip
        except UsageError as error:
            if self.named.get(source.name) is source:
                del self.named[source.name]
            raise UnreadableFile(source.path, f"was not added: {error}") from error
        self.warnings += [f"{shown(source.name)}: {warning}" for warning in ready.warnings]
        self.documents += len(ready.documents)
        self.passages += len(ready.parts)


def _decided(jobs: Sequence[_Job]) -> Iterator[_Reads]:
    """What reads each file, decided when it is its turn."""
    for _, _, decide in jobs:
        try:
            reads = decide()
        except BaseException as error:
            reads = partial(_fail, error)
        yield reads


def _fail(error: BaseException) -> _Ready:
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
