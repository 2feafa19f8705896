"""Several processes at one library: two that add at once, one that adds while others ask."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.holding import ROOT, TRIALS, stands, tell
from tests.faults.test_kill import body, write
from tests.library.shelf import opened

FILES = 6
ASKERS = 10 if TRIALS else 3

_ADDS = """
import sys
from qa import adding
from pathlib import Path
from tests.library.shelf import ENCODER, opened
library = opened(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
report = adding.add(library, ENCODER, [sys.argv[2]])
library.close()
print(len(report.added), len(report.unchanged), len(report.failed), flush=True)
"""

# Asks until a line comes; every passage that it is given is one that a file holds.
_ASKS = """
import sys, threading
from pathlib import Path
from tests.faults.test_together import FILES, whole
from tests.library.shelf import answers, opened
library = opened(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), over.set()), daemon=True).start()
texts = [whole(number) for number in range(2 * FILES)]
asked = wrong = 0
while not over.is_set() or not asked:
    for number in range(2 * FILES):
        near, match = answers(library, f"file f{number} version 1", 5)
        asked += 1
        wrong += sum(not any(found in text for text in texts) for found in (*near, *match))
library.close()
print(asked, wrong, flush=True)
"""


def whole(number: int) -> str:
    return "\n\n".join(body(number, 1))


def child(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def begin(*children: subprocess.Popen[str]) -> None:
    """Lets all go at once, when all have imported what they need."""
    for each in children:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n", each.communicate(timeout=60)[1]
    for each in children:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()


def end(each: subprocess.Popen[str]) -> list[int]:
    """The numbers that it ends with."""
    said, error = each.communicate("over\n", timeout=300)
    assert (each.returncode, error) == (0, "")
    return [int(word) for word in said.split()]


@pytest.mark.timeout(600 + 30 * TRIALS)
def test_two_that_add_at_once_both_get_all_in(tmp_path: Path) -> None:
    came = Counter[str]()
    for trial in range(max(1, TRIALS // 4)):
        library = tmp_path / str(trial) / "library"
        papers = tmp_path / str(trial) / "papers"
        (papers / "a").mkdir(parents=True)
        (papers / "b").mkdir()
        for number in range(2 * FILES):
            write(papers / ("a" if number < FILES else "b"), number, 1)
        opened(library).close()
        # By turns each its own files, and both the same.
        same = trial % 2 == 1
        two = [child(_ADDS, library, papers if same else papers / name) for name in ("a", "b")]
        begin(*two)
        counts = [end(each) for each in two]
        assert [failed for _, _, failed in counts] == [0, 0]
        names = {number: f"{'a' if number < FILES else 'b'}/{number}.txt" for number in range(2 * FILES)}
        shown = {name if same else name[2:]: whole(number) for number, name in names.items()}
        stands(library, shown)
        came["same files" if same else "own files"] += 1
    tell("two processes adding at once: all is in, once", came)


@pytest.mark.timeout(600 + 30 * TRIALS)
def test_one_adds_while_others_ask(tmp_path: Path) -> None:
    came = Counter[str]()
    for trial in range(max(1, TRIALS // 10)):
        library, papers = tmp_path / str(trial) / "library", tmp_path / str(trial) / "papers"
        papers.mkdir(parents=True)
        write(papers, 0, 1)
        first = child(_ADDS, library, papers)
        begin(first)
        end(first)
        for number in range(1, 2 * FILES):
            write(papers, number, 1)
        adder = child(_ADDS, library, papers)
        askers = [child(_ASKS, library) for _ in range(ASKERS)]
        begin(adder, *askers)
        assert end(adder) == [2 * FILES - 1, 1, 0]
        for asker in askers:
            asked, wrong = end(asker)
            assert wrong == 0
            came["questions answered meanwhile"] += asked
        stands(library, {f"{number}.txt": whole(number) for number in range(2 * FILES)})
    tell(f"one process adding while {ASKERS} ask: every passage given stands in its file", came)
