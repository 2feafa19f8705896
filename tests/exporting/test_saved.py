"""Answers read back from what `qa ask --json` saved."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from qa.errors import UsageError
from qa.exporting import FORMATS, export, format_of
from qa.exporting.saved import answers, text_of
from qa.receipts import answer_to_dict
from qa.types import QuotedNote
from tests.exporting import answers as made


def saved(text: str = "Yes.", **changes: Any) -> dict[str, Any]:
    quote = made.quote(text, phrase=made.phrase(text, text[:1]), notes=(QuotedNote("3", "No.", 5, 8),))
    return json.loads(json.dumps({**answer_to_dict(made.answer(quote)), **changes}))


def test_one_answer_a_list_and_several_after_each_other() -> None:
    one, two = json.dumps(saved("One."), indent=2), json.dumps(saved("Two."))
    texts = ["One.", "Two."]
    assert [a.quotes[0].text for a in answers(one)] == ["One."]
    for together in (f"[{one}, {two}]", f"{one}\n{two}\n", f"\ufeff{one}{two}", f"[{one}]\n{two}"):
        assert [a.quotes[0].text for a in answers(together)] == texts


def test_an_answer_comes_back_as_it_was() -> None:
    for text in (*made.HOSTILE.values(), made.CONTROL):
        answer = made.answer(made.quote(text, notes=(QuotedNote("3", text, 5, 8),)))
        assert answers(json.dumps(answer_to_dict(answer))) == [answer]


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "[]", "no", "{", "null", "3", '"text"', "[[]]", "{}", '{"question": "x"}', "[" * 100_000,
        json.dumps(saved(question=3)),
        json.dumps(saved(quotes=3)),
        json.dumps(saved(quotes=[3])),
        json.dumps(saved(quotes=[{"text": "x"}])),
        json.dumps(saved(quotes=[{**saved()["quotes"][0], "text": 3}])),
        json.dumps(saved(quotes=[{**saved()["quotes"][0], "csl": []}])),
        json.dumps(saved(quotes=[{**saved()["quotes"][0], "csl": "x"}])),
        json.dumps(saved(quotes=[{**saved()["quotes"][0], "pages": 3}])),
        json.dumps(saved(searched=3)),
        json.dumps(saved(searched={"documents": "2", "passages": None})),
        json.dumps(saved(confidence="high")),
        json.dumps(saved(after=3)),
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(UsageError, match=r"^a\.json (is|holds) .*qa ask --json"):
        answers(text, "a.json")


def test_every_format_has_an_ending_of_its_own() -> None:
    assert len({each.suffix for each in FORMATS.values()}) == len(FORMATS)
    for to, each in FORMATS.items():
        assert format_of(f"A.B{each.suffix.upper()}") == to
        assert export([made.answer(made.quote("Yes."))], to)
    assert format_of("conversation") is None


@pytest.mark.parametrize("to", FORMATS)
def test_a_conversation_without_any_quote_exports(to: str) -> None:
    assert isinstance(export([made.answer(answered=False)], to), bytes)


@pytest.mark.parametrize("to", FORMATS)
def test_a_quote_of_which_nothing_is_known_exports(to: str) -> None:
    made_by_hand = made.answer(made.quote("Yes.", csl={}, citation=""))
    assert export([made_by_hand], to)
    for style in ("apa", "ieee", "oscola"):
        assert export([made_by_hand], to, style=style)


def test_what_cannot_be_exported_is_said() -> None:
    one = [made.answer(made.quote("Yes."))]
    with pytest.raises(UsageError, match="markdown, docx"):
        export(one, "pdf")
    with pytest.raises(UsageError, match="no answer"):
        export([], "markdown")
    with pytest.raises(UsageError, match="No citation style"):
        export(one, "markdown", style="no-such-style")


def test_a_file_of_very_many_answers_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "saved.json"
    file.write_text("\ufeff[1]", "utf-8")
    assert text_of(str(file)) == "[1]"
    monkeypatch.setattr("qa.exporting.saved.LARGEST", 5)
    monkeypatch.setattr("sys.stdin", io.StringIO("[1, 2]"))
    for name in (str(file), "-"):
        with pytest.raises(UsageError, match=r"is larger than 0 MB\. Give a part"):
            text_of(name)


@pytest.mark.parametrize("value", ["[]", "{}", "0", '{"a": 0}'])
def test_few_bytes_that_take_much_memory_are_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setattr("qa.exporting.saved.MOST", 1_000)
    file = tmp_path / "saved.json"
    file.write_text(json.dumps([saved()] * 5))
    assert len(answers(text_of(str(file)))) == 5
    file.write_text(f"[{', '.join([value] * 1_001)}]")
    with pytest.raises(UsageError, match=r"saved\.json: holds more than 1,000 values\. Give a part"):
        text_of(str(file))
