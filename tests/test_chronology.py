"""Dates of every kind along one line."""

from __future__ import annotations

from datetime import date

import pytest

from qa.chronology import TICKS, arranged, lanes, scale


def day(iso: str) -> int:
    return date.fromisoformat(iso).toordinal()


def test_things_stand_by_the_days_they_may_be_of() -> None:
    dates = ["1945-11-22", "1945", "1945-11-20/1945-11-22", None, "1945-11", "1944~", "../1943", "yesterday",
             "1946?/..", "194X", "1945-02"]  # fmt: skip
    found = arranged(dates, lambda one: one)
    assert [one.thing for one in found.dated] == [
        "194X", "../1943", "1944~", "1945", "1945-02", "1945-11", "1945-11-20/1945-11-22", "1945-11-22",
        "1946?/..",
    ]  # fmt: skip
    assert found.undated == (None, "yesterday")
    known = {one.thing: one for one in found.dated}
    assert (known["1945"].first, known["1945"].last) == (day("1945-01-01"), day("1945-12-31"))
    assert (known["1945-02"].first, known["1945-02"].last) == (day("1945-02-01"), day("1945-02-28"))
    assert (known["194X"].first, known["194X"].last) == (day("1940-01-01"), day("1949-12-31"))
    span = known["1945-11-20/1945-11-22"]
    assert (span.first, span.last, span.certain) == (day("1945-11-20"), day("1945-11-22"), True)
    assert not known["1944~"].certain
    assert not known["1946?/.."].certain
    assert (known["1946?/.."].open_start, known["1946?/.."].open_end) == (False, True)
    assert known["../1943"].open_start


@pytest.mark.parametrize(
    ("first", "last", "unit", "labels"),
    [
        ("1945-11-22", "1945-11-22", "day", ["1945-11-22"]),
        ("1945-11-20", "1945-11-25", "day", [f"1945-11-{n}" for n in range(20, 26)]),
        ("1945-11-10", "1945-12-20", "day", [
            "1945-11-10", "1945-11-17", "1945-11-24", "1945-12-01", "1945-12-08", "1945-12-15"]),
        ("1945-03-10", "1945-09-20", "month", [f"1945-0{n}-01" for n in range(3, 10)]),
        ("1944-12-10", "1946-02-20", "month", [
            "1945-01-01", "1945-03-01", "1945-05-01", "1945-07-01", "1945-09-01", "1945-11-01",
            "1946-01-01"]),
        ("1941-06-22", "1945-05-09", "month", None),
        ("1917-11-07", "1968-08-21", "year", [f"{n}-01-01" for n in range(1920, 1969, 10)]),
        ("0001-01-01", "9999-12-31", "year", None),
    ],
)  # fmt: skip
def test_an_axis_has_a_few_ticks_at_whole_units(
    first: str, last: str, unit: str, labels: list[str] | None
) -> None:
    made = scale(day(first), day(last))
    assert made.first <= day(first) <= day(last) <= made.last
    assert {tick.unit for tick in made.ticks} == {unit}
    assert 0 < len(made.ticks) <= TICKS
    assert all(made.first <= tick.at <= made.last for tick in made.ticks)
    assert labels is None or [tick.date.isoformat() for tick in made.ticks] == labels
    assert made.at(made.first) == 0
    assert made.at(made.last + 1) == 1


def test_what_overlaps_stands_in_lanes_of_its_own() -> None:
    assert lanes([(0, 0.1), (0.05, 0.2), (0.1, 0.3), (0.25, 0.5), (0.6, 0.7)], 0.02) == [0, 1, 2, 0, 0]
    assert lanes([], 0.1) == []
