"""Work begun in order by threads, somewhat ahead of whoever takes what came of it, in the same order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, TypeVar

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Done(Generic[Made]):
    """What came of a piece of work: ``made``, or the ``error`` that it raised; ``seconds`` it took."""

    made: Made | None
    error: BaseException | None
    weight: int
    seconds: float


class Ahead(Generic[Made]):
    """``with Ahead(works, weight, most) as ahead``: each of ``works`` is called, in order, ``side_by_side``
    of them at a time. The next of ``works`` is asked for when it is begun, by one thread at a time. So that
    memory stays bounded, none is begun while what is waiting to be taken weighs ``most`` or more."""

    def __init__(
        self,
        works: Iterable[Callable[[], Made]],
        weight: Callable[[Made], int],
        most: int,
        side_by_side: int = 1,
    ) -> None:
        self._works = enumerate(works)
        self._weight = weight
        self._most = most
        self._waiting: dict[int, Done[Made]] = {}
        self._next = 0  # the place in works of the one that is taken next
        self._held = 0
        self._ended = False
        self._changed = threading.Condition()
        self._beginning = threading.Lock()
        self._threads = [
            threading.Thread(target=self._run, name="ahead", daemon=True) for _ in range(side_by_side)
        ]

    def __enter__(self) -> Ahead[Made]:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What is being done is waited for; nothing more is begun."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    @property
    def is_ended(self) -> bool:
        """Whether nobody waits any more: long work may ask, and give up."""
        return self._ended

    def has_one(self, seconds: float = 0.0) -> bool:
        """Whether the next can be taken without waiting, within so many ``seconds``."""
        with self._changed:
            return self._changed.wait_for(lambda: self._next in self._waiting, seconds)

    def take(self) -> Done[Made]:
        """The next; waits for it. There must be one."""
        with self._changed:
            while self._next not in self._waiting:
                self._changed.wait()
            done = self._waiting.pop(self._next)
            self._next += 1
            self._held -= done.weight
            self._changed.notify_all()
            return done

    def _run(self) -> None:
        while True:
            with self._beginning:
                with self._changed:
                    while self._held >= self._most and not self._ended:
                        self._changed.wait()
                    if self._ended:
                        return
                began = time.perf_counter()
                at, work = next(self._works, (-1, None))
            if work is None:
                return
            try:
                made = work()
                done = Done(made, None, self._weight(made), time.perf_counter() - began)
            except BaseException as error:
                done = Done(None, error, 0, time.perf_counter() - began)
            with self._changed:
                self._waiting[at] = done
                self._held += done.weight
                self._changed.notify_all()
