"""What is known of each sentence that was read, as a row of features; linear weights make a score of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.dialogue import reported_replies
from qa.encoding import Encoder
from qa.kinds import kind_test
from qa.provenance import asks_provenance, tells_provenance
from qa.query import wanted, words
from qa.quoting.reads import Candidate, Read, Selection
from qa.replying import asks_reply
from qa.retrieval import QueryTerms

FEATURES = (
    "passage",  # retrieval score, from the best passage's (0) downwards
    "evidence",  # evidence model: the sentence is evidence (logit)
    "phrase",  # evidence model: the sentence's best phrase against "no phrase" (logit difference)
    "similarity",  # cosine of question and sentence (where the evidence model is missing, of the best)
    "coverage",  # of the query's words, weighed by rarity, those in the sentence
    "coverage_passage",  # … or in the passage and its context
    "kind",  # 1 where the sentence holds the kind of thing that is asked for (a date, a number …)
    "uncounted",  # 1 where a number is asked for and the sentence holds none
    "note",  # 1 for a note
    "short",  # 1 under 6 words
    "told",  # 1 where the sentence answered the question before
    "next",  # in a follow-up: how soon it comes after that sentence; 1 for a reply to the very question
    "reply",  # in a follow-up: how soon its document comes after the one that answered the question before
    "reply_asked",  # … where it asks for a reply
    "provenance",  # of a heading or front matter where who made a paper is asked: half, and half by coverage
)

COMPARED = 6
"""Sentences that are compared with the question where there is no evidence model: the best by all else. With
all of some twenty compared the answers are no better (docs/retrieval.md)."""

NO_EVIDENCE = -12.0
"""The evidence logit of what cannot be evidence: words cut off, and a line of front matter of …"""
LABEL_WORDS = 3
"""… fewer words than this, which is a label ("AUTHORS") and no answer."""
REPORTED = 1.0
"""The evidence logit at least of a reply that the source itself reports to the same question (by hand: the
sets ask none so). The evidence model takes "He replied" for anybody's reply to anything."""


def features(
    question: str,
    terms: QueryTerms,
    reads: Sequence[Read],
    stems: Callable[[str], list[str]],
    told: Selection | None = None,
    replies: Mapping[str, float] | None = None,
    behind: Mapping[int, float] | None = None,
) -> tuple[list[Candidate], NDArray[np.float32]]:
    """All sentences of the read passages that hold a word (marks of omission are none) with their features
    (candidates, len(FEATURES)).
    ``told`` is the quote that answered the question before, ``replies`` the documents that come next after
    its own (0 … 1), ``behind`` the sentences that do within it, by where they begin."""
    candidates: list[Candidate] = []
    rows: list[tuple[float, ...]] = []
    best = max((read.scored.score for read in reads), default=0.0)
    holds, about_papers, for_reply = kind_test(question), asks_provenance(question), asks_reply(question)
    counts = wanted(question) == "number"
    for row, read in enumerate(reads):
        passage = read.scored.passage
        texts = [read.sentence(column) for column in range(len(read.places))]
        found = [set(stems(text)) for text in texts]
        near = (replies or {}).get(passage.document, 0.0)
        here = told if told and told.document == passage.document else None
        whole = terms.coverage(set().union(*found, stems(passage.context)))
        reported = reported_replies(question, texts)
        for column, (sentence, text) in enumerate(zip(read.sentences, texts, strict=True)):
            if not words(text):
                continue
            finding = read.finding
            span = finding.phrase(*read.places[column]) if finding else None
            evidence = finding.sentences[column] if finding else 0.0
            phrase = _clipped(span[2] - finding.none) if finding and span else -20.0 * bool(finding)
            if sentence.voice == "front" and len(text.split()) < LABEL_WORDS:
                evidence = NO_EVIDENCE
            elif finding and reported[column]:
                evidence, phrase = max(evidence, REPORTED), max(phrase, 0.0)
            candidates.append(Candidate(row, column, passage.document, sentence))
            rows.append(
                (
                    read.scored.score - best,
                    max(evidence, NO_EVIDENCE),
                    phrase,
                    0.0,  # see compare
                    terms.coverage(found[column]),
                    whole,
                    held := holds(text),
                    counts and not held,
                    sentence.voice == "note",
                    len(text.split()) < 6,
                    here is not None and here.start <= sentence.start < here.end,
                    max(
                        (behind or {}).get(sentence.start, 0.0) if here else 0.0,
                        told is not None and reported[column],
                    ),
                    near,
                    near * for_reply,
                    (1 + terms.coverage(found[column])) / 2
                    if about_papers and tells_provenance(text, sentence.voice)
                    else 0.0,
                )
            )
    return candidates, np.array(rows, np.float32).reshape(len(rows), len(FEATURES))


def best_of_passages(
    reads: Sequence[Read], candidates: Sequence[Candidate], table: NDArray[np.float32]
) -> NDArray[np.float32]:
    """For each passage that was read, (reads, len(FEATURES)), the largest of each feature of its sentences;
    of one without sentences all 0 but for the evidence."""
    best = np.full((len(reads), len(FEATURES)), -np.inf, np.float32)
    np.maximum.at(best, [candidate.row for candidate in candidates], table)
    empty = np.isneginf(best).all(1)
    best[empty] = 0
    best[empty, FEATURES.index("evidence")] = NO_EVIDENCE
    return best


def compare(
    encoder: Encoder,
    question: str,
    reads: Sequence[Read],
    candidates: Sequence[Candidate],
    table: NDArray[np.float32],
    scores: NDArray[np.float32],
) -> None:
    """Writes into ``table``, for the COMPARED candidates of the highest ``scores`` (candidates,), the
    cosine of question and sentence: encoding is most of what a question costs without the evidence model."""
    best = np.argsort(-scores, kind="stable")[:COMPARED]
    if not len(best):
        return
    texts = [reads[one.row].sentence(one.column) for one in (candidates[at] for at in best)]
    vectors = encoder.encode([question, *texts])
    table[best, FEATURES.index("similarity")] = vectors[1:] @ vectors[0]


def _clipped(value: float) -> float:
    return max(-20.0, min(20.0, value))
