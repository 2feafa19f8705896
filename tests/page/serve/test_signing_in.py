"""Signing in over HTTP, on a server that stands for Gradio's: tokens, sessions, programs, and the way out."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from qa.page.serve import people as people_module
from qa.page.serve import signing_in
from qa.page.serve.guessing import HERE
from qa.page.serve.people import People
from qa.page.serve.signing_in import IDLE, LASTS, Door, SignedIn, TooManyAttempts, cookie, inside
from qa.page.texts import words
from tests.page.serve.apart import run

ADA, BEN = ("Ada", "seven old telegrams"), ("Ben", "a box of letters")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Door:
    monkeypatch.setattr(people_module, "_hasher", lambda: PasswordHasher(1, 64, 1))
    people = People(tmp_path / "people.json")
    for name, password in (ADA, BEN):
        people.add(name, password)
    return Door(people, clock)


@pytest.fixture
def visit(door: Door) -> Callable[[], TestClient]:
    """A browser that has not been here yet."""

    async def shown(request: Request) -> JSONResponse:
        # As Gradio does: who asks is who the token in the cookie belongs to.
        token = request.cookies.get(f"access-token-unsecure-{app.cookie_id}")  # type: ignore[attr-defined]
        body = (await request.body()).decode(errors="replace")
        return JSONResponse({"user": request.app.tokens.get(token), "body": body, "path": request.url.path})

    app = Starlette(
        routes=[*signing_in.routes(door), Route("/{path:path}", shown, methods=["GET", "POST"])],
        middleware=[Middleware(SignedIn, door)],
    )
    app.tokens = {}  # type: ignore[attr-defined]
    app.cookie_id = "abc"  # type: ignore[attr-defined]
    return lambda: TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


def enter(browser: TestClient, name: str, password: str, to: str = "") -> Any:
    return browser.post("/sign-in", data={"name": name, "password": password, "next": to})


def test_nothing_is_served_before(visit: Callable[[], TestClient]) -> None:
    browser = visit()
    for path in ("/config", "/gradio_api/info", "/theme.css", "/runs/one.zip", "/gradio_api/mcp/schema"):
        assert browser.get(path, headers={"sec-fetch-mode": "cors"}).status_code == 401
    page = browser.get("/", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in")
    page = browser.get("/?q=Who+was+Subasic%3F", headers={"accept": "text/html"})
    assert page.headers["location"] == "/sign-in?next=%2F%3Fq%3DWho%2Bwas%2BSubasic%253F"


def test_signing_in_leads_back_and_out_again(visit: Callable[[], TestClient]) -> None:
    browser = visit()
    assert 'name="password"' in browser.get("/sign-in").text
    entered = enter(browser, "ada", ADA[1], "/?q=Who+was+Subasic%3F")
    assert (entered.status_code, entered.headers["location"]) == (303, "/?q=Who+was+Subasic%3F")
    given = entered.headers["set-cookie"].lower()
    assert "httponly" in given
    assert "samesite=lax" in given
    assert browser.get("/config").json()["user"] == "Ada"
    assert browser.get("/sign-in").headers["location"] == "./"
    kept = dict(browser.cookies)
    assert browser.post("/sign-out").headers["location"] == "sign-in?out"
    assert "You are signed out." in browser.get("/sign-in?out").text
    # What was kept of the cookie opens nothing any more.
    for name, value in kept.items():
        browser.cookies.set(name, value)
    assert browser.get("/config").status_code == 401


def test_a_cookie_over_an_encrypted_connection_stays_on_such(visit: Callable[[], TestClient]) -> None:
    browser = visit()
    browser.base_url = "https://127.0.0.1"  # type: ignore[assignment]
    assert "secure" in enter(browser, *ADA).headers["set-cookie"].lower()


@pytest.mark.parametrize(("name", "password"), [("Ada", BEN[1]), ("Cyd", ADA[1]), ("Ada", ""), ("", "")])
def test_what_is_wrong_is_said_without_saying_which(
    visit: Callable[[], TestClient], name: str, password: str
) -> None:
    answer = enter(visit(), name, password)
    assert answer.status_code == 403
    assert words("en")("signing-in.wrong") in answer.text
    assert "set-cookie" not in answer.headers
    assert password not in answer.text or not password


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


def test_the_page_speaks_the_language_of_who_comes(visit: Callable[[], TestClient]) -> None:
    browser = visit()
    page = browser.get("/sign-in", headers={"accept-language": "ru"}).text
    assert '<html lang="ru">' in page
    assert words("ru")("signing-in.title") in page
    answer = browser.get("/gradio_api/info", headers={"sec-fetch-mode": "cors", "accept-language": "ru"})
    assert answer.json()["detail"] == words("ru")("signing-in.again")


def test_names_and_addresses_are_data(visit: Callable[[], TestClient]) -> None:
    attack = '"><script>alert(1)</script>'
    page = enter(visit(), attack, "wrong", "/" + attack).text
    assert "<script>alert" not in page
    assert "<script>" not in signing_in.person(attack, words("en"))


@pytest.mark.parametrize(
    ("to", "goes"),
    [
        ("/?q=Who", "/?q=Who"), ("", "/"), ("//example.org", "/"), ("https://example.org", "/"),
        ("/\\example.org", "/\\example.org"), ("\\\\example.org", "/"), ("example.org", "/"),
        ("/\r\nset-cookie: a=b", "/"), ("javascript:alert(1)", "/"),
    ],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(to: str, goes: str) -> None:
    expected = "/" if to == "/\\example.org" else goes
    assert inside(to) == expected


def test_programs_send_name_and_password(visit: Callable[[], TestClient], door: Door) -> None:
    program = visit()
    asked = program.get("/gradio_api/info")
    assert (asked.status_code, asked.headers["www-authenticate"][:5]) == (401, "Basic")
    assert program.get("/gradio_api/info", auth=ADA).json()["user"] == "Ada"
    tokens = len(door.tokens)
    assert program.get("/gradio_api/info", auth=ADA).json()["user"] == "Ada"
    assert len(door.tokens) == tokens
    for wrong in ("Basic", "Basic !!!", "Basic QWRh", "Bearer abc", "Basic /////w=="):
        assert program.get("/gradio_api/info", headers={"authorization": wrong}).status_code == 401
    assert program.get("/gradio_api/info", auth=("Ada", "wrong")).status_code == 401


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


def test_a_session_is_one_persons(visit: Callable[[], TestClient]) -> None:
    ada, ben = visit(), visit()
    enter(ada, *ADA)
    enter(ben, *BEN)
    mine = {"session_hash": "s1", "data": ["a question"], "fn_index": 0}
    joined = ada.post("/gradio_api/queue/join", json=mine)
    # The body that was looked at arrives whole.
    assert json.loads(joined.json()["body"]) == mine
    assert ada.get("/gradio_api/queue/data?session_hash=s1").status_code == 200
    for path in (
        "/gradio_api/queue/join",
        "/gradio_api/run/ask",
        "/gradio_api/call/ask",
        "/gradio_api/cancel",
    ):
        stolen = ben.post(path, json=mine)
        assert (stolen.status_code, stolen.text) == (403, "This session is another person's.\n")
    for path in (
        "/gradio_api/queue/data?session_hash=s1",
        "/gradio_api/heartbeat/s1",
        "/gradio_api/deep_link?session_hash=s1",
    ):
        assert ben.get(path).status_code == 403
    assert ben.post("/gradio_api/queue/join", json={**mine, "session_hash": "s2"}).status_code == 200
    for body in (b"", b"[1]", b"{", b'{"session_hash": 7}', b"\xff"):
        assert ben.post("/gradio_api/queue/join", content=body).status_code == 200


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


def test_cookies_are_read_one_by_one() -> None:
    assert cookie("a=1; access-token=x=y; b=2", "access-token") == "x=y"
    assert cookie("", "access-token") is None
    assert cookie("my-access-token=1", "access-token") is None


def test_who_is_signed_in_stands_in_the_head_of_the_page() -> None:
    with gr.Blocks() as page:
        signing_in.pane(page)
    (shown,) = page.fns.values()

    class Visitor:
        username = "Ada <b>"
        cookies: dict[str, str] = {}  # noqa: RUF012
        headers: dict[str, str] = {}  # noqa: RUF012

    drawn = shown.fn(Visitor())
    assert "Signed in as Ada &lt;b&gt;" in drawn
    assert 'data-name="Ada &lt;b&gt;"' in drawn
    Visitor.username = ""
    assert shown.fn(Visitor()) == ""
