"""Files and folders that a person names → the source files in them, in order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qa.errors import UnreadableFile
from qa.reading import can_read
from qa.reading.catalogue import is_list

# What browsers and word processors put behind a page's name for the folder of its pictures, in the languages
# that they speak: "letter.html" and "letter_files", "letter-Dateien".
_BESIDE_PAGES = tuple(
    """_files .files _fichiers -Dateien _archivos _ficheiros _arquivos _file _bestanden -filer _tiedostot
    -tiedostot _pliki _soubory _elemei _dosyalar _datoteke _fajlovi _failid _fails _bylos _fitxers
    _fitxategiak _файлы""".casefold().split()
)
_PAGES = (".html", ".htm", ".xhtml")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read: ``path`` is absolute, ``name`` its path below ``root``, the folder that was named (its
    own where the file itself was)."""

    path: Path
    name: str
    root: Path


@dataclass(slots=True)
class Found:
    """What was found: ``skipped`` are names of files of no kind that can be read, ``failed`` what could not
    be looked at."""

    files: list[FoundFile] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: list[UnreadableFile] = field(default_factory=list)

    def fail(self, path: str, reason: str, advice: str = "") -> None:
        self.failed.append(UnreadableFile(shown(path), reason, advice))


def find(paths: Iterable[str | Path | FoundFile], library: Path) -> Found:
    """Every file to read, each once whatever ways lead to it; a ``FoundFile`` stays as it is.

    Hidden files are passed over, and so are lists of metadata, what was saved with a web page for its looks
    ("letter_files" beside "letter.html") and the folder of the ``library`` itself, unless they are what was
    named."""
    found = Found()
    entered: dict[str, None] = {}

    def keep(path: Path, name: str, root: Path) -> None:
        if not _is_unicode(name) or not _is_unicode(str(path)):
            found.fail(str(path), "has a name that is not valid Unicode.", "Rename it.")
        elif (real := os.path.realpath(path)) not in entered:
            entered[real] = None
            found.files.append(FoundFile(path, name, root))

    for given in paths:
        if isinstance(given, FoundFile):
            keep(given.path, given.name, given.root)
            continue
        # Not resolved: a link goes on standing for what it points at, later too.
        path = Path(os.path.abspath(Path(given).expanduser()))  # noqa: PTH100
        try:
            if path.is_dir():
                for inside in _below(found, path, library):
                    keep(inside, inside.relative_to(path).as_posix(), path)
            elif path.exists() or path.is_symlink():
                keep(path, path.name, path.parent)
            else:
                found.fail(str(path), "does not exist.", "Check the spelling.")
        except OSError as error:
            found.fail(str(path), f"cannot be looked at: {error.strerror or error}.")
    return found


def _below(found: Found, folder: Path, library: Path) -> Iterator[Path]:
    """Files below a folder that can be read by their suffix, in order of name; links are followed, and a
    folder is entered once."""
    entered: set[str] = set()

    def refused(error: OSError) -> None:
        reason = "may not be opened by you." if isinstance(error, PermissionError) else f"{error.strerror}."
        advice = "Change its permissions." if isinstance(error, PermissionError) else ""
        found.fail(str(error.filename), reason, advice)

    for here, folders, files in os.walk(folder, onerror=refused, followlinks=True):
        real = os.path.realpath(here)
        if real in entered or (Path(here) == library and folder != library):
            folders.clear()
            continue
        entered.add(real)
        pages = {name.rpartition(".")[0].casefold() for name in files if name.lower().endswith(_PAGES)}
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not _belongs_to_page(name, pages)
        )
        for name in sorted(files):
            path = Path(here, name)
            if name.startswith(".") or is_list(name):
                continue
            if can_read(path):
                yield path
            else:
                found.skipped.append(shown(path.relative_to(folder).as_posix()))


def shown(name: str) -> str:
    """A file's name as text that can be printed, whatever bytes it has."""
    return name.encode("utf-8", "replace").decode()


def _belongs_to_page(folder: str, pages: set[str]) -> bool:
    """Whether a folder's name is one of a web page beside it; ``pages`` are these pages' names without their
    suffix, case-folded."""
    name = folder.casefold()
    return any(name.endswith(end) and name.removesuffix(end) in pages for end in _BESIDE_PAGES)


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
