"""Every place where words stand in a library's documents, none left out, each with the words around it.

    of(library)         the Concordancer of a library
    Concordancer.find   what is Sought, in all documents or some → Concordance: places, counts
    Concordancer.lines  some of its places as Lines: keyword in context, page, offsets

Every text is looked through, folded by qa.folding; no index stands between. (The index of words stems and
cuts words by other rules, so that what it does not hold may stand in a text all the same.)
"""

from __future__ import annotations

import re
import threading
import time
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from qa.concordance.corpus import Corpus, Entry, Progress, Segment, Texts, checksum_of, segments
from qa.concordance.found import ORDERS, WHERE, Concordance, InDocument, InYear, Order, Sought, Where
from qa.concordance.pattern import Pattern, pattern
from qa.concordance.vocabulary import Vocabulary
from qa.errors import LibraryError, UnknownDocument
from qa.reading.pages import pages_of
from qa.splitting.views import collapsed
from qa.types import Document, Voice

if TYPE_CHECKING:
    from qa.library.protocol import Library

__all__ = [
    "ORDERS", "WHERE", "Concordance", "Concordancer", "InDocument", "InYear", "Line", "Order", "Sought",
    "Where", "of",
]  # fmt: skip

KEPT = 8
"""Concordances held in memory, the latest asked for: turning pages does not search again."""

MOST_KEPT = 2_000_000
"""Places in one that is held."""

CONTEXT = 120
"""Characters on each side of a line."""

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Line:
    """One place, keyword in context: ``left``, ``words`` and ``right`` are for reading (without apparatus,
    line ends closed up), and joined they are what stands there, blanks included; the exact words are
    ``text[start:end]`` of the document. ``date`` is EDTF. ``number`` counts the places of the concordance
    from 1, as the documents were read."""

    number: int
    left: str
    words: str
    right: str
    document: str
    title: str
    date: str | None
    start: int
    end: int
    voice: Voice
    pages: str | None


class Concordancer:
    """Looks words up in one library. Safe to share by threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._corpus = Corpus(library)
        self._lock = threading.Lock()
        self._vocabulary: tuple[int, Vocabulary] | None = None
        self._kept: OrderedDict[tuple[object, ...], Concordance] = OrderedDict()

    def find(
        self,
        sought: Sought,
        *,
        documents: Sequence[str] = (),
        date_from: str | None = None,
        date_to: str | None = None,
        progress: Progress | None = None,
    ) -> Concordance:
        """Every place of what is sought, in all documents or in those named (documents, source files, name
        prefixes) and dated. ``progress`` is told while the texts are made ready, which happens once. Raises
        UsageError, UnknownDocument, LibraryError."""
        pattern(sought.words, whole=sought.whole)  # what is amiss is said at once
        with self._library.view(searching=False):
            within = self._library.within(documents, date_from, date_to)
            texts = self._corpus.texts(progress)
            key = (texts.generation, sought, within)
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            made = self._find(sought, texts, within)
        with self._lock:
            if len(made) <= MOST_KEPT:
                self._kept[key] = made
            for old in [k for k in self._kept if k[0] != texts.generation]:
                del self._kept[old]
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def lines(self, concordance: Concordance, numbers: Sequence[int]) -> list[Line]:
        """The places of these row numbers (as ``Concordance.ordered`` gives them) as lines, in this order.
        Raises LibraryError where a document has changed since."""
        held: OrderedDict[int, tuple[Document, tuple[Segment, ...]]] = OrderedDict()
        found = []
        for number in numbers:
            at, which, first, last = concordance.rows[number].tolist()
            entry = concordance.entries[at]
            if at not in held:
                held[at] = self._opened(entry)
                if len(held) > 64:
                    held.popitem(last=False)
            document, reading = held[at]
            start, end = concordance.segments(entry)[which].true(first, last)
            found.append(_line(int(number) + 1, entry, document, reading[which], start, end))
        return found

    def places(self, concordance: Concordance, document: str) -> tuple[tuple[int, int], ...]:
        """All places in one document as ranges of its text, in its order."""
        entries = concordance.entries
        at = next((at for at, entry in enumerate(entries) if entry.name == document), -1)
        if at < 0:
            return ()
        made = concordance.segments(entries[at])
        rows = concordance.rows[concordance.rows[:, 0] == at].tolist()
        return tuple(made[which].true(first, last) for _, which, first, last in rows)

    def as_dict(self, concordance: Concordance, numbers: Sequence[int]) -> dict[str, Any]:
        """The concordance as `qa concordance --json` gives it, with the lines of these row numbers. Raises
        LibraryError."""
        return {
            "words": concordance.sought.words,
            "places": len(concordance),
            "searched": {"documents": len(concordance.entries)},
            "forms": [{"word": word, "forms": list(forms)} for word, forms in concordance.forms],
            "documents": [asdict(one) for one in concordance.in_documents],
            "years": [asdict(one) for one in concordance.in_years],
            "lines": [asdict(line) for line in self.lines(concordance, numbers)],
            "seconds": concordance.seconds,
        }

    def _opened(self, entry: Entry) -> tuple[Document, tuple[Segment, ...]]:
        try:
            document = self._library.document(entry.name)
        except UnknownDocument as error:
            raise LibraryError(f"{entry.name} is no longer in the library. Search again.") from error
        if checksum_of(document) != entry.checksum:
            raise LibraryError(f"{entry.name} has changed meanwhile. Search again.")
        return document, segments(document, "reading")

    def _find(self, sought: Sought, texts: Texts, within: frozenset[str] | None) -> Concordance:
        began = time.perf_counter()
        wanted = self._pattern(sought, texts)
        entries = tuple(entry for entry in texts.entries if within is None or entry.name in within)
        rows = array("i")
        for at, entry in enumerate(entries):
            for number, first, last in _places(wanted, sought.where, self._corpus.segments(entry)):
                rows.extend((at, number, first, last))
        return Concordance(
            sought,
            texts.generation,
            entries,
            np.frombuffer(rows, np.int32).reshape(-1, 4) if rows else np.empty((0, 4), np.int32),
            wanted.forms,
            self._corpus.segments,
            time.perf_counter() - began,
        )

    def _pattern(self, sought: Sought, texts: Texts) -> Pattern:
        if not (sought.stems or sought.variants):
            return pattern(sought.words, whole=sought.whole)
        vocabulary = self._words(texts)

        def wider(word: str) -> set[str]:
            forms = vocabulary.forms(word, stems=sought.stems, variants=sought.variants)
            return forms.difference(sought.without)

        return pattern(sought.words, whole=sought.whole, wider=wider)

    def _words(self, texts: Texts) -> Vocabulary:
        """Of the whole library: what a word is widened to does not hang on what is searched."""
        with self._lock:
            if self._vocabulary is None or self._vocabulary[0] != texts.generation:
                every = (
                    segment.view.text for entry in texts.entries for segment in self._corpus.segments(entry)
                )
                self._vocabulary = (texts.generation, Vocabulary(every, self._library.terms))
            return self._vocabulary[1]


def _places(wanted: Pattern, where: Where, made: Sequence[Segment]) -> list[tuple[int, int, int]]:
    """(number of the segment, start, end) of every place in a document, in the order of its text."""
    found = []
    for number, segment in enumerate(made):
        if where != "everywhere" and segment.is_note != (where == "notes"):
            continue
        for first, last in wanted.places(segment.view.text):
            if not wanted.is_phrase or not segment.crosses(first, last):
                found.append((number, first, last))
    if len(made) > 1 and len({number for number, _, _ in found}) > 1:
        found.sort(key=lambda place: made[place[0]].true(place[1], place[2]))
    return found


def _line(number: int, entry: Entry, document: Document, reading: Segment, start: int, end: int) -> Line:
    view = reading.view
    first, last = view.of(start - reading.start, end - reading.start)
    mark = next(
        (m for m in document.marks if m.kind in ("note", "heading", "front") and m.start <= start < m.end),
        None,
    )
    voice: Voice = mark.kind if mark is not None else "text"  # type: ignore[assignment]
    # A little more is taken than is shown: runs of white space are closed up.
    left = _SPACE.sub(" ", view.text[max(0, first - 2 * CONTEXT) : first]).lstrip()
    right = _SPACE.sub(" ", view.text[last : last + 2 * CONTEXT]).rstrip()
    return Line(
        number,
        _from_word(left[-CONTEXT - 1 :]) if len(left) > CONTEXT else left,
        collapsed(view.text[first:last]),
        _to_word(right[: CONTEXT + 1]) if len(right) > CONTEXT else right,
        document.name,
        entry.title,
        entry.known,
        start,
        end,
        voice,
        pages_of(document, start, end),
    )


def _from_word(words: str) -> str:
    """From the first whole word on."""
    return words.partition(" ")[2] or words


def _to_word(words: str) -> str:
    """Up to the last whole word."""
    return words.rpartition(" ")[0] or words


_concordancers: WeakKeyDictionary[Library, Concordancer] = WeakKeyDictionary()
_making = threading.Lock()


def of(library: Library) -> Concordancer:
    """The one that is shared by all who look words up in this library: its texts are in memory once."""
    with _making:
        if library not in _concordancers:
            _concordancers[library] = Concordancer(library)
        return _concordancers[library]
