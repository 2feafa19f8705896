"""Rankings and relevant documents as TREC run and qrels files, which every evaluation tool reads."""

from __future__ import annotations

from urllib.parse import quote as percent

from qa.evaluation.results import Result

RANKED = 100
"""How many documents a question keeps in the run file."""


def run(result: Result) -> str:
    """TREC run lines: question, Q0, document, rank, score, tag. White space in names is percent-encoded,
    for the form is divided by it."""
    return "".join(
        f"{_token(outcome.question.id)} Q0 {_token(document)} {rank} {score:.6f} ibid\n"
        for outcome in result.outcomes
        for rank, (document, score) in enumerate(outcome.ranking[:RANKED], start=1)
    )


def qrels(result: Result) -> str:
    """TREC qrels lines: question, 0, document, grade."""
    return "".join(
        f"{_token(outcome.question.id)} 0 {_token(document)} {grade}\n"
        for outcome in result.outcomes
        for document, grade in outcome.question.grades.items()
    )


def _token(name: str) -> str:
    return "".join(percent(c) if c.isspace() or c == "%" else c for c in name)
