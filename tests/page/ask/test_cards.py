"""An answer as HTML: what a reader must see on it, and that nothing in it runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.page import texts
from qa.page.ask import cards
from qa.types import Phrase, Place, QuotedNote
from tests.page import examples
from tests.page.reading_html import Read

SAY = texts.words("en")


def test_the_quote_comes_first_to_the_letter_with_its_phrase_marked() -> None:
    quote = examples.quote()
    html = cards.card(quote, examples.document(), SAY)
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
    marked = Read(cards.card(examples.quote(phrase=phrase), examples.document(), SAY)).named("mark", "phrase")
    assert marked == ["off ", " at"]


def test_where_the_document_has_changed_the_clean_words_are_shown() -> None:
    for gone in (None, examples.document(examples.TEXT.replace("No. 12", "No. 123"))):
        read = Read(cards.card(examples.quote(), gone, SAY))
        assert read.named("blockquote") == ["The talks broke off at noon."]
        assert read.named("mark", "phrase") == ["at noon"]


@pytest.mark.parametrize(
    ("voice", "badge"),
    [("note", ["Note"]), ("heading", ["Heading"]), ("front", ["Front matter"]), ("text", [])],
)
def test_a_voice_other_than_the_text_is_named(voice: str, badge: list[str]) -> None:
    assert Read(cards.card(examples.quote(voice=voice), None, SAY)).named("span", "badge") == badge


def test_a_card_says_that_its_words_were_recognised_on_a_picture() -> None:
    seen = cards.card(examples.quote(recognised='Tesseract 5.3.0"<b>'), None, SAY)
    assert Read(seen).named("span", "recognised") == ["Recognised by OCR"]
    assert 'title="Tesseract 5.3.0&quot;&lt;b&gt;"' in seen
    assert not Read(cards.card(examples.quote(), None, SAY)).named("span", "recognised")


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
    assert cards.pages(numbers, SAY) == shown


def test_a_note_is_folded_under_the_quote_and_its_marker_opens_it() -> None:
    read = Read(cards.card(examples.quote(), examples.document(), SAY))
    assert read.named("details", "note") == ["Note 33. The noon of the capital."]
    folds = [attributes for tag, attributes, _ in read.elements if tag == "details"]
    openers = [attributes for _, attributes, _ in read.elements if attributes.get("data-do") == "note"]
    assert "open" not in folds[0]
    assert [one["data-note"] for one in openers] == [fold["data-note"] for fold in folds] == ["3"]
    assert openers[0]["aria-label"] == "Note 3: open"


def test_a_marker_whose_note_is_not_known_opens_nothing() -> None:
    html = cards.card(examples.quote(notes=()), examples.document(), SAY)
    assert 'data-do="note"' not in html
    assert Read(html).named("sup", "marker") == ["3"]


def test_of_other_places_three_are_named_and_the_others_folded_and_counted() -> None:
    places = tuple(Place(f"d{n}", 0, 1, None, f"Place {n}.") for n in range(5))
    html = cards.card(examples.quote(notes=(), also_at=places), None, SAY)
    read = Read(html)
    assert read.named("li") == [f"Place {n}." for n in range(5)]
    assert read.named("details") == ["and 2 more placesPlace 3.Place 4."], "what is more is folded"


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.97, "Strong evidence"), (0.7, "Good evidence"), (0.5, "Fair evidence"), (0.2, "Weak evidence")],
)
def test_strength_is_said_in_words_with_the_probability(probability: float, words: str) -> None:
    assert SAY(f"card.{cards.strength(probability)}") == words
    html = cards.answer(examples.answer(examples.quote(), confidence=probability), {}, SAY)
    assert words in html
    assert f"{100 * probability:.0f}\xa0% likely" in html


def test_not_answered_says_so_what_was_searched_and_what_came_nearest() -> None:
    answer = examples.answer(examples.quote(), examples.quote(2), answered=False)
    rests = cards.searched(answer, SAY, read=24)
    html = cards.answer(answer, {}, SAY, rests=rests)
    read = Read(html)
    assert "The sources hold no answer that I can quote." in read.text
    assert "Searched 2 documents, 31 passages in 0.08\xa0s. 24 passages were read closely." in read.text
    assert html.index("no answer") < html.index("Searched") < html.index("What came nearest")
    assert len(read.named("article", "near")) == 2
    assert not read.named("mark"), "what is not an answer has no answer phrase"
    assert "evidence" not in read.text


@pytest.mark.parametrize("answered", [True, False])
def test_a_question_that_leans_on_none_says_by_which_word(answered: bool) -> None:
    given = examples.answer(examples.quote(), answered=answered)
    assert "leans" not in cards.answer(given, {}, SAY)
    html = cards.answer(replace(given, unresolved="<he>"), {}, SAY)
    assert "“&lt;he&gt;” leans on a question that was not asked here." in html
    assert html.index("leans") < html.index("<blockquote")


def test_an_empty_library_has_nothing_near() -> None:
    html = cards.answer(examples.answer(answered=False), {}, SAY)
    assert "nearest" not in html


def test_what_was_left_out_is_said_and_what_was_read_together() -> None:
    answer = examples.answer(examples.quote())
    html = cards.searched(answer, SAY, only="1945 to 1946", left_out=3851, dated=True, leant=("Who <b>?",))
    assert "Only 1945 to 1946. 3,851 documents were left out. Documents without a date are" in html
    assert "Read together with “Who &lt;b&gt;?”" in html
    assert "Only 1945 to 1946." in cards.searched(answer, SAY, only="1945 to 1946", dated=True)
    assert "left out" not in cards.searched(answer, SAY, only="1945 to 1946", dated=True)
    plain = cards.searched(answer, SAY)
    assert "Only" not in plain
    assert "left out" not in plain


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_an_answer_is_drawn_in_every_language(language: str) -> None:
    say = texts.words(language)
    quote = examples.quote(
        voice="note", note_kind="source", recognised="Tesseract", url="https://example.org"
    )
    for answered in (True, False):
        read = Read(cards.answer(examples.answer(quote, answered=answered), {}, say))
        assert say("card.source-note") in read.text
        assert say("card.show") in read.text
        assert ("Show in source" in read.text) == (language == "en")


def test_buttons_say_which_quote_and_nothing_says_which_turn() -> None:
    html = cards.card(examples.quote(2), None, SAY)
    buttons = [attributes for tag, attributes, _ in Read(html).elements if tag == "button"]
    assert [button["data-do"] for button in buttons] == [
        "show", "copy", "mark", "mark", "save", "save", "save"
    ]  # fmt: skip
    assert [button.get("data-verdict") for button in buttons[2:4]] == ["answers", "does not answer"]
    assert [button["data-to"] for button in buttons[4:]] == ["bibtex", "ris", "csl-json"]
    assert {button["data-number"] for button in buttons if button["data-do"] != "copy"} == {"2"}
    assert "data-turn" not in html, "a turn before it may be deleted"
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
        cards.answer(examples.answer(quote), {}, SAY),
        cards.answer(examples.answer(quote, answered=False), {}, SAY),
        cards.searched(examples.answer(quote), SAY, only=attack, leant=(attack,)),
        cards.message(attack),
    ):
        read = Read(html)
        assert attack in read.text
        assert not {"script", "img", "a"} & {tag for tag, _, _ in read.elements}
        assert not any(name.startswith("on") for _, attributes, _ in read.elements for name in attributes)
