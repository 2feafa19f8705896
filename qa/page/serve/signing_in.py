"""Signing in: nothing but the page that asks for a name is served to anybody who has not.

Gradio's auth keeps who has signed in (a token in a cookie) and tells every handler; here is what lies before
it: a page to sign in on in both languages, passwords checked against hashes, guessing slowed, and one door
for everything that is served, Gradio's own routes and ours. Programs may sign in as gradio_client does, or
send name and password with every request (HTTP Basic).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

from qa import logs
from qa.page.serve.door import Door, TooManyAttempts, coming_from
from qa.page.serve.guarding import answer
from qa.page.serve.heads import address, cookie, fields, words_for
from qa.page.serve.limits import PERSON
from qa.page.serve.sign_in_page import SIGN_IN, cookie_name

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_API = "/gradio_api"
_SESSION = (f"{_API}/queue/data", f"{_API}/heartbeat/", f"{_API}/deep_link")
_BODIES = tuple(
    f"{_API}/{each}" for each in ("queue/join", "call/", "run/", "api/", "cancel", "component_server")
)
# Each checks itself who asks, or shows nothing.
_OPEN = frozenset(
    {SIGN_IN, "/login", "/login/", "/favicon.ico", "/robots.txt", "/health"}
    # A page that is open asks for the second when it has lost the server, and loads itself anew.
    | {f"{_API}/startup-events", f"{_API}/app_id"}
)


class SignedIn:
    """Lets through who has signed in, and what is needed to do so."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app = app
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        app = scope["app"]
        if app.tokens is not self.door.tokens:
            app.tokens = self.door.tokens
        coming_from.set(address(scope))
        headers = fields(scope)
        token = cookie(headers.get("cookie", ""), cookie_name(scope))
        name = self.door.tokens.get(token)
        if name is None and "authorization" in headers:
            try:
                token = await self.door.program(headers["authorization"], coming_from.get())
            except TooManyAttempts as error:
                words_ = f"Too many attempts. Try again in {error.seconds} seconds."
                await answer(send, 429, words_, [(b"retry-after", str(error.seconds).encode())])
                return
            name = self.door.tokens.get(token)
            if name is not None:
                # As if it had signed in on the page: Gradio looks at its own cookie.
                pair = f"{cookie_name(scope)}={token}".encode()
                scope = {**scope, "headers": [*scope["headers"], (b"cookie", pair)]}
        if name is None:
            if scope["path"] in _OPEN or scope["path"].startswith("/language/"):
                await self.app(scope, receive, send)
            else:
                await self._ask(scope, headers, send)
            return
        session, receive = await session_of(scope, receive)
        if session and not self.door.owns(name, session):
            logs.event("limit", level="warning", what="another's session", person=name)
            await answer(send, 403, "This session is another person's.")
            return
        await self.app({**scope, PERSON: name}, receive, send)

    async def _ask(self, scope: Scope, headers: dict[str, str], send: Send) -> None:
        path: str = scope["path"]
        page = scope["method"] in {"GET", "HEAD"} and "text/html" in headers.get("accept", "")
        if page or path == "/":
            query = scope["query_string"].decode("latin-1")
            wanted_ = path + (f"?{query}" if query else "")
            to = SIGN_IN if wanted_ == "/" else f"{SIGN_IN}?next={quote(wanted_, safe='')}"
            location = (scope.get("root_path", "") + to).encode("latin-1")
            await answer(send, 303, "Sign in first.", [(b"location", location)])
            return
        # A browser would open a window of its own to ask for a name: only programs are asked so.
        asks = (b"www-authenticate", b'Basic realm="Ibid", charset="UTF-8"')
        if "sec-fetch-mode" not in headers:
            await answer(send, 401, "Sign in first.", [asks])
            return
        # A page that is open still, of somebody who is signed out: Gradio shows what stands in the detail.
        say = words_for(scope)
        told = json.dumps({"detail": say("signing-in.again")})
        await answer(send, 401, told, kind="application/json")


async def session_of(scope: Scope, receive: Receive) -> tuple[str, Receive]:
    """The session that a request names ("" for none), and what gives its body once more."""
    path: str = scope["path"]
    if path.startswith(_SESSION):
        named = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash")
        return (named[0] if named else path.rpartition("/")[2] if "heartbeat" in path else ""), receive
    if scope["method"] != "POST" or not path.startswith(_BODIES):
        return "", receive
    messages: list[Message] = []
    while True:
        message = await receive()
        messages.append(message)
        if message["type"] != "http.request" or not message.get("more_body"):
            break

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    try:
        told = json.loads(b"".join(message.get("body", b"") for message in messages))
        session = told.get("session_hash")
    except (ValueError, AttributeError, RecursionError):
        session = None
    return session if isinstance(session, str) else "", again
