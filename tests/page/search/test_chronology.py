"""The chronology: dates in words, what stands along them, what is drawn, lit and saved."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from qa import edtf
from qa.concordance import Sought, of
from qa.page import texts
from qa.page.ask.exchange import Exchange
from qa.page.search import chronology, concordance, dated, timeline
from qa.page.search.chronology import Showing
from qa.page.search.concordance import Looking
from qa.page.serve.opening import Opening
from tests.page import examples
from tests.page.concordance_library import open_library
from tests.page.reading_html import Read

ENGLISH, RUSSIAN = texts.words("en"), texts.words("ru")
LOOKING = Looking(Sought("wheat"))


@pytest.fixture(scope="module")
def opening(shared_place: str) -> Iterator[Opening]:
    opened = open_library(shared_place)
    yield opened
    opened.assistant().library.close()


def exchange(opening: Opening, *names: str, question: str = "What of wheat?", key: str = "k1") -> Exchange:
    """An answer that quotes the sentence about wheat of these documents."""
    quotes = []
    for number, name in enumerate(names, start=1):
        text = opening.assistant().library.document(name).text
        start = text.index("The wheat")
        quotes.append(
            examples.quote(
                number,
                document=name,
                start=start,
                end=len(text),
                text=text[start:],
                clean=text[start:],
                phrase=None,
                notes=(),
                citation=f"Letter {name}.",
            )
        )
    return Exchange(question, "", examples.answer(*quotes), key=key)


@pytest.mark.parametrize(
    ("date", "english", "russian"),
    [
        ("1945-11-22", "22 November 1945", "22 ноября 1945\u202fг."),
        ("1945-11", "November 1945", "ноябрь 1945\u202fг."),
        ("1945", "1945", "1945"),
        ("1945~", "about 1945", "около 1945"),
        ("1945-11?", "November 1945, uncertain", None),
        ("1945%", "about 1945, uncertain", None),
        ("194X", "1940–1949", None),
        ("1945-22", "summer 1945", "лето 1945"),
        ("1945-11-20/1945-11-22", "20 November 1945 to 22 November 1945", None),
        ("1945/..", "1945 or later", "1945 или позже"),
        ("../1945-02", "February 1945 or earlier", None),
    ],
)
def test_dates_in_words(date: str, english: str, russian: str | None) -> None:
    assert dated.in_words(edtf.parse(date), ENGLISH) == english
    if russian:
        said = dated.in_words(edtf.parse(date), RUSSIAN)
        assert said.replace("\u202f", " ").replace("\xa0", " ") == russian.replace("\u202f", " ")


def test_quotes_stand_by_the_dates_of_their_documents_each_once(opening: Opening) -> None:
    library = opening.assistant().library
    talk = (exchange(opening, "e.txt", "d.txt", "a.txt"), exchange(opening, "a.txt", "b.txt", key="k2"))
    items = dated.of_exchanges(talk, library)
    assert [item.document for item in items.every] == ["b.txt", "a.txt", "e.txt", "d.txt"]
    assert [item.document for item in items.along.undated] == ["d.txt"]


def test_what_no_longer_stands_is_left_out_and_said(opening: Opening) -> None:
    answered = exchange(opening, "a.txt", "b.txt")
    assert answered.answer is not None
    good, bad = answered.answer.quotes
    changed = replace(
        answered.answer, quotes=(good, replace(bad, text="The rye"), replace(good, document="x"))
    )
    items = dated.of_exchanges((Exchange("Q", "", changed),), opening.assistant().library)
    assert [item.document for item in items.every] == ["a.txt"]
    assert items.lost == 2
    html, _ = chronology.told(opening, (Exchange("Q", "", changed),), None, Showing(), ENGLISH, "")
    assert "2 quotes are left out" in html


def test_what_can_be_shown_and_how_it_is_drawn(opening: Opening) -> None:
    talk = (exchange(opening, "a.txt", "c.txt", "d.txt", question="<b>Which</b>?"), Exchange("Failed", "no"))
    html, showing = chronology.told(opening, talk, LOOKING, Showing("gone"), ENGLISH, "")
    assert showing == Showing("conversation", 0)
    read = Read(html)
    assert read.named("option") == [
        "the whole conversation (3 quotes)", "1. <b>Which</b>?",
        "found in the concordance: wheat (5 documents)",
    ]  # fmt: skip
    assert "<b>" not in html
    assert "<script" not in html
    assert read.named("p", "when") == ["22 November 1945", "February 1947 to 1948"]
    assert read.named("h3") == ["1945", "1947", "Without a date"]
    assert [quote.startswith("The wheat of") for quote in read.named("blockquote")] == [True] * 3
    assert 'aria-label="2 along the dates, 22 November 1945 to February 1947 to 1948"' in html
    dots = [
        attributes for tag, attributes, _ in read.elements if "dot" in attributes.get("class", "").split()
    ]
    assert [dot["class"] for dot in dots] == ["dot", "dot long"]
    assert [dot["data-item"] for dot in dots] == ["0", "1"]


def test_documents_found_stand_with_their_count_and_first_place(opening: Opening) -> None:
    html, _ = chronology.told(opening, (), LOOKING, Showing(), ENGLISH, "")
    read = Read(html)
    assert len(read.named("blockquote")) == 5
    assert read.named("mark", "phrase") == ["wheat"] * 5
    assert all(title.endswith("· 2 places") for title in read.named("p", "title"))
    assert "dot uncertain long" in html
    assert "<script" not in html


def test_many_are_drawn_as_bars(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "MARKS", 3)
    html, _ = chronology.told(opening, (), LOOKING, Showing(), ENGLISH, "")
    read = Read(html)
    assert "dot" not in html
    assert read.named("title")[0] == "Jan 1945: 1"
    assert read.named("title")[10] == "Nov 1945: 1"
    keys = [attributes["data-key"] for tag, attributes, _ in read.elements if "data-key" in attributes]
    assert [key for key in keys if key] == ["0", "1", "2"], "the first of each leads to its entry"


def test_nothing_to_show(opening: Opening) -> None:
    html, _ = chronology.told(opening, (), None, Showing(), ENGLISH, "")
    assert "Nothing to show yet" in html
    html, _ = chronology.told(opening, (), Looking(Sought("barley")), Showing(), ENGLISH, "")
    assert "Nothing to show yet" in html


def test_pages_of_the_list(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chronology, "ROWS", 2)
    showing = chronology.turned(Showing("concordance"), {"what": "first", "value": 3})
    assert showing.first == 2, "the page on which it stands"
    html, _ = chronology.told(opening, (), LOOKING, showing, ENGLISH, "")
    assert re.findall(r'<li data-item="(\d+)"', html) == ["2", "3"]
    assert "3–4 of 5" in Read(html).text
    for asked in (None, {}, {"what": "of", "value": 3}, {"what": "first", "value": "x"}):
        assert chronology.turned(showing, asked) == showing


def test_the_source_opens_with_the_way_to_the_other_quotes(opening: Opening) -> None:
    talk = (exchange(opening, "e.txt", "a.txt"),)
    lit = chronology.lit_by(opening, talk, None, Showing("conversation"), 1)
    assert lit is not None
    assert (lit.document, lit.step, len(lit.stops)) == ("e.txt", 1, 2)
    found = chronology.lit_by(opening, (), LOOKING, Showing("concordance"), 0)
    assert found is not None
    assert (found.document, len(found.places)) == ("b.txt", 2)
    for number in (-1, 5, "0", None):
        assert chronology.lit_by(opening, (), LOOKING, Showing("concordance"), number) is None


def test_saved_as_a_table_and_as_markdown(opening: Opening) -> None:
    library = opening.assistant().library
    concordancer = of(library)
    made = concordance.find(opening, LOOKING)
    items = dated.of_concordance(made)
    table = dated.as_csv(items, library, concordancer, made, "apa")
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert [(row["date"], row["first_day"], row["last_day"]) for row in rows] == [
        ("1945~", "1945-01-01", "1945-12-31"), ("1945-11-22", "1945-11-22", "1945-11-22"),
        ("1947-02/1948", "1947-02-01", "1948-12-31"), ("1947-02-03", "1947-02-03", "1947-02-03"),
        ("", "", ""),
    ]  # fmt: skip
    assert {row["places"] for row in rows} == {"2"}
    quotes = dated.of_exchanges((exchange(opening, "a.txt", "d.txt"),), library)
    text = dated.as_list(quotes, library, concordancer, None, "apa", ENGLISH)
    assert text.startswith("# Chronology\n\n## 22 November 1945\n\n> The wheat of a.txt")
    assert "## Without a date\n\n> The wheat of d.txt" in text
    assert "<script" not in text.replace("\\<", "")
