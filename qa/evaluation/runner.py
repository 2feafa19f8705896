"""Runs evaluation sets against an assistant and measures what came of each question."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from qa.errors import IbidError, UsageError
from qa.evaluation.measures import JUDGED, Estimate, Outcome, ShownQuote, Values, measure, values
from qa.evaluation.sets import EvaluationSet, Question, load
from qa.types import Answer, Quote, ScoredPassage, SourceFile

SLICED_BY = ("kind", "style")

Progress = Callable[[str, int, int], None]
"""Told the set's name, how many of its questions are done, and how many there are."""


class _Summary(Protocol):
    @property
    def name(self) -> str: ...


class _Library(Protocol):
    def documents(self) -> Sequence[_Summary]: ...

    def source_of(self, document: str) -> SourceFile: ...


class Asked(Protocol):
    """What is measured: ``qa.assistant.Assistant``, or anything that answers in the same form."""

    @property
    def library(self) -> _Library: ...

    def ask(self, question: str, *, after: Sequence[str] = (), limit: int = 3) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one set: its outcomes and their per-question values, in the order of the set, and the
    measures derived from them, over all and by slice (``slices["kind"]["fact"]["RR@10"]``). ``seconds`` has
    "p50" and "p95" of the time to answer. ``warnings`` are plain lines for the person."""

    name: str
    outcomes: tuple[Outcome, ...]
    values: tuple[Values, ...]
    measures: Mapping[str, Estimate]
    slices: Mapping[str, Mapping[str, Mapping[str, Estimate]]]
    seconds: Mapping[str, float]
    warnings: tuple[str, ...] = ()

    @property
    def questions(self) -> int:
        """How many questions were asked."""
        return len(self.outcomes)

    @property
    def answerable(self) -> int:
        """How many of them have evidence."""
        return sum(outcome.question.answerable for outcome in self.outcomes)


def evaluate(
    assistant: Asked,
    sets: Iterable[str | Path | EvaluationSet],
    *,
    progress: Progress | None = None,
    check_sources: bool = True,
) -> list[Result]:
    """Asks every question of the sets, given by name, by path or loaded, and measures what comes.

    A question that fails to be asked counts as not answered. ``check_sources`` reads each source file that
    was quoted once more, for ``verbatim``; without it that measure has no value. The figures, apart from
    the seconds, are the same to the last digit for the same answers. Raises UsageError for an unknown set
    or two of one name, before anything is asked; ``progress`` may raise to cancel."""
    loaded = [one if isinstance(one, EvaluationSet) else load(one) for one in sets]
    names = [one.name for one in loaded]
    if twice := {name for name in names if names.count(name) > 1}:
        raise UsageError(f"Two of the sets are called {sorted(twice)[0]}. Give it once, or rename a file.")
    # The models load before the first question is timed.
    if (warm := getattr(assistant, "warm", None)) is not None:
        warm()
    sources = FreshTexts(assistant.library) if check_sources else None
    return [run(assistant, one, sources=sources, progress=progress) for one in loaded]


def run(
    assistant: Asked,
    questions: EvaluationSet,
    *,
    sources: FreshTexts | None = None,
    progress: Progress | None = None,
) -> Result:
    """One set's result; see ``evaluate``."""
    outcomes = []
    total = len(questions.questions)
    for done, question in enumerate(questions.questions):
        if progress is not None:
            progress(questions.name, done, total)
        outcomes.append(_ask(assistant, question, sources))
    if progress is not None:
        progress(questions.name, total, total)
    warnings = [*questions.problems, *_missing(assistant, questions)]
    if failed := [outcome for outcome in outcomes if outcome.error]:
        warnings.append(
            f"{questions.name}: {len(failed)} questions could not be asked, "
            f"first {failed[0].question.id}: {failed[0].error}"
        )
    if sources is not None:
        warnings.extend(sources.take_problems())
    return result(questions.name, outcomes, warnings=tuple(warnings))


def result(name: str, outcomes: Sequence[Outcome], *, warnings: tuple[str, ...] = ()) -> Result:
    """Measures outcomes that are there already."""
    rows = values(outcomes)
    slices: dict[str, dict[str, dict[str, Estimate]]] = {}
    for by in SLICED_BY:
        labels = [str(getattr(outcome.question, by)) for outcome in outcomes]
        slices[by] = {
            label: measure([row for row, mine in zip(rows, labels, strict=True) if mine == label])
            for label in sorted(set(labels) - {""})
        }
    p50, p95 = np.percentile([outcome.seconds for outcome in outcomes], [50, 95]) if outcomes else (0.0, 0.0)
    return Result(
        name,
        tuple(outcomes),
        tuple(rows),
        measure(rows),
        slices,
        {"p50": round(float(p50), 4), "p95": round(float(p95), 4)},
        warnings,
    )


def rank_documents(passages: Sequence[ScoredPassage]) -> tuple[tuple[str, float], ...]:
    """Documents with the score of their best passage, best first; equal scores by name."""
    best: dict[str, float] = {}
    for found in passages:
        name = found.passage.document
        best[name] = max(found.score, best.get(name, found.score))
    return tuple(sorted(best.items(), key=lambda item: (-item[1], item[0])))


class FreshTexts:
    """The documents' texts as a reading of the source files gives them now, each file read once."""

    def __init__(self, library: _Library) -> None:
        self._library = library
        self._texts: dict[str, dict[str, str]] = {}
        self._problems: list[str] = []

    def is_exact(self, quote: Quote) -> bool:
        """Whether the source file still has the quote's words at the quote's place, to the letter."""
        try:
            source = self._library.source_of(quote.document)
        except IbidError as error:
            self._problems.append(f"{quote.document}: quoted, but {error}")
            return False
        if source.path not in self._texts:
            self._texts[source.path] = self._read(source)
        text = self._texts[source.path].get(quote.document)
        return text is not None and text[quote.start : quote.end] == quote.text

    def take_problems(self) -> list[str]:
        """A line for each source file that could not be read since the last call."""
        problems, self._problems = self._problems, []
        return problems

    def _read(self, source: SourceFile) -> dict[str, str]:
        # The readers bring lxml, which is not needed before the first quote is checked.
        from qa.reading import read

        try:
            reading = read(Path(source.path), source.name, encoding=source.encoding)
        except (IbidError, OSError) as error:
            self._problems.append(f"Quotes from it count as not verbatim: {error}")
            return {}
        return {document.name: document.text for document in reading.documents}


def _ask(assistant: Asked, question: Question, sources: FreshTexts | None) -> Outcome:
    began = time.perf_counter()
    try:
        answer = assistant.ask(question.question, after=question.after, limit=JUDGED)
    except IbidError as error:
        return Outcome(question, False, 0.0, (), (), time.perf_counter() - began, str(error))
    seconds = time.perf_counter() - began
    forced = answer.quotes or answer.nearest
    quotes = tuple(
        ShownQuote(
            document=quote.document,
            start=quote.start,
            end=quote.end,
            text=quote.text,
            clean=quote.clean,
            pages=quote.pages,
            phrase=quote.phrase.text if quote.phrase else None,
            exact=sources.is_exact(quote) if sources is not None else None,
        )
        for quote in forced
    )
    ranking = rank_documents(answer.passages)
    return Outcome(question, answer.answered, answer.confidence, quotes, ranking, seconds)


def _missing(assistant: Asked, questions: EvaluationSet) -> list[str]:
    """One line where documents that the set asks about are not in the library."""
    wanted = {item.document for question in questions.questions for item in question.evidence}
    absent = sorted(wanted - {summary.name for summary in assistant.library.documents()})
    if not absent:
        return []
    return [
        f"{questions.name}: {len(absent)} of the {len(wanted)} documents with its answers are not in this "
        f"library (such as {absent[0]}); their questions count as missed. Add them with: qa add PATH"
    ]
