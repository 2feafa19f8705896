"""The concordance: every place where words stand, in lines with the words around it, counted and plotted."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import gradio as gr

from qa.concordance import ORDERS, WHERE, Concordance, Order, Sought, of
from qa.errors import IbidError
from qa.page.ask import cards, choosing, styles
from qa.page.ask.exchange import EVERYTHING
from qa.page.beside import source
from qa.page.beside.source import Lit, Stop
from qa.page.chosen import Chosen
from qa.page.client import script
from qa.page.latest import Latest, while_wanted
from qa.page.search import found
from qa.page.serve.opening import Opening
from qa.page.texts import Words, drawn
from qa.page.texts import of as words_of

ROWS = 50
"""Lines on a page."""

LIT = 1_000
"""Places lit in an opened document at most: those nearest to the one that was opened."""

_LOOK_EVERY = 0.25  # seconds between looks at how far the search is
_LONGEST = 1_000  # characters of what a browser names


@dataclass(frozen=True, slots=True)
class Looking:
    """What a person is looking at: what was sought in what, in which order, from which line on, and of which
    year or document alone."""

    sought: Sought
    chosen: Chosen = EVERYTHING
    order: Order = "document"
    first: int = 0
    year: int | None = None
    document: str | None = None


def pane(opening: Opening, chosen: gr.State) -> gr.State:
    """Lays out the concordance over what is chosen. The state holds a Looking, or None before the first
    search; the chronology listens to it."""

    latest = Latest()

    def results_of(looking: Looking, wanted: Callable[[], bool], say: Words) -> Iterator[tuple[Any, Any]]:
        made = ((shown, looking) for shown in search(opening, looking, say))
        return while_wanted(wanted, made, (gr.skip(), gr.skip()))

    # Gradio reads these annotations when the page is built: each name must be there then.
    def seek(now: Any, request: gr.Request, event: gr.EventData) -> Iterator[tuple[Any, Any]]:
        wanted = latest.begin(request, event._data)
        looking = Looking(sought_in(event._data), now)
        yield from results_of(looking, wanted, words_of(request))

    def turn(looking: Looking | None, request: gr.Request, event: gr.EventData) -> Iterator[tuple[Any, Any]]:
        if looking is None:
            yield gr.skip(), gr.skip()
            return
        wanted = latest.begin(request, event._data)
        looking = turned(looking, event._data)
        yield from results_of(looking, wanted, words_of(request))

    def show(
        looking: Looking | None, opened: int, request: gr.Request, event: gr.EventData
    ) -> tuple[Any, int]:
        say = words_of(request)
        try:
            lit = lit_by(opening, looking, event._data)
        except IbidError as error:
            raise gr.Error(str(error), print_exception=False) from error
        if lit is None:
            return gr.skip(), opened
        return source.shown(opening, lit, opened + 1, say, styles.of(request, "")), opened + 1

    def save(looking: Looking | None, request: gr.Request, event: gr.EventData) -> Iterator[tuple[str, str]]:
        if looking is None:
            yield gr.skip(), gr.skip()
            return
        try:
            style = styles.of(request, opening.assistant().style)
            yield from saved(opening, looking, str(event._data.get("what", "")), words_of(request), style)
        except IbidError as error:
            raise gr.Error(str(error), print_exception=False) from error

    quiet: dict[str, Any] = {
        "show_progress": "hidden",
        "concurrency_limit": None,
        "api_visibility": "private",
    }
    with gr.Row(elem_classes="desk wide"):
        with gr.Column(elem_classes="finder"):
            gr.HTML(drawn(lambda say: f'<p class="lead">{escape(say("concordance.lead"))}</p>'), **_PLAIN)
            choosing.bar(chosen)
            form = gr.HTML(drawn(found.form), js_on_load=script("seeking"), elem_id="seek", **_PLAIN)
            results = gr.HTML("", js_on_load=script("concordance"), elem_classes="found", **_PLAIN)
            saving = gr.HTML("", elem_classes="saving", **_PLAIN)
            handed = gr.HTML("", js_on_load=script("saving"), visible="hidden", **_PLAIN)
        panel = source.beside(opening)
    state = gr.State(None)
    every: dict[str, Any] = {**quiet, "trigger_mode": "multiple"}
    form.submit(seek, inputs=chosen, outputs=[results, state], **every)
    results.input(turn, inputs=state, outputs=[results, state], **every)
    results.select(show, inputs=[state, panel.opened], outputs=[panel.html, panel.opened], **quiet)
    results.download(save, inputs=state, outputs=[handed, saving], **quiet)
    return state


_PLAIN: dict[str, Any] = {"apply_default_css": False}


def sought_in(asked: Any) -> Sought:
    """What the form asks for; whatever else a browser sends is left."""
    data = asked if isinstance(asked, dict) else {}
    where = data.get("where")
    return Sought(
        words=str(data.get("words", ""))[:_LONGEST],
        whole=data.get("whole") is not False,
        stems=data.get("stems") is True,
        variants=data.get("variants") is True,
        where=where if where in WHERE else "everywhere",
    )


def turned(looking: Looking, asked: Any) -> Looking:
    """What is looked at after a button of the results: another order, page, year, document or form."""
    data = asked if isinstance(asked, dict) else {}
    value = data.get("value")
    match data.get("what"):
        case "order" if value in ORDERS:
            return replace(looking, order=value, first=0)
        case "first" if isinstance(value, int):
            return replace(looking, first=max(0, value))
        case "year" if isinstance(value, int):
            return replace(looking, year=value, document=None, first=0)
        case "document" if isinstance(value, str):
            return replace(looking, document=value[:_LONGEST], year=None, first=0)
        case "all":
            return replace(looking, year=None, document=None, first=0)
        case "without" if isinstance(value, str):
            without = (*looking.sought.without, value[:_LONGEST])
            return replace(looking, sought=replace(looking.sought, without=without), first=0)
        case "with" if isinstance(value, str):
            without = tuple(form for form in looking.sought.without if form != value)
            return replace(looking, sought=replace(looking.sought, without=without), first=0)
    return looking


def find(opening: Opening, looking: Looking, progress: Any = None) -> Concordance:
    """The concordance of what is looked at. Raises IbidError."""
    return of(opening.assistant().library).find(looking.sought, **looking.chosen.arguments, progress=progress)


def search(opening: Opening, looking: Looking, say: Words) -> Iterator[Any]:
    """The results as HTML; before them, where they take their time, how far it is."""
    told: list[tuple[int, int]] = []
    with ThreadPoolExecutor(1, "concordance") as pool:
        while not opening.wait(_LOOK_EVERY):
            yield found.waiting(opening.words(say))
        work = pool.submit(_found, opening, looking, say, lambda done, of_: told.append((done, of_)))
        shown: tuple[int, int] | None = (0, 0)
        began = time.monotonic()
        while not work.done():
            time.sleep(0.02 if time.monotonic() - began < _LOOK_EVERY else _LOOK_EVERY)
            now = told[-1] if told else None
            if not work.done() and now != shown and time.monotonic() - began >= _LOOK_EVERY:
                shown = now
                yield found.progress(now, say)
        try:
            yield work.result()
        except IbidError as error:
            yield cards.message(str(error))


def _found(opening: Opening, looking: Looking, say: Words, progress: Any) -> str:
    with opening.assistant().library.view(searching=False):
        return drawn_results(opening, looking, find(opening, looking, progress), say)


def drawn_results(opening: Opening, looking: Looking, made: Concordance, say: Words) -> str:
    """The results as HTML. Raises IbidError."""
    numbers = made.ordered(looking.order, year=looking.year, document=looking.document)
    first = min(looking.first, max(0, (len(numbers) - 1) // ROWS * ROWS))
    library = opening.assistant().library
    lines = of(library).lines(made, numbers[first : first + ROWS].tolist())
    return found.results(looking, made, lines, first, len(numbers), say)


def lit_by(opening: Opening, looking: Looking | None, asked: Any) -> Lit | None:
    """The document of a line with all its places, and the lines of the page as the way on."""
    if looking is None or not isinstance(asked, dict):
        return None
    with opening.assistant().library.view(searching=False):
        return _lit_by(opening, looking, asked)


def _lit_by(opening: Opening, looking: Looking, asked: dict[str, Any]) -> Lit | None:
    made = find(opening, looking)
    concordancer = of(opening.assistant().library)
    number = asked.get("number")
    if not isinstance(number, int) or not 0 < number <= len(made):
        return None
    (line,) = concordancer.lines(made, [number - 1])
    numbers = made.ordered(looking.order, year=looking.year, document=looking.document)
    page = concordancer.lines(made, numbers[looking.first : looking.first + ROWS].tolist())
    places = concordancer.places(made, line.document)
    at = places.index((line.start, line.end))
    low = max(0, at - LIT // 2)
    stops = tuple(Stop(one.document, one.start, one.end) for one in page)
    step = next((at for at, one in enumerate(page) if one.number == number), None)
    return Lit(
        line.document,
        places[low : low + LIT],
        at - low,
        stops=stops if step is not None else (),
        step=step or 0,
    )


def saved(opening: Opening, looking: Looking, what: str, say: Words, style: str) -> Iterator[tuple[str, str]]:
    """A table for the browser to save, and how far it is. Raises IbidError."""
    from qa.concordance import table

    assistant = opening.assistant()
    made = find(opening, looking)
    if what == "documents":
        text = table.documents_csv(made)
    elif what == "years":
        text = table.years_csv(made)
    elif what == "lines":
        text = ""
        numbers = made.ordered(looking.order, year=looking.year, document=looking.document).tolist()
        began = time.monotonic()
        for done, made_so_far in table.blocks(
            assistant.library, of(assistant.library), made, numbers, style=style
        ):
            text = made_so_far
            if time.monotonic() - began > _LOOK_EVERY and done < len(numbers):
                began = time.monotonic()
                words = say("concordance.saving", done=say.number(done), n=say.number(len(numbers)))
                yield "", cards.message(words, "waiting")
    else:
        return
    name = f"concordance-{what}.csv"
    content = base64.b64encode(text.encode()).decode()
    yield (
        f'<span class="file" data-made="{time.monotonic_ns()}" data-name="{name}" '
        f'data-type="text/csv" data-content="{content}"></span>',
        "",
    )
