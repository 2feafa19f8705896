"""What lists in the folders of source files say of them: ``metadata.csv`` or ``metadata.tsv``, ``*.bib``,
``*.ris``, and CSL-JSON (``references.json`` and the names that Zotero gives, or a ``*.csl.json`` that is
beside no file of its name).

A list speaks of the files in its own folder and in those below, found by their names as Zotero and others
write them. Where several speak of a file, what is said nearer to it stands in place of what is said further
up, and in one folder a table before BibTeX before RIS before CSL-JSON. What ``<name>.csl.json`` beside a
file says stands in place of them all (see ``sidecar``).
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from qa.errors import UnreadableFile
from qa.reading.catalogue.entry import Entry, fold
from qa.reading.catalogue.listing import kind, read_list
from qa.reading.sidecar import SUFFIX, content, sidecar

__all__ = ["About", "Catalogue", "is_list"]

CUT = 40
"""Letters and digits from which on the beginning of a name counts as the name: file names are cut."""

_FITTING = 20
"""Entries that fit one file of which more are not looked for: two are one too many."""


def is_list(name: str) -> bool:
    """Whether a file of this name says something of others, and is no document."""
    return kind(name) is not None


@dataclass(frozen=True, slots=True)
class About:
    """What is said of one file. ``said`` is what the lists say, the weakest first. ``mark`` is a checksum of
    it all, of the file's own sidecar too: another mark, another reading; "" where nothing is said.
    ``is_whole`` is false where a list that may speak of the file could not be read."""

    said: tuple[Mapping[str, Any], ...]
    mark: str
    is_whole: bool


@dataclass
class Catalogue:
    """The lists of the folders that one run comes through, each read once. ``troubles`` tells, a line each,
    what of them could not be read."""

    troubles: list[str] = field(default_factory=list)
    _folders: dict[Path, tuple[_List, ...]] = field(default_factory=dict)

    def about(self, path: Path, root: Path) -> About:
        """What is said of the file at ``path``, in its folder and those above it up to ``root``."""
        folders = [path.parent]
        while folders[-1] != root and root in folders[-1].parents:
            folders.append(folders[-1].parent)
        lists = [each for folder in reversed(folders) for each in self._lists(folder)]
        said = tuple(entry.said for each in lists if (entry := self._entry(each, path)))
        beside = sidecar(path)
        known = [json.dumps(each, sort_keys=True, ensure_ascii=False, default=str) for each in said]
        if beside is not None:
            known.append(_checksum(beside))
        mark = hashlib.sha256("\0".join(known).encode("utf-8", "surrogatepass")).hexdigest() if known else ""
        return About(said, mark, all(each.is_whole for each in lists))

    def _lists(self, folder: Path) -> tuple[_List, ...]:
        if folder not in self._folders:
            try:
                names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
            except OSError:
                names = []  # what is wrong with the folder is told where its files are read
            lists = [(found[0], name) for name in names if (found := kind(name))]
            self._folders[folder] = tuple(
                self._read(folder / name)
                for _, name in sorted(lists)
                if not _is_sidecar(folder / name) and (folder / name).is_file()
            )
        return self._folders[folder]

    def _read(self, path: Path) -> _List:
        try:
            listed = read_list(path)
        except UnreadableFile as error:
            self.troubles.append(str(error))
            return _List(path, [], False)
        self.troubles += [f"{path}: {trouble}" for trouble in listed.troubles]
        # What stood in a row that cannot be read may be known from before.
        return _List(path, listed.entries, not listed.troubles)

    def _entry(self, listed: _List, path: Path) -> Entry | None:
        found = listed.matching(path)
        if len(found) > 1:
            lines = " and ".join(f"line {each.line}" for each in found[:3] if each.line) or "several items"
            trouble = f"{listed.path}: {path.name} fits {lines}; none of them was taken."
            if trouble not in self.troubles:
                self.troubles.append(trouble)
            return None
        return found[0] if found else None


def _checksum(beside: Path) -> str:
    """Raises UnreadableFile."""
    try:
        return hashlib.sha256(content(beside)).hexdigest()
    except OSError as error:
        raise UnreadableFile(str(beside), f"cannot be read: {error.strerror or error}.") from error


def _is_sidecar(path: Path) -> bool:
    return path.name.endswith(SUFFIX) and path.with_name(path.name.removesuffix(SUFFIX)).is_file()


class _List:
    """One list: its entries, found by the files that they name."""

    def __init__(self, path: Path, entries: Sequence[Entry], is_whole: bool) -> None:
        self.path = path
        self.folder = path.parent
        self.is_whole = is_whole
        self._paths: dict[str, list[Entry]] = {}
        self._files: dict[str, list[Entry]] = {}
        self._stems: dict[str, list[Entry]] = {}
        self._named: dict[str, list[Entry]] = {}
        for entry in entries:
            for file in entry.files:
                place = PurePosixPath(file)
                _put(self._paths, file, entry)
                _put(self._files, place.name, entry)
                _put(self._stems, place.stem, entry)
            for name in entry.names:
                _put(self._named, name, entry)

    def matching(self, path: Path) -> list[Entry]:
        """The entries of a file: by its place, else by its name, else by its name without the ending (the
        text of a scan), else by what a reference manager would call it. More than one where it cannot be
        told which."""
        for place in (_composed(path.relative_to(self.folder).as_posix()), _composed(path.as_posix())):
            if place in self._paths:
                return self._paths[place]
        # A name alone is enough where only one file has it, and no other is meant.
        name = _composed(path.name)
        named = self._not_another(self._files.get(name, ()))
        if named:
            return named if self._known_files[name] == 1 else []
        stem = PurePosixPath(name).stem
        named = self._not_another(self._stems.get(stem, ()))
        if named:
            return named if self._known_stems[stem] == 1 else []
        return self._called(fold(stem))

    def _not_another(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those that name no other file. A place elsewhere on the disk is where a reference manager keeps its
        own, not another file. Of very many of one name some are enough to see that none can be told."""

        def is_here(file: str) -> bool:
            place = self.folder / file
            try:
                return self.folder in place.parents and place.is_file()
            except OSError:  # longer than a name may be
                return False

        mine = (entry for entry in entries if not any(is_here(file) for file in entry.files))
        return list(islice(mine, _FITTING))

    def _called(self, name: str) -> list[Entry]:
        if name in self._named:
            return self._named[name]
        if len(name) < CUT:
            return []
        found: dict[int, Entry] = {}
        for at in range(bisect_left(self._sorted, name), len(self._sorted)):
            if not self._sorted[at].startswith(name) or len(found) > _FITTING:
                break
            found |= {id(entry): entry for entry in self._named[self._sorted[at]]}
        return list(found.values())

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._named)

    @cached_property
    def _below(self) -> list[PurePosixPath]:
        return [PurePosixPath(_composed(path.name)) for path in self.folder.rglob("*")]

    @cached_property
    def _known_files(self) -> Counter[str]:
        """How many files of a name there are in the list's folder and below."""
        return Counter(path.name for path in self._below)

    @cached_property
    def _known_stems(self) -> Counter[str]:
        return Counter(path.stem for path in self._below)


def _composed(name: str) -> str:
    """A name as lists have it, whatever form of its letters the disk keeps."""
    return unicodedata.normalize("NFC", name)


def _put(index: dict[str, list[Entry]], key: str, entry: Entry) -> None:
    """Entries come one after the other: one that is there already is the last."""
    held = index.setdefault(key, [])
    if not held or held[-1] is not entry:
        held.append(entry)
