"""Where the time of an answer goes, and whether there is to be more of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from qa.errors import Cancelled


class Laps:
    """Seconds by stage, in the order in which the stages first ended. The clock starts when it is made.
    ``stopped`` says whether nobody waits for the answer any more."""

    def __init__(self, stopped: Callable[[], bool] | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._stopped = stopped
        self._last = time.perf_counter()

    def go_on(self) -> None:
        """Raises Cancelled where nobody waits any more."""
        if self._stopped is not None and self._stopped():
            raise Cancelled("The question was stopped.")

    def end(self, stage: str) -> None:
        """Counts the time since the end before (or since the start) to ``stage``. Raises Cancelled where
        nobody waits for the next one."""
        self.go_on()
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now
