"""Scored passages to quotes: which sentences answer, how far the quote reaches, the answer phrase in it.

Every sentence of the best passages is scored by a linear rule over what retrieval, the evidence model and
the words themselves say of it; a quote is the best sentence and those of its neighbours that are evidence
too, within one passage, so from one place of one document and in one voice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.dialogue import reported_replies
from qa.folding import Folded
from qa.kinds import kind_test
from qa.phrasing import plain_phrase, tidy
from qa.provenance import asks_provenance, tells_provenance
from qa.query import words
from qa.replying import asks_reply
from qa.retrieval import QueryTerms
from qa.splitting import Sentence, sentences_within
from qa.types import ScoredPassage, Voice

if TYPE_CHECKING:
    from qa.evidence.model import Finding

READ = 20
"""Passages that the evidence model reads; in its absence, passages whose sentences are embedded."""

FEATURES = (
    "passage",  # retrieval score, from the best passage's (0) downwards
    "evidence",  # evidence model: the sentence is evidence (logit)
    "phrase",  # evidence model: the sentence's best phrase against "no phrase" (logit difference)
    "similarity",  # cosine of question and sentence (where the evidence model is missing)
    "coverage",  # of the query's words, weighed by rarity, those in the sentence
    "coverage_passage",  # … or in the passage and its context
    "kind",  # 1 where the sentence holds the kind of thing that is asked for (a date, a number …)
    "note",  # 1 for a note
    "short",  # 1 under 6 words
    "told",  # 1 where the sentence answered the question before
    "reply",  # in a follow-up: how soon its document comes after the one that answered the question before
    "reply_asked",  # … where it asks for a reply
    "provenance",  # of a heading or front matter where who made a paper is asked: half, and half by coverage
)

NO_EVIDENCE = -12.0
"""The evidence logit of what cannot be evidence: words cut off, and a line of front matter of …"""
LABEL_WORDS = 3
"""… fewer words than this, which is a label ("AUTHORS") and no answer."""
REPORTED = 1.0
"""The evidence logit at least of a reply that the source itself reports to the same question (by hand: the
sets ask none so). The evidence model takes "He replied" for anybody's reply to anything."""

MOST_SENTENCES = 3
NEIGHBOUR_EVIDENCE = -2.0
"""A neighbour joins the quote from this evidence logit on …"""
NEIGHBOUR_MARGIN = 1.5
"""… where it lies less than this below the best sentence's: then either may be the one that answers."""
ALIKE = 0.85
"""Share of the shorter quote's words (at least 6) from which two quotes are the same words."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence that may answer: ``row`` is its passage's place in the ranking, ``column`` its place
    in the passage."""

    row: int
    column: int
    document: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Selection:
    """A quote before it is cited: ``text[start:end]`` of a document. ``features`` are those of its best
    sentence; ``row`` its passage's place in the ranking; ``also`` places of the same words."""

    document: str
    start: int
    end: int
    voice: Voice
    score: float
    row: int
    features: NDArray[np.float32]
    phrase: tuple[int, int] | None
    also: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """One passage that was read: its text in its document's reading view, which begins at ``at`` there; its
    sentences, and where in ``text`` each of them stands; what the evidence model found (None where it is
    missing)."""

    scored: ScoredPassage
    text: str
    sentences: tuple[Sentence, ...]
    places: tuple[tuple[int, int], ...]
    view: Folded
    at: int
    finding: Finding | None = None

    def true(self, start: int, end: int) -> tuple[int, int]:
        """The range of the document's true text that ``text[start:end]`` stands for."""
        return self.view.true(self.at + start, self.at + end)


def prepare(scored: ScoredPassage, view: Folded, sentences: Sequence[Sentence]) -> Read:
    """A passage ready to be read: ``view`` is its document's reading view, ``sentences`` its document's."""
    passage = scored.passage
    inside = tuple(sentences_within(sentences, passage.start, passage.end))
    start, end = view.of(passage.start, passage.end)
    places = ((first - start, last - start) for first, last in (view.of(s.start, s.end) for s in inside))
    return Read(scored, view.text[start:end], inside, tuple(places), view, start)


def features(
    question: str,
    terms: QueryTerms,
    reads: Sequence[Read],
    stems: Callable[[str], list[str]],
    similarity: Mapping[tuple[int, int], float] | None = None,
    told: Selection | None = None,
    replies: Mapping[str, float] | None = None,
) -> tuple[list[Candidate], NDArray[np.float32]]:
    """All sentences of the read passages with their features (candidates, len(FEATURES)).
    ``similarity`` gives the cosine of question and sentence by (row, column); ``told`` is the quote that
    answered the question before, ``replies`` the documents that come next after its own (0 … 1)."""
    candidates: list[Candidate] = []
    rows: list[tuple[float, ...]] = []
    best = max((read.scored.score for read in reads), default=0.0)
    holds, about_papers, for_reply = kind_test(question), asks_provenance(question), asks_reply(question)
    for row, read in enumerate(reads):
        passage = read.scored.passage
        texts = [read.text[first:last] for first, last in read.places]
        found = [set(stems(text)) for text in texts]
        near = (replies or {}).get(passage.document, 0.0)
        whole = terms.coverage(set().union(*found, stems(passage.context)))
        reported = reported_replies(question, texts)
        for column, (sentence, text) in enumerate(zip(read.sentences, texts, strict=True)):
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
                    (similarity or {}).get((row, column), 0.0),
                    terms.coverage(found[column]),
                    whole,
                    holds(text),
                    sentence.voice == "note",
                    len(text.split()) < 6,
                    told is not None
                    and told.document == passage.document
                    and told.start <= sentence.start < told.end,
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


def _clipped(value: float) -> float:
    return max(-20.0, min(20.0, value))


def select(
    candidates: Sequence[Candidate],
    scores: NDArray[np.float32],
    table: NDArray[np.float32],
    reads: Sequence[Read],
    limit: int,
    *,
    question: str = "",
) -> list[Selection]:
    """The best ``limit`` quotes, from different places; words that stand in several places come once,
    with the other places."""
    order = sorted(range(len(candidates)), key=lambda i: (-float(scores[i]), i))
    by_place = {(c.row, c.column): i for i, c in enumerate(candidates)}
    taken: set[tuple[int, int]] = set()
    chosen: list[Selection] = []
    texts: list[list[str]] = []
    also: dict[int, list[tuple[str, int, int]]] = {}
    for index in order:
        candidate = candidates[index]
        place = (candidate.row, candidate.column)
        if place in taken or (table[index, FEATURES.index("short")] and chosen and len(order) > limit):
            continue
        first, last = _reach(candidate, by_place, table, reads[candidate.row], taken)
        taken.update((candidate.row, column) for column in range(first, last + 1))
        read = reads[candidate.row]
        start, end = read.sentences[first].start, read.sentences[last].end
        bag = [word.lower() for word in words(read.text[read.places[first][0] : read.places[last][1]])]
        twin = next((n for n, other in enumerate(texts) if alike(bag, other)), None)
        if twin is not None:
            also.setdefault(twin, []).append((candidate.document, start, end))
            continue
        if len(chosen) == limit:
            # Going on a little further finds the other places of what was chosen.
            if float(scores[order[0]]) - float(scores[index]) > 6.0:
                break
            continue
        chosen.append(
            Selection(
                candidate.document,
                start,
                end,
                candidate.sentence.voice,
                float(scores[index]),
                candidate.row,
                table[index],
                _phrase(read, candidate, question),
            )
        )
        texts.append(bag)
    return [
        Selection(
            s.document, s.start, s.end, s.voice, s.score, s.row, s.features, s.phrase, tuple(also.get(n, ()))
        )
        for n, s in enumerate(chosen)
    ]


def _reach(
    candidate: Candidate,
    by_place: Mapping[tuple[int, int], int],
    table: NDArray[np.float32],
    read: Read,
    taken: set[tuple[int, int]],
) -> tuple[int, int]:
    """First and last sentence of the quote: the best one and neighbours that are evidence too."""
    first = last = candidate.column
    if read.finding is None:
        return first, last
    evidence, told = FEATURES.index("evidence"), FEATURES.index("told")
    own = float(table[by_place[candidate.row, candidate.column], evidence])

    def joining(column: int) -> float:
        """The neighbour's evidence, -inf where it does not join."""
        if not 0 <= column < len(read.sentences) or (candidate.row, column) in taken:
            return -math.inf
        beside = read.sentences[column]
        if beside.voice != candidate.sentence.voice or abs(beside.block - candidate.sentence.block) > 1:
            return -math.inf
        values = table[by_place[candidate.row, column]]
        joins = values[evidence] > max(NEIGHBOUR_EVIDENCE, own - NEIGHBOUR_MARGIN) and not values[told]
        return float(values[evidence]) if joins else -math.inf

    while last - first + 1 < MOST_SENTENCES:
        before, behind = joining(first - 1), joining(last + 1)
        if max(before, behind) == -math.inf:
            break
        if behind >= before:
            last += 1
        else:
            first -= 1
    return first, last


def alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two places hold the same words, or very nearly: a list of lower-case words each."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 6:
        return list(shorter) == list(longer)
    if len(shorter) < 0.6 * len(longer):
        return False
    pool: dict[str, int] = {}
    for word in longer:
        pool[word] = pool.get(word, 0) + 1
    shared = 0
    for word in shorter:
        if pool.get(word, 0):
            pool[word] -= 1
            shared += 1
    return shared >= ALIKE * len(shorter)


def _phrase(read: Read, candidate: Candidate, question: str) -> tuple[int, int] | None:
    start, end = read.places[candidate.column]
    if read.finding is not None:
        found = read.finding.phrase(start, end)
        return read.true(*tidy(read.text, found[0], found[1])) if found else None
    plain = plain_phrase(question, read.text[start:end])
    return read.true(start + plain[0], start + plain[1]) if plain else None


def sigmoid(value: float) -> float:
    """The logistic function, safe for large values."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))
