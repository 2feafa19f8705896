"""Questions altered so that their passage no longer answers them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from qa.evidence.altering import altered, altered_negatives
from qa.evidence.examples import Example, sentence_ranges

TALK = (
    "In 1943 Litvinov spoke with Harriman before the conference. He recommended a large credit to the "
    "Soviet Union. It was Molotov who refused the northern ports."
)


def example(question: str) -> Example:
    return Example(question, TALK, True, (sentence_ranges(TALK)[0],), ((8, 16),), "Telegram", "test")


def ways(question: str, words: dict[str, list[str]] | None = None, names: tuple[str, ...] = ()) -> set[str]:
    """All that the question is altered to, by 200 lots."""
    made = (altered(example(question), words or {}, names, random.Random(lot)) for lot in range(200))
    return {text for text in made if text}


def test_a_name_gives_way_to_another_of_the_passage_or_of_another_question() -> None:
    made = ways("Who spoke with Harriman?", names=("Bevin",))
    assert made == {"Who spoke with Bevin?", "Who spoke with Molotov?", "Who spoke with Soviet Union?"}


def test_the_answer_is_not_put_into_the_question() -> None:
    assert not any("Litvinov" in text for text in ways("Who spoke with Harriman?"))


def test_a_number_gives_way_to_another() -> None:
    made = ways("Who spoke in 1943?")
    assert len(made) > 3
    assert all(text.startswith("Who spoke in 19") and "1943" not in text for text in made)


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("Which credit was large?", "Which credit was small?"),
        ("Who spoke before it?", "Who spoke after it?"),
        ("Who refused the northern ports?", "Who refused the southern ports?"),
    ],
)
def test_a_word_gives_way_to_its_opposite(question: str, other: str) -> None:
    assert other in ways(question)


def test_a_word_gives_way_to_one_with_the_same_ending_that_the_passage_does_not_hold() -> None:
    words = {"ded": ["recommended", "demanded", "invaded"]}
    assert ways("Who recommended it?", words) == {"Who demanded it?", "Who invaded it?"}


def test_a_question_is_negated() -> None:
    assert ways("Why did he go?") == {"Why didn't he go?"}


def test_what_cannot_be_altered_is_left_out() -> None:
    assert ways("Who?") == set()
    assert altered_negatives([example("Who?")], 1.0, random.Random(0)) == []


def test_an_altered_question_has_no_answer_in_its_passage() -> None:
    given = [example("Who spoke of a large credit?"), replace(example("Why did it rain?"), answers=False)]
    (made,) = altered_negatives(given, 1.0, random.Random(0))
    assert (made.passage, made.context, made.answers) == (TALK, "Telegram", False)
    assert (made.evidence, made.answer, made.source) == ((), (), "altered")
    assert made.question != given[0].question


def test_about_a_share_is_altered() -> None:
    given = [example("Who spoke with Harriman in 1943?")] * 400
    assert 0.2 < len(altered_negatives(given, 0.3, random.Random(0))) / 400 < 0.4
