"""From how many vectors on another index than the flat one pays.

    python -m benchmarks.vectors LIBRARY [COUNT …] [--kinds KIND …]

Takes the vectors of a library that is there, enlarged to each COUNT (default: 100,000 500,000 1,000,000) by
noise of 0.02 a number, and asks them 200 questions of the archive's development sets, K 150 as answering
does, of: flat at half precision; IVF (2 √n lists, trained on 40 vectors a list; several numbers of lists
looked into) at half precision and at eight bits; and HNSW (M 32, efConstruction 80; two efSearch) at half
precision. Prints recall@10 and recall@150 against flat, p50 and p95 of one question on one core, bytes a
vector and seconds of computing to build. HNSW is left out above --hnsw-most vectors: building it takes long.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.results import keep
from qa.encoding import SentenceEncoder
from qa.evaluation import load
from qa.library import open_library

COUNTS = (100_000, 500_000, 1_000_000)
SETS = ("kennedy_khrushchev", "russia_1918")
QUESTIONS, K, NOISE, BLOCK = 200, 150, 0.02, 50_000
METRIC, HALF = faiss.METRIC_INNER_PRODUCT, faiss.ScalarQuantizer.QT_fp16
EIGHT = faiss.ScalarQuantizer.QT_8bit
KINDS = ("flat", "IVF", "IVF 8 bit", "HNSW")
EFFORTS = {"flat": (0,), "IVF": (32, 64, 128, 256), "IVF 8 bit": (128,), "HNSW": (150, 300)}
"""Lists looked into, or efSearch."""
_faiss: Any = faiss


def stored(location: str) -> NDArray[np.float32]:
    """All vectors of a library."""
    library = open_library(location, model=SentenceEncoder().name, create=False)
    ids = [p.id for document in library.documents() for p in library.passages_of(document.name)]
    vectors = library.vectors(ids)
    library.close()
    return vectors


def asked_of(names: list[str]) -> NDArray[np.float32]:
    """QUESTIONS of the sets as vectors."""
    texts = [question.question for name in names for question in load(name).questions]
    chosen = [texts[at] for at in np.linspace(0, len(texts) - 1, min(QUESTIONS, len(texts))).astype(int)]
    encoder = SentenceEncoder()
    return np.concatenate([encoder.encode([text]) for text in chosen])


def enlarged(real: NDArray[np.float32], count: int) -> Iterator[NDArray[np.float32]]:
    """``count`` vectors in blocks: the real ones, then these with noise, again and again; always the same."""
    for first in range(0, count, BLOCK):
        rng = np.random.default_rng(first)
        rows = real[np.arange(first, min(first + BLOCK, count)) % len(real)]
        noisy = rows + NOISE * rng.standard_normal(rows.shape, np.float32)
        yield noisy / np.linalg.norm(noisy, axis=1, keepdims=True)


def build(kind: str, real: NDArray[np.float32], count: int) -> tuple[Any, float, float]:
    """The index, the seconds of computing that it took on all cores, and those by the clock."""
    dimension = real.shape[1]
    took, waited = 0.0, 0.0

    def timed(work: Callable[[], None]) -> None:
        nonlocal took, waited
        computed, began = time.process_time(), time.perf_counter()
        work()
        took += time.process_time() - computed
        waited += time.perf_counter() - began

    if kind == "flat":
        index: Any = faiss.IndexScalarQuantizer(dimension, HALF, METRIC)
    elif kind == "HNSW":
        index = _faiss.IndexHNSWSQ(dimension, HALF, 32, METRIC)
        index.hnsw.efConstruction = 80
    else:
        lists = int(2 * math.sqrt(count))
        coarse = faiss.IndexFlat(dimension, METRIC)
        codes = EIGHT if "8" in kind else HALF
        index = _faiss.IndexIVFScalarQuantizer(coarse, dimension, lists, codes, METRIC, "8" in kind)
        sample = np.concatenate([block[:: max(1, count // (40 * lists))] for block in enlarged(real, count)])
        timed(lambda: index.train(sample))
    for block in enlarged(real, count):
        timed(lambda block=block: index.add(block))  # type: ignore[misc]
    return index, took, waited


def asked(index: Any, questions: NDArray[np.float32]) -> tuple[list[list[int]], list[float]]:
    """The K nearest of each, and the seconds of each (of this thread: what else the machine does counts for
    nothing)."""
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    found, seconds = [], []
    for question in questions:
        began = time.thread_time()
        _, ids = index.search(question[None], K)
        seconds.append(time.thread_time() - began)
        found.append(ids[0].tolist())
    faiss.omp_set_num_threads(threads)
    return found, seconds


def bytes_of(index: Any) -> int:
    """How long its file would be."""
    size = 0

    def count(block: Any) -> int:
        nonlocal size
        size += len(block)
        return len(block)

    faiss.write_index(index, _faiss.PyCallbackIOWriter(count))
    return size


def recall(found: list[list[int]], exact: list[list[int]], depth: int) -> float:
    hits = sum(len(set(a[:depth]) & set(b[:depth])) for a, b in zip(found, exact, strict=True))
    return hits / (depth * len(exact))


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures flat, IVF and HNSW at several sizes.")
    parser.add_argument("library", metavar="LIBRARY", help="a library with real vectors")
    parser.add_argument("counts", nargs="*", type=int, default=list(COUNTS), metavar="COUNT")
    parser.add_argument("--kinds", nargs="+", choices=KINDS[1:], default=list(KINDS), metavar="KIND",
                        help=f"beside flat, only these of: {', '.join(KINDS[1:])}")  # fmt: skip
    parser.add_argument("--hnsw-most", type=int, default=500_000, metavar="N", help="default: 500,000")
    parser.add_argument("--json", metavar="FILE", help="where to keep the figures")
    args = parser.parse_args()
    real, questions = stored(args.library), asked_of(list(SETS))
    rows = []
    print("| vectors | index | recall@10 | recall@150 | p50 | p95 | bytes a vector | built in |")
    print("|--:|---|--:|--:|--:|--:|--:|--:|")
    for count in args.counts:
        exact: list[list[int]] = []
        for kind in KINDS:
            if kind not in ("flat", *args.kinds) or (kind == "HNSW" and count > args.hnsw_most):
                continue
            index, built, waited = build(kind, real, count)
            size = bytes_of(index) / count
            for effort in EFFORTS[kind]:
                if kind == "HNSW":
                    index.hnsw.efSearch = effort
                elif kind != "flat":
                    index.nprobe = effort
                found, seconds = asked(index, questions)
                exact = exact or found
                p50, p95 = statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=20)[-1] * 1000
                at_10, at_all = recall(found, exact, 10), recall(found, exact, K)
                rows.append(
                    {"vectors": count, "index": kind, "effort": effort, "recall@10": at_10,
                     f"recall@{K}": at_all, "p50_ms": p50, "p95_ms": p95, "bytes_a_vector": size,
                     "build_seconds_of_computing": built, "build_seconds": waited}
                )  # fmt: skip
                print(
                    f"| {count:,} | {kind}{f', {effort}' if effort else ''} | {at_10:.3f} | {at_all:.3f} | "
                    f"{p50:.1f} ms | {p95:.1f} ms | {size:,.0f} | {built:,.0f} s |",
                    flush=True,
                )
            del index
    if args.json:
        keep(Path(args.json), {"table": rows})


if __name__ == "__main__":
    main()
