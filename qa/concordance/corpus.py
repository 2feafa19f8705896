"""The texts of a library, folded for looking words up in them; kept until the library changes.

All words of a document are there once: its own text with headings and front matter as one, so that a sentence
which a note at the foot of a page interrupts is whole; every note for itself.
"""

from __future__ import annotations

import bisect
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from qa.folding import Folded, Gap, View, caseless, fold, hyphenation_of
from qa.hyphenation import LINE_END
from qa.splitting.views import gaps
from qa.types import Document, Mark

if TYPE_CHECKING:
    from qa.library.protocol import Library

KEPT = 400_000_000
"""Characters of folded texts held in memory at most, thirty times the archive's; of a larger library the rest
is folded again at every search."""

Progress = Callable[[int, int], None]
"""Told (documents done, documents in all)."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a document that is looked through by itself, ``text[start:end]``: everything but the notes,
    or one note. ``view`` begins at ``start``; a place in it that has one of ``bounds`` inside runs from a
    heading into what follows, and is none."""

    start: int
    end: int
    is_note: bool
    view: Folded
    bounds: tuple[int, ...] = ()

    def crosses(self, first: int, last: int) -> bool:
        """Whether a place of the view runs from one voice into another."""
        return bisect.bisect_right(self.bounds, first) != bisect.bisect_left(self.bounds, last)

    def true(self, first: int, last: int) -> tuple[int, int]:
        """A place of the view as a range of the document's text."""
        start, end = self.view.true(first, last)
        return self.start + start, self.start + end


@dataclass(frozen=True, slots=True)
class Entry:
    """A document without its text: ``checksum`` tells whether that has changed, ``words`` counts those of
    the text and those of the notes. ``date`` is ISO 8601, ``known`` the date in full (EDTF). ``segments`` are
    None where there was no more room to keep them."""

    name: str
    title: str
    date: str | None
    known: str | None
    checksum: int
    words: tuple[int, int]
    segments: tuple[Segment, ...] | None

    @property
    def year(self) -> int | None:
        """The first year of its date."""
        return int(self.date[:4]) if self.date else None


class Texts:
    """All documents of a library at one of its generations, in the order of reading."""

    def __init__(self, generation: int, entries: tuple[Entry, ...]) -> None:
        self.generation = generation
        self.entries = entries

    @cached_property
    def by_name(self) -> Mapping[str, Entry]:
        """The documents by name."""
        return {entry.name: entry for entry in self.entries}


class Corpus:
    """The texts of one library. Safe to share by threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._texts = Texts(-1, ())

    def texts(self, progress: Progress | None = None) -> Texts:
        """The texts as the library is now. What has not changed since they were asked for is not folded
        again. Raises LibraryError."""
        with self._library.view(searching=False), self._lock:
            generation = self._library.generation()
            if generation != self._texts.generation:
                self._texts = Texts(generation, tuple(self._read(progress)))
            return self._texts

    def segments(self, entry: Entry) -> tuple[Segment, ...]:
        """The segments of a document, folded now where they are not kept. Raises UnknownDocument."""
        return segments(self._library.document(entry.name)) if entry.segments is None else entry.segments

    def _read(self, progress: Progress | None) -> Iterator[Entry]:
        before = self._texts.by_name
        listed = self._library.documents()
        kept = 0
        for number, summary in enumerate(listed, start=1):
            document = self._library.document(summary.name)
            old = before.get(summary.name)
            checksum = checksum_of(document)
            known = document.metadata
            title = known.title or document.name
            if old is not None and old.checksum == checksum and old.segments is not None:
                made, words = old.segments, old.words
            else:
                made = segments(document)
                words = _words(made)
            room = kept + summary.characters <= KEPT
            kept += summary.characters if room else 0
            yield Entry(
                document.name,
                title,
                known.date,
                known.edtf or known.date,
                checksum,
                words,
                made if room else None,
            )
            if progress is not None:
                progress(number, len(listed))


def checksum_of(document: Document) -> int:
    """A number that another text, or the same with other marks, hardly has; good for one process."""
    return hash((document.text, document.marks))


def segments(document: Document, view: View = "search") -> tuple[Segment, ...]:
    """A document cut into what is looked through: its text first, then its notes. In the search view without
    the difference of capitals, else in the view asked for."""
    text = document.text
    apparatus = list(gaps(document))
    notes = list(_notes(document))
    # A note that stands in the middle of a sentence, as at a page's end, is passed over in it.
    out = sorted([*apparatus, *(Gap(note.start, note.end, True) for note in notes)])
    hyphenation = hyphenation_of(text, apparatus) if LINE_END.search(text) or apparatus else None
    body = _folded(fold(text, view, gaps=_apart(out), hyphenation=hyphenation), view)
    bounds = {
        body.of(edge, edge)[0]
        for mark in document.marks
        if mark.kind in ("heading", "front")
        for edge in (mark.start, mark.end)
    }
    found = [Segment(0, len(text), False, body, tuple(sorted(bounds)))]
    at = 0
    for note in notes:
        while at < len(apparatus) and apparatus[at].end <= note.start:
            at += 1
        inside = []
        for gap in apparatus[at:]:
            if gap.start >= note.end:
                break
            first, last = max(gap.start, note.start), min(gap.end, note.end)
            inside.append(Gap(first - note.start, last - note.start, gap.breaks))
        piece = fold(text[note.start : note.end], view, gaps=inside, hyphenation=hyphenation)
        found.append(Segment(note.start, note.end, True, _folded(piece, view)))
    return tuple(found)


def _folded(view: Folded, name: View) -> Folded:
    return caseless(view) if name == "search" else view


def _notes(document: Document) -> Iterator[Mark]:
    """The notes without those inside others, which are part of them."""
    at = 0
    for mark in document.marks:
        if mark.kind == "note" and mark.start >= at and mark.end > mark.start:
            yield mark
            at = mark.end


def _apart(ordered: list[Gap]) -> Iterator[Gap]:
    """Gaps in order without overlaps."""
    at = 0
    for gap in ordered:
        if gap.end > at:
            yield Gap(max(gap.start, at), gap.end, gap.breaks)
            at = gap.end


def _words(made: tuple[Segment, ...]) -> tuple[int, int]:
    """How many words the text and the notes have, as they stand between spaces."""
    counts = [0, 0]
    for segment in made:
        counts[segment.is_note] += len(segment.view.text.split())
    return counts[0], counts[1]
