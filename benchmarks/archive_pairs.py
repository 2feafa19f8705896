"""Training examples in the archive's own language: its questions with the passages that hold their evidence
and, as negatives, the passages that retrieval put beside them.

`python -m benchmarks.archive_pairs --library DIR --frus train_frus.jsonl.gz --out FILE SET…`
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from qa import retrieval
from qa.assistant import Assistant
from qa.conversation import standalone
from qa.evaluation.sets import Question, load
from qa.evidence.examples import read_rows
from qa.splitting import masked
from qa.types import Document, Passage

NEGATIVES = 12
"""Retrieved passages without evidence for each question."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the examples as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", required=True, help="a library that holds the sets' documents")
    parser.add_argument("--frus", type=Path, help="train_frus.jsonl.gz: editors' lines with passages")
    parser.add_argument("--frus-rows", type=int, default=1500)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("sets", nargs="+")
    options = parser.parse_args(arguments)
    assistant = Assistant.open(options.library)
    with options.out.open("w", encoding="utf-8") as out:
        for name in options.sets:
            for question in load(name).questions:
                for row in of_question(assistant, question):
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")
        if options.frus:
            rows = list(read_rows(options.frus))
            random.Random(0).shuffle(rows)
            for row in rows[: options.frus_rows]:
                for made in _of_line(row):
                    out.write(json.dumps(made, ensure_ascii=False) + "\n")


def of_question(assistant: Assistant, question: Question) -> Iterator[dict[str, Any]]:
    """Examples of one question: every passage that holds evidence, and the best NEGATIVES that do not."""
    query = standalone(question.question, question.after)
    evidence: dict[str, list[tuple[int, int]]] = {}
    for item in question.evidence:
        if item.quote:
            document = assistant.library.document(item.document)
            found = find(document.text, item.quote)
            if found:
                evidence.setdefault(item.document, []).append(found)
    for name, ranges in evidence.items():
        document = assistant.library.document(name)
        for passage in assistant.library.passages_of(name):
            inside = [
                (max(a, passage.start), min(b, passage.end))
                for a, b in ranges
                if min(b, passage.end) - max(a, passage.start) > 0.4 * (b - a)
            ]
            if inside:
                yield _row(query.text, document, passage, inside, "".join(question.answers[:1]), question.id)
    quotes = [" ".join(item.quote.split()).lower() for item in question.evidence if item.quote]
    negatives = 0
    for scored in retrieval.rank(assistant.candidates(query), assistant.weights.retrieval)[:40]:
        passage = scored.passage
        words = passage.clean.lower()
        touched = any(a < passage.end and passage.start < b for a, b in evidence.get(passage.document, ()))
        if touched or any(quote[:60] in words for quote in quotes):
            continue
        document = assistant.library.document(passage.document)
        yield _row(query.text, document, passage, [], "", question.id)
        negatives += 1
        if negatives == NEGATIVES:
            return


def _row(
    question: str,
    document: Document,
    passage: Passage,
    evidence: list[tuple[int, int]],
    answer: str,
    source: str,
) -> dict[str, Any]:
    text = masked(document)[passage.start : passage.end]
    spans = [(a - passage.start, b - passage.start) for a, b in evidence]
    phrase = None
    if not evidence:
        phrase = []
    elif answer and (found := find(text, answer)):
        phrase = [found]
    return {
        "question": question,
        "context": passage.context,
        "passage": text,
        "answers": bool(evidence),
        "evidence": spans,
        "answer": phrase,
        "source": source,
        "group": source,
    }


def _of_line(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    context = f"{row['head']}, {row['date']}" if row["date"] else row["head"]
    passages = [(text, True) for text in row["positives"][:1]] + [(t, False) for t in row["negatives"][:1]]
    for text, answers in passages:
        yield {
            "question": row["question"],
            "context": context if answers else "",
            "passage": text,
            "answers": answers,
            "evidence": None,
            "answer": None if answers else [],
            "source": "frus",
        }


def find(text: str, quote: str) -> tuple[int, int] | None:
    """Where a quote stands in a text, white space aside. Training data only: what is shown to a person is
    never searched for."""
    positions = [i for i, character in enumerate(text) if not character.isspace()]
    squeezed = "".join(text[i] for i in positions)
    at = squeezed.find("".join(quote.split()))
    if at < 0:
        return None
    return positions[at], positions[at + len("".join(quote.split())) - 1] + 1


if __name__ == "__main__":
    main()
