"""Dates as people write them in tables: read where they say one thing, else left as they stand."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reading.dates import dated

READ = {
    "1945-11-22": "1945-11-22",
    "22 November 1945": "1945-11-22",
    "22nd november 1945": "1945-11-22",
    "Nov. 22, 1945": "1945-11-22",
    "November 22 1945": "1945-11-22",
    "1945 November 22": "1945-11-22",
    "Sept. 3, 1939": "1939-09-03",
    "November 1945": "1945-11",
    "1945": "1945",
    "22.11.1945": "1945-11-22",
    "3. 4. 1945": "1945-04-03",
    "22/11/1945": "1945-11-22",
    "11/22/1945": "1945-11-22",
    "3/3/1945": "1945-03-03",
    "1945/11/22/": "1945-11-22",
    "1945/11//": "1945-11",
    "1945///": "1945",
    "1945-11-22T10:00:00Z": "1945-11-22",
    "c. 1945": "1945~",
    "ca.1945": "1945~",
    "circa November 1945": "1945-11~",
    "about 22 November 1945": "1945-11-22~",
    "1945?": "1945?",
    "November 22, 1945 ?": "1945-11-22?",
    "1940s": "194X",
    "19th century": "18XX",
    "spring 1945": "1945-21",
    "Fall, 1945": "1945-23",
    "between 1945 and 1947": "1945/1947",
    "from 1945 to 1947": "1945/1947",
    "1945–1947": "1945/1947",
    "1945-47": "1945/1947",
    "c. 1945–1947": "1945~/1947~",
    "20–22 November 1945": "1945-11-20/1945-11-22",
    "November 20-22, 1945": "1945-11-20/1945-11-22",
    "28 November to 3 December 1945": "1945-11-28/1945-12-03",
    "31 Dec 1945 – 2 Jan 1946": "1945-12-31/1946-01-02",
    "November–December 1945": "1945-11/1945-12",
    "1945-11-20/1945-11-22": "1945-11-20/1945-11-22",
    "1945/..": "1945/..",
    "before 1945": "../1945",
    "after 22 November 1945": "1945-11-22/..",
}


@pytest.mark.parametrize("words", READ)
def test_what_says_one_thing_is_read(words: str) -> None:
    when = dated(words)
    assert when.is_read
    assert (when.edtf or when.date) == READ[words]


@pytest.mark.parametrize(
    ("words", "year"),
    [
        ("03/04/1945", "1945"),  # March or April: the year alone is sure
        ("3-4-1945", "1945"),
        ("[1945]", "1945"),
        ("Moscow, 1945", "1945"),
        ("31 February 1945", None),
        ("13/13/1945", "1945"),
        ("1947–1945", None),
        ("Christmas Eve", None),
        ("undated", None),
        ("5 to 7", None),
        ("x" * 500, None),
    ],
)
def test_what_does_not_is_left_as_it_stands(words: str, year: str | None) -> None:
    when = dated(words)
    assert not when.is_read
    assert (when.date, when.edtf, when.csl) == (year, None, {"literal": words})


def test_nothing_is_no_date() -> None:
    assert (dated("").date, dated(" ").csl) == (None, {})


def test_before_and_after_are_cited_in_their_own_words() -> None:
    assert dated("before 1945").csl == {"literal": "before 1945"}
    assert dated("../1945").csl == {"literal": "1945 or earlier"}


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_in_every_form(day: object) -> None:
    iso = str(day)
    year, month, number = iso.split("-")
    names = "January February March April May June July August September October November December".split()
    name = names[int(month) - 1]
    for words in (iso, f"{int(number)} {name} {year}", f"{name[:3]}. {int(number)}, {year}",
                  f"{int(number)}.{int(month)}.{year}", f"{year}/{month}/{number}"):  # fmt: skip
        assert (dated(words).date, dated(words).edtf) == (iso, None), words


@given(st.text(alphabet="0123456789 –-/.?~XNovembrDctand,", max_size=90))
def test_any_words_are_read_or_kept(words: str) -> None:
    when = dated(words)
    assert when.is_read or when.csl == ({"literal": " ".join(words.split())} if words.split() else {})


def test_long_words_cost_no_time() -> None:
    began = time.process_time()
    for words in ("November " * 9, "1945-" * 16, "to " * 26, "a" * 100_000, "1 November to " * 5_000):
        dated(words)
    assert time.process_time() - began < 1
