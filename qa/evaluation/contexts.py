"""The words around the evidence and the quotes, so that a report shows both where they stand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

from qa.errors import UnknownDocument
from qa.evaluation.measures import Context, ShownQuote
from qa.evaluation.sets import Question
from qa.folding import Folded, fold
from qa.splitting import view_of
from qa.types import Document

AROUND = 300
"""Characters of the document on each side."""

KEPT = 64
"""Documents that are kept with their views: questions about one paper often follow each other."""


class _Library(Protocol):
    def document(self, name: str) -> Document: ...


class Surroundings:
    """Finds places in the documents of a library."""

    def __init__(self, library: _Library) -> None:
        self._library = library
        self._kept: OrderedDict[str, tuple[Document, list[Folded]]] = OrderedDict()

    def of(self, question: Question, quotes: Sequence[ShownQuote]) -> tuple[Context, ...]:
        """A Context for each evidence item of the question and then for each of the quotes."""
        return (*self._evidence(question), *self._quotes(quotes))

    def _evidence(self, question: Question) -> Iterator[Context]:
        for number, item in enumerate(question.evidence):
            document = self._document(item.document)
            if document is None:
                yield Context("evidence", number, item.document)
                continue
            place = self._find(document, item.quote) if item.quote else None
            yield _context("evidence", number, document, place)

    def _quotes(self, quotes: Sequence[ShownQuote]) -> Iterator[Context]:
        for number, quote in enumerate(quotes):
            document = self._document(quote.document)
            if document is None:
                yield Context("quote", number, quote.document, quote.start, quote.end, text=quote.text)
            else:
                yield _context("quote", number, document, (quote.start, quote.end))

    def _document(self, name: str) -> Document | None:
        if name not in self._kept:
            try:
                self._kept[name] = (self._library.document(name), [])
            except UnknownDocument:
                return None
        self._kept.move_to_end(name)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return self._kept[name][0]

    def _find(self, document: Document, words: str) -> tuple[int, int] | None:
        """Where the words stand: to the letter, else in the views that make nothing of print (quotation
        marks, line breaks, hyphens at line ends)."""
        at = document.text.find(words)
        if at >= 0:
            return at, at + len(words)
        views = self._kept[document.name][1]
        if not views:
            views.extend((view_of(document, "search"), view_of(document, "joined")))
        for view, folded in zip(views, (fold(words, "search"), fold(words, "joined")), strict=True):
            place = view.find(folded.text)
            if place is not None:
                return place
        return None


def _context(
    of: Literal["evidence", "quote"], number: int, document: Document, place: tuple[int, int] | None
) -> Context:
    metadata = document.metadata
    if place is None:
        return Context(of, number, document.name, title=metadata.title, date=metadata.date)
    start, end = place
    return Context(
        of,
        number,
        document.name,
        start,
        end,
        before=document.text[max(0, start - AROUND) : start],
        text=document.text[start:end],
        after=document.text[end : end + AROUND],
        title=metadata.title,
        date=metadata.date,
    )
