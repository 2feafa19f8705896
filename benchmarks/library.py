"""How long an embedded library takes to open and to search: python benchmarks/library.py [PASSAGES …]

Made-up passages of 100 words drawn by Zipf's law, with random vectors of 384 numbers; a question is twelve
words of one passage. Prints medians (and the 95th percentile of searches) in milliseconds.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

import numpy as np

from qa.library import open_library
from qa.types import Document, Metadata, Passage, SourceFile

DIMENSION = 384
FILE_PASSAGES, DOCUMENT_PASSAGES = 1_000, 10
WORDS = 100
QUESTIONS = 200
ROUNDS = 5


def build(folder: Path, passages: int) -> list[str]:
    """Fills a library and returns questions to ask of it."""
    rng, numbers = random.Random(1), np.random.default_rng(1)
    words = [f"{a}{b}{c}{d}" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdglmnrst" for d in range(90)]
    weights = np.cumsum(1 / np.arange(1, len(words) + 1)).tolist()
    library = open_library(folder, model="benchmark", dimension=DIMENSION)
    questions = []
    for number in range(passages // FILE_PASSAGES):
        documents, parts = [], []
        for position in range(FILE_PASSAGES // DOCUMENT_PASSAGES):
            name = f"volume{number}/d{position}"
            texts = [
                " ".join(rng.choices(words, cum_weights=weights, k=WORDS)) for _ in range(DOCUMENT_PASSAGES)
            ]
            date = f"{1900 + number % 100}-{1 + position % 12:02}"
            title = " ".join(rng.choices(words, k=6))
            documents.append(Document(name, "\n".join(texts), (), Metadata(title=title, date=date)))
            at = 0
            for text in texts:
                parts.append(Passage(name, at, at + len(text), "text", text, text, title))
                at += len(text) + 1
        questions.append(" ".join(rng.sample(parts[rng.randrange(len(parts))].clean.split(), 12)))
        vectors = numbers.standard_normal((len(parts), DIMENSION)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        source = SourceFile(f"/made/up/{number}.txt", f"{number}.txt", "0" * 64, 1, 1, "benchmark/1")
        library.add(source, documents, parts, vectors)
    library.close()
    return questions


def measure(folder: Path, questions: list[str]) -> None:
    """Prints a line for each thing that is timed."""
    numbers = np.random.default_rng(2)
    opening, first = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        library = open_library(folder, model="benchmark", dimension=DIMENSION)
        opening.append(time.perf_counter() - began)
        query = numbers.standard_normal(DIMENSION).astype(np.float32)
        library.nearest(query, 100)
        library.matching(questions[0], 100)
        first.append(time.perf_counter() - began)
        library.close()
    print(f"  open {median(opening) * 1e3:.1f} ms; open and first search {median(first) * 1e3:.0f} ms")
    library = open_library(folder, model="benchmark", dimension=DIMENSION)
    ids = [i for i, _ in library.nearest(query, 100)]
    one = library.scope(["volume3"])
    many = library.scope(date_from="1900-02", date_to="1950-06")

    def timed(what: str, work: Callable[[int], object]) -> None:
        seconds = []
        for n in range(QUESTIONS):
            began = time.perf_counter()
            work(n)
            seconds.append(time.perf_counter() - began)
        print(
            f"  {what}: p50 {median(seconds) * 1e3:.2f} ms, p95 {quantiles(seconds, n=20)[-1] * 1e3:.2f} ms"
        )

    queries = numbers.standard_normal((QUESTIONS, DIMENSION)).astype(np.float32)
    asked = [questions[n % len(questions)] for n in range(QUESTIONS)]
    assert one is not None
    assert many is not None
    timed("nearest 100", lambda n: library.nearest(queries[n], 100))
    timed("nearest 100 of one volume", lambda n: library.nearest(queries[n], 100, one))
    timed("nearest 100 of half the years", lambda n: library.nearest(queries[n], 100, many))
    timed("matching 100, 12 words", lambda n: library.matching(asked[n], 100))
    timed("matching 100 of one volume", lambda n: library.matching(asked[n], 100, one))
    timed("matching 100 of half the years", lambda n: library.matching(asked[n], 100, many))
    timed("passages of 100 ids", lambda _: library.passages(ids))
    timed("vectors of 100 ids", lambda _: library.vectors(ids))
    timed("scope by years", lambda _: library.scope(date_from="1900-02", date_to="1950-06"))
    timed("generation", lambda _: library.generation())
    library.close()


def main() -> None:
    for passages in [int(argument) for argument in sys.argv[1:]] or [20_000, 200_000]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "library"
            began = time.perf_counter()
            questions = build(folder, passages)
            size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
            print(f"{passages:,} passages: built in {time.perf_counter() - began:.0f} s, {size:,.0f} MB")
            measure(folder, questions)


if __name__ == "__main__":
    main()
