"""What SQLite or the system said went wrong with a library, in words for the person at the screen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.errors import LibraryBusy, LibraryError, StorageFull

# A quota or a limit on a file's size is an input/output error to SQLite.
_FULL = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_FSYNC")

_CANNOT_OPEN = ("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_READONLY", "SQLITE_AUTH", "SQLITE_IOERR")


@contextmanager
def plainly(folder: Path) -> Iterator[None]:
    """Raises LibraryError (LibraryBusy, StorageFull) for what sqlite3 and the system raise inside."""
    try:
        yield
    except sqlite3.ProgrammingError:  # a mistake of ours, not of the library's
        raise
    except UnicodeDecodeError as error:
        raise plain(spoilt(error), folder) from error
    except (sqlite3.Error, OSError) as error:
        raise plain(error, folder) from error


def spoilt(error: UnicodeDecodeError) -> sqlite3.DatabaseError:
    """SQLite's error where what it says quotes bytes of a spoilt file, and Python cannot read that."""
    found = sqlite3.DatabaseError(f"what it says of its tables is no text: {error.reason}")
    found.sqlite_errorname = "SQLITE_CORRUPT"
    return found


def plain(error: sqlite3.Error | OSError, folder: Path) -> LibraryError:
    """The error of this program for one of sqlite3's or the system's."""
    if isinstance(error, OSError):
        return LibraryError(f"The library {folder} cannot be opened: {error.strerror or error}.")
    code = _code(error)
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LibraryBusy(
            f"Another process is writing to the library {folder}. Wait until it is done, then try again."
        )
    if code in _FULL:
        return StorageFull(
            f"There is no room left for the library {folder}. Nothing that was in it is lost: "
            "free some space, then run the same command again."
        )
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "no such table" in str(error):
        return LibraryError(
            f"The library {folder} is damaged ({error}). Your files are not touched: read them "
            "into a new one: qa add PATH --library NEWFOLDER, or put a backup in its place: qa restore"
        )
    if code.startswith("SQLITE_READONLY"):
        return only_read(folder)
    if cannot_open(error):
        return LibraryError(
            f"The library {folder} cannot be opened ({error}). Check its permissions, or name "
            "another folder with --library."
        )
    return LibraryError(f"The library {folder} failed: {error}.")


def only_read(folder: Path) -> LibraryError:
    """What is said to who would write where that is not allowed."""
    return LibraryError(
        f"The library {folder} can only be read. Change its permissions, or name another "
        "folder with --library."
    )


def cannot_open(error: sqlite3.Error) -> bool:
    """Whether SQLite was not let at the file in the way that it was to."""
    return _code(error).startswith(_CANNOT_OPEN)


def _code(error: sqlite3.Error) -> str:
    """SQLite's name of the error ("SQLITE_BUSY"); errors of Python's own module have none."""
    return str(getattr(error, "sqlite_errorname", ""))
