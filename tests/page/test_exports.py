"""Saving a conversation from the page: the buttons, and the file that is handed to the browser."""

from __future__ import annotations

import base64
import json

import pytest

from qa.errors import UsageError
from qa.exporting import FORMATS
from qa.page import chat, exports
from tests.page import examples
from tests.page.reading_html import Read

ANSWERED = chat.Exchange("When?", "<p>reply</p>", examples.answer(examples.quote()))
FAILED = chat.Exchange("Why?", "<p>error</p>")


def handed(to: str, *exchanges: chat.Exchange) -> tuple[str, str, bytes]:
    ((_, attributes, _),) = Read(exports.file(exchanges, to)).elements
    return attributes["data-name"], attributes["data-type"], base64.b64decode(attributes["data-content"])


def test_buttons_once_there_is_an_answer() -> None:
    assert exports.controls(()) == exports.controls((FAILED,)) == ""
    buttons = [a for tag, a, _ in Read(exports.controls((FAILED, ANSWERED))).elements if tag == "button"]
    assert [(button["data-do"], button["data-to"]) for button in buttons] == [
        ("save", to) for to in exports.OFFERED
    ]
    assert exports.controls((ANSWERED,)) in chat.render((ANSWERED,))
    assert "data-to" not in chat.render((ANSWERED,), pending="Who?"), "not while one is being answered"
    assert "data-to" not in chat.render(())


@pytest.mark.parametrize("to", exports.OFFERED)
def test_every_button_hands_over_a_file_of_its_kind(to: str) -> None:
    name, kind, content = handed(to, ANSWERED, FAILED)
    assert name == f"conversation{FORMATS[to].suffix}"
    assert kind == FORMATS[to].media_type
    assert content
    if to == "markdown":
        assert "> The talks broke off \\[Page 8\\] **at noon**.3" in content.decode()
    if to == "csl-json":
        assert len(json.loads(content)) == 1


@pytest.mark.parametrize("to", ["csv", "pdf", "", None, "../x", 3])
def test_nothing_else_is_made(to: object) -> None:
    assert exports.file((ANSWERED,), to) == ""
    assert exports.file((FAILED,), "markdown") == ""


def test_a_style_that_is_gone_is_an_error_in_words() -> None:
    with pytest.raises(UsageError, match="No citation style"):
        exports.file((ANSWERED,), "markdown", "no-such-style")


def test_markup_in_a_conversation_stays_inside_the_file() -> None:
    attack = examples.ATTACK
    exchange = chat.Exchange(attack, "", examples.answer(examples.quote(text=attack, document=attack)))
    html = exports.file((exchange,), "markdown")
    assert [tag for tag, _, _ in Read(html).elements] == ["span"]
    assert "<script" not in html
