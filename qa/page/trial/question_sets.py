"""The question sets that the page can run: those that come with the program, a person's marks, and uploads.

Uploads are kept beside the library, so that a run over them can be gone on with: in a folder named by their
contents, with the choice of columns where one was made."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import IbidError, UsageError
from qa.evaluation.marked_set import NAME, settle
from qa.evaluation.marks import marks_file, read
from qa.evaluation.runs import Run, default_root
from qa.evaluation.sets import EvaluationSet, load, shipped
from qa.page.texts import Words

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.page.serve.opening import Opening

MARKS = "marks:"
"""The choice that stands for the marks of the library."""

_COLUMNS = "columns.json"


def choices(assistant: Assistant, say: Words) -> list[tuple[str, str]]:
    """(label, value) of every set that can be chosen; a value is what ``chosen`` takes."""
    found = []
    known = {one.name for one in assistant.library.documents()}
    if asked := len(settle(read(marks_file(assistant.library.location))[0]).rows):
        words = say("evaluation.set-of-marks", questions=say.count(asked, "count.question"))
        found.append((words, MARKS))
    for name in shipped():
        found.append((_label(load(name), known, say), name))
    for path in kept(assistant.library.location):
        try:
            found.append((say("evaluation.uploaded", set=_label(_load(path), known, say)), str(path)))
        except IbidError:  # it was told of when it was uploaded
            continue
    return found


def offered(opening: Opening, say: Words) -> list[tuple[str, str]]:
    """``choices``, none while the library is not open."""
    try:
        return choices(opening.assistant(), say)
    except IbidError:
        return []


def chosen(assistant: Assistant, values: Sequence[str], say: Words) -> list[EvaluationSet]:
    """The sets that were chosen. Raises UsageError where there is none, or a value is no choice."""
    if not values:
        raise UsageError(say("evaluation.choose-first"))
    uploads = {str(path) for path in kept(assistant.library.location)}
    sets = []
    for value in values:
        if value == MARKS:
            sets.append(_load(_marked(assistant.library.location, say)))
        elif value in shipped():
            sets.append(load(value))
        elif value in uploads:
            sets.append(_load(Path(value)))
        else:
            raise UsageError(say("evaluation.set-gone"))
    return sets


def again(run: Run, say: Words) -> list[EvaluationSet]:
    """The sets of a kept run, loaded anew. Raises UsageError where one cannot be found any more."""
    sets = []
    for one in run.manifest.sets:
        if not one.path or not Path(one.path).exists():
            where = one.path or say("evaluation.no-file")
            raise UsageError(say("evaluation.questions-gone", set=one.name, where=where))
        sets.append(_load(Path(one.path)))
    return sets


def keep(files: Sequence[tuple[Path, str]], location: str) -> Path:
    """Keeps uploaded files as one set: (where the copy lies, the name it had). Several are a set together:
    a BEIR folder's, or topics with their qrels. Gives its path."""
    digest = hashlib.sha256()
    for path, name in sorted(files, key=lambda file: file[1]):
        digest.update(name.encode("utf-8", "surrogatepass") + b"\0" + path.read_bytes())
    folder = _folder(location) / digest.hexdigest()[:12]
    names = {name for _, name in files}
    for path, name in files:
        # A browser sends the files of a folder without it; BEIR has its judgements in one of their own.
        inside = "qrels" if "queries.jsonl" in names and name.endswith(".tsv") else ""
        target = folder / _stem(names) / inside / name if len(files) > 1 else folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return folder / _stem(names) if len(files) > 1 else folder / files[0][1]


def uploaded(path: Path, columns: Mapping[str, str] | None = None) -> EvaluationSet:
    """The set in a kept upload; ``columns`` are kept with it. Raises UsageError."""
    made = load(path, columns=columns or None)
    if columns:
        (path.parent / _COLUMNS).write_text(json.dumps(dict(columns), ensure_ascii=False), "utf-8")
    return made


def column_names(path: Path) -> list[str]:
    """The names of a table's columns, none for a file that is no table. Raises IbidError."""
    from qa.evaluation.sets import tables
    from qa.evaluation.sets.finding import TABLES
    from qa.evaluation.sets.source import carefully

    if path.suffix.lower() not in TABLES:
        return []
    found: list[str] = carefully([path], tables.__name__, "column_names", path)
    return found


def kept(location: str) -> list[Path]:
    """The uploads that are kept, by name."""
    found = []
    for folder in _folder(location).glob("*"):
        inside = [path for path in folder.glob("*") if path.name != _COLUMNS]
        if len(inside) == 1:
            found.extend(inside)
    return sorted((path for path in found if path.parent.name != "marks"), key=lambda path: path.name)


def _load(path: Path) -> EvaluationSet:
    columns: Any = None
    with contextlib.suppress(OSError, ValueError):
        columns = json.loads((path.parent / _COLUMNS).read_text("utf-8"))
    return load(path, columns=columns if isinstance(columns, dict) else None)


def _marked(location: str, say: Words) -> Path:
    """The marks as they are now, in a file of their own: those made later are for another run."""
    file = marks_file(location)
    settled = settle(read(file)[0])
    if not settled.rows:
        raise UsageError(say("evaluation.no-marks"))
    digest = hashlib.sha256(settled.lines.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    path = _folder(location) / "marks" / digest / f"{NAME}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(settled.lines, "utf-8", "backslashreplace")
    return path


def _label(one: EvaluationSet, known: set[str], say: Words) -> str:
    said = f"{one.name}: {say.count(len(one.questions), 'count.question')}"
    if one.corpus is not None:
        return say("evaluation.brings", set=said)
    wanted = {item.document for question in one.questions for item in question.evidence}
    if wanted and not wanted & known:
        return say("evaluation.elsewhere", set=said)
    return said


def _folder(location: str) -> Path:
    runs = default_root(location)
    return runs.with_name(runs.name.replace("runs", "sets"))


def _stem(names: set[str]) -> str:
    """What a set of several files is called: the beginning that their names share, or else "set"."""
    first, last = min(names), max(names)
    shared = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))
    return shared.split(".")[0].strip(" _-") or "set"
