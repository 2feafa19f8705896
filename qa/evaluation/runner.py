"""Runs evaluation sets against an assistant and measures what came of each question."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from qa.errors import IbidError, UsageError
from qa.evaluation import runs
from qa.evaluation.contexts import Surroundings
from qa.evaluation.manifest import Manifest, describe
from qa.evaluation.measures import JUDGED, Outcome, ShownQuote
from qa.evaluation.results import Result, result
from qa.evaluation.sets import EvaluationSet, Question, load
from qa.evaluation.verbatim import FreshTexts
from qa.types import Answer, Document, Quote, ScoredPassage, SourceFile

if TYPE_CHECKING:
    from qa.evaluation.runs import Writer

__all__ = ["Asked", "Progress", "Result", "Stopped", "evaluate", "rank_documents", "result"]

BATCH = 32
"""Questions that are begun before their turn, where the assistant can: a kill costs as many answers."""

Progress = Callable[[str, int, int], None]
"""Told the set's name, how many of its questions are done, and how many there are."""


class Stopped(IbidError):
    """Somebody said stop. ``folder`` is the run to go on with, None where it was not kept."""

    def __init__(self, done: int, total: int, folder: Path | None) -> None:
        self.done, self.total, self.folder = done, total, folder
        further = f" Go on with: qa evaluate … --resume {folder}" if folder else ""
        super().__init__(f"Stopped after {done:,} of {total:,} questions.{further}")


class _Summary(Protocol):
    @property
    def name(self) -> str: ...


class _Library(Protocol):
    def documents(self) -> Sequence[_Summary]: ...

    def document(self, name: str) -> Document: ...

    def source_of(self, document: str) -> SourceFile: ...


class Asked(Protocol):
    """What is measured: ``qa.assistant.Assistant``, or anything that answers in the same form. One that has
    ``ask_many`` too (see there) is asked many questions at once."""

    @property
    def library(self) -> _Library: ...

    def ask(self, question: str, *, after: Sequence[str] = (), limit: int = 3) -> Answer: ...


def evaluate(
    assistant: Asked | Callable[[EvaluationSet], Asked],
    sets: Iterable[str | Path | EvaluationSet],
    *,
    progress: Progress | None = None,
    check_sources: bool = True,
    folder: str | Path | None = None,
    batch: int = BATCH,
    cancelled: Callable[[], bool] | None = None,
) -> list[Result]:
    """Asks every question of the sets, given by name, by path or loaded, and measures what comes.

    ``assistant`` may be a function that gives a set's own. A question that fails to be asked counts as not
    answered. ``check_sources`` reads each source file that was quoted once more, for ``verbatim``; without
    it that measure has no value. With ``batch`` 1 each question is asked alone and
    ``seconds`` are true times to answer; else so many are given out at once, side by side, and ``seconds``
    are each question's share of the time that all took. The figures, apart
    from the seconds, are the same to the last digit whatever the batch.

    With ``folder`` the run is kept there as it goes, with its report at the end; over a folder that holds an
    unfinished run of the same sets, library, model and weights it goes on where that stopped, and of a
    finished one it gives the results. Raises UsageError for an unknown set, two of one name or a folder with
    another run, before anything is asked; Stopped once ``cancelled`` says so; ``progress`` may raise to
    cancel too."""
    loaded = [one if isinstance(one, EvaluationSet) else load(one) for one in sets]
    names = [one.name for one in loaded]
    if twice := {name for name in names if names.count(name) > 1}:
        raise UsageError(f"Two of the sets are called {sorted(twice)[0]}. Give it once, or rename a file.")
    asked: list[tuple[EvaluationSet, Asked]] = [
        (one, assistant(one) if not hasattr(assistant, "ask") else assistant)  # type: ignore[misc]
        for one in loaded
    ]
    batch = max(1, batch)
    manifest = describe(asked, check_sources=check_sources, batch=batch, started=runs.now())
    run = _run(folder, manifest)
    if run is not None and run.finished:
        return runs.load(run.folder)
    # The models load before the first question is timed.
    for each in {id(each): each for _, each in asked}.values():
        if (warm := getattr(each, "warm", None)) is not None:
            warm()
    with run.writing() if run else nullcontext() as writer:
        kept = dict(_kept(run))
        results = []
        for one, each in asked:
            runner = _Set(each, one, check_sources, batch, progress, cancelled, writer)
            results.append(runner.run(kept.get(one.name, {})))
        if run is not None:
            run.ended({each.name: each.warnings for each in results})
        final = [replace(each, manifest=run.manifest if run else manifest) for each in results]
        if run is not None:
            from qa.evaluation.report import write_report

            # A run is finished when its report is there too: a kill in between leaves one to go on with.
            write_report(final, run.folder)
            run.save()
    return final


def _run(folder: str | Path | None, manifest: Manifest) -> runs.Run | None:
    """The run to write to: begun, or gone on with where one of the same lies there."""
    if folder is None:
        return None
    if (Path(folder) / runs.MANIFEST).exists():
        return runs.resume(folder, manifest)
    return runs.start(folder, manifest)


def _kept(run: runs.Run | None) -> dict[str, dict[str, Outcome]]:
    """What came so far, by set and id."""
    kept: dict[str, dict[str, Outcome]] = {}
    for name, outcome in run.outcomes() if run else ():
        kept.setdefault(name, {})[outcome.question.id] = outcome
    return kept


class _Set:
    """One set being asked."""

    def __init__(
        self,
        assistant: Asked,
        questions: EvaluationSet,
        check_sources: bool,
        batch: int,
        progress: Progress | None,
        cancelled: Callable[[], bool] | None,
        writer: Writer | None,
    ) -> None:
        self._assistant = assistant
        self._set = questions
        self._sources = FreshTexts(assistant.library) if check_sources else None
        self._around = Surroundings(assistant.library)
        self._batch = batch
        self._progress = progress
        self._cancelled = cancelled
        self._writer = writer

    def run(self, kept: dict[str, Outcome]) -> Result:
        """Asks what is not among ``kept`` and measures all."""
        name, total = self._set.name, len(self._set.questions)
        outcomes = dict(kept)
        waiting = [question for question in self._set.questions if question.id not in kept]
        self._tell(len(outcomes))
        for question, answer, seconds in self._ask(waiting):
            outcome = outcomes[question.id] = self._outcome(question, answer, seconds)
            if self._writer is not None:
                self._writer.add(name, outcome)
            self._tell(len(outcomes))
            if self._cancelled is not None and len(outcomes) < total and self._cancelled():
                raise Stopped(len(outcomes), total, self._writer.folder if self._writer else None)
        ordered = [outcomes[question.id] for question in self._set.questions]
        return result(name, ordered, warnings=tuple(self._warnings(ordered)))

    def _tell(self, done: int) -> None:
        if self._progress is not None:
            self._progress(self._set.name, done, len(self._set.questions))

    def _ask(self, questions: Sequence[Question]) -> Iterator[tuple[Question, Answer | IbidError, float]]:
        """Each question with its answer, or why there is none, and the seconds it took."""
        many = getattr(self._assistant, "ask_many", None)
        if many is None or self._batch == 1:
            yield from map(self._ask_alone, questions)
            return
        pairs = ((question.question, question.after) for question in questions)
        with closing(many(pairs, limit=JUDGED, ahead=self._batch)) as answers:
            for question, answer in zip(questions, answers, strict=True):
                yield question, answer, getattr(answer, "seconds", 0.0)

    def _ask_alone(self, question: Question) -> tuple[Question, Answer | IbidError, float]:
        began = time.perf_counter()
        answer: Answer | IbidError
        try:
            answer = self._assistant.ask(question.question, after=question.after, limit=JUDGED)
        except IbidError as error:
            answer = error
        return question, answer, time.perf_counter() - began

    def _outcome(self, question: Question, answer: Answer | IbidError, seconds: float) -> Outcome:
        if isinstance(answer, IbidError):
            contexts = self._around.of(question, ())
            return Outcome(question, False, 0.0, (), (), seconds, str(answer), contexts)
        quotes = tuple(map(self._shown, answer.quotes or answer.nearest))
        return Outcome(
            question,
            answer.answered,
            answer.confidence,
            quotes,
            rank_documents(answer.passages),
            seconds,
            contexts=self._around.of(question, quotes[:JUDGED]),
        )

    def _shown(self, quote: Quote) -> ShownQuote:
        return ShownQuote(
            document=quote.document,
            start=quote.start,
            end=quote.end,
            text=quote.text,
            clean=quote.clean,
            pages=quote.pages,
            phrase=quote.phrase.text if quote.phrase else None,
            exact=self._sources.is_exact(quote) if self._sources is not None else None,
            phrase_start=quote.phrase.start if quote.phrase else None,
        )

    def _warnings(self, outcomes: Sequence[Outcome]) -> Iterator[str]:
        yield from self._set.problems
        yield from _missing(self._assistant, self._set)
        if failed := [outcome for outcome in outcomes if outcome.error]:
            yield (
                f"{self._set.name}: {len(failed)} questions could not be asked, "
                f"first {failed[0].question.id}: {failed[0].error}"
            )
        if self._sources is not None:
            yield from self._sources.take_problems()


def rank_documents(passages: Sequence[ScoredPassage]) -> tuple[tuple[str, float], ...]:
    """Documents with the score of their best passage, best first; equal scores by name."""
    best: dict[str, float] = {}
    for found in passages:
        name = found.passage.document
        best[name] = max(found.score, best.get(name, found.score))
    return tuple(sorted(best.items(), key=lambda item: (-item[1], item[0])))


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
