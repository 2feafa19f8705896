"""The source beside what was found in it: a document with places lit, for the chat and every other pane.

A pane lays it out with ``beside`` and opens a document in it by giving ``shown`` to ``Panel.html``. What is
lit travels with the panel to the browser and back, so that the panel needs to know nobody who opens it.
What it fetches while it is open (further parts, places of words, pictures of pages) stands in
``source_routes``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from html import escape
from typing import Any

import gradio as gr

from qa.errors import IbidError
from qa.page.ask import cards, styles
from qa.page.beside import document, known
from qa.page.beside.parts import cuts, part_at
from qa.page.beside.spoken import lang
from qa.page.client import script
from qa.page.serve.opening import Opening
from qa.page.texts import Words, of
from qa.types import Document

Range = tuple[int, int]

_NEAR = 2_500
"""Characters from a part's edge within which the part beyond it is drawn too."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One of the places that "previous" and "next" lead to, as in Lit."""

    document: str
    start: int
    end: int
    phrase: Range | None = None
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Lit:
    """What is shown of a document. ``places`` are ranges of its text, lit; ``places[at]`` is the one that
    was opened, ``phrase`` a range inside it, lit more strongly. ``turn`` is the turn of the conversation
    that the place belongs to, where there is one: a sentence can then be marked as its answer. ``warning``
    is said above the document, in the words of who reads. "Previous" and "next" lead through ``places``, or
    through ``stops``, which may lie in several documents; ``step`` is the one where one is."""

    document: str
    places: tuple[Range, ...] = ()
    at: int = 0
    phrase: Range | None = None
    turn: int | None = None
    warning: str = ""
    stops: tuple[Stop, ...] = ()
    step: int = 0


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel as outputs of an event: ``html`` takes ``shown(…)``, or "" to close it; ``opened`` counts
    what was opened. It goes in as the serial, and comes out one more: the panel changes, and scrolls, even if
    the same place is opened again. ``edited`` is a gr.State that changes when what is known of a document
    was edited: the documents' names, the latest last."""

    html: gr.HTML
    opened: gr.State
    edited: gr.State


def beside(opening: Opening) -> Panel:
    """Lays out the panel as a column that is there while a document is open in it. Stands in a row of the
    class "desk"."""

    def lead(opened: int, request: gr.Request, event: gr.EventData) -> tuple[Any, int]:
        lit = told(event._data)
        if lit is None:
            return gr.skip(), opened
        return shown(opening, lit, opened + 1, of(request), styles.of(request)), opened + 1

    def edit(
        opened: int, edited: tuple[str, ...], request: gr.Request, event: gr.EventData
    ) -> tuple[Any, int, tuple[str, ...]]:
        panel, opened = lead(opened, request, event)
        return panel, opened, (*edited, str(event._data.get("document", "")))

    with gr.Column(elem_classes="beside"):
        opened = gr.State(0)
        edited = gr.State(())
        panel = gr.HTML(
            "",
            js_on_load=script(
                "copying", "marking", "selecting", "parts", "inside", "pictures", "known", "source"
            ),
            apply_default_css=False,
            elem_classes="panel",
        )
    quiet: dict[str, Any] = {
        "show_progress": "hidden",
        "concurrency_limit": None,
        "api_visibility": "private",
    }
    panel.clear(lambda: "", outputs=panel, **quiet)
    panel.select(lead, inputs=opened, outputs=[panel, opened], **quiet)
    panel.edit(edit, inputs=[opened, edited], outputs=[panel, opened, edited], **quiet)
    return Panel(panel, opened, edited)


def shown(opening: Opening, lit: Lit, serial: int, say: Words, style: str = "") -> str:
    """The panel with a document open in it, its place cited in ``style`` ("": the assistant's own); an error
    in plain words where it cannot be shown."""
    lit = _here(lit)
    try:
        assistant = opening.assistant()
        library = assistant.library
        with library.view(searching=False):
            found = library.document(lit.document)
            source = library.source_of(lit.document)
            edits = library.edits(lit.document)
            read = library.as_read(lit.document)
        lit = _within(lit, len(found.text))
        place = lit.places[lit.at] if lit.places else None
        citation = known.citation(found, place, style or assistant.style)
    except IbidError as error:
        body, tools = f'<div class="scroll" tabindex="0">{cards.message(str(error))}</div>', ""
    else:
        warning = cards.message(lit.warning) if lit.warning else ""
        head = known.header(found, source.name, citation, say)
        about = known.everything(found, read, edits, say)
        body = (
            f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(say("source.text"))}">'
            f"{warning}{head}{about}{_text(found, lit, say)}</div>"
        )
        tools = _tools(found, say) + (_pictured(say) if found.layout else "")
    turn = "" if lit.turn is None else f' data-turn="{lit.turn}"'
    title = escape(say("source.source"))
    # Gradio changes the page node by node: another element around it makes it begin anew, so that nothing
    # that was typed, scrolled or unfolded in one document is there in the next.
    fresh = "div" if serial % 2 else "section"
    return (
        f'<{fresh} class="fresh"><section class="source" aria-label="{title}" data-opened="{serial}"{turn} '
        f'data-document="{escape(lit.document)}" data-lit="{escape(json.dumps(asdict(lit)))}">'
        f'<div class="bar"><span class="name">{title}</span>{_steps(lit, say)}'
        f'<button type="button" class="close" data-do="close">{escape(say("source.close"))}</button></div>'
        f"{tools}{body}{_selecting(lit, say)}</section></{fresh}>"
    )


def told(data: Mapping[str, Any]) -> Lit | None:
    """What the browser says is lit; None where it says nothing that can be. It names documents and places,
    nothing else, and a warning that was said once is not said again."""
    try:
        return Lit(
            str(data["document"]),
            tuple(_range(place) for place in data.get("places", ())),
            int(data.get("at", 0)),
            _range(data["phrase"]) if data.get("phrase") else None,
            None if data.get("turn") is None else int(data["turn"]),
            "",
            tuple(_stop(stop) for stop in data.get("stops", ())),
            int(data.get("step", 0)),
        )
    except (KeyError, TypeError, ValueError):
        return None


def part(found: Document, number: int, lit: Lit, say: Words) -> str:
    """One part of a document as HTML (see ``parts``). Raises IndexError for one that there is not."""
    cut = cuts(found)
    if not 0 <= number < len(cut) - 1:
        raise IndexError(number)
    phrases = [lit.phrase] if lit.phrase else []
    phrases += [stop.phrase for stop in lit.stops if stop.phrase and stop.document == lit.document]
    inside = document.text(found, cut[number], cut[number + 1], lit.places, phrases, lit.at, say=say)
    return f'<div class="part" data-part="{number}">{inside}</div>'


def _here(lit: Lit) -> Lit:
    """The places of the document that the step leads to, where there are stops."""
    if not lit.stops:
        return lit
    step = min(max(lit.step, 0), len(lit.stops) - 1)
    stop = lit.stops[step]
    same = {(one.start, one.end) for one in lit.stops if one.document == stop.document}
    more = lit.places if lit.document == stop.document else ()
    places = tuple(sorted({*same, *more}))
    at = places.index((stop.start, stop.end))
    return replace(
        lit, document=stop.document, places=places, at=at, phrase=stop.phrase, turn=stop.turn, step=step
    )


def _within(lit: Lit, length: int) -> Lit:
    """Without what does not lie in a text of this length: the document may have changed."""
    places = [place for place in lit.places if 0 <= place[0] < place[1] <= length]
    opened = lit.places[lit.at] if 0 <= lit.at < len(lit.places) else None
    return replace(lit, places=tuple(places), at=places.index(opened) if opened in places else 0)


def _range(told: Any) -> Range:
    start, end = told
    return int(start), int(end)


def _stop(told: Mapping[str, Any]) -> Stop:
    return Stop(
        str(told["document"]),
        int(told["start"]),
        int(told["end"]),
        _range(told["phrase"]) if told.get("phrase") else None,
        None if told.get("turn") is None else int(told["turn"]),
    )


def _text(found: Document, lit: Lit, say: Words) -> str:
    """The part that was opened, and the one beyond an edge that it is near."""
    cut = cuts(found)
    start, end = lit.places[lit.at] if lit.places else (0, 0)
    first = part_at(cut, start - _NEAR)
    last = max(part_at(cut, min(end + _NEAR, len(found.text))), first)
    inside = "".join(part(found, number, lit, say) for number in range(first, last + 1))
    return (
        f'<div class="text"{lang(found.metadata.csl)} data-first="{cut[first]}" '
        f'data-cuts="{" ".join(map(str, cut))}">{inside}</div>'
    )


def _steps(lit: Lit, say: Words) -> str:
    """Previous and next, where there are several places."""
    count, here = (len(lit.stops), lit.step) if lit.stops else (len(lit.places), lit.at)
    if count < 2:
        return ""
    kind = "source.quote." if lit.turn is not None else "source.place."
    before, after = escape(say(f"{kind}previous")), escape(say(f"{kind}next"))
    words = escape(say(f"{kind}of", n=say.number(here + 1), m=say.number(count)))
    return (
        '<span class="steps" role="group">'
        f'<button type="button" data-do="step" data-by="-1" aria-label="{before}" title="{before}">‹</button>'
        f'<span class="count" role="status" data-words="{escape(say(f"{kind}of", n="N", m="M"))}">'
        f"{words}</span>"
        f'<button type="button" data-do="step" data-by="1" aria-label="{after}" title="{after}">›</button>'
        "</span>"
    )


def _tools(found: Document, say: Words) -> str:
    """Searching inside; and the choice between text and picture where the pages have pictures."""
    find, previous, following = (escape(say(f"source.find.{name}")) for name in ("label", "previous", "next"))
    views = ""
    if found.layout:
        views = (
            f'<span class="views" role="group" aria-label="{escape(say("source.view.label"))}">'
            f'<button type="button" data-do="view" data-view="text" aria-pressed="true">'
            f"{escape(say('source.view.text'))}</button>"
            f'<button type="button" data-do="view" data-view="picture" aria-pressed="false">'
            f"{escape(say('source.view.picture'))}</button></span>"
        )
    return (
        '<div class="tools"><form class="find" role="search">'
        f'<input type="search" name="words" aria-label="{find}" placeholder="{find}" autocomplete="off" '
        'spellcheck="false" maxlength="200"><span class="count" role="status"></span>'
        f'<button type="button" data-do="hit" data-by="-1" aria-label="{previous}" title="{previous}" '
        "disabled>‹</button>"
        f'<button type="button" data-do="hit" data-by="1" aria-label="{following}" title="{following}" '
        f"disabled>›</button></form>{views}</div>"
    )


def _pictured(say: Words) -> str:
    """Where the picture of a page is shown; the page's script fills it."""

    def button(do: str, by: int, sign: str, key: str) -> str:
        name = escape(say(key))
        return (
            f'<button type="button" data-do="{do}" data-by="{by}" aria-label="{name}" title="{name}">'
            f"{sign}</button>"
        )

    return (
        '<div class="pictured"><div class="turning"><span class="steps">'
        f"{button('page', -1, '‹', 'source.page-previous')}"
        f'<span class="count" role="status"></span>{button("page", 1, "›", "source.page-next")}</span>'
        f'<span class="steps">{button("zoom", -1, "−", "source.smaller")}'
        f"{button('zoom', 1, '+', 'source.larger')}</span></div>"
        '<p class="said" role="status" hidden></p>'
        f'<div class="sheets" tabindex="0" role="region" aria-label="{escape(say("source.picture"))}">'
        '<div class="sheet"><img alt=""></div></div></div>'
    )


def _selecting(lit: Lit, say: Words) -> str:
    """What can be done with words that are selected: copied with their citation, marked as the answer."""
    hint, pick = "source.select", ""
    if lit.turn is not None:
        hint = "source.select-answer"
        pick = (
            f'<button type="button" data-do="pick" aria-disabled="true">{escape(say("source.pick"))}</button>'
            '<span class="marked" role="status"></span>'
            f'<button type="button" data-do="unpick" hidden>{escape(say("source.unpick"))}</button>'
        )
    copy = escape(say("source.copy-selection"))
    return (
        f'<div class="selecting"><p>{escape(say(hint))}</p>'
        f'<button type="button" data-do="copySelection" aria-disabled="true">{copy}</button>{pick}</div>'
    )
