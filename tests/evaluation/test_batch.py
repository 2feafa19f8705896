"""Questions asked side by side get the answers that each gets alone, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

from qa import cores
from qa.assistant import Assistant
from qa.errors import IbidError, UsageError
from qa.evaluation import Question, load
from qa.types import Answer

LONG = "why " * 600


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two threads side by side, however many the machine has and the other tests have begun."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    own = cores._Cores()
    monkeypatch.setattr(cores, "_cores", own)
    assert cores.count() == 2
    torch.set_num_threads(before)
    yield
    own.started()[0].shutdown()


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    """A few of different kinds, follow-ups among them: each takes half a second."""
    kinds: dict[str, Question] = {}
    for question in load("seeds").questions:
        kinds.setdefault(f"{question.kind}{bool(question.after)}", question)
    return list(kinds.values())[:5] + [q for q in load("seeds").questions if q.after][:1]


def timeless(answer: Answer | IbidError) -> Answer:
    assert isinstance(answer, Answer)
    return replace(answer, seconds=0.0, timing={})


@pytest.mark.parametrize("model", ["evidence", "plain"])
def test_the_answers_are_the_same_to_the_last_digit(
    seeds_library: Assistant, questions: list[Question], model: str
) -> None:
    assistant = seeds_library
    if model == "plain":
        assistant = Assistant(seeds_library.library, seeds_library.encoder)
        assistant.evidence = None
    asked = [(q.question, q.after) for q in questions]
    assert any(after for _, after in asked)  # follow-ups among them
    alone = [timeless(assistant.ask(question, after=after)) for question, after in asked]
    assert list(map(timeless, assistant.ask_many(asked))) == alone
    # Other questions beside each, and fewer of them begun at once.
    assert list(map(timeless, assistant.ask_many(asked[::-1], ahead=1))) == alone[::-1]


def test_a_question_that_cannot_be_asked_does_not_stop_the_others(seeds_library: Assistant) -> None:
    first, second, third = seeds_library.ask_many(
        [("Who was Subasic?", ()), (LONG, ()), ("Where is Moscow?", ())]
    )
    assert isinstance(first, Answer)
    assert isinstance(second, UsageError)
    assert isinstance(third, Answer)
    assert (first.question, third.question) == ("Who was Subasic?", "Where is Moscow?")


def test_what_was_not_begun_is_dropped_when_the_rest_is_not_wanted(
    seeds_library: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def ask(question: str, **_: object) -> Answer:
        begun.append(question)
        raise UsageError(question)

    monkeypatch.setattr(seeds_library, "ask", ask)
    answers = seeds_library.ask_many([(f"Question {n}", ()) for n in range(40)], ahead=6)
    assert str(next(answers)) == "Question 0"
    answers.close()
    assert len(begun) <= 7  # the first and those given out ahead of the second
    assert "Question 0" in begun
