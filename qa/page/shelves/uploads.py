"""Files that a browser sent: which of them may be taken, where their copies lie, what they are called.

What is added together lies together, in a folder of its own with the folders that it had: so a
``metadata.csv`` or a sidecar speaks of the files that it was sent with, and of no others."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from qa.finding import Found, FoundFile, find
from qa.library.address import name_of
from qa.reading import FORMATS
from qa.reading.catalogue import is_list
from qa.types import SourceFile

FOLDER = "files"
"""Where copies are kept: this folder inside the library's."""

MOST = 100_000
"""Files that are taken from one drop."""

_LONGEST = 200  # bytes of one part of a name: most file systems take 255, and a number may be put behind it
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*]')
_DRIVE = re.compile(r"[A-Za-z]:")
_DEEPEST = 20  # folders within folders


@dataclass(frozen=True, slots=True)
class Sent:
    """One file that arrived: ``path`` is where it lies now, ``name`` its name with the folders it was in."""

    path: Path
    name: str


def place(location: str) -> Path:
    """The folder beside which everything of a library that is no part of its index is kept: its own; for a
    library on a server one in the platform's user data folder."""
    if "://" in location:
        from platformdirs import user_data_path

        return (user_data_path("ibid") / name_of(location)).resolve()
    return Path(location).resolve()


def files_folder(location: str) -> Path:
    """Where the copies of what was added in the browser lie."""
    return place(location) / FOLDER


def incoming() -> Path:
    """The folder where what a browser sends arrives: the environment's GRADIO_TEMP_DIR, else one in the
    user's cache that nobody else may look into (Gradio's own lies where all users of a machine may look)."""
    import platformdirs

    named = os.environ.get("GRADIO_TEMP_DIR")
    folder = Path(named) if named else platformdirs.user_cache_path("ibid") / "uploads"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="ibid-uploads-"))
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    return folder


def arrived(files: Any, folder: Path) -> list[Sent]:
    """The files of a browser's message [{"path", "name"}, …] that were really uploaded to ``folder``.

    A path that is not in there was never uploaded, whoever names it, and is left out."""
    found: dict[str, Sent] = {}
    root = folder.resolve()
    for file in files[:MOST] if isinstance(files, list) else ():
        if not isinstance(file, Mapping):
            continue
        path = Path(str(file.get("path", "")).replace("\0", "")).resolve()
        if path.is_file() and path.is_relative_to(root):
            name = unused(clean(str(file.get("name") or path.name)), found)
            found[name] = Sent(path, name)
    return list(found.values())


def clean(name: str) -> str:
    """A name with its folders that leads nowhere else and can be written on this disk."""
    parts = []
    for part in name.replace("\\", "/").split("/"):
        bare = "".join(sign for sign in part if sign.isprintable()).strip()
        if os.name == "nt":
            bare = _NOT_ON_WINDOWS.sub("_", bare)
        if bare not in {"", ".", ".."} and not _DRIVE.fullmatch(bare):
            parts.append(_cut(bare.encode("utf-8", "replace").decode()))
    parts = parts[-_DEEPEST:]
    if parts and parts[-1].startswith(".") and parts[-1].count(".") == 1 and parts[-1].lower() in FORMATS:
        parts[-1] = f"unnamed{parts[-1]}"  # ".txt" is a hidden file
    return "/".join(parts) or "unnamed.txt"


def _cut(part: str) -> str:
    """A part of a name short enough for a disk, with its ending."""
    if len(part.encode()) <= _LONGEST:
        return part
    stem, dot, ending = part.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = part, "", ""
    room = _LONGEST - len((dot + ending).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip() + dot + ending


def unused(name: str, taken: Collection[str]) -> str:
    """The name, with a number where it is taken: "letter (2).txt"."""
    path = PurePosixPath(name)
    number = 1
    while name in taken:
        number += 1
        name = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
    return name


def take(files: Sequence[Sent], location: str) -> Found:
    """Copies the files into a new folder beside the library at ``location``, and finds what is to be read of
    them, as in any folder: lists of metadata and the pictures of web pages are no documents. Raises OSError;
    then nothing is left behind."""
    batch = files_folder(location) / f"{datetime.now():%Y-%m-%d-%H%M%S}-{secrets.token_hex(3)}"
    try:
        for file in files:
            target = batch / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            _copy(file.path, target)
    except OSError:
        shutil.rmtree(batch, ignore_errors=True)
        raise
    return find([batch], place(location)) if files else Found()


def _copy(path: Path, target: Path) -> None:
    """By a link where that can be: the upload of a large file is not written a second time."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)


class Names:
    """The names of the source files of a library, and of those that are about to come in."""

    def __init__(self, sources: Iterable[SourceFile]) -> None:
        self._taken = {one.name: (one.path, one.sha256) for one in sources}

    def free(self, file: FoundFile) -> FoundFile:
        """The file under a name that no other file has. The same file, which is there already, keeps its
        name, so that it is seen to be the same. Raises OSError."""
        name, digest = file.name, ""
        path = PurePosixPath(name)
        number = 1
        while name in self._taken:
            at, known = self._taken[name]
            if at == str(file.path) or not Path(at).exists():
                break
            digest = digest or _digest(file.path)
            if (known or _digest(Path(at))) == digest:
                break
            number += 1
            name = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        self._taken.setdefault(name, (str(file.path), digest))
        return FoundFile(file.path, name, file.root)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sweep(folder: Path, batch: Path, kept: Collection[str]) -> None:
    """Deletes from a batch below ``folder`` the copies that are not among the paths ``kept``, and the batch
    where none of it is left but lists."""
    if batch.parent != folder or not batch.is_dir() or batch.is_symlink():
        return
    left = False
    for path in sorted(batch.rglob("*"), reverse=True):
        if path.is_dir():
            continue
        if str(path) in kept:
            left = True
        elif not is_list(path.name):
            path.unlink(missing_ok=True)
    if not left:
        shutil.rmtree(batch, ignore_errors=True)
