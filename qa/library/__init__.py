"""What has been read, searchable. A library is named by its folder, or by its address on a server; heavy
parts load when first used.

    protocol.py   what every library promises     views.py      reading of one commit
    shelving.py   put in, taken out               lookup.py     what is in
    scoping.py    names and dates                 edits.py      what a person said
    stored.py     rows written and read           sql.py        statements for both engines

    embedded.py   a library in a folder           postgres/     one on a server
    store.py      its connections, transactions   schema.py     its tables
    opening.py    its file opened                 plainly.py    its errors in plain words
    journal.py    its journal, begun anew         shrinking.py  room given back
    vectors.py    FAISS; vector_kinds.py: which   words.py      Tantivy
    current.py    indexes that follow: current_vectors.py, current_words.py
    doctor.py     looked over; comparing.py       backup.py     in one file; untrusted.py: what one brings
"""

from __future__ import annotations

import os
from pathlib import Path

from qa.errors import UsageError
from qa.library.address import without_password
from qa.library.protocol import DocumentSummary, Library, Scope

__all__ = [
    "DocumentSummary",
    "Library",
    "Scope",
    "absolute",
    "default_location",
    "open_library",
    "without_password",
]


def open_library(
    location: str | Path, *, model: str, dimension: int = 384, create: bool = True, searched: bool = True
) -> Library:
    """Opens the library at ``location`` (a folder, ``~`` is the home folder; or ``postgresql://…``), made if
    missing and ``create``. ``model`` is the encoder's name, ``dimension`` the length of its vectors. What is
    not to be ``searched``, but only kept in a folder, gets no search indexes.

    Raises LibraryError (no such library, no permission, damaged, of a newer version), WrongModel,
    StorageFull, UsageError for what names no folder."""
    name = str(location)
    if name.startswith(("postgresql://", "postgres://")):
        try:
            from qa.library.postgres import PostgresLibrary
        except ImportError as error:
            if "psycopg" not in f"{error.name} {error}":
                raise
            raise UsageError(
                "A library on a server needs a package that is not installed: pip install 'ibid[postgres]'"
            ) from error
        return PostgresLibrary(name, model=model, dimension=dimension, create=create)
    if "://" in name:
        raise UsageError(
            f"A library on a server of that kind ({name.partition('://')[0]}://…) is not known. Name a "
            "folder, or a PostgreSQL database: postgresql://user@host/database"
        )
    if not name.strip():
        raise UsageError("The library's name is empty. Name a folder with --library.")
    from qa.library.embedded import EmbeddedLibrary

    return EmbeddedLibrary(absolute(name), model=model, dimension=dimension, create=create, searched=searched)


def absolute(place: str | Path) -> Path:
    """A place as a person names it (``~`` is the home folder), whole; links stay links."""
    return Path(os.path.abspath(Path(place).expanduser()))  # noqa: PTH100


def default_location() -> str:
    """QA_LIBRARY if it is set, else ``library`` in the platform's folder for a user's data."""
    import platformdirs

    return os.environ.get("QA_LIBRARY") or str(Path(platformdirs.user_data_dir("ibid", False)) / "library")
