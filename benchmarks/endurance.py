"""Hours of use without a pause: python -m benchmarks.endurance [--minutes 10] [--library LIBRARY]

Serves the page over a library, in a process of its own, as ``qa chat`` does, and keeps it at work: files are
added as the page adds them and taken out again, and questions, documents and concordances are asked for over
HTTP, all at once. Its memory, open files, disk and seconds to an answer are looked at from outside.

Prints a Markdown table, a tenth of the time a row, and exits with 1 where something was amiss: an answer
failed; a later tenth's median of memory is more than 5 % above the second one's; more files are open than
then; the 95th percentile of the second half is above 1.5 times that of the first; the disk was kept.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from benchmarks.archive import machine

ROOT = Path(__file__).parents[1]
PATIENCE = 120.0  # seconds
QUESTIONS = (
    "Who was Subasic?",
    "What did Litvinov tell Harriman at the theatre?",
    "Which countries came under renewed pressure for bases?",
    "What is said of the harbour?",
    "Who paid for the lighthouse on the moon?",
)
FILES = 20
"""Files added at once; when three times as many are in, the oldest are taken out."""

MEMORY, LATENCY = 1.05, 1.5
LEFT = 8 * 1024**2
"""Bytes by which the library's folder may be larger in the end than in the beginning."""


@dataclass(frozen=True, slots=True)
class Look:
    """``at`` seconds since the beginning: bytes of memory, open files, bytes of disk."""

    at: float
    memory: int
    handles: int
    disk: int


# -- the process that is looked at ----------------------------------------------------------------------


def serve(folder: Path, port: int) -> None:  # noqa: PLR0915  # a script, read from top to bottom
    """The page, and in a thread of its own files coming and going, until a line comes on standard input; then
    all that came is taken out."""
    from qa import adding
    from qa.assistant import Assistant
    from qa.page import build
    from qa.page.serve import memory
    from qa.page.serve.opening import Opening
    from qa.page.serve.people import People
    from qa.page.serve.serving import Where, begin
    from qa.page.shelves.intake import Intake

    memory.bounded()  # as launch does
    memory.given_back()
    assistant = Assistant.open(folder / "library")
    if assistant.library.generation() == 0:
        adding.add(assistant.library, assistant.encoder, [adding.seeds()])
    assistant.warm()
    opening = Opening.done(assistant)
    page = build(opening)
    begin(page, opening, Where(port=port, open_browser=False), People(folder / "people.json"))
    over = threading.Event()
    counts = {"added": 0, "removed": 0, "failed": 0}

    def come_and_go() -> None:
        intake, chance, there = Intake(), random.Random(1), list[Path]()
        words = "".join(assistant.library.document(one.name).text for one in assistant.library.documents())
        vocabulary = sorted({word for word in words.split() if word.isalpha()})[:5_000]
        number = 0
        while not over.is_set():
            papers = folder / "papers" / str(number)
            papers.mkdir(parents=True)
            for _ in range(FILES):
                number += 1
                text = ". ".join(
                    " ".join(chance.choices(vocabulary, k=chance.randrange(5, 30))).capitalize()
                    for _ in range(chance.randrange(10, 80))
                )
                (papers / f"{number}.txt").write_text(f"Of the harbour, part {number}.\n\n{text}.")
            there += sorted(papers.iterdir())
            intake.bring_named(assistant, [str(papers)])
            intake.wait(PATIENCE)
            look = intake.look()
            counts["added"] += look.count("added")
            counts["failed"] += look.count("failed") + bool(look.error)
            intake.forget(assistant.library.location, [one.path for one in assistant.library.sources()])
            if len(there) >= 3 * FILES:
                gone, there = there[:FILES], there[FILES:]
                assistant.library.remove([str(path) for path in gone])
                shutil.rmtree(gone[0].parent)
                counts["removed"] += len(gone)
        assistant.library.remove([str(path) for path in there])
        assistant.library.flush()

    worker = threading.Thread(target=come_and_go)
    worker.start()
    print("ready", flush=True)
    sys.stdin.readline()
    over.set()
    worker.join()
    print(json.dumps(counts), flush=True)
    sys.stdin.readline()
    page.close(verbose=False)
    assistant.library.close()


# -- what looks at it -----------------------------------------------------------------------------------


def looked(process: int, library: Path, began: float) -> Look:
    """How it is now (Linux: /proc)."""
    place = Path(f"/proc/{process}")
    pages = int((place / "statm").read_text().split()[1])
    handles = sum(1 for _ in (place / "fd").iterdir())
    return Look(time.perf_counter() - began, pages * os.sysconf("SC_PAGE_SIZE"), handles, size(library))


def size(folder: Path) -> int:
    """Bytes of all files in a folder."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:  # gone meanwhile
            continue
    return total


def called(client: httpx.Client, tool: str, arguments: dict[str, object]) -> dict[str, object]:
    """What a tool of the page gives. Raises RuntimeError."""
    event = client.post(f"gradio_api/call/v2/{tool}", json=arguments).raise_for_status().json()["event_id"]
    said = client.get(f"gradio_api/call/{tool}/{event}").text
    # Before what came of it stands a sign of life for every fifteen seconds that it took.
    _, complete, data = said.partition("event: complete\ndata: ")
    if not complete:
        raise RuntimeError(said[:200])
    found: dict[str, object] = json.loads(data.strip())[0]
    return found


def asked(
    address: str, over: threading.Event, began: float, took: list[tuple[float, float]], wrong: list[str]
) -> None:
    """Asks until it is over: (when, seconds) of each question into ``took``."""
    chance = random.Random(2)
    with httpx.Client(base_url=address, timeout=PATIENCE) as client:
        while not over.is_set():
            question = chance.choice(QUESTIONS)
            start = time.perf_counter()
            try:
                called(client, "ask", {"question": question})
                took.append((start - began, time.perf_counter() - start))
                called(client, "concordance", {"words": "harbour", "limit": 10})
                called(client, "documents", {"limit": 10})
            except (httpx.HTTPError, RuntimeError, ValueError) as error:
                wrong.append(f"{question}: {error!r}")


def p95(values: Sequence[float]) -> float:
    """The 95th percentile (nearest rank); nan of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))] if ordered else float("nan")


def judge(
    looks: Sequence[Look], took: Sequence[tuple[float, float]], seconds: float, before: int, after: int
) -> tuple[list[str], str]:
    """(what is amiss in words, the table)"""
    tenths: list[tuple[float, int, int, float, int]] = []
    for tenth in range(10):
        first, last = tenth * seconds / 10, (tenth + 1) * seconds / 10
        here = [look for look in looks if first <= look.at < last]
        answers = [spent for at, spent in took if first <= at < last]
        if here:
            tenths.append(
                (
                    median(look.memory for look in here),
                    max(look.handles for look in here),
                    max(look.disk for look in here),
                    p95(answers),
                    len(answers),
                )
            )
    amiss = []
    reference = tenths[1] if len(tenths) > 1 else tenths[0]
    most = max(tenth[0] for tenth in tenths[1:] or tenths)
    if most > MEMORY * reference[0]:
        amiss.append(f"memory grew by {most / reference[0] - 1:.1%} after the first tenth")
    handles = max(tenth[1] for tenth in tenths[1:] or tenths)
    # A question under way has its connections and files: two tenths differ by how many were met.
    if handles > reference[1] + 8:
        amiss.append(f"{handles} files open, {reference[1]} in the second tenth")
    early = p95([spent for at, spent in took if at < seconds / 2])
    late = p95([spent for at, spent in took if at >= seconds / 2])
    if not late <= LATENCY * early:
        amiss.append(f"95th percentile {late:.2f} s in the second half, {early:.2f} s in the first")
    if after > before + LEFT:
        amiss.append(f"{(after - before) / 1024**2:.1f} MB of disk not given back")
    lines = ["| tenth | memory (median) | open files (most) | disk (most) | answers | 95 % took less than |",
             "|--:|--:|--:|--:|--:|--:|"]  # fmt: skip
    for number, (memory, files, disk, slow, count) in enumerate(tenths, 1):
        lines.append(
            f"| {number} | {memory / 1024**2:,.0f} MB | {files} | {disk / 1024**2:.1f} MB | {count} "
            f"| {slow:.2f} s |"
        )
    lines.append(
        f"\nDisk: {before / 1024**2:.1f} MB in the beginning, {after / 1024**2:.1f} MB when all was taken "
        f"out. 95th percentile: first half {early:.2f} s, second half {late:.2f} s. Memory after the first "
        f"tenth: at most {most / reference[0] - 1:+.1%}."
    )
    return amiss, "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:  # noqa: PLR0915
    """Runs it; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10.0, metavar="N", help="(default: 10)")
    parser.add_argument("--library", type=Path, help="a library to copy (default: a new one of the seeds)")
    parser.add_argument("--askers", type=int, default=2, metavar="N", help="who ask at once (default: 2)")
    parser.add_argument("--serve", nargs=2, metavar=("FOLDER", "PORT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.serve:
        serve(Path(arguments.serve[0]), int(arguments.serve[1]))
        return 0
    if not Path("/proc/self/statm").exists():
        print(
            "benchmarks.endurance looks at processes through /proc, which this system has not.",
            file=sys.stderr,
        )
        return 2
    seconds = 60 * arguments.minutes
    with tempfile.TemporaryDirectory(prefix="ibid-endurance-") as place, socket.socket() as probe:
        folder = Path(place)
        if arguments.library:
            shutil.copytree(arguments.library, folder / "library")
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [sys.executable, "-m", "benchmarks.endurance", "--serve", str(folder), str(port)]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "GRADIO_TEMP_DIR": str(folder / "uploads")},
        ) as server:  # fmt: skip
            assert server.stdin is not None
            assert server.stdout is not None
            try:
                if server.stdout.readline() != "ready\n":
                    raise SystemExit("The page did not come up.")
                before = size(folder / "library")
                looks: list[Look] = []
                took: list[tuple[float, float]] = []
                wrong: list[str] = []
                over = threading.Event()
                began = time.perf_counter()
                address = f"http://127.0.0.1:{port}/"
                threads = [
                    threading.Thread(target=asked, args=(address, over, began, took, wrong))
                    for _ in range(arguments.askers)
                ]
                for thread in threads:
                    thread.start()
                while time.perf_counter() - began < seconds and server.poll() is None:
                    looks.append(looked(server.pid, folder / "library", began))
                    time.sleep(1.0)
                over.set()
                for thread in threads:
                    thread.join()
                server.stdin.write("over\n")
                server.stdin.flush()
                counts = json.loads(server.stdout.readline())
                after = size(folder / "library")
                server.stdin.write("out\n")
                server.stdin.flush()
                server.wait(30)
            finally:
                server.kill()
    amiss, shown = judge(looks, took, seconds, before, after)
    amiss += [f"{len(wrong)} requests failed: {wrong[0]}"] if wrong else []
    amiss += [f"{counts['failed']} files could not be added"] if counts["failed"] else []
    print(
        f"{time.strftime('%d %B %Y', time.gmtime())}, {machine()}, {arguments.minutes:g} minutes\n\n{shown}\n"
    )
    print(f"{counts['added']} files added, {counts['removed']} taken out, {len(took)} questions answered.")
    for words in amiss:
        print(f"AMISS: {words}")
    return int(bool(amiss))


if __name__ == "__main__":
    raise SystemExit(main())
