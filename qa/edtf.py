"""Dates in the Extended Date/Time Format (ISO 8601-2, https://www.loc.gov/standards/datetime/), levels 0
and 1: days, months, years and seasons, uncertain (?), about (~), both (%), with digits left open (194X,
1945-XX), spans (1945-11-20/1945-11-22) and spans open at one end (1945/.., ../1945).

Years run from 0001 to 9999: longer and negative ones are left out, since dates are compared as texts.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

LATEST = "9999"
"""What a span without an end lasts to."""

_MONTHS = (
    "January February March April May June July August September October November December"
).split()  # not strftime: that speaks the machine's language
_SEASONS = {21: "Spring", 22: "Summer", 23: "Autumn", 24: "Winter"}
_MOMENT = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX))?)?"
    r"(?P<qualifier>[?~%]?)"
)
_TIME = re.compile(r"(?<=\d)T[0-9:.]+(?:Z|[+-][0-9:]+)?$")


@dataclass(frozen=True, slots=True)
class Moment:
    """One date. ``first`` and ``last`` are the earliest and the latest that it can be, as ISO 8601 to the
    year, the month or the day ("194X" lies in "1940" … "1949"); ``season`` is 21 … 24 or 0."""

    first: str
    last: str
    qualifier: str = ""
    season: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A date or a span of dates; ``start`` or ``end`` is None where it is open. Of a single date they are
    the same."""

    text: str
    start: Moment | None
    end: Moment | None

    @property
    def date(self) -> str:
        """The first day, month or year as ISO 8601; the last where the beginning is open."""
        moment = self.start or self.end
        assert moment is not None
        return moment.first if self.start else moment.last

    @property
    def until(self) -> str:
        """The last day, month or year as ISO 8601; LATEST where the end is open."""
        return self.end.last if self.end else LATEST

    @property
    def is_plain(self) -> bool:
        """Whether ``date`` says it all: a day, a month or a year, nothing else."""
        return self.text == self.date


@lru_cache(maxsize=4096)
def parse(text: str) -> Span:
    """``text`` as EDTF, level 0 or 1; a time of day is dropped. Raises ValueError."""
    text = text.strip()
    if "/" not in text:
        text = _TIME.sub("", text)
        moment = _moment(text)
        return Span(text, moment, moment)
    sides = text.split("/")
    if len(sides) != 2:
        raise ValueError(f"{text!r} is no span of two dates")
    start, end = (None if side in ("", "..") else _moment(side) for side in sides)
    if start is None and end is None:
        raise ValueError(f"{text!r} is open at both ends")
    # "~" sorts after digits and "-": 1945/1945-11 ends within the year that it begins with.
    if start and end and start.first > end.last + "~":
        raise ValueError(f"{text!r} ends before it begins")
    return Span(text, start, end)


def _moment(text: str) -> Moment:
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no date in EDTF")
    year, month, day, qualifier = match.group("year", "month", "day", "qualifier")
    first, last = year.replace("X", "0"), year.replace("X", "9")
    if first == "0000":
        first = "0001"
    if month and (first != last or (month == "XX" and day not in (None, "XX"))):
        raise ValueError(f"{text!r}: a month of no certain year, or a day of no certain month")
    if month is None or month == "XX":
        return Moment(first, last, qualifier)
    if int(month) in _SEASONS and day is None:
        return Moment(year, year, qualifier, int(month))
    if not 1 <= int(month) <= 12:
        raise ValueError(f"{text!r}: there is no month {month}")
    if day is None or day == "XX":
        return Moment(f"{year}-{month}", f"{year}-{month}", qualifier)
    if not 1 <= int(day) <= calendar.monthrange(int(first), int(month))[1]:
        raise ValueError(f"{text!r}: there is no such day")
    return Moment(text[:10], text[:10], qualifier)


def until(text: str) -> str:
    """The last day, month or year of a date in EDTF. Raises ValueError."""
    return parse(text).until


def csl_date(text: str) -> dict[str, Any]:
    """A date in EDTF as a CSL-JSON date: one or two date-parts, ``circa`` where it is uncertain or about,
    a ``literal`` where one end is open, which CSL has no form for. Raises ValueError."""
    span = parse(text)
    if span.start is None or span.end is None:
        moment = span.start or span.end
        assert moment is not None
        words = f"{_words(moment)} or {'later' if span.start else 'earlier'}"
        return {"literal": ("about " if moment.qualifier else "") + words}
    first, last = _parts(span.start.first), _parts(span.end.last)
    made: dict[str, Any] = {"date-parts": [first] if first == last else [first, last]}
    if span.start is span.end and span.start.season:
        made["season"] = span.start.season - 20
    if span.start.qualifier or span.end.qualifier:
        made["circa"] = True
    return made


def _parts(iso: str) -> list[int]:
    return [int(part) for part in iso.split("-")]


def _words(moment: Moment) -> str:
    year, *rest = _parts(moment.first)
    if moment.season:
        return f"{_SEASONS[moment.season]} {year}"
    if not rest:
        return str(year) if moment.first == moment.last else f"{year}–{int(moment.last)}"
    return f"{_MONTHS[rest[0] - 1]} {rest[1]}, {year}" if len(rest) > 1 else f"{_MONTHS[rest[0] - 1]} {year}"
