"""What is chosen: chips, what is left when one is taken away, and what a browser remembers of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.page.ask import choosing
from qa.page.chosen import Chosen
from qa.page.texts import words
from tests.library.shelf import document, opened, put
from tests.page.examples import ATTACK

SAY = words("en")
SOME = Chosen(("a.txt", "/x/b.txt"), "1945", "1946-11")


def test_nothing_left_out_says_so_and_shows_no_chip() -> None:
    html = choosing.chips(Chosen(), SAY)
    assert "All documents are searched." in html
    assert 'class="chip' not in html


def test_a_chip_for_each_document_up_to_a_few_and_one_for_many() -> None:
    html = choosing.chips(SOME, SAY)
    assert html.count('class="chip') == 3
    assert ">b.txt<" in html, "a path is shown by its name"
    assert "1945 to 1946-11" in html
    many = choosing.chips(Chosen(tuple("abcdefg")), SAY)
    assert many.count('class="chip') == 1
    assert "7 documents" in many
    assert ">letters of Quill: 7<" in choosing.chips(
        Chosen(tuple("abcdefg"), words="letters of Quill: 7"), SAY
    )


def test_names_and_words_are_no_markup() -> None:
    for chosen in (Chosen((ATTACK,)), Chosen(("a",), words=ATTACK)):
        html = choosing.chips(chosen, SAY, wrong=ATTACK)
        assert "<script" not in html
        assert "<img" not in html


@pytest.mark.parametrize(
    ("what", "left"),
    [
        ("document:a.txt", Chosen(("/x/b.txt",), "1945", "1946-11")),
        ("document:nobody", SOME),
        ("dates", Chosen(("a.txt", "/x/b.txt"))),
        ("documents", Chosen((), "1945", "1946-11")),
        ("all", Chosen()),
        ("", SOME),
    ],
)
def test_what_is_left_when_a_chip_is_taken_away(what: str, left: Chosen) -> None:
    assert choosing.without(SOME, what) == left


def test_dates_are_checked_and_the_documents_stay() -> None:
    assert choosing.dated(SOME, " 1950 ", "", SAY) == Chosen(SOME.documents, "1950", None)
    assert choosing.dated(SOME, "1945-11", "1945", SAY).date_to == "1945", "1945 is all of it"
    for first, last in (("1945-13", ""), ("", "soon"), ("1946", "1945"), ("1945-02-30", ""), ("٢٠٢٠", "")):
        with pytest.raises(ValueError, match=r"date|ends before"):
            choosing.dated(SOME, first, last, SAY)


def test_what_a_browser_remembers_comes_back_and_nonsense_does_not() -> None:
    chosen = Chosen(SOME.documents, "1945", None, "letters")
    assert choosing.from_browser(choosing.to_browser(chosen)) == chosen
    for nonsense in (None, [], "x", 7, {"documents": "abc"}, {"documents": [1, None, "", "x" * 2000]},
                     {"from": 1945, "to": "soon"}, {"words": "without documents"}):  # fmt: skip
        assert choosing.from_browser(nonsense) == Chosen(), nonsense


def test_documents_that_are_gone_are_left_out_unless_all_are(tmp_path: Path) -> None:
    library = opened(tmp_path / "library")
    put(library, "/x/a.xml", document("vol/d1", "Head", "Body"), document("vol/d2", "Head", "Other"))
    for chosen, left in (
        (("vol/d1", "gone"), ("vol/d1",)),
        (("a.xml", "/x/a.xml", "vol"), ("a.xml", "/x/a.xml", "vol")),
        (("gone", "gone too"), ("gone", "gone too")),
        ((), ()),
    ):
        assert choosing.standing(library, Chosen(chosen, "1945")) == Chosen(left, "1945")
    library.close()
