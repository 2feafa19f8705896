"""How many passages a second go into a library, beside SentenceTransformer.encode over the same passages.

    python -m benchmarks.indexing FILE… [--rounds R] [--json FILE]

A round adds the files to a new library (reading, splitting, encoding, storing, both indexes), and encodes the
passages that came of it with sentence-transformers in float32 at its default batch size, by turns, so that
whatever else the machine does weighs on both. Both models are loaded before; what there is to measure of the
processor is measured within the first round. Prints each round's passages a second and their ratio.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.results import keep
from qa import adding
from qa.encoding import SentenceEncoder, packaged_model
from qa.library import open_library
from qa.splitting import embedded_text


def add(folder: Path, files: list[str], encoder: SentenceEncoder) -> int:
    """Passages added."""
    library = open_library(folder, model=encoder.name)
    report = adding.add(library, encoder, files)
    library.close()
    return report.passages


def texts_of(folder: Path, encoder: SentenceEncoder) -> tuple[list[str], np.ndarray[Any, Any]]:
    """What was embedded, and the stored vectors."""
    library = open_library(folder, model=encoder.name)
    passages = [p for document in library.documents() for p in library.passages_of(document.name)]
    vectors = library.vectors([passage.id for passage in passages])
    library.close()
    return [embedded_text(passage) for passage in passages], vectors


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds by the clock, seconds of computing, what came of it."""
    began, worked = time.perf_counter(), time.process_time()
    made = work()
    return time.perf_counter() - began, time.process_time() - worked, made


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Compares adding files, whole, with encoding their passages by sentence-transformers."
    )
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--rounds", type=int, default=3, metavar="R", help="rounds (default: 3)")
    parser.add_argument("--json", metavar="FILE", help="where to keep the figures")
    args = parser.parse_args()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    encoder = SentenceEncoder()
    encoder.load()
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(packaged_model()), device="cpu")
    rounds = []
    for number in range(args.rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "library"
            ours, our_work, passages = timed(lambda folder=folder: add(folder, args.files, encoder))  # type: ignore[misc]
            texts, stored = texts_of(folder, encoder)
        theirs, their_work, exact = timed(
            lambda texts=texts: plain.encode(texts, normalize_embeddings=True, show_progress_bar=False)  # type: ignore[misc]
        )
        cosine = float((stored * exact).sum(1).min())
        rounds.append(
            {
                "passages": passages,
                "added_a_second": passages / ours,
                "encoded_a_second": passages / theirs,
                "ratio": theirs / ours,
                "ratio_of_computing": their_work / our_work,
                "lowest_cosine": cosine,
            }
        )
        print(
            f"round {number + 1}: {passages:,} passages; added {passages / ours:.1f} a second, encoded by "
            f"sentence-transformers {passages / theirs:.1f}: ratio {theirs / ours:.2f} "
            f"(of computing time {their_work / our_work:.2f}); lowest cosine {cosine:.4f}",
            flush=True,
        )
    ratio = statistics.median(float(one["ratio"]) for one in rounds)
    print(f"median ratio {ratio:.2f}; precision {encoder.current}")
    if args.json:
        keep(Path(args.json), {"precision": encoder.current, "median_ratio": ratio, "rounds": rounds})


if __name__ == "__main__":
    main()
