"""Where the time of an answer goes."""

from __future__ import annotations

import time


class Laps:
    """Seconds by stage, in the order in which the stages first ended. The clock starts when it is made."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def end(self, stage: str) -> None:
        """Counts the time since the end before (or since the start) to ``stage``."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now
