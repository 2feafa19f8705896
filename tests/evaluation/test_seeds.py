"""The seeds set over the seeds with the real model: what the program must hold on its own documents."""

import pytest
from rich.console import Console

from qa.assistant import Assistant
from qa.evaluation import evaluate, print_results
from qa.evaluation.runner import Result


@pytest.fixture(scope="module")
def result(seeds_library: Assistant) -> Result:
    (found,) = evaluate(seeds_library, ["seeds"])
    print_results(Console(width=120), [found])  # pytest shows it where a test fails
    return found


def test_every_quote_is_verbatim(result: Result) -> None:
    assert result.measures["verbatim"].value == 1
    assert result.measures["verbatim"].questions == result.questions == 26


def test_the_first_quote_is_the_evidence(result: Result) -> None:
    hits = result.measures["quote_hit@1"].value
    assert hits is not None
    assert hits >= 0.8


def test_at_most_one_question_without_an_answer_is_answered(result: Result) -> None:
    wrongly = [row["answered_wrongly"] for row in result.values if row["answered_wrongly"] is not None]
    assert len(wrongly) == 7
    assert sum(wrongly) <= 1


def test_every_page_that_is_expected_is_right(result: Result) -> None:
    assert result.measures["pages"].value == 1
    assert result.measures["pages"].questions >= 8  # ten name pages; they are judged where a quote hits


def test_nothing_is_amiss(result: Result) -> None:
    assert not result.warnings


def test_what_litvinov_thought_he_could_do(seeds_library: Assistant) -> None:
    answer = seeds_library.ask("What did Litvinov think he could do about it?")
    assert answer.answered
    first = answer.quotes[0]
    assert "I believe I know what should be done but I am powerless" in first.text
    assert first.pages == "921"
