"""Sessions that nobody comes back to are forgotten.

Gradio keeps, for each session, what every part of the page looks like: a quarter of a megabyte. A program
that calls a tool without a session of its own is given a new one for each call, and a page that was closed
keeps its session; both stay until 10,000 others came, which is 2.5 GB.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp, Receive, Scope, Send

MOST = 1_000
"""Sessions that are kept at the most, those used last."""

CLOSED = datetime.timedelta(hours=1)
"""How long a page that was closed may come back, and a program may fetch what it asked for."""

_CALL, _HEARTBEAT = "/gradio_api/call/", "/gradio_api/heartbeat/"


class Forgetting:
    """Forgets the session of a call when what came of it was fetched, and those of pages that were closed
    long ago when another is closed or called."""

    def __init__(self, app: ASGIApp, page: gr.Blocks) -> None:
        self.app = app
        self.page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or scope["method"] != "GET" or not path.startswith((_CALL, _HEARTBEAT)):
            await self.app(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        finally:
            event = path.rstrip("/").rpartition("/")[2]
            # A call without a session of its own has one that is named as its event is.
            if path.startswith(_CALL) and _is_event(event):
                forget(self.page, event)
            sweep(self.page, datetime.datetime.now())


def sweep(page: gr.Blocks, now: datetime.datetime) -> None:
    """Forgets the sessions of closed pages, and of calls that nobody fetched, that were not used for long."""
    holder = page.state_holder
    for session, kept in list(holder.session_data.items()):
        used = holder.time_last_used.get(session, now)
        if now - used > CLOSED and (kept.is_closed or _is_event(session)):
            forget(page, session)


def forget(page: gr.Blocks, session: str) -> None:
    """Forgets a session, unless something is at work for it."""
    queue, holder = page._queue, page.state_holder
    if any(event in queue.event_ids_to_events for event in queue.pending_event_ids_session.get(session, ())):
        return
    with holder.lock:
        holder.session_data.pop(session, None)
        holder.time_last_used.pop(session, None)
    queue.pending_event_ids_session.pop(session, None)
    queue.pending_messages_per_session.pop(session, None)


def _is_event(session: str) -> bool:
    """Events are named by 32 hexadecimal digits, the sessions of browsers by about eleven signs."""
    return len(session) == 32 and not session.strip("0123456789abcdef")
