"""What the chronology shows: quotes, or documents in which words were found, with what is known of when.

Pure but for the library, which is asked for the documents."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from babel.dates import format_date, format_skeleton

from qa import edtf
from qa.chronology import Chronology, Dated, arranged
from qa.citing import cite
from qa.concordance import Concordance, Concordancer
from qa.errors import UnknownDocument
from qa.exporting.markdown import text as as_markdown
from qa.exporting.spreadsheet import guarded
from qa.page.texts import Words
from qa.presenting import place_at
from qa.types import Quote

if TYPE_CHECKING:
    from qa.library.protocol import Library
    from qa.page.ask.exchange import Exchange

COLUMNS = (
    "date", "first_day", "last_day", "document", "title", "pages", "words", "places", "citation",
)  # fmt: skip
"""``date`` is EDTF; the days are the first and the last that it may mean, empty where it is open or not
known."""

_LOCALES = {"en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the chronology: a quote; or a document in which words were found, ``places`` times, first
    at row ``row`` of the concordance."""

    document: str
    title: str
    date: str | None
    quote: Quote | None = None
    places: int = 0
    row: int = -1


@dataclass(frozen=True, slots=True)
class Items:
    """What there is to show. ``lost`` quotes are left out: they do not stand in the library as they were
    quoted."""

    along: Chronology[Item]
    lost: int = 0

    @property
    def every(self) -> tuple[Item, ...]:
        """All in the order of the list: along their dates, then those without one."""
        return (*(one.thing for one in self.along.dated), *self.along.undated)


def of_exchanges(exchanges: Iterable[Exchange], library: Library) -> Items:
    """The quotes of answers, each once. Raises LibraryError."""
    found: dict[tuple[str, int, int], Item] = {}
    lost = 0
    for exchange in exchanges:
        for quote in exchange.answer.quotes if exchange.answer is not None else ():
            try:
                document = library.document(quote.document)
            except UnknownDocument:
                lost += 1
                continue
            if document.text[quote.start : quote.end] != quote.text:
                lost += 1
                continue
            known = document.metadata
            title = known.title or document.name
            item = Item(document.name, title, known.edtf or known.date, quote)
            found.setdefault((quote.document, quote.start, quote.end), item)
    return Items(arranged(found.values(), _date), lost)


def of_concordance(made: Concordance) -> Items:
    """The documents in which the words stand."""
    numbers, rows, counts = np.unique(made.rows[:, 0], return_index=True, return_counts=True)
    items = []
    for number, row, count in zip(numbers.tolist(), rows.tolist(), counts.tolist(), strict=True):
        entry = made.entries[number]
        items.append(Item(entry.name, entry.title, entry.known, None, count, row))
    return Items(arranged(items, _date))


def _date(item: Item) -> str | None:
    return item.date


def in_words(span: edtf.Span, say: Words) -> str:
    """A date as a person writes it: "22 November 1945", "about 1945", "20 November 1945 to 1946"."""
    if span.start is span.end and span.start is not None:
        return _moment(span.start, say)
    if span.start is None and span.end is not None:
        return say("chronology.earlier", date=_moment(span.end, say))
    if span.end is None and span.start is not None:
        return say("chronology.later", date=_moment(span.start, say))
    assert span.start is not None
    assert span.end is not None
    return say("chronology.between", first=_moment(span.start, say), last=_moment(span.end, say))


def _moment(moment: edtf.Moment, say: Words) -> str:
    if moment.first != moment.last:
        words = say("chronology.decade", first=int(moment.first), last=int(moment.last))
    elif moment.season:
        words = say(f"chronology.season-{moment.season}", year=int(moment.first))
    else:
        words = _plain([int(part) for part in moment.first.split("-")], say)
    if moment.qualifier in ("~", "%"):
        words = say("chronology.about", date=words)
    return say("chronology.uncertain", date=words) if moment.qualifier in ("?", "%") else words


def _plain(parts: Sequence[int], say: Words) -> str:
    locale = _LOCALES.get(say.language, say.language)
    if len(parts) == 1:
        return str(parts[0])
    if len(parts) == 2:
        # The month by itself, not as it stands after a day: "ноябрь", not "ноября".
        return format_skeleton("yMMMM", date(parts[0], parts[1], 1), locale=locale)
    return format_date(date(*parts), "long", locale=locale)


def words_of(item: Item, concordancer: Concordancer, made: Concordance | None) -> tuple[str, str, str]:
    """The words of an item for reading: its quote; or the first of its places between the words before and
    behind it. Raises LibraryError."""
    if item.quote is not None:
        return "", item.quote.clean, ""
    assert made is not None
    (line,) = concordancer.lines(made, [item.row])
    return line.left, line.words, line.right


def cited(item: Item, library: Library, made: Concordance | None, style: str) -> tuple[str, str]:
    """The pages and the citation of an item, cited in ``style``."""
    if item.quote is not None:
        quote = item.quote
        return quote.pages or "", cite(quote.csl, style=style) if quote.csl else quote.citation
    assert made is not None
    at, which, first, last = made.rows[item.row].tolist()
    start, end = made.segments(made.entries[at])[which].true(first, last)
    place = place_at(library.document(item.document), start, end, style)
    return place.pages or "", place.citation


def as_csv(
    items: Items, library: Library, concordancer: Concordancer, made: Concordance | None, style: str
) -> str:
    """The items as a table, safe to open in a spreadsheet. Raises LibraryError."""
    file = io.StringIO(newline="")
    file.write("\ufeff")  # tells Excel that it is UTF-8
    rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for one, item in _with_dates(items):
        first = "" if one is None or one.open_start else date.fromordinal(one.first).isoformat()
        last = "" if one is None or one.open_end else date.fromordinal(one.last).isoformat()
        pages, citation = cited(item, library, made, style)
        words = "".join(words_of(item, concordancer, made))
        texts = (item.document, item.title, pages, words)
        rows.writerow(
            [
                guarded(item.date or ""),
                first,
                last,
                *map(guarded, texts),
                item.places or "",
                guarded(citation),
            ]
        )
    return file.getvalue()


def as_list(
    items: Items,
    library: Library,
    concordancer: Concordancer,
    made: Concordance | None,
    style: str,
    say: Words,
) -> str:
    """The items as Markdown: under each date the words and where they stand. Raises LibraryError."""
    parts = [f"# {as_markdown(say('tab.chronology'))}"]
    before = None
    for one, item in _with_dates(items):
        heading = say("chronology.undated") if one is None else in_words(one.span, say)
        if heading != before:
            parts.append(f"## {as_markdown(heading)}")
            before = heading
        count = f" ({as_markdown(say.count(item.places, 'chronology.places'))})" if item.places else ""
        words = as_markdown("".join(words_of(item, concordancer, made)))
        parts.append(f"> {words}\n\n{as_markdown(cited(item, library, made, style)[1])}{count}")
    return "\n\n".join(parts) + "\n"


def _with_dates(items: Items) -> list[tuple[Dated[Item] | None, Item]]:
    return [
        *((one, one.thing) for one in items.along.dated),
        *((None, item) for item in items.along.undated),
    ]
