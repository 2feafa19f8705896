"""That the measurement with ten people notices an answer that belongs to another."""

from __future__ import annotations

import json
from html import escape

import httpx

from benchmarks.ten_people import Asked, Person, _compared

OWN, OTHER = "Who was Subasic?", "Who was Litvinov?"


def news(keys: str, question: str) -> str:
    return (
        f'<div class="news" data-keys="{keys}"><section data-question="{escape(question)}"></section></div>'
    )


def person() -> Person:
    made = Person("Ada", "", httpx.Client(), [])
    made._begin()
    return made


def test_an_answer_of_the_same_conversation_is_taken() -> None:
    ada = person()
    assert ada._own(OWN, news("a", OWN))[1] == ""
    assert ada._own(OTHER, news("a b", OTHER))[1] == ""


def test_an_answer_to_another_question_is_anothers() -> None:
    assert "another's" in person()._own(OWN, news("a", OTHER))[1]
    assert "another's" in person()._own(OWN, "")[1]


def test_an_answer_in_another_conversation_is_anothers() -> None:
    ada = person()
    ada._own(OWN, news("a", OWN))
    for keys in ("x b", "b", "a x b", ""):
        assert "another's" in ada._own(OWN, news(keys, OWN))[1]


def test_an_answer_with_quotes_of_another_is_anothers() -> None:
    def told(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            assert json.loads(request.content) == {"question": OWN, "after": [OTHER]}
            return httpx.Response(200, json={"event_id": "e"})
        answer = {"quotes": [{"citation": "Harriman & Molotov, p. 8."}], "nearest": []}
        return httpx.Response(200, text=f"event: complete\ndata: {json.dumps([answer])}\n\n")

    client = httpx.Client(transport=httpx.MockTransport(told), base_url="http://127.0.0.1/")
    own = Asked(OWN, (OTHER,), 1.0, "<cite>Harriman &amp; Molotov, p. 8.</cite>")
    assert _compared(client, own) == ""
    assert "another's" in _compared(client, Asked(OWN, (OTHER,), 1.0, "<cite>Litvinov, p. 9.</cite>"))
