"""What the page is told of a conversation: only what is new, and nothing that runs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from qa.page import texts
from qa.page.ask import turns
from qa.page.ask.exchange import Exchange
from tests.page import examples
from tests.page.reading_html import Read

SAY = texts.words("en")
FIRST = Exchange("When did the talks break off?", "<p>one</p>", examples.answer(examples.quote()))
SECOND = Exchange("Why?", "<p>two</p>", replace(examples.answer(examples.quote()), after=(FIRST.question,)))


def told(html: str) -> tuple[list[str], list[dict[str, str]]]:
    """(keys of all turns, attributes of those that are sent)."""
    elements = Read(html).elements
    keys = next(a["data-keys"].split() for _, a, _ in elements if a.get("class") == "news")
    return keys, [a for tag, a, _ in elements if tag == "section" and a.get("class") == "turn"]


def test_all_turns_are_named_and_only_new_ones_sent() -> None:
    talk = (FIRST, SECOND)
    keys, sent = told(turns.news(talk, {SECOND.key}, SAY))
    assert keys == [FIRST.key, SECOND.key]
    assert [(one["data-key"], one["data-turn"]) for one in sent] == [(SECOND.key, "2")]
    assert len(told(turns.news(talk, None, SAY))[1]) == 2
    assert told(turns.news(talk, (), SAY))[1] == []


def test_a_question_that_waits_can_be_stopped() -> None:
    html = turns.news((FIRST,), (), SAY, pending="Who?", waiting="Searching…")
    keys, sent = told(html)
    assert keys == [FIRST.key, turns.PENDING]
    assert [one["data-question"] for one in sent] == ["Who?"]
    assert 'data-do="stop"' in html
    assert 'data-do="delete"' not in html


def test_what_was_taken_away_can_be_brought_back() -> None:
    html = turns.news((FIRST,), (), SAY, undo="The question is deleted.")
    assert 'data-do="undo"' in html
    assert 'data-do="undo"' not in turns.news((FIRST,), (), SAY)


def test_where_there_is_nothing_it_says_what_to_do() -> None:
    read = Read(turns.news((), None, SAY))
    assert SAY("chat.welcome") in read.text
    asked = [
        attributes["data-question"] for _, attributes, _ in read.elements if "data-question" in attributes
    ]
    assert asked == list(turns.EXAMPLES)


def test_the_link_to_a_follow_up_has_the_question_that_it_leans_on() -> None:
    links = [json.loads(one["data-link"]) for one in told(turns.news((FIRST, SECOND), None, SAY))[1]]
    assert links == [[FIRST.question], [FIRST.question, "Why?"]]


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_markup_in_a_question_is_text(language: str) -> None:
    attack = examples.ATTACK
    say = texts.words(language)
    exchange = Exchange(attack, "")
    html = turns.news((exchange,), None, say, pending=attack, waiting=attack, hint=attack, undo=attack)
    read = Read(html)
    assert read.text.count(attack) >= 5
    assert not {"script", "img"} & {tag for tag, _, _ in read.elements}
    assert turns.transcript(say)
