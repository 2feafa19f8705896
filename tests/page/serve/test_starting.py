"""The page's server is waited for while it begins, and given up at once where it cannot."""

from __future__ import annotations

import itertools
import socket
from types import SimpleNamespace

import pytest
import uvicorn
from gradio import http_server
from gradio.exceptions import ServerFailedToStartError

from qa.page.serve import starting
from tests.ports import free_port


async def app(scope: object, receive: object, send: object) -> None:
    """Serves nothing."""


def server(port: int) -> http_server.Server:
    return http_server.Server(uvicorn.Config(app, port=port, host="127.0.0.1", log_level="critical"))


def test_a_machine_that_is_busy_is_not_taken_for_a_port_that_is(monkeypatch: pytest.MonkeyPatch) -> None:
    # Gradio's clock: ten seconds from one look to the next.
    hours = SimpleNamespace(time=itertools.count(step=10).__next__, sleep=http_server.time.sleep)
    monkeypatch.setattr(http_server, "time", hours)
    hasty = server(free_port())
    with pytest.raises(ServerFailedToStartError):
        hasty.run_in_thread()
    hasty.close()
    with starting.patiently():
        made = server(free_port())
        made.run_in_thread()
    assert made.started
    made.close()


# As uvicorn ends a thread in which it cannot serve.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_one_that_cannot_begin_is_given_up_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with starting.patiently(), pytest.raises(ServerFailedToStartError):
            server(taken.getsockname()[1]).run_in_thread()
