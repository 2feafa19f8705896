"""Every place and no other: against looking it up character by character."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.concordance import Sought, of
from qa.concordance.corpus import segments
from qa.concordance.pattern import pattern
from qa.errors import UsageError
from qa.reading import read
from qa.types import Document, Mark
from tests import archive
from tests.concordance.brute_force import places
from tests.library import shelf


def found(document: Document, words: str, **how: bool) -> list[tuple[int, int]]:
    """The places of ``words`` in a document, as ranges of its text."""
    wanted = pattern(words, **how)
    return sorted(
        segment.true(*place)
        for segment in segments(document)
        for place in wanted.places(segment.view.text)
        if not segment.crosses(*place)
    )


def texts(document: Document, words: str, **how: bool) -> list[str]:
    return [document.text[start:end] for start, end in found(document, words, **how)]


WORDS = [
    "peace",
    "Peace",
    "war",
    "WAR",
    "the",
    "Straße",
    "STRASSE",
    "naïve",
    "warpeace",
    "don’t",
    "don't",
    "e",
]
BETWEEN = [" ", "  ", "\n", "\n\n", ", ", ". ", "“", "” ", " – ", "—", " (", ") ", "\u00a0"]
APPARATUS = [("page", "[Page 8]"), ("marker", "3"), ("apparatus", "RUNNING HEAD")]


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Words with apparatus, notes and headings anywhere between and inside them."""
    text, marks = "", []
    for _ in range(draw(st.integers(1, 25))):
        kind = draw(st.sampled_from(["word"] * 8 + ["apparatus", "note", "heading"]))
        if kind == "word":
            text += draw(st.sampled_from(WORDS))
        elif kind == "apparatus":
            name, words = draw(st.sampled_from(APPARATUS))
            marks.append(Mark(name, len(text), len(text) + len(words), "8"))  # type: ignore[arg-type]
            text += words
        else:
            inside = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
            words = " ".join(inside)
            marks.append(Mark(kind, len(text), len(text) + len(words), "", f"n{len(text)}"))  # type: ignore[arg-type]
            text += words
        text += draw(st.sampled_from(["", *BETWEEN, *BETWEEN]))
    return Document("made", text, tuple(marks))


@settings(max_examples=100, deadline=None)
@given(documents(), st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
def test_every_place_and_no_other_in_made_documents(document: Document, words: list[str]) -> None:
    phrase = " ".join(words)
    assert set(found(document, phrase)) == places(document, phrase)


def test_every_place_and_no_other_in_documents_of_the_archive() -> None:
    chosen = random.Random(6)
    path = archive.volume("frus1961-63v06")
    some = [d for d in read(path, path.name).documents if 2_000 < len(d.text) < 6_000]
    compared = 0
    for document in chosen.sample(some, 12):
        words = re.findall(r"\S+", document.text)
        for size in (1, 1, 2, 3):
            at = chosen.randrange(len(words) - size)
            phrase = " ".join(words[at : at + size])
            if "*" in phrase or not any(letter.isalnum() for letter in phrase):
                continue
            expected = places(document, phrase)
            assert set(found(document, phrase)) == expected, (document.name, phrase)
            compared += len(expected)
    assert compared > 40


def test_every_place_and_no_other_in_the_seeds() -> None:
    for path in sorted(archive.SEEDS.glob("*.txt")):
        for document in read(path, path.name).documents:
            for phrase in ("the", "Litvinov", "of the", "Soviet Government", "Embassy’s", "he said"):
                assert set(found(document, phrase)) == places(document, phrase), phrase


# -- what is folded -------------------------------------------------------------------------------------


def plain(text: str, *marks: Mark) -> Document:
    return Document("d", text, marks)


def test_capitals_quotation_marks_and_dashes_do_not_count() -> None:
    document = plain("“Peaceful Co‑existence” – a ‘peaceful co-existence’; PEACEFUL CO-EXISTENCE.")
    assert texts(document, "peaceful co-existence") == [
        "Peaceful Co‑existence", "peaceful co-existence", "PEACEFUL CO-EXISTENCE",
    ]  # fmt: skip
    assert texts(document, '"peaceful co-existence"') == texts(document, "peaceful co-existence")
    assert texts(plain("STRASSE, Straße, strasse, Strass"), "Straße") == ["STRASSE", "Straße", "strasse"]
    assert texts(plain("ΛΟΓΟΣ λόγος λογος"), "λογοσ") == ["ΛΟΓΟΣ", "λογος"]
    assert texts(plain("the ﬁnal ofﬁce"), "final office") == ["ﬁnal ofﬁce"]


def test_line_ends_and_page_marks_inside_do_not_count() -> None:
    text = "The Khru-\nshchev note. The Soviet\nGovern-\n[Page 8]\nment replied.3 At once"
    page, marker = text.index("[Page 8]"), text.index("3 At")
    marks = (Mark("page", page, page + 8, "8"), Mark("marker", marker, marker + 1, "3", "n"))
    document = plain(text, *marks)
    assert texts(document, "Khrushchev note") == ["Khru-\nshchev note"]
    assert texts(document, "soviet government replied. at") == [
        "Soviet\nGovern-\n[Page 8]\nment replied.3 At"
    ]
    assert texts(document, "3") == [], "a note's marker is no word"
    assert texts(document, "page") == []


def test_a_note_is_looked_through_by_itself_and_passed_over_in_the_sentence_around_it() -> None:
    text = "He spoke of\n\n3. Peace with him.\n\npeace with honour."
    document = plain(text, Mark("note", 13, 31, "3", "n"))
    assert texts(document, "of peace with honour") == [text[9:-1]]
    assert texts(document, "peace with him") == ["Peace with him"]
    assert texts(document, "of 3") == []
    assert texts(document, "peace") == ["Peace", "peace"]


def test_a_place_does_not_run_from_a_heading_into_the_text() -> None:
    text = "The Berlin\n\nquestion is open. The Berlin question."
    assert texts(plain(text, Mark("heading", 0, 10)), "Berlin question") == ["Berlin question"]
    assert len(texts(plain(text), "Berlin question")) == 2, "paragraphs and pages end within sentences"


# -- what can be asked for ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ("war", "war wars Warsaw post-war war’s _war_ war2", ["war", "war", "war", "war"]),
        ("wars*", "war wars Warsaw", ["wars", "Warsaw"]),
        ("*war", "war Delaware postwar", ["war", "postwar"]),
        ("*war*", "war Delaware postwar peace", ["war", "Delaware", "postwar"]),
        ("m*e*r", "minister mover mr. murder", ["minister", "mover", "murder"]),
        ("the * war", "the cold war, the don’t-know war; the war; the very cold war", [
            "the cold war", "the don’t-know war"]),
        ("aha aha", "aha aha aha", ["aha aha", "aha aha"]),
        ("§ 5", "§ 5, §  5a, §5", ["§ 5"]),
        ("(secret)", "(Secret) (secret)s", ["(Secret)", "(secret)"]),
        ("5", "5 15 5½ 5. №5", ["5", "5", "5"]),
        ("peace land", "peace, land; peace land", ["peace land"]),
        ("मिर", "मिर मिरि", ["मिर"]),
    ],
)  # fmt: skip
def test_words_phrases_and_stars(words: str, text: str, expected: list[str]) -> None:
    assert texts(plain(text), words) == expected


def test_parts_of_words() -> None:
    document = plain("Litvinov, Litvinoff and litvi")
    assert texts(document, "litvin", whole=False) == ["Litvin", "Litvin"]
    assert texts(document, "*tvi*", whole=False) == ["tvi", "tvi", "tvi"]
    assert texts(plain("aaaa"), "aa", whole=False) == ["aa", "aa", "aa"]


@pytest.mark.parametrize("words", ["", "  ", "*", "* *", "\u00ad", '""'])
def test_nothing_is_not_looked_for(words: str) -> None:
    with pytest.raises(UsageError, match="Give a word or a phrase"):
        pattern(words)


def test_what_is_too_long_or_starry_is_said() -> None:
    with pytest.raises(UsageError, match="301 characters"):
        pattern("a" * 301)
    with pytest.raises(UsageError, match="stars"):
        pattern("a*b*c*d*e*f")
    # Signs that mean something elsewhere mean themselves here.
    assert texts(plain("a.c abc (a|b) [x] \\d a+"), "a.c") == ["a.c"]
    assert texts(plain("a.c abc (a|b) [x] \\d a+"), "(a|b) [x] \\d a+") == ["(a|b) [x] \\d a+"]


def test_a_long_key_of_letters_does_not_stop_the_search() -> None:
    document = plain("ab" * 200_000 + " abracadabra")
    assert texts(document, "a*a*a*a*z") == []
    assert texts(document, "abra*") == ["abracadabra"]


def test_the_whole_library_is_looked_through(tmp_path: Path) -> None:
    """Documents without passages too, and whatever the index of words makes of a word."""
    library = shelf.opened(tmp_path / "library")
    shelf.put(library, "/a.txt", shelf.document("a.txt", "Title", "Ibid™ and ΛΟΓΟΣ", "the №5"))
    shelf.put(library, "/b.txt", shelf.document("b.txt", "Title", "ibid., λόγος λογος and " + "x" * 300))
    concordancer = of(library)
    assert len(concordancer.find(Sought("ibid"))) == 2
    assert len(concordancer.find(Sought("λογοσ"))) == 2
    assert len(concordancer.find(Sought("5"))) == 1
    assert len(concordancer.find(Sought("x" * 300))) == 1
    assert of(library) is concordancer
    library.close()
