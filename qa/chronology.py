"""Things along their dates, however these are known: days, months, years, spans, uncertain, open. Pure.

    arranged(things, date)  → Chronology: those with a date in order, those without apart
    scale(first, last)      → Ticks to draw them by

Days are counted as ``datetime.date.toordinal`` does.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar

from qa import edtf

T = TypeVar("T")

Unit = Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A thing with its date: the first and the last day that it may be of. ``open_start``, ``open_end``: it
    may be earlier, or later, than that; ``certain`` is false where the date is uncertain or about."""

    thing: T
    span: edtf.Span
    first: int
    last: int
    certain: bool = True

    @property
    def open_start(self) -> bool:
        """Whether nothing says since when."""
        return self.span.start is None

    @property
    def open_end(self) -> bool:
        """Whether nothing says until when."""
        return self.span.end is None


@dataclass(frozen=True, slots=True)
class Chronology(Generic[T]):
    """``dated`` by first day, then last, then as they came; ``undated`` as they came: those without a
    date, or with one that cannot be read."""

    dated: tuple[Dated[T], ...]
    undated: tuple[T, ...]


def arranged(things: Iterable[T], date_of: Callable[[T], str | None]) -> Chronology[T]:
    """Things by the dates (EDTF or ISO 8601) that ``date_of`` gives."""
    found, undated = [], []
    for thing in things:
        known = date_of(thing)
        try:
            found.append(_dated(thing, edtf.parse(known or "")))
        except ValueError:
            undated.append(thing)
    found.sort(key=lambda one: (one.first, one.last))
    return Chronology(tuple(found), tuple(undated))


def _dated(thing: T, span: edtf.Span) -> Dated[T]:
    moments = [moment for moment in (span.start, span.end) if moment is not None]
    first = _first_day(moments[0].first)
    last = _last_day(moments[-1].last)
    return Dated(thing, span, first, last, not any(moment.qualifier for moment in moments))


def _first_day(iso: str) -> int:
    return date(*[*(int(part) for part in iso.split("-")), 1, 1][:3]).toordinal()


def _last_day(iso: str) -> int:
    parts = [int(part) for part in iso.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
    return date(year, month, day).toordinal()


@dataclass(frozen=True, slots=True)
class Tick:
    """The beginning of a day, month or year on an axis."""

    at: int
    unit: Unit

    @property
    def date(self) -> date:
        """The day that it stands at."""
        return date.fromordinal(self.at)


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from the day ``first`` to the day ``last``, both drawn, with its ticks."""

    first: int
    last: int
    ticks: tuple[Tick, ...]

    def at(self, day: float) -> float:
        """Where the beginning of a day lies: 0 at the axis's beginning, 1 at its end."""
        return (day - self.first) / (self.last + 1 - self.first)


TICKS = 8
"""Ticks at most."""

_DAYS = (1, 2, 7)
_MONTHS = (1, 2, 3, 6)
_YEARS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000)


def scale(first: int, last: int) -> Scale:
    """An axis that holds the days ``first`` to ``last``, widened to whole days, months or years, in which its
    ticks count."""
    days = last - first + 1
    for step in _DAYS:
        if days <= step * TICKS:
            ticks = tuple(Tick(day, "day") for day in range(first, last + 1, step))
            return Scale(first, last, ticks)
    begin, end = date.fromordinal(first), date.fromordinal(last)
    months = 12 * (end.year - begin.year) + end.month - begin.month + 1
    for step in _MONTHS:
        if months <= step * TICKS:
            return _of_months(begin, end, step)
    years = end.year - begin.year + 1
    step = next(step for step in _YEARS if years <= step * TICKS or step == _YEARS[-1])
    ticks = tuple(
        Tick(date(year, 1, 1).toordinal(), "year")
        for year in range(-(-begin.year // step) * step, end.year + 1, step)
    )
    return Scale(_first_day(f"{begin.year:04}"), _last_day(f"{end.year:04}"), ticks)


def _of_months(begin: date, end: date, step: int) -> Scale:
    ticks = []
    number = 12 * begin.year + (begin.month - 1) // step * step
    while number <= 12 * end.year + end.month - 1:
        if number >= 12 * begin.year + begin.month - 1:
            ticks.append(Tick(date(number // 12, number % 12 + 1, 1).toordinal(), "month"))
        number += step
    last = _last_day(f"{end.year:04}-{end.month:02}")
    return Scale(date(begin.year, begin.month, 1).toordinal(), last, tuple(ticks))


def lanes(dated: Iterable[tuple[float, float]], gap: float) -> list[int]:
    """For each range (start, end) on a scale, in order of start, the lowest lane in which it overlaps nothing
    that was put there before; ``gap`` is kept between two."""
    ends: list[float] = []
    found = []
    for start, end in dated:
        lane = next((at for at, until in enumerate(ends) if until + gap <= start), len(ends))
        ends[lane : lane + 1] = [end]
        found.append(lane)
    return found
