"""The one file that knows the order of the stages: question → query → passages → sentences → quotes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa import confidence, cores, folding, quoting, retrieval
from qa.conversation import Query, confirm, standalone
from qa.documents import Documents
from qa.encoding import DEFAULT_MODEL, Encoder, SentenceEncoder, Warmable
from qa.errors import IbidError, UsageError
from qa.evidence.model import EvidenceModel, Pair
from qa.evidence.relevance import CrossEncoderRelevance
from qa.library import open_library
from qa.library.protocol import Library, Scope
from qa.presenting import as_quote
from qa.quoting import Read, Selection, passages
from qa.timing import Laps
from qa.types import Answer, Document, ScoredPassage, Searched
from qa.weights import Reading, Weights, vector
from qa.weights import load as load_weights

READ_BEFORE = 8
"""Passages read for the question before a follow-up."""

STYLE = "chicago-notes-bibliography"


@dataclass(frozen=True, slots=True)
class Considered:
    """All that was found for one question before it is decided whether it is answered: the passages in
    order, those that were read, the table of sentence features with its candidates."""

    query: Query
    ranked: tuple[ScoredPassage, ...]
    reads: tuple[Read, ...]
    candidates: tuple[quoting.Candidate, ...]
    table: NDArray[np.float32]
    searched: Searched


@dataclass(frozen=True, slots=True)
class _Before:
    """The question before a follow-up with its words, and the passages found for it, best first."""

    query: Query
    terms: retrieval.QueryTerms
    ranked: list[ScoredPassage]


class Assistant:
    """Answers questions about a library in its documents' own words. Safe to share by threads."""

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        *,
        style: str = STYLE,
        threshold: float | None = None,
        evidence: EvidenceModel | None = None,
        relevance: CrossEncoderRelevance | None = None,
        weights: Weights | None = None,
    ) -> None:
        self.library = library
        self.encoder = encoder
        self.style = style
        model = evidence or EvidenceModel()
        self.evidence = model if model.available else None
        self.relevance = relevance
        self.weights = weights or load_weights()
        self.threshold = self.reading.threshold if threshold is None else threshold
        self._documents = Documents(library)

    @classmethod
    def open(
        cls,
        location: str | Path | None = None,
        *,
        model: str = DEFAULT_MODEL,
        style: str = STYLE,
        cross_encoder: str | None = None,
    ) -> Assistant:
        """An assistant over the library at ``location`` (default: QA_LIBRARY or the user's own), made
        where there is none, citing in ``style`` (as ``qa.citing.cite`` takes it); ``cross_encoder`` (name or
        folder) puts the passages in order. Raises LibraryError, and UsageError for a style that cannot be
        found or used."""
        from qa.citing import confirm_style
        from qa.library import default_location

        if style != STYLE:
            confirm_style(style)
        encoder = SentenceEncoder(model)
        library = open_library(location or default_location(), model=encoder.name)
        relevance = CrossEncoderRelevance(cross_encoder) if cross_encoder else None
        return cls(library, encoder, style=style, relevance=relevance)

    @property
    def reading(self) -> Reading:
        """The weights in force: with the evidence model, or plain."""
        return self.weights.read if self.evidence else self.weights.plain

    @property
    def ready(self) -> bool:
        """Whether the models are loaded."""
        return bool(getattr(self.encoder, "ready", True))

    def warm(self) -> None:
        """Loads the models and the indexes now, so that the first question need not wait."""
        if isinstance(self.encoder, Warmable):
            self.encoder.warm()
        self.encoder.encode(["ready"])
        if self.evidence:
            self.evidence.read("ready?", [Pair("ready.", "", ((0, 6),))])
        if self.relevance:
            self.relevance.load()
        if self.library.searched().passages:
            self.library.nearest(self.encoder.encode(["ready"])[0], 1)
            self.library.matching("ready", 1)

    def ask(
        self,
        question: str,
        *,
        after: Sequence[str] = (),
        limit: int = 3,
        documents: Sequence[str] = (),
        date_from: str | None = None,
        date_to: str | None = None,
        threshold: float | None = None,
        stopped: Callable[[], bool] | None = None,
    ) -> Answer:
        """The answer to ``question`` asked after the questions ``after`` (oldest first), in at most
        ``limit`` (1 … 50) quotes, from the named documents, source files or name prefixes and within the
        dates where given. ``threshold`` is the confidence (0 … 1) from which it counts as answered, in place
        of the assistant's own. All of it is of one generation of the library, whatever changes meanwhile.
        ``stopped`` is asked between the stages whether nobody waits any more. Raises UsageError for an empty
        or overlong question, UnknownDocument, Cancelled."""
        began = time.perf_counter()
        if not 1 <= limit <= 50:
            raise UsageError("The number of quotes must lie between 1 and 50.")
        least = self.threshold if threshold is None else threshold
        if not 0 <= least <= 1:
            raise UsageError("The confidence from which to answer must lie between 0 and 1.")
        laps = Laps(stopped)
        with self.library.view():
            considered = self.consider(
                question, after=after, documents=documents, date_from=date_from, date_to=date_to, laps=laps
            )
            selections = self.select(considered, limit)
            trust = self.trust(considered, selections)
            laps.end("choosing")
            quotes = tuple(
                as_quote(
                    number,
                    selection,
                    self.library.source_of(selection.document),
                    document=lambda name: self._documents.prepared(name).document,
                    style=self.style,
                )
                for number, selection in enumerate(selections, start=1)
            )
            answered = bool(quotes) and trust >= least
            laps.end("citing")
            return Answer(
                question=question,
                after=tuple(after),
                answered=answered,
                confidence=trust,
                quotes=quotes if answered else (),
                nearest=() if answered else quotes,
                searched=considered.searched,
                seconds=time.perf_counter() - began,
                passages=self.order(considered),
                read=len(considered.reads),
                timing=laps.seconds,
                unresolved=considered.query.unresolved,
            )

    def ask_many(
        self, questions: Iterable[tuple[str, Sequence[str]]], *, limit: int = 3, ahead: int = 32
    ) -> Iterator[Answer | IbidError]:
        """The answer to each (question, after) in order, the same to the last digit as ``ask`` gives, but
        with the cores sharing out questions and not the parts of one, so none waits for another. Where a
        question cannot be asked the error stands in its answer's place. At most ``ahead`` are begun before
        their turn; those not begun are dropped when the iterator is closed. ``seconds`` is a question's
        share of the time that all took."""

        def answer(asked: tuple[str, Sequence[str]]) -> Answer | IbidError:
            began = time.perf_counter()
            try:
                answer = self.ask(asked[0], after=asked[1], limit=limit)
            except IbidError as error:
                return error
            return replace(answer, seconds=(time.perf_counter() - began) / cores.count())

        return cores.in_order(answer, questions, ahead)

    def consider(
        self,
        question: str,
        *,
        after: Sequence[str] = (),
        documents: Sequence[str] = (),
        date_from: str | None = None,
        date_to: str | None = None,
        laps: Laps | None = None,
    ) -> Considered:
        """Everything up to the scores: what `ask` decides upon, and what the weights are fitted on. ``laps``
        is told when a stage ends. Raises as ``ask``."""
        confirm(question, after)
        with self.library.view():
            return self._consider(question, after, documents, date_from, date_to, laps or Laps())

    def _consider(
        self,
        question: str,
        after: Sequence[str],
        documents: Sequence[str],
        date_from: str | None,
        date_to: str | None,
        laps: Laps,
    ) -> Considered:
        scope = self.library.scope(documents, date_from, date_to)
        searched = scope.searched if scope else self.library.searched()
        query = standalone(question, [earlier for earlier in after if folding.question(earlier)])
        before = self._before(query, scope)
        laps.go_on()
        found = self.candidates(query, scope, before)
        ranked = self._rank(found)
        laps.end("searching")
        if self.relevance:
            ranked = self.relevance.order(query.text, ranked)
            laps.end("ordering")
        reads = self._read(query, ranked)
        laps.go_on()
        told = self._told(before) if before else None
        laps.end("reading")
        candidates, table = self._sentences(
            query.question,
            found.terms,
            reads,
            told=told,
            replies=self._documents.after(told.document) if told else None,
            behind=self._documents.behind(told.document, told.end) if told else None,
        )
        laps.go_on()
        return Considered(query, tuple(ranked), tuple(reads), tuple(candidates), table, searched)

    def candidates(
        self, query: Query, scope: Scope | None = None, before: _Before | None = None
    ) -> retrieval.Candidates:
        """What retrieval finds for a query, not yet in order. A query that leans on an earlier question
        looks first where that one was answered."""
        listed = self._documents.listed()
        before = before or self._before(query, scope)
        near = retrieval.nearness(listed.order, before.ranked) if before else {}
        return retrieval.find(
            self.library, self.encoder, query, scope=scope, dates=listed.dates, sizes=listed.sizes, near=near
        )

    def select(
        self, considered: Considered, limit: int, weights: Mapping[str, float] | None = None
    ) -> list[Selection]:
        """The best quotes, whether or not they are good enough to be shown as an answer. ``weights`` of
        sentences stand in for the learned ones."""
        if not considered.candidates:
            return []
        scores = considered.table @ vector(weights or self.reading.sentences, quoting.FEATURES)
        return quoting.select(
            considered.candidates,
            scores,
            considered.table,
            considered.reads,
            limit,
            question=considered.query.question,
        )

    def order(self, considered: Considered) -> tuple[ScoredPassage, ...]:
        """The passages in order after reading: those that were read by their retrieval score, by what the
        reading found and, in a follow-up, by what was told before and how soon they come after it; the others
        behind them as retrieval left them."""
        best = quoting.best_of_passages(considered.reads, considered.candidates, considered.table)
        gained = best @ vector(self.reading.passages, quoting.FEATURES)
        read = [
            replace(item.scored, score=item.scored.score + float(gain))
            for item, gain in zip(considered.reads, gained, strict=True)
        ]
        read.sort(key=lambda scored: (-scored.score, scored.passage.id))
        floor = read[-1].score if read else 0.0
        # Made anew by hand: there are hundreds, and ``replace`` takes five times as long.
        rest = [
            ScoredPassage(s.passage, min(s.score, floor), s.dense, s.lexical)
            for s in considered.ranked[len(read) :]
        ]
        return (*read, *rest)

    def trust(self, considered: Considered, selections: Sequence[Selection]) -> float:
        """The calibrated probability that the first selection answers the query, or is from a paper on the
        subject that it names; 0 where there is none."""
        if not selections:
            return 0.0
        subject = bool(self.evidence) and considered.query.names_subject
        weights = self.weights.subjects.confidence if subject else self.reading.confidence
        return confidence.probability(self.trusted(considered, selections[0]), weights)

    def trusted(
        self, considered: Considered, first: Selection, weights: Mapping[str, float] | None = None
    ) -> NDArray[np.float32]:
        """What the confidence in the first selection rests on, confidence.FEATURES; ``weights`` of sentences
        as in ``select``."""
        scores = considered.table @ vector(weights or self.reading.sentences, quoting.FEATURES)
        return confidence.features(
            first,
            considered.candidates,
            scores,
            considered.table,
            [read.finding for read in considered.reads if read.finding],
            unresolved=bool(considered.query.unresolved),
        )

    def document(self, name: str) -> Document:
        """A document whole. Raises UnknownDocument."""
        return self.library.document(name)

    # ── the steps ──────────────────────────────────────────────────────────────────────────────────

    def _before(self, query: Query, scope: Scope | None) -> _Before | None:
        """The question that a follow-up leans on, with its ranking."""
        if not query.carried:
            return None
        earlier = standalone(query.carried[-1], query.carried[:-1])
        found = self.candidates(earlier, scope)
        return _Before(earlier, found.terms, self._rank(found))

    def _rank(self, found: retrieval.Candidates) -> list[ScoredPassage]:
        subject = found.query.names_subject
        return retrieval.rank(found, self.weights.subjects.retrieval if subject else self.weights.retrieval)

    def _told(self, before: _Before) -> Selection | None:
        """The quote that the earlier question was answered with: a follow-up asks for something else."""
        reads = self._read(before.query, before.ranked[:READ_BEFORE])
        candidates, table = self._sentences(before.query.question, before.terms, reads)
        if not candidates:
            return None
        scores = table @ vector(self.reading.sentences, quoting.FEATURES)
        return quoting.select(candidates, scores, table, reads, 1)[0]

    def _sentences(
        self,
        question: str,
        terms: retrieval.QueryTerms,
        reads: Sequence[Read],
        told: Selection | None = None,
        replies: Mapping[str, float] | None = None,
        behind: Mapping[int, float] | None = None,
    ) -> tuple[list[quoting.Candidate], NDArray[np.float32]]:
        """What is known of each sentence, as ``quoting.features`` tells it."""
        candidates, table = quoting.features(
            question, terms, reads, stems=self.library.terms, told=told, replies=replies, behind=behind
        )
        if not self.evidence:
            scores = table @ vector(self.reading.sentences, quoting.FEATURES)
            quoting.compare(self.encoder, question, reads, candidates, table, scores)
        return candidates, table

    def _read(self, query: Query, ranked: Sequence[ScoredPassage]) -> list[Read]:
        return passages.read(query, ranked, self._documents, self.evidence)
