"""Dates as documents write them, as ISO 8601."""

from __future__ import annotations

import datetime
import re

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
