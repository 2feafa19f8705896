"""Saving the conversation, or one quote of it, as a file: Markdown, Word, and what reference managers read.

The file is made on the server from the answers that the page holds, sent to the page as data, and saved by
the browser: nothing is fetched from anywhere, and no copy stays on the server."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.citing import NOTES, bibtex_key
from qa.errors import IbidError
from qa.exporting import FORMATS, export
from qa.page.ask import styles
from qa.page.ask.cards import REFERENCES
from qa.page.client import script
from qa.page.texts import Words
from qa.types import Answer

if TYPE_CHECKING:
    from qa.page.ask.chat import Talk
    from qa.page.ask.exchange import Conversation
    from qa.page.serve.opening import Opening

OFFERED = ("markdown", "docx", "ris", "bibtex", "csl-json", "receipts")
"""What a conversation can be saved as, in its order; the other formats are for the command line."""

NAME = "conversation"
RECEIPTS = "receipts"
"""The answers as JSON, which ``qa verify`` checks against the sources."""


def controls(conversation: Conversation, say: Words) -> str:
    """The row of buttons under a conversation as HTML; "" as long as it holds no answer."""
    if not any(exchange.answer for exchange in conversation):
        return ""
    buttons = "".join(
        f'<button type="button" data-do="save" data-to="{to}">{escape(say(f"exports.{to}"))}</button>'
        for to in OFFERED
    )
    return f'<p class="actions exports"><span>{escape(say("exports.save"))}</span> {buttons}</p>'


def file(
    conversation: Conversation, to: Any, style: str = NOTES, *, turn: Any = None, number: Any = None
) -> str:
    """The conversation as a file in HTML, or the quote ``number`` of its ``turn``, for the page's script to
    save: name, media type and content (base64); "" where there is none to make. Raises IbidError."""
    answers = [exchange.answer for exchange in conversation if exchange.answer is not None]
    name = NAME
    if number is not None:
        answers = _one(conversation, turn, number)
        name = bibtex_key((answers[0].quotes or answers[0].nearest)[0].csl)[:80] if answers else ""
    if to not in (OFFERED if number is None else REFERENCES) or not answers:
        return ""
    if to == RECEIPTS:
        return handed(f"{NAME}-{RECEIPTS}.json", "application/json", receipts(answers))
    data = export(answers, to, style=None if style == NOTES else style)
    made = FORMATS[to]
    return handed(f"{name}{made.suffix}", made.media_type, data)


def receipts(answers: list[Answer]) -> bytes:
    """The answers as ``qa ask --json`` gives them, in a list."""
    from qa.receipts import answer_to_dict

    told = json.dumps(
        [answer_to_dict(answer) for answer in answers], ensure_ascii=False, indent=1, default=dict
    )
    return (told + "\n").encode("utf-8", "surrogatepass")


def handed(name: str, media_type: str, data: bytes) -> str:
    """A file as HTML for client/saving.js."""
    content = base64.b64encode(data).decode()
    # The time tells two files of the same content apart, so that the second is saved too.
    return (
        f'<span class="file" data-made="{time.monotonic_ns()}" data-name="{escape(name)}" '
        f'data-type="{escape(media_type)}" data-content="{content}"></span>'
    )


def _one(conversation: Conversation, turn: Any, number: Any) -> list[Answer]:
    """The answer of ``turn`` with its quote ``number`` alone; [] where there is none."""
    try:
        answer = conversation[int(turn) - 1].answer if int(turn) > 0 else None
        wanted = int(number)
    except (IndexError, TypeError, ValueError):
        return []
    if answer is None:
        return []

    def only(quotes: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(quote for quote in quotes if quote.number == wanted)

    one = replace(answer, quotes=only(answer.quotes), nearest=only(answer.nearest))
    return [one] if one.quotes or one.nearest else []


def pane(opening: Opening, talk: Talk) -> None:
    """Ties the buttons that stand in the chat to the place where a file is handed to the browser."""

    # Gradio reads these annotations when the page is built: each name must be there then.
    def save(conversation: Any, event: gr.EventData, request: gr.Request) -> str:
        asked = event._data
        try:
            style = styles.of(request, opening.assistant().style)
            return file(
                conversation, asked.get("to"), style, turn=asked.get("turn"), number=asked.get("number")
            )
        except IbidError as error:
            raise gr.Error(str(error), print_exception=False) from error

    handed = gr.HTML("", js_on_load=script("saving"), apply_default_css=False, visible="hidden")
    talk.transcript.download(
        save,
        inputs=talk.conversation,
        outputs=handed,
        show_progress="hidden",
        concurrency_limit=None,
        api_visibility="private",
    )
