"""The page's server is waited for while it begins, and given up at once where it cannot."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
from types import SimpleNamespace

import pytest
import uvicorn
from gradio import http_server
from gradio.exceptions import ServerFailedToStartError

from qa.page.serve import starting
from tests.ports import free_port


async def app(scope: object, receive: object, send: object) -> None:
    """Serves nothing."""


class Busy(http_server.Server):
    """Begins to serve when it may."""

    def __init__(self, may: threading.Event) -> None:
        super().__init__(configured(free_port()))
        self.may = may

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        while not self.may.is_set():
            await asyncio.sleep(0.01)
        await super().startup(sockets)


def configured(port: int) -> uvicorn.Config:
    return uvicorn.Config(app, port=port, host="127.0.0.1", log_level="critical")


def test_a_machine_that_is_busy_is_not_taken_for_a_port_that_is(monkeypatch: pytest.MonkeyPatch) -> None:
    # Gradio's clock: ten seconds from one look to the next.
    hours = SimpleNamespace(time=itertools.count(step=10).__next__, sleep=http_server.time.sleep)
    monkeypatch.setattr(http_server, "time", hours)
    may = threading.Event()
    given_up = Busy(may)
    with pytest.raises(ServerFailedToStartError):
        given_up.run_in_thread()
    may.set()
    given_up.close()
    may = threading.Event()
    waited_for = Busy(may)
    threading.Timer(0.2, may.set).start()
    with starting.patiently():
        waited_for.run_in_thread()
    assert waited_for.started
    waited_for.close()


# As uvicorn ends a thread in which it cannot serve.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_one_that_cannot_begin_is_given_up_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with starting.patiently(), pytest.raises(ServerFailedToStartError):
            http_server.Server(configured(taken.getsockname()[1])).run_in_thread()
