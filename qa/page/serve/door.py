"""Who is let in: names and passwords confirmed, guessing slowed, tokens given, sessions kept apart."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextvars
import hashlib
import hmac
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from qa import logs
from qa.page.serve.guessing import Guesses
from qa.page.serve.people import People, Person

IDLE = 3 * 24 * 3600.0
LASTS = 30 * 24 * 3600.0
"""Seconds without a request, and since signing in, after which one must sign in again: over a weekend one
stays signed in, for ever nobody does."""
_MOST_SESSIONS = 20_000
_MOST_PROGRAMS = 1_000

coming_from: contextvars.ContextVar[str] = contextvars.ContextVar("address", default="")
"""The address that the request comes from for which Gradio asks ``Door.for_gradio``."""


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
            return await self.confirm(name, password, coming_from.get()) is not None
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
