"""Requests and errors of the page as events of the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from qa import logs
from qa.errors import UsageError
from qa.page.serve.recording import Recorded, record_events, route
from tests.page.serve.apart import run


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    logs.set_up("info", str(tmp_path / "log"))
    yield tmp_path / "log"
    logs.stop()


def told(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/", "/"),
        ("/gradio_api/queue/join", "/gradio_api/queue/join"),
        ("/gradio_api/heartbeat/s3cret", "/gradio_api/heartbeat/…"),
        ("/gradio_api/call/ask/s3cret", "/gradio_api/call/ask/…"),
        ("/gradio_api/file=/home/me/letter.txt", "/gradio_api/file=…"),
        ("/assets/index-1.js", "/assets/…"),
    ],
)
def test_a_route_names_no_session_and_no_file(path: str, shown: str) -> None:
    assert route(path) == shown


def test_requests_are_told_with_their_end(log: Path) -> None:
    async def served(request: Request) -> PlainTextResponse:
        if request.url.path == "/broken":
            raise RuntimeError("about a secret")
        return PlainTextResponse("x", 201)

    app = Starlette(routes=[Route("/{path:path}", served)], middleware=[Middleware(Recorded)])
    browser = TestClient(app, raise_server_exceptions=False)
    browser.get("/there?q=secret")
    assert browser.get("/broken").status_code == 500
    well, broken = told(log)
    assert (well["route"], well["status"], well["method"], well["level"]) == ("/there", 201, "GET", "info")
    assert (broken["level"], broken["error"]) == ("error", "RuntimeError")
    assert "secret" not in log.read_text()


def test_what_goes_wrong_behind_the_page_is_told_and_what_is_said_to_a_person_is_not(log: Path) -> None:
    async def process(block_fn: Any, error: Exception) -> None:
        raise error

    page = SimpleNamespace(process_api=process)
    record_events(page)  # type: ignore[arg-type]
    for error in (UsageError("for the person"), KeyError("odd")):
        with pytest.raises(type(error)):
            run(page.process_api(SimpleNamespace(api_name="ask_typed"), error))
    (line,) = told(log)
    assert (line["error"], line["function"]) == ("KeyError", "ask_typed")
    assert line["traceback"]
