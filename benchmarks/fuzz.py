"""What bad input does: python -m benchmarks.fuzz [--target NAME …] [--seconds N] [--seed N] [--keep FOLDER]

Gives spoilt inputs to every reader, every form of an evaluation set, the question, the page's tools for
programs, saved answers, lists of metadata, drafts and backups, made from sound ones by a seeded random
process. Each target is tried in a process of its own (Linux); an input may take 10 s of the processor and
1 GB. What crashes (any error that is no plain word to the person), or goes over a limit, is kept in FOLDER,
to be tried again:

    python -m benchmarks.fuzz --target pdf --replay FOLDER/pdf-crashed-0123abcd.input

Prints a Markdown table. Exit code 1 where something crashed or went over a limit.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.archive import machine

ROOT = Path(__file__).parents[1]
COLUMNS = ("accepted", "refused", "crashed", "time", "memory")


def tried(name: str, seconds: float, seed: int, place: Path) -> tuple[Counter[str], Counter[str]]:
    """What came of inputs to one target, and the places in the program that crashed."""
    counts, places = Counter[str](), Counter[str]()
    until = time.monotonic() + seconds
    run = 0
    while (left := until - time.monotonic()) > 0 or run == 0:
        command = [
            sys.executable,
            "-m",
            "benchmarks.fuzzing.trying",
            name,
            f"{seed + 1_000 * run}",
            f"{left}",
        ]
        began = time.monotonic()
        done = subprocess.run(
            [*command, str(place)], cwd=ROOT, capture_output=True, text=True, check=False, errors="replace"
        )
        for line in done.stdout.splitlines():
            if not line.startswith("{"):
                continue
            said = json.loads(line)
            where = said.pop("where", None)
            counts.update(said)
            if where is not None:
                places[where] += 1
        if done.returncode == 0:
            break
        current = place / f"{name}.current"
        if not current.exists():
            raise SystemExit(f"{name} could not be tried:\n{done.stderr[-3000:]}")
        what = "time" if -done.returncode in (signal.SIGPROF, signal.SIGALRM) else "crashed"
        counts[what] += 1
        kept = place / f"{name}-{what}-{run}.input"
        current.rename(kept)
        kept.with_suffix(".txt").write_text(f"code {done.returncode}\n{done.stderr[-3000:]}", "utf-8")
        places[f"code {done.returncode} ({kept.name})"] += 1
        # A target that cannot even be set up must not be started for ever.
        run += 1
        if time.monotonic() - began < 0.2:
            break
    return counts, places


def row(name: str, counts: Counter[str]) -> str:
    """A line of the table."""
    figures = " | ".join(f"{counts[column]:,}" for column in COLUMNS)
    return f"| {name} | {sum(counts[column] for column in COLUMNS):,} | {figures} |"


HEAD = (
    "| target | inputs | accepted | refused in plain words | crashed | over 10 s | over 1 GB |\n"
    "|---|---|---|---|---|---|---|"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs it; the exit code."""
    from benchmarks.fuzzing.targets import TARGETS

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--target", action="append", choices=list(TARGETS), metavar="NAME",
        help=f"(default: all) {', '.join(TARGETS)}",
    )  # fmt: skip
    parser.add_argument("--seconds", type=float, default=60, metavar="N", help="for each (default: 60)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="(default: 1)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where inputs that failed are kept")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="tries this input alone on the target")
    arguments = parser.parse_args(argv)
    names = arguments.target or list(TARGETS)
    if arguments.replay:
        with tempfile.TemporaryDirectory(prefix="ibid-fuzz-") as folder:
            print(TARGETS[names[0]](Path(folder)).attempt(arguments.replay.read_bytes()))
        return 0
    place = arguments.keep or Path(tempfile.mkdtemp(prefix="ibid-fuzz-failed-"))
    place.mkdir(parents=True, exist_ok=True)
    rows, everything = [], Counter[str]()
    for name in names:
        counts, places = tried(name, arguments.seconds, arguments.seed, place)
        rows.append(row(name, counts))
        everything += counts
        print(rows[-1], file=sys.stderr, flush=True)
        for where, number in places.most_common(8):
            print(f"    {number} × {where}", file=sys.stderr, flush=True)
    rows.append(row("all", everything))
    print(f"{time.strftime('%d %B %Y', time.gmtime())}, {machine()}, seed {arguments.seed}, ", end="")
    print(f"{arguments.seconds:,.0f} s a target\n\n{HEAD}\n" + "\n".join(rows))
    failed = any(everything[column] for column in COLUMNS[2:])
    if failed:
        print(f"What failed is in {place}.", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
