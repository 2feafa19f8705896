"""The source beside what was found in it: a document with places lit, for the chat and every other pane.

A pane lays it out with ``beside`` and opens a document in it by giving ``shown`` to ``Panel.html``. What is
lit travels with the panel to the browser and back, so that the panel needs to know nobody who opens it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

import gradio as gr

from qa.errors import IbidError
from qa.page import cards, document
from qa.page.client import script
from qa.page.opening import Opening
from qa.page.texts import Words

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Lit:
    """What is shown of a document. ``places`` are ranges of its text, lit; ``places[at]`` is the one that
    was opened, ``phrase`` a range inside it, lit more strongly. ``turn`` is the turn of the conversation
    that the place belongs to, where there is one: a sentence can then be marked as its answer. ``warning``
    is said above the document, in the words of who reads."""

    document: str
    places: tuple[Range, ...] = ()
    at: int = 0
    phrase: Range | None = None
    turn: int | None = None
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel as outputs of an event: ``html`` takes ``shown(…)``, or "" to close it; ``opened`` counts
    what was opened. It goes in as the serial, and comes out one more: the panel changes, and scrolls, even if
    the same place is opened again."""

    html: gr.HTML
    opened: gr.State


def beside(opening: Opening) -> Panel:  # noqa: ARG001
    """Lays out the panel as a column that is there while a document is open in it. Stands in a row of the
    class "desk"."""
    with gr.Column(elem_classes="beside"):
        opened = gr.State(0)
        panel = gr.HTML(
            "",
            js_on_load=script("marking", "selecting", "source"),
            apply_default_css=False,
            elem_classes="panel",
        )
    panel.clear(lambda: "", outputs=panel, show_progress="hidden", api_visibility="private")
    return Panel(panel, opened)


def shown(opening: Opening, lit: Lit, serial: int, say: Words) -> str:
    """The panel with a document open in it; an error in plain words where it cannot be shown."""
    try:
        library = opening.assistant().library
        found = library.document(lit.document)
        source = library.source_of(lit.document).name
    except IbidError as error:
        inside = cards.message(str(error))
    else:
        first = lit.places[lit.at : lit.at + 1]
        inside = cards.message(lit.warning) if lit.warning else ""
        inside += document.header(found, source)
        inside += document.body(found, [*first, *(p for p in lit.places if p not in first)], lit.phrase)
    turn = "" if lit.turn is None else f' data-turn="{lit.turn}"'
    close = f'<button type="button" class="close" data-do="close">{escape(say("source.close"))}</button>'
    return (
        f'<section class="source" aria-label="{escape(say("source.source"))}" data-opened="{serial}"{turn} '
        f'data-document="{escape(lit.document)}" data-lit="{escape(json.dumps(_told(lit)))}">'
        f'<div class="bar"><span>{escape(say("source.source"))}</span>{close}</div>'
        f'<div class="scroll" tabindex="0">{inside}</div>'
        f"{_selecting(say) if lit.turn is not None else ''}</section>"
    )


def _told(lit: Lit) -> Mapping[str, Any]:
    return asdict(lit)


def _selecting(say: Words) -> str:
    return (
        f'<div class="selecting"><p>{escape(say("source.select"))}</p>'
        f'<button type="button" data-do="pick" disabled>{escape(say("source.pick"))}</button>'
        '<span class="marked" role="status"></span>'
        f'<button type="button" data-do="unpick" hidden>{escape(say("source.unpick"))}</button></div>'
    )
