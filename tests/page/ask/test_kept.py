"""What the browser keeps of a conversation, and what is made of it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from qa.adding import seeds
from qa.assistant import Assistant
from qa.conversation import MAX_QUESTION
from qa.errors import UsageError
from qa.page import texts
from qa.page.ask import asking, kept
from qa.page.ask.exchange import Exchange
from qa.page.chosen import Chosen
from qa.page.serve.opening import Opening
from tests.page import examples
from tests.page.reading_html import Read
from tests.test_assistant import TALK, TELEGRAM, assistant_over

SAY = texts.words("en")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    made = assistant_over(tmp_path_factory.mktemp("kept"), seeds(), threshold=0.0)
    yield made
    made.library.close()


@pytest.fixture(scope="module")
def exchange(assistant: Assistant) -> Exchange:
    among = Chosen(documents=(TELEGRAM,), date_from="1945")
    return asking.reply(Opening.done(assistant), TALK, (), SAY, threshold=0.25, among=among)


def returned(*exchanges: Exchange) -> list[Any]:
    """What a browser hands back of them."""
    turns: list[Any] = json.loads(json.dumps([kept.record(one) for one in exchanges], default=dict))
    return turns


def test_a_turn_comes_back_as_it_was(exchange: Exchange, assistant: Assistant) -> None:
    restored = kept.restore(returned(exchange), assistant, SAY)
    (again,) = restored.conversation
    assert (restored.damaged, restored.lost) == (0, 0)
    assert again.answer is not None
    assert exchange.answer is not None
    assert again.answer.quotes == exchange.answer.quotes
    assert again.notice == ""
    for name in ("question", "asked", "chosen", "threshold", "read", "left_out"):
        assert getattr(again, name) == getattr(exchange, name), name
    assert "blockquote" in again.reply
    # And again: it may go to and fro for ever.
    once = kept.record(again)
    (twice,) = kept.restore(returned(again), assistant, SAY).conversation
    assert kept.key(kept.record(twice)) == kept.key(once)


def test_it_is_drawn_in_the_language_and_style_of_who_opens_it(
    exchange: Exchange, assistant: Assistant
) -> None:
    (again,) = kept.restore(returned(exchange), assistant, texts.words("ru"), "apa").conversation
    assert "Показать в источнике" in again.reply
    assert again.answer is not None
    assert exchange.answer is not None
    assert again.answer.quotes[0].citation != exchange.answer.quotes[0].citation


def test_a_question_that_failed_stays_a_question(assistant: Assistant) -> None:
    turns = [
        {"question": "Why?", "asked": "2026-11-22T10:00:00+00:00", "answer": None, "reply": "<b>made up</b>"}
    ]
    (again,) = kept.restore(turns, assistant, SAY).conversation
    assert again.answer is None
    assert "not answered" in again.reply
    assert "made up" not in again.reply
    assert [a["data-question"] for _, a, _ in Read(again.reply).elements if a.get("data-do") == "ask"] == [
        "Why?"
    ]


def test_a_quote_that_is_lost_is_said_and_kept_but_no_card(exchange: Exchange, assistant: Assistant) -> None:
    turns = returned(exchange)
    quotes = turns[0]["answer"]["quotes"]
    quotes[1]["text"] = f"The Embassy said {examples.ATTACK}"
    restored = kept.restore(turns, assistant, SAY)
    (again,) = restored.conversation
    assert restored.lost == 1
    assert again.answer is not None
    assert [quote.number for quote in again.answer.quotes] == [1, 3]
    assert "The Embassy said" not in again.reply
    assert "1 further quote no longer stands" in again.notice
    assert "<script" not in again.notice
    assert "<blockquote" not in again.notice
    # The browser goes on keeping what it had: the document may come back.
    assert kept.record(again)["answer"]["quotes"][1]["text"] == quotes[1]["text"]
    # Further quotes of the question are a new answer.
    more = asking.more(Opening.done(assistant), again, SAY)
    assert more.kept is None
    assert more.notice == ""


def test_an_answer_whose_first_quote_is_lost_is_not_shown(exchange: Exchange, assistant: Assistant) -> None:
    turns = returned(exchange)
    turns[0]["answer"]["quotes"][0]["document"] = "gone.txt"
    (again,) = kept.restore(turns, assistant, SAY).conversation
    assert again.answer is None
    assert again.reply == ""
    assert "no longer stands: its first quote" in again.notice
    assert kept.record(again)["answer"] == turns[0]["answer"]


@pytest.mark.parametrize(
    "damage",
    [
        None,
        "nonsense",
        [],
        {},
        {"question": ""},
        {"question": "x" * (MAX_QUESTION + 1), "answer": None},
        {"question": "Who?", "answer": "nonsense"},
        {"question": "Who?", "answer": {"quotes": []}},
        {"question": ["Who?"], "answer": None},
    ],
)
def test_a_damaged_turn_costs_one_line(damage: Any, exchange: Exchange, assistant: Assistant) -> None:
    restored = kept.restore([damage, *returned(exchange)], assistant, SAY)
    assert restored.damaged == 1
    assert [one.question for one in restored.conversation] == [TALK]
    with pytest.raises(UsageError, match="damaged and cannot be opened"):
        kept.restore([damage], assistant, SAY)


def test_the_answer_to_another_question_is_damage(exchange: Exchange, assistant: Assistant) -> None:
    turns = returned(exchange)
    turns[0]["question"] = "Did Litvinov lie?"
    with pytest.raises(UsageError):
        kept.restore(turns, assistant, SAY)


@pytest.mark.parametrize("turns", [None, "x", {}, [], [{"question": "Who?"}] * (kept.MOST + 1)])
def test_what_is_no_conversation(turns: Any, assistant: Assistant) -> None:
    with pytest.raises(UsageError, match="damaged and cannot be opened"):
        kept.restore(turns, assistant, SAY)


def test_small_things_that_are_damaged_are_left(exchange: Exchange, assistant: Assistant) -> None:
    turns = returned(exchange)
    turns[0] |= {
        "asked": "<b>yesterday</b>", "threshold": 7.0, "read": -1, "left_out": True, "chosen": ["x"],
    }  # fmt: skip
    (again,) = kept.restore(turns, assistant, SAY).conversation
    assert (again.asked, again.threshold, again.read, again.left_out) == ("", None, 0, 0)
    assert again.chosen.everything
