"""How long adding will take yet, by how fast it went so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from qa.page.shelves.journal import Item

_SOON = 0.05  # share of a file after which its speed says something


class Remaining:
    """Counts bytes and seconds since adding began; ``done`` of ``total`` passages of the file at work are
    encoded. Not safe to share by threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.done = self.total = 0
        self._clock = clock
        self._began = self._file_began = self._encoding_began = 0.0
        self._worked = 0  # bytes of files that were read since it began

    def begin(self) -> None:
        """Adding begins."""
        self._began, self._worked = self._clock(), 0

    def read(self) -> None:
        """A file begins to be read."""
        self._file_began, self.done, self.total = self._clock(), 0, 0

    def encode(self) -> None:
        """The passages of the file at work begin to be encoded."""
        self._encoding_began = self._clock()

    def came(self, size: int, *, unchanged: bool) -> None:
        """A file of ``size`` bytes is done."""
        if unchanged:
            # It took no time worth counting: a rate made of it would promise too much.
            self._began += self._clock() - self._file_began
        else:
            self._worked += size
        self.done = self.total = 0

    def of_all(self, waiting: Iterable[Item], now: Item | None) -> float | None:
        """Seconds until all is done, by the bytes that a second read so far; None while that is not known."""
        share = self.done / self.total if self.total else 0.0
        worked = self._worked + (now.size * share if now is not None else 0)
        spent = self._clock() - self._began
        if worked <= 0 or spent < 1 or (not self._worked and share < _SOON):
            return None
        rest = sum(item.size for item in waiting) + (now.size * (1 - share) if now is not None else 0)
        return rest * spent / worked

    def of_file(self) -> float | None:
        """Seconds until the file at work is done, by its passages; None while that is not known."""
        if not self.total or self.done / self.total < _SOON:
            return None
        spent = self._clock() - self._encoding_began
        return (self.total - self.done) * spent / self.done if spent > 1 else None
