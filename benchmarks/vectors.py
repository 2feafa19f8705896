"""From how many vectors on another index than the flat one pays.

    python -m benchmarks.vectors LIBRARY [COUNT …]

Takes the vectors of a library that is there, enlarged to each COUNT (default: 100,000 500,000 1,000,000) by
noise of 0.02 a number, and asks 200 of them, with other noise, of: flat at half precision (what the library
has), HNSW (M 32, efConstruction 80, efSearch 128) at half precision, and IVF (4 √n lists, 32 looked into) at
half precision. Prints recall@10 against flat, p50 and p95 of one question on one core, bytes a vector and
seconds to build. HNSW is left out above --hnsw-most vectors, for building it takes hours.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.results import keep
from qa.encoding import SentenceEncoder
from qa.library import open_library

COUNTS = (100_000, 500_000, 1_000_000)
QUESTIONS, K, NOISE, BLOCK = 200, 10, 0.02, 50_000
METRIC, HALF = faiss.METRIC_INNER_PRODUCT, faiss.ScalarQuantizer.QT_fp16
_faiss: Any = faiss


def stored(location: str) -> NDArray[np.float32]:
    """All vectors of a library."""
    library = open_library(location, model=SentenceEncoder().name, create=False)
    ids = [p.id for document in library.documents() for p in library.passages_of(document.name)]
    vectors = library.vectors(ids)
    library.close()
    return vectors


def enlarged(real: NDArray[np.float32], count: int) -> Iterator[NDArray[np.float32]]:
    """``count`` vectors in blocks: the real ones, then these with noise, again and again; always the same."""
    for first in range(0, count, BLOCK):
        rng = np.random.default_rng(first)
        rows = real[np.arange(first, min(first + BLOCK, count)) % len(real)]
        noisy = rows + NOISE * rng.standard_normal(rows.shape, np.float32)
        yield noisy / np.linalg.norm(noisy, axis=1, keepdims=True)


def build(kind: str, real: NDArray[np.float32], count: int) -> tuple[Any, float]:
    """The index, and the seconds of this thread and FAISS's that it took."""
    dimension = real.shape[1]
    began = time.process_time()
    if kind == "flat":
        index: Any = faiss.IndexScalarQuantizer(dimension, HALF, METRIC)
    elif kind == "HNSW":
        index = _faiss.IndexHNSWSQ(dimension, HALF, 32, METRIC)
        index.hnsw.efConstruction, index.hnsw.efSearch = 80, 128
    else:
        lists = int(4 * math.sqrt(count))
        coarse = faiss.IndexFlat(dimension, METRIC)
        index = _faiss.IndexIVFScalarQuantizer(coarse, dimension, lists, HALF, METRIC)
        index.nprobe = 32
        sample = np.concatenate([block[:: max(1, count // (40 * lists))] for block in enlarged(real, count)])
        index.train(sample)
    for block in enlarged(real, count):
        index.add(block)
    return index, time.process_time() - began


def asked(index: Any, questions: NDArray[np.float32]) -> tuple[list[list[int]], list[float]]:
    """The nearest of each, and the seconds of each (of this thread: what else the machine does counts for
    nothing)."""
    faiss.omp_set_num_threads(1)
    found, seconds = [], []
    for question in questions:
        began = time.thread_time()
        _, ids = index.search(question[None], K)
        seconds.append(time.thread_time() - began)
        found.append(ids[0].tolist())
    return found, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures flat, HNSW and IVF at several sizes.")
    parser.add_argument("library", metavar="LIBRARY", help="a library with real vectors")
    parser.add_argument("counts", nargs="*", type=int, default=list(COUNTS), metavar="COUNT")
    parser.add_argument("--hnsw-most", type=int, default=500_000, metavar="N", help="default: 500,000")
    parser.add_argument("--json", metavar="FILE", help="where to keep the figures")
    args = parser.parse_args()
    real = stored(args.library)
    rng = np.random.default_rng(7)
    questions = real[rng.integers(0, len(real), QUESTIONS)]
    questions = questions + NOISE * rng.standard_normal(questions.shape, np.float32)
    questions /= np.linalg.norm(questions, axis=1, keepdims=True)
    rows = []
    print("| vectors | index | recall@10 | p50 | p95 | bytes a vector | built in |")
    print("|--:|---|--:|--:|--:|--:|--:|")
    for count in args.counts:
        exact: list[list[int]] = []
        for kind in ("flat", "HNSW", "IVF"):
            if kind == "HNSW" and count > args.hnsw_most:
                continue
            index, built = build(kind, real, count)
            found, seconds = asked(index, questions)
            exact = exact or found
            hits = sum(len(set(a) & set(b)) for a, b in zip(found, exact, strict=True))
            size = len(faiss.serialize_index(index)) / count if count <= 1_000_000 else 0
            p50, p95 = statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=20)[-1] * 1000
            recall = hits / (K * QUESTIONS)
            rows.append(
                {"vectors": count, "index": kind, "recall@10": recall, "p50_ms": p50, "p95_ms": p95,
                 "bytes_a_vector": size, "build_seconds_of_computing": built}
            )  # fmt: skip
            print(
                f"| {count:,} | {kind} | {recall:.3f} | {p50:.1f} ms | {p95:.1f} ms | {size:,.0f} | "
                f"{built:,.0f} s |",
                flush=True,
            )
            del index
    if args.json:
        keep(Path(args.json), {"table": rows})


if __name__ == "__main__":
    main()
