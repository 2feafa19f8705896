"""What the concordance shows, as HTML: the form, the counts, the lines. Pure.

Words of documents are data: all of them pass through ``html.escape``."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from qa.concordance import ORDERS, WHERE, Concordance, InDocument, InYear, Line
from qa.page.ask import cards
from qa.page.search import plot
from qa.page.texts import Words

if TYPE_CHECKING:
    from qa.page.search.concordance import Looking

DOCUMENTS = 100
"""Documents in the table of counts; the rest stand in the one that is saved."""

YEARS = 150
"""Years that are drawn each for itself; of more, decades."""

_UNSEEN = 60  # characters of a title in a line


def form(say: Words) -> str:
    """The form that asks for words."""

    def check(name: str, on: bool) -> str:
        checked = " checked" if on else ""
        return (
            f'<label><input type="checkbox" name="{name}"{checked}> '
            f"{escape(say(f'concordance.{name}'))}</label>"
        )

    options = "".join(f'<option value="{one}">{escape(say(f"concordance.{one}"))}</option>' for one in WHERE)
    return (
        f'<form class="seek" role="search"><div class="words"><label class="unseen" for="seek-words">'
        f"{escape(say('concordance.words'))}</label>"
        f'<input id="seek-words" name="words" type="search" maxlength="300" autocomplete="off" '
        f'placeholder="{escape(say("concordance.placeholder"))}" aria-describedby="seek-help">'
        f'<button type="submit" class="go">{escape(say("concordance.find"))}</button></div>'
        f'<fieldset><legend class="unseen">{escape(say("concordance.options"))}</legend>'
        f"{check('whole', True)}{check('stems', False)}{check('variants', False)}"
        f'<label>{escape(say("concordance.where"))} <select name="where">{options}</select></label>'
        "</fieldset>"
        f'<p class="help" id="seek-help">{escape(say("concordance.help"))}</p></form>'
    )


def waiting(words: str) -> str:
    """What is waited for."""
    return f'<div role="status">{cards.message(words, "waiting")}</div>'


def progress(now: tuple[int, int] | None, say: Words) -> str:
    """How many of the documents' texts are ready."""
    if now is None:
        return waiting(say("concordance.looking"))
    done, of = now
    documents = say.count(of, "count.document")
    return waiting(say("concordance.ready", done=say.number(done), documents=documents))


def results(
    looking: Looking, made: Concordance, lines: Sequence[Line], first: int, count: int, say: Words
) -> str:
    """All of it: ``lines`` are those from ``first`` on of the ``count`` that are looked at."""
    return (
        f'<section class="concordance" data-year="{looking.year or ""}">{_head(looking, made, say)}'
        f"{_forms(looking, made, say)}{_years(made, say) if len(made) else ''}"
        f"{_lines(looking, made, lines, first, count, say) if len(made) else ''}"
        f"{_documents(made, say) if len(made) else ''}</section>"
    )


def _head(looking: Looking, made: Concordance, say: Words) -> str:
    searched = say.count(len(made.entries), "count.document")
    narrowed = "" if looking.chosen.everything else f" {say('concordance.narrowed')}"
    words = looking.sought.words.strip()
    if not len(made):
        return (
            f'<h2 tabindex="-1">{escape(say("concordance.none", words=words))}</h2>'
            f'<p class="told">{escape(say("concordance.none-in", documents=searched) + narrowed)}</p>'
            f'<p class="told">{escape(say("concordance.try-wider"))}</p>'
        )
    documents = say.count(len(made.in_documents), "concordance.documents-in")
    places = say.count(len(made), "concordance.places", documents=documents)
    every = say("concordance.every", documents=searched, seconds=say.decimal(made.seconds, 2))
    return (
        f'<h2 tabindex="-1"><q>{escape(words)}</q> {escape(places)}</h2>'
        f'<p class="told">{escape(every + narrowed)}</p>'
    )


def _forms(looking: Looking, made: Concordance, say: Words) -> str:
    """What the words were widened to; each can be left out, and taken in again."""
    rows = []
    for word, forms in made.forms:
        others = "".join(
            _form(form, "without", say("concordance.leave-out", word=form)) for form in forms[1:]
        )
        rows.append(f'<p class="forms">{escape(say("concordance.forms", word=word))} {others}</p>')
    if looking.sought.without:
        others = "".join(
            _form(form, "with", say("concordance.take-in", word=form)) for form in looking.sought.without
        )
        rows.append(f'<p class="forms out">{escape(say("concordance.back-in"))} {others}</p>')
    return "".join(rows)


def _form(form: str, what: str, title: str) -> str:
    sign = "\N{MULTIPLICATION SIGN}" if what == "without" else "+"
    return (
        f'<button type="button" class="form" data-do="turn" data-what="{what}" data-value="{escape(form)}" '
        f'aria-label="{escape(title)}" title="{escape(title)}">{escape(form)} <span>{sign}</span></button>'
    )


def _years(made: Concordance, say: Words) -> str:
    """The plot of the years, and its figures as a table."""
    dated = [one for one in made.in_years if one.year is not None]
    undated = next((one for one in made.in_years if one.year is None), None)
    if not dated:
        return ""
    drawn = decades(dated) if len(dated) > YEARS else dated
    rows = "".join(
        _year_row(one, say) for one in (*(y for y in dated if y.places), *([undated] if undated else []))
    )
    heads = "".join(
        f'<th scope="col">{escape(say(f"concordance.{name}"))}</th>'
        for name in ("year", "number", "in-documents", "of-documents", "rate")
    )
    choices = "".join(
        f'<button type="button" data-do="measure" data-measure="{name}" aria-pressed="{pressed}">'
        f"{escape(say(f'concordance.{key}'))}</button>"
        for name, key, pressed in (("places", "by-places", "true"), ("rate", "by-rate", "false"))
    )
    return (
        f'<figure class="years"><figcaption><h3>{escape(say("concordance.years"))}</h3>'
        f'<span class="measures" role="group" aria-label="{escape(say("concordance.measure"))}">'
        f"{choices}</span></figcaption>{_plot(drawn, say, rate=False)}{_plot(drawn, say, rate=True)}"
        f"<details><summary>{escape(say('concordance.as-table'))}</summary>"
        f'<div class="table"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<p class="told">{escape(say("concordance.spans"))}</p></details></figure>'
    )


def _plot(years: Sequence[InYear], say: Words, *, rate: bool) -> str:
    def told(one: InYear) -> str:
        return say.decimal(one.rate, 2) if rate else say.number(one.places)

    every = []
    for one in years:
        assert one.year is not None
        documents = say.count(one.documents, "concordance.documents-in")
        places = say.count(one.places, "concordance.places", documents=documents)
        words = f"{places}; {say.decimal(one.rate, 2)} {say('concordance.by-rate')}" if rate else places
        title = say("concordance.per-year", year=one.year, places=words)
        every.append(
            plot.Bar(one.year, str(one.year), one.rate if rate else one.places, title, str(one.year))
        )
    most = max(years, key=lambda one: one.rate if rate else one.places)
    name = "concordance.plot-rate" if rate else "concordance.plot"
    says = say(name, first=years[0].year, last=years[-1].year, year=most.year, n=told(most))
    return plot.bars(every, says, told(most), name="rate" if rate else "places", hidden=rate)


def decades(years: Sequence[InYear]) -> list[InYear]:
    found: dict[int, list[InYear]] = {}
    for one in years:
        assert one.year is not None
        found.setdefault(one.year // 10 * 10, []).append(one)
    return [
        InYear(
            decade,
            sum(one.places for one in of),
            sum(one.documents for one in of),
            sum(one.searched for one in of),
            sum(one.words for one in of),
        )
        for decade, of in found.items()
    ]


def _year_row(one: InYear, say: Words) -> str:
    if one.year is None:
        name = escape(say("concordance.undated"))
    else:
        name = (
            f'<button type="button" data-do="turn" data-what="year" data-value="{one.year}" '
            f'data-kind="number">{one.year}</button>'
        )
    figures = [say.number(n) for n in (one.places, one.documents, one.searched)]
    cells = "".join(f"<td>{escape(figure)}</td>" for figure in (*figures, say.decimal(one.rate, 2)))
    return f'<tr><th scope="row">{name}</th>{cells}</tr>'


def _lines(
    looking: Looking, made: Concordance, lines: Sequence[Line], first: int, count: int, say: Words
) -> str:
    from qa.page.search.concordance import ROWS

    options = "".join(
        f'<option value="{one}"{" selected" if one == looking.order else ""}>'
        f"{escape(say(f'concordance.order-{one}'))}</option>"
        for one in ORDERS
    )
    only = ""
    if looking.year is not None:
        only = say("concordance.only-year", year=looking.year)
    elif looking.document is not None:
        title = next((e.title for e in made.entries if e.name == looking.document), looking.document)
        only = say("concordance.only-document", title=title)
    if only:
        again = escape(say("concordance.all-again"))
        only = (
            f'<span class="only">{escape(only)} <button type="button" data-do="turn" data-what="all" '
            f'aria-label="{again}" title="{again}">'
            "\N{MULTIPLICATION SIGN}</button></span>"
        )
    turns = pager(first, count, ROWS, say)
    return (
        f'<div class="places"><div class="head"><h3>{escape(say("concordance.lines"))}</h3>{only}'
        f'<label>{escape(say("concordance.order"))} <select data-change="order">{options}</select></label>'
        "</div>"
        f"{turns if count > ROWS else ''}"
        f'<ol class="kwic" start="{first + 1}">{"".join(_line(line, say) for line in lines)}</ol>'
        f"{turns}{_saves(say)}</div>"
    )


def _line(line: Line, say: Words) -> str:
    kind = "" if line.voice == "text" else say(f"concordance.{line.voice}")
    badge = f'<span class="badge">{escape(kind)}</span> ' if kind else ""
    title = line.title if len(line.title) <= _UNSEEN else line.title[:_UNSEEN].rstrip() + "…"
    where = " · ".join(part for part in (line.date, cards.pages(line.pages, say), title) if part)
    name = escape(say("concordance.show", words=line.words, number=say.number(line.number)))
    return (
        f'<li><span class="left"><span>{escape(line.left)}</span></span>'
        f'<button type="button" class="word" data-do="place" data-number="{line.number}" aria-label="{name}">'
        f'{escape(line.words)}</button><span class="right">{escape(line.right)}</span>'
        f'<span class="at" title="{escape(line.title)} ({escape(line.document)})">{badge}'
        f"{escape(where)}</span>"
        "</li>"
    )


def pager(first: int, count: int, rows: int, say: Words, name: str = "concordance.pages") -> str:
    """The way through a list: what is shown of it, and buttons to its other pages. ``name`` is its key."""
    last = min(first + rows, count)
    shown = say("concordance.range", first=say.number(first + 1), last=say.number(last), n=say.number(count))
    if count <= rows:
        return f'<p class="pager"><span>{escape(shown)}</span></p>'
    end = (count - 1) // rows * rows

    def button(name: str, to: int, off: bool) -> str:
        # Not "disabled": the focus would be lost on the way to the last page.
        return (
            f'<button type="button" data-do="turn" data-what="first" data-value="{to}" data-kind="number"'
            f'{" aria-disabled=true" if off else ""} data-name="{name}">'
            f"{escape(say(f'concordance.{name}'))}</button>"
        )

    return (
        f'<nav class="pager" aria-label="{escape(say(name))}">'
        f"{button('first', 0, first == 0)}{button('previous', max(0, first - rows), first == 0)}"
        f"<span>{escape(shown)}</span>"
        f"{button('next', min(end, first + rows), first == end)}{button('last', end, first == end)}</nav>"
    )


def _saves(say: Words) -> str:
    buttons = " ".join(
        f'<button type="button" data-do="save" data-what="{what}">'
        f"{escape(say(f'concordance.save-{what}'))}</button>"
        for what in ("lines", "documents", "years")
    )
    return f'<p class="actions"><span>{escape(say("concordance.save"))}</span> {buttons}</p>'


def _documents(made: Concordance, say: Words) -> str:
    every = made.in_documents
    rows = "".join(
        f'<tr><th scope="row"><button type="button" data-do="turn" data-what="document" '
        f'data-value="{escape(one.name)}">{escape(one.title)}</button>{_name(one)}</th>'
        f"<td>{escape(one.date or '')}</td><td>{escape(say.number(one.places))}</td>"
        f"<td>{escape(say.decimal(10_000 * one.places / one.words if one.words else 0, 1))}</td></tr>"
        for one in every[:DOCUMENTS]
    )
    heads = "".join(
        f'<th scope="col">{escape(say(f"concordance.{name}"))}</th>'
        for name in ("document", "date", "number", "rate")
    )
    rest = len(every) - DOCUMENTS
    more = f'<p class="told">{escape(say.count(rest, "concordance.rest"))}</p>' if rest > 0 else ""
    return (
        f'<details class="by-document"><summary>{escape(say("concordance.by-document"))} '
        f"({escape(say.number(len(every)))})</summary>"
        f'<div class="table"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{more}'
        "</details>"
    )


def _name(one: InDocument) -> str:
    """What a document is called, below its title: of editorial notes there are many."""
    return "" if one.name == one.title else f"<small>{escape(one.name)}</small>"
