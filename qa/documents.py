"""A library's documents as answering needs them: in the order of reading with their dates, and each ready to
be read. Kept until the library changes. Safe to share by threads."""

from __future__ import annotations

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

NEXT = 6
"""Documents behind another that may answer it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to be read: its text in the reading view and its sentences."""

    document: Document
    view: Folded
    sentences: tuple[Sentence, ...]


class Documents:
    """The documents of one library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._listed: tuple[int, tuple[str, ...], Mapping[str, str | None]] | None = None
        self._sources: Mapping[str, str] = {}
        self._prepared: OrderedDict[tuple[int, str], Prepared] = OrderedDict()

    def listed(self) -> tuple[tuple[str, ...], Mapping[str, str | None]]:
        """The names of all documents in the order of reading, and their dates (ISO 8601)."""
        generation = self._library.generation()
        with self._lock:
            if self._listed is None or self._listed[0] != generation:
                listed = self._library.documents()
                self._listed = (
                    generation,
                    tuple(one.name for one in listed),
                    {one.name: one.date for one in listed},
                )
                self._sources = {one.name: one.source for one in listed}
                self._prepared.clear()
            return self._listed[1:]

    def after(self, name: str) -> Mapping[str, float]:
        """The documents that come next after ``name`` in its own source, with how soon they come: 1 for the
        first, falling by half with every second one. A letter is answered in the next ones of a volume."""
        order, _ = self.listed()
        if name not in self._sources:
            return {}
        at, source = order.index(name), self._sources[name]
        following = [other for other in order[at + 1 : at + 1 + NEXT] if self._sources.get(other) == source]
        return {other: 0.5 ** (place / 2) for place, other in enumerate(following)}

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
