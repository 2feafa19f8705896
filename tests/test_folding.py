"""Views and the way back: what is found in a view is quoted from the true text beneath it."""

from __future__ import annotations

import time
import unicodedata
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.folding import Folded, Gap, View, fold, hyphenation_of, question
from qa.hyphenation import LINE_END

VIEWS: tuple[View, ...] = get_args(View)
PIECES = [
    *("of\ufb01ce", "\ufb05", "ĳ", "inter-\nnational", "Anglo-\nAmerican", "co\u00adoperate", "1955-\n57"),
    *(
        "e\u0301",
        "é",
        "\u1100\u1161\u11a8",
        "q\u0323\u0307",
        "\u0301",
        "\u200b",
        "a\u200d",
        "\ufeff",
        "½",
        "m²",
    ),
    *(
        "“so”",
        "it’s",
        "—",
        "…",
        "\u00a0",
        "\u2009",
        " ",
        "  ",
        "\n",
        "\n\n",
        "-",
        "-\n",
        "¬\n",
        "Ａ",
        "ſ",
        "№",
    ),
    *("word", "or", "文", "👩\u200d🚀", "ﷲ", "\ufdfa", "\r\n", "\t", "[Page 5]"),
]
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.text(max_size=60))


@st.composite
def with_gaps(draw: st.DrawFn) -> tuple[str, list[Gap]]:
    text = draw(texts)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    return text, [
        Gap(a, b, draw(st.booleans())) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < b
    ]


# --- what is folded ---


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


def test_a_document_decides_by_what_it_writes_elsewhere() -> None:
    for known, wanted in [
        ("a co-operation", "co-operation"),
        ("a cooperation", "cooperation"),
        ("the cooperation, a co-operation, cooperation", "cooperation"),
        ("of steam and of power", "steampower"),
        ("the steam-driven power of steam is power", "steam-power"),
    ]:
        part = wanted.replace("-", "")
        cut = 2 if part.startswith("co") else 5
        text = f"{part[:cut]}-\n{part[cut:]} {known}"
        if wanted == "steampower":
            text = f"{part[:cut]}-\n{part[cut:]} of iron"
        assert fold(text).text.split()[0] == wanted, text
        piece = f"{part[:cut]}-\n{part[cut:]}"
        assert fold(piece, hyphenation=hyphenation_of(text)).text == wanted


# --- the way back ---


def ranges(folded: Folded, *, whole_words: bool) -> list[tuple[int, int]]:
    """Ranges of the view that cut no edit in two, and no word where hyphens at line ends were judged by
    the whole of it."""
    inside = {at for edit in folded.edits for at in range(edit.at + 1, edit.to)}
    edges = [at for at in range(len(folded.text) + 1) if at not in inside]
    if whole_words:
        edges = [at for at in edges if any(ch.isspace() for ch in f" {folded.text} "[at : at + 2])]
    return [(a, b) for a in edges for b in edges if a < b][:: max(1, len(edges) ** 2 // 400)]


@settings(max_examples=300, deadline=None)
@given(texts, st.sampled_from(VIEWS))
@example("of\ufb01ce co\u00adop e\u0301 inter-\nnational", "search")
@example("\ufb01\u0301\u200b\ufb01", "search")
def test_every_range_of_a_view_maps_to_true_text_that_folds_to_it(text: str, view: View) -> None:
    folded = fold(text, view)
    decides = hyphenation_of(text)
    for start, end in ranges(folded, whole_words=LINE_END.search(text) is not None):
        first, last = folded.true(start, end)
        assert 0 <= first < last <= len(text)
        assert folded.of(first, last) == (start, end)
        again = fold(text[first:last], view, hyphenation=decides).text
        assert again == folded.text[start:end], (text[first:last], again)


@settings(max_examples=300, deadline=None)
@given(with_gaps(), st.sampled_from(VIEWS))
def test_the_map_keeps_the_order_both_ways(case: tuple[str, list[Gap]], view: View) -> None:
    text, gaps = case
    folded = fold(text, view, gaps=gaps)
    starts = [folded.true(at, at + 1)[0] for at in range(len(folded.text))]
    ends = [folded.true(at, at + 1)[1] for at in range(len(folded.text))]
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(starts, ends, strict=True))
    there = [folded.of(at, at + 1) for at in range(len(text))]
    assert [a for a, _ in there] == sorted(a for a, _ in there)
    assert [b for _, b in there] == sorted(b for _, b in there)
    # What is left out stands between the others: together the edits and the rest are the whole text.
    at = to = 0
    for edit in folded.edits:
        assert edit.start - at == edit.at - to >= 0
        at, to = edit.end, edit.to
    assert len(text) - at == len(folded.text) - to >= 0


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


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_a_question_is_one_whether_composed_or_not(text: str) -> None:
    assert question(unicodedata.normalize("NFD", text)) == question(unicodedata.normalize("NFC", text))


def test_words_are_found_whatever_their_print_at_the_nearest_place() -> None:
    text = "He said “the inter-\nnational of\ufb01ce”. Later: “the international office”."
    view = fold(text, "search")
    words = question('"the international office"')
    place = view.find(words, 0)
    assert place is not None
    assert text[slice(*place)] == "“the inter-\nnational of\ufb01ce”"
    place = view.find(words, len(text))
    assert place is not None
    assert text[slice(*place)] == "“the international office”"
    assert view.find("the embassy") is None
    assert view.find(" ") is None


def test_a_long_text_is_folded_in_no_time() -> None:
    for piece in (
        "of\ufb01ce inter-\nnational co\u00adop “e\u0301” ",
        "-\n",
        "a-" + " " * 50,
        "x",
        "-a",
        "\u0301",
    ):
        text = piece * (100_000 // len(piece))
        began = time.process_time()
        for view in VIEWS:
            folded = fold(text, view)
            assert folded.true(0, len(folded.text))[1] <= len(text)
        assert time.process_time() - began < 6, piece
