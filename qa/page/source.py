"""The source beside the chat: the document that a quote stands in, with the quote lit."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from qa.errors import IbidError
from qa.page import cards, document
from qa.page.chat import Conversation, Talk
from qa.page.client import script
from qa.page.opening import Opening
from qa.types import Quote

_SELECTING = (
    '<div class="selecting"><p>Does another sentence answer the question? Select it here.</p>'
    '<button type="button" data-do="pick" disabled>Mark selection as the answer</button>'
    '<span class="marked" role="status"></span>'
    '<button type="button" data-do="unpick" hidden>Take back</button></div>'
)


def pane(opening: Opening, talk: Talk) -> gr.HTML:
    """Lays out the panel, which is returned, and ties it to the "Show in source" buttons of the chat."""

    def show(conversation: Conversation, opened: int, event: gr.EventData) -> tuple[str, int]:
        quote = find(conversation, event._data)
        if quote is None:
            return "", opened
        turn = int(event._data["turn"])
        return render(opening, quote, opened + 1, turn), opened + 1

    with gr.Column(elem_classes="beside"):
        # Counts what was opened: the panel changes, and scrolls, even if the same quote is opened again.
        opened = gr.State(0)
        panel = gr.HTML(
            "",
            js_on_load=script("marking", "selecting", "source"),
            apply_default_css=False,
            elem_classes="panel",
        )
    talk.transcript.select(
        show,
        inputs=[talk.conversation, opened],
        outputs=[panel, opened],
        show_progress="hidden",
        concurrency_limit=None,
        api_visibility="private",
    )
    gr.on(
        [panel.clear, talk.fresh.click],
        lambda: "",
        outputs=panel,
        show_progress="hidden",
        api_visibility="private",
    )
    return panel


def find(conversation: Conversation, asked: dict[str, Any]) -> Quote | None:
    """The quote that a button names by turn and number; None where there is none."""
    try:
        answer = conversation[int(asked["turn"]) - 1].answer
        number = int(asked["number"])
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    if answer is None:
        return None
    return next((q for q in (*answer.quotes, *answer.nearest) if q.number == number), None)


def render(opening: Opening, quote: Quote, opened: int, turn: int) -> str:
    """The panel for one quote of the answer ``turn``."""
    close = '<button type="button" class="close" data-do="close">Close source</button>'
    try:
        shown = opening.assistant().library.document(quote.document)
    except IbidError as error:
        inside = cards.message(str(error))
    else:
        inside = document.header(shown, quote.source_file, quote.citation)
        if shown.text[quote.start : quote.end] == quote.text:
            places = [
                (quote.start, quote.end),
                *((p.start, p.end) for p in quote.also_at if p.document == quote.document),
            ]
            phrase = (quote.phrase.start, quote.phrase.end) if quote.phrase else None
            inside += document.body(shown, places, phrase)
        else:
            inside += cards.message("This document has changed since the question was answered. Ask again.")
            inside += document.body(shown)
    return (
        f'<section class="source" aria-label="Source" data-opened="{opened}" data-turn="{turn}" '
        f'data-document="{escape(quote.document)}">'
        f'<div class="bar"><span>Source</span>{close}</div><div class="scroll" tabindex="0">{inside}</div>'
        f"{_SELECTING}</section>"
    )
