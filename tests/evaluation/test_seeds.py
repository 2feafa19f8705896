"""The seeds set over the seeds with the real model: what the program must hold on its own documents."""

from collections.abc import Iterator

import pytest
from rich.console import Console

from qa.adding import add, seeds
from qa.assistant import Assistant
from qa.evaluation import evaluate, print_results
from qa.evaluation.runner import Result


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Result]:
    assistant = Assistant.open(tmp_path_factory.mktemp("library") / "seeds")
    add(assistant.library, assistant.encoder, [seeds()])
    (found,) = evaluate(assistant, ["seeds"])
    print_results(Console(width=120), [found])  # pytest shows it where a test fails
    yield found
    assistant.library.close()


def test_every_quote_is_verbatim(result: Result) -> None:
    assert result.measures["verbatim"].value == 1
    assert result.measures["verbatim"].questions == result.questions == 26


def test_the_first_quote_is_the_evidence(result: Result) -> None:
    hits = result.measures["quote_hit@1"].value
    assert hits is not None
    assert hits >= 0.85


def test_at_most_one_question_without_an_answer_is_answered(result: Result) -> None:
    wrongly = [row["answered_wrongly"] for row in result.values if row["answered_wrongly"] is not None]
    assert len(wrongly) == 7
    assert sum(wrongly) <= 1


def test_every_page_that_is_expected_is_right(result: Result) -> None:
    assert result.measures["pages"].value == 1
    assert result.measures["pages"].questions >= 9


def test_nothing_is_amiss(result: Result) -> None:
    assert not result.warnings
