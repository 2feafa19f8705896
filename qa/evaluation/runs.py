"""Runs that are kept: a folder that can be sent to a colleague, and gone on with after a crash.

run.json        the manifest: what the run rests on, when it began and ended
outcomes.jsonl  a line a question, written as it is answered: all that came of it
run.lock        held by the process that is writing
summary.json …  the report, once all questions have been asked (qa/evaluation/report)
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import UsageError
from qa.evaluation.manifest import Manifest
from qa.evaluation.measures import Outcome
from qa.evaluation.records import from_line, to_line
from qa.library.address import name_of
from qa.library.locks import file_lock

if TYPE_CHECKING:
    from qa.evaluation.results import Result

MANIFEST, OUTCOMES, LOCK = "run.json", "outcomes.jsonl", "run.lock"


class Run:
    """One kept run: its ``folder`` and its ``manifest``. Made by ``start``, ``resume`` and ``find``."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    @property
    def finished(self) -> bool:
        """Whether all questions have been asked."""
        return self.manifest.finished is not None

    @property
    def done(self) -> int:
        """How many questions have been asked."""
        return sum(1 for _ in self.outcomes())

    def outcomes(self) -> Iterator[tuple[str, Outcome]]:
        """What has come so far, each with its set's name, in order. A last line that was cut short is left
        out. Raises UsageError where the file was changed by other hands."""
        for _, name, outcome in _lines(self.folder / OUTCOMES):
            yield name, outcome

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Appends to the run, which no other process can do meanwhile. Raises UsageError where one does,
        or the folder cannot be written."""
        with ExitStack() as stack:
            try:
                stack.enter_context(file_lock(self.folder / LOCK, 0.5))
                file = stack.enter_context((self.folder / OUTCOMES).open("ab", buffering=0))
                # A kill may have cut the last line short; its question is asked again.
                file.truncate(max((end for end, _, _ in _lines(self.folder / OUTCOMES)), default=0))
            except TimeoutError as error:
                raise UsageError(f"{self.folder}: another process writes this run. Let it end.") from error
            except OSError as error:
                raise _unwritable(self.folder, error) from error
            yield Writer(self, file)

    def ended(self, warnings: Mapping[str, Sequence[str]]) -> None:
        """Has it that all questions have been asked, with what there is to say of each set."""
        self.manifest = replace(self.manifest, finished=now(), warnings=warnings)

    def save(self) -> None:
        """Writes the manifest. Raises UsageError where that cannot be done."""
        try:
            _write(self.folder / MANIFEST, self.manifest)
        except OSError as error:
            raise _unwritable(self.folder, error) from error


class Writer:
    """Appends outcomes to a run; each is with the system when ``add`` returns, so that a kill loses none."""

    def __init__(self, run: Run, file: RawIOBase) -> None:
        self._run = run
        self._file = file

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self._run.folder

    def add(self, name: str, outcome: Outcome) -> None:
        """Appends one outcome of the set ``name``. Raises UsageError where it cannot be written."""
        line = memoryview(to_line(name, outcome).encode("utf-8", "surrogatepass") + b"\n")
        try:
            while line:
                line = line[self._file.write(line) or 0 :]
        except OSError as error:
            raise _unwritable(self.folder, error) from error


def start(folder: str | Path, manifest: Manifest) -> Run:
    """Begins a run in ``folder``, made if need be. Raises UsageError where a run lies there already, or the
    folder cannot be written."""
    folder = Path(folder)
    if (folder / MANIFEST).exists():
        raise UsageError(f"{folder}: holds a run already. Name another folder, or go on with --resume.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / MANIFEST, manifest)
        (folder / OUTCOMES).touch()
    except OSError as error:
        raise _unwritable(folder, error) from error
    return Run(folder, manifest)


def resume(folder: str | Path, manifest: Manifest) -> Run:
    """The run in ``folder``, to go on with. Raises UsageError where there is none or it rests on other
    things than ``manifest``: the figures of one run must not come from two."""
    run = find(folder)
    differing = run.manifest.differences(manifest)
    if differing:
        raise UsageError(
            f"{run.folder}: begun with other things; since then changed: {', '.join(differing)}. "
            "Name another folder to begin anew."
        )
    return run


def find(folder: str | Path) -> Run:
    """The run that lies in ``folder``. Raises UsageError where there is none."""
    folder = Path(folder)
    try:
        manifest = Manifest.from_json(json.loads((folder / MANIFEST).read_text("utf-8")))
    except OSError as error:
        raise UsageError(f"{folder}: no run is kept there ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{folder / MANIFEST}: damaged ({error}).") from error
    return Run(folder, manifest)


def load(folder: str | Path) -> list[Result]:
    """The results of a kept run, a set each, measured anew from what came of each question; of a run that
    was not finished, from the questions asked so far. Raises UsageError."""
    from qa.evaluation.results import result

    run = find(folder)
    by_set: dict[str, list[Outcome]] = {one.name: [] for one in run.manifest.sets}
    for name, outcome in run.outcomes():
        by_set.setdefault(name, []).append(outcome)
    return [
        result(name, outcomes, warnings=tuple(run.manifest.warnings.get(name, ())), manifest=run.manifest)
        for name, outcomes in by_set.items()
        if outcomes
    ]


def runs(root: str | Path) -> list[Run]:
    """The runs kept below ``root``, newest first; folders that hold none are passed over."""
    found = []
    for path in Path(root).glob(f"*/{MANIFEST}"):
        try:
            found.append(find(path.parent))
        except UsageError:
            continue
    return sorted(found, key=lambda run: (run.manifest.started, run.folder.name), reverse=True)


def default_root(location: str) -> Path:
    """Where the runs over the library at ``location`` are kept: in its folder; where it lies on a server,
    among the user's data under a name made from its address; runs over no one library ("") there too."""
    if "://" not in location and location:
        return Path(location) / "runs"
    import platformdirs

    name = "runs"
    if location:
        name += "-" + name_of(location)
    return Path(platformdirs.user_data_dir("ibid", False)) / name


def new_folder(root: str | Path, sets: Sequence[str]) -> Path:
    """A folder below ``root`` that does not exist yet, named by the time (UTC) and the sets."""
    names = "-".join(re.sub(r"[^\w.-]+", "_", name).strip("._") for name in sets)[:80] or "run"
    stem = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{names}"
    folder, number = Path(root) / stem, 1
    while folder.exists():
        number += 1
        folder = Path(root) / f"{stem}-{number}"
    return folder


def now() -> str:
    """The time in UTC to the second, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _unwritable(folder: Path, error: OSError) -> UsageError:
    reason = error.strerror or error
    return UsageError(f"{folder}: the run cannot be kept there ({reason}). Name another folder.")


def _lines(path: Path) -> Iterator[tuple[int, str, Outcome]]:
    """Where each whole line ends in bytes, its set's name and its outcome."""
    end = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return  # cut short
                try:
                    name, outcome = from_line(line.decode("utf-8", "surrogatepass"))
                except ValueError as error:
                    raise UsageError(f"{path}, line {number}: {error}. Begin the run anew.") from error
                end += len(line)
                yield end, name, outcome
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}).") from error


def _write(path: Path, manifest: Manifest) -> None:
    """Puts the manifest in place whole: a kill leaves the old one or the new one."""
    new = path.with_name(path.name + ".new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(manifest.to_json(), file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
