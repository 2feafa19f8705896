"""The kind of thing that a question asks for, told of sentences."""

from __future__ import annotations

import pytest

from qa.kinds import kind_test


@pytest.mark.parametrize(
    ("question", "holding", "lacking"),
    [
        ("How many men came?", "Four men came.", "They left."),
        ("When did they come?", "They came in May 1945.", "They came late."),
        ("Why did they leave?", "They left because of him.", "They left."),
        ("Who sent them away?", "It was Molotov.", "It was late."),
        ("Where did they meet?", "They met in Potsdam.", "They met again."),
    ],
)
def test_numbers_times_reasons_and_names(question: str, holding: str, lacking: str) -> None:
    holds = kind_test(question)
    assert holds(holding)
    assert not holds(lacking)


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Ivan Subasich, former Yugoslav Prime Minister, had been a member of the government.",
        "Subasic was the Royal Government's man in London.",
        "Šubašić (1892–1955)",
        "Subasic, Ivan, Yugoslav Foreign Minister from March 1945",
        "He met Subasic, Minister of Foreign Affairs, in London.",
    ],
)
def test_who_somebody_is_stands_beside_the_name(text: str) -> None:
    name = "Šubašić" if "Š" in text else "Subasic"
    assert kind_test(f"Who was {name}?")(text)
    assert kind_test(f"who is Dr. Ivan {name}")(text)


@pytest.mark.parametrize(
    "text",
    ["Tito has broken with Subasic.", "He wrote to Subasic, Tito and others.", "A minister came."],
)
def test_a_name_alone_does_not_say_who_it_is(text: str) -> None:
    assert not kind_test("Who was Subasic?")(text)


def test_a_question_for_a_person_by_office_asks_for_a_name() -> None:
    holds = kind_test("Who was the Foreign Minister of Yugoslavia?")
    assert holds("The post was held by Subasic.")
    assert not holds("The post was held by nobody.")


def test_where_no_kind_is_asked_for_nothing_holds_it() -> None:
    assert not kind_test("Tell it.")("Four men came in May 1945.")
