"""Page marks and note markers, printed or not: each at its place, once."""

from __future__ import annotations

from qa.page.beside import document
from qa.types import Document, Mark
from tests.page import examples
from tests.page.beside.drawn import body
from tests.page.reading_html import Read


def test_page_breaks_show_their_numbers_printed_or_not() -> None:
    assert Read(body(examples.document())).named("span", "page") == ["Page 7", "[Page 8]", "Page 9"]


def test_a_card_does_not_begin_with_the_number_of_its_first_page() -> None:
    shown = examples.document()
    start = shown.text.index("With a line")
    assert not Read(document.inline(shown, start, start + 11)).named("span", "page-mark")
    assert Read(document.inline(shown, start - 5, start + 11)).named("span", "page-mark") == ["[9]"]


def test_a_marker_leads_to_its_note_and_the_note_back() -> None:
    read = Read(body(examples.document()))
    links = {a["data-to"] for tag, a, _ in read.elements if tag == "a" and "data-to" in a}
    places = {a["data-is"]: a for _, a, _ in read.elements if "data-is" in a}
    assert read.named("aside", "note") == ["33. The noon of the capital."]  # the way back, then the note
    (marker,) = [a for _, a, _ in read.elements if "data-note" in a]  # the other marker has no note
    assert f"note-{marker['data-note']}" in places
    assert links <= places.keys()
    assert examples.TEXT[int(marker["data-at"]) :] == "3. The noon of the capital."


def test_a_marker_that_is_no_text_stands_behind_its_sentence_inside_the_paragraph() -> None:
    assert Read(body(examples.document())).named("p")[2].endswith("Nobody was surprised.4")


def test_running_heads_are_greyed_and_the_page_is_named_where_it_begins() -> None:
    text = "The talks broke\n921\n\nTHE CONFERENCE\noff at noon. 5 Nobody"
    start, line = text.index("921"), text.index(" 5 ") + 1
    marks = (Mark("page", start, text.index("off"), "922"), Mark("apparatus", line, line + 1))
    shown = Document("d", text, marks)
    read = Read(body(shown, [(0, len(text))]))
    assert read.text == text
    assert read.named("span", "apparatus") == ["921", "THE CONFERENCE\n", "5"]
    assert read.named("span", "page") == ["Page 922"]
    card = Read(document.inline(shown, 0, len(text)))
    assert card.named("span", "apparatus") == ["921\n\nTHE CONFERENCE\n", "5"]
    assert card.named("span", "page-mark") == ["[922]"]


def test_a_page_that_the_file_counts_is_shown_in_its_brackets_once() -> None:
    shown = Document("d", "One. Two.", (Mark("page", 5, 5, "[5]"),))
    assert Read(document.inline(shown, 0, 9)).named("span", "page-mark") == ["[5]"]
    assert Read(body(shown)).named("span", "page") == ["Page [5]"]


def test_a_notes_printed_number_stands_back_and_its_page_is_not_said_twice() -> None:
    text = "The talks.7\n\n7\n\nSee above. It went\n\non there."
    note = text.index("See")
    marks = (
        Mark("page", 0, 0, "6"),
        Mark("marker", 10, 11, "7", "n7"),
        Mark("marker", 13, 14, "7"),
        Mark("note", note, len(text), "7", "n7"),
        Mark("page", note, note, "6"),
        Mark("page", text.index("on there"), text.index("on there"), "7"),
    )
    read = Read(body(Document("d", text, marks)))
    assert read.text == text
    assert read.named("p", "lone") == ["7"]
    assert read.named("span", "page") == ["Page 6", "Page 7"]
