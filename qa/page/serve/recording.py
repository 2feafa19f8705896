"""What the page's server does, as events of the log: each request, each thing the page asked for, each error
with the way to it. No address's query, no cookie and no session is in them: they may hold what was asked."""

from __future__ import annotations

import functools
import re
import time
from typing import TYPE_CHECKING, Any

from qa import logs
from qa.errors import IbidError

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What stands behind these names a session, an upload or an event, not a route.
_BEHIND = re.compile(
    r"^(/gradio_api/(?:file=|heartbeat/|upload_progress|stream/|proxy=)|/(?:assets|static|svelte)/)(.+)|"
    r"^(/gradio_api/call/[^/]+/).+"
)


class Recorded:
    """Logs each request: method, route, status, milliseconds, address. Errors with their traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not logs.told("error"):
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        told: dict[str, Any] = {
            "method": scope["method"],
            "route": route(scope["path"]),
            "address": (scope.get("client") or ("",))[0],
        }
        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            logs.event("request", level="error", error=error, **told, ms=logs.ms(began))
            raise
        level = "error" if status >= 500 and status != 503 else "info"
        logs.event("request", level=level, **told, status=status, ms=logs.ms(began))


def route(path: str) -> str:
    """The path of a request without what stands for one session, file or event."""
    return _BEHIND.sub(lambda found: f"{found[1] or found[3]}…", path)


def record_events(page: gr.Blocks) -> None:
    """Logs what goes wrong in what the page asks for, which Gradio tells the page and the terminal alone."""
    process = page.process_api

    @functools.wraps(process)
    async def recorded(block_fn: Any, *given: Any, **more: Any) -> Any:
        try:
            return await process(block_fn, *given, **more)
        except (IbidError, StopIteration, StopAsyncIteration):
            raise
        except Exception as error:
            if getattr(error, "print_exception", True):  # else it is a line for the person
                name = getattr(block_fn, "api_name", None) or getattr(block_fn, "name", None)
                logs.event("error", level="error", error=error, function=str(name))
            raise

    page.process_api = recorded  # type: ignore[method-assign]
