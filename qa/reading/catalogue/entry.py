"""What one list says of one file, and what reading a list gives."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlparse


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a table or an item of an export. ``said`` holds fields (see qa.reading.fields) with their
    values; ``files`` are the files that it names, as it writes them with "/" between folders; ``names`` are
    what a file of it may be called besides, folded (see ``fold``); ``line`` is its first line, from 1."""

    said: Mapping[str, Any]
    files: tuple[str, ...]
    names: tuple[str, ...] = ()
    line: int = 0


@dataclass(slots=True)
class Listed:
    """The entries of a list and, a line each, what of it could not be read."""

    entries: list[Entry] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


class UnreadableList(Exception):
    """A list is not what its name says; the text is one line that names the line if there is one."""


def fold(words: str) -> str:
    """Letters and digits alone, without accents and capitals: what is left of a title in a file's name."""
    plain = unicodedata.normalize("NFKD", words).casefold()
    return "".join(c for c in plain if c.isalnum())


def file_name(written: str) -> str:
    """A file as a list writes it ("files\\12\\a.pdf", "file:///home/me/a%20b.pdf") as a path with "/"."""
    written = written.strip().strip('"')
    if written.casefold().startswith("file:"):
        written = unquote(urlparse(written).path)
        if re.match(r"/[A-Za-z]:/", written):
            written = written[1:]
    else:
        written = written.replace("\\", "/")
    name = unicodedata.normalize("NFC", written)
    return PurePosixPath(name).as_posix() if name else ""


def usual_names(said: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
    """What a reference manager calls the file of such an item: Zotero "Author - Year - Title", others the
    title or the citation key. Folded."""
    title = str(said.get("title") or "")
    named = (said.get(role) for role in ("author", "editor", "translator"))
    people: Any = next((each for each in named if each and isinstance(each, list)), [])
    made = [fold(key) for key in keys]
    if title:
        made.append(fold(title))
        people = [str(p.get("family") or p.get("literal") or "") for p in people if isinstance(p, Mapping)]
        year = re.search(r"\d{4}", str(said.get("date") or said.get("issued") or ""))
        shown = people[0] if people else ""
        shown += f" and {people[1]}" if len(people) == 2 else " et al." if len(people) > 2 else ""
        if shown or year:
            made.append(fold(f"{shown}{year[0] if year else ''}{title}"))
    # Numbers alone tell nothing: "1-11" and "11-1" are the same without their hyphens.
    return tuple(dict.fromkeys(name for name in made if not name.isdecimal() and name))
