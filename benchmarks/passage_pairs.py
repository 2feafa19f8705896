"""Training examples from questions written over passages of FRUS volumes that are not in the archive: each
with the passage that answers it (or that only seems to), and the passages of those volumes that search puts
beside it.

`python -m benchmarks.passage_pairs --frus train_frus.jsonl.gz --out FILE benchmarks/questions/*.jsonl`

A question's line: id, question, after (the questions before it, where it follows up), kind ("none" where the
passage does not answer), style, document, head, date, passage, evidence (sentences of the passage, to the
letter), answer (words of these). A follow-up that another document answers than the question before also has
beside: {document, head, date, passage} of what answered that one, which search would put first.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from benchmarks.archive_pairs import find
from qa.conversation import standalone
from qa.encoding import SentenceEncoder
from qa.evidence.examples import read_rows
from qa.splitting import embedded_text, passages
from qa.types import Document, Metadata, Passage

NEGATIVES = 9
"""Passages found for a question that do not hold its evidence."""

FOUND = 40
"""Passages looked at in each of the two searches."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the examples as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--frus", type=Path, required=True, help="train_frus.jsonl.gz: passages to search")
    parser.add_argument("--vectors", type=Path, help="where the passages' vectors are kept for the next time")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("questions", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    asked = [row for path in options.questions for row in read_rows(path)]
    pool = Pool(documents_of(read_rows(options.frus)), options.vectors)
    with options.out.open("w", encoding="utf-8") as out:
        for row in asked:
            for made in of_question(pool, row):
                out.write(json.dumps(made, ensure_ascii=False) + "\n")


class Pool:
    """The passages that are searched: by words (BM25) and by meaning, the ranks added up."""

    def __init__(self, documents: Sequence[Document], kept: Path | None = None) -> None:
        cut = [(passage, document.text) for document in documents for passage in passages(document)]
        self.passages = [passage for passage, _ in cut]
        self.texts = [text for _, text in cut]
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("body", stored=False, tokenizer_name="en_stem")
        builder.add_unsigned_field("number", stored=True)
        self._index = tantivy.Index(builder.build())
        writer = self._index.writer(50_000_000, 1)
        for number, passage in enumerate(self.passages):
            line = tantivy.Document()
            line.add_text("body", embedded_text(passage))
            line.add_unsigned("number", number)
            writer.add_document(line)
        writer.commit()
        self._index.reload()
        self._encoder = SentenceEncoder()
        self.vectors: NDArray[np.float32]
        if kept and kept.exists():
            self.vectors = np.load(kept).astype(np.float32)
        else:
            self.vectors = self._encoder.encode([embedded_text(p) for p in self.passages])
            if kept:
                np.save(kept, self.vectors.astype(np.float16))
        if len(self.vectors) != len(self.passages):
            raise SystemExit(f"{kept} holds the vectors of other passages. Delete it and start again.")

    def search(self, question: str) -> list[Passage]:
        """Passages, the likeliest first (reciprocal rank fusion, Cormack et al. 2009)."""
        words = "".join(ch if ch.isalnum() else " " for ch in question)
        query, _ = self._index.parse_query_lenient(words, ["body"])
        searcher = self._index.searcher()
        by_words = [searcher.doc(at)["number"][0] for _, at in searcher.search(query, FOUND).hits]
        cosines = self.vectors @ self._encoder.encode([question])[0]
        by_meaning = np.argsort(-cosines)[:FOUND].tolist()
        score: dict[int, float] = {}
        for ranking in (by_words, by_meaning):
            for rank, number in enumerate(ranking):
                score[number] = score.get(number, 0.0) + 1 / (20 + rank)
        return [self.passages[number] for number in sorted(score, key=lambda n: -score[n])]


def documents_of(rows: Iterable[dict[str, Any]]) -> list[Document]:
    """Each distinct passage of train_frus.jsonl.gz that belongs to a known document, as a document of its
    own."""
    known: dict[str, Document] = {}
    for row in rows:
        for text in row["positives"]:
            known.setdefault(text, _document(row, text))
    return list(known.values())


def _document(row: dict[str, Any], text: str) -> Document:
    return Document(row["document"], text, (), Metadata(title=row["head"], date=row["date"] or None))


def of_question(pool: Pool, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The passages of the question's own text, and the best NEGATIVES of others."""
    own = _document(row, row["passage"])
    asked = standalone(row["question"], row.get("after", ())).text
    ranges = [found for quote in row["evidence"] if (found := find(own.text, quote))]
    told = ["".join(quote.split()).lower() for quote in row["evidence"]]
    for passage in passages(own):
        inside = [
            (max(a, passage.start) - passage.start, min(b, passage.end) - passage.start)
            for a, b in ranges
            if min(b, passage.end) - max(a, passage.start) > 0.4 * (b - a)
        ]
        if inside or not ranges:
            yield _row(row, asked, passage, inside)
    squeezed_own = "".join(own.text.split()).lower()
    taken: set[str] = set()
    if beside := row.get("beside"):
        for passage in passages(_document(beside, beside["passage"])):
            taken.add("".join(passage.clean.split()).lower()[:80])
            yield _row(row, asked, passage, [])
    for passage in pool.search(asked):
        squeezed = "".join(passage.clean.split()).lower()
        if (
            squeezed in squeezed_own
            or squeezed[:80] in taken
            or any(quote[:60] in squeezed for quote in told)
        ):
            continue
        taken.add(squeezed[:80])
        yield _row(row, asked, passage, [])
        if len(taken) >= NEGATIVES:
            return


def _row(
    row: dict[str, Any], asked: str, passage: Passage, evidence: list[tuple[int, int]]
) -> dict[str, Any]:
    phrase: list[tuple[int, int]] | None = None if evidence else []
    if evidence and row["answer"]:
        for start, end in evidence:
            if found := find(passage.text[start:end], row["answer"]):
                phrase = [(start + found[0], start + found[1])]
    return {
        "question": asked,
        "context": passage.context,
        "passage": passage.text,
        "answers": bool(evidence),
        "evidence": evidence,
        "answer": phrase,
        "source": row["id"],
        "group": row["id"],
    }


if __name__ == "__main__":
    main()
