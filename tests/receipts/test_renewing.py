"""A kept answer made anew: what stands is the library's own, whatever the receipt says; the rest is lost."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.adding import add, seeds
from qa.assistant import Assistant
from qa.errors import UsageError
from qa.receipts import answer_to_dict, renew
from qa.types import Answer
from tests.encoders import HashEncoder
from tests.test_assistant import RECORD, TALK, TELEGRAM, assistant_over


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    made = assistant_over(tmp_path_factory.mktemp("renewing"), seeds(), threshold=0.0)
    yield made
    made.library.close()


@pytest.fixture(scope="module")
def answer(assistant: Assistant) -> Answer:
    return replace(assistant.ask(TALK, after=("Who was Subasic?",)), passages=(), read=0, timing={})


@pytest.fixture
def kept(answer: Answer) -> dict[str, Any]:
    """The answer as a browser hands it back."""
    saved: dict[str, Any] = json.loads(json.dumps(answer_to_dict(answer)))
    return saved


def renewed(kept: dict[str, Any], assistant: Assistant) -> Any:
    return renew(kept, assistant.library, style=assistant.style)


def stands(found: Answer, assistant: Assistant) -> bool:
    """Whether every quote and phrase is what its document holds."""
    for quote in (*found.quotes, *found.nearest):
        text = assistant.document(quote.document).text
        if text[quote.start : quote.end] != quote.text:
            return False
        if quote.phrase and text[quote.phrase.start : quote.phrase.end] != quote.phrase.text:
            return False
    return True


def test_what_stands_is_the_same_again(kept: dict[str, Any], answer: Answer, assistant: Assistant) -> None:
    found = renewed(kept, assistant)
    assert answer.quotes
    assert found.answer == answer
    assert found.lost == ()
    assert found.holds


def test_what_was_not_answered_too(assistant: Assistant) -> None:
    asked = assistant.ask("What is the capital of Australia?", threshold=1.0)
    found = renewed(json.loads(json.dumps(answer_to_dict(asked))), assistant)
    assert asked.nearest
    assert not found.answer.answered
    assert found.answer.nearest == asked.nearest


def test_everything_about_a_quote_but_its_place_is_the_librarys(
    kept: dict[str, Any], answer: Answer, assistant: Assistant
) -> None:
    kept["quotes"][0] |= {
        "citation": "Made up, p. 1.", "clean": "made up", "pages": "1", "notes": [], "csl": {"title": "x"},
        "url": "https://example.org/", "voice": "front", "source_file": "x", "also_at": [], "reader": "x/1",
    }  # fmt: skip
    kept["quotes"][0]["boxes"] = "nonsense"
    assert renewed(kept, assistant).answer.quotes[0] == answer.quotes[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda quote: quote.update(text="The Embassy never said so."),
        lambda quote: quote.update(text=quote["text"].replace("e", "E", 1)),
        lambda quote: quote.update(document="gone.txt"),
    ],
)
def test_words_that_do_not_stand_there_are_lost(
    change: Any, kept: dict[str, Any], assistant: Assistant
) -> None:
    change(kept["quotes"][1])
    found = renewed(kept, assistant)
    assert [quote["number"] for quote in found.lost] == [2]
    assert found.lost[0] == kept["quotes"][1]
    assert [quote.number for quote in found.answer.quotes] == [1, 3]
    assert found.holds, "the quote that the answer rests on is there"


def test_an_answer_without_its_first_quote_does_not_hold(kept: dict[str, Any], assistant: Assistant) -> None:
    kept["quotes"][0]["text"] += " Not."
    found = renewed(kept, assistant)
    assert [quote.number for quote in found.answer.quotes] == [2, 3]
    assert not found.holds


def test_what_moved_is_quoted_where_it_stands_now(kept: dict[str, Any], tmp_path: Path) -> None:
    place = tmp_path / "papers"
    place.mkdir()
    for path in seeds().glob("*.txt"):
        data = path.read_bytes()
        (place / path.name).write_bytes(b"A line that was put in front.\n\n" + data)
    moved = assistant_over(tmp_path, place)
    found = renewed(kept, moved)
    assert found.lost == ()
    assert stands(found.answer, moved)
    for quote, before in zip(found.answer.quotes, kept["quotes"], strict=True):
        assert quote.text == before["text"]
        assert quote.start == before["start"] + 31
    (place / TELEGRAM).unlink()
    (place / RECORD).unlink()
    moved.library.remove([TELEGRAM, RECORD])
    gone = renewed(kept, moved)
    assert len(gone.lost) == len(kept["quotes"])
    assert not gone.holds
    moved.library.close()


def test_a_phrase_and_other_places_that_are_not_there_are_left(
    kept: dict[str, Any], assistant: Assistant
) -> None:
    first = kept["quotes"][0]
    first["phrase"] = {"start": first["start"], "end": first["start"] + 4, "text": "none"}
    name = first["document"]
    twin = {"document": name, "start": first["start"], "end": first["end"], "pages": None, "citation": ""}
    first["also_at"] = [
        {**twin, "document": "gone.txt"},
        {**twin, "start": 0, "end": 40},
        {**twin, "end": 10**9},
        {**twin, "start": -5},
        "nonsense",
        twin,
    ]
    quote = renewed(kept, assistant).answer.quotes[0]
    assert quote.phrase is None
    assert [(place.start, place.end) for place in quote.also_at] == [(first["start"], first["end"])]
    assert quote.also_at[0].citation


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: kept.clear(),
        lambda kept: kept.update(confidence=float("nan")),
        lambda kept: kept.update(confidence=1.5),
        lambda kept: kept.update(answered="yes"),
        lambda kept: kept.update(answered=False),
        lambda kept: kept.update(quotes=[]),
        lambda kept: kept.update(quotes=kept["quotes"] * 20),
        lambda kept: kept.update(nearest=kept["quotes"]),
        lambda kept: kept.update(searched={"documents": True, "passages": 1}),
        lambda kept: kept.update(after=["x" * 30_000]),
        lambda kept: kept.update(question="\ud800"),
        lambda kept: kept["quotes"].append("nonsense"),
        lambda kept: kept["quotes"][0].update(number=0),
        lambda kept: kept["quotes"][0].update(start=-1),
        lambda kept: kept["quotes"][0].update(start=1.0),
        lambda kept: kept["quotes"][0].update(text=" "),
        lambda kept: kept["quotes"][0].update(text=None),
        lambda kept: kept["quotes"][0].update(document=["a"]),
        lambda kept: kept["quotes"][0].update(score="0.5"),
    ],
)
def test_what_is_no_answer_is_said_to_be_none(
    damage: Any, kept: dict[str, Any], assistant: Assistant
) -> None:
    damage(kept)
    with pytest.raises(UsageError, match="not an answer that Ibid kept"):
        renewed(kept, assistant)


def test_whatever_is_damaged_nothing_is_shown_that_does_not_stand(
    kept: dict[str, Any], assistant: Assistant
) -> None:
    chance = random.Random(6)
    values = (None, True, -1, 0, 3, 10**30, 0.5, float("inf"), "", "x", [], {}, [[]], {"start": 1})
    outcomes = {"shown": 0, "lost": 0, "refused": 0}
    for _ in range(400):
        damaged = copy.deepcopy(kept)
        node: Any = damaged
        while True:
            key = chance.choice(list(node) if isinstance(node, dict) else range(len(node)))
            inner = node[key]
            if not isinstance(inner, dict | list) or not inner or chance.random() < 0.15:
                break
            node = inner
        node[key] = node[key][::-1] if isinstance(node[key], str) else chance.choice(values)
        try:
            found = renewed(damaged, assistant)
        except UsageError:
            outcomes["refused"] += 1
            continue
        assert stands(found.answer, assistant)
        outcomes["lost" if found.lost else "shown"] += 1
    assert min(outcomes.values()) >= 3, f"each must have come about: {outcomes}"


def test_it_is_cited_in_the_style_that_is_asked_for(kept: dict[str, Any], assistant: Assistant) -> None:
    found = renew(kept, assistant.library, style="apa")
    assert found.answer.quotes[0].citation != kept["quotes"][0]["citation"]


def test_a_quote_of_a_note_is_one_again(tmp_path: Path) -> None:
    place = tmp_path / "papers"
    place.mkdir()
    (place / "letter.md").write_text(
        "The talks broke off.[^1] So it was.\n\n[^1]: At noon in the capital.\n", "utf-8"
    )
    made = assistant_over(tmp_path, place, threshold=0.0)
    assert not add(made.library, HashEncoder(), [place]).failed
    asked = replace(made.ask("noon in the capital"), passages=(), read=0, timing={})
    assert asked.quotes[0].voice == "note"
    saved = json.loads(json.dumps(answer_to_dict(asked)))
    saved["quotes"][0]["voice"] = "text"
    assert renewed(saved, made).answer == asked
    made.library.close()
