"""Files into the library: found, hashed, read, split, encoded, stored, one file a transaction.

    deciding.py    is a file to be read? then what reads it
    working.py     reads ahead, encodes, stores, and keeps account
    told.py        how far it is, what came of it

A file that cannot be read is reported and the rest goes on. Stopped at any point (Ctrl-C, a full disk, a
kill), the library holds exactly the files that were finished.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qa.adding.deciding import Deciding, Job
from qa.adding.told import Came, Outcome, Progress, Report, Tell
from qa.adding.working import Work
from qa.errors import IbidError
from qa.finding import Found, FoundFile, find
from qa.preparing import Elsewhere

if TYPE_CHECKING:
    from qa.encoding import Encoder
    from qa.library.protocol import Library

__all__ = ["Came", "Outcome", "Progress", "Report", "Tell", "add", "seeds", "update"]


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
    deciding = Deciding(library, elsewhere)
    found = find(paths, Path(library.location))
    jobs = [Job(file.name, str(file.path), partial(deciding.add, file, encoding)) for file in found.files]
    return Work(library, encoder, deciding, found, progress, came).run(jobs)


def update(library: Library, encoder: Encoder, *, progress: Tell | None = None) -> Report:
    """Re-reads the files that changed on disk, or of which something else is said beside them, and forgets
    those that are gone. A file whose whole folder is missing (a drive that is not plugged in) is kept, and
    is in ``failed``; so is one that changed and cannot be read any more. Raises LibraryError."""
    deciding = Deciding(library)
    jobs = [Job(one.name, one.path, partial(deciding.update, one)) for one in deciding.known.values()]
    return Work(library, encoder, deciding, Found(), progress).run(jobs)


def seeds() -> Path:
    """The folder of the documents that the program starts with."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "seeds", package.parent / "seeds"):
        if folder.is_dir():
            return folder
    raise IbidError(
        "The documents that the program starts with are missing. Install it again: pip install ibid"
    )
