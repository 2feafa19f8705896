"""The concordance on the page: what a browser may ask for, what is drawn, what is lit and saved."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest

from qa.concordance import Sought
from qa.concordance.found import InYear
from qa.page import texts
from qa.page.chosen import Chosen
from qa.page.search import concordance, found, plot
from qa.page.search.concordance import Looking
from qa.page.serve.opening import Opening
from tests.page.concordance_library import open_library
from tests.page.reading_html import Read

ENGLISH, RUSSIAN = texts.words("en"), texts.words("ru")


@pytest.fixture(scope="module")
def opening(shared_place: str) -> Iterator[Opening]:
    opened = open_library(shared_place)
    yield opened
    opened.assistant().library.close()


def drawn(opening: Opening, looking: Looking, say: texts.Words = ENGLISH) -> str:
    *_, last = concordance.search(opening, looking, say)
    return str(last)


def test_every_place_is_a_line_and_no_markup_of_documents_comes_through(opening: Opening) -> None:
    html = drawn(opening, Looking(Sought("wheat")))
    read = Read(html)
    assert read.named("h2") == ["wheat 10 places in 5 documents"]
    assert read.named("button", "word") == ["wheat"] * 10
    assert "every word of 5 documents was looked at" in read.text
    assert "<script" not in html
    assert "<img" not in html
    assert read.text.count("<script>document.title=") > 10, "it is there as text"
    assert "1–10 of 10" in read.text


def test_what_was_typed_is_text_too(opening: Opening) -> None:
    html = drawn(opening, Looking(Sought("<img src=x onerror=alert(1)>")))
    assert "<img" not in html
    assert "stands nowhere here" in Read(html).text
    assert "Give a word or a phrase" in drawn(opening, Looking(Sought("*")))
    assert "There is no document gone" in drawn(opening, Looking(Sought("wheat"), Chosen(("gone",))))


def test_in_russian(opening: Opening) -> None:
    text = Read(drawn(opening, Looking(Sought("wheat")), RUSSIAN)).text
    assert "10 мест в 5 документах" in text
    assert "просмотрено каждое слово, 5 документов" in text


def test_years_are_drawn_and_stand_in_a_table(opening: Opening) -> None:
    html = drawn(opening, Looking(Sought("wheat")))
    read = Read(html)
    assert 'aria-label="Places by year, 1945 to 1947; most in 1945: 4"' in html
    assert [title for title in read.named("title") if "10,000" not in title] == [
        "1945: 4 places in 2 documents", "1946: 0 places in 0 documents", "1947: 4 places in 2 documents",
    ]  # fmt: skip
    rows = [row for row in read.named("tr") if row.startswith(("1945", "without"))]
    assert [row[:7] for row in rows] == ["1945422", "without"]
    assert any("without a date211" in row for row in rows)


def test_narrowed_by_what_is_chosen_and_by_a_press(opening: Opening) -> None:
    chosen = Looking(Sought("wheat"), Chosen(("a.txt", "b.txt")))
    assert "4 places in 2 documents" in drawn(opening, chosen)
    assert "Only what is chosen above" in drawn(opening, chosen)
    only = concordance.turned(Looking(Sought("wheat")), {"what": "year", "value": 1947})
    html = drawn(opening, only)
    assert "Only 1947" in html
    assert Read(html).named("button", "word") == ["wheat"] * 4
    assert "10 places in 5 documents" in Read(html).text, "the counts are of all"
    by_document = concordance.turned(only, {"what": "document", "value": "d.txt"})
    assert (by_document.year, by_document.document) == (None, "d.txt")
    assert len(Read(drawn(opening, by_document)).named("button", "word")) == 2
    assert concordance.turned(by_document, {"what": "all"}) == Looking(Sought("wheat"))


def test_pages_and_orders(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concordance, "ROWS", 4)
    looking = concordance.turned(Looking(Sought("wheat")), {"what": "first", "value": 4})
    html = drawn(opening, looking)
    assert re.findall(r'data-number="(\d+)"', html) == ["5", "6", "7", "8"]
    assert "5–8 of 10" in Read(html).text
    beyond = drawn(opening, replace(looking, first=4_000))
    assert re.findall(r'data-number="(\d+)"', beyond) == ["9", "10"], "the last page"
    assert beyond.count("aria-disabled=true") == 4, "next and last, above and below"
    ordered = concordance.turned(looking, {"what": "order", "value": "date"})
    assert (ordered.order, ordered.first) == ("date", 0)
    assert re.findall(r'data-number="(\d+)"', drawn(opening, ordered)) == ["3", "4", "1", "2"]


def test_forms_can_be_left_out_and_taken_in_again(opening: Opening) -> None:
    looking = Looking(Sought("sell*, dear", stems=True))
    assert "For dear also:" not in drawn(opening, looking)
    wide = Looking(Sought("letters", stems=True))
    assert "stands nowhere" in drawn(opening, wide), "titles are no words of the documents"
    wide = Looking(Sought("deared", stems=True))
    html = drawn(opening, wide)
    assert Read(html).named("button", "form") == ["dear ×"]
    without = concordance.turned(wide, {"what": "without", "value": "dear"})
    html = drawn(opening, without)
    assert "stands nowhere" in html
    assert concordance.turned(without, {"what": "with", "value": "dear"}) == wide


@pytest.mark.parametrize(
    "asked",
    [None, 1, [], {}, {"what": "order", "value": "price"}, {"what": "first", "value": "4"},
     {"what": "year", "value": "1945"}, {"what": "document", "value": 3}, {"what": ["all"]}],
)  # fmt: skip
def test_whatever_else_a_browser_sends_changes_nothing(asked: object) -> None:
    looking = Looking(Sought("wheat"))
    assert concordance.turned(looking, asked) == looking


def test_what_the_form_asks_for() -> None:
    asked = {"words": " wheat ", "whole": False, "stems": True, "variants": "yes", "where": "notes"}
    assert concordance.sought_in(asked) == Sought(" wheat ", False, True, False, "notes")
    assert concordance.sought_in({"words": "x", "where": "attic"}) == Sought("x")
    assert concordance.sought_in(None) == Sought("")


def test_the_source_opens_with_all_places_of_the_document_lit(opening: Opening) -> None:
    lit = concordance.lit_by(opening, Looking(Sought("wheat")), {"number": 4})
    assert lit is not None
    text = opening.assistant().library.document("b.txt").text
    assert (lit.document, lit.at) == ("b.txt", 1)
    assert [text[start:end] for start, end in lit.places] == ["wheat", "wheat"]
    assert (len(lit.stops), lit.step) == (10, 3), "previous and next lead from line to line"
    assert concordance.lit_by(opening, None, {"number": 4}) is None
    for number in (0, 11, -1, "4", None, True):
        asked = {"number": number}
        assert (concordance.lit_by(opening, Looking(Sought("wheat")), asked) is None) is (number is not True)


def test_of_very_many_places_in_a_document_those_around_the_opened_one_are_lit(
    opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concordance, "LIT", 6)
    looking = Looking(Sought("e", whole=False))
    every = concordance.find(opening, looking)
    middle = len(every) // 10
    lit = concordance.lit_by(opening, looking, {"number": middle})
    assert lit is not None
    assert len(lit.places) == 6
    wanted = concordance.of(opening.assistant().library).lines(every, [middle - 1])[0]
    assert lit.places[lit.at] == (wanted.start, wanted.end)


def saved(opening: Opening, what: str) -> str:
    *_, (html, told) = concordance.saved(opening, Looking(Sought("wheat")), what, ENGLISH, "apa")
    assert told == ""
    match = re.search(r'data-content="([^"]*)"', html)
    assert match
    assert f'data-name="concordance-{what}.csv"' in html
    return base64.b64decode(unescape(match[1])).decode("utf-8-sig")


def test_tables_are_handed_to_the_browser(opening: Opening) -> None:
    assert len(saved(opening, "lines").splitlines()) == 11
    assert len(saved(opening, "documents").splitlines()) == 6
    assert saved(opening, "years").splitlines()[1].startswith('"1945","4","2"')
    assert list(concordance.saved(opening, Looking(Sought("wheat")), "money", ENGLISH, "apa")) == []


def test_of_very_many_years_decades_are_drawn() -> None:
    years = [InYear(year, 1, 1, 1, 100) for year in range(1601, 1800)]
    decades = found.decades(years)
    assert [one.year for one in decades] == list(range(1600, 1800, 10))
    assert [one.places for one in decades][:2] == [9, 10]
    assert decades[1].rate == 100


def test_bars_have_titles_and_few_labels() -> None:
    html = plot.bars(
        [plot.Bar(year, str(year), year % 7, f"<{year}>", str(year)) for year in range(1900, 2000)],
        "says <all>", "6",
    )  # fmt: skip
    read = Read(html)
    assert len(read.named("title")) == 100
    assert read.named("title")[0] == "<1900>"
    assert read.named("span")[1:] == ["1900", "1920", "1940", "1960", "1980"]
    assert 'aria-label="says &lt;all&gt;"' in html
