"""Searching inside one document: where words stand in it, however they are printed there. Pure but for what
it remembers."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict

from qa.folding import Folded, fold, question
from qa.splitting import view_of
from qa.types import Document

MOST = 5_000
"""Places that are told at once; whoever finds more has searched for a letter."""

_KEPT = 4


class Inside:
    """Finds words in documents; the views of the latest ones are kept. Safe to share by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._views: OrderedDict[tuple[str, str], tuple[Folded, Folded]] = OrderedDict()

    def places(self, document: Document, words: str) -> list[tuple[int, int]]:
        """The ranges of ``document.text`` where ``words`` stand, in order, none inside another, MOST at the
        most. Capitals, kinds of quotation marks and dashes, runs of white space and hyphens at line ends do
        not count; page marks and notes' markers may stand in between, and are found themselves too."""
        wanted = question(words)
        if not wanted:
            return []
        pattern = re.compile(re.escape(wanted), re.IGNORECASE)
        found = {
            view.true(*match.span())
            for view in self._folded(document)
            for match, _ in zip(pattern.finditer(view.text), range(MOST), strict=False)
        }
        kept: list[tuple[int, int]] = []
        for start, end in sorted(found, key=lambda place: (place[0], -place[1])):
            if start < end and (not kept or end > kept[-1][1]):
                kept.append((start, end))
        return kept[:MOST]

    def _folded(self, document: Document) -> tuple[Folded, Folded]:
        """The document's words without its apparatus, and with it."""
        key = document.name, document.text
        with self._lock:
            if key in self._views:
                self._views.move_to_end(key)
                return self._views[key]
        made = view_of(document, "search"), fold(document.text, "search")
        with self._lock:
            self._views[key] = made
            while len(self._views) > _KEPT:
                self._views.popitem(last=False)
        return made
