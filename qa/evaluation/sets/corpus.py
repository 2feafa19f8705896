"""The documents that a set brings, made fit to be kept in files: how they are named, and their checksum."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from qa.evaluation.sets.question import CorpusText

VERSION = "1"
"""Another one when the same set gives other files or other names."""

LONGEST = 100
"""Characters of a name at the most."""

_UNFIT_ID = re.compile(r"[\s/\\\x00-\x1f\x7f]+")
_UNFIT_FILE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def id_of(given: str) -> str:
    """A document's id without white space and slashes, and not too long; where something had to go, some of
    its checksum makes it unlike any other."""
    fit = _UNFIT_ID.sub("_", given)
    if fit == given and len(fit) <= LONGEST:
        return fit
    return f"{fit[:LONGEST]}-{hashlib.sha256(given.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def file_name(title: str, taken: dict[str, int]) -> str:
    """A file name for what is called ``title`` that every system allows, unlike those ``taken`` (in lower
    case, each with the last number that was put behind it), to which it is added."""
    stem = " ".join(_UNFIT_FILE.sub(" ", title).split())[:LONGEST].strip(" .") or "untitled"
    stem = stem.encode("utf-8", "replace").decode("utf-8")
    if _RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    name, number = stem, taken.get(stem.lower(), 1)
    while name.lower() in taken:
        number += 1
        name = f"{stem} ({number})"
    taken[stem.lower()] = number
    taken.setdefault(name.lower(), 1)
    return f"{name}.jsonl"


def plain(text: str) -> str:
    """A text as it is kept: line ends as "\\n", nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


class Checksum:
    """Of a corpus, text by text."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256(VERSION.encode())

    def add(self, text: CorpusText) -> None:
        for part in (text.file, text.id, text.title, text.text):
            data = part.encode("utf-8", "surrogatepass")
            # Lengths, so that no two corpora run together into the same bytes.
            self._digest.update(len(data).to_bytes(8, "big"))
            self._digest.update(data)

    @property
    def value(self) -> str:
        """Hexadecimal."""
        return self._digest.hexdigest()


def checksum(texts: Iterable[CorpusText]) -> str:
    """Of a whole corpus, hexadecimal."""
    found = Checksum()
    for text in texts:
        found.add(text)
    return found.value
