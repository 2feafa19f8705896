"""What a search found: every place, in whatever order, counted. Pure."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from qa.concordance.corpus import Entry, Segment
from qa.concordance.pattern import simple_words

Where = Literal["everywhere", "text", "notes"]
WHERE: tuple[Where, ...] = get_args(Where)
"""In the text (with headings and front matter) and the notes, in one of them alone."""

Order = Literal["document", "left", "right", "words", "date"]
ORDERS: tuple[Order, ...] = get_args(Order)
"""As the documents were read; by the words before, nearest first; by the words behind; by the words found,
then those behind; by the documents' dates, those without one last."""

REACH = 60
"""Characters on each side that places are sorted by."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: ``words`` with ``*`` for any letters of a word. ``whole``: whole words only;
    ``stems``: the other forms of each word as well ("weapons" for "weapon"); ``variants``: other spellings
    and names as well ("Tchitcherin" for "Chicherin", "cooperate" for "co-operate"); ``where``: in the text,
    the notes, or both; ``without``: forms that are not to be found, though a word was widened to them."""

    words: str
    whole: bool = True
    stems: bool = False
    variants: bool = False
    where: Where = "everywhere"
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InDocument:
    """How often the words stand in a document of ``words`` words."""

    name: str
    title: str
    date: str | None
    places: int
    words: int


@dataclass(frozen=True, slots=True)
class InYear:
    """How often the words stand in the documents of a year (None: those without a date): in ``documents`` of
    the ``searched``, which have ``words`` words together. A document dated by a span counts in its first
    year."""

    year: int | None
    places: int
    documents: int
    searched: int
    words: int

    @property
    def rate(self) -> float:
        """Places in 10,000 words; 0 where there are no words."""
        return 10_000 * self.places / self.words if self.words else 0.0


@dataclass(frozen=True, eq=False)
class Concordance:
    """Every place where the words stand in the documents that were searched.

    ``forms``: what each word that was asked for was widened to. ``rows``: (places, 4) int32: number of the
    entry, number of the segment in it, the place in the segment's view. ``segments`` gives an entry's
    segments."""

    sought: Sought
    generation: int
    entries: tuple[Entry, ...]
    rows: NDArray[np.int32]
    forms: tuple[tuple[str, tuple[str, ...]], ...]
    segments: Callable[[Entry], tuple[Segment, ...]]
    seconds: float
    _orders: dict[Order, NDArray[np.int64]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def in_documents(self) -> tuple[InDocument, ...]:
        """The documents in which the words stand, most places first."""
        counts = np.bincount(self.rows[:, 0], minlength=len(self.entries)).tolist()
        found = [
            InDocument(entry.name, entry.title, entry.date, count, self._words(entry))
            for entry, count in zip(self.entries, counts, strict=True)
            if count
        ]
        return tuple(sorted(found, key=lambda one: -one.places))  # equal ones as they were read

    @cached_property
    def in_years(self) -> tuple[InYear, ...]:
        """Every year from the first to the last of the documents searched, then those without a date where
        there are any."""
        places = np.bincount(self.rows[:, 0], minlength=len(self.entries)).tolist()
        totals: Counter[tuple[int | None, str]] = Counter()
        for entry, count in zip(self.entries, places, strict=True):
            totals[entry.year, "searched"] += 1
            totals[entry.year, "words"] += self._words(entry)
            totals[entry.year, "places"] += count
            totals[entry.year, "documents"] += count > 0
        dated = [year for year, _ in totals if year is not None]
        years: list[int | None] = list(range(min(dated), max(dated) + 1)) if dated else []
        if any(year is None for year, _ in totals):
            years.append(None)
        return tuple(
            InYear(year, *(totals[year, what] for what in ("places", "documents", "searched", "words")))
            for year in years
        )

    def _words(self, entry: Entry) -> int:
        text, notes = entry.words
        return {"everywhere": text + notes, "text": text, "notes": notes}[self.sought.where]

    def ordered(
        self, order: Order = "document", *, year: int | None = None, document: str | None = None
    ) -> NDArray[np.int64]:
        """Row numbers in an order; those of one year or document alone where it is given."""
        with self._lock:
            if order not in self._orders:
                self._orders[order] = self._sorted(order)
            found = self._orders[order]
        if year is not None or document is not None:
            wanted = np.array(
                [
                    (year is None or entry.year == year) and (document is None or entry.name == document)
                    for entry in self.entries
                ],
                bool,
            )
            found = found[wanted[self.rows[found, 0]]] if len(found) else found
        return found

    def _sorted(self, order: Order) -> NDArray[np.int64]:
        numbers = np.arange(len(self.rows), dtype=np.int64)
        if order == "document":
            return numbers
        if order == "date":
            # "~" sorts after every date.
            keys = [entry.date or "~" for entry in self.entries]
            ranks = np.array(sorted(range(len(keys)), key=lambda at: (keys[at], at)), np.int64)
            place = np.empty(len(keys), np.int64)
            place[ranks] = np.arange(len(keys))
            return numbers[np.argsort(place[self.rows[:, 0]], kind="stable")]
        keys = self._contexts(order)
        return np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int64)

    def _contexts(self, order: Order) -> list[str]:
        """What each place is sorted by."""
        keys = []
        held, made = -1, tuple[Segment, ...]()
        for entry, segment, start, end in self.rows.tolist():
            if entry != held:
                held, made = entry, self.segments(self.entries[entry])
            text = made[segment].view.text
            if order == "left":
                keys.append(" ".join(reversed(simple_words(text[max(0, start - REACH) : start]))))
            else:
                behind = " ".join(simple_words(text[end : end + REACH]))
                keys.append(f"{text[start:end]}\0{behind}" if order == "words" else behind)
        return keys
