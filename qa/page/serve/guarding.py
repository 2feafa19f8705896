"""Who may ask this server for anything: the page itself, and programs of the person's own; no other site.

Any site that is open in the same browser can send requests to an address on this machine or network, with the
person's cookies, and a name that the site owns can be made to point here (DNS rebinding). So the name by
which the server is called, and the page that a request comes from, are looked at before anything else.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from qa import logs
from qa.page.serve.heads import address, fields

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 64 * 1024 * 1024
"""Bytes in the body of a request at the most, files that are uploaded apart."""

UPLOADS = "/gradio_api/upload"

# Gradio would fetch such an address itself and hand it on.
_FETCHES = ("/gradio_api/file=http", "/gradio_api/file/http", "/gradio_api/proxy=")
# What Gradio serves that this page has no use for: files that were uploaded, its tools for developers, its
# own statistics. What is not served cannot be had.
_CLOSED = (
    *(
        f"/gradio_api/{each}"
        for each in (
            "file=", "file/", "proxy=", "stream/", "custom_component/", "component_server", "vibe-",
            "undo-vibe-", "process_recording", "dev/", "profiling/", "run-history", "runs", "deep_link",
        )
    ),
    "/monitoring", "/custom_component/", "/svelte/",
)  # fmt: skip

# To follow a link from elsewhere to these would do something, not only show it.
_DOES = ("/gradio_api", "/logout", "/language")


def here_only(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def own_names(host: str, names: Iterable[str] = ()) -> frozenset[str]:
    """The names by which a server that listens on ``host`` may be called, in lower case, with ``names``.
    Addresses in numbers need not be named: no site can make one of them its own."""
    own = {"localhost", *(name.lower() for name in names)}
    if not here_only(host):
        machine = socket.gethostname().lower()
        own |= {host.lower(), machine, f"{machine}.local", socket.getfqdn().lower()}
    return frozenset(own)


class OwnPagesOnly:
    """Refuses what another site sends, what calls this server by a name that is not its own, and what would
    make it fetch something from elsewhere: 403 with a plain line."""

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope) if scope["type"] == "http" else "Nothing here speaks WebSocket."
        if not refused:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            logs.event("refused", level="warning", reason=refused.split(".")[0], address=address(scope))
            await answer(send, 403, refused)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _refusal(self, scope: Scope) -> str:
        headers = fields(scope)
        host = headers.get("host", "")
        if not self._own(host):
            return (
                f"This server is not called {host!r}. Open it by the address that qa chat printed, "
                "or name this one with qa chat --allow-host."
            )
        origin = headers.get("origin")
        if origin is not None and not _same(origin, host):
            return "This request comes from another site, and is refused."
        if headers.get("sec-fetch-site") in {"cross-site", "same-site"} and not _link(scope, headers):
            return "This request comes from another site, and is refused."
        path = unquote(scope["path"]).lower()
        if path.startswith(_FETCHES):
            return "Nothing is fetched from other servers."
        if path.startswith(_CLOSED):
            return "This is not served here."
        return ""

    def _own(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
            ipaddress.ip_address(name)
        except ValueError:
            return "@" not in host and name_of(host) in self.names
        return "@" not in host


class Bounded:
    """Refuses bodies that are larger than anything the page sends: 413 with a plain line."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST) -> None:
        self.app = app
        self.largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") == UPLOADS:
            await self.app(scope, receive, send)
            return
        told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        words = f"This is too large: {self.largest // 1024**2} MB is the most."
        if not told.isdigit() or int(told) > self.largest:
            await answer(send, 413, words)
            return
        taken = 0
        begun = False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.largest:
                raise _TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, counted, watched)
        except _TooLarge:
            if not begun:
                await answer(send, 413, words)


class _TooLarge(Exception):
    """A body without a true length has grown too large."""


def name_of(host: str) -> str:
    """The name in a Host header, in lower case; "" where it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _same(origin: str, host: str) -> bool:
    """Whether a page at ``origin`` ("null" where it has none) was served under the name ``host``. The scheme
    is left out: before a proxy that encrypts it is another."""
    parts = urlsplit(origin)
    if not parts.netloc:
        return False
    usual = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    theirs, ours = parts.netloc.lower(), host.lower()
    return usual != "" and theirs.removesuffix(usual) == ours.removesuffix(usual)


def _link(scope: Scope, headers: dict[str, str]) -> bool:
    """Whether a person followed a link to here, to look at something."""
    return (
        scope["method"] in {"GET", "HEAD"}
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
        and not scope["path"].startswith(_DOES)
    )


async def answer(
    send: Send,
    status: int,
    words: str,
    headers: Iterable[tuple[bytes, bytes]] = (),
    *,
    kind: str = "text/plain; charset=utf-8",
) -> None:
    """A whole answer of one line."""
    body = f"{words}\n".encode()
    own = ((b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": [*own, *headers]})
    await send({"type": "http.response.body", "body": body})
