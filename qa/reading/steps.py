"""Signs of life: a reader of long files says so at each page, and is given its time anew.

The page or chapter that takes for ever ends the reading; a book of a thousand slow pages does not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

_listeners: list[Callable[[], None]] = []


def step() -> None:
    """One page more is done. Nothing is done where nobody listens."""
    for heard in _listeners:
        heard()


def listen(heard: Callable[[], None] | None) -> None:
    """From now on ``heard`` is called at each step (None: nothing). In any thread that reads."""
    _listeners[:] = [] if heard is None else [heard]


def seldom(act: Callable[[], None], seconds: float, clock: Callable[[], float]) -> Callable[[], None]:
    """``act``, but at most once in ``seconds``."""
    lock = threading.Lock()
    last = [-seconds]

    def acts() -> None:
        with lock:
            now = clock()
            if now - last[0] < seconds:
                return
            last[0] = now
        act()

    return acts
