"""Documents taken out of a library, kept for a day so that they can be put back as they were.

What goes is first copied into a library of its own in the folder ``trash`` beside the library: texts,
passages and vectors, so that putting back reads and embeds nothing anew. What a person said of documents
stays in the library and meets them again. Copies of uploaded files wait there too; a person's own files are
never touched."""

from __future__ import annotations

import json
import secrets
import shutil
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from qa.errors import IbidError, LibraryError, UsageError
from qa.library import open_library
from qa.library.protocol import Library, Vectors
from qa.page.shelves import uploads
from qa.reading.fields import described
from qa.reading.sidecar import SUFFIX
from qa.types import Document, Metadata, Passage, SourceFile

FOLDER = "trash"

KEPT = 24 * 3600
"""Seconds for which what was taken out can be put back."""

_NOTE = "taken.json"
_LIBRARY = "library"
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """One taking out: ``documents`` and ``files`` (wholly taken out) count what went at the time ``when``
    (seconds since 1970), ``titles`` name the first of them. ``positions`` has by
    document its place in its source file; ``copies`` the paths of uploaded copies that went with it."""

    key: str
    when: float
    documents: int
    files: int
    titles: tuple[str, ...]
    positions: dict[str, int]
    copies: tuple[str, ...] = ()

    @property
    def until(self) -> float:
        """Until when it can be put back, in seconds since 1970."""
        return self.when + KEPT


@dataclass(frozen=True, slots=True)
class _Held:
    """Documents of one source file with all that a library has of them."""

    documents: list[Document]
    as_read: dict[str, Metadata]
    passages: list[Passage]
    vectors: Vectors


def take_out(library: Library, names: Sequence[str]) -> Taken:
    """Takes out source files (by name or path) and documents, as ``Library.remove`` does, and keeps them.
    Raises UnknownDocument and LibraryError, and then nothing is removed."""
    wanted = set(library.chosen(names))
    inside: dict[str, list[str]] = {}
    every = library.documents()
    going = [one for one in every if one.name in wanted]
    stays = {one.path for one in every if one.name not in wanted}
    for one in going:
        inside.setdefault(one.path, []).append(one.name)
    whole = [path for path in inside if path not in stays]
    folder = uploads.place(library.location) / FOLDER
    key = f"{time.strftime('%Y-%m-%d-%H%M%S')}-{secrets.token_hex(3)}"
    copies = tuple(path for path in whole if uploads.files_folder(library.location) in Path(path).parents)
    titles = tuple(one.title or one.name for one in going[:_NAMED])
    positions = {one.name: one.position for one in going}
    made = Taken(key, time.time(), len(going), len(whole), titles, positions, copies)
    try:
        (folder / key).mkdir(parents=True)
        _copy(library, folder / key / _LIBRARY, inside)
        (folder / key / _NOTE).write_text(json.dumps(asdict(made), ensure_ascii=False), "utf-8")
    except OSError as error:
        shutil.rmtree(folder / key, ignore_errors=True)
        raise LibraryError(
            f"Nothing was taken out: there is no room to keep it for undoing ({error.strerror or error}). "
            "Free some space, or use qa remove."
        ) from error
    except IbidError:
        shutil.rmtree(folder / key, ignore_errors=True)
        raise
    library.remove([*whole, *(one.name for one in going if one.path in stays)])
    files = uploads.files_folder(library.location)
    _move(copies, files, files, folder / key / uploads.FOLDER)
    return made


def put_back(library: Library, key: str) -> int:
    """Puts back what was taken out, as it was, with what a person said of it; how many documents came back.
    Those that are in the library again already stay as they are. Raises UsageError where it is no longer kept
    or cannot be put back, LibraryError."""
    home = uploads.place(library.location) / FOLDER
    made = next((one for one in _notes(home) if one.key == key), None)
    if made is None:
        raise UsageError("That is no longer kept. Add the files again.")
    folder = home / made.key
    files = uploads.files_folder(library.location)
    _move(made.copies, files, folder / uploads.FOLDER, files)
    there = {one.name: one.path for one in library.documents()}
    count = 0
    with closing(_opened(folder / _LIBRARY, library)) as kept:
        inside: dict[str, list[str]] = {}
        for one in kept.documents():
            if one.name not in there:
                inside.setdefault(one.path, []).append(one.name)
        for source in kept.sources():
            names = inside.get(source.path, [])
            other = next((name for name, path in there.items() if path == source.path), None)
            if names and other is not None and library.source_of(other).sha256 != source.sha256:
                raise UsageError(f"{source.name} has been read anew since. Add it again instead.")
            if names:
                _restore(library, source, made.positions, _held(kept, names))
            count += len(names)
    shutil.rmtree(folder, ignore_errors=True)
    return count


def taken(location: str, kept: Collection[str] = (), now: float | None = None) -> list[Taken]:
    """What can be put back, the latest first. What was kept long enough is deleted; ``kept`` are paths below
    the folder of uploads that are still needed."""
    now = time.time() if now is None else now
    home = uploads.place(location) / FOLDER
    found = []
    for one in _notes(home):
        if one.until > now:
            found.append(one)
            continue
        shutil.rmtree(home / one.key, ignore_errors=True)
        files = uploads.files_folder(location)
        for batch in {_batch(Path(path), files) for path in one.copies}:
            uploads.sweep(files, batch, kept)
    return sorted(found, key=lambda one: -one.when)


def any_kept(location: str) -> bool:
    """Whether there may be something to put back; quick."""
    return (uploads.place(location) / FOLDER).is_dir()


def _notes(home: Path) -> list[Taken]:
    found = []
    for note in home.glob(f"*/{_NOTE}") if home.is_dir() else ():
        with suppress(OSError, ValueError, TypeError, KeyError):
            known = json.loads(note.read_text("utf-8"))
            one = Taken(**{**known, "titles": tuple(known["titles"]), "copies": tuple(known["copies"])})
            if one.key == note.parent.name:
                found.append(one)
    return found


def _batch(path: Path, files: Path) -> Path:
    """The folder below ``files`` that a copy lies in."""
    return files / path.relative_to(files).parts[0]


def _copy(library: Library, folder: Path, going: dict[str, list[str]]) -> None:
    with closing(_opened(folder, library)) as kept:
        for names in going.values():
            held = _held(library, names)
            kept.add(
                library.source_of(names[0]), held.documents, held.passages, held.vectors, as_read=held.as_read
            )


def _held(library: Library, names: Sequence[str]) -> _Held:
    documents = [library.document(name) for name in names]
    as_read = {}
    for document in documents:
        read = library.as_read(document.name)
        if read != document.metadata:
            as_read[document.name] = read
    passages = [passage for name in names for passage in library.passages_of(name)]
    return _Held(documents, as_read, passages, library.vectors([passage.id for passage in passages]))


def _restore(library: Library, source: SourceFile, positions: dict[str, int], held: _Held) -> None:
    """Documents of one source file in their places among what is there of it; in one transaction."""
    edited = library.edits_waiting(source, [one.name for one in held.documents])
    read = {one.name: held.as_read.get(one.name, one.metadata) for one in held.documents}
    documents = [
        described(replace(one, metadata=read[one.name]), edited[one.name]) if one.name in edited else one
        for one in held.documents
    ]
    as_read = {name: read[name] for name in edited}
    library.add(
        source, documents, held.passages, held.vectors, edited=edited, as_read=as_read, positions=positions
    )


def _opened(folder: Path, like: Library) -> Library:
    """The library of what was taken out of ``like``."""
    width = int(like.vectors([]).shape[1])
    return open_library(folder, model=like.model, dimension=width, searched=False)


def _move(copies: Iterable[str], files: Path, out_of: Path, into: Path) -> None:
    """Moves copies of uploads (their paths lie below ``files``), and the sidecars beside them, from one
    folder to the same place below another. What cannot be moved stays: the library has its text."""
    for path in map(Path, copies):
        below = path.relative_to(files)
        for name in (below, below.with_name(below.name + SUFFIX)):
            with suppress(OSError):
                if (out_of / name).is_file() and not (into / name).exists():
                    (into / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.move(out_of / name, into / name)
