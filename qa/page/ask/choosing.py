"""What the chat searches: chips above the question that can be taken away; chosen in the library.

One ``gr.State`` of a ``Chosen`` is shared by all panes that ask something of the library; ``bar`` draws it
wherever it counts, and every bar follows every change."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.page import texts
from qa.page.chosen import Chosen
from qa.page.client import script
from qa.page.texts import Words

if TYPE_CHECKING:
    from qa.library.protocol import Library

CHIPS = 4
"""Documents that get a chip each; more of them share one."""

MOST = 200_000
"""Names that are taken from a browser at most."""

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_LONGEST = 1_000  # characters of one name


def state() -> gr.State:
    """What is chosen, to begin with: everything."""
    return gr.State(Chosen())


def bar(chosen: gr.State, elem_id: str | None = None) -> gr.HTML:
    """Lays out the chips, and ties them to what is chosen. The one with the id "ask-scope" brings back what
    was chosen before a reload."""

    # Gradio reads these annotations when the page is built: each name must be there then.
    def show(now: Any, request: gr.Request) -> str:
        return chips(now, texts.of(request))

    def take_away(now: Any, event: gr.EventData) -> Any:
        return without(now, str(event._data.get("what", "")))

    def date_span(now: Any, event: gr.EventData, request: gr.Request) -> tuple[Any, str]:
        say = texts.of(request)
        try:
            made = dated(now, str(event._data.get("from", "")), str(event._data.get("to", "")), say)
        except ValueError as error:
            return gr.skip(), chips(now, say, str(error))
        return made, chips(made, say)

    def again(event: gr.EventData) -> Any:
        return from_browser(event._data.get("chosen"))

    shown = gr.HTML(
        texts.drawn(lambda say: chips(Chosen(), say)),
        js_on_load=script("choosing"),
        apply_default_css=False,
        elem_classes="chosen",
        elem_id=elem_id,
    )
    quiet: dict[str, Any] = {
        "show_progress": "hidden",
        "concurrency_limit": None,
        "api_visibility": "private",
    }
    shown.delete(take_away, inputs=chosen, outputs=chosen, **quiet)
    shown.submit(date_span, inputs=chosen, outputs=[chosen, shown], **quiet)
    shown.input(again, outputs=chosen, **quiet)
    chosen.change(show, inputs=chosen, outputs=shown, **quiet)
    return shown


def chips(chosen: Chosen, say: Words, wrong: str = "") -> str:
    """What is chosen, as HTML; ``wrong`` says what is amiss with dates that were just typed."""
    items = [
        _chip(say(f"scope.{kind}", **values), what, say, kind == "missing")
        for kind, what, values in _parts(chosen, say)
    ]
    lead = say("scope.everything") if chosen.everything else say("scope.only")
    every = (
        ""
        if len(items) < 2
        else f'<button type="button" data-do="take" data-what="all">{escape(say("scope.clear"))}</button>'
    )
    error = f'<span class="message error" role="alert">{escape(wrong)}</span>' if wrong else ""
    kept = "" if chosen.everything else json.dumps(to_browser(chosen), ensure_ascii=False)
    name = escape(say("scope.list"))
    return (
        f'<div class="scope" data-chosen="{escape(kept)}"><span class="lead">{escape(lead)}</span>'
        f'<ul aria-label="{name}"{"" if items else " hidden"}>{"".join(items)}</ul>{every}'
        f'<button type="button" data-do="choose">{escape(say("scope.choose"))}</button>'
        f'<button type="button" data-do="dates" aria-expanded="false">{escape(say("scope.dates"))}</button>'
        f'<form class="dates"{"" if wrong else " hidden"}>'
        f'<label>{escape(say("scope.from"))} <input name="from" size="10" maxlength="10" '
        f'placeholder="1945-11" autocomplete="off"></label>'
        f'<label>{escape(say("scope.to"))} <input name="to" size="10" maxlength="10" '
        f'placeholder="1947" autocomplete="off"></label>'
        f'<button type="submit">{escape(say("scope.apply"))}</button>{error}</form></div>'
    )


def in_words(chosen: Chosen, say: Words) -> str:
    """What is chosen, as its chips say it: "frus1961-63v06, 1961-06 to 1961-12"."""
    return ", ".join(say(f"scope.{kind}", **values) for kind, _, values in _parts(chosen, say))


def _parts(chosen: Chosen, say: Words) -> list[tuple[str, str, dict[str, str]]]:
    """(key of the text, what taking it away names, values of the text) of each chip."""
    found: list[tuple[str, str, dict[str, str]]] = []
    if chosen.words:
        found.append(("found", "documents", {"words": chosen.words}))
    elif len(chosen.documents) > CHIPS:
        found.append(
            ("several", "documents", {"documents": say.count(len(chosen.documents), "count.document")})
        )
    else:
        found += [("document", f"document:{name}", {"name": _last(name)}) for name in chosen.documents]
    if chosen.date_from and chosen.date_to:
        span = {"first": chosen.date_from, "last": chosen.date_to}
        found.append(("day" if chosen.date_from == chosen.date_to else "span", "dates", span))
    elif chosen.date_from:
        found.append(("since", "dates", {"first": chosen.date_from}))
    elif chosen.date_to:
        found.append(("until", "dates", {"last": chosen.date_to}))
    return found


def _last(name: str) -> str:
    """A file's path is its name on a chip."""
    return name.replace("\\", "/").rpartition("/")[2] if name.startswith(("/", "\\")) else name


def _chip(words: str, what: str, say: Words, missing: bool) -> str:
    away = escape(say("scope.take-away", what=words))
    return (
        f'<li class="chip{" missing" if missing else ""}"><span>{escape(words)}</span>'
        f'<button type="button" data-do="take" data-what="{escape(what)}" aria-label="{away}" title="{away}">'
        "\N{MULTIPLICATION SIGN}</button></li>"
    )


def without(chosen: Chosen, what: str) -> Chosen:
    """What is left when a chip is taken away: ``what`` is "all", "dates", "documents" or "document:NAME"."""
    if what == "all":
        return Chosen()
    if what == "dates":
        return replace(chosen, date_from=None, date_to=None)
    if what == "documents":
        return replace(chosen, documents=(), words="")
    gone = what.removeprefix("document:")
    return replace(chosen, documents=tuple(name for name in chosen.documents if name != gone))


def dated(chosen: Chosen, first: str, last: str, say: Words) -> Chosen:
    """The same documents within a span of dates ("": open). Raises ValueError: in words, what is wrong."""
    first, last = first.strip(), last.strip()
    for given in (first, last):
        if given and not is_date(given):
            raise ValueError(say("scope.no-date", given=given))
    if first and last and first > last + "~":
        raise ValueError(say("scope.backwards"))
    return replace(chosen, date_from=first or None, date_to=last or None)


def is_date(given: str) -> bool:
    """Whether it is a year, a month or a day that there is: 1945, 1945-11, 1945-11-22."""
    if not _DATE.fullmatch(given):
        return False
    try:
        date(*[*(int(part) for part in given.split("-")), 1, 1][:3])
    except ValueError:
        return False
    return True


def to_browser(chosen: Chosen) -> dict[str, Any]:
    """What the browser remembers of it."""
    return {
        "documents": list(chosen.documents),
        "from": chosen.date_from,
        "to": chosen.date_to,
        "words": chosen.words,
    }


def from_browser(kept: Any) -> Chosen:
    """What a browser remembers of what was chosen; everything where that cannot be read."""
    if not isinstance(kept, dict):
        return Chosen()
    names = kept.get("documents")
    first, last, words = kept.get("from"), kept.get("to"), kept.get("words")
    documents = names_in(names)
    return Chosen(
        documents,
        first if isinstance(first, str) and is_date(first) else None,
        last if isinstance(last, str) and is_date(last) else None,
        words[:_LONGEST] if isinstance(words, str) and documents else "",
    )


def names_in(names: Any) -> tuple[str, ...]:
    """The names in what a browser sent, each once."""
    if not isinstance(names, list):
        return ()
    return tuple(
        dict.fromkeys(name for name in names[:MOST] if isinstance(name, str) and 0 < len(name) <= _LONGEST)
    )


def standing(library: Library, chosen: Chosen) -> Chosen:
    """The same without documents that are no longer in the library. Where none of them is left it stays as it
    was, and asking says so: to search everything instead is not what was chosen. Raises LibraryError."""
    if not chosen.documents:
        return chosen
    there = set(library.known(chosen.documents))
    left = tuple(name for name in chosen.documents if name in there)
    return chosen if len(left) in (0, len(chosen.documents)) else replace(chosen, documents=left)


def only(documents: Sequence[str], chosen: Chosen, words: str = "") -> Chosen:
    """These documents or source files, within the dates that stand."""
    return replace(chosen, documents=tuple(dict.fromkeys(documents)), words=words)
