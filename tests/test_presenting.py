"""A selected place as a quote: to the letter, with its pages, its notes and the places of the same words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qa.presenting import as_quote
from qa.quoting import FEATURES, Selection
from qa.reading.layout import Layout
from qa.reading.recognition import recognised_by
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


def quote_of(start: int, end: int, document: Document = DOCUMENT, voice: str = "text", **known: object):  # type: ignore[no-untyped-def]
    selection = Selection(
        "d",
        start,
        end,
        voice,  # type: ignore[arg-type]
        0.0,
        0,
        np.zeros(len(FEATURES), np.float32),
        None,
        **known,  # type: ignore[arg-type]
    )
    return as_quote(1, selection, SOURCE, document=lambda _: document, style="chicago-notes-bibliography")


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


def test_a_quote_says_what_kind_of_note_it_is_from() -> None:
    for role, kind in [("", "footnote"), ("endnote", "endnote"), ("source", "source"), ("odd", "footnote")]:
        noted = replace(DOCUMENT, marks=(*DOCUMENT.marks[:-1], replace(DOCUMENT.marks[-1], role=role)))
        assert quote_of(NOTE, len(TEXT), noted, voice="note").note_kind == kind
    assert quote_of(0, STOP).note_kind is None


def test_a_note_without_number_or_marker_is_cited_as_a_note() -> None:
    alone = replace(DOCUMENT, marks=(*DOCUMENT.marks[:2], Mark("note", NOTE, len(TEXT), "", "n2", "comment")))
    quote = quote_of(NOTE, len(TEXT), alone, voice="note")
    assert "922n" in quote.citation
    assert quote.note_kind == "comment"


def test_the_number_before_a_note_is_not_taken_for_its_marker() -> None:
    text = "Said.3\n\n1. A note."
    marks = (Mark("marker", 5, 6, "3", "n1"), Mark("marker", 8, 11, "1"), Mark("note", 11, 18, "1", "n1"))
    known = Document("d", text, marks)
    assert [note.marker for note in quote_of(0, 5, known).notes] == ["3"]
    assert quote_of(11, 18, known, voice="note").notes == ()
    assert "n. 3" in quote_of(11, 18, known, voice="note").citation


@pytest.mark.parametrize(
    ("text", "quoted", "shown"),
    [
        ("He left.¹ She stayed.", "He left.", ["1"]),
        ("He left. ¹ She stayed.", "He left.", ["1"]),
        ("He left¹. She stayed.", "He left", ["1"]),
        ("He “left”.¹ ² She stayed.", "He “left", ["1", "2"]),
        ("He left.¹, ² She stayed.", "He left.", ["1", "2"]),
        ("He left.¹ She stayed.", "She stayed.", []),
        ("He left.|She stayed.", "He left.", ["1"]),
        ("He left.|She stayed.", "She stayed.", []),
        ("He left. |She stayed.", "She stayed.", ["1"]),
        ("He left. She stayed.¹", "He left.", []),
        ("He left.\n¹ She stayed.", "He left.", []),
        ("He¹ left. She² stayed.", "He¹ left.", ["1"]),
    ],
)
def test_the_notes_of_the_markers_in_and_right_behind_a_quote(
    text: str, quoted: str, shown: list[str]
) -> None:
    """¹ and ² are markers that are text; | is one without width."""
    plain = text.replace("|", "")
    marks = [Mark("marker", text.index("|"), text.index("|"), "1", "n1")] if "|" in text else []
    for number, sign in enumerate("¹²", 1):
        marks += [
            Mark("marker", i, i + 1, str(number), f"n{number}") for i, c in enumerate(plain) if c == sign
        ]
    whole = f"{plain}\n\nOne.\n\nTwo."
    notes = [Mark("note", whole.index(words), whole.index(words) + 4, "", ref) for words, ref in
             [("One.", "n1"), ("Two.", "n2")]]  # fmt: skip
    start = plain.index(quoted)
    found = quote_of(start, start + len(quoted), Document("d", whole, (*marks, *notes)))
    assert [note.marker for note in found.notes] == shown


def test_a_quote_knows_its_lines_on_the_page_s_picture() -> None:
    lines = Layout()
    lines.add(0, 0.1, 0.15, [(0, 2, 0.1, 0.2), (3, 8, 0.2, 0.3)])
    (box,) = quote_of(0, 8, replace(DOCUMENT, layout=lines.pack())).boxes
    assert (box.page, round(box.left, 3), round(box.right, 3)) == (0, 0.1, 0.3)
    assert quote_of(0, 8).boxes == ()


def test_a_quote_says_whether_its_words_were_recognised_on_a_picture() -> None:
    lines = Layout()
    lines.add(0, 0.1, 0.15, [(0, 2, 0.1, 0.2), (3, 8, 0.2, 0.3)])
    lines.add(2, 0.1, 0.15, [(9, 12, 0.1, 0.2)])

    def said(recognised: str | None, start: int, end: int) -> str | None:
        known = replace(DOCUMENT.metadata, recognised=recognised)
        return quote_of(start, end, replace(DOCUMENT, metadata=known, layout=lines.pack())).recognised

    assert said(None, 0, 8) is None
    assert said("Tesseract 5.3.0", 0, 8) == "Tesseract 5.3.0"
    some = recognised_by("Tesseract 5.3.0", [1, 2, 3, 6], 9)
    assert some == "Tesseract 5.3.0, pages 2–4, 7 of the file"
    assert [said(some, 0, 8), said(some, 9, 12), said(some, 0, 12)] == [None, *["Tesseract 5.3.0"] * 2]
    csl = {"type": "document", "custom": {"recognised": "93 % sure", "citation": "Cited."}}
    mixed = replace(DOCUMENT, metadata=Metadata(csl=csl, recognised=some), layout=lines.pack())
    assert [quote_of(at, at + 3, mixed).csl["custom"] for at in (0, 9)] == [
        {"citation": "Cited."},
        csl["custom"],
    ]
    one = recognised_by("Tesseract 5.3.0", [0], 9)
    assert [said(one, 0, 8), said(one, 9, 12)] == ["Tesseract 5.3.0", None]
    assert recognised_by("Tesseract 5.3.0", [0, 1], 2) == "Tesseract 5.3.0"
