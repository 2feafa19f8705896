"""What is known of an unpublished paper, and of where it lies, as CSL variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from qa.types import Metadata

UNPUBLISHED = frozenset({"document", "letter", "manuscript", "personal_communication"})


def unpublished(item: Mapping[str, Any]) -> bool:
    """Whether the item is a paper of its own, not printed in anything."""
    return item.get("type", "document") in UNPUBLISHED and not item.get("container-title")


def described(item: Mapping[str, Any], known: Metadata) -> dict[str, Any]:
    """``item`` with what ``known`` says and it does not: repository, collection, box and folder; of an
    unpublished paper also sender, recipient, file number and, without a title, "Sender to Recipient"."""
    made = dict(item)
    boxed = [
        words if re.match(r"(?i)(box|folder|file)\b", words) else f"{kind} {words}"
        for kind, words in (("box", known.box), ("folder", known.folder))
        if words
    ]
    facts: dict[str, Any] = {
        "archive": known.repository,
        "archive_collection": known.collection,
        "archive_location": ", ".join(boxed),
    }
    if unpublished(item):
        facts |= {
            "author": [{"literal": known.sender}] if known.sender else None,
            "recipient": [{"literal": known.recipient}] if known.recipient else None,
        }
        if known.file_number and known.file_number != item.get("number"):
            facts["call-number" if item.get("number") else "number"] = known.file_number
        if known.sender and known.recipient and not known.title:
            facts["title"] = f"{known.sender} to {known.recipient}"
    made.update((name, value) for name, value in facts.items() if value and not item.get(name))
    return made


def for_notes(item: Mapping[str, Any]) -> dict[str, Any]:
    """A tidy unpublished item as this project's own style wants it: who wrote to whom is said once, in the
    names or in the title; a file number stands apart from the number that a telegram has of its own."""
    made = dict(item)
    made.pop("annote", None)
    title, writer, reader = made.get("title", ""), made.get("author"), made.get("recipient")
    if writer and reader:
        if title.casefold() in {f"{a} to {b}".casefold() for a in _forms(writer) for b in _forms(reader)}:
            # The names tell it, in full if they are known in full.
            del made["title"]
        elif any(a in title for a in _forms(writer)) and any(b in title for b in _forms(reader)):
            del made["author"], made["recipient"]
    number = made.get("number", "")
    if number and "call-number" not in made and not re.fullmatch(r"[A-Za-z]*[ -]?\d[\d,]*", number):
        made["call-number"] = made.pop("number")
    return made


def _forms(names: list[dict[str, str]]) -> list[str]:
    """The ways in which a title names these people."""
    if len(names) != 1:
        return []
    name = names[0]
    if name.get("literal"):
        return [name["literal"]]
    family, given = name.get("family", ""), name.get("given", "")
    return [form for form in (family, f"{given} {family}".strip(), f"{family}, {given}") if form]
