"""Ibid beside its peers on the same passages with the same model: python -m benchmarks.peers LIBRARY

Needs an environment of its own, see benchmarks/peers.txt. For each SIZE (default: 1000 10000 26000 passages
of the library, evenly spread, those that hold the evidence of the sets' questions among them; beyond what
the library holds, its documents again with three words in ten replaced by others of theirs) and each program,
in a process of its own: seconds to import it and load the model, passages a second into its index, p50 and
p95 of a question, the most memory, the bytes on the disk, and Success@1 (documents) and quote_hit@1 over the
questions of the sets whose evidence is in. A passage counts as the quote of a program that shows passages.
All have the same model, passages and questions; Ibid alone reads them from files and splits them anew. "ibid
plain" is Ibid without its evidence model.

With --given the vectors of passages are given too, and only questions are encoded: for sizes whose encoding
takes hours. Such rows have a star; seconds to index are those of everything else.

One size after the other, the smallest first; a program that took longer than --minutes at one size is not run
at greater ones. With --json the figures are kept after each, and sizes that are there already are not run
again; with --plot they are drawn, and how each cost grows is fitted (cost = a · passages^b).

Haystack's own retriever keeps everything in memory and writes nothing. Its reader of answers wants a model of
its own, which is no part of it: what it shows here are passages.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.growth import drawn, fitted
from benchmarks.peers.passages import choose, vectors
from benchmarks.peers.programs import PROGRAMS
from benchmarks.results import keep

SIZES = (1_000, 10_000, 26_000)

COSTS = {
    "index_seconds": "seconds to index", "p50_ms": "half the questions (ms)", "memory_mb": "most memory (MB)",
    "disk_mb": "on the disk (MB)",
}  # fmt: skip


def one(program: str, file: Path) -> dict[str, Any]:
    """The figures of one program, asked what stands in ``file``; in a process that has done nothing else."""
    from qa.evaluation.wording import HIT, overlap

    chosen: dict[str, Any] = json.loads(file.read_text("utf-8"))
    given = np.load(file.with_suffix(".npy")) if chosen["given"] else None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.perf_counter()
        took, ask = PROGRAMS[program](chosen["documents"], folder, given)
        started = time.perf_counter() - began - took
        first, quoted, seconds = 0, 0, []
        for question in chosen["questions"]:
            began = time.perf_counter()
            document, quote = ask(question["question"])
            seconds.append(time.perf_counter() - began)
            first += document in [d for d, _ in question["evidence"]]
            quoted += any(
                d == document and text and overlap(quote, text) >= HIT for d, text in question["evidence"]
            )
        disk = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and "files" not in f.parts)
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        most = next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    count = len(chosen["questions"])
    return {
        "program": program, "passages": chosen["passages"], "given": chosen["given"],
        "start_seconds": started, "index_seconds": took,
        "passages_a_second": chosen["passages"] / took, "p50_ms": statistics.median(seconds) * 1000,
        "p95_ms": statistics.quantiles(seconds, n=20)[-1] * 1000, "memory_mb": most, "disk_mb": disk / 1e6,
        "Success@1": first / count, "quote_hit@1": quoted / count, "questions": count,
    }  # fmt: skip


def apart(program: str, library: str, file: Path, minutes: float) -> dict[str, Any] | str:
    """What ``one`` gives in a process of its own, or why it gives nothing."""
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.peers", library, "--one", program, str(file)],
            capture_output=True, text=True, check=False, env={**os.environ, **offline}, timeout=60 * minutes,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"not done within {minutes:g} minutes"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["failed"])[-1]
    row: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return row


def by_program(rows: Sequence[Mapping[str, Any]], cost: str) -> dict[str, list[tuple[float, float]]]:
    """(passages, cost) of each program, where it costs anything; what indexing given vectors takes stands
    apart."""
    found: dict[str, list[tuple[float, float]]] = {}
    for row in sorted(rows, key=lambda row: int(row["passages"])):
        if row[cost] > 0 and not (row.get("given") and cost == "index_seconds"):
            found.setdefault(row["program"], []).append((row["passages"], row[cost]))
    return found


def growths(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, dict[str, float]]]:
    """Cost → program → how it grows, where there are two sizes."""
    return {
        cost: {
            program: {"factor": growth.factor, "power": growth.power, "error": growth.error}
            for program, points in by_program(rows, cost).items()
            if (growth := fitted(points)) is not None
        }
        for cost in COSTS
    }


def told(row: Mapping[str, Any]) -> str:
    """A line of the table."""
    return (
        f"| {row['passages']:,}{'*' if row.get('given') else ''} | {row['program']} | "
        f"{row['start_seconds']:.1f} s | {row['passages_a_second']:.0f} | "
        f"{row['p50_ms']:.0f} ms | {row['p95_ms']:.0f} ms | "
        f"{row['memory_mb']:,.0f} MB | {row['disk_mb']:.1f} MB | {row['Success@1']:.3f} | "
        f"{row['quote_hit@1']:.3f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Ibid beside txtai, Haystack and a plain script.")
    parser.add_argument("library", metavar="LIBRARY", help="the archive's library, whose passages are taken")
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES), metavar="SIZE")
    parser.add_argument("--questions", type=int, default=100, metavar="N", help="at most (default: 100)")
    parser.add_argument("--programs", nargs="+", choices=PROGRAMS, default=list(PROGRAMS), metavar="NAME")
    parser.add_argument(
        "--minutes", type=float, default=60, metavar="M", help="a program may take at a size (default: 60)"
    )
    parser.add_argument(
        "--given", action="store_true", help="the vectors of passages are given, and only questions encoded"
    )
    parser.add_argument("--json", metavar="FILE", help="where the figures are kept, and gone on with")
    parser.add_argument("--plot", metavar="FILE", help="where to draw them (.svg)")
    parser.add_argument("--one", nargs=2, metavar=("NAME", "FILE"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(one(args.one[0], Path(args.one[1]))))
        return
    rows: list[dict[str, Any]] = []
    if args.json and Path(args.json).exists():
        rows = json.loads(Path(args.json).read_text("utf-8"))["table"]
    print(
        "| passages | program | start | in a second | p50 | p95 | memory | disk | Success@1 | quote_hit@1 |\n"
        "|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    )
    for row in rows:
        print(told(row), flush=True)
    late: set[str] = set()
    for size in sorted(args.sizes):
        there = {row["program"] for row in rows if row.get("size") == size}
        wanted = [name for name in args.programs if name not in there | late]
        if not wanted:
            continue
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "chosen.json"
            chosen = {**choose(args.library, size, args.questions), "given": args.given}
            file.write_text(json.dumps(chosen), "utf-8")
            if args.given:
                np.save(file.with_suffix(".npy"), vectors(args.library, chosen["documents"]))
            for program in wanted:
                came = apart(program, args.library, file, args.minutes)
                if isinstance(came, str):
                    print(f"{program}, {size:,} passages: {came}", file=sys.stderr, flush=True)
                    late.add(program)
                    continue
                rows.append({"size": size, **came})
                print(told(came), flush=True)
                if args.json:
                    keep(Path(args.json), {"table": rows, "growth": growths(rows)})
    for cost, programs in growths(rows).items():
        for program, growth in programs.items():
            print(f"{COSTS[cost]}, {program}: {growth['factor']:.3g} · passages^{growth['power']:.2f}")
    if args.plot and rows:
        panels = {title: by_program(rows, cost) for cost, title in COSTS.items()}
        Path(args.plot).write_text(drawn(panels, "passages"), "utf-8")


if __name__ == "__main__":
    main()
