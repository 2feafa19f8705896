"""What is known about a document, in the source panel: what counts at its head, all of it on demand, and a
form to correct it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from qa.citing import cite, quote_csl
from qa.page.beside.links import outside_link
from qa.page.texts import LANGUAGES, Words, table
from qa.presenting import cited
from qa.reading.fields import FIELDS, TYPES, VARIABLES, in_words
from qa.types import Document, Metadata

_HEAD = ("date", "sender", "recipient", "place", "file_number")
"""Fields of Metadata that say at once what paper one has before one."""

_SAME = frozenset(
    {"title", "URL", "archive", "archive_collection", "archive_location", "type", "issued", "id"}
)
"""CSL variables that a field of Metadata says too, or that are asked for by themselves."""

_LONG = frozenset({"abstract", "note", "annote", "title"})
"""Fields whose words are many."""


def citation(document: Document, place: tuple[int, int] | None, style: str) -> str:
    """The citation of a place, or of the document whole. Raises UsageError for a style that is none."""
    csl = cited(document, *place)[1] if place else quote_csl(document, None, None)
    return cite(csl, style=style)


def header(document: Document, source: str, citation: str, say: Words) -> str:
    """The title and what counts. ``source`` is the name of the file it was read from, ``citation`` that of
    the place that is shown."""
    about = document.metadata
    title = about.title or document.name
    rows = [
        *(
            (say(f"source.field.{name}"), _date(about) if name == "date" else getattr(about, name))
            for name in _HEAD
        ),
        (say("source.document"), document.name if document.name != title else None),
        (say("source.file"), source if source not in {document.name, ""} else None),
        (say("source.recognised"), about.recognised),
    ]
    copy = (
        f' <button type="button" data-do="copy" data-copy="{escape(citation)}">'
        f"{escape(say('source.copy-citation'))}</button>"
    )
    return (
        f'<header class="about"><h2 tabindex="-1">{escape(title)}</h2><dl>{_rows(rows)}'
        f'<dt>{escape(say("source.cite"))}</dt><dd class="cite"><span class="cited">{escape(citation)}</span>'
        f"{copy}</dd></dl>{_link(about.url, say)}</header>"
    )


def everything(document: Document, read: Metadata, edits: Mapping[str, Any], say: Words) -> str:
    """All that is known, to read, and the form to correct it. ``read`` is what the file and the lists beside
    it say, ``edits`` what a person said in its place."""
    now, before = fields(document.metadata), fields(read)
    rows = []
    for name, told in now.items():
        if told or name in edits:
            by = f" ({say('source.edited')})" if name in edits else ""
            rows.append((_name(name, say), f"{told or say('source.nothing')}{by}"))
    inputs = "".join(
        _field(name, told, before.get(name, ""), name in edits, say)
        for name, told in now.items()
        if name in FIELDS or name == "type" or told or name in edits
    )
    others = "".join(
        f'<option value="{escape(name)}">{escape(_name(name, say))}</option>'
        for name in sorted(VARIABLES - now.keys(), key=lambda name: _name(name, say).casefold())
        if name not in _SAME
    )
    reset = (
        f'<button type="button" data-do="resetAll">{escape(say("source.reset-all"))}</button>'
        if edits
        else ""
    )
    return (
        f'<details class="known"><summary>{escape(say("source.everything"))}</summary>'
        f"<dl>{_rows(rows)}</dl></details>"
        f'<details class="known editing"><summary>{escape(say("source.edit"))}</summary>'
        f'<form class="edit" autocomplete="off"><p class="hint">{escape(say("source.edit-hint"))}</p>'
        f'{inputs}<p class="field other"><label>{escape(say("source.other"))} <select name="other">'
        f'<option value=""></option>{others}</select></label>'
        f'<input name="other-words" aria-label="{escape(say("source.other-words"))}"></p>'
        f'<p class="said" role="status"></p><p class="go"><button type="submit">{escape(say("source.save"))}'
        f"</button>{reset}</p></form></details>"
    )


def fields(known: Metadata) -> dict[str, str]:
    """Every field in the words that a person edits it in, in the order that they are shown in; "" where
    nothing is known."""
    found = {name: str(getattr(known, name) or "") for name in FIELDS}
    found["date"] = _date(known)
    found["type"] = str(known.csl.get("type", ""))
    for name in sorted(known.csl):
        if name in VARIABLES and name not in _SAME and name not in found:
            found[name] = in_words(name, known.csl[name])
    return found


def _date(known: Metadata) -> str:
    return known.edtf or known.date or ""


def _field(name: str, told: str, read: str, edited: bool, say: Words) -> str:
    words = escape(told)
    at = f'name="{escape(name)}" data-was="{words}" aria-label="{escape(_name(name, say))}"'
    if name == "type":
        kinds = sorted(TYPES | ({told} if told else set()))
        options = "".join(
            f'<option value="{escape(kind)}"{" selected" if kind == told else ""}>{escape(kind)}</option>'
            for kind in kinds
        )
        box = f'<select {at}><option value=""></option>{options}</select>'
    elif name in _LONG:
        box = f'<textarea rows="2" {at}>\n{words}</textarea>'  # HTML drops a line feed at the beginning
    else:
        box = f'<input {at} value="{words}">'
    was = ""
    if edited:
        file = escape(say("source.in-file", words=read) if read else say("source.not-in-file"))
        was = (
            f'<span class="was">{file} <button type="button" data-do="reset" data-field="{escape(name)}">'
            f"{escape(say('source.reset'))}</button></span>"
        )
    return f'<p class="field"><label><span>{escape(_name(name, say))}</span> {box}</label>{was}</p>'


def _name(name: str, say: Words) -> str:
    """A field's name in words; of the rarer variables as CSL calls them."""
    key = f"source.field.{name}"
    return say(key) if key in table(LANGUAGES[0]) else name


def _rows(rows: Sequence[tuple[str, str | None]]) -> str:
    return "".join(f"<dt>{escape(name)}</dt><dd>{escape(told)}</dd>" for name, told in rows if told)


def _link(url: str | None, say: Words) -> str:
    link = outside_link(url, say("source.web"))
    return f"<p>{link}</p>" if link else ""
