"""Saving the conversation as a file: Markdown, Word, and what reference managers read.

The file is made on the server from the answers that the page holds, sent to the page as data, and saved by
the browser: nothing is fetched from anywhere, and no copy stays on the server."""

from __future__ import annotations

import base64
import time
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.citing import NOTES
from qa.errors import IbidError
from qa.exporting import FORMATS, export
from qa.page.client import script

if TYPE_CHECKING:
    from qa.page.chat import Conversation, Talk
    from qa.page.opening import Opening

OFFERED = ("markdown", "docx", "ris", "bibtex", "csl-json")
"""The formats on the page, in their order; the others are for the command line."""

NAME = "conversation"


def controls(conversation: Conversation) -> str:
    """The row of buttons under a conversation as HTML; "" as long as it holds no answer."""
    if not any(exchange.answer for exchange in conversation):
        return ""
    buttons = "".join(
        f'<button type="button" data-do="save" data-to="{escape(to)}">{escape(FORMATS[to].words)}</button>'
        for to in OFFERED
    )
    return f'<p class="actions exports"><span>Save this conversation as</span> {buttons}</p>'


def file(conversation: Conversation, to: Any, style: str = NOTES) -> str:
    """The conversation as a file in HTML, for the page's script to save: name, media type and content
    (base64); "" where there is none to make. Raises IbidError."""
    answers = [exchange.answer for exchange in conversation if exchange.answer is not None]
    if to not in OFFERED or not answers:
        return ""
    data = export(answers, to, style=None if style == NOTES else style)
    made = FORMATS[to]
    content = base64.b64encode(data).decode()
    # The time tells two files of the same content apart, so that the second is saved too.
    return (
        f'<span class="file" data-made="{time.monotonic_ns()}" data-name="{NAME}{escape(made.suffix)}" '
        f'data-type="{escape(made.media_type)}" data-content="{content}"></span>'
    )


def pane(opening: Opening, talk: Talk) -> None:
    """Ties the buttons that stand in the chat to the place where a file is handed to the browser."""

    # Gradio reads these annotations when the page is built: each name must be there then.
    def save(conversation: Any, event: gr.EventData) -> str:
        try:
            return file(conversation, event._data.get("to"), opening.assistant().style)
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
