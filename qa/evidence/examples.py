"""Training examples for the evidence model, from question–passage pairs with spans.

Negatives are made as they will be met: passages that share words with the question but belong to another
(BM25-hard), and the answer's own passage with the answering sentences taken out.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.splitting import sentences
from qa.types import Document

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Example:
    """``evidence`` and ``answer`` are character ranges in ``passage``; None where the source does not
    label them, empty where there is none. ``answers`` says whether the passage answers. Examples of one
    ``group`` ("" for none) are passages found for one question, which compete for it."""

    question: str
    passage: str
    answers: bool
    evidence: tuple[Span, ...] | None
    answer: tuple[Span, ...] | None
    context: str = ""
    source: str = ""
    group: str = ""


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON lines of a file, plain or gzipped."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open("rt") as lines:
        for line in lines:
            yield json.loads(line)


def written_over(lines: Iterable[dict[str, Any]], rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Questions written over the passages of ``rows`` (reading/train.jsonl.gz), as such rows. A line names
    its passage by ``digest`` and has ``question``, ``evidence`` and ``answer`` (both empty where it does not
    answer). Raises KeyError for a passage that is not there."""
    passages = {digest(row["passage"]): row["passage"] for row in rows}
    return [
        {
            "source": "written_over",
            "question": line["question"],
            "passage": passages[line["passage"]],
            "answerable": bool(line["evidence"]),
            "evidence": line["evidence"],
            "answer": line["answer"],
            "has_evidence": True,
            "has_answer": True,
        }
        for line in lines
    ]


def digest(passage: str) -> str:
    """By which a passage is named: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(passage.encode()).hexdigest()[:16]


def from_pairs(rows: Iterable[dict[str, Any]]) -> list[Example]:
    """Rows of reading/train.jsonl.gz."""
    return [
        Example(
            question=row["question"],
            passage=_with_capitals(row["passage"]),
            answers=bool(row["answerable"]),
            evidence=tuple((a, b) for a, b in row["evidence"]) if row["has_evidence"] else None,
            answer=tuple((a, b) for a, b in row["answer"]) if row["has_answer"] else None,
            source=row["source"],
        )
        for row in rows
    ]


_SENTENCE_START = re.compile(r"(?:^|(?<=\S  ))[a-z]")


def _with_capitals(passage: str) -> str:
    """A passage all in small letters (SQuAD's sentences for question generation, two spaces between) with its
    sentences' first letters as capitals: as it is, it would be read as one sentence. As long as before."""
    if passage != passage.lower():
        return passage
    return _SENTENCE_START.sub(lambda letter: letter[0].upper(), passage)


def hard_negatives(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """For about ``share`` of the answered examples, the best other passage by BM25 that does not hold the
    answer's words."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", stored=False, tokenizer_name="en_stem")
    builder.add_unsigned_field("number", stored=True)
    index = tantivy.Index(builder.build())
    writer = index.writer(50_000_000, 1)
    distinct = list(dict.fromkeys(example.passage for example in examples))
    for number, passage in enumerate(distinct):
        document = tantivy.Document()
        document.add_text("body", passage)
        document.add_unsigned("number", number)
        writer.add_document(document)
    writer.commit()
    index.reload()
    searcher = index.searcher()
    made = []
    for example in examples:
        if not example.answers or rng.random() > share:
            continue
        words = "".join(ch if ch.isalnum() else " " for ch in example.question)
        query, _ = index.parse_query_lenient(words, ["body"])
        spans = example.answer or example.evidence or ()
        told = [example.passage[a:b].lower() for a, b in spans]
        for _, address in searcher.search(query, 5).hits[rng.randrange(2) :]:
            other = distinct[searcher.doc(address)["number"][0]]
            if other != example.passage and not any(words in other.lower() for words in told):
                made.append(Example(example.question, other, False, (), (), example.context, "hard"))
                break
    return made


def cut_negatives(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """For about ``share`` of the answered examples, their own passage without its answering sentences."""
    made = []
    for example in examples:
        if not example.answers or rng.random() > share:
            continue
        spans = example.evidence or example.answer or ()
        ranges = sentence_ranges(example.passage)
        kept = [r for r in ranges if not any(a < r[1] and r[0] < b for a, b in spans)]
        if len(kept) >= 2 and len(kept) < len(ranges):
            passage = " ".join(example.passage[a:b] for a, b in kept)
            if not any(example.passage[a:b].lower() in passage.lower() for a, b in example.answer or ()):
                made.append(Example(example.question, passage, False, (), (), example.context, "cut"))
    return made


def sentence_ranges(passage: str) -> list[Span]:
    """The sentences of a passage as the program itself cuts them."""
    return [(s.start, s.end) for s in sentences(Document("", passage))]
