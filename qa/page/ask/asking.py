"""Asking for the chat: a question to an exchange, further quotes of it, the same cited in another style."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.conversation import standalone
from qa.errors import IbidError, UnknownDocument
from qa.page.ask import cards, choosing
from qa.page.ask.exchange import EVERYTHING, Conversation, Exchange
from qa.page.chosen import Chosen
from qa.page.serve import limits, watching
from qa.page.serve.opening import Opening
from qa.page.texts import Words
from qa.presenting import recited
from qa.types import Answer, Document, Quote

if TYPE_CHECKING:
    from qa.assistant import Assistant

STEP = 5
"""Further quotes at a time."""

MOST = 50
"""Quotes that can be asked for in all."""


def reply(
    opening: Opening,
    question: str,
    conversation: Conversation,
    say: Words,
    *,
    threshold: float | None = None,
    among: Chosen = EVERYTHING,
    style: str = "",
    who: str = "",
    stopped: Callable[[], bool] | None = None,
) -> Exchange:
    """Asks after the earlier questions of this conversation. An error becomes a message in the chat.

    threshold  the confidence from which it counts as answered; None: the usual
    among      what is searched
    style      what is cited in; "": the assistant's own
    who        whose question it is, of whom only so many are worked on at once
    stopped    asked between the stages whether nobody waits for the answer any more
    """
    try:
        assistant = opening.assistant()
        with limits.UNDERWAY.question(who, say.language), assistant.library.view():
            among = choosing.standing(assistant.library, among)
            answer = watching.ask(
                assistant,
                question,
                after=before(conversation),
                threshold=threshold,
                stopped=stopped,
                **among.arguments,
            )
            answer = cited_in(assistant, answer, style)
            left_out = assistant.library.searched().documents - answer.searched.documents
            # The ranking behind an answer is large, and nothing on the page looks at it.
            exchange = Exchange(
                question,
                "",
                replace(answer, passages=()),
                chosen=among,
                threshold=threshold,
                read=answer.read,
                left_out=max(0, left_out),
            )
            return replace(exchange, reply=drawn(assistant, exchange, say))
    except IbidError as error:
        return Exchange(question, cards.message(str(error)), chosen=among, threshold=threshold)


def before(conversation: Conversation) -> tuple[str, ...]:
    """The questions that a next one is asked after."""
    return tuple(exchange.question for exchange in conversation if exchange.answer is not None)


def drawn(assistant: Assistant, exchange: Exchange, say: Words, *, more: bool = True) -> str:
    """The answer of an exchange as HTML, in the language of ``say``. ``more`` is whether there may be further
    quotes. Raises LibraryError."""
    answer = exchange.answer
    assert answer is not None
    shown = quotes_of(answer)
    chosen = exchange.chosen
    rests = cards.searched(
        answer,
        say,
        read=exchange.read,
        only="" if chosen.everything else choosing.in_words(chosen, say),
        left_out=exchange.left_out,
        dated=bool(chosen.date_from or chosen.date_to),
        leant=standalone(answer.question, answer.after).carried,
    )
    further = cards.further(more, say) if shown and len(shown) < MOST else ""
    return cards.answer(answer, _documents(assistant, shown), say, rests=rests, further=further)


def quotes_of(answer: Answer) -> tuple[Quote, ...]:
    """What an answer shows: its quotes, or what came nearest."""
    return answer.quotes or answer.nearest


def more(opening: Opening, exchange: Exchange, say: Words, style: str = "") -> Exchange:
    """The same with further quotes of the same question behind those that it has, which stay as they are.
    Raises IbidError."""
    assistant = opening.assistant()
    with assistant.library.view():
        return _more(assistant, exchange, say, style)


def _more(assistant: Assistant, exchange: Exchange, say: Words, style: str) -> Exchange:
    answer = exchange.answer
    if answer is None:
        return exchange
    had = quotes_of(answer)
    asked = watching.ask(
        assistant,
        answer.question,
        after=answer.after,
        limit=min(MOST, len(had) + STEP),
        threshold=exchange.threshold,
        **choosing.standing(assistant.library, exchange.chosen).arguments,
    )
    taken = {(quote.document, quote.start, quote.end) for quote in had}
    found = [
        quote
        for quote in quotes_of(cited_in(assistant, asked, style))
        if (quote.document, quote.start, quote.end) not in taken
    ][: MOST - len(had)]
    further = tuple(replace(quote, number=number) for number, quote in enumerate(found, len(had) + 1))
    both = (*had, *further)
    answer = replace(answer, quotes=both) if answer.answered else replace(answer, nearest=both)
    # Asked for so many and given fewer: there are no others in what was read.
    again = replace(exchange, answer=answer, kept=None, notice="")
    return replace(again, reply=drawn(assistant, again, say, more=len(further) >= STEP))


def cited_in(assistant: Assistant, answer: Answer, style: str) -> Answer:
    """The answer with its citations in ``style``; as it is where that is "" or the assistant's own. Raises
    UsageError."""
    return answer if style in {"", assistant.style} else _recited(assistant, answer, style)


def recite(opening: Opening, conversation: Conversation, say: Words, style: str) -> Conversation:
    """The conversation with every citation in ``style`` ("": the assistant's own). Raises IbidError."""
    assistant = opening.assistant()
    style = style or assistant.style

    def again(exchange: Exchange) -> Exchange:
        if exchange.answer is None:
            return exchange
        cited = replace(exchange, answer=_recited(assistant, exchange.answer, style))
        return replace(cited, reply=drawn(assistant, cited, say))

    with assistant.library.view(searching=False):
        return tuple(again(exchange) for exchange in conversation)


def _recited(assistant: Assistant, answer: Answer, style: str) -> Answer:
    def again(quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
        return tuple(recited(quote, document=assistant.document, style=style) for quote in quotes)

    return replace(answer, quotes=again(answer.quotes), nearest=again(answer.nearest))


def _documents(assistant: Assistant, quotes: tuple[Quote, ...]) -> dict[str, Document]:
    found = {}
    for name in {quote.document for quote in quotes}:
        try:
            found[name] = assistant.document(name)
        except UnknownDocument:  # removed since; the card shows the clean words
            continue
    return found
