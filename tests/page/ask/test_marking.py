"""Marks made on the page: what is kept of them, what is told, and what is refused. Model-free."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.errors import UsageError
from qa.evaluation.marks import read
from qa.page.ask import cards, marking
from qa.page.ask.chat import Exchange
from qa.page.serve.opening import Opening
from qa.page.texts import Words
from qa.page.texts import words as interface
from qa.types import Document
from tests.page import examples
from tests.page.reading_html import Read

DOCUMENT = examples.document()
FIRST = examples.quote()
SECOND = examples.quote(2, start=FIRST.start + 1)


class _Library:
    def __init__(self, location: Path) -> None:
        self.location = str(location)

    def document(self, name: str) -> Document:
        assert name == DOCUMENT.name
        return DOCUMENT


class _Assistant:
    def __init__(self, location: Path) -> None:
        self.library = _Library(location)


@pytest.fixture
def opening(tmp_path: Path) -> Opening:
    return Opening.done(_Assistant(tmp_path))  # type: ignore[arg-type]


SAY = interface("en")
TALK = (
    Exchange("When did the talks break off?", "", examples.answer(FIRST, SECOND)),
    Exchange("?", "an error"),
)


def told(opening: Opening, say: Words = SAY, /, **asked: Any) -> dict[str, Any]:
    html = marking.told(opening, TALK, {"turn": "1", "by": "Ada", **asked}, say)
    ((_, attributes, _),) = Read(html).elements
    state: dict[str, Any] = json.loads(attributes["data-state"])
    return state


def test_a_mark_is_kept_and_what_stands_is_told(opening: Opening, tmp_path: Path) -> None:
    state = told(opening, verdict="answers", number="1")
    assert state["turns"] == {"1": {"places": {"1": "answers"}, "nothing": False, "words": "Marked by Ada."}}
    (made,), problems = read(tmp_path / "marks.jsonl")
    assert problems == []
    assert (made.question, made.by, made.verdict) == (TALK[0].question, "Ada", "answers")
    assert made.spot is not None
    assert made.spot.quote == FIRST.text
    state = told(opening, verdict="nothing answers")
    assert (state["turns"]["1"]["places"], state["turns"]["1"]["nothing"]) == ({}, True)
    assert [spot.start for spot in read(tmp_path / "marks.jsonl")[0][-1].seen] == [FIRST.start, SECOND.start]
    assert told(opening, verdict="withdrawn")["turns"]["1"]["words"] == "Mark taken back by Ada."
    before = (tmp_path / "marks.jsonl").read_bytes()
    assert told(opening, verdict="", by="Ben")["turns"]["1"]["words"] == ""
    assert (tmp_path / "marks.jsonl").read_bytes() == before, "looking keeps nothing"


def test_a_selection_is_kept_as_whole_words_of_the_document(opening: Opening, tmp_path: Path) -> None:
    start = DOCUMENT.text.index("econd paragraph")
    words = DOCUMENT.text[start : start + 10]
    state = told(opening, verdict="answers", document=DOCUMENT.name, start=start, end=start + 10, words=words)
    assert state["spot"]["words"] == "second paragraph"
    assert state["turns"]["1"]["words"] == "Marked by Ada, with a sentence selected in the source."
    spot = read(tmp_path / "marks.jsonl")[0][0].spot
    assert spot is not None
    assert DOCUMENT.text[spot.start : spot.end] == spot.quote == "second paragraph"
    assert spot.pages == "8"
    back = told(
        opening, verdict="withdrawn", document=DOCUMENT.name, start=spot.start, end=spot.end, words=spot.quote
    )
    assert back["turns"]["1"]["words"] == "Mark taken back by Ada."


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"by": " "}, "Write your name first"),
        ({"turn": "2"}, "no longer there"),
        ({"turn": "0"}, "no longer there"),
        ({"turn": None}, "no longer there"),
        ({"number": "9"}, "no longer there"),
        ({"verdict": "perhaps"}, "no mark"),
        ({"verdict": "answers", "number": None}, "no longer there"),
        ({"document": DOCUMENT.name, "start": 0, "end": 3, "words": "xyz"}, "not in the document"),
        ({"document": DOCUMENT.name, "start": "0", "end": 3, "words": "No."}, "Select a sentence"),
        ({"document": DOCUMENT.name, "start": 0, "end": 10**9, "words": "No."}, "Select a sentence"),
    ],
)
def test_what_is_no_mark_is_refused_in_words(
    opening: Opening, tmp_path: Path, asked: dict[str, Any], words: str
) -> None:
    state = told(opening, **{"verdict": "answers", "number": "1", **asked})
    assert words in state["error"]
    assert not (tmp_path / "marks.jsonl").exists()


def test_what_was_marked_is_told_in_russian(opening: Opening) -> None:
    russian = interface("ru")
    asked = {"turn": "1", "verdict": "answers", "number": "1"}
    assert told(opening, russian, **asked)["turns"]["1"]["words"] == "Отметка: Ada."
    assert "больше нет" in told(opening, russian, **{**asked, "turn": "7"})["error"]


def test_white_space_alone_and_a_whole_book_are_no_sentence() -> None:
    gap = DOCUMENT.text.index("\n\n")
    with pytest.raises(UsageError, match="Select a sentence"):
        marking.selected(DOCUMENT, gap, gap + 2, "", SAY)
    book = Document("book", "word " * 2000)
    with pytest.raises(UsageError, match="9,999 characters"):
        marking.selected(book, 0, len(book.text), book.text, SAY)


def test_an_answer_and_a_refusal_can_both_be_marked() -> None:
    for answered in (True, False):
        html = cards.answer(examples.answer(FIRST, answered=answered), {}, SAY)
        buttons = [
            (attributes["data-verdict"], attributes.get("data-number"), attributes["aria-pressed"])
            for tag, attributes, _ in Read(html).elements
            if tag == "button" and attributes.get("data-do") == "mark"
        ]
        assert buttons == [
            ("answers", "1", "false"),
            ("does not answer", "1", "false"),
            ("nothing answers", None, "false"),
        ]
    assert "nothing answers" in cards.answer(examples.answer(answered=False), {}, SAY)
