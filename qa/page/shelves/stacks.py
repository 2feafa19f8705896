"""What the Library tab shows, drawn: the files being added, the list of documents, what can be put back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from qa.errors import IbidError, UsageError
from qa.page.ask import cards, choosing
from qa.page.serve.opening import Opening
from qa.page.shelves import adding_files, shelf, shelf_table, taking_out
from qa.page.shelves.intake import Intake
from qa.page.shelves.shelf import Filter, Listing, View
from qa.page.texts import Words

_LONGEST = 300  # characters of a field of the filter


class Stacks:
    """One library as its tab sees it; shared by all who look. ``drawn`` gives all three parts at once."""

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.intake = Intake()
        self.listing = Listing()

    def drawn(self, view: View, say: Words) -> tuple[str, str, str]:
        """(the files being added, the list, what can be put back) as HTML."""
        table, taken = self.table(view, say), self.taken(say)
        return self.adding(say), table, taken  # last: the others may wait for a file in hand

    def adding(self, say: Words) -> str:
        """How far adding is, also what an earlier program left undone."""
        with suppress(IbidError):
            self.intake.recover(self.opening.assistant().library.location)
        return adding_files.progress(self.intake.look(), say)

    def table(self, view: View, say: Words, wrong: str = "") -> str:
        """The list of documents; ``wrong`` says what is amiss with its filter."""
        try:
            now = self.listing.read(self.opening.assistant().library)
        except IbidError as error:
            return cards.message(str(error), "hint")
        return shelf_table.table(now, view, say, wrong)

    def taken(self, say: Words) -> str:
        """What was taken out and can be put back."""
        try:
            return taking_out.listing(self.opening, self.intake.paths(), say)
        except (IbidError, OSError):
            return ""

    def meant(self, view: View, asked: Mapping[str, Any], say: Words) -> tuple[tuple[str, ...], str]:
        """What a browser means by its ticks ("names"), or by "all" that was found: names of documents or
        paths of source files, and how a chip calls them ("": by their names). Raises UsageError for
        nothing, LibraryError."""
        now = self.listing.read(self.opening.assistant().library)
        noun = "count.file" if view.by == "file" else "count.document"
        if asked.get("all"):
            found = now.found(view.filter)
            names = [one.path for one in shelf.files(found)] if view.by == "file" else [d.name for d in found]
            said = shelf_table.in_words(view.filter, say)
            count = say.count(len(names), noun)
            words = f"{said}: {count}" if said else count
        else:
            names = list(choosing.names_in(asked.get("names")))
            words = say.count(len(names), noun) if len(names) > choosing.CHIPS else ""
        if not names:
            raise UsageError(say("library.tick-first"))
        return tuple(names), words


def filtered(given: Mapping[str, Any], say: Words) -> tuple[Filter, str]:
    """The filter that a browser sends, and what is wrong with its dates; those are then left out."""
    words = {name: str(given.get(name) or "").strip()[:_LONGEST] for name in Filter.__slots__}
    wrong = ""
    for name in ("date_from", "date_to"):
        if words[name] and not choosing.is_date(words[name]):
            wrong, words[name] = say("scope.no-date", given=words[name]), ""
    return Filter(**words), wrong
