"""Looks a library over: whether all of it can be read, and every passage stands where it says to the letter;
mends what is derived, and names what is lost with the way out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qa.errors import LibraryError
from qa.library import absolute, schema
from qa.library.changes import DamagedIndex
from qa.library.comparing import MOST, Progress, Truth, compare, opened
from qa.library.current import VECTORS, WORDS
from qa.library.opening import FILE

if TYPE_CHECKING:
    from qa.library.vectors import VectorIndex
    from qa.library.words import WordIndex

How = Literal["well", "behind", "missing", "mended", "damaged", "not looked at"]

_RESTORE = "Put a backup in its place: qa restore BACKUP --library NEWFOLDER"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part. ``what`` is one line for each thing amiss, or what kind of index it is;
    ``advice`` what to do."""

    part: str
    how: How
    what: tuple[str, ...] = ()
    advice: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing need be done about it."""
        return self.how in ("well", "behind", "missing", "mended")


@dataclass(frozen=True, slots=True)
class Report:
    """Of one library: how many documents and passages were compared, and what was found."""

    location: str
    documents: int
    passages: int
    findings: tuple[Finding, ...]

    @property
    def is_well(self) -> bool:
        """Whether all that was committed can be read and searched."""
        return all(finding.is_well for finding in self.findings)


def examine(location: str | Path, *, mend: bool = True, progress: Progress | None = None) -> Report:
    """Looks over the library at ``location`` (a folder) and, with ``mend``, builds damaged search indexes
    anew. Raises LibraryError where there is no library, or it may not be read."""
    folder = absolute(location)
    if not (folder / FILE).is_file():
        raise LibraryError(f"There is no library at {folder}. Name its folder with --library.")
    if mend:
        _renew(folder)
    truth = Truth()
    first = _texts(folder, truth, progress)
    findings = [first, *_lines(folder)]
    if first.is_well:
        findings[1:1] = _derived(folder, truth, mend)
    else:
        words = ("they are built from the texts",)
        findings[1:1] = [Finding(part, "not looked at", words) for part in (VECTORS, WORDS)]
    return Report(str(folder), truth.documents, truth.passages, tuple(findings))


# ── the truth ───────────────────────────────────────────────────────────────────────────────────────


def _texts(folder: Path, truth: Truth, progress: Progress | None) -> Finding:
    try:
        with closing(opened(folder / FILE)) as connection:
            connection.execute("BEGIN")
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if application != schema.APPLICATION:
                return Finding(FILE, "damaged", ("it is no library of this program",), _RESTORE)
            if version > schema.VERSION:
                raise LibraryError(
                    f"The library {folder} was written by a newer version of this program. "
                    "Update the program: pip install --upgrade ibid"
                )
            if version < schema.VERSION:
                words = f"it has the format {version} of an earlier version of this program"
                return Finding(FILE, "not looked at", (words,), "qa doctor brings it to the newest.")
            compare(connection, truth, progress)
    except sqlite3.Error as error:
        if isinstance(error, sqlite3.OperationalError) and "unable to open" in str(error):
            raise LibraryError(f"The library {folder} may not be read: check its permissions.") from error
        truth.wrong.append(str(error))
    if not truth.wrong:
        return Finding(FILE, "well")
    again = ""
    if truth.spoilt:
        again = (
            " Or read these files again into a new library (qa add PATH --library NEWFOLDER): "
            + ", ".join(sorted(truth.spoilt)[:MOST])
        )
    return Finding(FILE, "damaged", tuple(truth.wrong[:MOST]), _RESTORE + "." + again)


def _renew(folder: Path) -> None:
    """Brings the tables of an earlier version up to date, as opening the library does."""
    from qa.library.embedded import EmbeddedLibrary

    try:
        with closing(opened(folder / FILE)) as connection:
            if not schema.is_older(connection):
                return
            model, dimension = connection.execute("SELECT model, dimension FROM meta").fetchone()
    except (sqlite3.Error, TypeError):
        return  # what is wrong is told when it is looked over
    EmbeddedLibrary(folder, model=model, dimension=dimension, create=False, searched=False).close()


# ── what is derived ─────────────────────────────────────────────────────────────────────────────────


def _derived(folder: Path, truth: Truth, mend: bool) -> Iterator[Finding]:
    found = {VECTORS: _vectors(folder, truth), WORDS: _words(folder, truth)}
    if mend and any(how != "well" for how, _ in found.values()):
        _build(folder, truth, [part for part, (how, _) in found.items() if how == "damaged"])
        again = {VECTORS: _vectors(folder, truth), WORDS: _words(folder, truth)}
    else:
        again = found
    for part, (how, what) in found.items():
        if how == "well" or (mend and again[part][0] != "well"):
            advice = "" if how == "well" else "Questions still work, from memory. Check room and permissions."
            yield Finding(part, how, what, advice)
        elif mend:
            yield Finding(part, "mended", what)
        else:
            yield Finding(part, how, what, "It is brought up to date by qa doctor, or by the next question.")


def _vectors(folder: Path, truth: Truth) -> tuple[How, tuple[str, ...]]:
    from qa.library.vectors import VectorIndex

    if not (folder / VECTORS).exists():
        return "missing", ("it is not there yet",)
    try:
        index = VectorIndex.load(folder / VECTORS, truth.dimension)
    except DamagedIndex as error:
        return "damaged", (str(error),)
    how, what = _standing(index, truth)
    return how, what or (index.kind,)


def _words(folder: Path, truth: Truth) -> tuple[How, tuple[str, ...]]:
    from qa.library.words import WordIndex

    if not (folder / WORDS / "meta.json").exists():
        return "missing", ("it is not there yet",)
    try:
        # A copy: what is looked at is not held open while it is mended.
        index = WordIndex.private(folder / WORDS)
        if index.state is None:
            return "damaged", ("it cannot be opened",)
    except DamagedIndex as error:
        return "damaged", (str(error),)
    return _standing(index, truth)


def _standing(index: VectorIndex | WordIndex, truth: Truth) -> tuple[How, tuple[str, ...]]:
    """How an index that can be opened stands to the texts."""
    if index.state != truth.state:
        return "behind", ("it stands at an earlier change",)
    if len(index) != truth.passages:
        return "damaged", (f"{len(index)} passages, not {truth.passages}",)
    return "well", ()


def _build(folder: Path, truth: Truth, damaged: list[str]) -> None:
    """Takes away what is damaged and has the library bring its indexes up to date."""
    from qa.library.current import locked
    from qa.library.embedded import EmbeddedLibrary
    from qa.library.words import clear

    with suppress(OSError), locked(folder):
        if VECTORS in damaged:
            (folder / VECTORS).unlink(missing_ok=True)
        if WORDS in damaged:
            clear(folder / WORDS)
    library = EmbeddedLibrary(folder, model=truth.model, dimension=truth.dimension, create=False)
    try:
        library.flush()
    finally:
        library.close()


# ── what lies beside ────────────────────────────────────────────────────────────────────────────────


def _lines(folder: Path) -> Iterator[Finding]:
    """The files of JSON that people's own work is kept in."""
    for name in ("marks.jsonl", "people.json"):
        path = folder / name
        if not path.exists():
            continue
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            yield Finding(name, "damaged", (str(error),), _RESTORE)
            continue
        wrong = []
        lines = text.split("\n")[:-1] if name.endswith("l") else [text]  # a last line may be half written
        for number, line in enumerate(lines, 1):
            try:
                json.loads(line) if line.strip() else None
            except (ValueError, RecursionError):
                wrong.append(f"line {number} is no JSON")
        yield Finding(name, "damaged" if wrong else "well", tuple(wrong[:MOST]), _RESTORE if wrong else "")
