"""The answer phrase: a range of the sentence, tidy at its ends."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.phrasing import plain_phrase, tidy


def tidied(text: str) -> str:
    """What becomes of the part of ``text`` between the bars."""
    start, end = text.index("|"), text.rindex("|") - 1
    bare = text.replace("|", "")
    first, last = tidy(bare, start, end)
    return bare[first:last]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("He met| Tito, |in Belgrade.", "Tito"),
        ("He met |Tito|.", "Tito"),
        ("He said |“Nothing|” and left.", "“Nothing”"),
        ("He said “|Nothing”| and left.", "“Nothing”"),
        ("the |Secretary (Byrnes|) left", "Secretary (Byrnes)"),
        ("at |5 p.m.| sharp", "5 p.m."),
        ("in |the U.S.| alone", "the U.S."),
        ("he |left in a hurry.| Then", "left in a hurry"),
        ("it was |— ; —| so", ""),
        ("he |”| left", ""),
    ],
)
def test_tidy_ends(text: str, phrase: str) -> None:
    assert tidied(text) == phrase


def phrase(question: str, sentence: str) -> str | None:
    found = plain_phrase(question, sentence)
    return sentence[slice(*found)] if found else None


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        (
            "When did the ministers meet?",
            "The ministers met in Moscow on December 16, 1945, at noon.",
            "December 16, 1945",
        ),
        (
            "How many divisions did the Marshal have?",
            "The Marshal had at that time twelve divisions.",
            "twelve",
        ),
        ("How much was lent?", "In all $500,000,000 was lent.", "$500,000,000"),
        ("Who broke with Subasic?", "Marshal Tito has broken with Subasic.", "Marshal Tito"),
        ("With whom did Tito break?", "Tito has broken with Subasic.", "Subasic"),
        ("Where was it?", "It was in the U.S. at that time.", "U.S."),
        (
            "Why was Harriman worried?",
            "Harriman was worried because the Conference had failed.",
            "the Conference had failed",
        ),
        (
            "What did Litvinov say about the talks?",
            "Litvinov said, that neither side knew how to behave towards the other.",
            "that neither side knew how to behave towards the other",
        ),
        ("What did Tito do?", "Tito did.", None),
        ("When?", "", None),
    ],
)
def test_plain_rules(question: str, sentence: str, found: str | None) -> None:
    assert phrase(question, sentence) == found


def test_a_name_that_the_question_holds_is_no_answer() -> None:
    found = phrase("Who told Harriman?", "Harriman was told by Litvinov.")
    assert found is not None
    assert found.startswith("Litvinov")


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(
        ["Who was it?", "When was it?", "How many were there?", "Why was it?", "What was it?", "?"]
    ),
    st.one_of(
        st.text(max_size=120),
        st.lists(
            st.sampled_from(["because", "Tito", "12", ",", "“", "”", "(", ")", "May", "1945", "left", "."]),
            max_size=20,
        ).map(" ".join),
    ),
)
def test_a_phrase_lies_inside_its_sentence(question: str, sentence: str) -> None:
    found = plain_phrase(question, sentence)
    assert found is None or 0 <= found[0] <= found[1] <= len(sentence)


@settings(max_examples=200, deadline=None)
@given(st.text('ab .,;:—-()[]“”’"\n', max_size=40), st.data())
def test_tidy_stays_inside_and_leaves_no_loose_ends(text: str, data: st.DataObject) -> None:
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    first, last = tidy(text, start, end)
    assert 0 <= first <= last <= len(text)
    # At most one mark on either side is taken along.
    assert first >= start - len("“(")
    if first < last:
        assert not text[first].isspace()
        assert not text[last - 1].isspace()
