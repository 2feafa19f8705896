"""A list of any form to what it says of files; a large one in a process of its own (see ``apart``)."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from qa.errors import UnreadableFile
from qa.reading.catalogue.entry import Entry, Listed, UnreadableList
from qa.reading.decoding import decode, read_bytes
from qa.reading.sidecar import SUFFIX

LARGEST = 200_000_000
"""Bytes of a list at the most; a table of 100,000 rows has about 20 million."""

HERE = 50_000
"""Bytes up to which a list is read in this process: starting another would take longer. The worst that was
found to be made of so few takes a second and 30 MB."""

MOST_SAID = 100_000
"""Characters, as JSON, that a list may say of one file, of which every citation is made: long abstracts have
10,000, a thousand authors 40,000."""

MOST_FILES = 1_000
"""Files that one entry may name: each is looked for."""

MOST_ENTRIES = 200_000
"""Entries of a list that are kept: each takes some 500 bytes and more for as long as files are added."""

MOST_TROUBLES = 20
"""Troubles of a list that are told one by one; of more than these the number is told."""

_JSON = frozenset({"references.json", "bibliography.json", "exported items.json", "my library.json"})


def _read_table(text: str) -> Listed:
    from qa.reading.catalogue.table import read_table

    return read_table(text)


def _read_bibtex(text: str) -> Listed:
    from qa.reading.catalogue.bibtex import read_bibtex

    return read_bibtex(text)


def _read_ris(text: str) -> Listed:
    from qa.reading.catalogue.ris import read_ris

    return read_ris(text)


def _read_csl_json(text: str) -> Listed:
    from qa.reading.catalogue.csljson import read_csl_json

    return read_csl_json(text)


def kind(name: str) -> tuple[int, Callable[[str], Listed]] | None:
    """How much a list of this name weighs against others of its folder, and what reads it; None for a name
    that is no list's."""
    name = name.casefold()
    if name in ("metadata.csv", "metadata.tsv"):
        return 3, _read_table
    if name.endswith(".bib"):
        return 2, _read_bibtex
    if name.endswith(".ris"):
        return 1, _read_ris
    return (0, _read_csl_json) if name in _JSON or name.endswith(SUFFIX) else None


def read_list(path: Path) -> Listed:
    """What the list at ``path`` says. Raises UnreadableFile where it is none, or takes more time or memory
    than reading a file may."""
    size = _size(path)
    if size > LARGEST:
        raise UnreadableFile(str(path), f"it is larger than {LARGEST // 1_000_000} MB.", _WITHOUT)
    if size <= HERE:
        return read_here(path)
    from qa.reading import apart

    listed: Listed = apart.call(path, __name__, "read_here", path, kinds=(Listed, Entry))
    return listed


def read_here(path: Path) -> Listed:
    """As ``read_list``, in this process."""
    found = kind(path.name)
    assert found is not None, f"{path} is no list"
    try:
        listed = found[1](decode(path, read_bytes(path), None).removeprefix("\ufeff"))
    except UnreadableList as error:
        raise UnreadableFile(str(path), str(error), _WITHOUT) from error
    except (UnreadableFile, MemoryError):
        raise
    except Exception as error:  # a mistake in reading one odd list must not cost the documents
        said = " ".join(str(error).split())[:150]
        raise UnreadableFile(str(path), f"could not be read ({type(error).__name__}: {said}).") from error
    return _bounded(listed)


_WITHOUT = "The documents are read without it."


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise UnreadableFile(str(path), f"cannot be read: {error.strerror or error}.") from error


def _bounded(listed: Listed) -> Listed:
    """Without entries that say more than anybody says of a file, and with no more troubles than are read."""
    made = Listed(troubles=listed.troubles)
    for number, entry in enumerate(listed.entries, start=1):
        where = f"line {entry.line}" if entry.line else f"item {number}"
        if not entry.files and not entry.names:
            continue  # it speaks of no file
        if len(made.entries) == MOST_ENTRIES:
            made.troubles.append(
                f"{where}: what stands behind the first {MOST_ENTRIES:,} entries is left out."
            )
            break
        if _length(entry.said) > MOST_SAID:
            made.troubles.append(f"{where}: more than {MOST_SAID:,} characters are said of one file.")
        elif len(entry.files) > MOST_FILES:
            made.troubles.append(f"{where}: it names more than {MOST_FILES:,} files.")
        else:
            made.entries.append(entry)
    if (more := len(made.troubles) - MOST_TROUBLES) > 0:
        made.troubles[MOST_TROUBLES:] = [f"{more:,} more parts could not be read."]
    return made


def _length(said: Mapping[str, Any]) -> float:
    try:
        return len(json.dumps(said, default=str))
    except RecursionError:
        return math.inf
