"""The plain baseline that README compares with, reproduced: what a short script does with the same model.

    python -m benchmarks.baseline [--archive FOLDER] [--vectors FILE.npy] [SET…]

Documents are cut every 150 words; all-MiniLM-L6-v2 embeds the passages, without their headings or dates;
"dense" ranks them by cosine, "mixed" by the mean of cosine and BM25, each scaled to 0…1 over the archive.
The quote of a passage is its sentence of the highest cosine, the confidence is that cosine; a follow-up is
asked without its conversation. Encoding the archive (16,280 passages) takes about a quarter of an
hour on two cores, the questions as long; --vectors FILE.npy keeps what is encoded, also of a run that was
stopped.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.archive import SETS
from qa.encoding import SentenceEncoder
from qa.evaluation import evaluate, markdown_table, print_results
from qa.library.protocol import DocumentSummary
from qa.reading import can_read, read
from qa.splitting import Sentence, sentences, sentences_within
from qa.types import Answer, Document, Passage, Quote, ScoredPassage, Searched, SourceFile

WORDS = 150
K1, B = 1.2, 0.75
RANKED = 200
BLOCK = 1_000
Floats = NDArray[np.float32]


class Archive:
    """A folder's documents, held in memory."""

    def __init__(self, folder: Path) -> None:
        self.texts: dict[str, Document] = {}
        self._sources: dict[str, SourceFile] = {}
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and can_read(p)):
            reading = read(path, path.name)
            for document in reading.documents:
                self.texts[document.name] = document
                self._sources[document.name] = SourceFile(str(path), path.name, "", 0, 0, reading.reader)

    def documents(self) -> list[DocumentSummary]:
        return [DocumentSummary(name, "", None, "", len(d.text), 0) for name, d in self.texts.items()]

    def document(self, name: str) -> Document:
        return self.texts[name]

    def source_of(self, document: str) -> SourceFile:
        return self._sources[document]


class Words:
    """BM25 over all passages (Robertson and Zaragoza 2009), whole words, no stemming."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts = [Counter(_words(text)) for text in texts]
        lengths = np.array([count.total() for count in counts], np.float32)
        self._size = len(counts)
        places: dict[str, tuple[list[int], list[int]]] = {}
        for i, count in enumerate(counts):
            for word, often in count.items():
                at, frequencies = places.setdefault(word, ([], []))
                at.append(i)
                frequencies.append(often)
        self._weights: dict[str, tuple[NDArray[np.int64], Floats]] = {}
        for word, (at, frequencies) in places.items():
            index, often_ = np.array(at), np.array(frequencies, np.float32)
            rarity = np.log(1 + (self._size - len(at) + 0.5) / (len(at) + 0.5))
            length = 1 - B + B * lengths[index] / lengths.mean()
            self._weights[word] = (
                index,
                (rarity * often_ * (K1 + 1) / (often_ + K1 * length)).astype(np.float32),
            )

    def scores(self, query: str) -> Floats:
        """(passages,) BM25 scores."""
        out = np.zeros(self._size, np.float32)
        for word in _words(query):
            if word in self._weights:
                index, weights = self._weights[word]
                out[index] += weights
        return out


class Baseline:
    """Answers as the plain script does; ``mixed`` says whether BM25 takes part."""

    def __init__(
        self,
        library: Archive,
        encoder: SentenceEncoder,
        passages: list[Passage],
        vectors: Floats,
        words: Words,
    ) -> None:
        self.library, self.mixed = library, False
        self._encoder, self._passages, self._vectors, self._words = encoder, passages, vectors, words
        self._sentences: dict[str, list[Sentence]] = {}

    def ask(self, question: str, *, after: Sequence[str] = (), limit: int = 3) -> Answer:
        began = time.perf_counter()
        query = self._encoder.encode([question])[0]
        score = self._vectors @ query
        if self.mixed:
            score = (_scaled(score) + _scaled(self._words.scores(question))) / 2
        best = np.argsort(-score, kind="stable")[:RANKED]
        ranked = tuple(ScoredPassage(self._passages[i], float(score[i]), 0.0, 0.0) for i in best)
        quotes = tuple(self._quote(found.passage, query) for found in ranked[:limit])
        counts = Searched(len(self.library.texts), len(self._passages))
        seconds = time.perf_counter() - began
        return Answer(question, tuple(after), True, quotes[0].score, quotes, (), counts, seconds, ranked)

    def _quote(self, passage: Passage, query: Floats) -> Quote:
        document = self.library.texts[passage.document]
        whole = self._sentences.setdefault(document.name, sentences(document))
        ranges = [(s.start, s.end) for s in sentences_within(whole, passage.start, passage.end)]
        ranges = ranges or [(passage.start, passage.end)]
        cosines = self._encoder.encode([document.text[a:b] for a, b in ranges]) @ query
        start, end = ranges[int(cosines.argmax())]
        words, score = document.text[start:end], float(max(0.0, cosines.max()))
        return Quote(
            *(1, words, words, document.name, "", start, end, "text", None, None, None, score, ()),
            *("", {}, None, "", ""),
        )


def cut(document: Document) -> list[Passage]:
    """A document every ``WORDS`` words."""
    places = [match.span() for match in re.finditer(r"\S+", document.text)]
    ranges = [(run[0][0], run[-1][1]) for i in range(0, len(places), WORDS) if (run := places[i : i + WORDS])]
    return [Passage(document.name, a, b, "text", document.text[a:b], document.text[a:b]) for a, b in ranges]


def encode(encoder: SentenceEncoder, texts: list[str], kept: Path | None, console: Console) -> Floats:
    """(texts, dimension) vectors; those in ``kept`` are of the first texts, and the rest are added to it
    block by block, so that a run that was stopped goes on where it was."""
    vectors: Floats = np.load(kept) if kept is not None and kept.exists() else np.zeros((0, 384), np.float32)
    for first in range(len(vectors), len(texts), BLOCK):
        console.print(f"{first} encoded")
        vectors = np.concatenate([vectors, encoder.encode(texts[first : first + BLOCK])])
        if kept is not None:
            np.save(kept, vectors)
    if len(vectors) != len(texts):
        raise SystemExit(f"{kept} holds {len(vectors)} vectors, of another archive; remove it.")
    return vectors


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _scaled(score: Floats) -> Floats:
    low, high = score.min(), score.max()
    scaled: Floats = (score - low) / (high - low) if high > low else np.zeros_like(score)
    return scaled


def main() -> None:
    parser = argparse.ArgumentParser(description="The plain baseline, reproduced.")
    parser.add_argument("sets", nargs="*", default=list(SETS), metavar="SET")
    parser.add_argument("--archive", type=Path, default=Path("../shared/data/frus"), metavar="FOLDER")
    parser.add_argument("--vectors", type=Path, metavar="FILE", help="a .npy file to keep the vectors in")
    args = parser.parse_args()
    console = Console()
    archive, encoder = Archive(args.archive), SentenceEncoder()
    passages = [passage for document in archive.texts.values() for passage in cut(document)]
    console.print(f"{len(archive.texts)} documents, {len(passages)} passages of at most {WORDS} words")
    texts = [passage.text for passage in passages]
    vectors = encode(encoder, texts, args.vectors, console)
    baseline = Baseline(archive, encoder, passages, vectors, Words(texts))
    for baseline.mixed in (False, True):
        console.rule("dense + BM25 mixed" if baseline.mixed else "dense only")
        results = evaluate(baseline, args.sets, check_sources=False)
        print_results(console, results)
        print(markdown_table(results))


if __name__ == "__main__":
    main()
