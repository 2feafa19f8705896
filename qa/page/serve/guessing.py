"""Guessing passwords made slow, without shutting out those whose names are guessed at.

Who guesses from one address waits ever longer there, and a name that is guessed at from many addresses is
slowed for all of them, but only by seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

FORGOTTEN = 15 * 60.0
"""Seconds after the last failure from which it no longer counts."""

_MOST = 10_000  # what is remembered of at once: nobody may fill the memory with names


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures are ``free``; then the wait is a second, and doubles with each up to ``longest``."""

    free: int
    longest: float


HERE = Limit(5, 300.0)  # one name from one address
ADDRESS = Limit(30, 300.0)  # any names from one address
NAME = Limit(30, 5.0)  # one name from any address


@dataclass(slots=True)
class _Failures:
    count: int = 0
    last: float = 0.0


class Guesses:
    """Counts failed attempts to sign in. Safe to share by threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: dict[Hashable, _Failures] = {}

    def begin(self, name: str, address: str) -> float:
        """Seconds to wait before this attempt may be made (0: it may be made now). One that may be made
        counts as failed until ``succeeded`` is told, so that many at once are not looked at together."""
        now = self._clock()
        with self._lock:
            wait = max(self._left(key, limit, now) for key, limit in _keys(name, address))
            if wait <= 0:
                for key, _ in _keys(name, address):
                    self._count(key, now)
            return max(0.0, wait)

    def succeeded(self, name: str, address: str) -> None:
        """The attempt that was begun was right."""
        with self._lock:
            for number, (key, _) in enumerate(_keys(name, address)):
                failed = self._failures.get(key)
                if failed is None:
                    continue
                # Who knows one password may be guessing at others: else only this attempt is taken back.
                failed.count = 0 if number == 0 else failed.count - 1
                if failed.count <= 0:
                    del self._failures[key]

    def _left(self, key: Hashable, limit: Limit, now: float) -> float:
        failed = self._failures.get(key)
        if failed is None or now - failed.last > FORGOTTEN:
            return 0.0
        beyond = failed.count - limit.free
        return failed.last + min(2.0 ** min(beyond, 30), limit.longest) - now if beyond >= 0 else 0.0

    def _count(self, key: Hashable, now: float) -> None:
        failed = self._failures.pop(key, None)
        if failed is None or now - failed.last > FORGOTTEN:
            failed = _Failures()
        failed.count += 1
        failed.last = now
        self._failures[key] = failed  # the last failure stands last
        while len(self._failures) > _MOST:
            del self._failures[next(iter(self._failures))]


def _keys(name: str, address: str) -> tuple[tuple[Hashable, Limit], ...]:
    known = name.casefold()[:200]
    return (("here", known, address), HERE), (("address", address), ADDRESS), (("name", known), NAME)
