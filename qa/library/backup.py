"""A library in one file, and back: a ZIP of everything in its folder that is not derived, with checksums.

The SQLite file is copied by SQLite's own online backup, so that it is of one commit even while files are
being added; the search indexes are left out, for they are built anew from it. What a backup brings is looked
at in a process of its own (see ``untrusted``)."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from qa.errors import LibraryError, StorageFull, UnreadableFile, UsageError, is_full
from qa.library import absolute, schema, untrusted
from qa.library.current import LOCK, VECTORS, WORDS
from qa.library.opening import FILE, to_read
from qa.library.untrusted import MANIFEST, NO_ZIP
from qa.reading import apart

VERSION = 1

_JOURNALS = {f"{FILE}-journal", f"{FILE}-wal", f"{FILE}-shm"}
"""What SQLite keeps beside its file. A journal of one kind names another file, to be deleted."""

_LEFT_OUT = {
    VECTORS,
    VECTORS + ".new",
    WORDS,
    LOCK,
    FILE,
    *_JOURNALS,
    "trash",
    "adding.jsonl",
}
"""What is derived or passing: the indexes, locks, what was taken out, files that wait to be added."""

_BLOCK = 1 << 20

Progress = Callable[[int, int], None]
"""Told (bytes done, bytes in all)."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds. ``made`` is in UTC; ``location`` the folder that it was made of; ``bytes`` what
    its ``files`` take up unpacked; ``people`` whether it says who may sign in."""

    made: str
    location: str
    model: str
    documents: int
    passages: int
    files: int
    bytes: int
    people: bool


def back_up(location: str | Path, file: str | Path, progress: Progress | None = None) -> Backup:
    """Writes the library at ``location`` to ``file``, beside it first and then in its place; an earlier
    backup of that name is replaced, any other file is not. Raises UsageError, LibraryError, StorageFull."""
    folder, target = absolute(location), absolute(file)
    if not (folder / FILE).is_file():
        raise LibraryError(f"There is no library at {folder}. Name its folder with --library.")
    if target.is_relative_to(folder):
        raise UsageError(
            f"{target} lies in the library itself. Name a file elsewhere, on another disk at best."
        )
    if target.is_dir():
        raise UsageError(f"{target} is a folder. Name a file: {target / 'library.ibid.zip'}")
    if target.exists() and not _is_backup(target):
        raise UsageError(f"{target} is there and no backup. Name another file.")
    new = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        with tempfile.TemporaryDirectory(prefix=".ibid-", dir=target.parent) as work:
            copy = Path(work) / FILE
            _copy_sqlite(folder / FILE, copy)
            made = _written(folder, copy, new, progress)
        new.replace(target)
    except OSError as error:
        raise _plainly(error, f"The backup {target} could not be written") from error
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
            raise _plainly(OSError(errno.ENOSPC, ""), f"The backup {target} could not be written") from error
        raise LibraryError(
            f"The library {folder} cannot be read whole ({error}), so no backup was made. Try: qa doctor"
        ) from error
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
    return made


def restore(file: str | Path, location: str | Path, progress: Progress | None = None) -> Backup:
    """Makes the library again that ``file`` holds, at ``location``: a folder that is new or empty. Each file
    is compared with its checksum first; a backup that is damaged leaves nothing behind. Raises UsageError,
    LibraryError, StorageFull."""
    source, folder = absolute(file), absolute(location)
    manifest = _looked_at(source, source, "manifest", source)
    if manifest is None:
        raise UsageError(
            f"{source} is no backup of a library, or is damaged. Backups are made by: qa backup FILE"
        )
    if manifest.get("version") != VERSION:
        raise UsageError(f"{source} was made by a newer version of this program. pip install --upgrade ibid")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f"{folder} is there already. Nothing is overwritten: name a new folder with --library, or move "
            "that one away first."
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".ibid-", dir=folder.parent) as work:
            _confirm_room(source, manifest, Path(work))
            made = Path(work) / "library"
            made.mkdir()
            _unpacked(source, manifest, made, progress)
            _confirm_library(made / FILE, source, manifest["location"], str(folder))
            if folder.exists():
                folder.rmdir()
            made.rename(folder)
    except OSError as error:
        raise _plainly(error, f"{source} could not be restored to {folder}") from error
    except NO_ZIP as error:
        raise _damaged(source, str(error)) from error
    return _about(manifest)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


def _copy_sqlite(file: Path, copy: Path) -> None:
    with (
        closing(to_read(file)) as there,
        closing(sqlite3.connect(copy)) as here,
    ):
        there.backup(here)
        here.execute("PRAGMA journal_mode=DELETE")
        (found,) = here.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)


def _written(folder: Path, copy: Path, new: Path, progress: Progress | None) -> Backup:
    others = list(_others(folder))
    total = copy.stat().st_size + sum(path.stat().st_size for path in others)
    done = 0
    files: dict[str, dict[str, Any]] = {}
    with (
        os.fdopen(os.open(new, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for path, name in [(copy, FILE), *((path, path.relative_to(folder).as_posix()) for path in others)]:
            try:
                reading = path.open("rb")
            except FileNotFoundError:  # taken out meanwhile
                continue
            digest, size = hashlib.sha256(), 0
            with reading, archive.open(name, "w", force_zip64=True) as writing:
                while block := reading.read(_BLOCK):
                    writing.write(block)
                    digest.update(block)
                    size += len(block)
                    done += len(block)
                    if progress is not None:
                        progress(min(done, total), total)
            files[name] = {"sha256": digest.hexdigest(), "size": size}
        with closing(sqlite3.connect(copy)) as connection:
            model, documents, passages = connection.execute(
                "SELECT model, documents, passages FROM meta"
            ).fetchone()
        about = Backup(
            made=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            location=str(folder),
            model=model,
            documents=documents,
            passages=passages,
            files=len(files),
            bytes=sum(each["size"] for each in files.values()),
            people="people.json" in files,
        )
        manifest = {"ibid": "backup", "version": VERSION, **asdict(about), "checksums": files}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        archive.close()
        out.flush()
        os.fsync(out.fileno())
    return about


def _others(folder: Path) -> Iterator[Path]:
    """The files beside the SQLite file that are kept, links left out: what they point to is elsewhere."""
    for place, folders, names in os.walk(folder):
        here = Path(place)
        if here == folder:
            folders[:] = [name for name in folders if name not in _LEFT_OUT]
        for name in sorted(names):
            path = here / name
            if here == folder and name in _LEFT_OUT:
                continue
            if path.suffix != ".lock" and path.is_file() and not path.is_symlink():
                yield path


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


def _looked_at(file: Path, source: Path, function: str, *arguments: Any) -> Any:
    """What a function of ``untrusted`` says of ``file``, which is or comes from the backup ``source``."""
    try:
        return apart.call(file, untrusted.__name__, function, *arguments)
    except UnreadableFile as error:
        raise _damaged(source, f"{function}: {error.reason.rstrip('.')}") from error


def _is_backup(file: Path) -> bool:
    try:
        return _looked_at(file, file, "manifest", file) is not None
    except LibraryError:
        return False


def _about(manifest: dict[str, Any]) -> Backup:
    return Backup(**{name: manifest[name] for name in Backup.__slots__})


def _unpacked(source: Path, manifest: dict[str, Any], made: Path, progress: Progress | None) -> None:
    total, done = int(manifest["bytes"]), 0
    with zipfile.ZipFile(source) as archive:
        for name, about in manifest["checksums"].items():
            target = made / _inside(name, source)
            target.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            try:
                reading: IO[bytes] = untrusted.part(archive, name)
            except KeyError as error:
                raise _damaged(source, f"{name} is missing") from error
            with reading, target.open("xb") as writing:
                left = int(about["size"])
                while block := reading.read(min(_BLOCK, left + 1)):
                    left -= len(block)
                    if left < 0:
                        break
                    writing.write(block)
                    digest.update(block)
                    done += len(block)
                    if progress is not None:
                        progress(min(done, total), total)
                writing.flush()
                os.fsync(writing.fileno())
            if left or digest.hexdigest() != about["sha256"]:
                raise _damaged(source, f"{name} is not what was put in")
            if PurePosixPath(name).name == "people.json":
                target.chmod(0o600)


def _confirm_room(source: Path, manifest: dict[str, Any], place: Path) -> None:
    """Raises StorageFull where what a backup says that it holds does not fit: before the disk is full."""
    needed = sum(each["size"] for each in manifest["checksums"].values())
    free = shutil.disk_usage(place).free
    if needed > free:
        raise StorageFull(
            f"{source} unpacks to {needed / 1e9:,.1f} GB, and {free / 1e9:,.1f} GB are free. Make room, "
            "or name a place on another disk."
        )


def _inside(name: str, source: Path) -> PurePosixPath:
    """A name in a backup as a path below a folder. Raises LibraryError for one that leads out of it, or is
    that of a journal, which SQLite would obey."""
    path = PurePosixPath(name)
    if len(path.parts) == 1 and path.name.casefold().rstrip(". ") in _JOURNALS:
        raise _damaged(source, f"{name!r} is no part of a backup")
    odd = not path.parts or path.is_absolute() or ".." in path.parts
    if odd or (os.name == "nt" and re.search(r"[\\:]", name)):
        raise _damaged(source, f"{name!r} leads out of the library")
    return path


def _confirm_library(file: Path, source: Path, before: str, after: str) -> None:
    wrong, version = _looked_at(file, source, "library", file, before, after)
    if version > schema.VERSION:
        raise UsageError(f"{source} was made by a newer version of this program. pip install --upgrade ibid")
    if wrong:
        raise _damaged(source, f"{FILE}: {wrong}")


# ── errors ──────────────────────────────────────────────────────────────────────────────────────────


def _damaged(source: Path, what: str) -> LibraryError:
    return LibraryError(f"The backup {source} is damaged ({what}). Nothing was restored; try another backup.")


def _plainly(error: OSError, what: str) -> LibraryError:
    if is_full(error):
        return StorageFull(f"{what}: the disk is full. Make room, or name a place on another disk.")
    return LibraryError(f"{what}: {error.strerror or error}. Check the place and its permissions.")
