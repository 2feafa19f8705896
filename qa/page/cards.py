"""An answer as HTML: the quotes first, each on a card with where it stands. Pure.

Text from documents is data: all of it passes through ``html.escape``, and a link is made of an address
only where that is http or https.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from qa.page import document as source
from qa.types import Answer, Document, Quote

BADGES = {"note": "Note", "heading": "Heading", "front": "Front matter"}
"""What a reader must know about whose words a quote is; the document's own text needs no badge."""
_NOTES = {"endnote": "Endnote", "source": "Source note", "comment": "Comment"}

_STRENGTHS = ((0.85, "Strong evidence"), (0.65, "Good evidence"), (0.45, "Fair evidence"))
_FEW_PLACES = 3


def strength(probability: float) -> str:
    """The strength of the evidence in words, with the probability: "Strong evidence, 87 %"."""
    words = next((words for least, words in _STRENGTHS if probability >= least), "Weak evidence")
    return f"{words}, {100 * probability:.0f}\N{NO-BREAK SPACE}%"


def pages(numbers: str | None) -> str:
    """ "p. 921", "pp. 921–922", "" where the source has no pages."""
    if not numbers:
        return ""
    several = any(sign in numbers for sign in "–,")  # "B-3" is one page
    return f"{'pp.' if several else 'p.'}\N{NO-BREAK SPACE}{numbers}"


def copied(quote: Quote) -> str:
    """What "Copy quote with citation" puts on the clipboard."""
    address = source.web_address(quote.url)
    link = f"\n{address}" if address and address not in quote.citation else ""
    return f"“{quote.clean}”\n{quote.citation}{link}"


def answer(answer: Answer, turn: int, documents: Mapping[str, Document]) -> str:
    """The whole of an answer: its quotes, or that there are none and what came nearest.

    turn       number of the question in the conversation; buttons carry it
    documents  by name, for the marks inside the quotes; of one that is missing the clean words are shown
    """
    if answer.answered:
        chance = f"{100 * answer.confidence:.0f}\N{NO-BREAK SPACE}% likely that the first quote answers"
        words = strength(answer.confidence).partition(",")[0]
        lead = f'<p class="strength"><strong>{words}</strong>: {chance}.</p>'
        cards = [card(quote, turn, documents.get(quote.document)) for quote in answer.quotes]
        return lead + "".join(cards) + _searched(answer) + judging(turn)
    lead = (
        '<div class="no-answer"><p><strong>The sources hold no answer that I can quote.</strong></p>'
        f"{_searched(answer)}</div>"
    )
    if not answer.nearest:
        return lead + judging(turn)
    cards = [card(quote, turn, documents.get(quote.document), near=True) for quote in answer.nearest]
    nearest = '<section class="nearest"><h3>What came nearest, not an answer</h3>'
    return f"{lead}{nearest}{''.join(cards)}</section>{judging(turn)}"


def card(quote: Quote, turn: int, document: Document | None, *, near: bool = False) -> str:
    """One quote: its words, the answer phrase marked, then where they stand and what can be done."""
    kind = _NOTES.get(quote.note_kind or "", BADGES["note"]) if quote.voice == "note" else None
    kind = kind or BADGES.get(quote.voice)
    badge = f'<span class="badge">{kind}</span>' if kind else ""
    page = f'<span class="pages">{escape(pages(quote.pages))}</span>' if quote.pages else ""
    section = f'<span class="section">{escape(quote.section)}</span>' if quote.section else ""
    by = escape(quote.recognised or "")
    seen = f'<span class="recognised" title="{by}">Recognised by OCR</span>' if by else ""
    where = f'<p class="where">{badge}{page}{section}{seen}</p>' if badge or page or section or seen else ""
    return (
        f'<article class="card{" near" if near else ""}" aria-label="Quote {quote.number}">'
        f'<span class="ordinal" aria-hidden="true">{quote.number}</span>'
        f"<blockquote>{_words(quote, document, phrase=not near)}</blockquote>"
        f'{where}<p class="citation">{escape(quote.citation)}</p>'
        f"{_notes(quote)}{_places(quote)}{_buttons(quote, turn)}</article>"
    )


def message(words: str, kind: str = "error") -> str:
    """A plain message in the chat."""
    return f'<p class="message {escape(kind)}">{escape(words)}</p>'


def _words(quote: Quote, document: Document | None, *, phrase: bool) -> str:
    place = (quote.phrase.start, quote.phrase.end) if phrase and quote.phrase else None
    if document is not None and document.text[quote.start : quote.end] == quote.text:
        return source.inline(document, quote.start, quote.end, place)
    # The document has changed or gone since: its marks no longer say where the apparatus stands.
    words = quote.phrase.text if phrase and quote.phrase else ""
    if words and quote.clean.count(words) == 1:
        before, _, after = quote.clean.partition(words)
        return f'{escape(before)}<mark class="phrase">{escape(words)}</mark>{escape(after)}'
    return escape(quote.clean)


def _notes(quote: Quote) -> str:
    if not quote.notes:
        return ""
    items = "".join(
        f"<li><sup>{escape(note.marker)}</sup> {escape(note.text.strip())}</li>" for note in quote.notes
    )
    return f'<ul class="notes" aria-label="Notes to this quote">{items}</ul>'


def _places(quote: Quote) -> str:
    if not quote.also_at:
        return ""
    shown = [f"<li>{escape(place.citation)}</li>" for place in quote.also_at[:_FEW_PLACES]]
    rest = len(quote.also_at) - len(shown)
    more = f"<li>and {rest} more {'place' if rest == 1 else 'places'}</li>" if rest else ""
    return f'<div class="also"><p>Also at</p><ul>{"".join(shown)}{more}</ul></div>'


def _buttons(quote: Quote, turn: int) -> str:
    return (
        '<p class="actions">'
        f'<button type="button" data-do="show" data-turn="{turn}" data-number="{quote.number}">'
        "Show in source</button>"
        f'<button type="button" data-do="copy" data-copy="{escape(copied(quote))}">'
        "Copy quote with citation</button>"
        f"{source.outside_link(quote.url, 'Open on the web')}"
        f'<span class="marks" role="group" aria-label="Mark quote {quote.number}">'
        f"{mark(turn, 'answers', 'This answers', quote.number)}"
        f"{mark(turn, 'does not answer', 'This does not', quote.number)}</span></p>"
    )


def mark(turn: int, verdict: str, words: str, number: int | None = None) -> str:
    """A button that is pressed while the mark stands: of quote ``number``, or of the whole answer."""
    place = "" if number is None else f' data-number="{number}"'
    return (
        f'<button type="button" class="mark" data-do="mark" data-verdict="{verdict}" data-turn="{turn}"'
        f'{place} aria-pressed="false">{words}</button>'
    )


def judging(turn: int) -> str:
    """The end of an answer: that nothing in it answers, who marks, and what came of marking."""
    return (
        f'<div class="actions judging">{mark(turn, "nothing answers", "Nothing here answers")}'
        f'<form class="by" data-turn="{turn}" hidden><label>Your name, kept with each mark '
        '<input name="by" autocomplete="name" maxlength="80" required></label>'
        '<button type="submit">Mark</button></form><span class="marked" role="status"></span>'
        '<button type="button" class="rename" data-do="rename" hidden>Change name</button></div>'
    )


def _searched(answer: Answer) -> str:
    documents, passages = answer.searched.documents, answer.searched.passages
    return (
        f'<p class="searched">Searched {count(documents, "document")}, {count(passages, "passage")}'
        f" in {answer.seconds:.2f}\N{NO-BREAK SPACE}s.</p>"
    )


def count(number: int, noun: str) -> str:
    """ "1 document", "3,842 documents"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
