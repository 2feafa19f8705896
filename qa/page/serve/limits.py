"""How much one person, or one address where nobody signs in, may ask for at once: generous for people, a
bound for a program that has run wild or means harm. What is beyond it is refused with a line that says when
to come again (429).
"""

from __future__ import annotations

import json
import math
import shutil
import tempfile
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa import logs
from qa.errors import IbidError
from qa.page.serve.guarding import UPLOADS, answer
from qa.page.serve.heads import address, words_for
from qa.page.serve.recording import route
from qa.page.texts import words

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp, Receive, Scope, Send

PERSON = "ibid.person"
"""Where a request's scope says who has signed in."""

LARGEST_FILE = 1024**3
LARGEST_UPLOAD = 2 * 1024**3
"""Bytes of one file, and of all that is sent in one request: a volume's scans in one PDF are below it."""

LEFT_FREE = 512 * 1024**2
"""Bytes that uploads leave free on their disk."""

MOST_UNDERWAY = 16
"""Questions of one person that are worked on or wait, in all windows and programs."""


@dataclass(frozen=True, slots=True)
class Pace:
    """``burst`` requests at once, then ``each_second``: a token bucket."""

    burst: float
    each_second: float


ANYTHING = Pace(1_000, 50)
WORK = Pace(300, 20)
"""Whatever makes the server do something; a page that opens does a dozen such things."""

_MOST = 10_000  # whose pace is remembered at once: nobody may fill the memory with addresses
_STILL = ("/assets/", "/static/", "/theme.css", "/favicon.ico", "/health")  # the same for all, and cheap


class TooFast(Exception):
    """So many ``seconds`` must pass first."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(seconds)


class Paced:
    """Counts what each asks for. Safe to share by threads."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # who → (tokens, when)

    def take(self, who: str) -> None:
        """One more of ``who``. Raises TooFast."""
        now = self._clock()
        with self._lock:
            tokens, when = self._left.pop(who, (self._pace.burst, now))
            tokens = min(self._pace.burst, tokens + (now - when) * self._pace.each_second)
            self._left[who] = (max(tokens - 1, 0.0) if tokens >= 1 else tokens, now)
            while len(self._left) > _MOST:
                self._left.popitem(last=False)
            if tokens < 1:
                raise TooFast((1 - tokens) / self._pace.each_second)


class Limited:
    """Refuses what comes too fast (429), and uploads that are too large or for which there is no room (413,
    507)."""

    def __init__(
        self,
        app: ASGIApp,
        anything: Pace = ANYTHING,
        work: Pace = WORK,
        clock: Callable[[], float] = time.monotonic,
        largest: int = LARGEST_UPLOAD,
        folder: Path | None = None,
    ) -> None:
        self.app = app
        self._anything = Paced(anything, clock)
        self._work = Paced(work, clock)
        self._largest = largest
        self._folder = folder or Path(tempfile.gettempdir())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or path.startswith(_STILL):
            await self.app(scope, receive, send)
            return
        who = asker(scope.get(PERSON), address(scope))
        try:
            self._anything.take(who)
            if scope["method"] == "POST":
                self._work.take(who)
        except TooFast as error:
            await self._slower(error, scope, send)
            return
        if path.rstrip("/") == UPLOADS and scope["method"] == "POST":
            await self._upload(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _slower(self, error: TooFast, scope: Scope, send: Send) -> None:
        seconds = max(1, math.ceil(error.seconds))
        logs.event(
            "limit", level="warning", what="pace", person=scope.get(PERSON), route=route(scope["path"])
        )
        told = words_for(scope).count(seconds, "limits.too-fast")
        headers = [(b"retry-after", str(seconds).encode())]
        if any(name == b"sec-fetch-mode" for name, _ in scope["headers"]):
            # Gradio's page shows what stands in the detail.
            told = json.dumps({"detail": told}, ensure_ascii=False)
            await answer(send, 429, told, headers, kind="application/json")
        else:
            await answer(send, 429, told, headers)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        say = words_for(scope)
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        # One without a length could not be held against the room that is left.
        if not length.isdigit() or int(length) > self._largest:
            logs.event("limit", level="warning", what="upload", person=scope.get(PERSON))
            await answer(send, 413, say("limits.upload", size=say.number(self._largest // 1024**2)))
            return
        if shutil.disk_usage(self._folder).free - int(length) < LEFT_FREE:
            logs.event("limit", level="error", what="room", bytes=int(length))
            await answer(send, 507, say("limits.room"))
            return
        await self.app(scope, receive, send)


class Underway:
    """Counts the questions of each person that have no answer yet. Safe to share by threads."""

    def __init__(self, most: int = MOST_UNDERWAY) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._count: Counter[str] = Counter()

    @contextmanager
    def question(self, who: str, language: str = "en") -> Iterator[None]:
        """One more of ``who``. Raises TooMany."""
        with self._lock:
            if self._count[who] >= self.most:
                logs.event("limit", level="warning", what="underway")
                raise TooMany(words(language).count(self.most, "limits.underway"))
            self._count[who] += 1
        try:
            yield
        finally:
            with self._lock:
                self._count[who] -= 1
                if not self._count[who]:
                    del self._count[who]


class TooMany(IbidError):
    """A person has too many questions under way."""


UNDERWAY = Underway()


def asker(person: str | None, address: str | None) -> str:
    """What is counted by: a person's name, else an address."""
    return f"person {person}" if person else f"address {address or ''}"


def asker_of(request: gr.Request | None) -> str:
    """The same of what Gradio hands to a function."""
    client = getattr(request, "client", None)
    return asker(getattr(request, "username", None), getattr(client, "host", None))
