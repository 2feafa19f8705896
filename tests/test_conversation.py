"""A follow-up leans on the questions before it; nothing is ever written for it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa import folding
from qa.conversation import LOOK_BACK, MAX_QUESTION, Query, confirm, standalone
from qa.errors import UsageError
from qa.query import content_words

FIRST = "What did Litvinov tell Harriman at the theatre?"


def test_a_question_that_stands_alone_carries_nothing() -> None:
    query = standalone("Which countries came under renewed pressure for bases?", [FIRST])
    assert query.carried == ()
    assert query.text == query.question
    assert query.lent == ()


def test_a_follow_up_leans_on_the_question_before() -> None:
    query = standalone("What could he do about it?", [FIRST])
    assert query.carried == (FIRST,)
    assert query.text == f"{FIRST} What could he do about it?"
    assert query.lent == ("Litvinov", "Harriman", "theatre")


def test_what_leans_on_nothing_is_unresolved() -> None:
    assert standalone("Was he pessimistic?").unresolved == "he"
    assert standalone("Was he pessimistic?", ["What did Litvinov think?"]).unresolved == ""
    assert standalone("What did Litvinov think?").unresolved == ""
    subject = "Their proposal for a prompt reply to that note on ports"
    assert standalone(subject).unresolved == "", "a subject asks nothing"


def test_a_follow_up_to_a_follow_up_goes_back_to_what_stands_alone() -> None:
    query = standalone("Why?", ["Who led the Paris delegation to London?", FIRST, "What could he do?"])
    assert query.carried == (FIRST, "What could he do?")


def test_it_does_not_look_back_further_than_it_should() -> None:
    follow_ups = ["And then?", "Why?", "Who else?", "And he?"]
    query = standalone("Why so?", [FIRST, *follow_ups])
    assert query.carried == tuple(follow_ups[-LOOK_BACK:])


def test_words_are_lent_once_and_only_where_the_question_lacks_them() -> None:
    query = Query("and the theatre?", ("Litvinov at the theatre", "Litvinov and Harriman"))
    assert query.lent == ("Litvinov", "Harriman")


def test_without_a_conversation_a_question_stands_as_it_is() -> None:
    assert standalone("Why?") == Query("Why?")


questions = st.one_of(st.sampled_from([FIRST, "Why?", "And he?", "What did he do in Paris?", ""]), st.text())


@settings(max_examples=100, deadline=None)
@given(questions, st.lists(questions, max_size=6))
def test_a_query_is_made_of_what_was_asked_and_nothing_else(question: str, after: list[str]) -> None:
    query = standalone(question, after)
    carried = len(query.carried)
    assert carried <= LOOK_BACK
    assert list(query.carried) == ([folding.question(one) for one in after[-carried:]] if carried else [])
    assert set(query.lent) <= {word for earlier in after for word in content_words(folding.question(earlier))}


@pytest.mark.parametrize(
    "typed",
    [
        "What did the envoy’s café cost, 1945–46?",
        "What did the envoy's cafe\u0301 cost, 1945-46?",
        "What did the en\u00advoy's\u00a0café cost,  1945—46?\ufeff",
        " What did the envoy‘s café\u2009cost, 1945‑46?",
    ],
)
def test_however_it_is_typed_it_is_one_question(typed: str) -> None:
    assert standalone(typed, [typed]) == Query("What did the envoy's café cost, 1945-46?")


@pytest.mark.parametrize(
    "subject",
    [
        "Proposal to place Stevens in charge of Trans-Siberian and Chinese Eastern Railways.",
        "Names of U. S. and Canadian delegates, and report on the conference.",
        "List of delegates; acceptance of the invitation to London",
    ],
)
def test_what_asks_nothing_names_a_subject(subject: str) -> None:
    assert standalone(subject).names_subject
    assert not standalone(subject + "?").names_subject


@pytest.mark.parametrize(
    "question",
    [
        "what did Litvinov tell Harriman about the Soviet government",
        "In which letter did Kennedy write about the nuclear tests",
        "And who was the Ambassador to Turkey in those years",
        "List the delegates to the London conference on load lines",
        "Tell me how Stevens came to the Siberian Railway",
        "Siberian Railway Stevens",
        "",
    ],
)
def test_what_asks_or_is_a_few_words_names_none(question: str) -> None:
    assert not standalone(question).names_subject


def test_what_leans_on_a_question_asks_as_well() -> None:
    leaning = standalone(
        "the same about it for grain and rolling stock", ["What did Stevens say of the wheat?"]
    )
    assert leaning.carried
    assert not leaning.names_subject


@pytest.mark.parametrize(
    ("question", "after", "told"),
    [
        (" \u200b\n", (), "The question is empty"),
        ("a" * (MAX_QUESTION + 1), (), "The question has 2,001"),
        ("Who was \ud800?", (), "The question holds half a character"),
        ("Who?", ("", "a" * (MAX_QUESTION + 1)), "An earlier question has 2,001"),
    ],
)
def test_what_cannot_be_asked_is_told(question: str, after: tuple[str, ...], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        confirm(question, after)


def test_what_can_be_asked_may_come_after_nothing() -> None:
    confirm("a" * MAX_QUESTION, ("", " "))
