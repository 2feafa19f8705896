"""Documents taken out of the library and put back, in the page's words."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from babel.dates import format_datetime

from qa.errors import IbidError
from qa.page.ask import cards
from qa.page.serve.opening import Opening
from qa.page.shelves import trash
from qa.page.texts import Words

if TYPE_CHECKING:
    from qa.library.protocol import Library


def take_out(opening: Opening, names: Sequence[str], say: Words) -> str:
    """Takes documents or source files out; what came of it, as HTML."""
    try:
        library = opening.assistant().library
        made = trash.take_out(library, names)
    except IbidError as error:
        return cards.message(str(error))
    _settle(library)
    words = say("library.taken-out", documents=say.count(made.documents, "count.document"))
    return f'<div role="status">{cards.message(words, "done")}</div>'


def put_back(opening: Opening, key: str, say: Words) -> str:
    """Puts back what was taken out; what came of it, as HTML."""
    try:
        library = opening.assistant().library
        count = trash.put_back(library, key)
    except IbidError as error:
        return cards.message(str(error))
    _settle(library)
    words = say("library.put-back", documents=say.count(count, "count.document"))
    return f'<div role="status">{cards.message(words, "done")}</div>'


def listing(opening: Opening, needed: Collection[str], say: Words) -> str:
    """What can be put back, and until when. ``needed`` are copies of uploads that wait to be added. Raises
    IbidError, OSError."""
    library = opening.assistant().library
    kept = {*needed, *(one.path for one in library.sources())} if trash.any_kept(library.location) else set()
    found = trash.taken(library.location, kept)
    if not found:
        return ""
    rows = "".join(
        f'<li><span>{escape(_words(one, say))}</span> <button type="button" data-do="undo" '
        f'data-key="{escape(one.key)}">{escape(say("library.undo"))}</button> '
        f'<span class="hint">{escape(say("library.undo-until", time=_time(one.until, say)))}</span></li>'
        for one in found
    )
    return f'<section class="taken"><h3>{escape(say("library.taken"))}</h3><ul>{rows}</ul></section>'


def _words(one: trash.Taken, say: Words) -> str:
    titles = "; ".join(one.titles)
    if one.documents > len(one.titles):
        titles += "; …"
    return f"{_time(one.when, say)}: {say.count(one.documents, 'count.document')} ({titles})"


def _time(seconds: float, say: Words) -> str:
    return format_datetime(datetime.fromtimestamp(seconds), "d MMM, HH:mm", locale=say.language)


def _settle(library: Library) -> None:
    """Brings the search indexes up to date behind the page, so that the next question need not wait."""

    def flush() -> None:
        with suppress(IbidError):
            library.flush()

    threading.Thread(target=flush, name="settling", daemon=True).start()
