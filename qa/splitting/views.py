"""A document's text without what is not its words: masked for cutting, in the reading view for reading."""

from __future__ import annotations

from collections.abc import Iterator

from qa.folding import Folded, Gap, View, fold, hyphenation_of
from qa.hyphenation import LINE_END
from qa.types import Document

_APPARATUS = ("page", "marker", "apparatus")


def masked(document: Document) -> str:
    """The document's text with all apparatus as spaces, so that offsets stay."""
    pieces: list[str] = []
    at = 0
    for gap in gaps(document):
        pieces += [document.text[at : gap.start], " " * (gap.end - gap.start)]
        at = gap.end
    return "".join(pieces) + document.text[at:] if pieces else document.text


def gaps(document: Document) -> Iterator[Gap]:
    """The document's apparatus that is text, in order and without overlaps: page marks, note markers,
    running heads and the like. A page mark, or what stands at its edge, ends a line."""
    at = 0
    for mark in document.marks:
        if mark.kind in _APPARATUS and mark.end > max(mark.start, at):
            yield Gap(max(mark.start, at), mark.end, breaks=mark.kind != "marker")
            at = mark.end


def view_of(document: Document, view: View = "reading") -> Folded:
    """The whole document in a view, its apparatus left out."""
    return fold(document.text, view, gaps=gaps(document))


def clean(document: Document, start: int, end: int) -> str:
    """The words of ``text[start:end]`` in the reading view, white space run together: for reading, never
    for quoting."""
    text = document.text[start:end]
    inside = [
        Gap(max(gap.start, start) - start, min(gap.end, end) - start, gap.breaks)
        for gap in gaps(document)
        if gap.start < end and gap.end > start
    ]
    hyphenation = None
    # Only what the whole document writes elsewhere can say what a hyphen at a line's end is.
    if inside or LINE_END.search(text):
        hyphenation = hyphenation_of(document.text, gaps(document))
    return collapsed(fold(text, gaps=inside, hyphenation=hyphenation).text)


def clean_in(view: Folded, start: int, end: int) -> str:
    """What ``clean`` gives, from a document's reading view: for many ranges of one document."""
    return collapsed(view.text[slice(*view.of(start, end))])


def collapsed(text: str) -> str:
    """A text with each run of white space as one space, and none around it."""
    return " ".join(text.split())
