"""The measures: values for each question first, everything else derived from those.

A set of questions becomes a table of per-question values (``values``); a measure is a function of the
table's columns and of how often each question counts (``estimates``). Counting each once gives the value,
counting as a bootstrap resample does gives the interval, counting two runs alike gives a paired comparison.

    measure                  over                                    from
    Success@1 … nDCG@10      answerable                              ir-measures, documents by best passage
    quote_hit@1, @3          answerable with known evidence words    wording.overlap >= wording.HIT
    quote_f1                 the same                                sums over questions (micro-average)
    verbatim                 all quotes shown                        a fresh reading of the sources
    answer_em, answer_f1     answerable with a known answer          SQuAD's definitions
    abstain_auroc            all; needs both kinds                   Mann–Whitney U of the confidence
    abstain_f1               all; needs an unanswerable              "not answered" as the positive class
    answered_wrongly         unanswerable                            at the assistant's own threshold
    refused_wrongly          answerable                              at the assistant's own threshold
    ece                      all but those without evidence words    10 bins of equal mass
    aurc                     the same                                area under the risk–coverage curve
    pages                    hits whose printed pages are known      first hitting quote's pages

A measure without anything to be measured on has no value (None), never 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from qa.evaluation.confidence import Floats, abstain_f1, aurc, auroc, ece, share
from qa.evaluation.sets import Question
from qa.evaluation.wording import HIT, exact_match, overlap, same_pages, token_f1, union

RETRIEVAL = ("Success@1", "Success@10", "RR@10", "nDCG@10")
MEASURES = (
    *RETRIEVAL,
    *("quote_hit@1", "quote_hit@3", "quote_f1", "verbatim", "answer_em", "answer_f1"),
    *("abstain_auroc", "abstain_f1", "answered_wrongly", "refused_wrongly", "ece", "aurc", "pages"),
)
"""Every measure, in the order in which reports show them."""

LOWER_IS_BETTER = frozenset({"answered_wrongly", "refused_wrongly", "ece", "aurc"})
JUDGED = 3
"""How many forced quotes are judged."""
RESAMPLES = 2000
SEED = 1945
BLOCK = 500_000
"""How many counts (resamples × questions) are worked on at once."""
LEVEL = 0.95

Values = Mapping[str, float | None]
"""What one question gave, by column; None where the column does not apply to it."""


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A quote as it was shown; ``clean`` is its text without apparatus. ``exact`` says whether a fresh
    reading of its source file has the same words at the same place, None where that was not checked.
    ``phrase_start`` is where its answer phrase begins, an offset into the document's text like ``start``."""

    document: str
    start: int
    end: int
    text: str
    clean: str
    pages: str | None = None
    phrase: str | None = None
    exact: bool | None = None
    phrase_start: int | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Where an evidence item or a judged quote stands: ``of`` says which of the two, ``number`` its place
    among the question's evidence or the outcome's quotes, from 0. ``before`` and ``after`` are up to 300
    characters of the document's text on each side of [``start``, ``end``); ``text`` the words between as
    they stand there. ``start`` is None where the words were not found or only the document is known.
    ``title`` and ``date`` are the document's."""

    of: Literal["evidence", "quote"]
    number: int
    document: str
    start: int | None = None
    end: int | None = None
    before: str = ""
    text: str = ""
    after: str = ""
    title: str = ""
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question. ``quotes`` are the forced quotes (the answer's, or the nearest where it was
    not answered), best first; ``ranking`` documents with scores, best first; ``seconds`` the time to answer;
    ``error`` the message where asking failed, which counts as nothing found and not answered. ``contexts``
    show the evidence and the judged quotes among the words around them."""

    question: Question
    answered: bool
    confidence: float
    quotes: tuple[ShownQuote, ...]
    ranking: tuple[tuple[str, float], ...]
    seconds: float
    error: str | None = None
    contexts: tuple[Context, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure with its 95 % percentile bootstrap interval; all None where it does not apply.
    ``questions`` is how many questions it rests on."""

    value: float | None
    low: float | None
    high: float | None
    questions: int


def is_hit(quote: ShownQuote, question: Question) -> bool:
    """Whether a quote shows the evidence: it comes from the document of an evidence item and overlaps its
    quote by at least half of the shorter one's words. A page mark or note marker inside the quote does not
    count against it: the words are tried with and without."""
    return any(
        item.quote is not None
        and item.document == quote.document
        and max(overlap(quote.text, item.quote), overlap(quote.clean, item.quote)) >= HIT
        for item in question.evidence
    )


def values(outcomes: Sequence[Outcome]) -> list[dict[str, float | None]]:
    """The per-question values of each outcome, in their order. Columns that are no measure themselves:
    ``common``, ``quote_words``, ``evidence_words`` (for quote_f1), ``exact``, ``shown`` (verbatim),
    ``answerable``, ``answered``, ``confidence``, ``first_hit`` (ece, aurc), ``seconds``."""
    rows = [_values(outcome) for outcome in outcomes]
    for row, retrieval in zip(rows, _retrieval(outcomes), strict=True):
        row.update(retrieval)
    return rows


def _values(outcome: Outcome) -> dict[str, float | None]:
    question, quotes = outcome.question, outcome.quotes[:JUDGED]
    row: dict[str, float | None] = {
        "answerable": float(question.answerable),
        "answered": float(outcome.answered),
        "confidence": float(outcome.confidence),
        "seconds": outcome.seconds,
        "shown": float(sum(quote.exact is not None for quote in outcome.quotes)),
        "exact": float(sum(quote.exact is True for quote in outcome.quotes)),
        "answered_wrongly": None if question.answerable else float(outcome.answered),
        "refused_wrongly": float(not outcome.answered) if question.answerable else None,
        # An unanswerable question has no right quote, so whatever confidence it got was misplaced.
        "first_hit": None if question.answerable else 0.0,
    }
    if question.has_quotes:
        hits = [is_hit(quote, question) for quote in quotes]
        row["quote_hit@1"] = row["first_hit"] = float(any(hits[:1]))
        row["quote_hit@3"] = float(any(hits))
        shown = union(quote.text for quote in quotes)
        wanted = union(item.quote for item in question.evidence if item.quote)
        row["common"] = float((shown & wanted).total())
        row["quote_words"], row["evidence_words"] = float(shown.total()), float(wanted.total())
        if question.pages is not None and any(hits):
            row["pages"] = float(same_pages(quotes[hits.index(True)].pages, question.pages))
    if question.answerable and question.answers:
        phrase = (quotes[0].phrase if quotes else None) or ""
        row["answer_em"] = exact_match(phrase, question.answers)
        row["answer_f1"] = token_f1(phrase, question.answers)
    return row


def _retrieval(outcomes: Sequence[Outcome]) -> list[dict[str, float]]:
    """The retrieval measures of each answerable question, by ir-measures."""
    import ir_measures

    rows: list[dict[str, float]] = [{} for _ in outcomes]
    qrels: list[Any] = []
    run: list[Any] = []
    for i, outcome in enumerate(outcomes):
        if not outcome.question.answerable:
            continue
        for document, grade in outcome.question.grades.items():
            qrels.append(ir_measures.Qrel(str(i), document, grade))
        # Scores are the negated ranks: the engines behind ir-measures break tied scores each in their
        # own way, so the order is settled before they see it.
        for rank, (document, _) in enumerate(outcome.ranking):
            run.append(ir_measures.ScoredDoc(str(i), document, -float(rank)))
    if qrels:
        wanted = [ir_measures.parse_measure(name) for name in RETRIEVAL]
        for metric in ir_measures.iter_calc(wanted, qrels, run):
            rows[int(metric.query_id)][str(metric.measure)] = float(metric.value)
    return rows


def columns(rows: Sequence[Values]) -> dict[str, Floats]:
    """The rows as columns of shape (questions,), NaN where a value is None or missing."""
    names = sorted({name for row in rows for name in row})
    return {
        name: np.array([np.nan if (v := row.get(name)) is None else v for row in rows], np.float64)
        for name in names
    }


def estimates(table: Mapping[str, Floats], counts: Floats) -> dict[str, Floats]:
    """Every measure under each row of ``counts``.

    table: columns of shape (n,). counts: (b, n), how often each question counts. Gives columns of shape
    (b,), NaN where a measure has nothing to rest on."""
    nothing = np.full(counts.shape[1], np.nan)

    def column(name: str) -> Floats:
        return table.get(name, nothing)

    def total(value: Floats) -> Floats:
        summed: Floats = counts @ np.nan_to_num(value)
        return summed

    def mean(name: str) -> Floats:
        return share(total(column(name)), counts @ ~np.isnan(column(name)))

    derived = {
        "quote_f1": share(
            2 * total(column("common")), total(column("quote_words")) + total(column("evidence_words"))
        ),
        "verbatim": share(total(column("exact")), total(column("shown"))),
        "abstain_auroc": auroc(column("confidence"), column("answerable"), counts),
        "abstain_f1": abstain_f1(column("answered"), column("answerable"), counts),
        "ece": ece(column("confidence"), column("first_hit"), counts),
        "aurc": aurc(column("confidence"), column("first_hit"), counts),
    }
    return {name: derived[name] if name in derived else mean(name) for name in MEASURES}


def resample(questions: int, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """(resamples, questions): how often each question stands in each bootstrap resample, which draws as
    many questions as there are, with replacement. The same numbers for the same arguments."""
    draw = np.random.default_rng(seed).multinomial(
        questions, np.full(questions, 1 / questions), size=resamples
    )
    return draw.astype(np.float64)


def measure(rows: Sequence[Values], *, resamples: int = RESAMPLES, seed: int = SEED) -> dict[str, Estimate]:
    """Every measure of these per-question values, with percentile bootstrap intervals over questions
    (Efron and Tibshirani 1993, chapter 13); resamples on which a measure has no value are left out."""
    if not rows:
        return {name: Estimate(None, None, None, 0) for name in MEASURES}
    table = columns(rows)
    point = estimates(table, np.ones((1, len(rows))))
    spread = spreads(table, resample(len(rows), resamples, seed))
    return {name: _estimate(float(point[name][0]), spread[name], _rests_on(name, table)) for name in MEASURES}


def spreads(table: Mapping[str, Floats], counts: Floats) -> dict[str, Floats]:
    """``estimates`` a block of resamples at a time, so that a large set needs no more memory than a block
    of it does."""
    rows = max(1, BLOCK // max(1, counts.shape[1]))
    blocks = [estimates(table, counts[at : at + rows]) for at in range(0, len(counts), rows)]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def _estimate(value: float, spread: Floats, questions: int) -> Estimate:
    if np.isnan(value):
        return Estimate(None, None, None, 0)
    low, high = interval(spread)
    return Estimate(value, low, high, questions)


def interval(spread: Floats) -> tuple[float, float]:
    """The percentile interval that holds ``LEVEL`` of the resampled values, NaN ones left out."""
    low, high = np.nanpercentile(spread, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return float(low), float(high)


def _rests_on(name: str, table: Mapping[str, Floats]) -> int:
    """How many questions a measure is computed over."""
    rule = {"quote_f1": "quote_words", "ece": "first_hit", "aurc": "first_hit", "verbatim": "shown"}
    column = table.get(rule.get(name, name), table["answerable"])
    if name == "verbatim":
        return int((column > 0).sum())
    return int((~np.isnan(column)).sum())
