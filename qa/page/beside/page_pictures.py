"""Pictures of the pages of source files: drawn from the file as it is now, where it is still the one that was
read, kept a while."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import IbidError, UnreadableFile
from qa.reading import apart
from qa.reading.layout import boxes
from qa.types import Document, SourceFile

WIDTHS = (800, 1_200, 1_800, 2_700)
"""Widths of pictures in pixels: a few, so that what is kept serves again."""

_KEPT = 96 * 1024 * 1024  # bytes
_LOOK = 400  # characters behind a page mark in which a word of that page stands


class FileChanged(IbidError):
    """The file is not the one that was read: its pages may hold other words."""


class FileGone(IbidError):
    """There is no such file any more."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a file: ``label`` is its printed number ("" where nothing says), ``start`` the offset in the
    document's text at which it begins (-1 where nothing says)."""

    label: str
    start: int


class Pictures:
    """Draws pages, two at a time at most, and keeps what was drawn last. Safe to share by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drawing = threading.Semaphore(2)
        self._sums: dict[tuple[str, int, int], str] = {}
        self._counts: dict[str, int] = {}
        self._kept: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()

    def confirm(self, source: SourceFile) -> None:
        """Sees that the file is still the one that was read. Raises FileGone, FileChanged."""
        path = Path(source.path)
        try:
            state = path.stat()
            key = (source.path, state.st_mtime_ns, state.st_size)
            known = self._sums.get(key)
            if known is None:
                with path.open("rb") as file:
                    known = hashlib.file_digest(file, "sha256").hexdigest()
                with self._lock:
                    if len(self._sums) > 1_000:
                        self._sums.clear()
                    self._sums[key] = known
        except OSError as error:
            raise FileGone(source.path) from error
        if known != source.sha256:
            raise FileChanged(source.path)

    def count(self, source: SourceFile) -> int:
        """How many pages the file has. Raises FileGone, FileChanged, UnreadableFile."""
        self.confirm(source)
        if source.sha256 not in self._counts:
            self._counts[source.sha256] = _apart(source, "page_count")
        return self._counts[source.sha256]

    def png(self, source: SourceFile, page: int, width: int) -> bytes:
        """Page ``page`` (from 0), at least ``width`` pixels wide where WIDTHS has that. Raises FileGone,
        FileChanged, UnreadableFile."""
        self.confirm(source)
        width = next((each for each in WIDTHS if each >= width), WIDTHS[-1])
        key = (source.sha256, page, width)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        if page < 0:
            raise UnreadableFile(source.path, "has no such page.")
        with self._drawing:
            drawn: bytes = _apart(source, "page_picture", page, width=width)
        with self._lock:
            self._kept[key] = drawn
            while sum(map(len, self._kept.values())) > _KEPT and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return drawn


def _apart(source: SourceFile, function: str, *arguments: int, **named: Any) -> Any:
    """Files come from strangers: their pages are counted and drawn in a process of its own."""
    path = Path(source.path)
    return apart.call(path, "qa.reading.layout", function, path, *arguments, **named)


def pages(document: Document, count: int) -> list[Page]:
    """The pages of the file that a document was read from, as far as its marks and its layout know them."""
    found = [Page("", -1)] * count
    for mark in document.marks:
        if mark.kind != "page":
            continue
        there = boxes(document.layout, mark.end, mark.end + _LOOK)
        if there and there[0].page < count and found[there[0].page].start < 0:
            found[there[0].page] = Page(mark.label, mark.end)
    return found
