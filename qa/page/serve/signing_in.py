"""Signing in: nothing but the page that asks for a name is served to anybody who has not.

Gradio's auth keeps who has signed in (a token in a cookie) and tells every handler; here is what lies before
it: a page to sign in on in both languages, passwords checked against hashes, guessing slowed, and one door
for everything that is served, Gradio's own routes and ours. Programs may sign in as gradio_client does, or
send name and password with every request (HTTP Basic).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextvars
import hashlib
import hmac
import json
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import gradio as gr

from qa import logs
from qa.page.client import HERE as CLIENT
from qa.page.serve.guarding import answer
from qa.page.serve.guessing import Guesses
from qa.page.serve.limits import PERSON
from qa.page.serve.people import People, Person
from qa.page.texts import COOKIE, LANGUAGES, Words, of, wanted, words

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SIGN_IN, SIGN_OUT = "/sign-in", "/sign-out"

IDLE = 3 * 24 * 3600.0
LASTS = 30 * 24 * 3600.0
"""Seconds without a request, and since signing in, after which one must sign in again: over a weekend one
stays signed in, for ever nobody does."""

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
_MOST_SESSIONS = 20_000
_MOST_PROGRAMS = 1_000

_address: contextvars.ContextVar[str] = contextvars.ContextVar("address", default="")


class TooManyAttempts(Exception):
    """``seconds`` must pass before the next attempt."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(seconds)


class Tokens(dict[str, str]):
    """Token → name, in the place where Gradio keeps it. A token ends when its person is taken out or gets
    another password, when it has not been used for IDLE seconds, and LASTS seconds after it was given."""

    def __init__(self, people: People, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._people = people
        self._clock = clock
        self._kept: dict[str, tuple[str, float, float]] = {}  # password, used, given

    def __setitem__(self, token: str, name: str) -> None:
        person = self._people.find(name)
        if person is not None:
            # As the name is kept, however it was typed.
            super().__setitem__(token, person.name)
            now = self._clock()
            self._kept[token] = (person.password, now, now)

    def __delitem__(self, token: str) -> None:
        super().__delitem__(token)
        self._kept.pop(token, None)

    def get(self, token: str | None, default: Any = None) -> Any:
        """The name of who holds the token."""
        name = super().get(token or "")
        if name is None or token is None:
            return default
        person = self._people.find(name)
        password, used, given = self._kept[token]
        now = self._clock()
        if person is None or person.password != password or now - used > IDLE or now - given > LASTS:
            del self[token]
            return default
        self._kept[token] = (password, now, given)
        return name

    def sweep(self) -> None:
        """Forgets the tokens that have ended, whoever asks."""
        for token in list(self):
            self.get(token)


class Door:
    """Who is let in: the people, who of them has signed in, and whose sessions are whose."""

    def __init__(self, people: People, clock: Callable[[], float] = time.monotonic) -> None:
        self.people = people
        self.tokens = Tokens(people, clock)
        self._guesses = Guesses(clock)
        self._secret = secrets.token_bytes(32)
        self._programs: OrderedDict[bytes, str] = OrderedDict()
        self._checking: dict[bytes, asyncio.Lock] = {}
        self._sessions: OrderedDict[str, str] = OrderedDict()

    async def confirm(self, name: str, password: str, address: str) -> Person | None:
        """The person whose name and password these are. Raises TooManyAttempts, and then looks at neither."""
        from anyio.to_thread import run_sync

        wait = self._guesses.begin(name, address)
        if wait > 0:
            logs.event("sign-in", level="warning", outcome="slowed", address=address)
            raise TooManyAttempts(math.ceil(wait))
        person = await run_sync(self.people.confirm, name, password)
        if person is not None:
            self._guesses.succeeded(name, address)
            logs.event("sign-in", outcome="signed in", person=person.name, address=address)
        else:
            # A name that nobody has may be a password that was typed in the wrong place.
            known = self.people.find(name)
            person_ = known.name if known else None
            logs.event("sign-in", level="warning", outcome="wrong", person=person_, address=address)
        return person

    async def for_gradio(self, name: str, password: str) -> bool:
        """Gradio's auth: what POST /login asks, which gradio_client uses."""
        from starlette.exceptions import HTTPException

        try:
            return await self.confirm(name, password, _address.get()) is not None
        except TooManyAttempts as error:
            words = f"Too many attempts. Try again in {error.seconds} seconds."
            raise HTTPException(429, words, {"retry-after": str(error.seconds)}) from error

    def sign_in(self, person: Person) -> str:
        """A new token for a person."""
        self.tokens.sweep()
        token = secrets.token_urlsafe(32)
        self.tokens[token] = person.name
        return token

    async def program(self, authorization: str, address: str) -> str | None:
        """The token of a program that sends name and password with each request; None where they are wrong.
        Raises TooManyAttempts."""
        scheme, _, coded = authorization.partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            name, _, password = base64.b64decode(coded.strip(), validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        # A hash takes a tenth of a second, by design: what was right is remembered, by a fingerprint.
        print_ = hmac.digest(self._secret, f"{name}\0{password}".encode(), hashlib.sha256)
        if token := self._known(print_):
            return token
        # Of ten requests that come together the first is looked at: else they would count as guesses.
        lock = self._checking.setdefault(print_, asyncio.Lock())
        try:
            async with lock:
                if token := self._known(print_):
                    return token
                person = await self.confirm(name, password, address)
                if person is None:
                    return None
                token = self._programs[print_] = self.sign_in(person)
        finally:
            if not lock.locked():
                self._checking.pop(print_, None)
        while len(self._programs) > _MOST_PROGRAMS:
            oldest = self._programs.popitem(last=False)[1]
            if oldest in self.tokens:
                del self.tokens[oldest]
        return token

    def _known(self, print_: bytes) -> str | None:
        token = self._programs.get(print_)
        if token is None or not self.tokens.get(token):
            return None
        self._programs.move_to_end(print_)
        return token

    def owns(self, name: str, session: str) -> bool:
        """Whether a session of the page is this person's: the first who uses it."""
        owner = self._sessions.setdefault(session, name)
        self._sessions.move_to_end(session)
        while len(self._sessions) > _MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return owner == name


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
        _address.set(address(scope))
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        token = cookie(headers.get("cookie", ""), _cookie_name(scope))
        name = self.door.tokens.get(token)
        if name is None and "authorization" in headers:
            try:
                token = await self.door.program(headers["authorization"], _address.get())
            except TooManyAttempts as error:
                words_ = f"Too many attempts. Try again in {error.seconds} seconds."
                await answer(send, 429, words_, [(b"retry-after", str(error.seconds).encode())])
                return
            name = self.door.tokens.get(token)
            if name is not None:
                # As if it had signed in on the page: Gradio looks at its own cookie.
                pair = f"{_cookie_name(scope)}={token}".encode()
                scope = {**scope, "headers": [*scope["headers"], (b"cookie", pair)]}
        if name is None:
            if scope["path"] in _OPEN or scope["path"].startswith("/language/"):
                await self.app(scope, receive, send)
            else:
                await self._ask(scope, headers, send)
            return
        session, receive = await _session(scope, receive)
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
        say = words(
            wanted(cookie(headers.get("cookie", ""), COOKIE) or "", headers.get("accept-language", ""))
        )
        told = json.dumps({"detail": say("signing-in.again")})
        await answer(send, 401, told, kind="application/json")


async def _session(scope: Scope, receive: Receive) -> tuple[str, Receive]:
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


def routes(door: Door) -> list[BaseRoute]:
    """The page to sign in on, and the way out."""
    from starlette.responses import HTMLResponse, RedirectResponse
    from starlette.routing import Route

    def page(say: Words, status: int, told: str, name: str, to: str) -> Response:
        shown = form(say, told, name, to, wrong=status != 200)
        return HTMLResponse(shown, status, headers={"cache-control": "no-store"})

    async def show(request: Request) -> Response:
        if door.tokens.get(request.cookies.get(_cookie_name(request.scope))):
            return RedirectResponse("./", 303)
        say = _words(request)
        told = say("signing-in.out") if "out" in request.query_params else ""
        return page(say, 200, told, "", inside(request.query_params.get("next", "")))

    async def enter(request: Request) -> Response:
        say = _words(request)
        async with request.form(max_files=0, max_fields=10) as sent:
            name, password = str(sent.get("name", "")).strip(), str(sent.get("password", ""))
            to = inside(str(sent.get("next", "")))
        try:
            person = await door.confirm(name, password, address(request.scope))
        except TooManyAttempts as error:
            return page(say, 429, say.count(error.seconds, "signing-in.wait"), name, to)
        if person is None:
            return page(say, 403, say("signing-in.wrong"), name, to)
        entered = RedirectResponse(request.scope.get("root_path", "") + to, 303)
        entered.set_cookie(
            _cookie_name(request.scope),
            door.sign_in(person),
            max_age=int(LASTS),
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return entered

    async def leave(request: Request) -> Response:
        token = request.cookies.get(_cookie_name(request.scope))
        if token is not None and token in door.tokens:
            logs.event("sign-out", person=door.tokens.get(token))
            door.tokens.pop(token, None)
        left = RedirectResponse("sign-in?out", 303)
        left.delete_cookie(_cookie_name(request.scope))
        return left

    return [
        Route(SIGN_IN, show, methods=["GET"]),
        Route(SIGN_IN, enter, methods=["POST"]),
        Route(SIGN_OUT, leave, methods=["POST"]),
    ]


def form(say: Words, told: str, name: str, to: str, *, wrong: bool = False) -> str:
    """The page to sign in on, whole, with what is ``told`` above the fields; ``wrong``: as a mistake."""
    style = "".join((CLIENT / part).read_text("utf-8") for part in ("base.css", "signing-in.css"))
    languages = "".join(
        f'<a href="language/{each}" hreflang="{each}" lang="{each}"'
        f"{' aria-current=true' if each == say.language else ''}>{escape(words(each)('page.own-name'))}</a>"
        for each in LANGUAGES
    )
    role = "alert" if wrong else "status"
    above = f'<p class="told" role="{role}">{escape(told)}</p>' if told else ""
    where = " autofocus" if name else ""
    return (
        f'<!doctype html><html lang="{say.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(say("signing-in.title"))} – Ibid</title><link rel="icon" href="favicon.ico">'
        f"<style>{style}</style><script>document.documentElement.classList.toggle('dark', "
        "matchMedia('(prefers-color-scheme: dark)').matches)</script></head>"
        f'<body class="signing-in"><header class="masthead"><h1>Ibid</h1><p>{escape(say("page.line"))}</p>'
        f'<nav class="languages" aria-label="{escape(say("page.language"))}">{languages}</nav></header><main>'
        f'<form method="post" action="sign-in"><h2>{escape(say("signing-in.title"))}</h2>{above}'
        f'<label for="name">{escape(say("signing-in.name"))}</label>'
        f'<input id="name" name="name" value="{escape(name)}" autocomplete="username" autocapitalize="none" '
        f'spellcheck="false" maxlength="80" required{"" if name else " autofocus"}>'
        f'<label for="password">{escape(say("signing-in.password"))}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" '
        f'maxlength="1000" required{where}><input type="hidden" name="next" value="{escape(to)}">'
        f"<button>{escape(say('signing-in.enter'))}</button></form></main></body></html>"
    )


def pane(page: gr.Blocks) -> None:
    """Who is signed in, with the way out; in the head of the page."""

    def shown(request: gr.Request) -> str:
        return person(request.username or "", of(request))

    who = gr.HTML("", apply_default_css=False, elem_classes="who")
    page.load(shown, outputs=who, show_progress="hidden", concurrency_limit=None, api_visibility="private")


def person(name: str, say: Words) -> str:
    """A signed-in person's name as HTML; the page's scripts take it from there. "" for nobody."""
    if not name:
        return ""
    return (
        '<form class="person" method="post" action="sign-out">'
        f'<span id="ibid-person" data-name="{escape(name)}">'
        f"{escape(say('signing-in.as', name=name))}</span>"
        f"<button>{escape(say('signing-in.leave'))}</button></form>"
    )


def inside(to: str) -> str:
    """Where to go after signing in: an address on this server, "/" for anything else."""
    parts = urlsplit(to.replace("\\", "/"))
    plain = to.isprintable() and not parts.scheme and not parts.netloc
    return to if plain and to.startswith("/") and not to.startswith("//") else "/"


def address(scope: Scope) -> str:
    """The network address that a request comes from."""
    return str((scope.get("client") or ("",))[0])


def cookie(header: str, name: str) -> str | None:
    """The value of one cookie."""
    found = [pair.partition("=") for pair in header.split(";")]
    return next((value.strip() for key, _, value in found if key.strip() == name), None)


def _cookie_name(scope: Scope) -> str:
    # The name under which Gradio looks for it; it is another at every start of the server.
    return f"access-token-unsecure-{scope['app'].cookie_id}"


def _words(request: Request) -> Words:
    return words(wanted(request.cookies.get(COOKIE, ""), request.headers.get("accept-language", "")))
