"""What each view exchanges and leaves out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.folding import Folded, Gap, fold


@pytest.mark.parametrize(
    ("true", "reading"),
    [
        ("the of\ufb01ce, a \ufb02ag, e\ufb00ort, \ufb06ill", "the office, a flag, effort, still"),
        ("Ĳsland and ĳs", "IJsland and ijs"),
        ("½ m² № 5 ™ x₂", "½ m² № 5 ™ x₂"),
        ("inter\u00adnational", "international"),
        ("inter-\nnational", "international"),
        ("inter\u00ad\n  national", "international"),
        ("inter¬\nnational", "international"),
        ("INTER-\nNATIONAL", "INTERNATIONAL"),
        ("Anglo-\nAmerican", "Anglo-American"),
        ("the Mc-\nCloy letter", "the McCloy letter"),
        ("in 1955-\n57 and U.S.-\nSoviet", "in 1955-57 and U.S.-Soviet"),
        ("self-\ngovernment", "self-government"),
        ("pre-\nand post-war", "pre-\nand post-war"),
        ("a pri-\nor to the pri-\nor and er-\nror", "a prior to the prior and error"),
        ("Vor-\nund Nachteile, Sovi-\net", "Vor-\nund Nachteile, Soviet"),
        ("a dash -\nnext -- \nline", "a dash -\nnext -- \nline"),
        ("one-\n\ntwo", "one-\n\ntwo"),
        ("a\u00a0b\u2009c\u3000d\u202fe", "a b c d e"),
        ("a\u200bb\ufeffc\u2060d Auf\u200clage", "abcd Auflage"),
        ("می\u200cخواهم 👩\u200d🚀", "می\u200cخواهم 👩\u200d🚀"),
        ("“it’s” — …", "“it’s” — …"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_the_reading_view(true: str, reading: str) -> None:
    assert fold(true).text == reading


@pytest.mark.parametrize(
    ("true", "search"),
    [
        ("“it’s” „so“ «da» ‹x›", '"it\'s" "so" "da" \'x\''),
        ("1945–46 — so ‑ − x", "1945-46 - so - - x"),
        ("wait…", "wait..."),
        ("e\u0301 \u1100\u1161\u11a8 Å", "é 각 Å"),
        ("a  b\n\n c\t\u00a0d", "a b c d"),
        ("\ufb01\u0301", "fí"),
        ("e\u200d\u0301", "é"),
        ("Congreſs ＡＢ１", "Congress AB1"),
        ("½ m²", "½ m²"),
    ],
)
def test_the_search_view(true: str, search: str) -> None:
    assert fold(true, "search").text == search


def test_the_joined_view_has_no_hyphens_inside_words() -> None:
    assert fold("re-examine the well-\nknown Anglo-\nAmerican pre–war – x", "joined").text == (
        "reexamine the wellknown AngloAmerican prewar - x"
    )


def test_apparatus_is_left_out_and_hides_no_hyphen_at_a_page_s_end() -> None:
    text = "the inter-\n\n921 THE CONFERENCE\n\nnational Li[Page 5]tvinov.7 end"
    head, mark, note = text.index("921"), text.index("["), text.index("7 ")
    gaps = [Gap(head, head + 18, True), Gap(mark, mark + 8, True), Gap(note, note + 1)]
    assert fold(text, gaps=gaps).text == "the international Litvinov. end"
    # A gap that holds the space between two words does not join them.
    assert fold("one [2] two", gaps=[Gap(3, 8, True)]).text.split() == ["one", "two"]
    # A note's marker is no line's end.
    assert fold("pre-7war", gaps=[Gap(4, 5)]).text == "pre-war"


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(max_codepoint=126, exclude_characters="-"), max_size=80))
def test_plain_text_is_its_own_reading_view(text: str) -> None:
    assert fold(text) == Folded(text)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cf"]), max_size=30))
def test_the_search_view_is_composed_and_folding_it_again_changes_nothing(text: str) -> None:
    once = fold(text, "search").text
    assert unicodedata.is_normalized("NFC", once)
    assert fold(once, "search").text == once
