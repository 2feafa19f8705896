"""A question that cannot be understood without those before it is told from one that can."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.leaning import leaning_word, named, stands_alone
from qa.query import words


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("What did Litvinov tell Harriman at the theatre?", True),
        ("Which countries came under renewed pressure for bases?", True),
        ("Why did the London Conference break down?", True),
        ("What did Litvinov tell Harriman about his own hopes?", True),
        ("Did Litvinov write in 1945 what he told Harriman?", True),
        ("Who rejected the plan of 1932?", True),
        # A clause of its own says of whom it has named before.
        ("What was Dr. Subasich before he joined the provisional government?", True),
        ("What did Kennan leave when it was all over?", True),
        ("What was the Petofi Club and when was it approved?", True),
        ("What did he do before he met Molotov?", False),
        ("What did Litvinov do when he heard of it?", False),
        ("What did he say then?", False),
        ("And Molotov?", False),
        ("What about Turkey?", False),
        ("Why?", False),
        ("Where is it?", False),
        ("How long did that last?", False),
        ("What did he say in March?", False),
        ("", False),
        # It names somebody, and asks about what it does not name.
        ("What did Litvinov tell Harriman about this?", False),
        ("Who brought that up with Bevin and Byrnes?", False),
        ("Did he send Molotov a reply to the note on the Straits?", False),
        ("What did Molotov propose instead?", False),
        # Offices, and places that most papers speak of, do not say whose or what.
        ("What did the Foreign Minister reply?", False),
        ("Did Washington share the alarm?", False),
        # Few words, and none of them a name.
        ("What sum did the negotiator remember?", False),
    ],
)
def test_whether_a_question_stands_alone(question: str, alone: bool) -> None:
    assert stands_alone(question) is alone


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("And what did he answer?", "And"),
        ("Was he pessimistic?", "he"),
        ("Was the penalty paid in the end?", "in the end"),
        # Somebody is named, or enough is said, or nothing leans: few words are no less a thing to look for.
        ("What did Litvinov think he could do about it?", ""),
        ("Which two promises did the envoy make for its prompt removal of offensive weapons and mines?", ""),
        ("What did Litvinov tell Harriman?", ""),
        ("What sum did the negotiator remember?", ""),
        ("loan credit", ""),
        ("", ""),
    ],
)
def test_the_word_that_leans_where_nothing_is_named(question: str, word: str) -> None:
    assert leaning_word(question) == word


def test_names_begin_where_capitals_begin() -> None:
    assert named("Who told Harriman about the London Conference?") == [2, 5]
    assert named("Litvinov said what?") == [0]
    assert named("Did the minister resign in March?") == []
    assert named("What did the President's brother tell the State Department?") == []
    assert named("Why did Secretary Byrnes go to Moscow?") == [2, 6]
    assert named("") == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_asked(text: str) -> None:
    assert stands_alone(text) in (True, False)
    assert all(0 <= at < len(words(text)) for at in named(text))
