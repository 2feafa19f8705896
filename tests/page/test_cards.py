"""An answer as HTML: what a reader must see on it, and that nothing in it runs."""

from __future__ import annotations

import pytest

from qa.page import cards
from qa.types import Phrase, Place, QuotedNote
from tests.page import examples
from tests.page.reading_html import Read


def test_the_quote_comes_first_to_the_letter_with_its_phrase_marked() -> None:
    quote = examples.quote()
    html = cards.card(quote, 1, examples.document())
    read = Read(html)
    assert (
        Read(html[html.index("<blockquote>") :].partition("</blockquote>")[0] + "</blockquote>").text
        == quote.text
    )
    assert read.named("mark", "phrase") == ["at noon"]
    assert html.index("<blockquote>") < html.index("pp.") < html.index(quote.citation)


def test_a_phrase_across_a_page_break_is_marked_on_both_sides() -> None:
    start = examples.TEXT.index("off [Page 8]")
    phrase = Phrase(start, start + 15, "off [Page 8] at")
    marked = Read(cards.card(examples.quote(phrase=phrase), 1, examples.document())).named("mark", "phrase")
    assert marked == ["off ", " at"]


def test_where_the_document_has_changed_the_clean_words_are_shown() -> None:
    for gone in (None, examples.document(examples.TEXT.replace("No. 12", "No. 123"))):
        read = Read(cards.card(examples.quote(), 1, gone))
        assert read.named("blockquote") == ["The talks broke off at noon."]
        assert read.named("mark", "phrase") == ["at noon"]


@pytest.mark.parametrize(
    ("voice", "badge"),
    [("note", ["Note"]), ("heading", ["Heading"]), ("front", ["Front matter"]), ("text", [])],
)
def test_a_voice_other_than_the_text_is_named(voice: str, badge: list[str]) -> None:
    assert Read(cards.card(examples.quote(voice=voice), 1, None)).named("span", "badge") == badge


def test_a_card_says_that_its_words_were_recognised_on_a_picture() -> None:
    seen = cards.card(examples.quote(recognised='Tesseract 5.3.0"<b>'), 1, None)
    assert Read(seen).named("span", "recognised") == ["Recognised by OCR"]
    assert 'title="Tesseract 5.3.0&quot;&lt;b&gt;"' in seen
    assert not Read(cards.card(examples.quote(), 1, None)).named("span", "recognised")


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ("921", "p.\xa0921"),
        ("921–922", "pp.\xa0921–922"),
        ("5, 9", "pp.\xa05, 9"),
        (None, ""),
        ("xvi", "p.\xa0xvi"),
    ],
)
def test_pages(numbers: str | None, shown: str) -> None:
    assert cards.pages(numbers) == shown


def test_notes_are_resolved_under_the_quote() -> None:
    items = Read(cards.card(examples.quote(), 1, examples.document())).named("li")
    assert items == ["3 3. The noon of the capital."]


def test_other_places_are_named_three_at_most_and_counted() -> None:
    places = tuple(Place(f"d{n}", 0, 1, None, f"Place {n}.") for n in range(5))
    html = cards.card(examples.quote(notes=(), also_at=places), 1, None)
    assert Read(html).named("li") == ["Place 0.", "Place 1.", "Place 2.", "and 2 more places"]


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.97, "Strong evidence"), (0.7, "Good evidence"), (0.5, "Fair evidence"), (0.2, "Weak evidence")],
)
def test_strength_is_said_in_words_with_the_probability(probability: float, words: str) -> None:
    assert cards.strength(probability) == f"{words}, {probability:.0%}".replace("%", "\xa0%")
    html = cards.answer(examples.answer(examples.quote(), confidence=probability), 1, {})
    assert words in html
    assert f"{100 * probability:.0f}\xa0% likely" in html


def test_not_answered_says_so_what_was_searched_and_what_came_nearest() -> None:
    html = cards.answer(examples.answer(examples.quote(), examples.quote(2), answered=False), 1, {})
    read = Read(html)
    assert "The sources hold no answer that I can quote." in read.text
    assert "Searched 2 documents, 31 passages" in read.text
    assert len(read.named("article", "near")) == 2
    assert not read.named("mark"), "what is not an answer has no answer phrase"
    assert "evidence" not in read.text


def test_an_empty_library_has_nothing_near() -> None:
    html = cards.answer(examples.answer(answered=False), 1, {})
    assert "nearest" not in html


def test_buttons_say_which_quote_of_which_turn() -> None:
    read = Read(cards.card(examples.quote(2), 5, None))
    buttons = [attributes for tag, attributes, _ in read.elements if tag == "button"]
    assert [button["data-do"] for button in buttons] == ["show", "copy", "mark", "mark"]
    assert [button.get("data-verdict") for button in buttons[2:]] == ["answers", "does not answer"]
    assert {(button["data-turn"], button["data-number"]) for button in buttons[2:]} == {("5", "2")}
    assert (buttons[0]["data-turn"], buttons[0]["data-number"]) == ("5", "2")
    assert buttons[1]["data-copy"] == "“The talks broke off at noon.”\nThe Envoy to the Minister, pp. 7–8."
    assert all(button["type"] == "button" for button in buttons)


def test_the_address_is_copied_once() -> None:
    address = "https://example.org/d1"
    assert cards.copied(examples.quote(url=address)).count(address) == 1
    assert cards.copied(examples.quote(url=address, citation=f"A letter, {address}.")).count(address) == 1
    assert "javascript" not in cards.copied(examples.quote(url="javascript:alert(1)"))


def test_markup_anywhere_in_a_quote_is_text() -> None:
    attack = examples.ATTACK
    quote = examples.quote(
        text=attack,
        clean=attack,
        phrase=Phrase(0, len(attack), attack),
        document=attack,
        pages=attack,
        section=attack,
        citation=attack,
        url=f"javascript:{attack}",
        notes=(QuotedNote(attack, attack, 0, 1),),
        also_at=(Place(attack, 0, 1, attack, attack),),
        source_file=attack,
    )
    for html in (
        cards.answer(examples.answer(quote), 1, {}),
        cards.answer(examples.answer(quote, answered=False), 1, {}),
        cards.message(attack),
    ):
        read = Read(html)
        assert attack in read.text
        assert not {"script", "img", "a"} & {tag for tag, _, _ in read.elements}
        assert not any(name.startswith("on") for _, attributes, _ in read.elements for name in attributes)
