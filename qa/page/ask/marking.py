"""Marks in the chat: this answers, this does not, nothing here answers, or a sentence selected in the source.

A mark is kept at once, beside the library, with who made it and when; what then stands for the question is
sent to the page's script, which presses the buttons accordingly."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.errors import IbidError, UsageError
from qa.evaluation.marks import Judgement, Spot, judgement, keep, marks_file, person, read, standing
from qa.page.client import script
from qa.page.texts import Words, of
from qa.reading import pages_of
from qa.types import Answer, Document, Quote

if TYPE_CHECKING:
    from qa.page.ask.chat import Conversation, Talk
    from qa.page.serve.opening import Opening

VERDICTS = ("answers", "does not answer", "nothing answers", "withdrawn")
_LONGEST = 5_000  # characters of a selection: a page is no evidence, it hides it


def pane(opening: Opening, talk: Talk, panel: gr.HTML) -> None:
    """Ties the marks in the chat and the selection in the source panel to where marks are kept."""

    # Gradio reads these annotations when the page is built: each name must be there then.
    def mark(conversation: Any, event: gr.EventData, request: gr.Request) -> str:
        asked = event._data
        if request.username:
            # Who has signed in marks in that name, whatever the browser says.
            asked = {**asked, "by": request.username}
        return told(opening, conversation, asked, of(request))

    state = gr.HTML("", js_on_load=script("marking"), apply_default_css=False, visible="hidden")
    gr.on(
        [talk.transcript.like, panel.like],
        mark,
        inputs=talk.conversation,
        outputs=state,
        show_progress="hidden",
        trigger_mode="multiple",  # two quick marks are two marks, …
        concurrency_limit=1,  # … and the second must see the first
        concurrency_id="mark",
        api_visibility="private",
    )


def told(opening: Opening, conversation: Conversation, asked: Mapping[str, Any], say: Words) -> str:
    """Keeps the mark that the page asks for (with the verdict "": none), and gives what then stands of this
    person's marks of the whole conversation, as HTML for the page's script: a JSON object with the ``turn``
    that was marked, ``by``, the selected ``spot`` if that was marked, and for each of ``turns`` the verdicts
    of ``places`` by quote number, whether ``nothing`` answers, and ``words`` for the person; or ``error``.
    It is of all turns, because of two marks in quick succession a browser may see the second state only."""
    turn = asked.get("turn")
    try:
        state = _state(opening, conversation, asked, say)
    except IbidError as error:
        state = {"error": str(error)}
    made = json.dumps({"turn": str(turn), "where": str(asked.get("where", "")), **state})
    # The time tells two answers of the same content apart, so that the second is seen too.
    return f'<span class="judged" data-made="{time.monotonic_ns()}" data-state="{escape(made)}"></span>'


def _state(
    opening: Opening, conversation: Conversation, asked: Mapping[str, Any], say: Words
) -> dict[str, Any]:
    answer = _answer(conversation, asked.get("turn"), say)
    by = person(str(asked.get("by", "")))
    library = opening.assistant().library
    file = marks_file(library.location)
    verdict = str(asked.get("verdict", ""))
    spot = None
    if verdict:
        if "start" in asked:
            document = library.document(str(asked.get("document", "")))
            spot = selected(document, asked.get("start"), asked.get("end"), str(asked.get("words", "")), say)
        elif "number" in asked:
            spot = _spot(_quote(answer, asked["number"], say))
        keep(file, make(answer, verdict, by, spot, say))
    mine = [one for one in standing(read(file)[0]) if one.by == by]
    turns = {
        str(number): _shown(exchange.answer, mine, by, bool(verdict) and exchange.answer is answer, say)
        for number, exchange in enumerate(conversation, start=1)
        if exchange.answer is not None
    }
    state: dict[str, Any] = {"by": by, "turns": turns}
    if spot is not None and verdict == "answers" and "start" in asked:
        state["spot"] = {"document": spot.document, "start": spot.start, "end": spot.end, "words": spot.quote}
    return state


def make(answer: Answer, verdict: str, by: str, spot: Spot | None, say: Words) -> Judgement:
    """The mark of an answer. Raises UsageError for a verdict that is none or has no place."""
    known = next((one for one in VERDICTS if one == verdict), None)
    if known is None:
        raise UsageError(say("marking.no-mark"))
    seen = [_spot(quote) for quote in _quotes(answer)] if known == "nothing answers" else []
    return judgement(answer.question, answer.after, known, by, spot=spot, seen=seen)  # type: ignore[arg-type]


def selected(document: Document, start: Any, end: Any, words: str, say: Words) -> Spot:
    """The place that a person selected, widened to whole words and without white space around it.

    Raises UsageError where the document does not have ``words`` at [start, end), or they are too many."""
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(document.text)):
        raise UsageError(say("marking.select-first"))
    text = document.text
    if " ".join(text[start:end].split()) != " ".join(words.split()):
        raise UsageError(say("marking.not-in-document"))
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        raise UsageError(say("marking.select-first"))
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    if end - start > _LONGEST:
        raise UsageError(say.count(end - start, "marking.too-long"))
    return Spot(document.name, start, end, text[start:end], pages_of(document, start, end))


def _shown(answer: Answer, mine: list[Judgement], by: str, just_marked: bool, say: Words) -> dict[str, Any]:
    asked = make(answer, "withdrawn", by, None, say).asked
    mine = [one for one in mine if one.asked == asked]
    verdicts = {one.spot.key: one.verdict for one in mine if one.spot}
    numbers = {_spot(quote).key: quote.number for quote in _quotes(answer)}
    places = {str(numbers[key]): said for key, said in verdicts.items() if key in numbers}
    nothing = any(one.verdict == "nothing answers" for one in mine)
    elsewhere = sum(key not in numbers and said == "answers" for key, said in verdicts.items())
    return {
        "places": places,
        "nothing": nothing,
        "words": _words(bool(mine), nothing, elsewhere, by, say) if mine or just_marked else "",
    }


def _words(any_mark: bool, nothing: bool, elsewhere: int, by: str, say: Words) -> str:
    if not any_mark:
        return say("marking.taken-back", by=by)
    if nothing:
        return say("marking.nothing", by=by)
    if elsewhere:
        return say.count(elsewhere, "marking.selected", by=by)
    return say("marking.marked", by=by)


def _answer(conversation: Conversation, turn: Any, say: Words) -> Answer:
    try:
        answer = conversation[int(turn) - 1].answer if int(turn) > 0 else None
    except (IndexError, TypeError, ValueError):
        answer = None
    if answer is None:
        raise UsageError(say("marking.answer-gone"))
    return answer


def _quotes(answer: Answer) -> tuple[Quote, ...]:
    return (*answer.quotes, *answer.nearest)


def _quote(answer: Answer, number: Any, say: Words) -> Quote:
    found = next((quote for quote in _quotes(answer) if str(quote.number) == str(number)), None)
    if found is None:
        raise UsageError(say("marking.quote-gone"))
    return found


def _spot(quote: Quote) -> Spot:
    return Spot(quote.document, quote.start, quote.end, quote.text, quote.pages)
