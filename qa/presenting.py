"""A selected place as a quote to show: its exact words, pages, notes, citation. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from qa.citing import cite, quote_csl
from qa.quoting import Selection, sigmoid
from qa.reading.pages import pages_of
from qa.splitting import clean
from qa.types import Document, Phrase, Place, Quote, QuotedNote, SourceFile


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
    pages, csl = _cited(quoted, start, end)
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
        notes=_notes_within(quoted, start, end),
        citation=cite(csl, style=style),
        csl=csl,
        url=quoted.metadata.url,
        source_file=source.name,
        source_sha256=source.sha256,
        reader=source.reader,
        also_at=tuple(_place(document(name), first, last, style) for name, first, last in selection.also),
    )


def _place(document: Document, start: int, end: int, style: str) -> Place:
    pages, csl = _cited(document, start, end)
    return Place(document.name, start, end, pages, cite(csl, style=style))


def _cited(document: Document, start: int, end: int) -> tuple[str | None, dict[str, Any]]:
    """Pages and CSL-JSON of a place; a place in a note is cited by its marker in the text."""
    note = next((m for m in document.marks if m.kind == "note" and m.start <= start < m.end), None)
    marker = note and next((m for m in document.marks if m.kind == "marker" and m.ref == note.ref), note)
    pages = pages_of(document, start, end)
    return pages, quote_csl(document, pages, marker.label if marker else None)


def _notes_within(document: Document, start: int, end: int) -> tuple[QuotedNote, ...]:
    """The notes whose markers stand in [start, end], the place just behind the last word included."""
    notes = {mark.ref: mark for mark in document.marks if mark.kind == "note"}
    found = []
    for mark in document.marks:
        if mark.kind == "marker" and start <= mark.start <= end and (note := notes.get(mark.ref)):
            found.append(QuotedNote(mark.label, document.text[note.start : note.end], note.start, note.end))
    return tuple(found)
