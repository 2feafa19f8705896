"""What the server tells the browser of conversations, and the list that is filled there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.page import texts
from qa.page.ask import conversations
from qa.page.ask.exchange import Exchange
from tests.page import examples
from tests.page.reading_html import Read


def test_the_browser_is_told_what_is_new_once() -> None:
    def told(*arguments: Any) -> tuple[dict[str, Any], dict[Exchange, str]]:
        html, sent = conversations.told(*arguments)
        ((_, attributes, _),) = Read(html).elements
        assert attributes["data-tells"] == "turns"
        return json.loads(attributes["data-state"]), sent

    exchange, other = Exchange("When?", "", examples.answer(examples.quote())), Exchange("Why?", "")
    first, sent = told((exchange,), None)
    assert first["first"]
    assert first["turns"][0]["record"]["question"] == "When?"
    second, sent = told((exchange, other), sent)
    assert not second["first"]
    assert [sorted(turn) for turn in second["turns"]] == [["key"], ["key", "record"]]
    third, sent = told((other,), sent)
    assert third["turns"] == [{"key": second["turns"][1]["key"]}]
    assert list(sent) == [other]
    assert told((), sent) == ({"first": False, "turns": []}, {})


def test_a_lone_surrogate_can_be_told() -> None:
    html = conversations.tells("said", {"line": "\ud800 <b>"})
    assert html.encode("utf-8")
    assert [tag for tag, _, _ in Read(html).elements] == ["span"]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Who was Šubašić?", "Who was Šubašić"),
        ("../../etc/passwd", "etc passwd"),
        ("Что сказал Литвинов?", "Что сказал Литвинов"),
        ("???", "conversation"),
        ("", "conversation"),
        ("a" * 300, "a" * 60),
        ("x\x00\n\r\ty", "x y"),
    ],
)
def test_a_file_is_named_after_the_conversation(name: str, file: str) -> None:
    assert conversations.file_name(name) == file


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_button_of_the_list_has_a_name(language: str) -> None:
    html = conversations._shell(texts.words(language))
    buttons = [(a, words) for tag, a, words in Read(html).elements if tag == "button"]
    assert len(buttons) > 12
    assert all("".join(words).strip() or a.get("data-do") == "open" for a, words in buttons)
    shell = next(a for _, a, _ in Read(html).elements if a.get("class") == "kept")
    forms = dict(form.split("=", 1) for form in shell["data-questions"].split("|"))
    assert {"one", "other"} <= set(forms)
    assert all("#" in form for form in forms.values())
    path = Path(conversations.__file__).parents[1] / "client"
    script = "".join((path / f"{name}.js").read_text("utf-8") for name in ("listing", "conversations"))
    wanted = {a["data-do"] for a, _ in buttons if "data-do" in a}
    assert [name for name in wanted if f"does.{name} =" not in script] == []
