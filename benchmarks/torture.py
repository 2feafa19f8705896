"""What a library stands: python -m benchmarks.torture [--trials N] [--kills N] [--fuzz SECONDS]

Breaks real libraries of the seed documents in many ways, with the real model, and prints what came of it as a
Markdown table: how often it was tried, how often the damage was named or mended, and how often something was
wrong or lost without a word, which is the number that must be 0. Exit code 1 where it is not.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.archive import machine
from benchmarks.fuzz import tried
from benchmarks.fuzzing.targets import TARGETS
from qa import adding
from qa.assistant import Assistant
from qa.encoding import SentenceEncoder
from qa.errors import IbidError
from qa.evidence.model import EvidenceModel
from qa.library import open_library
from qa.library.backup import back_up, restore
from qa.library.current import VECTORS, WORDS
from qa.library.doctor import examine
from qa.library.opening import FILE

ROOT = Path(__file__).parents[1]
QUESTION = "Which countries came under renewed pressure for bases?"

Read = tuple[tuple[str, ...], tuple[tuple[str, int, int, str], ...]]
"""All texts, and the quotes that answer QUESTION."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``came`` counts what came of the trials by name."""

    promise: str
    trials: int
    came: str
    wrong: int


class Bench:
    """A sound library, copied for each trial, and what it says."""

    def __init__(self, place: Path, seed: int) -> None:
        self.place = place
        self.chance = random.Random(seed)
        self.encoder = SentenceEncoder()
        self.evidence = EvidenceModel()
        self.sound = place / "sound"
        library = open_library(self.sound, model=self.encoder.name)
        report = adding.add(library, self.encoder, [adding.seeds()])
        assert not report.failed
        library.close()
        self.truth = self.read(self.sound)

    def read(self, folder: Path) -> Read:
        """What the library in ``folder`` holds and answers. Raises IbidError."""
        library = open_library(folder, model=self.encoder.name, create=False)
        try:
            assistant = Assistant(library, self.encoder, evidence=self.evidence)
            quotes = assistant.ask(QUESTION).quotes
            texts = tuple(library.document(one.name).text for one in library.documents())
            return texts, tuple((q.document, q.start, q.end, q.text) for q in quotes)
        finally:
            library.close()

    def copy(self) -> Path:
        """A copy of the sound library to break."""
        folder = self.place / "broken"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.sound, folder)
        return folder

    def spoil(self, file: Path) -> None:
        """Flips one bit of a byte that is not 0, or cuts the file short, one time in four."""
        data = bytearray(file.read_bytes())
        if self.chance.random() < 0.25:
            del data[self.chance.randrange(len(data)) :]
        else:
            filled = [at for at, byte in enumerate(data) if byte]
            data[self.chance.choice(filled)] ^= 1 << self.chance.randrange(8)
        file.write_bytes(data)


def texts_spoilt(bench: Bench) -> str:
    """The file of texts: named by the doctor, or nothing of what is read or quoted is another."""
    folder = bench.copy()
    bench.spoil(folder / FILE)
    try:
        if not examine(folder, mend=False).is_well:
            return "named"
        return "no harm" if bench.read(folder) == bench.truth else "WRONG"
    except IbidError:
        return "named"


def indexes_spoilt(bench: Bench) -> str:
    """A file of the search indexes: the very next question is answered as before."""
    folder = bench.copy()
    files = [folder / VECTORS, *(path for path in (folder / WORDS).iterdir() if path.stat().st_size)]
    bench.spoil(bench.chance.choice(files))
    try:
        return "mended" if bench.read(folder) == bench.truth and examine(folder).is_well else "WRONG"
    except IbidError:
        return "WRONG"


def backup_spoilt(bench: Bench) -> str:
    """A backup: refused and nothing left behind, or restored to the letter."""
    file, folder = bench.place / "backup.zip", bench.place / "restored"
    shutil.rmtree(folder, ignore_errors=True)
    back_up(bench.sound, file)
    bench.spoil(file)
    try:
        restore(file, folder)
    except IbidError:
        left = folder.exists()
        file.unlink()
        return "WRONG" if left else "refused"
    return "no harm" if bench.read(folder) == bench.truth else "WRONG"


def backup_while_adding(bench: Bench) -> str:
    """A backup made while files go in: it opens, all of it is whole, and it answers."""
    folder, file, restored = bench.copy(), bench.place / "busy.zip", bench.place / "busy"
    papers = bench.place / "papers"
    papers.mkdir(exist_ok=True)
    for number in range(20):
        (papers / f"{number}.txt").write_text(f"Of the harbour, day {number}: {bench.chance.random()}.")
    library = open_library(folder, model=bench.encoder.name)

    def work() -> None:
        with suppress(IbidError):
            adding.add(library, bench.encoder, [papers])

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(bench.chance.random() * 0.5)
    try:
        back_up(folder, file)
    finally:
        thread.join()
        library.close()
    shutil.rmtree(restored, ignore_errors=True)
    restore(file, restored)
    whole = examine(restored, mend=False).is_well
    texts, quotes = bench.read(restored)
    return "whole" if whole and set(bench.truth[0]) <= set(texts) and quotes else "WRONG"


def kills(count: int) -> Row:
    """Real processes killed while they add, update and remove (tests/faults/test_kill.py)."""
    command = [sys.executable, "-m", "pytest", "-s", "tests/faults/test_kill.py"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "QA_KILLS": str(count)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = re.search(r"(\d+) kills, (\d+) of them inside a change; (\d+) changes committed", done.stdout)
    trials = int(said[1]) if said else 0
    came = f"{said[2]} inside a change; {said[3]} changes committed" if said else done.stdout[-500:]
    return Row("killed (kill -9) while adding, updating, removing: nothing committed is lost", trials, came,
               int(done.returncode != 0))  # fmt: skip


def bad_input(seconds: float, seed: int) -> Row:
    """Spoilt input to everything that reads (benchmarks/fuzz.py tells what failed, and tries longer)."""
    came = Counter[str]()
    for name in TARGETS:
        counts, _ = tried(name, seconds, seed, Path(tempfile.mkdtemp(prefix="ibid-fuzz-failed-")))
        came += counts
    words = f"{came['accepted']:,} read, {came['refused']:,} refused in plain words"
    wrong = came["crashed"] + came["time"] + came["memory"]
    return Row(f"spoilt input to {len(TARGETS)} readers and parsers: no crash, within 10 s and 1 GB",
               came.total(), words, wrong)  # fmt: skip


def faults(count: int) -> list[Row]:
    """Disks, rights, moving files, clocks, several processes, the page, evaluations (tests/faults), a row
    each."""
    tests = ("disk", "moving_files", "together", "kill_page", "kill_evaluation")
    command = [sys.executable, "-m", "pytest", "-s", *(f"tests/faults/test_{name}.py" for name in tests)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "QA_FAULTS": str(count)},
        capture_output=True,
        text=True,
        check=False,
    )
    told = re.findall(r"^faults\| (.*) \| (\d+) \| (.*)$", done.stdout, re.MULTILINE)
    rows = [Row(promise, int(trials), came, 0) for promise, trials, came in told]
    if done.returncode:
        # A promise that broke has no line of its own: what broke it is told here, and counts.
        rows.append(Row("disks, rights, processes (tests/faults)", 1, done.stdout[-500:], 1))
    return rows


FAULTS: tuple[tuple[str, float, Callable[[Bench], str]], ...] = (
    ("texts damaged (a bit, or cut short): named, or no harm done", 1.0, texts_spoilt),
    ("search index damaged: the next question is answered as before", 1.0, indexes_spoilt),
    ("backup damaged: refused and nothing left behind, or restored to the letter", 1.0, backup_spoilt),
    ("backup made while files go in: whole, and answers", 0.2, backup_while_adding),
)
"""What is promised, its share of the trials, and one trial."""


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    lines = ["| promise | trials | what came of them | wrong or lost |", "|---|---|---|---|"]
    lines += [f"| {row.promise} | {row.trials:,} | {row.came} | {row.wrong} |" for row in rows]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs it all; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=300, metavar="N", help="of each fault (default: 300)")
    parser.add_argument("--kills", type=int, default=500, metavar="N", help="(default: 500)")
    parser.add_argument(
        "--faults", type=int, default=20, metavar="N", help="of disks, rights, processes (default: 20)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="(default: 1)")
    parser.add_argument(
        "--fuzz", type=float, default=8, metavar="SECONDS", help="of spoilt input to each reader (default: 8)"
    )
    arguments = parser.parse_args(argv)
    rows = [kills(arguments.kills), *faults(arguments.faults), bad_input(arguments.fuzz, arguments.seed)]
    print(table(rows), file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="ibid-torture-") as place:
        bench = Bench(Path(place), arguments.seed)
        for promise, share, trial in FAULTS:
            count = max(1, round(share * arguments.trials))
            came = Counter(trial(bench) for _ in range(count))
            words = ", ".join(f"{number} {name}" for name, number in sorted(came.items()) if name != "WRONG")
            rows.append(Row(promise, count, words, came["WRONG"]))
            print(rows[-1], file=sys.stderr, flush=True)
    print(f"{time.strftime('%d %B %Y', time.gmtime())}, {machine()}, seed {arguments.seed}\n\n{table(rows)}")
    return int(any(row.wrong for row in rows))


if __name__ == "__main__":
    raise SystemExit(main())
