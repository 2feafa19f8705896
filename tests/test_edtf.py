"""Dates in EDTF: what is one and what is none, the days they lie between, their form in CSL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import edtf


@pytest.mark.parametrize(
    ("text", "date", "until"),
    [
        ("1945", "1945", "1945"),
        ("1945-11", "1945-11", "1945-11"),
        ("1945-11-22", "1945-11-22", "1945-11-22"),
        ("1944-02-29", "1944-02-29", "1944-02-29"),
        ("1945-11-22T10:30:00Z", "1945-11-22", "1945-11-22"),
        ("1945?", "1945", "1945"),
        ("1945-11~", "1945-11", "1945-11"),
        ("1945-11-22%", "1945-11-22", "1945-11-22"),
        ("194X", "1940", "1949"),
        ("19XX", "1900", "1999"),
        ("1945-XX", "1945", "1945"),
        ("1945-XX-XX", "1945", "1945"),
        ("1945-11-XX", "1945-11", "1945-11"),
        ("1945-21", "1945", "1945"),
        ("1945-11-20/1945-11-22", "1945-11-20", "1945-11-22"),
        ("1945/1945-11", "1945", "1945-11"),
        ("1945~/1947?", "1945", "1947"),
        ("194X/1952", "1940", "1952"),
        ("1945/..", "1945", edtf.LATEST),
        ("1945/", "1945", edtf.LATEST),
        ("../1945-11", "1945-11", "1945-11"),
    ],
)
def test_a_date_lies_between(text: str, date: str, until: str) -> None:
    span = edtf.parse(text)
    assert (span.date, span.until) == (date, until)
    assert edtf.until(text) == until


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "45", "19455", "1945-13", "1945-00", "1945-11-31", "1945-02-29", "1945-1-2", "1945/11/22",
        "../..", "/", "..", "1947/1945", "1945-11-22/1945-11-20", "194X-11", "1945-XX-11", "X945", "19X5",
        "1945-11-20/21", "Y17000", "-0044", "[1945,1946]", "1945 ?", "1945??", "November 1945", "１９４５",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        edtf.parse(text)


@pytest.mark.parametrize(
    ("text", "csl"),
    [
        ("1945-11-22", {"date-parts": [[1945, 11, 22]]}),
        ("1945-11", {"date-parts": [[1945, 11]]}),
        ("1945-XX", {"date-parts": [[1945]]}),
        ("1945~", {"date-parts": [[1945]], "circa": True}),
        ("1945-11-22?", {"date-parts": [[1945, 11, 22]], "circa": True}),
        ("194X", {"date-parts": [[1940], [1949]]}),
        ("1945-22", {"date-parts": [[1945]], "season": 2}),
        ("1945-11-20/1945-11-22", {"date-parts": [[1945, 11, 20], [1945, 11, 22]]}),
        ("1945/1946~", {"date-parts": [[1945], [1946]], "circa": True}),
        ("1945-11-22/..", {"literal": "November 22, 1945 or later"}),
        ("../1945-11?", {"literal": "about November 1945 or earlier"}),
        ("../194X", {"literal": "1940–1949 or earlier"}),
    ],
)
def test_its_form_in_csl(text: str, csl: dict[str, object]) -> None:
    assert edtf.csl_date(text) == csl


def test_only_a_day_month_or_year_is_plain() -> None:
    assert [text for text in ("1945", "1945-11-22", "1945-XX", "1945~", "1945/1946", "../1945", "1945-21")
            if edtf.parse(text).is_plain] == ["1945", "1945-11-22"]  # fmt: skip


DAYS = st.dates().map(str)


@given(DAYS, DAYS, st.sampled_from(["", "?", "~", "%"]))
def test_any_two_days_in_order_are_a_span(one: str, two: str, sign: str) -> None:
    first, last = sorted((one, two))
    span = edtf.parse(f"{first}{sign}/{last}")
    assert (span.date, span.until) == (first, last)
    if first != last:
        with pytest.raises(ValueError, match="before it begins"):
            edtf.parse(f"{last}/{first}")


@given(st.text(alphabet="0123456789X-/.?~% T:", max_size=24))
def test_any_signs_are_a_date_or_a_value_error(text: str) -> None:
    try:
        span = edtf.parse(text)
    except ValueError:
        return
    assert span.date <= span.until + "~"
    assert edtf.csl_date(span.text)
    assert edtf.parse(span.text) == span
