"""Reads ahead, encodes and stores. The next files are read and split while those before are encoded and
stored; small ones are encoded together. Or other machines read, split and encode them, and what they made is
stored here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa import logs
from qa.adding.deciding import Deciding, Job, Ready, decided
from qa.adding.told import Came, Outcome, Progress, Report, Tell
from qa.ahead import Ahead
from qa.errors import StorageFull, UnreadableFile, UsageError
from qa.finding import Found, shown
from qa.preparing import encoded

if TYPE_CHECKING:
    from qa.encoding import Encoder
    from qa.library.protocol import Library

TOGETHER = 1_024
"""Passages of small files that are encoded in one go; and those that are held, read ahead, about."""

TUNED_FROM = 256
"""Passages from which it pays to measure how the encoder is fastest."""

WAIT = 0.2
"""Seconds after which it is told again that a file is being read: whoever is told may stop it."""

MEASURED = "encoding"
"""Under this the library remembers what was measured."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What reading one file gave, in so many ``seconds``."""

    name: str
    path: str
    made: Ready | Outcome | UnreadableFile | None
    seconds: float


def _weight(made: Ready | Outcome) -> int:
    return 1 + len(made.parts) if isinstance(made, Ready) else 0


class Work:
    """One run of adding, and what came of it so far. ``found`` is what was looked for, with what could not
    be looked at; ``progress`` may raise to stop."""

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        deciding: Deciding,
        found: Found,
        progress: Tell | None = None,
        came: Came | None = None,
    ) -> None:
        self._library, self._encoder, self._deciding, self._found = library, encoder, deciding, found
        self._progress, self._came = progress, came
        self._total = self._done = self._documents = self._passages = 0
        self._name = self._path = ""  # of the file at work
        self._tuned = False
        self._names: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": [], "removed": []}
        self._failed = list(found.failed)
        self._warnings: list[str] = []

    def run(self, jobs: Sequence[Job]) -> Report:
        """Does all jobs, in order."""
        at = 0
        self._total = len(jobs)
        side_by_side = self._deciding.elsewhere.side_by_side if self._deciding.elsewhere else 1
        with Ahead(decided(jobs), _weight, TOGETHER * side_by_side, side_by_side) as ahead:
            self._deciding.is_ended = lambda: ahead.is_ended
            while at < len(jobs):
                together: list[_Read] = []
                held = 0
                # One file at least; more while they are few passages and there already.
                while at < len(jobs) and (not together or (held < TOGETHER and ahead.has_one())):
                    self._name, self._path = jobs[at].name, jobs[at].path
                    self._tell("reading")
                    while not ahead.has_one(WAIT):
                        self._tell("reading")
                    done = ahead.take()
                    if done.error is not None and not isinstance(done.error, UnreadableFile):
                        self._finish(together)  # what came before it is stored
                        self._name, self._path = jobs[at].name, jobs[at].path
                        raise self._full(done.error)
                    together.append(_Read(self._name, self._path, done.made or done.error, done.seconds))
                    held += done.weight
                    at += 1
                self._finish(together)
        return self._report()

    def _finish(self, together: Sequence[_Read]) -> None:
        """Encodes and stores files that were read: what came of each goes into the report, and so does what
        is wrong."""
        vectors = iter(self._encode([each.made for each in together if isinstance(each.made, Ready)]))
        for one in together:
            self._name, self._path = one.name, one.path
            began = time.perf_counter() - one.seconds
            made = one.made
            try:
                if isinstance(made, Ready):
                    self._store(made, next(vectors))
                elif isinstance(made, Outcome) and made.what == "removed":
                    self._library.remove([made.path])
            except UnreadableFile as error:
                made = error
            except StorageFull as error:
                raise self._full(error) from error
            if isinstance(made, UnreadableFile):
                self._failed.append(made)
                outcome = Outcome(self._path, self._name, "failed", made)
            else:
                assert made is not None
                outcome = made.outcome if isinstance(made, Ready) else made
                self._names[outcome.what].append(outcome.name)
            self._done += 1
            reason = outcome.error.reason if outcome.error else None
            level = "warning" if reason else "info"
            logs.event(
                "file", level=level, file=one.name, outcome=outcome.what, reason=reason, ms=logs.ms(began)
            )
            if self._came is not None:
                self._came(outcome)

    def _full(self, error: BaseException) -> BaseException:
        """A full disk, with how far it went."""
        if not isinstance(error, StorageFull):
            return error
        stored = len(self._names["added"]) + len(self._names["changed"])
        return StorageFull(
            f"{error} ({stored} of {self._total} files were stored before, the next was {self._name}.)"
        )

    def _tell(self, stage: str, passages_done: int = 0, passages_total: int = 0) -> None:
        if self._progress is not None:
            self._progress(
                Progress(
                    self._done, self._total, self._name, passages_done, passages_total, stage, self._path
                )
            )

    def _report(self) -> Report:
        if self._documents or self._names["removed"]:
            self._name = self._path = ""
            self._tell("indexing")
            self._library.flush()
        return Report(
            **{what: tuple(names) for what, names in self._names.items()},
            failed=tuple(self._failed),
            documents=self._documents,
            passages=self._passages,
            skipped=tuple(self._found.skipped),
            warnings=(*self._warnings, *self._deciding.catalogue.troubles),
        )

    # -- encoding and storing --

    def _encode(self, files: Sequence[Ready]) -> list[NDArray[np.float32]]:
        """For each file (its passages, dimension)."""
        missing = [file for file in files if file.vectors is None]
        made: Iterator[NDArray[np.float32]] = iter(())
        if missing:
            parts = [passage for file in missing for passage in file.parts]
            vectors = encoded(self._encoder, parts, self._tell_encoded(missing), self._tune)
            made = iter(np.split(vectors, list(accumulate(len(file.parts) for file in missing))[:-1]))
        return [next(made) if file.vectors is None else file.vectors for file in files]

    def _tell_encoded(self, files: Sequence[Ready]) -> Callable[[int], None]:
        """Tells how far encoding ``files`` together is, as if one came after the other."""
        place = 0  # the file that is told of
        before = 0  # passages of those before it

        def told(done: int) -> None:
            nonlocal place, before
            while True:
                self._name, self._path = files[place].outcome.name, files[place].outcome.path
                size = len(files[place].parts)
                self._tell("encoding", min(done - before, size), size)
                if done - before < size or place + 1 == len(files):
                    return
                place, before = place + 1, before + size

        told(0)
        return told

    def _tune(self, texts: Sequence[str]) -> None:
        """Has the encoder measured once for a library, where there is enough to do."""
        from qa.encoding import Tunable
        from qa.library.protocol import Remembering

        if self._tuned or len(texts) < TUNED_FROM or not isinstance(self._encoder, Tunable):
            return
        self._tuned = True
        remembers = self._library if isinstance(self._library, Remembering) else None
        kept = remembers.remembered(MEASURED) if remembers else None
        now = self._encoder.tune(texts, kept)
        if remembers and now is not None and now != kept:
            remembers.remember(MEASURED, now)

    def _store(self, ready: Ready, vectors: NDArray[np.float32]) -> None:
        """Raises UnreadableFile where a document's name is taken."""
        self._tell("storing", len(ready.parts), len(ready.parts))
        source = ready.source
        try:
            self._library.add(
                source, ready.documents, ready.parts, vectors,
                instead_of=ready.instead_of, edited=ready.edited, as_read=ready.as_read,
            )  # fmt: skip
        except UsageError as error:
            self._deciding.forget(source)
            raise UnreadableFile(source.path, f"was not added: {error}") from error
        self._warnings += [f"{shown(source.name)}: {warning}" for warning in ready.warnings]
        self._documents += len(ready.documents)
        self._passages += len(ready.parts)
