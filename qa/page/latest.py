"""Which of a person's requests is the latest: what was asked for before it is no longer wanted.

Gradio can drop a request while another runs, or run both and let the slower one have the last word; a person
who types on wants neither."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

REMEMBERED = 10_000
"""Sessions that are remembered, the latest heard of."""


class Latest:
    """Tells requests of one kind apart, each session for itself. Safe to share by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._latest: OrderedDict[str, int] = OrderedDict()

    def begin(self, request: gr.Request) -> Callable[[], bool]:
        """Begins a request; what it gives says whether it is still the session's latest."""
        session = str(getattr(request, "session_hash", ""))
        with self._lock:
            mine = next(self._numbers)
            self._latest[session] = mine
            self._latest.move_to_end(session)
            while len(self._latest) > REMEMBERED:
                self._latest.popitem(last=False)

        def still() -> bool:
            with self._lock:
                return self._latest.get(session) == mine

        return still
