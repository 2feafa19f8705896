"""The page put together: masthead with the status line, the chat with the source beside it, the library, the
evaluation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from html import escape
from pathlib import Path

import gradio as gr

from qa.page import chat, evaluation, exports, library, marking, source
from qa.page.opening import Opening

SCRIPT = (Path(__file__).parent / "page.js").read_text("utf-8")
_LOOK_EVERY = 0.2  # seconds between looks at how far the opening is

_MASTHEAD = (
    '<header class="masthead"><h1>Ibid</h1><p>Answers from your documents, in their own words.</p></header>'
)


def status(opening: Opening) -> str:
    """The status line as HTML."""
    state = "ready" if opening.over else "loading"
    return f'<p class="status {state}" role="status">{escape(opening.words())}</p>'


def layout(opening: Opening) -> gr.Blocks:
    """The whole page. Everything but ``ask`` is private to it."""

    async def follow() -> AsyncIterator[str]:
        """The status line, each time that it changes, until the library can be asked."""
        shown = ""
        while not opening.over:
            now = status(opening)
            if now != shown:
                yield now
                shown = now
            await asyncio.sleep(_LOOK_EVERY)
        yield status(opening)

    page: gr.Blocks
    with gr.Blocks(title="Ibid", analytics_enabled=False, fill_width=True) as page:
        with gr.Row(elem_classes="top"):
            gr.HTML(_MASTHEAD, apply_default_css=False)
            state = gr.HTML(status(opening), apply_default_css=False, elem_classes="state")
        with gr.Tabs():
            with gr.Tab("Ask"), gr.Row(elem_classes="desk"):
                talk = chat.pane(opening, SCRIPT)
                panel = source.pane(opening, SCRIPT, talk)
            with gr.Tab("Library") as tab:
                shelf = library.pane(opening)
            with gr.Tab("Evaluate") as trial:
                bench = evaluation.pane(opening, SCRIPT)
        exports.pane(opening, SCRIPT, talk)
        marking.pane(opening, SCRIPT, talk, panel)
        page.load(
            follow,
            outputs=state,
            show_progress="hidden",
            concurrency_limit=None,
            api_visibility="private",
        ).then(shelf.look, outputs=shelf.outputs, show_progress="hidden", api_visibility="private")
        tab.select(shelf.look, outputs=shelf.outputs, show_progress="hidden", api_visibility="private")
        trial.select(
            bench.look, outputs=bench.outputs, show_progress="hidden", api_visibility="private"
        ).then(
            bench.follow,
            outputs=bench.followed,
            show_progress="hidden",
            concurrency_limit=None,
            api_visibility="private",
        )
        for change in shelf.changes:
            change.then(
                lambda: status(opening), outputs=state, show_progress="hidden", api_visibility="private"
            )
        chat.offer(opening)
    return page
