"""Replies that a source reports to the question that is asked."""

from __future__ import annotations

import pytest

from qa.dialogue import reported_replies, reports_reply

TALK = [
    "He was disturbed by the situation.",
    "I asked him what we, for our part, could do about it.",
    "He replied “Nothing”.",
    "I then asked “What can you do about it”.",
    "He interpreted this to mean himself personally and replied, “Nothing. I am powerless”.",
    "He made it clear that he was speaking about the Government.",
]


def test_both_replies_to_what_was_asked_in_these_words() -> None:
    replies = reported_replies("What did Litvinov think he could do about it?", TALK)
    assert [place for place, it_is in enumerate(replies) if it_is] == [2, 4]


@pytest.mark.parametrize(
    "question",
    [
        "What could be done?",
        "Was he disturbed by the situation?",
        "What did Litvinov do about the situation?",  # two words in a row
        "",
    ],
)
def test_another_question_has_no_reply_there(question: str) -> None:
    assert reported_replies(question, TALK) == [False] * len(TALK)


def test_what_follows_must_reply_and_what_stands_before_must_ask() -> None:
    question = "What would the Germans do about Suez?"
    told = "I asked what the Germans would do about Suez."
    assert reported_replies(question, [told, "He said they would wait."]) == [False, True]
    assert reported_replies(question, [told, "It rained all day."]) == [False, False]
    plain = "He knew what the Germans would do about Suez."
    assert reported_replies(question, [plain, "He said they would wait."]) == [False, False]


def test_who_asks_and_whenever_makes_no_difference() -> None:
    told = "The Ambassador inquired whether you would be willing to receive them."
    reply = "The President answered that he was not."
    for question in (
        "Was he willing to receive them?",
        "Would the President be willing to receive them?",
        "Whether he would be willing to receive her?",
    ):
        assert reported_replies(question, [told, reply]) == [False, True], question


def test_without_sentences_there_are_no_replies() -> None:
    assert reported_replies("What could he do about it?", []) == []


@pytest.mark.parametrize("between", [" ", "” ", ").\n"])
def test_a_passage_that_holds_a_reply_is_told_before_its_sentences_are_known(between: str) -> None:
    question = "What did Litvinov think he could do about it?"
    text = f"It was late. I then asked, “What can you do about it.{between}He replied, “Nothing.” He left."
    assert reports_reply(question, text)
    assert not reports_reply(question, text.replace("He replied", "It rained"))
    assert not reports_reply("What could be done?", text)
    assert not reports_reply(question, "")
