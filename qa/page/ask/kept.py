"""What the browser keeps of a conversation, and a conversation made of it again. No Gradio here.

What comes back from a browser may be anything: it is read as data and checked against the library, and what
does not stand there is said to be lost, not shown as a quote."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from qa.conversation import MAX_QUESTION
from qa.errors import UsageError
from qa.page.ask import asking, cards, choosing
from qa.page.ask.exchange import Conversation, Exchange
from qa.page.texts import Words
from qa.receipts import Renewed, answer_to_dict, renew

if TYPE_CHECKING:
    from qa.assistant import Assistant

MOST = 2_000
"""Turns of one conversation."""

_MOST_COUNTED = 10**9


@dataclass(frozen=True, slots=True)
class Restored:
    """A conversation made again. ``damaged`` counts turns that could not be read and are left out, ``lost``
    quotes that the library does not hold any more."""

    conversation: Conversation
    damaged: int = 0
    lost: int = 0


def record(exchange: Exchange) -> dict[str, Any]:
    """What is kept of one exchange: ``answer`` is what ``qa ask --json`` gives, None where there was an
    error; ``chosen`` what was searched, as the chips above the question tell it."""
    answer = exchange.kept
    if answer is None and exchange.answer is not None:
        answer = answer_to_dict(exchange.answer)
    return {
        "question": exchange.question,
        "asked": exchange.asked,
        "answer": answer,
        "chosen": choosing.to_browser(exchange.chosen),
        "threshold": exchange.threshold,
        "read": exchange.read,
        "left_out": exchange.left_out,
    }


def key(kept: Mapping[str, Any]) -> str:
    """A name for a record by what it holds."""
    return hashlib.sha256(json.dumps(kept, sort_keys=True, default=dict).encode()).hexdigest()[:24]


def restore(turns: Any, assistant: Assistant, say: Words, style: str = "") -> Restored:
    """The conversation that was kept as ``turns``, cited in ``style`` ("": the assistant's own). Raises
    UsageError where it is none, LibraryError."""
    if not isinstance(turns, list) or not 0 < len(turns) <= MOST:
        raise UsageError(say("conversations.unreadable"))
    found: list[Exchange] = []
    damaged = lost = 0
    for turn in turns:
        try:
            exchange, missing = _exchange(turn, assistant, say, style or assistant.style)
        except UsageError:
            damaged += 1
            continue
        found.append(exchange)
        lost += missing
    if not found:
        raise UsageError(say("conversations.unreadable"))
    return Restored(tuple(found), damaged, lost)


def _exchange(turn: Any, assistant: Assistant, say: Words, style: str) -> tuple[Exchange, int]:
    """One turn, and how many of its quotes are lost. Raises UsageError where it is none."""
    question = turn.get("question") if isinstance(turn, Mapping) else None
    if not isinstance(question, str) or not question.strip() or len(question) > MAX_QUESTION:
        raise UsageError(say("conversations.unreadable"))
    threshold = turn.get("threshold")
    exchange = Exchange(
        question,
        "",
        asked=_time(turn.get("asked")),
        chosen=choosing.from_browser(turn.get("chosen")),
        threshold=threshold if isinstance(threshold, float) and 0 <= threshold <= 1 else None,
        read=_counted(turn.get("read")),
        left_out=_counted(turn.get("left_out")),
    )
    saved = turn.get("answer")
    if saved is None:
        hint = cards.message(say("conversations.not-answered"), "hint")
        return replace(exchange, reply=hint + _again(question, say)), 0
    renewed = renew(saved, assistant.library, style=style)
    if renewed.answer.question != question:
        raise UsageError(say("conversations.unreadable"))
    if renewed.lost:
        _confirm_writable(saved, say)
        exchange = replace(exchange, kept=saved, notice=notice(renewed, say))
    if renewed.holds:
        exchange = replace(exchange, answer=renewed.answer)
        exchange = replace(exchange, reply=asking.drawn(assistant, exchange, say))
    return exchange, len(renewed.lost)


def notice(renewed: Renewed, say: Words) -> str:
    """That quotes of an older answer are lost, as HTML: what was kept of them is folded away, and is no
    card, for it is not what the documents say now."""
    count = len(renewed.lost)
    said = say.count(count, "conversations.lost") if renewed.holds else say("conversations.lost-first")
    items = "".join(
        f"<li><p>{escape(quote['text'])}</p><p>{escape(quote['document'])}</p></li>" for quote in renewed.lost
    )
    return (
        f'<div class="lost"><p class="message">{escape(said)}</p>'
        f"<details><summary>{escape(say('conversations.was-kept'))}</summary><ul>{items}</ul></details>"
        f"{_again(renewed.answer.question, say)}</div>"
    )


def _again(question: str, say: Words) -> str:
    return (
        f'<p class="actions"><button type="button" data-do="ask" data-question="{escape(question)}">'
        f"{escape(say('conversations.ask-again'))}</button></p>"
    )


def _confirm_writable(saved: Mapping[str, Any], say: Words) -> None:
    """What is lost goes back to the browser as it came: it must be something that can be written."""
    try:
        json.dumps(saved)
    except (ValueError, TypeError, RecursionError) as error:
        raise UsageError(say("conversations.unreadable")) from error


def _time(asked: Any) -> str:
    """The time as it was kept; "" for anything else."""
    if not isinstance(asked, str) or len(asked) > 40:
        return ""
    try:
        return datetime.fromisoformat(asked).isoformat(timespec="seconds")
    except ValueError:
        return ""


def _counted(number: Any) -> int:
    return number if type(number) is int and 0 <= number <= _MOST_COUNTED else 0
