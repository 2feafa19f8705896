"""Work done ahead: in order, bounded, its errors handed over, ended when nobody waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from qa.ahead import Ahead


def test_what_came_of_each_is_taken_in_order() -> None:
    with Ahead([lambda n=n: n * n for n in range(20)], lambda _: 1, 3) as ahead:  # type: ignore[misc]
        assert [ahead.take().made for _ in range(20)] == [n * n for n in range(20)]
        assert not ahead.has_one(0.01)


def test_no_more_is_begun_than_may_be_held() -> None:
    begun: list[int] = []
    with Ahead([lambda n=n: begun.append(n) or n for n in range(20)], lambda _: 5, 10) as ahead:  # type: ignore
        time.sleep(0.1)
        assert len(begun) <= 3
        assert ahead.take().made == 0


def test_an_error_is_handed_over_and_the_next_is_done() -> None:
    def fail() -> int:
        raise ValueError("this one")

    with Ahead([fail, lambda: 2], lambda _: 1, 1) as ahead:
        done = ahead.take()
        assert isinstance(done.error, ValueError)
        assert done.made is None
        assert ahead.take().made == 2


def test_side_by_side_they_are_taken_in_the_order_of_their_beginning() -> None:
    third = threading.Event()
    began: list[int] = []

    def works() -> Iterator[Callable[[], int]]:
        for n in range(6):
            began.append(n)  # by one thread at a time
            yield lambda n=n: work(n)  # type: ignore[misc]

    def work(n: int) -> int:
        if n == 2:
            third.set()
        assert n or third.wait(60), "the first waits for the third: it must not be waited for"
        return n

    with Ahead(works(), lambda _: 1, 100, 3) as ahead:
        assert [ahead.take().made for _ in range(6)] == [0, 1, 2, 3, 4, 5]
    assert began == [0, 1, 2, 3, 4, 5]


def test_nothing_is_begun_when_nobody_waits() -> None:
    going, begun = threading.Event(), []

    def wait() -> int:
        begun.append(1)
        while not ahead.is_ended:
            going.set()
            time.sleep(0.01)
        return 1

    ahead = Ahead([wait, wait], lambda _: 1, 5)
    with ahead:
        assert going.wait(60)
    assert begun == [1]
    assert "ahead" not in [thread.name for thread in threading.enumerate()]
