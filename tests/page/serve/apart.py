"""What needs an event loop of its own runs in a thread of its own: the browser tests' loop runs in this one
for as long as the browser is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def apart(do: Callable[..., Any], *arguments: Any) -> Any:
    """Calls it in a thread of its own; what it gives."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(do, *arguments).result()


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """``asyncio.run`` in a thread of its own."""
    return apart(asyncio.run, coroutine)
