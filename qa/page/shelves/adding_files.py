"""Adding files, as HTML: where they are dropped, how far it is, what failed and why. Pure."""

from __future__ import annotations

from html import escape

from qa.page.ask import cards
from qa.page.shelves.journal import Item
from qa.page.shelves.progress import SHOWN, Look
from qa.page.texts import Words
from qa.page.trial.running import duration
from qa.reading import FORMATS

LISTS = ("metadata.csv", "metadata.tsv", ".bib", ".ris", ".csl.json", "references.json", "bibliography.json")
"""What is sent along because it may say something of the files; the reader knows which of it does."""


def drop_place(say: Words) -> str:
    """Where files are dropped or chosen; the same for all who come."""
    suffixes = " ".join(sorted(FORMATS))
    return (
        f"<h2>{escape(say('library.add'))}</h2>"
        f'<div class="drop" data-suffixes="{suffixes}" data-lists="{" ".join(LISTS)}">'
        f'<p class="lead">{escape(say("library.drop"))}</p>'
        '<p class="actions"><button type="button" data-do="files">'
        f'{escape(say("library.choose-files"))}</button><button type="button" data-do="folder">'
        f"{escape(say('library.choose-folder'))}</button></p>"
        f'<details class="kinds"><summary>{escape(say("library.what"))}</summary><p>'
        f'{escape(say("library.kinds"))} <span class="suffixes">{suffixes}</span></p>'
        f"<p>{escape(say('library.beside'))}</p></details>"
        '<input type="file" multiple hidden tabindex="-1" aria-hidden="true" class="files">'
        '<input type="file" webkitdirectory hidden tabindex="-1" aria-hidden="true" class="folder">'
        f'<div class="sending" hidden><p role="status" data-words="{escape(say("library.sending"))}" '
        f'data-not="{escape(say("library.not-sent"))}" data-none="{escape(say("library.none-readable"))}" '
        f'data-large="{escape(say("library.too-large"))}"></p>'
        f'<progress max="1" value="0" aria-label="{escape(say("library.sending-label"))}"></progress>'
        f'<button type="button" data-do="abort">{escape(say("library.cancel"))}</button></div></div>'
    )


def path_form(say: Words) -> str:
    """Where a path on this machine is typed."""
    return (
        f'<form class="path"><label>{escape(say("library.path"))} <input name="path" maxlength="4000" '
        f'autocomplete="off" spellcheck="false" placeholder="~/papers"></label>'
        f'<button type="submit">{escape(say("library.path-add"))}</button>'
        f'<p class="hint">{escape(say("library.path-hint"))}</p></form>'
    )


def progress(look: Look, say: Words) -> str:
    """How far adding is, or what came of it; "" where there is nothing to tell."""
    if look.is_empty:
        return ""
    over = sum(look.count(state) for state in ("done", "failed"))
    waiting = look.count("waiting")
    every = over + waiting + look.count("reading") + look.count("indexing")
    if look.running:
        inside = _running(look, over, every, say) + _failed(look, say)
        return f'<section class="intake running">{inside}</section>'
    return f'<section class="intake">{_ended(look, waiting, say)}{_failed(look, say)}</section>'


def _running(look: Look, over: int, every: int, say: Words) -> str:
    if look.stopping:
        words = say("library.stopping")
    elif look.looking:
        words = say("library.looking")
    else:
        words = say("library.adding", done=say.number(over), count=say.count(every, "count.file"))
        if look.left is not None:
            words += ", " + say("library.left", duration=duration(look.left, say))
    able = " disabled" if look.stopping else ""
    bar = f'<progress max="{max(1, every)}" value="{over}" aria-label="{escape(say("library.progress"))}">'
    rows = [_line(item, say) for item in look.last]
    if look.now is not None:
        rows.append(_line(look.now, say, look))
    rows += [_line(item, say) for item in look.next]
    more = look.count("waiting") - len(look.next)
    rest = f'<p class="hint">{escape(say.count(more, "library.more-wait"))}</p>' if more > 0 else ""
    return (
        f'<div class="head"><p class="now">{escape(words)}</p><button type="button" data-do="stop"{able}>'
        f"{escape(say('library.stop'))}</button></div>{bar}</progress><ul>{''.join(rows)}</ul>{rest}"
    )


def _line(item: Item, say: Words, look: Look | None = None) -> str:
    words = say(f"library.state.{item.what or item.state}")
    if look is not None and look.total:
        words = say(
            "library.indexing", done=say.number(look.done), count=say.count(look.total, "count.passage")
        )
        if look.file_left is not None:
            words += ", " + say("library.left", duration=duration(look.file_left, say))
    return (
        f'<li class="{escape(item.state)}"><span class="file">{escape(item.name)}</span> '
        f'<span class="state">{escape(words)}</span></li>'
    )


def _ended(look: Look, waiting: int, say: Words) -> str:
    lines = []
    if look.error:
        lines.append(cards.message(look.error))
    counts = [
        say.count(look.count(what), f"library.came.{what}")
        for what in ("added", "changed", "unchanged", "failed")
        if look.count(what)
    ]
    if counts:
        lines.append(f'<p class="came" role="status">{escape(" ".join(counts))}</p>')
    if look.skipped:
        lines.append(f'<p class="hint">{escape(say.count(look.skipped, "library.skipped"))}</p>')
    lines += [f'<p class="hint">{escape(warning)}</p>' for warning in look.warnings]
    if waiting:
        lines.append(
            f'<p class="waiting">{escape(say.count(waiting, "library.wait"))}</p><p class="actions">'
            f'<button type="button" data-do="resume">{escape(say("library.resume"))}</button>'
            f'<button type="button" data-do="forget">{escape(say("library.forget"))}</button></p>'
        )
    return "".join(lines)


def _failed(look: Look, say: Words) -> str:
    count = look.count("failed")
    end = ""
    if not look.running and not look.count("waiting"):
        again = (
            f'<button type="button" data-do="again">{escape(say("library.again"))}</button>' if count else ""
        )
        clear = f'<button type="button" data-do="forget">{escape(say("library.clear"))}</button>'
        end = f'<p class="actions">{again}{clear}</p>'
    if not count:
        return end
    rows = "".join(
        f'<li class="failed"><span class="file">{escape(item.name)}</span> '
        f'<span class="state">{escape(f"{item.reason} {item.advice}".strip())}</span></li>'
        for item in look.failed
    )
    rest = count - SHOWN
    more = f'<p class="hint">{escape(say.count(rest, "library.more-failed"))}</p>' if rest > 0 else ""
    return (
        f'<h3>{escape(say.count(count, "library.not-read"))}</h3><ul class="failures">{rows}</ul>{more}{end}'
    )
