"""Dates as documents and their catalogues write them, as ISO 8601 and EDTF."""

from __future__ import annotations

import datetime
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from qa import edtf

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_MONTH = "|".join(f"{name}|{name[:3]}\\.|{name[:4]}\\." for name in _MONTHS)
_DAY_LAST = re.compile(rf"\b({_MONTH})\s+(\d{{1,2}})(?:\s*[-–]\s*\d{{1,2}})?,?\s+(1[5-9]\d\d|20\d\d)\b")
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({_MONTH}),?\s+(1[5-9]\d\d|20\d\d)\b")
_MONTH_YEAR = re.compile(rf"\b({_MONTH}),?\s+(1[5-9]\d\d|20\d\d)\b")
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?")


def iso_date(value: str | None) -> str | None:
    """The date part of an ISO 8601 value ("1917-04-21T22:00:00" gives "1917-04-21"); None where it is
    none, or no day of the calendar."""
    match = _ISO.fullmatch((value or "").strip())
    if match is None:
        return None
    year, month, day = match.groups()
    if not _exists(int(year), int(month or 1), int(day or 1)):
        return None
    return "-".join(part for part in (year, month, day) if part)


def parse_english_date(words: str) -> str | None:
    """The first full date in English words ("November 22, 1945", "22 November 1945"), the first day of
    a span; None where there is none."""
    found: list[tuple[int, str]] = []
    for pattern, order in ((_DAY_LAST, (3, 1, 2)), (_DAY_FIRST, (3, 2, 1))):
        match = pattern.search(words)
        if match:
            year, month, day = (match.group(i) for i in order)
            number = _month(month)
            if _exists(int(year), number, int(day)):
                found.append((match.start(), f"{year}-{number:02}-{int(day):02}"))
    return min(found)[1] if found else None


def parse_english_month(words: str) -> str | None:
    """The first month with its year in English words ("May 1957" gives "1957-05"); None without one."""
    match = _MONTH_YEAR.search(words)
    return f"{match.group(2)}-{_month(match.group(1)):02}" if match else None


def _month(name: str) -> int:
    return next(i for i, month in enumerate(_MONTHS, 1) if month.startswith(name.rstrip(".")))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


# -- dates as people write them in a table ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dated:
    """A written date. ``date`` and ``edtf`` are as in Metadata (``edtf`` only where it says more than
    ``date``); ``csl`` is the CSL-JSON date, the words themselves as ``literal`` where they could not be
    read, or could be read in two ways."""

    date: str | None
    edtf: str | None
    csl: dict[str, Any]

    @property
    def is_read(self) -> bool:
        """Whether the words could be read, in one way only."""
        return self.edtf is not None or (self.date is not None and "literal" not in self.csl)


_ANY_MONTH = "|".join([*_MONTHS, *(f"{name[:length]}\\.?" for name in _MONTHS for length in (4, 3))])
_ABOUT = re.compile(r"(?:c\.|ca\.?|circa|about|approx(?:imately|\.)?|around)\s*(?=[\dA-Z])", re.IGNORECASE)
_SEASON = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_CENTURY = re.compile(r"(\d\d)(?:st|nd|rd|th) century")
_TO = r"\s*(?:-|–|—|/|to|and|until)\s*"
_YEAR = r"(1\d{3}|20\d\d)"
_WRITTEN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), form)
    for pattern, form in (
        (rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+({_ANY_MONTH}),?\s+{_YEAR}", "dmy"),
        (rf"({_ANY_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}", "mdy"),
        (rf"({_ANY_MONTH}),?\s+{_YEAR}", "my"),
        (rf"{_YEAR}[,\s]\s*({_ANY_MONTH})\s+(\d{{1,2}})", "ymd"),
        # A date with dots is written day first wherever dots are used.
        (rf"(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?{_YEAR}", "dmy"),
        (rf"{_YEAR}[/.](\d{{1,2}})[/.](\d{{1,2}})/?", "ymd"),
        (rf"{_YEAR}/(\d{{1,2}})/?/?", "ym"),  # as RIS leaves out the day
        (rf"{_YEAR}(?:///?)?", "y"),
    )
)
_DAYS = re.compile(rf"(\d{{1,2}}){_TO}(\d{{1,2}})\s+(({_ANY_MONTH}),?\s+{_YEAR})", re.IGNORECASE)
_DAYS_AFTER = re.compile(rf"({_ANY_MONTH})\s+(\d{{1,2}}){_TO}(\d{{1,2}}),?\s+{_YEAR}", re.IGNORECASE)
_WITHIN_YEAR = re.compile(
    rf"(.*?\b(?:{_ANY_MONTH})(?:\s+\d{{1,2}})?){_TO}(.*(?:{_ANY_MONTH}).*)", re.IGNORECASE
)
_YEARS = re.compile(rf"{_YEAR}{_TO}(\d\d)")
_SIDES = re.compile(
    r"(?:between|from)?\s*(.+?)\s*(?:–|—|\bto\b|\band\b|\buntil\b|(?<=\d{4})\s*-(?=\s*\d{4}))\s*(.+)",
    re.IGNORECASE,
)
_LONGEST = 80
_SLASHED = re.compile(rf"(\d{{1,2}})[/-](\d{{1,2}})[/-]{_YEAR}")


def dated(words: str) -> Dated:
    """A date as it stands in a table or a record: EDTF, or in English words or digits ("22 November 1945",
    "Nov. 22, 1945", "20–22 November 1945", "between 1945 and 1947", "c. 1945", "1940s", "before 1945").
    Nothing is guessed: of "03/04/1945" the year alone is sure, and the words stay as they are."""
    words = " ".join(words.split())
    found = _edtf(words) if len(words) <= _LONGEST else None
    if found is not None:
        span = edtf.parse(found)
        is_open = span.start is None or span.end is None
        # "Before 1945" says it better than anything made of "../1945".
        csl = {"literal": words} if is_open and "/" not in words else edtf.csl_date(found)
        return Dated(span.date, None if span.is_plain else span.text, csl)
    year = re.fullmatch(rf"\D*(?:\d{{1,2}}[/-]\d{{1,2}}[/-])?{_YEAR}\D*", words)
    return Dated(year[1] if year else None, None, {"literal": words} if words else {})


def _edtf(words: str) -> str | None:
    """Words as EDTF; None where they cannot be read, or in two ways."""
    with suppress(ValueError):
        return edtf.parse(words).text
    bare = words.removesuffix(".").strip()
    about = _ABOUT.match(bare)
    if about:
        return _qualified(bare[about.end() :], "~")
    if bare.endswith("?"):
        return _qualified(bare[:-1].strip(), "?")
    for opening, form in (("before", "../{}"), ("until", "../{}"), ("after", "{}/.."), ("since", "{}/..")):
        if bare.lower().startswith(opening + " "):
            side = _edtf(bare[len(opening) :].strip())
            return form.format(side) if side and "/" not in side else None
    return _plain(bare) or _span(bare)


def _qualified(words: str, sign: str) -> str | None:
    found = _edtf(words)
    if found is None or found[-1] in "?~%.":
        return None
    return "/".join(side + sign for side in found.split("/"))


def _plain(words: str) -> str | None:
    """A single day, month, year, season, decade or century."""
    for pattern, form in _WRITTEN:
        if match := pattern.fullmatch(words):
            parts = dict(zip(form, match.groups(), strict=True))
            return _made(parts["y"], parts.get("m"), parts.get("d"))
    if match := _SLASHED.fullmatch(words):
        one, two, year = int(match[1]), int(match[2]), match[3]
        if one == two or one > 12:
            return _made(year, str(two), str(one))
        return _made(year, str(one), str(two)) if two > 12 else None
    if match := re.fullmatch(r"(\d{3})0s", words):
        return f"{match[1]}X"
    if match := _CENTURY.fullmatch(words.lower()):
        return f"{int(match[1]) - 1:02}XX"
    if match := re.fullmatch(rf"(\w+),? {_YEAR}", words):
        season = _SEASON.get(match[1].lower())
        return f"{match[2]}-{season}" if season else None
    return None


def _span(words: str) -> str | None:
    sides: tuple[str | None, str | None] = (None, None)
    if match := _DAYS.fullmatch(words):
        sides = _plain(f"{match[1]} {match[3]}"), _plain(f"{match[2]} {match[3]}")
    elif match := _DAYS_AFTER.fullmatch(words):
        sides = _plain(f"{match[2]} {match[1]} {match[4]}"), _plain(f"{match[3]} {match[1]} {match[4]}")
    elif match := _YEARS.fullmatch(words):
        sides = match[1], match[1][:2] + match[2]
    elif match := _SIDES.fullmatch(words):
        sides = _edtf(match[1]), _edtf(match[2])
        if sides[0] is None and sides[1] and not re.search(_YEAR, match[1]):
            sides = _plain(f"{match[1].removesuffix(',')} {sides[1][:4]}"), sides[1]
    elif (match := _WITHIN_YEAR.fullmatch(words)) and (after := _plain(match[2])):
        sides = _plain(f"{match[1]} {after[:4]}"), after
    if not sides[0] or not sides[1] or "/" in sides[0] + sides[1]:
        return None
    try:
        return edtf.parse("/".join(side for side in sides if side)).text
    except ValueError:
        return None


def _made(year: str, month: str | None, day: str | None) -> str | None:
    made = year
    if month:
        made += f"-{int(month):02}" if month.isdecimal() else f"-{_month(month.capitalize()):02}"
    if day:
        made += f"-{int(day):02}"
    try:
        return edtf.parse(made).text
    except ValueError:
        return None
