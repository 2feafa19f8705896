"""Which of a person's requests is the latest: what was asked for before it is no longer wanted.

Gradio can drop a request while another runs, or run both and let the slower one have the last word; a person
who types on wants neither. Nor do requests begin here in the order in which they were made: the browser
numbers them."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import gradio as gr

T = TypeVar("T")

REMEMBERED = 10_000
"""Sessions that are remembered, the latest heard of."""


class Latest:
    """Tells requests of one kind apart, each session for itself. Safe to share by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: OrderedDict[str, float] = OrderedDict()

    def begin(self, request: gr.Request, asked: Any) -> Callable[[], bool]:
        """Begins a request; what it gives says whether it is still the session's latest. ``asked`` is what
        the browser sent, with its number "at"; without one it is later than all before."""
        session = str(getattr(request, "session_hash", ""))
        at = asked.get("at") if isinstance(asked, dict) else None
        with self._lock:
            before = self._latest.get(session, 0.0)
            mine = float(at) if isinstance(at, int | float) and math.isfinite(at) else before + 1
            self._latest[session] = max(mine, before)
            self._latest.move_to_end(session)
            while len(self._latest) > REMEMBERED:
                self._latest.popitem(last=False)

        def still() -> bool:
            with self._lock:
                return self._latest.get(session) == mine

        return still


def while_wanted(wanted: Callable[[], bool], shown: Iterable[T], nothing: T) -> Iterator[T]:
    """What is ``shown`` one after the other, until it is ``wanted`` no more; then ``nothing``. Asked once
    more at the end: when a handler ends Gradio sends what came last again, behind what a later one gave."""
    for one in shown:
        if not wanted():
            break
        yield one
    if not wanted():
        yield nothing
