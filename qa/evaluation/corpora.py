"""Libraries of the documents that evaluation sets bring: built once, kept, and taken up by every later run.

    ROOT/NAME-CHECKSUM/documents/*.jsonl    the documents, as files that can be read, cited and verified
    ROOT/NAME-CHECKSUM/documents.json       says that these are all there
    ROOT/NAME-CHECKSUM/MODEL/               a library of them, as any other
    ROOT/NAME-CHECKSUM/MODEL.json           says that it is complete, and what could not be read

ROOT is QA_EVALUATION_LIBRARIES, else ``evaluation`` in the platform's folder for a user's data. Stopped at
any point, building goes on where it was; a folder may be deleted at any time, and is built anew when needed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.encoding import DEFAULT_MODEL
from qa.errors import LibraryBusy, LibraryError, StorageFull, UsageError, is_full
from qa.evaluation.sets.corpus import Checksum
from qa.evaluation.sets.question import Corpus, EvaluationSet

if TYPE_CHECKING:
    from qa.adding import Tell
    from qa.assistant import Assistant
    from qa.encoding import Encoder
    from qa.library.protocol import Library

ROOT = "QA_EVALUATION_LIBRARIES"
DOCUMENTS = "documents"
PATIENCE = 0.2
"""Seconds to wait for another process that builds the same library: it may take hours."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A corpus that is kept: the set that it came with, its folder, how many documents it has, in how many
    bytes, and for which models a library of it is complete."""

    name: str
    folder: str
    documents: int
    size: int
    models: tuple[str, ...]


def root() -> Path:
    """Where libraries of corpora are kept."""
    import platformdirs

    own = os.environ.get(ROOT)
    return Path(own).expanduser() if own else Path(platformdirs.user_data_dir("ibid", False)) / "evaluation"


def assistant_for(
    one: EvaluationSet,
    *,
    model: str = DEFAULT_MODEL,
    progress: Tell | None = None,
    problems: Callable[[str], None] | None = None,
    like: Assistant | None = None,
) -> Assistant:
    """An assistant over the documents that a set brings, read and indexed first where that has not been
    done; over the person's own library for a set that brings none. Its library is to be closed in the end.

    ``progress`` is told how the building goes on and may raise to stop it; ``problems`` is told, a line
    each, of documents that could not be read. ``like`` is an assistant whose models are used, so that they
    are not loaded twice. Raises LibraryError (LibraryBusy where another process builds it, StorageFull),
    UsageError where the set's files changed meanwhile."""
    from qa.assistant import Assistant
    from qa.encoding import SentenceEncoder
    from qa.library import open_library

    if one.corpus is None:
        return Assistant.open(model=model)
    encoder = like.encoder if like is not None else SentenceEncoder(model)
    library = open_library(place(one.corpus, encoder.name), model=encoder.name)
    try:
        for line in fill(library, encoder, one.corpus, progress):
            if problems is not None:
                problems(f"{one.name}: {line}")
    except BaseException:
        library.close()
        raise
    return Assistant(library, encoder, evidence=like.evidence if like is not None else None)


def place(corpus: Corpus, model: str) -> Path:
    """The folder of the library of a corpus under the model of that name, which need not be there yet."""
    fit = re.sub(r"[^\w.@-]+", "-", model).strip("-.")[-40:]
    return _folder(corpus) / f"{fit}-{hashlib.sha256(model.encode()).hexdigest()[:6]}"


def fill(library: Library, encoder: Encoder, corpus: Corpus, progress: Tell | None = None) -> Sequence[str]:
    """Brings all documents of a corpus into its library (at ``place``) that are not in it yet. Gives a line
    for each document that could not be read. Raises as ``assistant_for``."""
    from qa import adding

    folder = _folder(corpus)
    complete = Path(f"{library.location}.json")
    said = _read(complete) or {}
    # A folder that was moved holds a library whose files are elsewhere: they are taken up where they are.
    if (library.searched().documents, str(folder)) == (said.get("documents"), said.get("folder")):
        return [str(line) for line in said.get("problems", ())]
    with _alone(folder, corpus):
        _write_documents(folder, corpus)
        report = adding.add(library, encoder, [folder / DOCUMENTS], progress=progress)
        if report.failed:
            raise LibraryError(f"The documents of {corpus.name} could not be read: {report.failed[0]}")
        # A library that was stopped in the middle has warned of its first files already: they say it again.
        problems = [*report.warnings] if not report.unchanged else [*_warnings(folder / DOCUMENTS)]
        _write(complete, {
            "model": library.model,
            "folder": str(folder),
            "documents": library.searched().documents,
            "problems": problems,
        })  # fmt: skip
    return problems


def kept() -> list[Kept]:
    """The corpora that are kept, by name."""
    found = []
    for said_in in sorted(root().glob("*/documents.json")):
        said, folder = _read(said_in) or {}, said_in.parent
        libraries = (_read(path) for path in sorted(folder.glob("*.json")) if path != said_in)
        found.append(
            Kept(
                name=str(said.get("name", folder.name)),
                folder=str(folder),
                documents=int(said.get("documents", 0)),
                size=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
                models=tuple(str(each.get("model", "")) for each in libraries if each),
            )
        )
    return found


def _folder(corpus: Corpus) -> Path:
    """A corpus keeps the folder that it has, under whatever name its set went then."""
    short = corpus.sha256[:16]
    slug = re.sub(r"[^\w.-]+", "-", corpus.name).strip("-.")[:40] or "corpus"
    return next(iter(sorted(root().glob(f"*-{short}"))), root() / f"{slug}-{short}")


@contextmanager
def _alone(folder: Path, corpus: Corpus) -> Iterator[None]:
    """Keeps other processes from building the same library, and puts what the disk says in words."""
    from qa.library.locks import file_lock

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file_lock(folder / "building.lock", PATIENCE):
            yield
    except TimeoutError as error:
        raise LibraryBusy(
            f"Another process is reading the documents of {corpus.name}. Run this again when it is done."
        ) from error
    except OSError as error:
        raise (StorageFull if is_full(error) else LibraryError)(
            f"{folder}: the documents of {corpus.name} cannot be kept there ({error.strerror or error}). "
            f"Name another folder: {ROOT}=FOLDER"
        ) from error


def _write_documents(folder: Path, corpus: Corpus) -> None:
    """Writes the documents' files, unless they are there. Raises UsageError where what they come from is no
    longer what the set was loaded from."""
    complete = folder / "documents.json"
    if (said := _read(complete)) is not None and said.get("sha256") == corpus.sha256:
        return
    (folder / DOCUMENTS).mkdir(exist_ok=True)
    checksum, count, files = Checksum(), 0, set()
    for name, texts in groupby(corpus.documents(), key=lambda text: text.file):
        lines = []
        for text in texts:
            checksum.add(text)
            # In ASCII, so that whatever stands in a text the file is one that can be read.
            lines.append(json.dumps({"id": text.id, "title": text.title, "text": text.text}) + "\n")
        count += len(lines)
        files.add(name)
        _put(folder / DOCUMENTS / name, "".join(lines))
    if checksum.value != corpus.sha256:
        raise UsageError(f"The documents of {corpus.name} changed while they were read. Run this again.")
    for path in (folder / DOCUMENTS).iterdir():
        if path.name not in files:
            path.unlink()  # left over from files that changed while they were read
    _write(complete, {"name": corpus.name, "sha256": corpus.sha256, "documents": count})


def _warnings(folder: Path) -> Iterator[str]:
    """What reading the files anew warns of."""
    from qa.reading import read

    for path in sorted(folder.iterdir()):
        yield from (f"{path.name}: {warning}" for warning in read(path, path.name).warnings)


def _read(path: Path) -> dict[str, Any] | None:
    """What a file says of itself; None where it is not there or says nothing."""
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) else None


def _write(path: Path, said: dict[str, Any]) -> None:
    _put(path, json.dumps(said, indent=1) + "\n")


def _put(path: Path, text: str) -> None:
    """Writes a file so that it is whole or not there."""
    aside = path.with_name(f".{path.name}.part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
