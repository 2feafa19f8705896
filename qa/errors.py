"""Everything that can go wrong, in words for the person at the screen.

IbidError                     base; str() is one or two plain lines that say what to do next
├── UsageError                the request itself is off (exit 2): an empty question, an unknown set
│   └── UnknownDocument       no document of that name in the library
├── UnreadableFile            one file could not be read; the rest of the work goes on
├── Cancelled                 nobody waits for the answer any more
└── LibraryError              the library cannot be opened or written
    ├── WrongModel            built with another embedding model
    ├── LibraryBusy           another process is writing
    └── StorageFull           no room left on the disk; nothing already in is lost
"""

from __future__ import annotations

import errno


class IbidError(Exception):
    """Base of all errors that are shown to a person."""


class UsageError(IbidError):
    """The request is off; nothing was done."""


class UnknownDocument(UsageError):
    """No document of that name is in the library."""


class UnreadableFile(IbidError):
    """One file could not be read. ``path`` is the file, ``reason`` one line, ``advice`` what to do."""

    def __init__(self, path: str, reason: str, advice: str = "") -> None:
        self.path = path
        self.reason = reason
        self.advice = advice
        super().__init__(f"{path}: {reason}" + (f" {advice}" if advice else ""))


class Cancelled(IbidError):
    """Whoever asked does not wait for the answer any more."""


class LibraryError(IbidError):
    """The library cannot be opened or written."""


class WrongModel(LibraryError):
    """The library was built with another embedding model than the one asked for."""


class LibraryBusy(LibraryError):
    """Another process is writing to the library."""


class StorageFull(LibraryError):
    """The disk is full. What was committed before stays."""


def is_full(error: OSError) -> bool:
    """Whether it was raised because there is no room left, on the disk or for this person."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)
