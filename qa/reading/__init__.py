"""Source files to documents. ``read`` chooses the reader of a file by its suffix and, among text files,
by what it looks like; ``FORMATS`` is the whole list. Offsets are born here and never change after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qa.errors import UnreadableFile
from qa.types import Document

__all__ = ["FORMATS", "Reading", "can_read", "read"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a file gave. ``reader`` is "name/version": another version may give other texts."""

    documents: tuple[Document, ...]
    reader: str


def _frus(path: Path, name: str, encoding: str | None) -> Reading:
    from qa.reading.frus import READER, read_frus

    return Reading(read_frus(path, path.read_bytes(), encoding=encoding), READER)


FORMATS: dict[str, Callable[[Path, str, str | None], Reading]] = {".xml": _frus, ".tei": _frus}
"""Suffix (lower case) to what reads it."""


def can_read(path: Path) -> bool:
    """Whether a file's suffix is one that ``read`` knows."""
    return path.suffix.lower() in FORMATS


def read(path: Path, name: str, *, encoding: str | None = None) -> Reading:
    """The documents of a file. ``name`` names a file that is one document; ``encoding`` is what a person
    said it is in, else UTF-8. Raises UnreadableFile."""
    reader = FORMATS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(str(path), "is of no kind that can be read.")
    return reader(path, name, encoding)
