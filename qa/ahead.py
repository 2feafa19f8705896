"""Work done in order by a thread, somewhat ahead of whoever takes what came of it."""

from __future__ import annotations

import threading
import time
from collections import deque
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
    """``with Ahead(works, weight, most) as ahead``: each of ``works`` is called, in order. So that memory
    stays bounded, none is begun while what is waiting to be taken weighs ``most`` or more."""

    def __init__(self, works: Iterable[Callable[[], Made]], weight: Callable[[Made], int], most: int) -> None:
        self._works = works
        self._weight = weight
        self._most = most
        self._waiting: deque[Done[Made]] = deque()
        self._held = 0
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="ahead", daemon=True)

    def __enter__(self) -> Ahead[Made]:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What is being done is waited for; nothing more is begun."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._thread.join()

    @property
    def is_ended(self) -> bool:
        """Whether nobody waits any more: long work may ask, and give up."""
        return self._ended

    def has_one(self, seconds: float = 0.0) -> bool:
        """Whether the next can be taken without waiting, within so many ``seconds``."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._waiting), seconds)

    def take(self) -> Done[Made]:
        """The next; waits for it. There must be one."""
        with self._changed:
            while not self._waiting:
                self._changed.wait()
            done = self._waiting.popleft()
            self._held -= done.weight
            self._changed.notify_all()
            return done

    def _run(self) -> None:
        for work in self._works:
            with self._changed:
                while self._held >= self._most and not self._ended:
                    self._changed.wait()
                if self._ended:
                    return
            began = time.perf_counter()
            try:
                made = work()
                done = Done(made, None, self._weight(made), time.perf_counter() - began)
            except BaseException as error:
                done = Done(None, error, 0, time.perf_counter() - began)
            with self._changed:
                self._waiting.append(done)
                self._held += done.weight
                self._changed.notify_all()
