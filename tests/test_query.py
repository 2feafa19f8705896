"""What a question asks, read from its words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.query import (
    AskedDate,
    asked_dates,
    content_words,
    date_agreement,
    names,
    wanted,
    words,
)


def test_words_keep_apostrophes_and_other_scripts() -> None:
    assert words("Stalin’s don't-know Über Литвинов 1945, U.S.") == [
        "Stalin’s", "don't", "know", "Über", "Литвинов", "1945", "U", "S",
    ]  # fmt: skip
    assert words("_“”—…") == []


def test_content_words_leave_out_what_says_nothing() -> None:
    assert content_words("What did Litvinov say about the London Conference?") == [
        "Litvinov", "London", "Conference",
    ]  # fmt: skip
    # A typographic apostrophe makes no content word of a stop word.
    assert content_words("What didn’t he say, and what don't they?") == []


def test_names_are_capitals_that_are_no_openers() -> None:
    assert names("Who told Harriman about the London Conference?") == ["Harriman", "London", "Conference"]
    assert names("Litvinov said what?") == ["Litvinov"]
    assert names("Did the minister resign?") == []
    assert names("") == []


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("on 22 November 1945", [AskedDate(1945, 11, 22)]),
        ("on November 22, 1945?", [AskedDate(1945, 11, 22)]),
        ("on the 3rd of Dec. 1945", [AskedDate(1945, 12, 3)]),
        ("in November 1945", [AskedDate(1945, 11, None)]),
        ("in november", [AskedDate(None, 11, None)]),
        ("on 5 May", [AskedDate(None, 5, 5)]),
        ("in May 1962", [AskedDate(1962, 5, None)]),
        ("in 1945 and 1946", [AskedDate(1945, None, None), AskedDate(1946, None, None)]),
        ("between June 3 and June 7, 1961", [AskedDate(None, 6, 3), AskedDate(1961, 6, 7)]),
        ("what may happen", []),
        ("the troops march on", []),
        ("May I ask?", []),
        ("telegram 4040, 711.61/11", []),
        ("", []),
    ],
)
def test_dates_that_are_asked_for(text: str, dates: list[AskedDate]) -> None:
    assert asked_dates(text) == dates


def test_agreement_of_dates_falls_with_distance() -> None:
    asked = [AskedDate(1945, 11, 22)]
    falling = [
        "1945-11-22",
        "1945-11-24",
        "1945-11-02",
        "1945-12-05",
        "1945-03-01",
        "1944-01-10",
        "1940-11-22",
    ]
    values = [date_agreement(asked, iso) for iso in falling]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == len(values)
    assert (values[0], values[-1]) == (1, -1)


def test_agreement_says_nothing_where_either_side_says_nothing() -> None:
    assert date_agreement([], "1945-11-22") == 0
    assert date_agreement([AskedDate(1945, None, None)], None) == 0
    assert date_agreement([AskedDate(1945, None, None)], "soon") == 0
    assert date_agreement([AskedDate(None, 11, None)], "1945") == 0


def test_the_best_of_several_dates_counts() -> None:
    asked = [AskedDate(1930, None, None), AskedDate(1945, 11, 22)]
    assert date_agreement(asked, "1945-11-22") == 1
    assert date_agreement([AskedDate(1945, None, None)], "1945-11-22") > 0


def test_months_are_near_across_the_turn_of_the_year() -> None:
    december = [AskedDate(None, 12, None)]
    assert date_agreement(december, "1946-01-03") == date_agreement(december, "1945-11-30") > 0


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who told Harriman?", "person"),
        ("To whom did he speak?", "person"),
        ("Which ambassador resigned?", "person"),
        ("When did the Conference meet?", "time"),
        ("In what year was it?", "time"),
        ("How many divisions were there?", "number"),
        ("What amount was lent?", "number"),
        ("Where did they meet?", "place"),
        ("In which city did they meet?", "place"),
        ("Why did it break down?", "reason"),
        ("What led to the breakdown?", "reason"),
        ("What did Litvinov say?", "other"),
        ("When he resigned, why did he?", "time"),
        ("HOW MUCH was it?", "number"),
        ("wholesale prices", "other"),
        ("", "other"),
    ],
)
def test_the_kind_of_answer(question: str, kind: str) -> None:
    assert wanted(question) == kind


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_asked(text: str) -> None:
    said = words(text)
    assert set(content_words(text)) <= set(said)
    assert set(names(text)) <= set(said)
    for date in asked_dates(text):
        assert -1 <= date_agreement([date], "1945-11-22") <= 1
    assert wanted(text)
