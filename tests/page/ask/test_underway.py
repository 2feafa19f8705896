"""Stopping a question just as it is answered."""

from __future__ import annotations

from qa.page.ask.exchange import Exchange
from qa.page.ask.underway import MOST, Question, Underway

BEFORE = (Exchange("Who?", "<p>Nobody.</p>"),)


def test_what_is_stopped_is_not_answered() -> None:
    question = Question()
    assert question.stop() is None
    assert not question.answer("key")
    assert question.stop() is None


def test_what_was_answered_before_is_told_when_it_is_stopped() -> None:
    question = Question()
    assert question.answer("key")
    assert question.stop() == "key"


def test_each_page_stops_what_it_asked_last() -> None:
    underway = Underway()
    first, other = underway.begin("a", ()), underway.begin("b", ())
    second = underway.begin("a", BEFORE)
    assert underway.stop("a") is None
    assert not second.answer("2")
    assert first.answer("1"), "it is over already"
    assert other.answer("3")
    assert underway.stop("nobody") is None
    assert underway.stop(None) is None


def test_an_answer_that_comes_too_late_is_in_no_conversation() -> None:
    underway, late = Underway(), Exchange("Why?", "<p>Because.</p>")
    assert underway.begin("a", BEFORE).answer(late.key)
    assert underway.in_time((*BEFORE, late)) == (*BEFORE, late)
    assert underway.stop("a") == BEFORE
    assert underway.in_time((*BEFORE, late)) == BEFORE
    assert underway.stop("a") is None, "told once"


def test_no_more_is_remembered_than_room_is_meant_for() -> None:
    underway = Underway()
    oldest = underway.begin("oldest", ())
    for number in range(MOST):
        underway.begin(str(number), ()).answer(str(number))
    assert len(underway._last) == MOST
    assert underway.stop("oldest") is None
    assert oldest.answer("key"), "what is not remembered cannot be stopped"
    for number in range(MOST):
        underway.stop(str(number))
    underway.begin("one more", ()).answer("late")
    underway.stop("one more")
    assert len(underway._late) == MOST
    assert "late" in underway._late


def test_without_a_session_there_is_nothing_to_stop() -> None:
    assert Underway().begin(None, ()).answer("key")
