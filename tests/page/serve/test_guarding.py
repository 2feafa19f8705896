"""Requests of other sites, other names of this server, bodies that are too large."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from qa.page.serve.guarding import Bounded, OwnPagesOnly, here_only, own_names
from tests.page.serve.apart import run

HERE = "http://127.0.0.1:7860"
LINK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


async def served(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{len(await request.body())} bytes")


def client(names: frozenset[str], base: str = HERE, largest: int = 1000) -> TestClient:
    app = Starlette(
        routes=[Route("/{path:path}", served, methods=["GET", "POST"])],
        middleware=[Middleware(OwnPagesOnly, names), Middleware(Bounded, largest)],
    )
    return TestClient(app, base_url=base)


@pytest.fixture
def local() -> TestClient:
    return client(own_names("127.0.0.1"))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:7860", 200),
        ("localhost:7860", 200),
        ("LOCALHOST", 200),
        ("localhost.:7860", 200),
        ("[::1]:7860", 200),
        ("rebound.example.org:7860", 403),  # a site's name that was made to point here
        ("localhost.example.org", 403),
        ("127.0.0.1.example.org", 403),
        ("127.0.0.1@example.org", 403),
        ("example.org@127.0.0.1", 403),
        ("", 403),
        ("[::1", 403),
    ],
)
def test_only_own_names_are_answered(local: TestClient, host: str, status: int) -> None:
    assert local.get("/", headers={"host": host}).status_code == status


def test_further_names_and_other_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Reading-Room")
    monkeypatch.setattr("socket.getfqdn", lambda: "reading-room.library.example")
    names = own_names("0.0.0.0", ["ibid.example.org"])
    for host in ("reading-room:7860", "reading-room.local", "reading-room.library.example", "10.0.0.7:7860"):
        assert client(names).get("/", headers={"host": host}).status_code == 200
    assert client(names).get("/", headers={"host": "Ibid.Example.org"}).status_code == 200
    assert client(names).get("/", headers={"host": "example.org"}).status_code == 403
    # Of a page for this machine alone the machine's own name is none: others know it.
    assert client(own_names("127.0.0.1")).get("/", headers={"host": "reading-room"}).status_code == 403


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:7860", 200),
        ("HTTP://127.0.0.1:7860", 200),
        ("https://127.0.0.1:7860", 200),  # before a proxy that encrypts
        ("http://localhost:7860", 403),  # another page's name, though the same server
        ("http://127.0.0.1:3000", 403),
        ("http://127.0.0.1", 403),
        ("https://example.org", 403),
        ("http://127.0.0.1:7860.example.org", 403),
        ("null", 403),
        ("", 403),
        ("file://", 403),
        ("chrome-extension://127.0.0.1:7860", 403),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_own_pages_may_ask(local: TestClient, method: str, origin: str, status: int) -> None:
    answer = local.request(method, "/gradio_api/queue/join", headers={"origin": origin})
    assert answer.status_code == status


def test_usual_ports_need_not_be_written() -> None:
    proxied = client(own_names("127.0.0.1", ["ibid.example.org"]), "http://ibid.example.org")
    assert proxied.get("/", headers={"origin": "https://ibid.example.org"}).status_code == 200
    assert proxied.get("/", headers={"origin": "https://ibid.example.org:443"}).status_code == 200
    assert proxied.get("/", headers={"origin": "https://ibid.example.org:8443"}).status_code == 403


def test_a_link_from_elsewhere_may_be_followed_to_look_at_something(local: TestClient) -> None:
    assert local.get("/?q=Who", headers=LINK).status_code == 200
    assert local.get("/", headers={**LINK, "sec-fetch-site": "same-origin"}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/runs/one.zip", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}),
        ("GET", "/", {**LINK, "sec-fetch-dest": "iframe"}),
        (
            "GET",
            "/",
            {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
        ),  # another port of this machine
        ("POST", "/sign-in", LINK),
        ("GET", "/logout", LINK),
        ("GET", "/language/ru", LINK),
        ("GET", "/gradio_api/info", LINK),
    ],
)
def test_nothing_else_of_another_site_is_answered(
    local: TestClient, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = local.request(method, path, headers=headers)
    assert answer.status_code == 403
    assert answer.text == "This request comes from another site, and is refused.\n"


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=https://example.org/",
        "/gradio_api/file=http://example.org/",
        "/gradio_api/file=HTTPS://example.org/",
        "/gradio_api/file%3Dhttps%3A%2F%2Fexample.org",
        "/gradio_api/proxy=https://x.hf.space/",
        "/gradio_api/file/https://example.org/",
    ],
)
def test_the_server_fetches_nothing(local: TestClient, path: str) -> None:
    answer = local.get(path)
    assert (answer.status_code, answer.text) == (403, "Nothing is fetched from other servers.\n")


def test_websockets_are_not_spoken(local: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), local.websocket_connect("/"):
        pass


def test_large_bodies_are_refused_but_for_files(local: TestClient) -> None:
    assert local.post("/gradio_api/queue/join", content=b"x" * 1000).text == "1000 bytes"
    assert local.post("/gradio_api/queue/join", content=b"x" * 1001).status_code == 413
    assert local.post("/gradio_api/upload", content=b"x" * 5000).text == "5000 bytes"

    def chunks() -> Iterator[bytes]:
        # No length is told of it beforehand.
        for _ in range(20):
            yield b"x" * 100

    assert local.post("/gradio_api/queue/join", content=chunks()).status_code == 413


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True), ("127.8.8.8", True), ("localhost", True), ("::1", True), ("[::1]", True),
        ("0.0.0.0", False), ("::", False), ("192.168.1.7", False), ("example.org", False), ("", False),
    ],
)  # fmt: skip
def test_what_can_be_reached_from_here_alone(host: str, here: bool) -> None:
    assert here_only(host) is here


def test_what_starts_and_stops_the_server_passes() -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    run(OwnPagesOnly(app, frozenset())({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]
