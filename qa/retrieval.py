"""A query to scored passages: candidates by meaning (dense) and by words (BM25), put in one order by a
linear score over a few features, with weights learned from questions whose evidence is known.

Neither list alone nor their plain sum is good enough on diplomatic papers (see docs/retrieval.md): the
weights come from `python -m benchmarks.fit`, and every feature is on a scale that does not depend on the
library, so that they hold for two documents as for two thousand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.aliases import aliases
from qa.conversation import Query
from qa.query import STOP_WORDS, asked_dates, date_agreement, words
from qa.question_map import mapped
from qa.types import Passage, ScoredPassage
from qa.weights import vector

if TYPE_CHECKING:
    from qa.encoding import Encoder
    from qa.library.protocol import Library, Scope

CANDIDATES = 150
"""Passages taken from each of the two searches."""

CONTEXT_WEIGHT = 0.5
"""What a word in a document's heading and date counts beside one in the passage."""

CARRIED_WEIGHT = 0.5
"""What a word lent by an earlier question counts beside one of the question itself."""

FEATURES = (
    "cosine",  # of query and passage
    "cosine_mapped",  # of the query, moved by the learned map, and passage
    "cosine_of_question",  # of the question alone and passage (differs from cosine in follow-ups)
    "bm25",  # share of the best BM25 score among the candidates
    "coverage",  # of the query's words, weighed by rarity, those that stand in the passage, or an alias
    "coverage_with_context",  # … or in its document's heading and date
    "pairs",  # of the query's neighbouring content words, those that are neighbours in the passage
    "date",  # agreement of the dates asked for with the document's, -1 … 1
    "document",  # of the query's words, those in any found passage of its document, or in the context
    "near",  # nearness to the documents that answered the question before, 0 … 1
    "note",  # 1 for a note
    "short",  # 1 for a passage of fewer than 12 words
    "extent",  # of its document: the natural logarithm of the number of its passages
)


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """The query's distinct content words as indexed, with their weights: rarity (idf in nats, scaled to
    sum to 1) and ``carried`` words at CARRIED_WEIGHT; ``pairs`` are neighbouring content words; ``other``
    are the indexed words that may stand for one of them (qa.aliases)."""

    weights: Mapping[str, float]
    pairs: tuple[tuple[str, str], ...]
    other: Mapping[str, frozenset[str]] = field(default_factory=dict)
    telling: frozenset[str] = field(init=False, repr=False, compare=False)
    """All words that count for something."""
    _known: dict[frozenset[str], float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "telling", frozenset(self.weights).union(*self.other.values()))
        object.__setattr__(self, "_known", {})

    def coverage(self, found: set[str]) -> float:
        """Weight of the words that stand in ``found``, themselves or by another name, 0 … 1."""
        # Hundreds of passages and sentences hold one of a few choices of the query's words.
        standing = self.telling & found
        if standing not in self._known:
            self._known[standing] = sum(
                weight
                for term, weight in self.weights.items()
                if term in standing or not standing.isdisjoint(self.other.get(term, ()))
            )
        return self._known[standing]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What was found for one query: ``features`` (passages, len(FEATURES)) float32, in the order of
    ``passages``; ``dense`` cosines and ``lexical`` BM25 scores beside; ``terms`` are the query's words."""

    query: Query
    passages: tuple[Passage, ...]
    features: NDArray[np.float32]
    dense: NDArray[np.float32]
    lexical: NDArray[np.float32]
    terms: QueryTerms = QueryTerms({}, ())


def query_terms(library: Library, query: Query, total: int) -> QueryTerms:
    """The content words of a query weighed by their rarity among ``total`` passages."""
    own = _terms_of(library, query.question)
    lent = [term for earlier in query.carried for term in _terms_of(library, earlier) if term not in own]
    raw: dict[str, float] = {}
    for group, scale in ((own, 1.0), (lent, CARRIED_WEIGHT)):
        for term in group:
            frequency = library.document_frequency(term)
            # BM25's idf (Robertson & Zaragoza 2009, eq. 3.3 in its always-positive form).
            raw.setdefault(term, scale * math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)))
    whole = sum(raw.values()) or 1.0
    return QueryTerms(
        {term: weight / whole for term, weight in raw.items()},
        tuple(pairwise(own)),
        _other(library, query.text, raw),
    )


def _other(library: Library, text: str, terms: Mapping[str, float]) -> dict[str, frozenset[str]]:
    """For each of the query's terms that is a name with other names, these as indexed."""
    known = {word: names for word in words(text) if (names := aliases(word))}
    return {
        term: frozenset(library.terms(" ".join(sorted(names))))
        for word, names in known.items()
        for term in library.terms(word)
        if term in terms
    }


def _terms_of(library: Library, text: str) -> list[str]:
    kept = [word for word in words(text) if word.lower().replace("’", "'") not in STOP_WORDS]
    return list(dict.fromkeys(library.terms(" ".join(kept))))


def find(
    library: Library,
    encoder: Encoder,
    query: Query,
    *,
    scope: Scope | None = None,
    dates: Mapping[str, str | None] | None = None,
    sizes: Mapping[str, int] | None = None,
    near: Mapping[str, float] | None = None,
) -> Candidates:
    """The candidates for a query with their features. ``dates`` are the documents' dates (ISO 8601),
    ``sizes`` how many passages each has, ``near`` the documents' nearness to what answered the question
    before."""
    texts = [query.text] + ([query.question] if query.carried else [])
    vectors = encoder.encode(texts)
    by_meaning = library.nearest(vectors[0], CANDIDATES, scope)
    if query.carried:
        by_meaning += library.nearest(vectors[1], CANDIDATES // 3, scope)
    bridged = mapped(vectors[0], encoder.name)
    if bridged is not None:
        by_meaning += library.nearest(bridged, CANDIDATES, scope)
    total = scope.searched.passages if scope else library.searched().passages
    terms = query_terms(library, query, total)
    other = sorted(set().union(*terms.other.values()))
    by_words = dict(library.matching(" ".join((query.text, *other)), CANDIDATES, scope, CONTEXT_WEIGHT))
    ids = list(dict.fromkeys([id_ for id_, _ in by_meaning] + list(by_words)))
    passages = library.passages(ids)
    ids = [passage.id for passage in passages]
    if not ids:
        nothing = np.zeros(0, np.float32)
        return Candidates(query, (), np.zeros((0, len(FEATURES)), np.float32), nothing, nothing, terms)
    stored = library.vectors(ids)
    dense = stored @ vectors[0]
    lexical = np.array([by_words.get(id_, 0.0) for id_ in ids], np.float32)
    columns: dict[str, NDArray[Any]] = _word_features(library, terms, passages)
    asked = asked_dates(query.text)
    agreeing = {
        name: date_agreement(asked, (dates or {}).get(name)) for name in {p.document for p in passages}
    }
    columns |= {
        "cosine": dense,
        "cosine_mapped": dense if bridged is None else stored @ bridged,
        "cosine_of_question": stored @ vectors[-1],
        "bm25": lexical / (float(lexical.max()) or 1.0),
        "date": np.array([agreeing[p.document] for p in passages]),
        "near": np.array([(near or {}).get(p.document, 0.0) for p in passages]),
        "note": np.array([p.voice == "note" for p in passages]),
        "extent": np.log([(sizes or {}).get(p.document, 1) for p in passages]),
    }
    features = np.stack([columns[name] for name in FEATURES], axis=1).astype(np.float32)
    return Candidates(query, tuple(passages), features, dense, lexical, terms)


def _word_features(
    library: Library, terms: QueryTerms, passages: Sequence[Passage]
) -> dict[str, NDArray[Any]]:
    # Only the query's own words, or those that stand for them, make a difference.
    contexts = {
        context: terms.telling.intersection(library.terms(context))
        for context in {passage.context for passage in passages}
    }
    together: dict[str, set[str]] = {}
    rows = []
    for passage in passages:
        body = library.terms(passage.clean)
        found = set(terms.telling.intersection(body))
        with_context = found | contexts[passage.context]
        together.setdefault(passage.document, set()).update(with_context)
        possible = [pair for pair in terms.pairs if found.issuperset(pair)]
        neighbours = set(pairwise(body)) if possible else ()
        pairs = sum(pair in neighbours for pair in possible) / max(1, len(terms.pairs))
        rows.append((terms.coverage(found), terms.coverage(with_context), pairs, len(body) < 12))
    documents = {name: terms.coverage(found) for name, found in together.items()}
    table = np.array(rows, np.float64)
    return {
        "coverage": table[:, 0],
        "coverage_with_context": table[:, 1],
        "pairs": table[:, 2],
        "short": table[:, 3],
        "document": np.array([documents[passage.document] for passage in passages]),
    }


def rank(candidates: Candidates, weights: Mapping[str, float]) -> list[ScoredPassage]:
    """The candidates in order, best first, equal ones by id."""
    scores = candidates.features @ vector(weights, FEATURES)
    order = sorted(
        range(len(candidates.passages)), key=lambda i: (-float(scores[i]), candidates.passages[i].id)
    )
    return [
        ScoredPassage(
            candidates.passages[i], float(scores[i]), float(candidates.dense[i]), float(candidates.lexical[i])
        )
        for i in order
    ]


def nearness(order: Sequence[str], ranked: Sequence[ScoredPassage], best: int = 3) -> dict[str, float]:
    """How near each document of ``order`` (all documents as they were read, source by source) is to the
    documents of the ``best`` passages that answered the question before: 1 for these, falling by half
    with each document between. Papers stand in order of time, so an affair goes on next door."""
    at = {name: position for position, name in enumerate(order)}
    near: dict[str, float] = {}
    for place, scored in enumerate(ranked[:best]):
        centre = at.get(scored.passage.document)
        if centre is None:
            continue
        for position in range(max(0, centre - 6), min(len(order), centre + 7)):
            value = 0.5 ** (abs(position - centre) / 2) * 0.8**place
            near[order[position]] = max(near.get(order[position], 0.0), value)
    return near
