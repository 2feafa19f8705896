"""A door with two people who may come in, and browsers that stand before it; a program that has come in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from qa.page.serve import people as people_module
from qa.page.serve import sign_in_page
from qa.page.serve.door import Door
from qa.page.serve.people import People
from qa.page.serve.signing_in import SignedIn
from tests.page.serve.visitors import ADA, BEN, PATIENT, QUESTION, Clock

if TYPE_CHECKING:
    from gradio_client import Client

    from tests.conftest import Served


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
        routes=[*sign_in_page.routes(door), Route("/{path:path}", shown, methods=["GET", "POST"])],
        middleware=[Middleware(SignedIn, door)],
    )
    app.tokens = {}  # type: ignore[attr-defined]
    app.cookie_id = "abc"  # type: ignore[attr-defined]
    return lambda: TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


@pytest.fixture(scope="session")
def ada(served: Served) -> Client:
    """A program that has signed in as Ada."""
    from gradio_client import Client

    auth = ("Ada", served.passwords["Ada"])
    return Client(served.address, auth=auth, verbose=False, analytics_enabled=False, httpx_kwargs=PATIENT)


@pytest.fixture(scope="session")
def answer(ada: Client) -> dict[str, Any]:
    """What it was told when it asked QUESTION."""
    told: dict[str, Any] = ada.predict(question=QUESTION, api_name="/ask")
    return told
