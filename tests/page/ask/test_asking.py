"""Asking for the chat: over the seeds, with hashed words in place of a model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from qa.adding import add, seeds
from qa.assistant import Assistant
from qa.citing import cite
from qa.evidence.model import EvidenceModel
from qa.library import open_library
from qa.page import texts
from qa.page.ask import asking, chat, styles
from qa.page.ask.underway import Question
from qa.page.chosen import Chosen
from qa.page.serve.opening import Opening
from tests.encoders import HashEncoder
from tests.page.reading_html import Read

SAY = texts.words("en")
TALK = "What did Litvinov tell Harriman at the theatre?"
TELEGRAM = "001_6f795bd2570504c7.txt"


@pytest.fixture(scope="module")
def opening(shared_place: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opening]:
    library = open_library(shared_place, model="hash")
    assert not add(library, HashEncoder(), [seeds()]).failed
    none = EvidenceModel(tmp_path_factory.mktemp("none") / "none.safetensors")
    yield Opening.done(Assistant(library, HashEncoder(), evidence=none))
    library.close()


@pytest.mark.parametrize("sure", [0.0, 1.0])
def test_further_quotes_come_behind_the_first_which_stay(opening: Opening, sure: float) -> None:
    first = asking.reply(opening, TALK, (), SAY, threshold=sure)
    assert first.answer is not None
    had = asking.quotes_of(first.answer)
    assert len(had) == 3
    again = asking.more(opening, first, SAY)
    assert again.answer is not None
    got = asking.quotes_of(again.answer)
    assert got[:3] == had
    assert [quote.number for quote in got] == list(range(1, len(got) + 1))
    assert 3 < len(got) <= 3 + asking.STEP
    assert len({(quote.document, quote.start, quote.end) for quote in got}) == len(got)
    assert again.answer.answered == first.answer.answered == (sure == 0)
    assert again.key == first.key, "the same turn"
    assert len(Read(again.reply).named("article")) == len(got)


def test_where_nothing_further_is_found_it_says_so_and_offers_no_more(opening: Opening) -> None:
    exchange = asking.reply(opening, TALK, (), SAY)
    for _ in range(asking.MOST // asking.STEP):
        assert exchange.answer is not None
        before = len(asking.quotes_of(exchange.answer))
        exchange = asking.more(opening, exchange, SAY)
        assert exchange.answer is not None
        if 'data-do="more"' not in exchange.reply:
            break
        assert len(asking.quotes_of(exchange.answer)) == before + asking.STEP
    assert 'data-do="more"' not in exchange.reply
    shown = len(asking.quotes_of(exchange.answer))
    assert (SAY("card.no-more") in exchange.reply) == (shown < asking.MOST)


def test_what_was_not_searched_is_said(opening: Opening) -> None:
    everything = asking.reply(opening, TALK, (), SAY)
    assert "left out" not in everything.reply
    narrowed = asking.reply(opening, TALK, (), SAY, among=Chosen((TELEGRAM,)))
    assert narrowed.left_out == 1
    assert f"Only {TELEGRAM}. 1 document was left out." in narrowed.reply
    assert 0 < narrowed.read <= len(opening.assistant().library.documents()) * 100
    assert "read closely" in narrowed.reply


def test_every_citation_in_another_style_and_back(opening: Opening) -> None:
    first = asking.reply(opening, TALK, (), SAY)
    failed = asking.reply(opening, "", (), SAY)
    assert failed.answer is None
    assert first.answer is not None
    (apa, same) = asking.recite(opening, (first, failed), SAY, "apa")
    assert same is failed
    assert apa.answer is not None
    for old, new in zip(asking.quotes_of(first.answer), asking.quotes_of(apa.answer), strict=True):
        assert new.citation == cite(old.csl, style="apa")
        assert new.citation != old.citation
        assert (new.text, new.start, new.csl) == (old.text, old.start, old.csl)
        assert new.citation in Read(apa.reply).text
    (back, _) = asking.recite(opening, (apa, failed), SAY, "")
    assert back.answer == first.answer
    straight = asking.reply(opening, TALK, (), SAY, style="apa")
    assert straight.answer is not None
    assert [q.citation for q in asking.quotes_of(straight.answer)] == [
        q.citation for q in asking.quotes_of(apa.answer)
    ]


def test_a_follow_up_is_asked_after_what_was_answered_and_says_what_it_leans_on(opening: Opening) -> None:
    first = asking.reply(opening, TALK, (), SAY)
    failed = asking.reply(opening, "x" * 3000, (first,), SAY)
    follow = asking.reply(opening, "Was he pessimistic?", (first, failed), SAY)
    assert follow.answer is not None
    assert follow.answer.after == (TALK,)
    assert f"Read together with “{TALK}”" in follow.reply


def test_the_style_comes_from_the_browser_only_where_it_is_offered() -> None:
    class Request:
        def __init__(self, cookie: str) -> None:
            self.cookies = {styles.COOKIE: cookie}

    assert styles.of(None) == styles.OFFERED[0]
    assert styles.of(Request("apa")) == "apa"  # type: ignore[arg-type]
    for other in ("mhra-notes", "../../etc/passwd", "x.csl", ""):
        assert styles.of(Request(other), "usual") == "usual"  # type: ignore[arg-type]


def test_a_question_that_was_stopped_gets_no_answer(
    opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = Question()
    monkeypatch.setattr(chat._underway, "begin", lambda session, before: question)
    steps = chat.ask(opening, ["Who?", TALK], (), None)
    next(steps)
    question.stop()
    assert list(steps) == [], "nor are those asked that were to follow"


def test_a_question_that_is_stopped_while_it_is_searched_for_reads_nothing(
    opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant, question = opening.assistant(), Question()
    monkeypatch.setattr(chat._underway, "begin", lambda session, before: question)
    search, read = assistant.candidates, []

    def stopped_meanwhile(*given: Any, **more: Any) -> Any:
        question.stop()
        return search(*given, **more)

    monkeypatch.setattr(assistant, "candidates", stopped_meanwhile)
    monkeypatch.setattr(assistant, "_read", lambda *_: read.append(True))
    steps = chat.ask(opening, [TALK], (), None)
    next(steps)
    assert list(steps) == []
    assert not read


def test_questions_are_asked_one_after_another_and_what_is_replaced_can_be_undone(opening: Opening) -> None:
    steps = list(chat.ask(opening, ["Who?", " ", TALK], (), None))
    assert len(steps) == 4, "taken, answered, taken, answered"
    assert 'data-do="stop"' in steps[0][0]
    conversation = steps[-1][1]
    assert [exchange.question for exchange in conversation] == ["Who?", TALK]
    assert steps[-1][3] is None
    steps = list(chat.ask(opening, ["Why?"], conversation[:1], None, instead_of=conversation[1:]))
    _, now, _, (before, keys) = steps[-1]
    assert before == conversation
    assert keys == tuple(exchange.key for exchange in now)
    assert 'data-do="undo"' in steps[-1][0]
    ((hint, *_),) = chat.ask(opening, ["  "], conversation, None)
    assert SAY("chat.type-first") in hint
