"""What is told of adding: how far it is, what came of each file, and of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qa.errors import UnreadableFile


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
