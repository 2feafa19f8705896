"""The list of documents as HTML: the filter, a page of rows, what can be done with those ticked. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from qa.page.shelves.shelf import (
    COLUMNS,
    FILE_COLUMNS,
    FileSummary,
    Filter,
    Listing,
    View,
    files,
    on_page,
    pages,
)
from qa.page.texts import Words

if TYPE_CHECKING:
    from qa.library.protocol import DocumentSummary

_FACETS = ("sender", "recipient", "collection")
_OFFERED = 300
"""Values of a field that are offered while it is typed."""


def filters(say: Words) -> str:
    """The form above the list; the same for all who come. What it holds the browser keeps."""
    fields = "".join(
        f'<label>{escape(say(f"library.filter.{name}"))} <input name="{name}" list="shelf-{name}" '
        'maxlength="200" autocomplete="off"></label>'
        for name in _FACETS
    )
    return (
        '<form class="filters" role="search">'
        f'<label class="words">{escape(say("library.words"))} <input name="words" type="search" '
        f'maxlength="300" autocomplete="off" placeholder="{escape(say("library.words-hint"))}"></label>'
        f"<details><summary>{escape(say('library.more-filters'))}</summary><div>"
        f'<label>{escape(say("library.filter.date_from"))} <input name="date_from" maxlength="10" size="10" '
        f'autocomplete="off" placeholder="1945-11"></label>'
        f'<label>{escape(say("library.filter.date_to"))} <input name="date_to" maxlength="10" size="10" '
        f'autocomplete="off" placeholder="1947"></label>{fields}'
        f'<label>{escape(say("library.filter.type"))} <input name="type" list="shelf-type" maxlength="60" '
        'autocomplete="off"></label></div></details>'
        f'<button type="reset">{escape(say("library.clear-filters"))}</button></form>'
    )


def table(listing: Listing, view: View, say: Words, wrong: str = "") -> str:
    """What the view shows; ``wrong`` says what is amiss with the filter."""
    if not len(listing):
        return f"<h2>{escape(say('library.in-it'))}</h2><p>{escape(say('library.nothing'))}</p>"
    found = listing.found(view.filter)
    by_file = files(found, view) if view.by == "file" else None
    rows: Sequence[object] = by_file if by_file is not None else listing.ordered(found, view)
    first, last = on_page(rows, view.page)
    shown = rows[first:last]
    columns = _columns(listing, view)
    head = _head(columns, view, say)
    if by_file is not None:
        body = "".join(_file_row(one, say) for one in shown)  # type: ignore[arg-type]
    else:
        body = "".join(_row(one, columns, say) for one in shown)  # type: ignore[arg-type]
    empty = "" if rows else f'<p class="hint">{escape(say("library.none-found"))}</p>'
    error = f'<p class="message error" role="alert">{escape(wrong)}</p>' if wrong else ""
    grid = (
        f'<div class="table" role="region" tabindex="0" aria-label="{escape(say("library.in-it"))}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        if rows
        else ""
    )
    return (
        f"{_title(listing, found, view, say)}{error}{empty}{grid}"
        f"{_pager(len(rows), first, last, view, say)}{_actions(len(rows), view, say)}{_offers(listing)}"
    )


def _title(listing: Listing, found: Sequence[DocumentSummary], view: View, say: Words) -> str:
    every = say.count(len(listing), "count.document")
    words = say("library.holds", documents=every)
    if not view.filter.is_empty:
        words = say("library.found", found=say.number(len(found)), documents=every)
    choices = "".join(
        f'<button type="button" data-do="look" data-by="{by}" aria-pressed="{str(view.by == by).lower()}">'
        f"{escape(say(f'library.by-{by}'))}</button>"
        for by in ("document", "file")
    )
    return (
        f'<div class="title"><h2><span role="status">{escape(words)}</span></h2>'
        f'<div class="by" role="group" aria-label="{escape(say("library.by"))}">{choices}</div></div>'
    )


def _columns(listing: Listing, view: View) -> list[str]:
    """Those in which there is something."""
    if view.by == "file":
        return list(FILE_COLUMNS)
    filled = listing.filled()
    return [column for column in COLUMNS if column in filled or column == "title"]


def _head(columns: Sequence[str], view: View, say: Words) -> str:
    cells = [
        f'<th scope="col" class="tick"><input type="checkbox" data-tick="page" '
        f'aria-label="{escape(say("library.tick-page"))}"></th>'
    ]
    for column in columns:
        sorts = view.sort == column
        order = ("descending" if view.descending else "ascending") if sorts else "none"
        sign = ("\N{DOWNWARDS ARROW}" if view.descending else "\N{UPWARDS ARROW}") if sorts else ""
        cells.append(
            f'<th scope="col" class="col-{column}" aria-sort="{order}"><button type="button" data-do="look" '
            f'data-sort="{column}">{escape(_called(column, view, say))}'
            f'<span aria-hidden="true">{sign}</span></button></th>'
        )
    return "".join(cells)


def _called(column: str, view: View, say: Words) -> str:
    if column in ("documents", "passages", "source"):
        return say(f"library.column.{column}")
    if column == "title" and view.by == "file":
        return say("library.column.source")
    return say(f"source.field.{column}")


def _row(one: DocumentSummary, columns: Sequence[str], say: Words) -> str:
    title = one.title or one.name
    beneath = f'<span class="name">{escape(one.name)}</span>' if title != one.name else ""
    cells = [
        f'<td class="col-title"><button type="button" data-do="open" data-document="{escape(one.name)}">'
        f"{escape(title)}</button>{beneath}</td>"
    ]
    for column in columns[1:]:
        value = getattr(one, column)
        if column == "date":
            value = f"{one.date} \N{EN DASH} {one.until}" if one.until and one.date else one.date
        elif column == "type":
            value = (one.type or "").replace("_", " ")
        elif column == "passages":
            value = say.number(one.passages)
        elif column == "source" and one.source == one.name:
            value = ""
        cells.append(f'<td class="col-{column}">{escape(str(value or ""))}</td>')
    return f"<tr>{_tick(one.name, title, say)}{''.join(cells)}</tr>"


def _file_row(one: FileSummary, say: Words) -> str:
    ends = one.until if one.until and one.until != one.date else ""
    date = f"{one.date} \N{EN DASH} {ends}" if ends else one.date or ""
    return (
        f"<tr>{_tick(one.path, one.name, say)}"
        f'<td class="col-title"><button type="button" data-do="within" data-words="{escape(one.name)}">'
        f'{escape(one.name)}</button><span class="name">{escape(one.path)}</span></td>'
        f'<td class="col-date">{escape(date)}</td><td class="col-documents">{say.number(one.documents)}</td>'
        f'<td class="col-passages">{say.number(one.passages)}</td></tr>'
    )


def _tick(name: str, title: str, say: Words) -> str:
    words = escape(say("library.tick", title=title))
    return f'<td class="tick"><input type="checkbox" data-tick="{escape(name)}" aria-label="{words}"></td>'


def _pager(count: int, first: int, last: int, view: View, say: Words) -> str:
    if pages(count) == 1:
        return ""
    end = pages(count) - 1
    here = min(view.page, end)

    def step(key: str, page: int, able: bool) -> str:
        return (
            f'<button type="button" data-do="look" data-page="{page}"{"" if able else " disabled"}>'
            f"{escape(say(f'library.{key}'))}</button>"
        )

    words = say("library.rows", first=say.number(first + 1), last=say.number(last), count=say.number(count))
    return (
        f'<nav class="pager" aria-label="{escape(say("library.pages"))}">'
        f"{step('first', 0, here > 0)}{step('previous', here - 1, here > 0)}<span>{escape(words)}</span>"
        f"{step('next', here + 1, here < end)}{step('last', end, here < end)}</nav>"
    )


def _actions(count: int, view: View, say: Words) -> str:
    """What can be done with what is ticked, or with all that was found. The script fills in the numbers."""
    found = (
        ""
        if view.filter.is_empty or not count
        else '<p class="found actions"><button type="button" data-do="choose-found">'
        f"{escape(say('library.choose-found', n=say.number(count)))}</button></p>"
    )
    ask, doing = escape(say("library.take-out-sure")), escape(say("library.taking-out"))
    return (
        f'{found}<div class="ticked" data-rows="{count}" hidden><p class="actions"><span class="number" '
        f'role="status" data-words="{escape(say("library.ticked"))}"></span>'
        f'<button type="button" data-do="tick-all" data-words="{escape(say("library.tick-all"))}"></button>'
        f'<button type="button" data-do="choose-ticked">{escape(say("library.choose-ticked"))}</button>'
        f'<button type="button" data-do="take-out">{escape(say("library.take-out"))}</button>'
        f'<button type="button" data-do="untick">{escape(say("library.untick"))}</button></p>'
        f'<div class="sure" role="alertdialog" aria-label="{escape(say("library.take-out"))}" hidden>'
        f'<p data-words="{ask}" data-doing="{doing}"></p><p class="actions">'
        f'<button type="button" data-do="sure">{escape(say("library.take-out-yes"))}</button>'
        f'<button type="button" data-do="keep">{escape(say("library.take-out-no"))}'
        "</button></p></div></div>"
    )


def _offers(listing: Listing) -> str:
    """The values of fields, offered while they are typed."""
    lists = []
    for name in (*_FACETS, "type"):
        values = listing.common(name, _OFFERED)
        options = "".join(f'<option value="{escape(value)}"></option>' for value in values)
        lists.append(f'<datalist id="shelf-{name}">{options}</datalist>')
    return "".join(lists)


def in_words(wanted: Filter, say: Words) -> str:
    """A filter as a person would say it, for the chip above the question."""
    parts = (
        [f"\N{LEFT DOUBLE QUOTATION MARK}{wanted.words.strip()}\N{RIGHT DOUBLE QUOTATION MARK}"]
        if (wanted.words.strip())
        else []
    )
    for name in (*_FACETS, "type"):
        if value := getattr(wanted, name).strip():
            parts.append(f"{say(f'library.filter.{name}')}: {value}")
    first, last = wanted.date_from.strip(), wanted.date_to.strip()
    if first and last:
        parts.append(say("scope.span", first=first, last=last))
    elif first:
        parts.append(say("scope.since", first=first))
    elif last:
        parts.append(say("scope.until", last=last))
    return ", ".join(parts)
