"""Who is let in, for how long, and how often one may guess."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from qa.page.serve.door import IDLE, LASTS, Door, TooManyAttempts
from qa.page.serve.guessing import HERE
from tests.page.serve.apart import run
from tests.page.serve.visitors import ADA, BEN, Clock, enter


def test_guessing_is_stopped_for_a_while(visit: Callable[[], TestClient], clock: Clock) -> None:
    browser = visit()
    for _ in range(HERE.free):
        assert enter(browser, "Ada", "wrong").status_code == 403
    # Now even the right one is not looked at, …
    refused = enter(browser, *ADA)
    assert refused.status_code == 429
    assert "Try again in 1 second." in refused.text
    assert browser.get("/config", auth=ADA).headers["retry-after"] == "1"
    # … until the time has passed; others are not kept waiting.
    assert enter(visit(), *BEN).status_code == 303
    clock.now += 2
    assert enter(browser, *ADA).status_code == 303


def test_ten_requests_of_a_program_at_once_are_no_guesses(door: Door) -> None:
    right = "Basic " + base64.b64encode(":".join(ADA).encode()).decode()
    wrong = "Basic " + base64.b64encode(b"Ben:wrong").decode()

    async def together(authorization: str) -> list[Any]:
        asked = [door.program(authorization, "1.2.3.4") for _ in range(2 * HERE.free)]
        return await asyncio.gather(*asked, return_exceptions=True)

    tokens = run(together(right))
    assert len(set(tokens)) == 1
    assert door.tokens.get(tokens[0]) == "Ada"
    refused = run(together(wrong))
    assert refused[: HERE.free] == [None] * HERE.free
    assert all(isinstance(one, TooManyAttempts) for one in refused[HERE.free :])
    assert door._checking == {}


def test_who_is_taken_out_or_gets_another_password_is_signed_out(
    visit: Callable[[], TestClient], door: Door
) -> None:
    ada, ben = visit(), visit()
    enter(ada, *ADA)
    enter(ben, *BEN)
    door.people.change("Ada", "another long password")
    assert ada.get("/config").status_code == 401
    assert ada.get("/config", auth=ADA).status_code == 401
    assert ben.get("/config", auth=BEN).json()["user"] == "Ben"
    door.people.remove(["Ben"])
    assert ben.get("/config").status_code == 401
    assert ben.get("/config", auth=BEN).status_code == 401
    assert len(door.tokens) == 0


def test_a_token_that_is_not_used_ends(visit: Callable[[], TestClient], clock: Clock) -> None:
    browser = visit()
    enter(browser, *ADA)
    for _ in range(3):
        clock.now += 0.9 * IDLE
        assert browser.get("/config").status_code == 200
    clock.now += IDLE + 1
    assert browser.get("/config").status_code == 401


def test_a_token_ends_however_much_it_is_used(
    visit: Callable[[], TestClient], clock: Clock, door: Door
) -> None:
    browser, other = visit(), visit()
    enter(browser, *ADA)
    begun = clock.now
    while clock.now + 0.9 * IDLE < begun + LASTS:
        clock.now += 0.9 * IDLE
        assert browser.get("/config").status_code == 200
    clock.now = begun + LASTS + 1
    enter(other, *BEN)  # what has ended is not kept until somebody asks by it
    assert list(door.tokens.values()) == ["Ben"]
    assert browser.get("/config").status_code == 401


def test_gradios_own_way_in_is_slowed_too(door: Door) -> None:
    from starlette.exceptions import HTTPException

    async def tried() -> None:
        assert await door.for_gradio(*ADA)
        for _ in range(HERE.free):
            assert not await door.for_gradio("Ada", "wrong")
        with pytest.raises(HTTPException) as refused:
            await door.for_gradio(*ADA)
        assert refused.value.status_code == 429
        with pytest.raises(TooManyAttempts):
            await door.confirm(*ADA, "")

    run(tried())


def test_a_token_for_nobody_is_none(door: Door) -> None:
    door.tokens["t"] = "Cyd"
    assert door.tokens.get("t") is None
    assert door.tokens.get(None) is None
    door.tokens["u"] = "ADA"  # as Gradio keeps it: as it was typed
    assert door.tokens.get("u") == "Ada"
