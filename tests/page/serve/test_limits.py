"""How much one may ask for: paces, uploads, questions under way."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from qa.page.serve import limits
from qa.page.serve.limits import PERSON, Limited, Pace, Paced, TooFast, TooMany, Underway


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Named:
    """Stands for signing in: the person is who a header says."""

    def __init__(self, app: object) -> None:
        self.app = app

    async def __call__(self, scope: dict, receive: object, send: object) -> None:  # type: ignore[type-arg]
        name = dict(scope.get("headers", ())).get(b"person", b"").decode()
        await self.app({**scope, PERSON: name or None}, receive, send)  # type: ignore[operator]


def client(clock: Clock, tmp_path: Path, **options: object) -> TestClient:
    async def served(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{len(await request.body())} bytes")

    limited = Middleware(Limited, Pace(5, 1), Pace(3, 0.5), clock, 1000, tmp_path)  # type: ignore[arg-type]
    route = Route("/{path:path}", served, methods=["GET", "POST"])
    return TestClient(Starlette(routes=[route], middleware=[Middleware(Named), limited]))


def test_a_pace_lets_a_burst_through_and_then_so_many_a_second() -> None:
    clock = Clock()
    paced = Paced(Pace(3, 2), clock)
    for _ in range(3):
        paced.take("a")
    with pytest.raises(TooFast) as told:
        paced.take("a")
    assert told.value.seconds == pytest.approx(0.5)
    paced.take("b")  # another is not held up by it
    clock.now += 0.5
    paced.take("a")
    with pytest.raises(TooFast):
        paced.take("a")
    clock.now += 1000
    for _ in range(3):
        paced.take("a")
    with pytest.raises(TooFast):
        paced.take("a")


def test_asking_on_without_end_does_not_put_off_the_end_of_the_wait() -> None:
    clock = Clock()
    paced = Paced(Pace(1, 1), clock)
    paced.take("a")
    for _ in range(9):
        clock.now += 0.1
        with pytest.raises(TooFast):
            paced.take("a")
    clock.now += 0.11
    paced.take("a")


def test_nobody_fills_the_memory_with_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MOST", 10)
    paced = Paced(Pace(1, 1), Clock())
    for number in range(100):
        paced.take(str(number))
    assert len(paced._left) == 10


def test_who_asks_too_fast_is_told_when_to_come_again(tmp_path: Path) -> None:
    clock = Clock()
    page = client(clock, tmp_path)
    for _ in range(5):
        assert page.get("/x").status_code == 200
    late = page.get("/x")
    assert (late.status_code, late.headers["retry-after"]) == (429, "1")
    assert late.text == "Too much at once. Try again in 1 second.\n"
    assert page.get("/x", headers={"person": "Ada"}).status_code == 200
    assert page.get("/assets/x.js").status_code == 200  # the same for all, and cheap
    told = page.get("/x", headers={"sec-fetch-mode": "cors", "accept-language": "ru"}).json()
    assert told == {"detail": "Слишком много сразу. Попробуйте снова через 1 секунду."}
    clock.now += 1
    assert page.get("/x").status_code == 200


def test_what_makes_the_server_work_is_counted_more_strictly(tmp_path: Path) -> None:
    page = client(Clock(), tmp_path)
    for _ in range(3):
        assert page.post("/gradio_api/queue/join").status_code == 200
    assert page.post("/gradio_api/queue/join").status_code == 429
    assert page.get("/x").status_code == 200


def test_uploads_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    page = client(clock, tmp_path)
    assert page.post(limits.UPLOADS, content=b"x" * 1000).text == "1000 bytes"
    large = page.post(limits.UPLOADS, content=b"x" * 1001)
    assert large.status_code == 413
    assert "qa add" in large.text

    def chunks():  # type: ignore[no-untyped-def]
        yield b"x"  # how much comes is not said beforehand

    clock.now += 10
    assert page.post(limits.UPLOADS, content=chunks()).status_code == 413
    monkeypatch.setattr(limits, "LEFT_FREE", 2**62)
    assert page.post(limits.UPLOADS, content=b"x").status_code == 507


def test_so_many_questions_of_one_person_are_under_way() -> None:
    underway = Underway(2)
    with underway.question("a"), underway.question("a"):
        with pytest.raises(TooMany, match="2 questions under way"), underway.question("a"):
            pass
        with underway.question("b"):
            pass
    with underway.question("a"):
        assert underway._count == {"a": 1}
    assert not underway._count
