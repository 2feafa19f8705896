"""Ibid beside its peers on the same passages with the same model: python -m benchmarks.peers LIBRARY

Needs an environment of its own, see benchmarks/peers.txt. For each SIZE (default: 1000 10000 26000 passages
of the library, evenly spread, those that hold the evidence of the sets' questions among them; beyond what
the library holds, its documents again with three words in ten replaced by others of theirs) and each program,
in a process of its own: seconds to import it and load the model, passages a second into its index, p50 and
p95 of a question, the most memory, the bytes on the disk, and Success@1 (documents) and quote_hit@1 over the
questions of the sets whose evidence is in. A passage counts as the quote of a program that shows passages.
All have the same model, passages and questions; Ibid alone reads them from files and splits them anew. "ibid
plain" is Ibid without its evidence model.

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
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.growth import drawn, fitted
from benchmarks.results import keep

PROGRAMS = ("ibid", "ibid plain", "txtai dense", "txtai hybrid", "haystack", "script")
SETS = ("kennedy_khrushchev", "russia_1918")
SIZES = (1_000, 10_000, 26_000)

REPLACED = 0.3
"""Share of the words that are others in a document that stands in a second time."""

COSTS = {
    "index_seconds": "seconds to index", "p50_ms": "half the questions (ms)", "memory_mb": "most memory (MB)",
    "disk_mb": "on the disk (MB)",
}  # fmt: skip
Ask = Callable[[str], tuple[str, str]]
"""A question to the first document and its first quote."""


def choose(location: str, size: int, most: int) -> dict[str, Any]:
    """Passages by document, and questions with their evidence (document, quote)."""
    from qa.encoding import SentenceEncoder
    from qa.evaluation import load
    from qa.library import open_library

    library = open_library(location, model=SentenceEncoder().name, create=False)
    held = {one.name for one in library.documents()}
    questions = [
        {"question": q.question, "evidence": [[e.document, e.quote or ""] for e in q.evidence]}
        for name in SETS
        for q in load(name).questions
        if q.evidence and not q.after and all(e.document in held for e in q.evidence)
    ]
    questions = questions[:: max(1, len(questions) // most)][:most]
    wanted = {name for q in questions for name, _ in q["evidence"]}
    others = [one.name for one in library.documents() if one.name not in wanted]
    chosen: dict[str, list[str]] = {}
    count = 0
    step = max(1, library.searched().passages // size)
    for name in [*sorted(wanted), *others[::step], *others]:
        if count >= size or name in chosen:
            continue
        chosen[name] = [passage.clean for passage in library.passages_of(name)]
        count += len(chosen[name])
    library.close()
    questions = [q for q in questions if all(name in chosen for name, _ in q["evidence"])]
    count += enlarge(chosen, size - count)
    return {"documents": chosen, "questions": questions, "passages": count}


def enlarge(documents: dict[str, list[str]], wanted: int) -> int:
    """Adds documents that are like those there, until ``wanted`` passages more are in; how many these are.
    Always the same."""
    chance = random.Random(7)
    originals = list(documents.items())
    words = [word for _, texts in originals for text in texts[:2] for word in text.split()]
    added, turn = 0, 0
    while added < wanted:
        turn += 1
        for name, texts in originals:
            if added >= wanted:
                break
            documents[f"{name}~{turn}"] = [
                " ".join(
                    chance.choice(words) if chance.random() < REPLACED else word for word in text.split()
                )
                for text in texts[: wanted - added]
            ]
            added += len(documents[f"{name}~{turn}"])
    return added


def ibid(documents: dict[str, list[str]], folder: Path, evidence: bool) -> tuple[float, Ask]:
    from types import SimpleNamespace
    from typing import cast

    from qa import adding
    from qa.assistant import Assistant
    from qa.evidence.model import EvidenceModel

    files = folder / "files"
    files.mkdir()
    names = {}
    for number, (name, texts) in enumerate(documents.items()):
        names[f"{number}.txt"] = name
        (files / f"{number}.txt").write_text("\n\n".join(texts), "utf-8")
    assistant = Assistant.open(folder / "library")
    if not evidence:
        nothing = cast(EvidenceModel, SimpleNamespace(available=False))
        assistant = Assistant(assistant.library, assistant.encoder, evidence=nothing)
    assistant.warm()
    began = time.perf_counter()
    adding.add(assistant.library, assistant.encoder, [files])
    took = time.perf_counter() - began

    def ask(question: str) -> tuple[str, str]:
        answer = assistant.ask(question)
        first = answer.passages[0].passage.document if answer.passages else ""
        quotes = answer.quotes or answer.nearest
        return names.get(first, ""), quotes[0].text if quotes else ""

    return took, ask


def txtai(documents: dict[str, list[str]], folder: Path, hybrid: bool) -> tuple[float, Ask]:
    from txtai import Embeddings  # type: ignore[import-not-found,unused-ignore]

    from qa.encoding import packaged_model

    rows = [(name, text) for name, texts in documents.items() for text in texts]
    index = Embeddings(path=str(packaged_model()), hybrid=hybrid, content=False, gpu=False)
    began = time.perf_counter()
    index.index([(number, text, None) for number, (_, text) in enumerate(rows)])
    index.save(str(folder / "index"))
    took = time.perf_counter() - began

    def ask(question: str) -> tuple[str, str]:
        found = index.search(question, 1)
        return rows[int(found[0][0])] if found else ("", "")

    return took, ask


def haystack(documents: dict[str, list[str]], folder: Path) -> tuple[float, Ask]:
    # mypy: these are there only where benchmarks/peers.txt is installed.
    from haystack import Document  # type: ignore[import-not-found,unused-ignore]
    from haystack.components.retrievers.in_memory import (  # type: ignore[import-not-found,unused-ignore]
        InMemoryEmbeddingRetriever,
    )
    from haystack.document_stores.in_memory import (  # type: ignore[import-not-found,unused-ignore]
        InMemoryDocumentStore,
    )
    from sentence_transformers import SentenceTransformer

    from qa.encoding import packaged_model

    del folder
    # Its own embedders of local models are a package apart since version 3; they call this.
    model: Any = SentenceTransformer(str(packaged_model()), device="cpu")
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    retriever = InMemoryEmbeddingRetriever(store, top_k=1)
    rows = [(name, text) for name, texts in documents.items() for text in texts]
    began = time.perf_counter()
    vectors = model.encode([text for _, text in rows], normalize_embeddings=True)
    store.write_documents(
        [
            Document(id=str(n), content=text, meta={"document": name}, embedding=vector.tolist())
            for n, ((name, text), vector) in enumerate(zip(rows, vectors, strict=True))
        ]
    )
    took = time.perf_counter() - began

    def ask(question: str) -> tuple[str, str]:
        vector = model.encode([question], normalize_embeddings=True)[0].tolist()
        found = retriever.run(vector)["documents"]
        return (found[0].meta["document"], found[0].content) if found else ("", "")

    return took, ask


def script(documents: dict[str, list[str]], folder: Path) -> tuple[float, Ask]:
    import faiss
    from sentence_transformers import SentenceTransformer

    from qa.encoding import packaged_model

    rows = [(name, text) for name, texts in documents.items() for text in texts]
    model: Any = SentenceTransformer(str(packaged_model()), device="cpu")
    began = time.perf_counter()
    vectors = model.encode([text for _, text in rows], normalize_embeddings=True)
    index: Any = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(folder / "index.faiss"))
    took = time.perf_counter() - began

    def ask(question: str) -> tuple[str, str]:
        _, found = index.search(model.encode([question], normalize_embeddings=True), 1)
        return rows[int(found[0][0])]

    return took, ask


def one(program: str, chosen: dict[str, Any]) -> dict[str, Any]:
    """The figures of one program; in a process that has done nothing else."""
    from qa.evaluation.wording import HIT, overlap

    ways: dict[str, Callable[[dict[str, list[str]], Path], tuple[float, Ask]]] = {
        "ibid": lambda d, f: ibid(d, f, True),
        "ibid plain": lambda d, f: ibid(d, f, False),
        "txtai dense": lambda d, f: txtai(d, f, False),
        "txtai hybrid": lambda d, f: txtai(d, f, True),
        "haystack": haystack,
        "script": script,
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.perf_counter()
        took, ask = ways[program](chosen["documents"], folder)
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
        "program": program, "passages": chosen["passages"], "start_seconds": started, "index_seconds": took,
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
    """(passages, cost) of each program, where it costs anything."""
    found: dict[str, list[tuple[float, float]]] = {}
    for row in sorted(rows, key=lambda row: int(row["passages"])):
        if row[cost] > 0:
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
        f"| {row['passages']:,} | {row['program']} | {row['start_seconds']:.1f} s | "
        f"{row['passages_a_second']:.0f} | {row['p50_ms']:.0f} ms | {row['p95_ms']:.0f} ms | "
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
    parser.add_argument("--json", metavar="FILE", help="where the figures are kept, and gone on with")
    parser.add_argument("--plot", metavar="FILE", help="where to draw them (.svg)")
    parser.add_argument("--one", nargs=2, metavar=("NAME", "FILE"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(one(args.one[0], json.loads(Path(args.one[1]).read_text("utf-8")))))
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
            file.write_text(json.dumps(choose(args.library, size, args.questions)), "utf-8")
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
