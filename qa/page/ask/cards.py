"""An answer as HTML: the quotes first, each on a card with where it stands. Pure.

Text from documents is data: all of it passes through ``html.escape``, and a link is made of an address
only where that is http or https. Which question of the conversation it answers no card says: the turn that
it stands in does.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from qa.page.beside import document as source
from qa.page.beside.links import outside_link, web_address
from qa.page.beside.spoken import lang
from qa.page.texts import Words
from qa.types import Answer, Document, Quote

_STRENGTHS = ((0.85, "strong"), (0.65, "good"), (0.45, "fair"))
_FEW_PLACES = 3
REFERENCES = {"bibtex": "BibTeX", "ris": "RIS", "csl-json": "CSL-JSON"}
"""What one quote is handed out as, by the names of qa.exporting."""


def strength(probability: float) -> str:
    """The strength of the evidence: "strong", "good", "fair" or "weak"."""
    return next((word for least, word in _STRENGTHS if probability >= least), "weak")


def percent(probability: float) -> str:
    """ "87 %", as both languages of the page write it."""
    return f"{100 * probability:.0f}\N{NO-BREAK SPACE}%"


def pages(numbers: str | None, say: Words) -> str:
    """ "p. 921", "pp. 921–922", "" where the source has no pages."""
    if not numbers:
        return ""
    several = any(sign in numbers for sign in "–,")  # "B-3" is one page
    return say("card.pages" if several else "card.page", pages=numbers)


def copied(quote: Quote) -> str:
    """What "Copy quote with citation" puts on the clipboard."""
    address = web_address(quote.url)
    link = f"\n{address}" if address and address not in quote.citation else ""
    return f"“{quote.clean}”\n{quote.citation}{link}"


def answer(
    answer: Answer, documents: Mapping[str, Document], say: Words, *, rests: str = "", further: str = ""
) -> str:
    """The whole of an answer: its quotes, or that there are none and what came nearest.

    documents  by name, for the marks inside the quotes; of one that is missing the clean words are shown
    rests      HTML of what was searched, from ``searched``
    further    HTML of the way to more quotes, from ``further``
    """
    unresolved = _unresolved(answer, say)
    if answer.answered:
        chance = say("card.likely", chance=percent(answer.confidence))
        words = say(f"card.{strength(answer.confidence)}")
        lead = f'<p class="strength"><strong>{escape(words)}</strong>: {escape(chance)}.</p>'
        cards = [card(quote, documents.get(quote.document), say) for quote in answer.quotes]
        return lead + unresolved + "".join(cards) + further + rests + judging(say)
    nothing = f"<p><strong>{escape(say('card.no-answer'))}</strong></p>"
    lead = f'<div class="no-answer">{nothing}{unresolved}{rests}</div>'
    if not answer.nearest:
        return lead + judging(say)
    cards = [card(quote, documents.get(quote.document), say, near=True) for quote in answer.nearest]
    nearest = f'<section class="nearest"><h3>{escape(say("card.nearest"))}</h3>'
    return f"{lead}{nearest}{''.join(cards)}</section>{further}{judging(say)}"


def _unresolved(answer: Answer, say: Words) -> str:
    """That the question can hardly be understood without one before it."""
    if not answer.unresolved:
        return ""
    return f'<p class="unresolved">{escape(say("card.unresolved", word=answer.unresolved))}</p>'


def card(quote: Quote, document: Document | None, say: Words, *, near: bool = False) -> str:
    """One quote: its words, the answer phrase marked, then where they stand and what can be done."""
    kind = badge(quote, say)
    shown = f'<span class="badge">{escape(kind)}</span>' if kind else ""
    page = f'<span class="pages">{escape(pages(quote.pages, say))}</span>' if quote.pages else ""
    section = f'<span class="section">{escape(quote.section)}</span>' if quote.section else ""
    by = escape(quote.recognised or "")
    seen = f'<span class="recognised" title="{by}">{escape(say("card.recognised"))}</span>' if by else ""
    inside = shown + page + section + seen
    where = f'<p class="where">{inside}</p>' if inside else ""
    name = escape(say("card.near" if near else "card.quote", number=quote.number))
    return (
        f'<article class="card{" near" if near else ""}" aria-label="{name}" data-number="{quote.number}" '
        'tabindex="-1">'
        f'<span class="ordinal" aria-hidden="true">{quote.number}</span>'
        f"<blockquote{lang(quote.csl)}>{_words(quote, document, say, phrase=not near)}</blockquote>"
        f'{where}<p class="citation">{escape(quote.citation)}</p>'
        f"{_notes(quote, say)}{_places(quote, say)}{_buttons(quote, say)}</article>"
    )


def badge(quote: Quote, say: Words) -> str:
    """What a reader must know about whose words a quote is; the document's own text needs no badge."""
    if quote.voice == "text":
        return ""
    kinds = {"endnote": "endnote", "source": "source-note", "comment": "comment"}
    kind = kinds.get(quote.note_kind or "", "note") if quote.voice == "note" else quote.voice
    return say(f"card.{kind}")


def message(words: str, kind: str = "error") -> str:
    """A plain message in the chat."""
    return f'<p class="message {escape(kind)}">{escape(words)}</p>'


def _words(quote: Quote, document: Document | None, say: Words, *, phrase: bool) -> str:
    place = (quote.phrase.start, quote.phrase.end) if phrase and quote.phrase else None
    if document is not None and document.text[quote.start : quote.end] == quote.text:
        opens = {note.marker: say("card.open-note", marker=note.marker) for note in quote.notes}
        return source.inline(document, quote.start, quote.end, place, opens)
    # The document has changed or gone since: its marks no longer say where the apparatus stands.
    words = quote.phrase.text if phrase and quote.phrase else ""
    if words and quote.clean.count(words) == 1:
        before, _, after = quote.clean.partition(words)
        return f'{escape(before)}<mark class="phrase">{escape(words)}</mark>{escape(after)}'
    return escape(quote.clean)


def _notes(quote: Quote, say: Words) -> str:
    """Each note folded under its marker."""
    if not quote.notes:
        return ""
    items = "".join(
        f'<details class="note" data-note="{escape(note.marker)}">'
        f"<summary>{escape(say('card.note-marked', marker=note.marker))}</summary>"
        f"<p>{escape(note.text.strip())}</p></details>"
        for note in quote.notes
    )
    return f'<div class="notes" role="group" aria-label="{escape(say("card.notes"))}">{items}</div>'


def _places(quote: Quote, say: Words) -> str:
    if not quote.also_at:
        return ""
    shown = [f"<li>{escape(place.citation)}</li>" for place in quote.also_at]
    few, rest = shown[:_FEW_PLACES], shown[_FEW_PLACES:]
    more = (
        f"<details><summary>{escape(say.count(len(rest), 'card.more-places'))}</summary>"
        f"<ul>{''.join(rest)}</ul></details>"
        if rest
        else ""
    )
    return f'<div class="also"><p>{escape(say("card.also"))}</p><ul>{"".join(few)}</ul>{more}</div>'


def _buttons(quote: Quote, say: Words) -> str:
    number = quote.number
    references = "".join(
        f'<button type="button" data-do="save" data-to="{to}" data-number="{number}">{words}</button>'
        for to, words in REFERENCES.items()
    )
    return (
        '<div class="actions">'
        f'<button type="button" data-do="show" data-number="{number}">{escape(say("card.show"))}</button>'
        f'<button type="button" data-do="copy" data-copy="{escape(copied(quote))}">'
        f"{escape(say('card.copy'))}</button>"
        f'<span class="marks" role="group" aria-label="{escape(say("card.marks", number=number))}">'
        f"{mark('answers', say('card.answers'), number)}"
        f"{mark('does not answer', say('card.does-not'), number)}</span>"
        f'<span class="references" role="group" aria-label="{escape(say("card.references"))}">'
        f"{references}{outside_link(quote.url, say('card.web'))}</span></div>"
    )


def mark(verdict: str, words: str, number: int | None = None) -> str:
    """A button that is pressed while the mark stands: of quote ``number``, or of the whole answer."""
    place = "" if number is None else f' data-number="{number}"'
    return (
        f'<button type="button" class="mark" data-do="mark" data-verdict="{verdict}"'
        f'{place} aria-pressed="false">{escape(words)}</button>'
    )


def judging(say: Words) -> str:
    """The end of an answer: that nothing in it answers, who marks, and what came of marking."""
    return (
        f'<div class="actions judging">{mark("nothing answers", say("card.nothing"))}'
        f'<form class="by" hidden><label>{escape(say("card.your-name"))} '
        '<input name="by" autocomplete="name" maxlength="80" required></label>'
        f'<button type="submit">{escape(say("card.mark"))}</button></form>'
        '<span class="marked" role="status"></span>'
        f'<button type="button" class="rename" data-do="rename" hidden>{escape(say("card.rename"))}</button>'
        "</div>"
    )


def searched(
    answer: Answer,
    say: Words,
    *,
    read: int = 0,
    only: str = "",
    left_out: int = 0,
    dated: bool = False,
    leant: tuple[str, ...] = (),
) -> str:
    """What an answer rests on.

    read      passages that were read closely; 0 where that is not known
    only      the words for what was chosen to be searched, "" where it was everything
    left_out  documents that were not searched for that reason
    dated     whether a span of dates was chosen, which leaves out what has no date
    leant     earlier questions that were read together with this one
    """
    documents = say.count(answer.searched.documents, "count.document")
    passages = say.count(answer.searched.passages, "count.passage")
    seconds = say.decimal(answer.seconds, 2)
    said = [say("card.searched", documents=documents, passages=passages, seconds=seconds)]
    if read:
        said.append(say.count(read, "card.read"))
    if only:
        said.append(say("card.only", chosen=only))
        if left_out:
            said.append(say.count(left_out, "card.left-out"))
        if dated and left_out:
            said.append(say("card.undated"))
    if leant:
        said.append(say("card.leant", question=" ".join(f"“{question}”" for question in leant)))
    return f'<p class="searched">{escape(" ".join(said))}</p>'


def further(more: bool, say: Words) -> str:
    """The button for further quotes of an answer, or that there are none."""
    if not more:
        return f'<p class="searched">{escape(say("card.no-more"))}</p>'
    return f'<p class="actions"><button type="button" data-do="more">{escape(say("card.more"))}</button></p>'


def count(number: int, noun: str) -> str:
    """ "1 document", "3,842 documents"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
