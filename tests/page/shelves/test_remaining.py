"""How long it will take yet: by bytes for all files, by passages for the one at work."""

from __future__ import annotations

import pytest

from qa.page.shelves.journal import Item
from qa.page.shelves.remaining import Remaining


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def remaining(clock: Clock) -> Remaining:
    begun = Remaining(clock)
    begun.begin()
    return begun


def item(size: int) -> Item:
    return Item("/x", "x", "/", size)


def test_files_that_wait_take_as_long_by_the_byte_as_those_that_came(
    remaining: Remaining, clock: Clock
) -> None:
    assert remaining.of_all([item(500)], None) is None  # nothing came yet
    remaining.read()
    clock.now += 10
    remaining.came(200, unchanged=False)
    assert remaining.of_all([item(300), item(200)], None) == 25
    # Half of the file at work is done: 300 bytes took 10 s.
    remaining.done, remaining.total = 5, 10
    assert remaining.of_all([item(500)], item(200)) == 20


def test_what_was_unchanged_took_no_time_and_says_nothing(remaining: Remaining, clock: Clock) -> None:
    remaining.read()
    clock.now += 10
    remaining.came(10**9, unchanged=True)
    assert remaining.of_all([item(500)], None) is None
    remaining.read()
    clock.now += 4
    remaining.came(100, unchanged=False)
    assert remaining.of_all([item(500)], None) == 20


def test_the_file_at_work_goes_by_its_passages(remaining: Remaining, clock: Clock) -> None:
    remaining.read()
    clock.now += 60  # reading says nothing of how long encoding takes
    assert remaining.of_file() is None
    remaining.encode()
    clock.now += 6
    remaining.done, remaining.total = 4, 100
    assert remaining.of_file() is None  # too early to say
    assert remaining.of_all([item(1)], item(100)) is None
    remaining.done = 30
    assert remaining.of_file() == pytest.approx(14)
    remaining.came(100, unchanged=False)
    assert remaining.of_file() is None


def test_within_the_first_second_nothing_is_said(remaining: Remaining, clock: Clock) -> None:
    remaining.encode()
    clock.now += 0.5
    remaining.done, remaining.total = 50, 100
    assert remaining.of_all([], item(100)) is None
    assert remaining.of_file() is None
