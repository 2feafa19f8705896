"""The source panel beside the chat: opened by "Show in source", with every quote of the conversation lit."""

from __future__ import annotations

from typing import Any

import gradio as gr

from qa.errors import IbidError
from qa.page import source
from qa.page.chat import Conversation, Talk
from qa.page.opening import Opening
from qa.page.source import Lit, Panel
from qa.page.texts import Words, of
from qa.types import Quote


def pane(opening: Opening, talk: Talk) -> Panel:
    """Lays out the panel and ties it to the chat."""
    panel = source.beside(opening)

    def show(conversation: Any, opened: int, request: gr.Request, event: gr.EventData) -> tuple[str, int]:
        quote = find(conversation, event._data)
        if quote is None:
            return "", opened
        say = of(request)
        lit = lit_by(opening, conversation, quote, int(event._data["turn"]), say)
        return source.shown(opening, lit, opened + 1, say), opened + 1

    talk.transcript.select(
        show,
        inputs=[talk.conversation, panel.opened],
        outputs=[panel.html, panel.opened],
        show_progress="hidden",
        concurrency_limit=None,
        api_visibility="private",
    )
    talk.fresh.click(lambda: "", outputs=panel.html, show_progress="hidden", api_visibility="private")
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


def lit_by(opening: Opening, conversation: Conversation, quote: Quote, turn: int, say: Words) -> Lit:
    """The document of a quote with all that the conversation quotes of it, in the order of its text. What no
    longer stands where it was quoted from is not lit."""
    try:
        text = opening.assistant().library.document(quote.document).text
    except IbidError:
        return Lit(quote.document, turn=turn)  # the panel says why it is not there
    if text[quote.start : quote.end] != quote.text:
        return Lit(quote.document, turn=turn, warning=say("source.changed"))
    places = {(quote.start, quote.end)}
    places |= {(place.start, place.end) for place in quote.also_at if place.document == quote.document}
    for exchange in conversation:
        for one in exchange.answer.quotes if exchange.answer is not None else ():
            if one.document == quote.document and text[one.start : one.end] == one.text:
                places.add((one.start, one.end))
    ordered = tuple(sorted(places))
    phrase = (quote.phrase.start, quote.phrase.end) if quote.phrase else None
    return Lit(quote.document, ordered, ordered.index((quote.start, quote.end)), phrase, turn)
