"""A library's documents as answering needs them: in the order of reading with their dates, and each ready to
be read. Kept until the library changes, and as long as it is asked as it was before. Safe to share by
threads."""

from __future__ import annotations

import bisect
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.folding import Folded
from qa.splitting import Sentence, sentences, view_of
from qa.types import Document

if TYPE_CHECKING:
    from qa.library.protocol import Library

KEPT = 512
"""Prepared documents held in memory, the latest asked for."""

GENERATIONS = 3
"""Of the library that are kept at once: questions that were asked before a change go on beside later ones."""

NEXT = 6
"""Documents behind another, or sentences behind another in their own, that may answer it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to be read: its text in the reading view and its sentences."""

    document: Document
    view: Folded
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """The names of all documents in the order of reading, their dates (ISO 8601), how many passages they
    have, and their source files."""

    order: tuple[str, ...]
    dates: Mapping[str, str | None]
    sizes: Mapping[str, int]
    sources: Mapping[str, str]


class Documents:
    """The documents of one library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._listed: OrderedDict[int, Listed] = OrderedDict()
        self._prepared: OrderedDict[tuple[int, str], Prepared] = OrderedDict()

    def listed(self) -> Listed:
        """All documents."""
        generation = self._library.generation()
        with self._lock:
            if generation not in self._listed:
                every = self._library.documents()
                self._listed[generation] = Listed(
                    tuple(one.name for one in every),
                    {one.name: one.date for one in every},
                    {one.name: one.passages for one in every},
                    {one.name: one.source for one in every},
                )
                while len(self._listed) > GENERATIONS:
                    self._listed.popitem(last=False)
                for key in [key for key in self._prepared if key[0] not in self._listed]:
                    del self._prepared[key]
            self._listed.move_to_end(generation)
            return self._listed[generation]

    def after(self, name: str) -> Mapping[str, float]:
        """The documents that come next after ``name`` in its own source, with how soon they come: 1 for the
        first, falling by half with every second one. A letter is answered in the next ones of a volume."""
        now = self.listed()
        if name not in now.sources:
            return {}
        at, source = now.order.index(name), now.sources[name]
        following = [other for other in now.order[at + 1 : at + 1 + NEXT] if now.sources[other] == source]
        return {other: 0.5 ** (place / 2) for place, other in enumerate(following)}

    def behind(self, name: str, end: int) -> Mapping[int, float]:
        """The sentences of a document that begin at ``end`` or behind it, by where they begin, with how soon
        they come: 1 for the first, falling by half with each. What was said is answered in the next ones.
        Raises UnknownDocument."""
        sentences = self.prepared(name).sentences
        first = bisect.bisect_left(sentences, end, key=lambda sentence: sentence.start)
        return {one.start: 0.5**place for place, one in enumerate(sentences[first : first + NEXT])}

    def prepared(self, name: str) -> Prepared:
        """One document ready to be read. Raises UnknownDocument."""
        key = (self._library.generation(), name)
        with self._lock:
            if key in self._prepared:
                self._prepared.move_to_end(key)
                return self._prepared[key]
        document = self._library.document(name)
        prepared = Prepared(document, view_of(document), tuple(sentences(document)))
        with self._lock:
            self._prepared[key] = prepared
            while len(self._prepared) > KEPT:
                self._prepared.popitem(last=False)
        return prepared
