"""The chat: questions, the cards that answer them, and the box to ask in.

The transcript is HTML of our own in one ``gr.HTML``, not ``gr.Chatbot``: the chatbot runs messages through
Markdown and LaTeX, and a quote must reach the eye to the letter. Its value never changes: what is new of it
comes in another, ``Talk.news``, and is put in its place by a script (see qa.page.ask.turns)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.events import Dependency

from qa.errors import IbidError
from qa.page.ask import asking, choosing, styles, turns
from qa.page.ask.exchange import EVERYTHING, Conversation, Exchange
from qa.page.ask.underway import Underway
from qa.page.chosen import Chosen
from qa.page.client import script
from qa.page.serve import limits
from qa.page.serve.opening import Opening
from qa.page.texts import drawn, label
from qa.page.texts import of as words_of
from qa.weights import load as load_weights

__all__ = ["Conversation", "Exchange", "Talk", "from_address", "pane"]

MOST_FROM_ADDRESS = 4
"""Questions of an address that are asked: one, and those that a follow-up leans on."""

_LOOK_EVERY = 0.25  # seconds between looks at whether the library is open
_underway = Underway()
_QUIET: dict[str, Any] = {
    "show_progress": "hidden",
    "concurrency_limit": None,
    "api_visibility": "private",
}


@dataclass(frozen=True, slots=True)
class Talk:
    """The parts of the chat that others listen to, or change.

    conversation  the exchanges of the conversation that is open
    transcript    where the buttons on turns and cards are pressed; no output
    news          what is drawn: an output for ``turns.news(…)``
    asking        events to cancel by whatever puts another conversation in this one's place
    """

    conversation: gr.State
    transcript: gr.HTML
    fresh: gr.Button
    news: gr.HTML
    box: gr.Textbox
    sure: gr.Slider
    chosen: gr.State
    asking: tuple[Dependency, ...]


def threshold(sure: float) -> float | None:
    """What the slider says; None where it stands as it stood, for the usual one is not a round number."""
    return None if sure == usual() else sure / 100


def usual() -> int:
    """Where the slider stands at first, in per cent."""
    return round(100 * load_weights().read.threshold)


def pane(opening: Opening, chosen: gr.State) -> Talk:
    """Lays out the chat and ties its events. ``chosen`` is what it searches: a ``Chosen``."""
    with gr.Column(elem_classes="talk"):
        conversation = gr.State(())
        # What was taken away last: the conversation before, and the keys that it had after.
        undone = gr.State(None)
        transcript = gr.HTML(
            drawn(turns.transcript),
            js_on_load=script("copying", "marking", "chat"),
            apply_default_css=False,
            elem_classes="transcript",
        )
        news = gr.HTML("", js_on_load=script("news"), apply_default_css=False, visible="hidden")
        with gr.Row(elem_classes="settings"):
            with gr.Accordion(label("chat.sure"), open=False, elem_classes="sure"):
                sure = gr.Slider(
                    minimum=0,
                    maximum=100,
                    step=1,
                    value=usual(),
                    label=label("chat.sure-label"),
                    info=label("chat.sure-info"),
                    elem_id="sure",
                )
            style = gr.HTML(
                drawn(styles.choice),
                js_on_load=script("style"),
                apply_default_css=False,
                elem_classes="style",
            )
        with gr.Column(elem_classes="asking"):
            choosing.bar(chosen, elem_id="ask-scope")
            with gr.Row(elem_classes="composer"):
                box = gr.Textbox(
                    label=label("chat.question"),
                    placeholder=label("chat.placeholder"),
                    show_label=False,
                    container=False,
                    lines=1,
                    max_lines=6,
                    autofocus=True,
                    elem_id="question",
                    html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=True),
                )
                go = gr.Button(label("chat.ask"), variant="primary", elem_classes="ask")
                fresh = gr.Button(label("chat.fresh"), elem_classes="fresh")
    outputs = [news, conversation, box, undone]
    asked = _asking(opening, transcript, [box.submit, go.click], [box, conversation, sure, chosen], outputs)
    stopped = [news, conversation, box]
    transcript.stop(_stop, inputs=conversation, outputs=stopped, cancels=list(asked), **_QUIET)
    # client/chat.js empties the box: what is typed until the answer to this comes, stays.
    fresh.click(_afresh, outputs=[news, conversation, undone], cancels=list(asked), **_QUIET)
    _changing(opening, transcript, style, [conversation, undone], [news, conversation, undone])
    # Not "load", which Gradio does by itself as the page opens: its answer would draw over what came first.
    news.retry(_anew, inputs=conversation, outputs=news, **_QUIET)
    return Talk(conversation, transcript, fresh, news, box, sure, chosen, asked)


def _asking(
    opening: Opening, transcript: gr.HTML, typed: list[Any], inputs: list[Any], outputs: list[Any]
) -> tuple[Dependency, ...]:
    """Everything that asks: the box, an example, a question that was edited. One at a time."""

    def ask_typed(
        question: str, conversation: Any, sure: float, among: Any, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        yield from ask(opening, [question], conversation, request, threshold(sure), among)

    def ask_example(
        conversation: Any, sure: float, among: Any, event: gr.EventData, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        question = str(event._data.get("question", ""))
        yield from ask(opening, [question], conversation, request, threshold(sure), among)

    def ask_again(
        conversation: Any, sure: float, among: Any, event: gr.EventData, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        question = str(event._data.get("question", ""))
        at = _index(conversation, event._data)
        if at is None or not question.strip():
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        kept, gone = conversation[:at], conversation[at:]
        yield from ask(opening, [question], kept, request, threshold(sure), among, instead_of=gone)

    # One question at a time is client/chat.js's care: "once" would hold the next one back until a question
    # that was stopped has come to its end.
    options: dict[str, Any] = {**_QUIET, "concurrency_id": "ask", "trigger_mode": "multiple"}
    return (
        gr.on(typed, ask_typed, inputs=inputs, outputs=outputs, **options),
        transcript.example_select(ask_example, inputs=inputs[1:], outputs=outputs, **options),
        transcript.edit(ask_again, inputs=inputs[1:], outputs=outputs, **options),
    )


def ask(
    opening: Opening,
    questions: Sequence[str],
    conversation: Conversation,
    request: gr.Request | None,
    sure: float | None = None,
    among: Chosen = EVERYTHING,
    *,
    instead_of: Conversation = (),
) -> Iterator[tuple[Any, ...]]:
    """Asks one question after another. Yields (news, conversation, question box, what can be undone): each
    time first that the question is taken, then the reply. ``instead_of`` are the exchanges that stood in this
    one's place."""
    say = words_of(request)
    questions = [stripped for question in questions if (stripped := question.strip())]
    if not questions:
        yield turns.news(conversation, (), say, hint=say("chat.type-first")), gr.skip(), gr.skip(), gr.skip()
        return
    box: Any = ""
    conversation = _underway.in_time(conversation)
    earlier = (*conversation, *_underway.in_time(instead_of))
    for question in questions:
        asked = _underway.begin(request.session_hash if request else None, earlier)
        waiting = say("chat.searching" if opening.over else "chat.loading")
        yield turns.news(conversation, (), say, pending=question, waiting=waiting), gr.skip(), box, gr.skip()
        box = gr.skip()  # what is typed meanwhile stays
        while not opening.wait(_LOOK_EVERY):
            pass
        style = styles.of(request, "")
        exchange = asking.reply(
            opening,
            question,
            conversation,
            say,
            threshold=sure,
            among=among,
            style=style,
            who=limits.asker_of(request),
            stopped=asked.is_stopped,
        )
        conversation = (*conversation, exchange)
        if not asked.answer(exchange.key):
            return
        undo = say.count(len(instead_of), "chat.replaced") if instead_of else ""
        undone = (earlier, _keys(conversation)) if instead_of else None
        yield turns.news(conversation, {exchange.key}, say, undo=undo), conversation, box, undone
        earlier = conversation


def _changing(
    opening: Opening, transcript: gr.HTML, style: gr.HTML, inputs: list[Any], outputs: list[Any]
) -> None:
    """Everything else that changes a conversation: a turn taken away and brought back, more quotes of one,
    all of them cited in another style."""

    def delete(conversation: Any, _: Any, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        say = words_of(request)
        at = _index(conversation, event._data)
        if at is None:
            return gr.skip(), gr.skip(), gr.skip()
        left = (*conversation[:at], *conversation[at + 1 :])
        return turns.news(left, (), say, undo=say("chat.deleted")), left, (conversation, _keys(left))

    def undo(conversation: Any, undone: Any, request: gr.Request) -> tuple[Any, ...]:
        say = words_of(request)
        if undone is None or _keys(conversation) != undone[1]:
            return turns.news(conversation, (), say), gr.skip(), None
        return turns.news(undone[0], None, say), undone[0], None

    def more(conversation: Any, undone: Any, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        say = words_of(request)
        at = _index(conversation, event._data)
        if at is None:
            return gr.skip(), gr.skip(), gr.skip()
        try:
            exchange = asking.more(opening, conversation[at], say, styles.of(request, ""))
        except IbidError as error:
            return turns.news(conversation, None, say, hint=str(error)), gr.skip(), gr.skip()
        made = (*conversation[:at], exchange, *conversation[at + 1 :])
        return turns.news(made, {exchange.key}, say), made, undone

    def recite(conversation: Any, _: Any, request: gr.Request) -> tuple[Any, ...]:
        say = words_of(request)
        if not conversation:
            return gr.skip(), gr.skip(), gr.skip()
        try:
            made = asking.recite(opening, conversation, say, styles.of(request, ""))
        except IbidError as error:
            return turns.news(conversation, (), say, hint=str(error)), gr.skip(), gr.skip()
        return turns.news(made, None, say), made, None

    for event, handler in (
        (transcript.delete, delete),
        (transcript.undo, undo),
        (transcript.expand, more),
        (style.input, recite),
    ):
        event(handler, inputs=inputs, outputs=outputs, **_QUIET)


def _stop(conversation: Any, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
    """What waits is taken away again, and its question put back to where it was typed."""
    before = _underway.stop(request.session_hash)
    kept = gr.skip() if before is None else before
    left = conversation if before is None else before
    return turns.news(left, (), words_of(request)), kept, str(event._data.get("question", ""))


def _afresh(request: gr.Request) -> tuple[Any, ...]:
    _underway.stop(request.session_hash)
    return turns.news((), None, words_of(request)), (), None


def _anew(conversation: Any, request: gr.Request) -> str:
    return turns.news(conversation, None, words_of(request))


def _index(conversation: Conversation, asked: dict[str, Any]) -> int | None:
    """Which exchange a button names by its key; None where it is no longer there."""
    key = asked.get("key")
    return next((at for at, exchange in enumerate(conversation) if exchange.key == key), None)


def _keys(conversation: Conversation) -> tuple[str, ...]:
    return tuple(exchange.key for exchange in conversation)


def from_address(page: gr.Blocks, opening: Opening, talk: Talk) -> None:
    """Asks what the address of the page says: ``?q=…``, once for each question; the last is the one that is
    meant, those before it are what it follows upon."""

    def begin(conversation: Any, sure: float, among: Any, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        given = request.request.query_params.getlist("q") if request.request else []
        if not given:
            yield gr.skip(), gr.skip(), gr.skip()
            return
        for news, now, _, _ in ask(
            opening, given[-MOST_FROM_ADDRESS:], conversation, request, threshold(sure), among
        ):
            yield news, now, gr.skip()

    page.load(
        begin,
        inputs=[talk.conversation, talk.sure, talk.chosen],
        outputs=[talk.news, talk.conversation, talk.box],
        concurrency_id="ask",
        **_QUIET,
    )
