"""Saving a conversation from the page: the buttons, and the file that is handed to the browser."""

from __future__ import annotations

import base64
import json

import pytest

from qa.citing import NOTES
from qa.errors import UsageError
from qa.exporting import FORMATS
from qa.page import texts
from qa.page.ask import exports, turns
from qa.page.ask.exchange import Exchange
from qa.receipts import answer_from_dict
from tests.page import examples
from tests.page.reading_html import Read

ANSWERED = Exchange("When?", "<p>reply</p>", examples.answer(examples.quote()))
FAILED = Exchange("Why?", "<p>error</p>")
SAY = texts.words("en")


def handed(to: str, *exchanges: Exchange) -> tuple[str, str, bytes]:
    ((_, attributes, _),) = Read(exports.file(exchanges, to)).elements
    return attributes["data-name"], attributes["data-type"], base64.b64decode(attributes["data-content"])


def test_buttons_once_there_is_an_answer() -> None:
    assert exports.controls((), SAY) == exports.controls((FAILED,), SAY) == ""
    shown = Read(exports.controls((FAILED, ANSWERED), SAY)).elements
    buttons = [attributes for tag, attributes, _ in shown if tag == "button"]
    assert [(button["data-do"], button["data-to"]) for button in buttons] == [
        ("save", to) for to in exports.OFFERED
    ]
    assert exports.controls((ANSWERED,), SAY) in turns.news((ANSWERED,), None, SAY)
    waiting = turns.news((ANSWERED,), None, SAY, pending="Who?")
    assert "data-to" not in waiting, "not while one is being answered"
    assert "data-to" not in turns.news((), None, SAY)


@pytest.mark.parametrize("to", [to for to in exports.OFFERED if to in FORMATS])
def test_every_button_hands_over_a_file_of_its_kind(to: str) -> None:
    name, kind, content = handed(to, ANSWERED, FAILED)
    assert name == f"conversation{FORMATS[to].suffix}"
    assert kind == FORMATS[to].media_type
    assert content
    if to == "markdown":
        assert "> The talks broke off \\[Page 8\\] **at noon**.3" in content.decode()
    if to == "csl-json":
        assert len(json.loads(content)) == 1


def test_receipts_are_the_answers_as_they_were_given() -> None:
    name, kind, content = handed("receipts", ANSWERED, FAILED)
    assert (name, kind) == ("conversation-receipts.json", "application/json")
    assert [answer_from_dict(one) for one in json.loads(content)] == [ANSWERED.answer]


@pytest.mark.parametrize("to", exports.REFERENCES)
def test_one_quote_is_handed_over_as_a_reference(to: str) -> None:
    quotes = (
        examples.quote(csl={"id": "d/1", "type": "book", "title": "The first"}),
        examples.quote(2, csl={"id": "d/2", "type": "book", "title": "The second"}),
    )
    for answered in (True, False):
        talk = (FAILED, Exchange("When?", "", examples.answer(*quotes, answered=answered)))
        html = exports.file(talk, to, turn="2", number="2")
        ((_, attributes, _),) = Read(html).elements
        content = base64.b64decode(attributes["data-content"]).decode()
        assert attributes["data-name"] == f"d-2{FORMATS[to].suffix}"
        assert "The second" in content
        assert "The first" not in content


@pytest.mark.parametrize(
    ("turn", "number"), [("1", "1"), ("0", "1"), ("9", "1"), ("2", "7"), (None, "1"), ("2", "x"), ("2", [])]
)
def test_a_quote_that_is_not_there_is_no_file(turn: object, number: object) -> None:
    assert exports.file((FAILED, ANSWERED), "ris", NOTES, turn=turn, number=number) == ""
    assert exports.file((FAILED, ANSWERED), "docx", NOTES, turn="2", number="1") == ""


@pytest.mark.parametrize("to", ["csv", "pdf", "", None, "../x", 3])
def test_nothing_else_is_made(to: object) -> None:
    assert exports.file((ANSWERED,), to) == ""
    assert exports.file((FAILED,), "markdown") == ""


def test_a_style_that_is_gone_is_an_error_in_words() -> None:
    with pytest.raises(UsageError, match="No citation style"):
        exports.file((ANSWERED,), "markdown", "no-such-style")


def test_markup_in_a_conversation_stays_inside_the_file() -> None:
    attack = examples.ATTACK
    exchange = Exchange(attack, "", examples.answer(examples.quote(text=attack, document=attack)))
    html = exports.file((exchange,), "markdown")
    assert [tag for tag, _, _ in Read(html).elements] == ["span"]
    assert "<script" not in html
