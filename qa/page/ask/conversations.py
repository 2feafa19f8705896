"""Conversations kept in the person's browser: listed, searched, named, opened, deleted, carried elsewhere.

They lie in the browser alone (IndexedDB, a database for each name that is signed in). The server tells the
browser what is new after each change; it holds a conversation only while it is open, and what the browser
hands back is checked against the library before it is shown. Lists and searches are the browser's own work
(client/keeping.js, listing.js, conversations.js)."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from qa.citing import NOTES
from qa.errors import IbidError, UsageError
from qa.exporting import FORMATS, export
from qa.page import texts
from qa.page.ask import exports, kept, styles, turns
from qa.page.ask.chat import Talk
from qa.page.ask.exchange import Conversation, Exchange
from qa.page.client import script
from qa.page.serve.opening import Opening
from qa.page.texts import Words, drawn

SAVED_AS = ("markdown", "docx")
"""What the server makes of an older conversation; receipts the browser has already."""

_LOOK_EVERY = 0.2  # seconds between looks at whether the library is open
_NAME = 60  # characters of a conversation's name in the name of a file

_WORDS = (
    "deleted",
    "deleted-all",
    "undo",
    "back",
    "imported",
    "not-imported",
    "too-large",
    "exported",
    "empty",
    "untitled",
    "opening",
    "full",
    "off",
    "damaged-store",
    "more",
)
"""The texts that the script puts in as they are needed."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The bar above the chat with the list behind it."""

    html: gr.HTML


def bar() -> Shelf:
    """Lays out the bar: what is open, and the way to everything that is kept."""
    return Shelf(
        gr.HTML(
            drawn(_shell),
            js_on_load=script("saving", "keeping", "listing", "conversations"),
            apply_default_css=False,
            elem_classes="conversations",
        )
    )


def pane(opening: Opening, talk: Talk, shelf: Shelf, page: gr.Blocks) -> None:
    """Ties the bar to the chat."""

    # Gradio reads these annotations when the page is built: each name must be there then.
    async def look(request: gr.Request) -> AsyncIterator[str]:
        """Whose browser it is, and when what it keeps can be checked against the library."""
        person = request.username or ""
        yield tells("who", {"person": person, "ready": opening.over})
        if opening.over:
            return
        while not opening.over:
            await asyncio.sleep(_LOOK_EVERY)
        yield tells("who", {"person": person, "ready": True})

    def tell(conversation: Any, sent: Any) -> tuple[str, Any]:
        return told(conversation, sent)

    def tell_all(conversation: Any) -> tuple[str, Any]:
        return told(conversation, {})

    def open_kept(event: gr.EventData, request: gr.Request) -> tuple[Any, Any, str]:
        say = texts.of(request)
        name = str(event._data.get("id", ""))
        try:
            restored = _restored(opening, event._data, say, request)
        except IbidError as error:
            return gr.skip(), gr.skip(), tells("said", {"failed": name, "line": str(error)})
        line = " ".join(
            say.count(number, f"conversations.{key}")
            for key, number in (("damaged", restored.damaged), ("some-lost", restored.lost))
            if number
        )
        now = restored.conversation
        return turns.news(now, None, say), now, tells("said", {"opened": name, "line": line})

    def save(event: gr.EventData, request: gr.Request) -> tuple[Any, str]:
        say = texts.of(request)
        try:
            restored = _restored(opening, event._data, say, request)
            file = _file(restored.conversation, event._data, say, styles.of(request, _style(opening)))
        except IbidError as error:
            return gr.skip(), tells("said", {"line": str(error)})
        line = say.count(restored.lost, "conversations.left-out") if restored.lost else ""
        return file, tells("said", {"line": line})

    # Each of these tells the script something of another kind: two in quick succession are both heard.
    who, news, said = (
        gr.HTML("", js_on_load=script("telling"), apply_default_css=False, visible="hidden") for _ in range(3)
    )
    handed = gr.HTML("", js_on_load=script("saving"), apply_default_css=False, visible="hidden")
    sent = gr.State(None)
    quiet: dict[str, Any] = {
        "show_progress": "hidden",
        "concurrency_limit": None,
        "api_visibility": "private",
    }
    page.load(look, outputs=who, **quiet)
    talk.conversation.change(tell, inputs=[talk.conversation, sent], outputs=[news, sent], **quiet)
    shelf.html.retry(tell_all, inputs=talk.conversation, outputs=[news, sent], **quiet)
    shelf.html.select(
        open_kept, outputs=[talk.news, talk.conversation, said], cancels=list(talk.asking), **quiet
    )
    shelf.html.download(save, outputs=[handed, said], **quiet)


def told(conversation: Conversation, sent: Mapping[Exchange, str] | None) -> tuple[str, dict[Exchange, str]]:
    """What the browser is to keep, as HTML for its script: all turns by key, in order, and of those that were
    not ``sent`` yet the record too; and what has been sent now. ``sent`` is None in a session that has told
    nothing yet: a browser that has heard of this conversation before then knows that the server forgot."""
    keys: dict[Exchange, str] = {}
    said: list[dict[str, Any]] = []
    for exchange in conversation:
        key = (sent or {}).get(exchange, "")
        if key:
            said.append({"key": key})
        else:
            record = kept.record(exchange)
            key = kept.key(record)
            said.append({"key": key, "record": record})
        keys[exchange] = key
    return tells("turns", {"first": sent is None, "turns": said}), keys


def tells(what: str, state: Mapping[str, Any]) -> str:
    """Something for the page's script, as HTML."""
    # The time tells two of the same content apart, so that the second is heard too. A lone surrogate, which
    # a damaged file may bring, is no UTF-8: JSON writes it in ASCII.
    made = escape(json.dumps(state, default=dict))
    return f'<span data-tells="{what}" data-made="{time.monotonic_ns()}" data-state="{made}"></span>'


def _restored(opening: Opening, asked: Mapping[str, Any], say: Words, request: gr.Request) -> kept.Restored:
    while not opening.wait(_LOOK_EVERY):
        pass
    assistant = opening.assistant()
    return kept.restore(asked.get("turns"), assistant, say, styles.of(request, assistant.style))


def _style(opening: Opening) -> str:
    return opening.assistant().style


def _file(conversation: Conversation, asked: Mapping[str, Any], say: Words, style: str) -> str:
    """An older conversation as a file for the browser. Raises UsageError where nothing of it can be saved."""
    to = asked.get("to")
    answers = [exchange.answer for exchange in conversation if exchange.answer is not None]
    if to not in SAVED_AS or not answers:
        raise UsageError(say("conversations.nothing-left"))
    data = export(answers, to, style=None if style == NOTES else style)
    made = FORMATS[to]
    return exports.handed(file_name(str(asked.get("name", ""))) + made.suffix, made.media_type, data)


def file_name(name: str) -> str:
    """A conversation's name as one that every system takes for a file, without suffix."""
    plain = re.sub(r"[^\w\-]+", " ", name).strip()[:_NAME].strip()
    return plain or exports.NAME


# ── what the person sees ────────────────────────────────────────────────────────────────────────────


def _shell(say: Words) -> str:
    """The bar and the list, empty: the script fills it from what the browser keeps."""

    def t(key: str) -> str:
        return escape(say(f"conversations.{key}"))

    def button(does: str, key: str, more: str = "") -> str:
        return f'<button type="button" data-do="{does}"{more}>{t(key)}</button>'

    words = " ".join(f'data-{key}="{t(key)}"' for key in _WORDS)
    return (
        f'<div class="kept" {words} data-questions="{_forms(say, "conversations.questions")}">'
        f'<div class="bar">{button("list", "conversations", " aria-haspopup=dialog")}'
        f'<span class="name" hidden></span>{button("rename", "rename", " class=quiet hidden")}'
        f'<p class="line" role="status"></p></div>{_renaming(t, button)}'
        f'<dialog class="drawer" aria-labelledby="kept-title"><header><h2 id="kept-title">'
        f"{t('conversations')}</h2>{button('shut', 'close')}</header>"
        f'<p class="where">{t("kept-here")}</p>'
        f'<label class="unseen" for="kept-search">{t("search")}</label>'
        f'<input id="kept-search" type="search" autocomplete="off" placeholder="{t("search")}">'
        f'<p class="none" hidden>{t("none")}</p><p class="none-found" hidden>{t("none-found")}</p>'
        f'<ul class="list"></ul>{button("further", "show-more", " class=further hidden")}'
        f'<p class="line"><span role="status"></span>{button("undo", "undo", " hidden")}</p>'
        f"<footer>{button('carry', 'export')}{button('fetch', 'import')}{button('clear', 'delete-all')}"
        f'<input type="file" accept=".json,application/json" hidden aria-label="{t("import")}"></footer>'
        f"</dialog>{_row(button)}</div>"
    )


def _renaming(t: Any, button: Any) -> str:
    """The form that gives another name, a template: it stands where the name stands."""
    return (
        '<template class="renaming"><form class="naming"><input name="name" maxlength="200" '
        f'autocomplete="off" aria-label="{t("name")}"><button type="submit">{t("keep-name")}</button>'
        f"{button('unname', 'cancel')}</form></template>"
    )


def _row(button: Any) -> str:
    """One conversation in the list, a template."""
    return (
        '<template class="row"><li><button type="button" class="one" data-do="open">'
        '<span class="name"></span><span class="found"></span><span class="when"></span></button>'
        '<details class="more"><summary><span aria-hidden="true">\N{HORIZONTAL ELLIPSIS}</span></summary>'
        f"<div>{button('rename', 'rename')}"
        f"{button('save', 'markdown', ' data-to=markdown')}{button('save', 'docx', ' data-to=docx')}"
        f"{button('receipts', 'receipts')}{button('delete', 'delete')}</div></details></li></template>"
    )


def _forms(say: Words, key: str) -> str:
    """A text's plural forms for the script: "one=# question|other=# questions". Braces would be taken for
    places to fill by what hands the page its words."""
    forms = texts.table(say.language)[key]
    assert not isinstance(forms, str)
    return escape("|".join(f"{form}={text.replace('{n}', '#')}" for form, text in forms.items()))
