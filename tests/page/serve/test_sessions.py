"""What a call left behind is forgotten when it was fetched, a closed page when it was not used for long."""

from __future__ import annotations

import datetime
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from qa.page.serve import sessions
from tests.page.serve.apart import apart

OLD = datetime.timedelta(hours=2)


@pytest.fixture
def page() -> gr.Blocks:
    made: gr.Blocks
    with gr.Blocks(analytics_enabled=False) as made:
        gr.Textbox("a part of the page")

        def twice(word: str) -> str:
            return word + word

        gr.events.api(twice)
    return made


def called(page: gr.Blocks, do: Any) -> Any:
    """``do`` with a client of the page, served as the program serves it, without a port."""
    app = FastAPI(middleware=[Middleware(sessions.Forgetting, page=page)])
    gr.mount_gradio_app(app, page, path="/")

    def client() -> Any:
        with TestClient(app, raise_server_exceptions=False) as client:
            return do(client)

    return apart(client)


def twice(client: TestClient, word: str) -> str:
    event = client.post("/gradio_api/call/twice", json={"data": [word]}).json()["event_id"]
    return client.get(f"/gradio_api/call/twice/{event}").text


def left(page: gr.Blocks) -> tuple[int, int, int, int]:
    holder, queue = page.state_holder, page._queue
    return (
        len(holder.session_data),
        len(holder.time_last_used),
        len(queue.pending_event_ids_session),
        len(queue.pending_messages_per_session),
    )


def test_a_call_that_was_fetched_leaves_nothing(page: gr.Blocks) -> None:
    said = called(page, lambda client: [twice(client, word) for word in "abc"])
    assert [f'data: ["{word}{word}"]' in one for word, one in zip("abc", said, strict=True)] == [True] * 3
    assert left(page) == (0, 0, 0, 0)


def test_a_call_that_nobody_fetched_and_a_page_that_was_closed_are_forgotten_in_time(page: gr.Blocks) -> None:
    def use(client: TestClient) -> None:
        twice(client, "there")
        for session in ("a" * 32, "open", "closed", "closed now"):
            assert page.state_holder[session]  # as Gradio makes it
        for session in ("closed", "closed now"):
            page.state_holder.session_data[session].is_closed = True
        for session in ("a" * 32, "open", "closed"):
            page.state_holder.time_last_used[session] -= OLD
        twice(client, "again")

    called(page, use)
    assert set(page.state_holder.session_data) == {"open", "closed now"}
    assert set(page.state_holder.time_last_used) == {"open", "closed now"}


def test_what_is_at_work_is_kept(page: gr.Blocks) -> None:
    def use(_: TestClient) -> None:
        assert page.state_holder["b" * 32]
        page._queue.pending_event_ids_session["b" * 32] = {"at work"}
        page._queue.event_ids_to_events["at work"] = object()  # type: ignore[assignment]  # is asked for alone
        sessions.forget(page, "b" * 32)
        assert "b" * 32 in page.state_holder
        del page._queue.event_ids_to_events["at work"]
        sessions.forget(page, "b" * 32)

    called(page, use)
    assert left(page) == (0, 0, 0, 0)


def test_the_address_of_a_call_forgets_no_session_of_a_browser(page: gr.Blocks) -> None:
    def use(client: TestClient) -> None:
        assert page.state_holder["abcdefghijk"]
        client.get("/gradio_api/call/twice/abcdefghijk")

    called(page, use)
    assert "abcdefghijk" in page.state_holder
