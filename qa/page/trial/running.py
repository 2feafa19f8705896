"""One evaluation at a time, in a thread of its own: it goes on whoever looks, and when nobody does."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import IbidError, UsageError
from qa.evaluation.sets import EvaluationSet
from qa.page.texts import Words

if TYPE_CHECKING:
    from qa.adding import Progress as Added
    from qa.assistant import Assistant

_RECENT = 20.0  # seconds over which the speed is taken
_BATCH = 8  # questions at once: who looks on wants to see it move, and stop soon when told to


Line = Callable[[Words], str]
"""A line that is told later, to each who looks in their language."""


@dataclass(frozen=True, slots=True)
class Look:
    """How far an evaluation is: ``done`` of ``total`` questions of all its sets, what it is ``doing``,
    ``rate`` in questions a second and ``left`` in seconds, both None while they are not known. ``running`` is
    False once it is over; ``ended`` then says how, ``failed`` whether by an error, ``finished`` whether all
    questions were asked."""

    running: bool
    doing: Line | None = None
    done: int = 0
    total: int = 0
    rate: float | None = None
    left: float | None = None
    stopping: bool = False
    ended: Line | None = None
    failed: bool = False
    finished: bool = False
    folder: Path | None = None


class Running:
    """The evaluation of a page, if one is running. Any thread may look, start one, or cancel it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None
        self._look = Look(running=False)
        self._seen: deque[tuple[float, int]] = deque()

    def start(self, assistant: Assistant, sets: Sequence[EvaluationSet], folder: Path, say: Words) -> None:
        """Begins a run in ``folder``, or goes on with the one that lies there. Raises UsageError, in the
        words of ``say``, while another is running."""
        with self._lock:
            if self._look.running:
                raise UsageError(say("evaluation.running-already"))
            total = sum(len(one.questions) for one in sets)
            self._cancel = threading.Event()
            self._seen.clear()
            self._look = Look(running=True, doing=_line("evaluation.beginning"), total=total, folder=folder)
            self._thread = threading.Thread(
                target=self._run, args=(assistant, sets, folder), name="evaluation", daemon=True
            )
            self._thread.start()

    def cancel(self) -> None:
        """Asks a running evaluation to stop: after the questions that are being answered, keeping all that
        were."""
        with self._lock:
            self._cancel.set()
            if self._look.running:
                self._tell(stopping=True)

    def look(self) -> Look:
        """How far it is, or how the last one ended."""
        with self._lock:
            return self._look

    def wait(self, seconds: float) -> bool:
        """Waits at most so long; whether nothing is running (any more)."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.look().running

    def _tell(self, **changes: object) -> None:
        fields = {name: getattr(self._look, name) for name in Look.__dataclass_fields__}
        self._look = Look(**{**fields, **changes})

    def _run(self, assistant: Assistant, sets: Sequence[EvaluationSet], folder: Path) -> None:
        began = time.monotonic()
        opened: list[Assistant] = []
        finished = False
        try:
            self._evaluate(assistant, sets, folder, opened)
        except IbidError as error:
            ended, failed = _stopped(error), not self._cancel.is_set()
        except Exception as error:
            # A thread that dies in silence would leave the page waiting for ever.
            words = f"{type(error).__name__}: {error}"
            ended, failed = _line("evaluation.broke", error=words), True
        else:
            took = time.monotonic() - began
            ended, failed, finished = _finished(took), False, True
        finally:
            for one in opened:
                one.library.close()
        with self._lock:
            self._tell(running=False, ended=ended, failed=failed, finished=finished)

    def _evaluate(
        self, assistant: Assistant, sets: Sequence[EvaluationSet], folder: Path, opened: list[Assistant]
    ) -> None:
        from qa import evaluation
        from qa.evaluation.corpora import assistant_for

        before, earlier = {}, 0
        for one in sets:
            before[one.name] = earlier
            earlier += len(one.questions)

        def asked(one: EvaluationSet) -> Assistant:
            if one.corpus is None:
                return assistant
            with self._lock:
                self._tell(doing=_line("evaluation.reading", set=one.name))
            own = assistant_for(
                one, model=assistant.encoder.name, like=assistant, progress=lambda now: self._reads(one, now)
            )
            opened.append(own)
            return own

        evaluation.evaluate(
            asked,
            sets,
            folder=folder,
            batch=_BATCH,
            cancelled=self._cancel.is_set,
            progress=lambda name, done, _: self._asks(name, done, before),
        )

    def _reads(self, one: EvaluationSet, now: Added) -> None:
        if self._cancel.is_set():
            raise _StoppedReading
        with self._lock:
            self._tell(doing=_reading(one.name, now))

    def _asks(self, name: str, done: int, before: Mapping[str, int]) -> None:
        done += before[name]
        at = time.monotonic()
        with self._lock:
            self._seen.append((at, done))
            while len(self._seen) > 2 and self._seen[1][0] < at - _RECENT:
                self._seen.popleft()
            first_at, first = self._seen[0]
            # Answers of a batch come all at once: before the second there is no speed to tell.
            rate = (done - first) / (at - first_at) if done > first and at - first_at > 0.5 else None
            left = (self._look.total - done) / rate if rate else None
            self._tell(doing=_as_it_is(name), done=done, rate=rate, left=left)


class _StoppedReading(UsageError):
    """Stopped while the documents that a set brings were read."""


def _line(key: str, **values: object) -> Line:
    return lambda say: say(key, **values)


def _as_it_is(words: str) -> Line:
    """A name, or an error from below: the same in every language."""
    return lambda _: words


def _reading(name: str, now: Added) -> Line:
    done, total, file = now.done_passages, now.total_passages, now.file

    def line(say: Words) -> str:
        if not total:
            return say("evaluation.reading-file", set=name, file=file)
        share = say(
            "evaluation.share", done=say.number(done), total=say.count(total, "evaluation.passages-of")
        )
        return say("evaluation.reading-share", set=name, share=share)

    return line


def _finished(seconds: float) -> Line:
    return lambda say: say("evaluation.finished", duration=duration(seconds, say))


def _stopped(error: IbidError) -> Line:
    from qa.evaluation.runner import Stopped

    if isinstance(error, _StoppedReading):
        return _line("evaluation.stopped-reading")
    if not isinstance(error, Stopped):
        return _as_it_is(str(error))
    done, total = error.done, error.total
    return lambda say: say(
        "evaluation.stopped", done=say.number(done), total=say.count(total, "evaluation.questions-of")
    )


def duration(seconds: float, say: Words) -> str:
    """ "8 s", "3 min 20 s", "2 h 5 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return say("duration.seconds", s=whole)
    if whole < 3600:
        return say("duration.minutes", min=whole // 60, s=whole % 60)
    return say("duration.hours", h=whole // 3600, min=whole % 3600 // 60)
