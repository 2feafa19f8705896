"""A selected place as a quote to show: its exact words, pages, notes, citation. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_args

from qa.citing import cite, quote_csl
from qa.confidence import sigmoid
from qa.errors import UnknownDocument
from qa.quoting import Selection
from qa.reading.layout import boxes_of
from qa.reading.pages import pages_of
from qa.reading.recognition import recognised_at
from qa.splitting import clean
from qa.types import Document, Mark, NoteKind, Phrase, Place, Quote, QuotedNote, SourceFile

_CLOSING = re.compile(r"""[^\S\n]*[.,;:!?…"'”’»)\]]*[^\S\n]*""")
"""What may stand between a quote's last word and its marker."""


def as_quote(
    number: int,
    selection: Selection,
    source: SourceFile,
    *,
    document: Callable[[str], Document],
    style: str,
) -> Quote:
    """The quote of a selection, from 1 ``number`` on. ``document`` gives a document by its name (other places
    of the same words stand in others); ``style`` is one of qa.citing.STYLES."""
    quoted = document(selection.document)
    start, end = selection.start, selection.end
    pages, csl = cited(quoted, start, end)
    recognised = recognised_at(quoted, start, end)
    own = csl.get("custom")
    if recognised is None and isinstance(own, Mapping) and "recognised" in own:
        csl["custom"] = {name: said for name, said in own.items() if name != "recognised"}
    phrase = None
    if selection.phrase:
        first, last = selection.phrase
        phrase = Phrase(first, last, quoted.text[first:last])
    return Quote(
        number=number,
        text=quoted.text[start:end],
        clean=clean(quoted, start, end),
        document=quoted.name,
        document_id="sha256:" + hashlib.sha256(quoted.text.encode("utf-8", "surrogatepass")).hexdigest(),
        start=start,
        end=end,
        voice=selection.voice,
        pages=pages,
        section=None,
        phrase=phrase,
        score=sigmoid(selection.score),
        notes=notes_within(quoted, start, end),
        citation=cite(csl, style=style),
        csl=csl,
        url=quoted.metadata.url,
        source_file=source.name,
        source_sha256=source.sha256,
        reader=source.reader,
        note_kind=note_kind(quoted, start) if selection.voice == "note" else None,
        boxes=boxes_of(quoted, start, end),
        recognised=recognised,
        also_at=tuple(place_at(document(name), first, last, style) for name, first, last in selection.also),
    )


def recited(quote: Quote, *, document: Callable[[str], Document], style: str) -> Quote:
    """The same quote, cited in another style. A place in a document that is gone keeps its citation. Raises
    UsageError for a style that cannot be found or used."""

    def again(place: Place) -> Place:
        try:
            return place_at(document(place.document), place.start, place.end, style)
        except UnknownDocument:
            return place

    citation = cite(quote.csl, style=style) if quote.csl else quote.citation
    return replace(quote, citation=citation, also_at=tuple(again(place) for place in quote.also_at))


def place_at(document: Document, start: int, end: int, style: str) -> Place:
    """``document.text[start:end]`` as a place with its pages and citation."""
    pages, csl = cited(document, start, end)
    return Place(document.name, start, end, pages, cite(csl, style=style))


def cited(document: Document, start: int, end: int) -> tuple[str | None, dict[str, Any]]:
    """Pages and CSL-JSON of a place; a place in a note is cited by its marker in the text, or as "921n" where
    nothing numbers it."""
    pages = pages_of(document, start, end)
    note = _note_at(document, start)
    if note is None:
        return pages, quote_csl(document, pages, None)
    marker = next((m for m in document.marks if m.kind == "marker" and m.ref and m.ref == note.ref), note)
    csl = quote_csl(document, pages, marker.label or note.label or None)
    if pages and not (marker.label or note.label):
        csl["locator"] = f"{pages}n"
    return pages, csl


def _note_at(document: Document, offset: int) -> Mark | None:
    return next((m for m in document.marks if m.kind == "note" and m.start <= offset < m.end), None)


def note_kind(document: Document, offset: int) -> NoteKind | None:
    """What kind of note ``text[offset]`` stands in; None outside of notes."""
    note = _note_at(document, offset)
    if note is None:
        return None
    return next((kind for kind in get_args(NoteKind) if kind == note.role), "footnote")


def notes_within(document: Document, start: int, end: int) -> tuple[QuotedNote, ...]:
    """The notes whose markers stand in ``text[start:end]`` or right behind its last word: behind the stop,
    the closing quotation mark or another marker, in the same line."""
    text = document.text
    notes = {mark.ref: mark for mark in document.marks if mark.kind == "note" and mark.ref}
    found: dict[str, QuotedNote] = {}
    reach = end
    for mark in document.marks:
        if mark.kind not in ("page", "marker", "apparatus") or mark.start < start:
            continue
        if mark.start >= reach:
            if not _CLOSING.fullmatch(text, reach, mark.start):
                break
            reach = max(reach, mark.end)
        note = notes.get(mark.ref) if mark.kind == "marker" else None
        # A marker without width at the first word's left is the note of the word before, where there is one.
        before = mark.start == mark.end == start > 0 and not text[start - 1].isspace()
        if note and not before and not note.start <= start < note.end:
            words = text[note.start : note.end]
            found.setdefault(mark.ref, QuotedNote(mark.label, words, note.start, note.end))
    return tuple(found.values())
