"""The source panel beside the chat: opened by "Show in source", with every quote of the conversation lit."""

from __future__ import annotations

from typing import Any

import gradio as gr

from qa.errors import IbidError
from qa.page.ask import styles
from qa.page.ask.chat import Conversation, Talk
from qa.page.beside import source
from qa.page.beside.source import Lit, Panel, Stop
from qa.page.serve.opening import Opening
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
        return source.shown(opening, lit, opened + 1, say, styles.of(request)), opened + 1

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
    """The document of a quote with all that the conversation quotes of it; "next" leads from quote to quote,
    in the order of each document's text, through the documents in the order they were first quoted in. What
    no longer stands where it was quoted from is not lit."""
    try:
        library = opening.assistant().library
        text = library.document(quote.document).text
    except IbidError:
        return Lit(quote.document, turn=turn)  # the panel says why it is not there
    if text[quote.start : quote.end] != quote.text:
        return Lit(quote.document, turn=turn, warning=say("source.changed"))
    also = [(place.start, place.end) for place in quote.also_at if place.document == quote.document]
    opened = _stop(quote, turn)
    texts = {quote.document: text}
    quoted: dict[str, dict[source.Range, Stop]] = {}
    for number, exchange in enumerate(conversation, start=1):
        for one in exchange.answer.quotes if exchange.answer is not None else ():
            if one.document not in texts:
                try:
                    texts[one.document] = library.document(one.document).text
                except IbidError:  # gone since
                    texts[one.document] = ""
            if texts[one.document][one.start : one.end] == one.text:
                quoted.setdefault(one.document, {})[one.start, one.end] = _stop(one, number)
    quoted.setdefault(quote.document, {})[quote.start, quote.end] = opened
    trail = [each for there in quoted.values() for _, each in sorted(there.items())]
    return Lit(quote.document, tuple(also), stops=tuple(trail), step=trail.index(opened), turn=turn)


def _stop(quote: Quote, turn: int) -> Stop:
    phrase = (quote.phrase.start, quote.phrase.end) if quote.phrase else None
    return Stop(quote.document, quote.start, quote.end, phrase, turn)
