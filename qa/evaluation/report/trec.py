"""Rankings and relevant documents as TREC run and qrels files, which every evaluation tool reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote as percent

import numpy as np

from qa.evaluation.results import Result

RANKED = 100
"""How many documents a question keeps in the run file."""


def run(result: Result) -> str:
    """TREC run lines: question, Q0, document, rank, score, tag. White space in names is percent-encoded,
    for the form is divided by it.

    trec_eval orders by the score alone, which it holds in 32 bits, and breaks ties by name: a document that
    would be tied there with the one before it gets the next smaller score, so that every tool sees the order
    in which the documents were found."""
    return "".join(
        f"{_token(outcome.question.id)} Q0 {_token(document)} {rank} {score:.9g} ibid\n"
        for outcome in result.outcomes
        for rank, (document, score) in enumerate(_untied(outcome.ranking[:RANKED]), start=1)
    )


def _untied(ranking: Sequence[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    below = np.float32(np.inf)
    for document, score in ranking:
        below = min(np.float32(score), np.nextafter(below, np.float32(-np.inf)))
        yield document, float(below)


def qrels(result: Result) -> str:
    """TREC qrels lines: question, 0, document, grade."""
    return "".join(
        f"{_token(outcome.question.id)} 0 {_token(document)} {grade}\n"
        for outcome in result.outcomes
        for document, grade in outcome.question.grades.items()
    )


def _token(name: str) -> str:
    return "".join(percent(c) if c.isspace() or c == "%" else c for c in name)
