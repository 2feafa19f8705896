"""Questions for what came back told from questions for more of the same."""

from __future__ import annotations

import pytest

from qa.replying import asks_reply


@pytest.mark.parametrize(
    "question",
    [
        "And what did he answer?",
        "How did London respond to that?",
        "Did the Minister agree?",
        "Was the offer declined?",
        "What did the King think of it?",
        "What did they make of the note?",
        "Did Paris go along with this?",
        "Why was the plan turned down?",
        "What was proposed instead?",
        "What did they want in return?",
        "And the reply?",
    ],
)
def test_what_came_back(question: str) -> None:
    assert asks_reply(question)


@pytest.mark.parametrize(
    "question",
    ["And when was that?", "How much did it cost?", "Who else was there?", "Was he pessimistic?", ""],
)
def test_more_of_the_same(question: str) -> None:
    assert not asks_reply(question)
