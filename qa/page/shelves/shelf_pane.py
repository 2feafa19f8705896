"""The list of documents in the Library tab: filtered, opened, chosen for the chat, taken out, put back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import gradio as gr

from qa.errors import IbidError
from qa.page import texts
from qa.page.ask import cards, choosing, styles
from qa.page.beside import source
from qa.page.beside.source import Lit, Panel
from qa.page.client import script
from qa.page.shelves import shelf, shelf_table, taking_out
from qa.page.shelves.shelf import View
from qa.page.shelves.stacks import Stacks, filtered
from qa.page.texts import drawn

_PLAIN: dict[str, Any] = {"apply_default_css": False}
_QUIET: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private"}


@dataclass(frozen=True, slots=True)
class Listed:
    """Its parts: ``result`` says what came of a click, ``taken`` lists what can be put back."""

    result: gr.HTML
    taken: gr.HTML
    form: gr.HTML
    table: gr.HTML


def lay(chosen: gr.State) -> Listed:
    """Lays the parts out, with what the chat searches above the list."""
    taken = gr.HTML("", js_on_load=script("undoing"), **_PLAIN)
    choosing.bar(chosen)
    form = gr.HTML(drawn(shelf_table.filters), js_on_load=script("filters"), **_PLAIN)
    result = gr.HTML("", js_on_load=script("shelved"), elem_classes="result", **_PLAIN)
    table = gr.HTML("", js_on_load=script("shelf"), elem_classes="listing", **_PLAIN)
    return Listed(result, taken, form, table)


def tie(stacks: Stacks, parts: Listed, view: gr.State, chosen: gr.State, panel: Panel) -> list[Any]:
    """Ties the events, and returns those after which there is more in the library, or less."""

    # Gradio reads these annotations when the page is built: each name must be there then.
    def narrow(view: Any, request: gr.Request, event: gr.EventData) -> tuple[Any, str]:
        say = texts.of(request)
        wanted, wrong = filtered(event._data, say)
        view = replace(view, filter=wanted, page=0)
        return view, stacks.table(view, say, wrong)

    def turn(view: Any, request: gr.Request, event: gr.EventData) -> tuple[Any, str]:
        view = turned(view, event._data)
        return view, stacks.table(view, texts.of(request))

    def open_one(opened: int, request: gr.Request, event: gr.EventData) -> tuple[str, int]:
        lit = Lit(str(event._data.get("document", "")))
        shown = source.shown(stacks.opening, lit, opened + 1, texts.of(request), styles.of(request))
        return shown, opened + 1

    def choose(view: Any, now: Any, request: gr.Request, event: gr.EventData) -> tuple[Any, str]:
        say = texts.of(request)
        try:
            names, words = stacks.meant(view, event._data, say)
        except IbidError as error:
            return gr.skip(), cards.message(str(error))
        ask = f'<button type="button" data-do="ask">{escape(say("library.ask"))}</button>'
        told = f'<p class="done" role="status">{escape(say("library.chosen"))} {ask}</p>'
        return choosing.only(names, now, words), told

    def take_out(view: Any, request: gr.Request, event: gr.EventData) -> tuple[str, str, str]:
        say = texts.of(request)
        try:
            names, _ = stacks.meant(view, event._data, say)
            words = taking_out.take_out(stacks.opening, names, say)
        except IbidError as error:
            words = cards.message(str(error))
        return words, stacks.table(view, say), stacks.taken(say)

    def put_back(view: Any, request: gr.Request, event: gr.EventData) -> tuple[str, str, str]:
        say = texts.of(request)
        words = taking_out.put_back(stacks.opening, str(event._data.get("key", "")), say)
        return words, stacks.table(view, say), stacks.taken(say)

    seen = [view, parts.table]
    after = [parts.result, parts.table, parts.taken]
    parts.form.input(narrow, inputs=view, outputs=seen, trigger_mode="always_last", **_QUIET)
    parts.table.look(turn, inputs=view, outputs=seen, trigger_mode="always_last", **_QUIET)
    parts.table.select(open_one, inputs=panel.opened, outputs=[panel.html, panel.opened], **_QUIET)
    parts.table.apply(choose, inputs=[view, chosen], outputs=[chosen, parts.result], **_QUIET)
    return [
        parts.table.delete(take_out, inputs=view, outputs=after, **_QUIET),
        parts.taken.undo(put_back, inputs=view, outputs=after, **_QUIET),
    ]


def turned(view: View, asked: Mapping[str, Any]) -> View:
    """The view after a click on a heading, a page or a way of listing; nonsense changes nothing."""
    if (column := asked.get("sort")) in {*shelf.COLUMNS, *shelf.FILE_COLUMNS}:
        if view.sort != column:
            return replace(view, sort=column, descending=False, page=0)
        # A third click gives the order of the library again.
        sort, descending = ("", False) if view.descending else (column, True)
        return replace(view, sort=sort, descending=descending, page=0)
    if (by := asked.get("by")) in ("document", "file"):
        return replace(view, by=by, sort="", descending=False, page=0)
    with suppress(TypeError, ValueError):
        return replace(view, page=max(0, int(asked.get("page", view.page))))
    return view
