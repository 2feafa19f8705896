"""Passages that were read, with what a model found in them, and quotes chosen of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from qa.evidence.model import Finding
from qa.quoting import (
    FEATURES,
    Candidate,
    Read,
    Selection,
    features,
    prepare,
    select,
)
from qa.retrieval import QueryTerms
from qa.splitting import passages, sentences, view_of
from qa.types import Document, ScoredPassage

DUEL = "Molotov refused outright. Litvinov hoped for better times. Harriman reported to Byrnes."
OTHER = "Wheat was dear in Kansas all that summer. Cotton was cheap in Texas until the autumn came."


def stems(text: str) -> list[str]:
    return [word.strip(".,?“”").lower() for word in text.split()]


def read_of(document: Document, *, score: float = 0.0, evidence: Sequence[float] | None = None) -> Read:
    """The document's one passage, read; ``evidence`` are the model's logits of its sentences."""
    (passage,) = passages(document)
    read = prepare(ScoredPassage(passage, score, 0.5, 1.0), view_of(document), sentences(document))
    if evidence is None:
        return read
    assert len(evidence) == len(read.sentences)
    offsets, at = [], 0
    for word in read.text.split():
        at = read.text.index(word, at)
        offsets.append((at, at + len(word)))
        at += len(word)
    flat: NDArray[np.float32] = np.arange(len(offsets), dtype=np.float32) * -0.01
    finding = Finding(1.0, tuple(evidence), flat, flat, np.array(offsets, np.int64).reshape(-1, 2), 0.0)
    return replace(read, finding=finding)


def table_of(
    reads: Sequence[Read],
    question: str = "",
    terms: Mapping[str, float] | None = None,
    told: Selection | None = None,
    replies: Mapping[str, float] | None = None,
    behind: Mapping[int, float] | None = None,
) -> tuple[list[Candidate], NDArray[np.float32]]:
    return features(
        question, QueryTerms(terms or {}, ()), reads, stems, told=told, replies=replies, behind=behind
    )


def chosen(
    reads: Sequence[Read], scores: Sequence[float], limit: int = 3, question: str = ""
) -> list[Selection]:
    candidates, table = table_of(reads, question)
    assert len(candidates) == len(scores)
    return select(candidates, np.array(scores, np.float32), table, reads, limit, question=question)


def words_of(selection: Selection, *documents: Document) -> str:
    return {d.name: d.text for d in documents}[selection.document][selection.start : selection.end]


def column(table: NDArray[np.float32], name: str) -> list[float]:
    return [float(value) for value in table[:, FEATURES.index(name)]]
