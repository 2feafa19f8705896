"""The chronology: quotes of the conversation, or documents found in the concordance, along their dates."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from qa.concordance import Concordance, of
from qa.errors import IbidError
from qa.page.ask import cards, styles
from qa.page.ask.chat import Talk
from qa.page.ask.exchange import Conversation
from qa.page.beside import source
from qa.page.beside.source import Lit, Stop
from qa.page.client import script
from qa.page.latest import Latest
from qa.page.search import concordance, dated, found, timeline
from qa.page.search.concordance import Looking
from qa.page.search.dated import Items
from qa.page.serve.opening import Opening
from qa.page.texts import Words, drawn
from qa.page.texts import of as words_of

ROWS = 50
"""Things on a page of the list."""

STOPS = 500
"""Quotes that "previous" and "next" lead through at most."""

_LONGEST = 120  # characters of a question in the choice


@dataclass(frozen=True, slots=True)
class Showing:
    """What is shown ("conversation", "answer:KEY", "concordance", "" for whatever there is) from which item
    of the list on."""

    of: str = ""
    first: int = 0


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What the page calls when the pane is looked at, with its inputs and outputs."""

    look: Callable[..., Any]
    inputs: list[Any]
    outputs: list[Any]


def pane(opening: Opening, talk: Talk, looking: gr.State) -> Chronicle:
    """Lays out the chronology of what is asked in ``talk`` and looked for in the concordance."""

    latest = Latest()

    # Gradio reads these annotations when the page is built: each name must be there then.
    def look(
        conversation: Any, looked: Looking | None, showing: Showing, request: gr.Request
    ) -> tuple[str, Showing]:
        return _drawn(opening, conversation, looked, showing, request)

    def turn(
        conversation: Any,
        looked: Looking | None,
        showing: Showing,
        request: gr.Request,
        event: gr.EventData,
    ) -> tuple[Any, Any]:
        wanted = latest.begin(request, event._data)
        made = _drawn(opening, conversation, looked, turned(showing, event._data), request)
        return made if wanted() else (gr.skip(), gr.skip())

    def show(
        conversation: Any,
        looked: Looking | None,
        showing: Showing,
        opened: int,
        request: gr.Request,
        event: gr.EventData,
    ) -> tuple[Any, int]:
        try:
            lit = lit_by(opening, conversation, looked, showing, event._data.get("item"))
        except IbidError as error:
            raise gr.Error(str(error), print_exception=False) from error
        if lit is None:
            return gr.skip(), opened
        say = words_of(request)
        return source.shown(opening, lit, opened + 1, say, styles.of(request, "")), opened + 1

    def save(
        conversation: Any,
        looked: Looking | None,
        showing: Showing,
        request: gr.Request,
        event: gr.EventData,
    ) -> Iterator[tuple[str, str]]:
        yield "", cards.message(words_of(request)("chronology.saving"), "waiting")
        try:
            yield file(opening, conversation, looked, showing, event._data.get("to"), request), ""
        except IbidError as error:
            yield "", cards.message(str(error))

    plain: dict[str, Any] = {"apply_default_css": False}
    with gr.Row(elem_classes="desk wide"):
        with gr.Column(elem_classes="chronicle"):
            gr.HTML(drawn(lambda say: f'<p class="lead">{escape(say("chronology.lead"))}</p>'), **plain)
            view = gr.HTML("", js_on_load=script("chronology"), elem_classes="along", **plain)
            saving = gr.HTML("", elem_classes="saving", **plain)
            handed = gr.HTML("", js_on_load=script("saving"), visible="hidden", **plain)
        panel = source.beside(opening)
    showing = gr.State(Showing())
    inputs = [talk.conversation, looking, showing]
    quiet: dict[str, Any] = {
        "show_progress": "hidden",
        "concurrency_limit": None,
        "api_visibility": "private",
    }
    view.input(turn, inputs=inputs, outputs=[view, showing], trigger_mode="multiple", **quiet)
    view.select(show, inputs=[*inputs, panel.opened], outputs=[panel.html, panel.opened], **quiet)
    view.download(save, inputs=inputs, outputs=[handed, saving], **quiet)
    return Chronicle(look, inputs, [view, showing])


def turned(showing: Showing, asked: Any) -> Showing:
    """What is shown after something was chosen or a page turned."""
    data = asked if isinstance(asked, dict) else {}
    value = data.get("value")
    if data.get("what") == "of" and isinstance(value, str):
        return Showing(value[:200])
    if data.get("what") == "first" and isinstance(value, int):
        return Showing(showing.of, max(0, value) // ROWS * ROWS)
    return showing


def choices(conversation: Conversation, made: Concordance | None, say: Words) -> list[tuple[str, str]]:
    """What can be shown, as (value, words)."""
    answered = [
        (number, one) for number, one in enumerate(conversation, 1) if one.answer and one.answer.quotes
    ]
    offered = []
    if answered:
        quotes = sum(len(one.answer.quotes) for _, one in answered if one.answer)
        count = say.count(quotes, "chronology.quotes")
        offered.append(("conversation", say("chronology.conversation", quotes=count)))
    for number, one in answered:
        question = one.question if len(one.question) <= _LONGEST else one.question[:_LONGEST] + "…"
        words = say("chronology.answer", number=number, question=" ".join(question.split()))
        offered.append((f"answer:{one.key}", words))
    if made is not None and len(made):
        documents = say.count(len(made.in_documents), "count.document")
        words = say("chronology.concordance", words=made.sought.words.strip(), documents=documents)
        offered.append(("concordance", words))
    return offered


def _items(opening: Opening, conversation: Conversation, made: Concordance | None, what: str) -> Items:
    """Raises LibraryError."""
    if what == "concordance" and made is not None:
        return dated.of_concordance(made)
    key = what.removeprefix("answer:") if what.startswith("answer:") else None
    exchanges = [one for one in conversation if key is None or one.key == key]
    return dated.of_exchanges(exchanges, opening.assistant().library)


def _made(opening: Opening, looked: Looking | None) -> Concordance | None:
    return None if looked is None else concordance.find(opening, looked)


def _drawn(
    opening: Opening,
    conversation: Conversation,
    looked: Looking | None,
    showing: Showing,
    request: gr.Request,
) -> tuple[str, Showing]:
    """The pane as HTML, and what it shows."""
    say = words_of(request)
    try:
        return told(opening, conversation, looked, showing, say, styles.of(request, ""))
    except IbidError as error:
        return cards.message(str(error)), showing


def told(
    opening: Opening,
    conversation: Conversation,
    looked: Looking | None,
    showing: Showing,
    say: Words,
    style: str,
) -> tuple[str, Showing]:
    try:
        made = _made(opening, looked)
    except IbidError:  # its documents are gone; the concordance says so itself
        made = None
    offered = choices(conversation, made, say)
    if not offered:
        return f'<p class="told">{escape(say("chronology.none"))}</p>', Showing()
    if showing.of not in dict(offered):
        showing = Showing(offered[0][0])
    assistant = opening.assistant()
    items = _items(opening, conversation, made, showing.of)
    every = items.every
    first = min(showing.first, max(0, (len(every) - 1) // ROWS * ROWS))
    shown = every[first : first + ROWS]
    library = assistant.library
    concordancer = of(library)
    words = [
        (
            dated.words_of(item, concordancer, made),
            "" if item.quote is None else dated.cited(item, library, made, style or assistant.style)[1],
        )
        for item in shown
    ]
    html = (
        f"{_choice(offered, showing.of, say)}{_count(items, say)}{timeline.line(items, say)}"
        f'<div class="list"><h2>{escape(say("chronology.list"))}</h2>'
        f"{timeline.entries(items, first, words, say)}"
        f"{found.pager(first, len(every), ROWS, say, 'chronology.pages')}{_saves(say) if every else ''}</div>"
    )
    return f'<section class="along-dates">{html}</section>', Showing(showing.of, first)


def _choice(offered: list[tuple[str, str]], chosen: str, say: Words) -> str:
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(words)}</option>'
        for value, words in offered
    )
    return (
        f'<p class="of"><label>{escape(say("chronology.of"))} <select data-change="of">{options}</select>'
        "</label></p>"
    )


def _count(items: Items, say: Words) -> str:
    along = items.along
    counts = say(
        "chronology.title", dated=say.number(len(along.dated)), undated=say.number(len(along.undated))
    )
    lost = f" {say.count(items.lost, 'chronology.lost')}" if items.lost else ""
    return f'<p class="told">{escape(counts)}. {escape(say("chronology.not-to-place"))}{escape(lost)}</p>'


def _saves(say: Words) -> str:
    buttons = " ".join(
        f'<button type="button" data-do="save" data-to="{to}">{escape(say(f"chronology.{to}"))}</button>'
        for to in ("csv", "markdown")
    )
    return f'<p class="actions"><span>{escape(say("chronology.save"))}</span> {buttons}</p>'


def lit_by(
    opening: Opening, conversation: Conversation, looked: Looking | None, showing: Showing, number: Any
) -> Lit | None:
    """The document of an item with its places lit, and the other items as the way on. Raises LibraryError."""
    made = _made(opening, looked) if showing.of == "concordance" else None
    every = _items(opening, conversation, made, showing.of).every
    if not isinstance(number, int) or not 0 <= number < len(every):
        return None
    item = every[number]
    if item.quote is None:
        assert made is not None
        places = of(opening.assistant().library).places(made, item.document)
        return Lit(item.document, places[: concordance.LIT])
    low = max(0, number - STOPS // 2)
    quotes = [one.quote for one in every if one.quote is not None]
    stops = tuple(
        Stop(q.document, q.start, q.end, (q.phrase.start, q.phrase.end) if q.phrase else None)
        for q in quotes[low : low + STOPS]
    )
    mine = sorted({(q.start, q.end) for q in quotes if q.document == item.document})
    quote = item.quote
    phrase = (quote.phrase.start, quote.phrase.end) if quote.phrase else None
    at = mine.index((quote.start, quote.end))
    return Lit(item.document, tuple(mine), at, phrase, stops=stops, step=number - low)


def file(
    opening: Opening,
    conversation: Conversation,
    looked: Looking | None,
    showing: Showing,
    to: Any,
    request: gr.Request,
) -> str:
    """A file for the browser to save; "" where there is none to make. Raises IbidError."""
    assistant = opening.assistant()
    made = _made(opening, looked) if showing.of == "concordance" else None
    items = _items(opening, conversation, made, showing.of)
    style = styles.of(request, assistant.style)
    concordancer = of(assistant.library)
    if to == "csv":
        text, suffix, kind = (
            dated.as_csv(items, assistant.library, concordancer, made, style),
            "csv",
            "text/csv",
        )
    elif to == "markdown":
        say = words_of(request)
        text = dated.as_list(items, assistant.library, concordancer, made, style, say)
        suffix, kind = "md", "text/markdown"
    else:
        return ""
    content = base64.b64encode(text.encode()).decode()
    return (
        f'<span class="file" data-made="{time.monotonic_ns()}" data-name="chronology.{suffix}" '
        f'data-type="{kind}" data-content="{content}"></span>'
    )
