"""The language of a document's words, told to the browser where it is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.page.ask import cards
from qa.page.beside.spoken import lang
from qa.page.texts import words
from tests.page import examples
from tests.page.reading_html import Read


@pytest.mark.parametrize(
    ("said", "language"),
    [("en", "en"), ("eng", "en"), ("ru-RU", "ru"), ("fr_FR", "fr"), ("lat", "la"), (" de ", "de")],
)
def test_a_code_is_told_as_browsers_know_it(said: str, language: str) -> None:
    assert lang({"language": said}) == f' lang="{language}"'


@pytest.mark.parametrize("said", [None, "", "English", "xx", 'e"><script>', ["en"], "en " * 9])
def test_what_is_no_code_is_not_told(said: object) -> None:
    assert lang({"language": said}) == ""
    assert lang({}) == ""


def test_a_quote_carries_it() -> None:
    quote = replace(examples.quote(), csl={**examples.quote().csl, "language": "eng"})
    read = Read(cards.card(quote, examples.document(), words("ru")))
    assert [attributes["lang"] for tag, attributes, _ in read.elements if tag == "blockquote"] == ["en"]
