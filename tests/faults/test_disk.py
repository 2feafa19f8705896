"""Disks that fill up, that can only be read, and rights that are taken away, in the middle of adding."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qa import adding
from qa.errors import IbidError
from tests.faults.holding import ROOT, TRIALS, stands, tell
from tests.faults.test_kill import body, write
from tests.library.shelf import ENCODER, answers, opened

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="disks and rights are of another kind there")

FILES = 10

# Says "done NAME" after each file that is in, and in the end "whole", or "refused" and why in one line.
_CHILD = """
import os, resource, sys, tempfile
from pathlib import Path
from qa import adding
from qa.errors import IbidError
from tests.library.shelf import ENCODER, answers, opened
folder, papers, limit, leave = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4] == "nobody"
with tempfile.TemporaryDirectory() as own:  # everything is imported by one who may read it
    warm = opened(Path(own) / "warm")
    adding.add(warm, ENCODER, [adding.seeds()])
    answers(warm, "a")
    warm.close()
if leave and os.getuid() == 0:  # root may do anything
    os.setgid(65534)
    os.setuid(65534)
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

def say(*words):
    print(*words, flush=True)

say("ready")
sys.stdin.readline()
try:
    library = opened(folder)
    came = lambda one: say("done", one.name) if one.what in ("added", "changed") else say("not", one.name)
    report = adding.add(library, ENCODER, [papers], came=came)
    for failure in report.failed:
        say("failed", str(failure).splitlines()[0])
    library.close()
    say("whole")
except IbidError as error:
    say("refused", str(error).splitlines()[0])
"""


def adds(
    folder: Path,
    papers: Path,
    *,
    limit: int = 0,
    nobody: bool = False,
    then: Callable[[int], None] | None = None,
) -> tuple[list[str], str]:
    """(the names of the files that were said to be in, how it ended); ``then`` is called after each line that
    the process says, with how many there were."""
    command = [sys.executable, "-c", _CHILD, str(folder), str(papers), str(limit), "nobody" if nobody else ""]
    with subprocess.Popen(
        command, cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        first = child.stdout.readline()
        assert first == "ready\n", first + child.stderr.read()
        child.stdin.write("go\n")
        child.stdin.flush()
        said = []
        for line in child.stdout:
            said.append(line.rstrip("\n"))
            if then is not None:
                then(len(said))
        assert child.stderr.read() == ""
        assert child.wait(60) == 0
    return [line.split(" ", 1)[1] for line in said if line.startswith("done ")], said[-1]


def text(number: int) -> str:
    return "\n\n".join(body(number, 1))


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(FILES):
        write(folder, number, 1)
    return folder


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A place that another user can reach (pytest's own are closed to others)."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def goes_on(folder: Path, papers: Path) -> None:
    """With room and rights again, the same command brings in the rest."""
    library = opened(folder)
    report = adding.add(library, ENCODER, [papers])
    library.close()
    assert not report.failed
    stands(folder, {f"{number}.txt": text(number) for number in range(FILES)})


def mounted(place: Path, options: str) -> bool:
    place.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    able = sys.platform == "linux" and os.getuid() == 0
    return able and subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.mark.timeout(600 + 20 * TRIALS)
def test_a_disk_that_fills_up_anywhere_loses_nothing_that_was_in(tmp_path: Path, papers: Path) -> None:
    chance, came = random.Random(1), Counter[str]()
    sizes = [chance.randrange(60_000, 250_000) for _ in range(TRIALS or 2)]
    for number, room in enumerate(sizes):
        place = tmp_path / f"disk{number}"
        # By turns a small disk, where one can be mounted, and a limit on the size of a file.
        small = number % 2 == 0 and mounted(place, f"size={(room // 4096 + 24) * 4096}")
        try:
            done, end = adds(place / "library", papers, limit=0 if small else room)
            assert end.startswith("refused") or len(done) == FILES, end
            assert "no room" in end or end == "whole", end
            came[("small disk: " if small else "limit: ") + ("full" if end != "whole" else "had room")] += 1
            if small:
                subprocess.run(["mount", "-o", "remount,size=64m", str(place)], check=True)
            if (place / "library").exists() and done:
                stands(place / "library", {name: text(int(name.partition(".")[0])) for name in done})
            goes_on(place / "library", papers)
        finally:
            if small:
                subprocess.run(["umount", "--lazy", str(place)], check=True)
        shutil.rmtree(place, ignore_errors=True)
    tell("disk full in the middle of adding: what was in stands, the same command goes on", came)
    assert any("full" in what for what in came)


def test_a_disk_that_can_only_be_read_answers_and_refuses_changes(tmp_path: Path, papers: Path) -> None:
    came = Counter[str]()
    (tmp_path / "made").mkdir()
    for trial in range(TRIALS or 2):
        # A disk for each: one on which files were deleted that are mapped still cannot be made read-only.
        place, made = tmp_path / f"disk{trial}", tmp_path / "made" / str(trial)
        if not mounted(place, "size=64m"):
            pytest.skip("a disk cannot be mounted here (not root, or not allowed)")
        try:
            library = opened(made)
            some = [papers / f"{number}.txt" for number in range(1 + trial % 5)]
            adding.add(library, ENCODER, some)
            if trial % 2:  # else as a killed process leaves it, its journal still to be taken in
                library.close()
            shutil.copytree(made, place / "library")
            library.close()
            subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
            refuses_changes(place / "library", papers, len(some))
        finally:
            subprocess.run(["umount", "--lazy", str(place)], check=True)
        came["answered and refused changes"] += 1
    tell("disk that can only be read: answers, and refuses changes in plain words", came)


def refuses_changes(folder: Path, papers: Path, files: int) -> None:
    """The library answers what it holds, and lets nothing in or out."""
    library = opened(folder)
    for number in range(files):
        assert library.document(f"{number}.txt").text == text(number)
        for passage in library.passages_of(f"{number}.txt"):
            near, match = answers(library, passage.clean, 3)
            assert passage.text in near
            assert passage.text in match
    with pytest.raises(IbidError, match="can only be read"):
        adding.add(library, ENCODER, [papers])
    with pytest.raises(IbidError, match="can only be read"):
        library.remove(["0.txt"])
    library.close()


@pytest.mark.timeout(600 + 20 * TRIALS)
def test_rights_that_are_taken_away_midway_cost_nothing_that_was_in(open_to_all: Path, papers: Path) -> None:
    chance, came = random.Random(2), Counter[str]()
    for trial in range(TRIALS or 1):
        place = open_to_all / str(trial)
        place.mkdir(mode=0o777)
        place.chmod(0o777)
        mine = place / "papers"
        shutil.copytree(papers, mine)
        at = chance.randrange(1, FILES - 2)
        library = place / "library"

        def closed(
            said: int, library: Path = library, mine: Path = mine, at: int = at, trial: int = trial
        ) -> None:
            if said != at:
                return
            if trial % 2:  # of the files that are read
                for path in mine.iterdir():
                    path.chmod(0)
            else:  # of the library
                for path in (library, *library.glob("words"), *library.glob("library.sqlite*")):
                    path.chmod(0o500 if path.is_dir() else 0o400)
            time.sleep(0.01)

        done, end = adds(library, mine, nobody=True, then=closed)
        came["files: " + end.split()[0] if trial % 2 else "library: " + end.split()[0]] += 1
        for path in (*mine.iterdir(), library, *library.rglob("*")):
            path.chmod(0o777)
        stands(library, {name: text(int(name.partition(".")[0])) for name in done})
        goes_on(library, mine)
    tell("rights taken away in the middle of adding: what was in stands, the same command goes on", came)
