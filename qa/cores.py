"""One thread a core, each computing alone: work that is shared out by the piece and not within a piece.

Sharing one multiplication among cores makes them wait for each other at every step, and what is added up in
another order may differ in its last digit. A piece that one core computes alone comes out the same however
many pieces are computed beside it.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Piece = TypeVar("Piece")
Made = TypeVar("Made")

TURN = 0.0002
"""Seconds that a thread keeps Python to itself while questions are answered side by side. A model's work
gives Python back at each of its thousand steps, and asks for it again: at the usual 5 ms each step would
wait so long where the other question is at its plain Python."""

_local = threading.local()


def count() -> int:
    """How many pieces are computed side by side: the threads that torch would use (OMP_NUM_THREADS, else
    the cores)."""
    return _cores.started()[1]


def at_hand() -> int:
    """How many pieces are computed side by side from here: one where this is a core's work already."""
    return 1 if here() else count()


def submit(work: Callable[[Piece], Made], piece: Piece) -> Future[Made]:
    """Begins ``work(piece)`` on a core of its own. Not to be called from such work: it might wait for
    itself."""
    return _cores.started()[0].submit(work, piece)


def each(work: Callable[[Piece], Made], pieces: Sequence[Piece]) -> list[Made]:
    """``work`` of each piece, in order, side by side; one after the other where this is a core's work
    already."""
    if here():
        return [work(piece) for piece in pieces]
    return list(_cores.started()[0].map(work, pieces))


def in_order(work: Callable[[Piece], Made], pieces: Iterable[Piece], ahead: int) -> Iterator[Made]:
    """``work`` of each piece as it is done, in order, side by side. At most ``ahead`` are begun before their
    turn; those not begun are dropped when the iterator is closed. Threads take short turns meanwhile."""
    waiting: deque[Future[Made]] = deque()
    try:
        with short_turns():
            for piece in pieces:
                waiting.append(submit(work, piece))
                if len(waiting) > ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def here() -> bool:
    """Whether this is a core's thread: others wait for it, so it must not wait for them."""
    return bool(getattr(_local, "alone", False))


def alone(work: Callable[[], Made]) -> Made:
    """``work()`` on one core, this one where it is a core's work already."""
    return each(lambda _: work(), [None])[0]


@contextmanager
def short_turns() -> Iterator[None]:
    """While it lasts (or another one begun meanwhile) threads take turns at Python after TURN seconds, or
    sooner where that was so before."""
    _turns.begin()
    try:
        yield
    finally:
        _turns.end()


class _Turns:
    """The interpreter's switch interval, which is one for all threads: put back when the last is done."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way = 0
        self._usual = 0.0

    def begin(self) -> None:
        with self._lock:
            if not self._under_way:
                self._usual = sys.getswitchinterval()
                sys.setswitchinterval(min(self._usual, TURN))
            self._under_way += 1

    def end(self) -> None:
        with self._lock:
            self._under_way -= 1
            if not self._under_way:
                sys.setswitchinterval(self._usual)


_turns = _Turns()


class _Cores:
    """The threads, begun when first used."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._size = 0

    def started(self) -> tuple[ThreadPoolExecutor, int]:
        with self._lock:
            if self._pool is None:
                self._pool, self._size = _begin()
            return self._pool, self._size


def _begin() -> tuple[ThreadPoolExecutor, int]:
    import torch

    size = max(1, torch.get_num_threads())
    pool = ThreadPoolExecutor(size, thread_name_prefix="core")
    begun = threading.Barrier(size + 1)

    def begin() -> None:
        _local.alone = True
        torch.set_num_threads(1)
        torch.get_num_threads()  # a thread takes over the number when it first asks: let it be now
        begun.wait()

    for _ in range(size):
        pool.submit(begin)
    begun.wait()
    # Threads that begin later take over what was set last, which is meant for these alone.
    torch.set_num_threads(size)
    return pool, size


_cores = _Cores()
