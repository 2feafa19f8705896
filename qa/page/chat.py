"""The chat: questions, the cards that answer them, and the box to ask in.

The transcript is HTML of our own in one ``gr.HTML``, not ``gr.Chatbot``: the chatbot runs messages through
Markdown and LaTeX, and a quote must reach the eye to the letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import api

from qa.errors import IbidError, UnknownDocument
from qa.page import cards, choosing, exports
from qa.page.chosen import Chosen
from qa.page.client import script
from qa.page.opening import Opening
from qa.types import Answer, Document
from qa.weights import load as load_weights

if TYPE_CHECKING:
    from qa.assistant import Assistant

EXAMPLES = (
    "How did Litvinov get on with Molotov?",
    "Who was Subasic?",
    "Which countries came under renewed Soviet pressure for bases?",
    "When did Litvinov die?",
)
"""Questions to the two documents that come with the program; the last has no answer there."""

EVERYTHING = Chosen()

_SHOWN_QUESTION = 300
_LOOK_EVERY = 0.25  # seconds between looks at whether the library is open


# Equal by identity: what the page holds is compared at each step, and the CSL-JSON in it has no hash.
@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """One question with what was replied, as HTML; ``answer`` is None where it ended in an error. ``asked``
    is the time in ISO 8601 (UTC). ``kept`` is an older answer as the browser keeps it (qa.receipts), where
    the library does not hold all of its quotes any more: ``answer`` has those that stand."""

    question: str
    reply: str
    answer: Answer | None = None
    asked: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    kept: Mapping[str, Any] | None = None


Conversation = tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """The parts of the chat that the source panel listens to."""

    conversation: gr.State
    transcript: gr.HTML
    fresh: gr.Button


def pane(opening: Opening, chosen: gr.State) -> Talk:
    """Lays out the chat and ties its events. ``chosen`` is what it searches: a ``Chosen``."""

    usual = round(100 * load_weights().read.threshold)

    def threshold(sure: float) -> float | None:
        """What the slider says; None where it stands as it stood, for the usual one is not a round number."""
        return None if sure == usual else sure / 100

    def ask_typed(
        question: str, conversation: Conversation, sure: float, among: Any
    ) -> Iterator[tuple[Any, ...]]:
        yield from _ask(opening, question, conversation, threshold(sure), among)

    def ask_example(
        conversation: Conversation, sure: float, among: Any, event: gr.EventData
    ) -> Iterator[tuple[Any, ...]]:
        question = str(event._data.get("question", ""))
        yield from _ask(opening, question, conversation, threshold(sure), among)

    with gr.Column(elem_classes="talk"):
        conversation = gr.State(())
        transcript = gr.HTML(
            render(()),
            js_on_load=script("copying", "marking", "chat"),
            apply_default_css=False,
            elem_classes="transcript",
        )
        with gr.Accordion("How sure must an answer be?", open=False, elem_classes="sure"):
            sure = gr.Slider(
                minimum=0,
                maximum=100,
                step=1,
                value=usual,
                label="Answer when the first quote is at least this likely to answer (%)",
                info="Further right Ibid errs less and refuses more. What came nearest is shown either way.",
                elem_id="sure",
            )
        choosing.bar(chosen, elem_id="ask-scope")
        with gr.Row(elem_classes="composer"):
            box = gr.Textbox(
                label="Your question",
                placeholder="Ask about your documents",
                show_label=False,
                container=False,
                lines=1,
                max_lines=6,
                autofocus=True,
                elem_id="question",
                html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=True),
            )
            go = gr.Button("Ask", variant="primary", elem_classes="ask")
            fresh = gr.Button("New conversation", elem_classes="fresh")
    outputs = [transcript, conversation, box]
    asked = gr.on(
        [box.submit, go.click],
        ask_typed,
        inputs=[box, conversation, sure, chosen],
        outputs=outputs,
        show_progress="hidden",
        concurrency_limit=None,
        concurrency_id="ask",
        trigger_mode="once",
        api_visibility="private",
    )
    tried = transcript.example_select(
        ask_example,
        inputs=[conversation, sure, chosen],
        outputs=outputs,
        show_progress="hidden",
        concurrency_limit=None,
        concurrency_id="ask",
        trigger_mode="once",
        api_visibility="private",
    )
    fresh.click(
        lambda: (render(()), (), ""),
        outputs=outputs,
        show_progress="hidden",
        cancels=[asked, tried],
        api_visibility="private",
        js="() => { document.querySelector('#question textarea')?.focus(); return []; }",
    )
    return Talk(conversation, transcript, fresh)


def offer(opening: Opening) -> None:
    """The one public endpoint, for scripts: ``ask``, with the JSON of ``qa ask --json``."""

    def ask(question: str, after: list[str] | None = None, limit: int = 3) -> dict[str, Any]:
        """Answers a question in the words of the documents. ``after`` is the conversation so far, oldest
        first; ``limit`` the most quotes wanted."""
        from qa.receipts import answer_to_dict

        while not opening.wait(_LOOK_EVERY):
            pass
        try:
            return answer_to_dict(opening.assistant().ask(question, after=tuple(after or ()), limit=limit))
        except IbidError as error:
            raise gr.Error(str(error), print_exception=False) from error

    api(ask, api_name="ask", concurrency_limit=4)


def render(conversation: Conversation, pending: str | None = None, waiting: str = "") -> str:
    """The transcript. ``pending`` is a question not answered yet, ``waiting`` what it waits for."""
    turns = [
        _turn(number, exchange.question, exchange.reply)
        for number, exchange in enumerate(conversation, start=1)
    ]
    if pending is not None:
        turns.append(_turn(len(turns) + 1, pending, cards.message(waiting, "waiting")))
    if not turns:
        turns.append(_welcome())
    return (
        '<div class="turns" role="log" aria-live="polite" aria-label="Questions and answers">'
        f"{''.join(turns)}</div>{exports.controls(conversation) if pending is None else ''}"
    )


def _turn(number: int, question: str, reply: str) -> str:
    shown = question if len(question) <= _SHOWN_QUESTION else question[:_SHOWN_QUESTION] + "…"
    return (
        f'<section class="turn" data-turn="{number}"><h2 class="question">{escape(shown)}</h2>'
        f'<div class="reply">{reply}</div></section>'
    )


def _welcome() -> str:
    chips = "".join(
        f'<li><button type="button" class="chip" data-do="ask" data-question="{escape(question)}">'
        f"{escape(question)}</button></li>"
        for question in EXAMPLES
    )
    return (
        '<section class="welcome"><h2>Ask, and read what the documents say</h2>'
        "<p>Every answer is quoted to the letter, with the page it stands on. "
        "Where the documents hold no answer, Ibid says so.</p>"
        f'<p class="try">For instance</p><ul class="chips">{chips}</ul></section>'
    )


def _ask(
    opening: Opening,
    question: str,
    conversation: Conversation,
    threshold: float | None = None,
    among: Chosen = EVERYTHING,
) -> Iterator[tuple[Any, ...]]:
    """Yields (transcript, conversation, question box): first that the question is taken, then the reply."""
    question = question.strip()
    if not question:
        hint = cards.message("Type a question first, or choose one of the examples.", "hint")
        yield f'{render(conversation)}<div role="alert">{hint}</div>', conversation, gr.skip()
        return
    loading = "The reading model is still loading. Your question is answered as soon as it is ready."
    yield render(conversation, question, "Searching…" if opening.over else loading), conversation, ""
    while not opening.wait(_LOOK_EVERY):
        pass
    conversation = (*conversation, reply(opening, question, conversation, threshold, among))
    yield render(conversation), conversation, gr.skip()


def reply(
    opening: Opening,
    question: str,
    conversation: Conversation,
    threshold: float | None = None,
    among: Chosen = EVERYTHING,
) -> Exchange:
    """Asks what is ``among`` the chosen, after the earlier questions of this conversation; ``threshold`` is
    the confidence from which it counts as answered (None: the usual). An error becomes a message."""
    after = tuple(exchange.question for exchange in conversation if exchange.answer is not None)
    try:
        assistant = opening.assistant()
        among = choosing.standing(assistant.library, among)
        answer = assistant.ask(question, after=after, threshold=threshold, **among.arguments)
        documents = _documents(assistant, answer)
    except IbidError as error:
        return Exchange(question, cards.message(str(error)))
    # The ranking behind an answer is large, and nothing on the page looks at it.
    kept = replace(answer, passages=())
    return Exchange(question, cards.answer(answer, len(conversation) + 1, documents), kept)


def _documents(assistant: Assistant, answer: Answer) -> dict[str, Document]:
    found = {}
    for name in {quote.document for quote in (*answer.quotes, *answer.nearest)}:
        try:
            found[name] = assistant.library.document(name)
        except UnknownDocument:  # removed since; the card shows the clean words
            continue
    return found
