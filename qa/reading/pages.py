"""The printed page of a place in a document, from its page marks."""

from __future__ import annotations

import bisect

from qa.types import Document, Mark


def pages_of(document: Document, start: int, end: int) -> str | None:
    """The printed pages that ``text[start:end]`` stands on: "921", "921–922" (en dash), roman numerals as
    they are printed; None where the document has no page marks before it.

    A note stands on the page of its marker, whatever page the words before it in the text are on."""
    start, end = _without_edges(document, start, end)
    first = _page_at(document, start)
    last = _page_at(document, max(start, end - 1))
    if first is None or last is None or first == last:
        return first or last
    return f"{first}–{last}"


def _without_edges(document: Document, start: int, end: int) -> tuple[int, int]:
    """Without the white space and the page marks at both ends: they are no words of any page."""
    text = document.text
    pages = [m for m in document.marks if m.kind == "page" and m.start < m.end > start and m.start < end]
    moved = True
    while moved:
        moved = False
        while start < end and text[start].isspace():
            start, moved = start + 1, True
        while end > start and text[end - 1].isspace():
            end, moved = end - 1, True
        for mark in pages:
            if mark.start <= start < min(mark.end, end):
                start, moved = min(mark.end, end), True
            elif start < end and mark.start < end <= mark.end:
                end, moved = max(mark.start, start), True
    return start, end


def _page_at(document: Document, offset: int) -> str | None:
    marks = document.marks
    note = next((m for m in marks if m.kind == "note" and m.start <= offset < m.end), None)
    if note is None:
        # A page begins at the end of its mark; of marks at one place the last one counts.
        return _last_page(marks[: bisect.bisect_right(marks, offset, key=lambda m: m.start)], 0, offset)
    own = _last_page(marks, note.start, offset)
    if own is not None:
        return own
    for index, mark in enumerate(marks):
        if mark.kind == "marker" and mark.ref and mark.ref == note.ref:
            # Only marks before the marker: a page that begins right after it is not the note's.
            if _inside_note(marks, mark):
                return _page_at(document, mark.start)
            return _last_page(marks[:index], 0, mark.start)
    return _last_page(marks, 0, offset)


def _inside_note(marks: tuple[Mark, ...], marker: Mark) -> bool:
    return any(m.kind == "note" and m.start <= marker.start < m.end and m.ref != marker.ref for m in marks)


def _last_page(marks: tuple[Mark, ...], start: int, offset: int) -> str | None:
    found = [m.label for m in marks if m.kind == "page" and start <= m.end <= offset]
    return found[-1] if found else None
