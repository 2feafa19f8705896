"""A selected place as a quote: to the letter, with its pages, its notes and the places of the same words."""

from __future__ import annotations

import numpy as np

from qa.presenting import as_quote
from qa.quoting import FEATURES, Selection
from qa.types import Document, Mark, Metadata, SourceFile

TEXT = "He left. Tito broke with Subasic.8 It was late. A former premier."
BROKEN = TEXT.index("Tito")
STOP = TEXT.index("8")
NOTE = TEXT.index("A former")
DOCUMENT = Document(
    "d",
    TEXT,
    (
        Mark("page", 0, 0, "921"),
        Mark("page", BROKEN, BROKEN, "922"),
        Mark("marker", STOP, STOP + 1, "8", "n2"),
        Mark("note", NOTE, len(TEXT), "2", "n2"),
    ),
    Metadata(title="A Telegram", date="1945-11-22", url="https://example.org/d"),
)
SOURCE = SourceFile("/papers/d.txt", "d.txt", "ab" * 32, 1, 1, "plain-text/1")


def quote_of(start: int, end: int, **known: object):  # type: ignore[no-untyped-def]
    selection = Selection(
        "d",
        start,
        end,
        "text",
        0.0,
        0,
        np.zeros(len(FEATURES), np.float32),
        None,
        **known,  # type: ignore[arg-type]
    )
    return as_quote(1, selection, SOURCE, document=lambda _: DOCUMENT, style="chicago-notes-bibliography")


def test_words_pages_source_and_score() -> None:
    quote = quote_of(0, STOP)
    assert quote.text == TEXT[:STOP]
    assert quote.pages == "921–922"
    assert (quote.source_file, quote.source_sha256, quote.reader) == ("d.txt", "ab" * 32, "plain-text/1")
    assert quote.score == 0.5
    assert "A Telegram" in quote.citation
    assert "921–922" in quote.citation


def test_a_note_whose_marker_stands_just_behind_the_last_word_is_shown() -> None:
    (note,) = quote_of(BROKEN, STOP).notes
    assert (note.marker, note.text) == ("8", "A former premier.")
    assert quote_of(0, BROKEN - 1).notes == ()


def test_the_marker_is_no_word_of_the_clean_view() -> None:
    quote = quote_of(BROKEN, NOTE - 1)
    assert "8" in quote.text
    assert quote.clean == "Tito broke with Subasic. It was late."


def test_a_note_is_cited_by_its_marker_on_the_page_of_its_marker() -> None:
    quote = quote_of(NOTE, len(TEXT))
    assert quote.pages == "922"
    assert "922n8" in quote.citation


def test_other_places_of_the_same_words_are_cited_too() -> None:
    quote = quote_of(0, STOP, also=(("d", NOTE, len(TEXT)),))
    (place,) = quote.also_at
    assert (place.document, place.start, place.pages) == ("d", NOTE, "922")
    assert "922n8" in place.citation
