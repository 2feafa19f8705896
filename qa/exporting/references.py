"""Everything that a conversation quotes, each work once, for reference managers and as a plain list."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from qa.citing import bibtex, bibtex_key, ris
from qa.exporting.conversation import Conversation, pages


def as_bibtex(conversation: Conversation) -> str:
    """BibTeX (with biblatex's dates) in UTF-8. The pages of a work that has none of its own are those that
    are quoted; what is quoted stands in ``annote`` besides. No two entries have the same key."""
    taken: set[str] = set()
    entries = []
    for item, places in _works(conversation):
        key = free = bibtex_key(item)
        number = 1
        while free.casefold() in taken:  # keys that differ in capitals only are the same to BibTeX
            number += 1
            free = f"{key}-{number}"
        taken.add(free.casefold())
        entries.append(bibtex(_paged(item, places), key=free, quoted=_quoted(places)))
    return "\n".join(entries)


def as_ris(conversation: Conversation) -> str:
    """RIS records, one after another; what is quoted stands in a note (N1) besides."""
    return "".join(ris(_paged(item, places), quoted=_quoted(places)) for item, places in _works(conversation))


def as_csl_json(conversation: Conversation) -> str:
    """A list of CSL-JSON items with ids of their own; ``custom.quoted`` holds the places that are quoted,
    as locators with their labels."""
    items = []
    for item, places in _works(conversation):
        custom = item.get("custom")
        quoted = [{"label": label, "locator": locator} for label, locator in places]
        own = custom if isinstance(custom, dict) else {}
        items.append({**item, **({"custom": {**own, "quoted": quoted}} if quoted else {})})
    return json.dumps(items, ensure_ascii=False, indent=2, default=dict) + "\n"


def as_text(conversation: Conversation) -> str:
    """The list of works as plain text, one a line, in the style's order."""
    return "".join("".join(run.text for run in entry) + "\n" for entry in conversation.works.entries())


def _works(conversation: Conversation) -> Iterable[tuple[dict[str, Any], list[tuple[str, str]]]]:
    return zip(conversation.works.items, conversation.works.places, strict=True)


def _paged(item: dict[str, Any], places: list[tuple[str, str]]) -> dict[str, Any]:
    """The item with all its quoted pages as one locator: these formats know no other place for them."""
    printed = [locator for label, locator in places if label == "page"]
    return {**item, "locator": ", ".join(printed), "label": "page"} if printed else item


def _quoted(places: list[tuple[str, str]]) -> str:
    """ "Quoted: pp. 921–922; p. 6n3; n. 4" """
    named = [
        pages(locator) if label == "page" else f"{'n.' if label == 'note' else label} {locator}"
        for label, locator in places
    ]
    return f"Quoted: {'; '.join(named)}" if named else ""
