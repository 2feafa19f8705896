"""What came of checking a draft, as HTML: the quotation first, then what is wrong with it, then its source.
Pure. Words of drafts and documents are data: all of them pass through ``html.escape``."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from qa.page.texts import Words
from qa.types import Quote

if TYPE_CHECKING:
    from qa.draft import Change, Check, Checked, Quotation, Verdict

ORDER: tuple[Verdict, ...] = (
    "altered", "joined", "misattributed", "not found", "too short", "exact",
)  # fmt: skip
"""The verdicts on the page: first what is to be mended."""

_LONG = 700
"""Characters of a quotation that are shown of a long one that is right."""


def lead(say: Words) -> str:
    """What the pane is for."""
    return f'<h2>{escape(say("draft.title"))}</h2><p class="lead">{escape(say("draft.lead"))}</p>'


def waiting(name: str, words: str, share: float | None, say: Words) -> str:
    """How far the check of a draft is; ``share`` in [0, 1], None where nothing is known."""
    bar = "" if share is None else f' value="{share:.3f}"'
    return (
        f'<div class="waiting"><p role="status">{escape(name)}: {escape(words)}</p>'
        f'<progress max="1"{bar} aria-label="{escape(say("draft.progress"))}"></progress>'
        f'<button type="button" data-do="clear">{escape(say("draft.stop"))}</button></div>'
    )


def results(checked: Checked, say: Words) -> str:
    """The whole of a check: how many of what, then each quotation in the order of the draft."""
    entries = "".join(entry(check, say) for check in checked.checks)
    return (
        f'<section class="checked" aria-label="{escape(say("draft.result"))}">'
        f"{_summary(checked, say)}{entries}{_rest(checked, say)}</section>"
    )


def _summary(checked: Checked, say: Words) -> str:
    total = len(checked.checks)
    head = f'<h3 tabindex="-1">{escape(checked.name)}</h3>'
    buttons = (
        '<p class="actions tools">'
        f'<button type="button" data-do="save" data-to="markdown">{escape(say("draft.save-markdown"))}'
        f'</button><button type="button" data-do="save" data-to="json">{escape(say("draft.save-json"))}'
        "</button>"
        f'<button type="button" data-do="clear">{escape(say("draft.away"))}</button></p>'
    )
    if not total:
        return f'{head}<p role="status">{escape(say("draft.no-quotations"))}</p>{buttons}'
    searched = say.count(checked.documents, "count.document")
    seconds = say.number(round(checked.seconds, 1))
    line = say("draft.compared", n=say.count(total, "draft.quotations"), searched=searched, seconds=seconds)
    good = f" <strong>{escape(say('draft.all-right'))}</strong>" if checked.right else ""
    chips = _chip("", say("draft.all"), total, say, pressed=True)
    chips += "".join(
        _chip(verdict, say(f"draft.verdict.{key(verdict)}"), checked.counts[verdict], say)
        for verdict in ORDER
        if checked.counts[verdict]
    )
    only = escape(say("draft.show-only"))
    return (
        f'{head}<p role="status">{escape(line)}{good}</p>'
        f'<div class="verdicts" role="group" aria-label="{only}">{chips}</div>{buttons}'
    )


def _chip(verdict: str, words: str, count: int, say: Words, *, pressed: bool = False) -> str:
    return (
        f'<button type="button" class="{key(verdict)}" data-do="only" data-verdict="{key(verdict)}" '
        f'aria-pressed="{str(pressed).lower()}">{escape(words)} <b>{say.number(count)}</b></button>'
    )


def key(verdict: str) -> str:
    """A verdict as a key and a class: "not-found"."""
    return verdict.replace(" ", "-")


def entry(check: Check, say: Words) -> str:
    """One quotation with its verdict."""
    quotation, verdict = check.quotation, key(check.verdict)
    words = say(f"draft.verdict.{verdict}")
    title = escape(say("draft.quotation", n=say.number(quotation.number)))
    body = _changed(check.changes, say) if check.verdict == "altered" else _quoted(check)
    return (
        f'<article class="check {verdict}" data-verdict="{verdict}" aria-label="{title}: {escape(words)}">'
        f'<p class="where"><span class="badge">{escape(words)}</span>'
        f'<span class="ordinal">{title}</span><span>{escape(where(quotation, say))}</span></p>'
        f"<blockquote>{body}</blockquote>{_told(check, say)}{_sources(check, say)}</article>"
    )


def where(quotation: Quotation, say: Words) -> str:
    """Where in the draft it stands, in words."""
    parts = [
        say("draft.line", n=say.number(quotation.line))
        if quotation.line
        else say("draft.paragraph", n=say.number(quotation.paragraph))
    ]
    if quotation.note:
        parts.append(say("draft.note", n=quotation.note))
    if quotation.heading:
        parts.append(quotation.heading[:80])
    return " · ".join(parts)


def _quoted(check: Check) -> str:
    words = " ".join(re.sub(r"(?m)^[ \t]*>[ \t]?", "", check.quotation.text).split())
    if check.verdict in ("exact", "too short") and len(words) > _LONG:
        words = words[:_LONG].rsplit(" ", 1)[0] + " …"
    return escape(words)


def _changed(changes: tuple[Change, ...], say: Words) -> str:
    """The quotation with what the draft has struck out and what the source has beside it."""
    from qa.draft.comparing import joined

    yours, theirs = escape(say("draft.yours")), escape(say("draft.theirs"))
    pieces = []
    for change in changes:
        if change.allowed:
            pieces.append((change.quoted, escape(change.quoted)))
            continue
        struck = f'<del><span class="unseen">{yours} </span>{escape(change.quoted)}</del>'
        set_in = f'<ins><span class="unseen">{theirs} </span>{escape(change.source)}</ins>'
        # Beside each other the two words need a space, whatever mark the second begins with.
        both = (
            f"{struck} {set_in}" if change.quoted and change.source else struck if change.quoted else set_in
        )
        pieces.append((change.quoted or change.source, both))
    return joined(pieces)


def _told(check: Check, say: Words) -> str:
    """What is wrong, in a line or two."""
    lines = []
    match check.verdict:
        case "altered":
            kinds = ", ".join(say(f"draft.kind.{kind.replace(' ', '-')}") for kind in check.kinds)
            lines.append(say("draft.changed", kinds=kinds))
            if check.kinds == ("capitals",):
                lines.append(say("draft.bracket-capital"))
        case "joined":
            lines.append(say("draft.joined-of", n=say.number(len(check.quotes))))
        case "not found":
            lines.append(say("draft.nowhere"))
        case "too short":
            lines.append(say.count(check.places, "draft.short"))
        case "exact" if check.omitted:
            lines.append(say.count(check.omitted, "draft.omitted"))
        case _:
            pass
    lines += attributed(check, say)
    if check.places > 1 and check.verdict in ("exact", "misattributed"):
        lines.append(say.count(check.places, "draft.places"))
    return "".join(f'<p class="told">{escape(line)}</p>' for line in lines)


def attributed(check: Check, say: Words) -> list[str]:
    """What is to be said of its citation."""
    said = check.attribution
    if said.standing == "document":
        words = say("draft.wrong-document", named=said.named) if said.named else say("draft.wrong-work")
        return [words, say("draft.cited", citation=said.citation[:300])]
    if said.standing == "page":
        return [say("draft.wrong-page", cited=said.cited, right=said.pages)]
    if said.standing == "none" and check.verdict in ("exact", "altered", "joined"):
        return [say("draft.uncited")]
    if said.standing == "unknown" and check.verdict in ("exact", "altered", "joined"):
        return [say("draft.unknown-citation")]
    return []


def _sources(check: Check, say: Words) -> str:
    if not check.quotes:
        return ""
    head = f'<p class="label">{escape(say("draft.nearest"))}</p>' if check.verdict == "not found" else ""
    shown = check.verdict in ("joined", "not found")
    return head + "".join(
        _source(check, number, quote, say, words=shown) for number, quote in enumerate(check.quotes)
    )


def _source(check: Check, number: int, quote: Quote, say: Words, *, words: bool) -> str:
    clean = " ".join(quote.clean.split())
    text = f'<p class="source-words">{escape(clean)}</p>' if words else ""
    place = f'data-number="{check.quotation.number}" data-quote="{number}"'
    right = f"“{clean}”\n{quote.citation}"
    copy_words = (
        ""
        if check.verdict in ("exact", "misattributed", "too short")
        else f'<button type="button" data-do="copy" data-copy="{escape(right)}">'
        f"{escape(say('draft.copy-words'))}</button>"
    )
    return (
        f'<div class="from">{text}<p class="citation">{escape(quote.citation)}</p><p class="actions">'
        f'<button type="button" data-do="show" {place}>{escape(say("draft.show"))}</button>'
        f'<button type="button" data-do="copy" data-copy="{escape(quote.citation)}">'
        f"{escape(say('draft.copy-citation'))}</button>{copy_words}</p></div>"
    )


def _rest(checked: Checked, say: Words) -> str:
    """What was not checked: titles of works, marks that nothing closes."""
    made = ""
    if checked.titles:
        items = "".join(
            f"<li>{escape(one.text)} <span>{escape(where(one, say))}</span></li>" for one in checked.titles
        )
        summary = escape(say.count(len(checked.titles), "draft.titles"))
        made += f'<details class="rest"><summary>{summary}</summary><ul>{items}</ul></details>'
    if checked.unclosed:
        items = "".join(
            f"<li>{escape(words)} <span>{escape(say('draft.at', n=say.number(at)))}</span></li>"
            for at, words in checked.unclosed
        )
        summary = escape(say.count(len(checked.unclosed), "draft.unclosed"))
        made += f'<details class="rest"><summary>{summary}</summary><ul>{items}</ul></details>'
    return made
