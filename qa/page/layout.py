"""The page put together: masthead with the status line, the chat with the source beside it, the library, the
evaluation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from html import escape

import gradio as gr

from qa.page.ask import chat, choosing, conversations, exports, marking, quoted
from qa.page.client import script
from qa.page.drafts import draft
from qa.page.search import chronology, concordance
from qa.page.serve import api, sign_in_page
from qa.page.serve.opening import Opening
from qa.page.shelves import library
from qa.page.texts import LANGUAGES, Words, drawn, for_scripts, label, of, words
from qa.page.trial import evaluation

_LOOK_EVERY = 0.2  # seconds between looks at how far the opening is
_SWEEP_EVERY, _KEPT = 3600, 24 * 3600  # seconds: what was uploaded and never added does not stay


def masthead(say: Words) -> str:
    """The head of the page: its name, the way past it, and the words that its scripts show."""
    return (
        f'<a class="skip" href="#question">{escape(say("page.skip"))}</a>'
        f'<header class="masthead"><h1>Ibid</h1><p>{escape(say("page.line"))}</p></header>{for_scripts(say)}'
    )


def languages(say: Words) -> str:
    """The choice of language."""
    choices = "".join(
        f'<a href="language/{each}" hreflang="{each}" lang="{each}"'
        f"{' aria-current=true' if each == say.language else ''}>{escape(words(each)('page.own-name'))}</a>"
        for each in LANGUAGES
    )
    return f'<nav class="languages" aria-label="{escape(say("page.language"))}">{choices}</nav>'


def status(opening: Opening, say: Words) -> str:
    """The status line as HTML."""
    state = "ready" if opening.over else "loading"
    return f'<p class="status {state}" role="status">{escape(opening.words(say))}</p>'


def layout(opening: Opening, *, signed: bool = False) -> gr.Blocks:
    """The whole page; ``signed`` where people sign in to it. What is not in ``api`` is private to it."""

    async def follow(request: gr.Request) -> AsyncIterator[str]:
        """The status line, each time that it changes, until the library can be asked."""
        say = of(request)
        shown = ""
        while not opening.over:
            now = status(opening, say)
            if now != shown:
                yield now
                shown = now
            await asyncio.sleep(_LOOK_EVERY)
        yield status(opening, say)

    def now(request: gr.Request) -> str:
        return status(opening, of(request))

    page: gr.Blocks
    with gr.Blocks(
        title="Ibid", analytics_enabled=False, fill_width=True, delete_cache=(_SWEEP_EVERY, _KEPT)
    ) as page:
        with gr.Row(elem_classes="top"):
            gr.HTML(drawn(masthead), js_on_load=script("masthead"), apply_default_css=False)
            if signed:
                sign_in_page.pane(page)
            state = gr.HTML(
                drawn(lambda say: status(opening, say)), apply_default_css=False, elem_classes="state"
            )
            gr.HTML(drawn(languages), apply_default_css=False)
        chosen = choosing.state()
        with gr.Tabs(overflow_behavior="wrap"):
            with gr.Tab(label("tab.ask"), id="ask", elem_id="ask-tab"):
                kept = conversations.bar()
                with gr.Row(elem_classes="desk"):
                    talk = chat.pane(opening, chosen)
                    panel = quoted.pane(opening, talk)
            with gr.Tab(label("tab.library"), id="library", elem_id="library-tab") as tab:
                shelf = library.pane(opening, chosen, local=not signed)
            with gr.Tab(label("tab.concordance"), id="concordance", elem_id="concordance-tab"):
                looking = concordance.pane(opening, chosen)
            with gr.Tab(label("tab.chronology"), id="chronology", elem_id="chronology-tab") as line:
                along = chronology.pane(opening, talk, looking)
            with gr.Tab(label("tab.draft"), id="draft", elem_id="draft-tab"):
                draft.pane(opening)
            with gr.Tab(label("tab.evaluate"), id="evaluate", elem_id="evaluate-tab") as trial:
                bench = evaluation.pane(opening)
        exports.pane(opening, talk)
        marking.pane(opening, talk, panel.html)
        conversations.pane(opening, talk, kept, page)
        page.load(
            follow,
            outputs=state,
            show_progress="hidden",
            concurrency_limit=None,
            api_visibility="private",
        )
        tab.select(
            shelf.look,
            inputs=shelf.inputs,
            outputs=shelf.outputs,
            show_progress="hidden",
            api_visibility="private",
        ).then(
            shelf.follow,
            inputs=shelf.inputs,
            outputs=shelf.outputs,
            show_progress="hidden",
            concurrency_limit=None,
            api_visibility="private",
        )
        line.select(
            along.look,
            inputs=along.inputs,
            outputs=along.outputs,
            show_progress="hidden",
            concurrency_limit=None,
            api_visibility="private",
        )
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
            change.then(now, outputs=state, show_progress="hidden", api_visibility="private")
        chat.from_address(page, opening, talk)
        api.offer(opening)
    return page
