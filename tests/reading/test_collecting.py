"""Words and marks as they come in: nothing stands at the ends of a text, and no mark before a separator."""

from __future__ import annotations

from qa.reading.collecting import LINE, PARAGRAPH
from qa.reading.composing import Composer
from qa.reading.tei import TeiCollector
from qa.types import Mark


def test_a_page_and_a_range_begin_at_the_next_word() -> None:
    for out in (Composer(), TeiCollector()):
        out.separate(PARAGRAPH)
        out.words("One")
        out.separate(PARAGRAPH)
        out.page("6")
        out.page("7")  # nothing stands on page 6
        start = out.begin()
        out.separate(LINE)
        out.words("two")
        out.separate(PARAGRAPH)
        mark = out.end("heading", start)
        assert out.text() == "One\n\ntwo"
        assert mark == Mark("heading", 5, 8)
        assert out.marks() == (Mark("page", 5, 5, "7"), Mark("heading", 5, 8))


def test_a_range_without_words_is_no_mark_and_does_not_begin_later() -> None:
    for out in (Composer(), TeiCollector()):
        first, second = out.begin(), out.begin()
        assert out.end("note", first) is None
        out.words("Words")
        assert first == []
        assert out.end("note", second) == Mark("note", 0, 5)


def test_a_page_that_is_forgotten_is_none() -> None:
    for out in (Composer(), TeiCollector()):
        out.page("6")
        out.forget_page()
        out.words("Words")
        assert out.marks() == ()


def test_an_anchor_that_waits_comes_before_the_next_word_or_at_the_end() -> None:
    composer = Composer()
    composer.anchor("1", "a")
    composer.words("One")
    composer.separate(PARAGRAPH)
    composer.anchor("2", "b")
    composer.words("two")
    composer.separate(PARAGRAPH)
    composer.anchor("3", "c")
    assert [(mark.start, mark.label) for mark in composer.marks()] == [(0, "1"), (5, "2"), (8, "3")]
