"""The page's server begun however long that takes: Gradio gives it five seconds, and where another program or
the model's loading has the processor for as long, says that the port is taken."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio.http_server import Server

LONGEST = 300.0
"""Seconds after which a server that is still beginning is given up."""


@contextmanager
def patiently() -> Iterator[None]:
    """Around ``launch``: its server is waited for until it serves, or has ended without."""
    from gradio.http_server import Server

    real = Server.run_in_thread
    setattr(Server, "run_in_thread", _run_in_thread)  # noqa: B010  (to a type checker it is a method)
    try:
        yield
    finally:
        setattr(Server, "run_in_thread", real)  # noqa: B010


def _run_in_thread(server: Server) -> None:
    from gradio.exceptions import ServerFailedToStartError

    server.thread = threading.Thread(target=server.run, daemon=True)
    server.thread.start()
    until = time.monotonic() + LONGEST
    while not server.started and server.thread.is_alive() and time.monotonic() < until:
        time.sleep(0.001)
    if not server.started:
        raise ServerFailedToStartError("The server has ended before it served.")
