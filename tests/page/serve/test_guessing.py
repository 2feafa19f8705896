"""Guessing passwords is slowed, and those whose names are guessed at can still sign in."""

from __future__ import annotations

import itertools

from qa.page.serve import guessing
from qa.page.serve.guessing import ADDRESS, FORGOTTEN, HERE, NAME, Guesses


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def attempts(guesses: Guesses, clock: Clock, seconds: float, name: str, address: str) -> int:
    """How many guesses can be made in so many seconds by who waits no longer than needed."""
    end, made = clock.now + seconds, 0
    while True:
        wait = guesses.begin(name, address)
        if wait == 0:
            made += 1
        elif clock.now + wait > end:
            return made
        clock.now += wait


def test_a_few_mistakes_cost_nothing_then_waiting_doubles() -> None:
    clock = Clock()
    guesses = Guesses(clock)
    assert [guesses.begin("ada", "1.2.3.4") for _ in range(HERE.free)] == [0.0] * HERE.free
    waits = []
    for _ in range(4):
        wait = guesses.begin("ada", "1.2.3.4")
        waits.append(wait)
        clock.now += wait
        assert guesses.begin("ada", "1.2.3.4") == 0
    assert waits == [1.0, 2.0, 4.0, 8.0]


def test_a_day_of_guessing_from_one_address_gets_nowhere() -> None:
    clock = Clock()
    assert attempts(Guesses(clock), clock, 24 * 3600, "ada", "1.2.3.4") < 400


def test_guessing_at_many_names_from_one_address_is_slowed_too() -> None:
    clock = Clock()
    guesses = Guesses(clock)
    made = sum(guesses.begin(f"name {n}", "1.2.3.4") == 0 for n in range(1000))
    assert made == ADDRESS.free


def test_capitals_make_no_new_name() -> None:
    guesses = Guesses(Clock())
    for name in ("ada", "Ada", "ADA", "aDa", "adA"):
        assert guesses.begin(name, "1.2.3.4") == 0
    assert guesses.begin("AdA", "1.2.3.4") > 0


def test_who_is_guessed_at_from_everywhere_waits_seconds_at_most() -> None:
    clock = Clock()
    guesses = Guesses(clock)
    for n in range(5_000):
        guesses.begin("ada", f"10.0.{n // 250}.{n % 250}")
    assert 0 < guesses.begin("ada", "1.2.3.4") <= NAME.longest
    assert guesses.begin("ben", "1.2.3.4") == 0


def test_many_at_once_are_not_all_looked_at() -> None:
    guesses = Guesses(Clock())
    assert [guesses.begin("ada", "1.2.3.4") == 0 for _ in range(50)].count(True) == HERE.free


def test_success_and_time_forget() -> None:
    clock = Clock()
    guesses = Guesses(clock)
    for _ in range(HERE.free):
        guesses.begin("ada", "1.2.3.4")
    guesses.succeeded("ada", "1.2.3.4")
    assert guesses.begin("ada", "1.2.3.4") == 0
    for _ in range(HERE.free):
        guesses.begin("ben", "1.2.3.4")
    assert guesses.begin("ben", "1.2.3.4") > 0
    clock.now += FORGOTTEN + 1
    assert guesses.begin("ben", "1.2.3.4") == 0


def test_one_right_password_does_not_pay_for_guessing_at_others() -> None:
    clock = Clock()
    guesses = Guesses(clock)
    made = 0
    for n in itertools.count():
        if guesses.begin(f"name {n}", "1.2.3.4"):
            break
        made += 1
        if n % 3 == 0 and guesses.begin("mallory", "1.2.3.4") == 0:
            guesses.succeeded("mallory", "1.2.3.4")
    assert made <= ADDRESS.free


def test_names_by_the_million_do_not_fill_the_memory() -> None:
    guesses = Guesses(Clock())
    for n in range(guessing._MOST + 500):
        guesses.begin(f"name {n}", f"10.{n // 65536}.{n // 256 % 256}.{n % 256}")
    assert len(guesses._failures) <= guessing._MOST
