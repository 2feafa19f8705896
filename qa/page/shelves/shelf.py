"""The documents of a library as a table is made of them: filtered, put in order, counted. Pure, but for
``Listing``, which keeps the list until the library changes."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.library.protocol import DocumentSummary, Library

PAGE = 50
"""Rows of a table at once."""

COLUMNS = ("title", "date", "sender", "recipient", "collection", "type", "source", "passages")
"""Of documents, in the order in which they stand."""

FILE_COLUMNS = ("title", "date", "documents", "passages")
"""Of source files."""

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a person looks for; "" is anything. Of ``words`` each must stand somewhere among what the list
    knows of a document; ``sender``, ``recipient`` and ``collection`` stand in what is so called; ``type`` is
    the type; the date lies within [``date_from``, ``date_to``] (ISO 8601), as in a library's scope."""

    words: str = ""
    sender: str = ""
    recipient: str = ""
    collection: str = ""
    type: str = ""
    date_from: str = ""
    date_to: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it lets everything pass."""
        return not any(getattr(self, name).strip() for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class View:
    """What of the list is looked at: ``by`` "document" or "file", put in order by the column ``sort`` ("": as
    the files were read), the page ``page`` (from 0)."""

    filter: Filter = Filter()
    by: str = "document"
    sort: str = ""
    descending: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class FileSummary:
    """One source file: ``documents`` of it were found, with so many ``passages``, dated from ``date`` to
    ``until``."""

    name: str
    path: str
    documents: int
    passages: int
    date: str | None
    until: str | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A document with what it is looked up by, folded."""

    summary: DocumentSummary
    words: str
    sender: str
    recipient: str
    collection: str


class Listing:
    """The documents of a library, read again when it has changed. Safe to share by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: tuple[str, int] | None = None
        self._entries: tuple[_Entry, ...] = ()
        self._orders: dict[str, dict[str, int]] = {}

    def read(self, library: Library) -> Listing:
        """Itself, as the library is now. Raises LibraryError."""
        now = (library.location, library.generation())
        with self._lock:
            if self._of != now:
                self._entries = tuple(_entry(one) for one in library.documents())
                self._orders = {}
                self._of = now
        return self

    def __len__(self) -> int:
        return len(self._entries)

    def found(self, wanted: Filter) -> list[DocumentSummary]:
        """What passes the filter, in the order of the library."""
        if wanted.is_empty:
            return [entry.summary for entry in self._entries]
        passes = _test(wanted)
        return [entry.summary for entry in self._entries if passes(entry)]

    def ordered(self, found: list[DocumentSummary], view: View) -> list[DocumentSummary]:
        """Put in the order that is asked for; what has no value comes last either way."""
        if view.sort not in COLUMNS:
            return found[::-1] if view.descending else found
        column = view.sort
        if column not in self._orders:
            keys = {entry.summary.name: _key(entry.summary, column) for entry in self._entries}
            # A place in the whole order, made once: comparing numbers is quick however long the list.
            self._orders[column] = {
                name: place for place, name in enumerate(sorted(keys, key=keys.__getitem__))
            }
        places = self._orders[column]
        known = [one for one in found if getattr(one, column) not in (None, "")]
        rest = [one for one in found if getattr(one, column) in (None, "")]
        known.sort(key=lambda one: places.get(one.name, 0), reverse=view.descending)
        return known + rest

    def filled(self) -> frozenset[str]:
        """The columns in which any document has something."""
        return frozenset(
            column
            for column in COLUMNS
            if any(getattr(entry.summary, column) not in (None, "") for entry in self._entries)
        )

    def common(self, column: str, most: int) -> list[str]:
        """The values of a column, the most frequent first, at most so many."""
        counted = Counter(
            value for entry in self._entries if (value := getattr(entry.summary, column)) not in (None, "")
        )
        return [value for value, _ in counted.most_common(most)]


def files(documents: Iterable[DocumentSummary], view: View | None = None) -> list[FileSummary]:
    """The source files of these documents, by name, or as ``view`` asks."""
    grouped: dict[str, list[DocumentSummary]] = {}
    for one in documents:
        grouped.setdefault(one.path or one.source, []).append(one)
    found = []
    for path, inside in grouped.items():
        dates = [one.date for one in inside if one.date]
        ends = [one.until or one.date for one in inside if one.date]
        found.append(
            FileSummary(
                inside[0].source, path, len(inside), sum(one.passages for one in inside),
                min(dates, default=None), max((end for end in ends if end), default=None),
            )
        )  # fmt: skip
    if view is None or view.sort not in FILE_COLUMNS:
        return found[::-1] if view is not None and view.descending else found
    column = {"title": "name"}.get(view.sort, view.sort)

    def key(one: FileSummary) -> tuple[object, ...]:
        value = getattr(one, column)
        return natural(value) if isinstance(value, str) else (value,)

    known = [one for one in found if getattr(one, column) is not None]
    known.sort(key=key, reverse=view.descending)
    return known + [one for one in found if getattr(one, column) is None]


def natural(text: str) -> tuple[object, ...]:
    """A key that puts "No. 9" before "No. 10", and small and large letters side by side."""
    parts = _DIGITS.split(folded(text))
    return tuple((1, int(part), part) if number % 2 else (0, 0, part) for number, part in enumerate(parts))


def folded(text: str) -> str:
    """Without case and accents: what is typed in haste finds what is spelt with care."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()


def _entry(one: DocumentSummary) -> _Entry:
    sender, recipient = folded(one.sender or ""), folded(one.recipient or "")
    collection = folded(one.collection or "")
    words = folded(f"{one.title}\n{one.name}\n{one.source}\n{one.date or ''}\n{one.type or ''}")
    return _Entry(one, f"{words}\n{sender}\n{recipient}\n{collection}", sender, recipient, collection)


def _key(one: DocumentSummary, column: str) -> tuple[object, ...]:
    value = getattr(one, column)
    if column == "title":
        value = one.title or one.name
    return (value,) if isinstance(value, int) else natural(value or "")


def _test(wanted: Filter) -> Callable[[_Entry], bool]:
    words = folded(wanted.words).split()
    named = [
        (name, folded(given).split())
        for name in ("sender", "recipient", "collection")
        if (given := getattr(wanted, name).strip())
    ]
    first, last = wanted.date_from.strip(), wanted.date_to.strip()

    def passes(entry: _Entry) -> bool:
        if not all(word in entry.words for word in words):
            return False
        for name, parts in named:
            field = getattr(entry, name)
            if not all(part in field for part in parts):
                return False
        one = entry.summary
        if wanted.type and one.type != wanted.type:
            return False
        return not (first or last) or _is_within(one, first, last)

    return passes


def _is_within(one: DocumentSummary, first: str, last: str) -> bool:
    # "~" sorts after digits and "-": a month or year followed by it is its last moment.
    if not one.date:
        return False
    return (not first or (one.until or one.date) + "~" >= first) and (not last or one.date <= last + "~")


def pages(count: int) -> int:
    """How many pages so many rows have; one at the least."""
    return max(1, -(-count // PAGE))


def on_page(rows: Sequence[object], page: int) -> tuple[int, int]:
    """The first row of a page and the one behind its last, of a page that there is."""
    page = min(max(0, page), pages(len(rows)) - 1)
    return page * PAGE, min(len(rows), (page + 1) * PAGE)
