"""Nothing but the page to sign in on is served to anybody who has not; nobody has another's session."""

from __future__ import annotations

import json
from collections.abc import Callable

from starlette.testclient import TestClient

from qa.page.serve.door import Door
from tests.page.serve.visitors import ADA, BEN, enter


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
