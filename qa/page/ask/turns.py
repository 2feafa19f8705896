"""The transcript as HTML: what is new of it is sent to the page, and a script there puts it in its place.

A long conversation is not sent again with each question. ``news`` names all turns by their keys, in order,
and holds those that the page does not have yet; the page's script (client/news.js) does the rest, and asks
for everything where it lacks one that is named."""

from __future__ import annotations

import json
import time
from collections.abc import Collection
from html import escape

from qa.conversation import standalone
from qa.page.ask import cards, exports
from qa.page.ask.exchange import Conversation, Exchange
from qa.page.texts import Words

EXAMPLES = (
    "How did Litvinov get on with Molotov?",
    "Who was Subasic?",
    "Which countries came under renewed Soviet pressure for bases?",
    "When did Litvinov die?",
)
"""Questions to the two documents that come with the program; the last has no answer there."""

PENDING = "pending"
"""The key of a question that waits for its answer."""

_SHOWN_QUESTION = 300


def transcript(say: Words) -> str:
    """The transcript before anything is asked."""
    return (
        f'<div class="turns" role="log" aria-live="off" aria-label="{escape(say("chat.log"))}">'
        f'{_welcome(say)}</div><div class="foot"></div><p class="unseen said" role="status"></p>'
    )


def news(
    conversation: Conversation,
    new: Collection[str] | None,
    say: Words,
    *,
    pending: str | None = None,
    waiting: str = "",
    hint: str = "",
    undo: str = "",
) -> str:
    """What the page is told.

    new      keys of the exchanges that it does not have as they are; None: all
    pending  a question that is not answered yet, and ``waiting`` what it waits for
    hint     something to say below, as it is wrong to say it in an answer
    undo     what was just taken away, in words, where it can be brought back
    """
    keys = [exchange.key for exchange in conversation]
    turns = [
        turn(number, exchange, say)
        for number, exchange in enumerate(conversation, start=1)
        if new is None or exchange.key in new
    ]
    if pending is not None:
        keys.append(PENDING)
        turns.append(_waiting(len(keys), pending, waiting, say))
    if not keys:
        turns.append(_welcome(say))
    foot = "" if pending is not None else exports.controls(conversation, say)
    if undo:
        foot = (
            f'<p class="undo" role="status">{escape(undo)} '
            f'<button type="button" data-do="undo">{escape(say("chat.undo"))}</button></p>{foot}'
        )
    if hint:
        foot = f'<div role="alert">{cards.message(hint, "hint")}</div>{foot}'
    # The time tells two of the same content apart, so that the second is seen too.
    return (
        f'<div class="news" data-made="{time.monotonic_ns()}" data-keys="{" ".join(keys)}">'
        f'{"".join(turns)}<div class="foot">{foot}</div></div>'
    )


def turn(number: int, exchange: Exchange, say: Words) -> str:
    """One question with its reply and what can be done with it."""
    after = () if exchange.answer is None else exchange.answer.after
    link = json.dumps([*standalone(exchange.question, after).carried, exchange.question])
    buttons = "".join(
        f'<button type="button" data-do="{does}" title="{escape(say(f"chat.{does}-question"))}">'
        f"{escape(say(f'chat.{does}'))}</button>"
        for does in ("edit", "link", "delete")
    )
    return (
        f'<section class="turn" data-turn="{number}" data-key="{exchange.key}" '
        f'data-question="{escape(exchange.question)}" data-link="{escape(link)}">'
        f'<header class="asked">{_question(exchange.question)}<p class="actions">{buttons}</p></header>'
        f'<form class="again" hidden><textarea rows="2" aria-label="{escape(say("chat.edit-question"))}">'
        f'</textarea><p class="replaces"></p>'
        f'<p class="actions"><button type="submit">{escape(say("chat.again"))}</button>'
        f'<button type="button" data-do="unedit">{escape(say("chat.cancel"))}</button></p></form>'
        f'<div class="reply">{exchange.reply}{exchange.notice}</div></section>'
    )


def _waiting(number: int, question: str, words: str, say: Words) -> str:
    return (
        f'<section class="turn" data-turn="{number}" data-key="{PENDING}" data-question="{escape(question)}">'
        f'<header class="asked">{_question(question)}</header><div class="reply">'
        f'{cards.message(words, "waiting")}<p class="actions"><button type="button" data-do="stop">'
        f"{escape(say('chat.stop'))}</button></p></div></section>"
    )


def _question(question: str) -> str:
    shown = question if len(question) <= _SHOWN_QUESTION else question[:_SHOWN_QUESTION] + "…"
    return f'<h2 class="question">{escape(shown)}</h2>'


def _welcome(say: Words) -> str:
    chips = "".join(
        f'<li><button type="button" class="chip" lang="en" data-do="ask" data-question="{escape(question)}">'
        f"{escape(question)}</button></li>"
        for question in EXAMPLES
    )
    return (
        f'<section class="welcome"><h2>{escape(say("chat.welcome"))}</h2><p>{escape(say("chat.lead"))}</p>'
        f'<p class="try">{escape(say("chat.try"))}</p><ul class="chips">{chips}</ul></section>'
    )
