"""Names and dates to the passages that may answer."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date

import numpy as np

from qa.errors import UsageError
from qa.library.lookup import unknown, whole
from qa.library.protocol import Scope
from qa.library.sql import Connection
from qa.types import Searched

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


def scope(connection: Connection, names: Sequence[str], date_from: str | None, date_to: str | None) -> Scope:
    """The passages of the documents that are ``within`` names and dates. Raises UnknownDocument,
    UsageError."""
    found = within(connection, names, date_from, date_to)
    ranges = sorted((first, count) for _, first, count in found)
    ids = [np.arange(first, first + count, dtype=np.int64) for first, count in ranges]
    passages = np.concatenate(ids) if ids else np.empty(0, np.int64)
    return Scope(passages, Searched(len(ranges), len(passages)))


def within(
    connection: Connection, names: Sequence[str], date_from: str | None, date_to: str | None
) -> list[tuple[str, int, int]]:
    """The documents that any of ``names`` names, and whose date lies in [date_from, date_to]: name, first
    passage, number of passages.

    A document known to the month or year alone, or dated by a span, is in when any day of it is; one
    without a date is out where a date is asked for. Raises UnknownDocument, UsageError."""
    for given in (date_from, date_to):
        if given:
            _confirm_date(given)
    if date_from and date_to and date_from > date_to + "~":
        raise UsageError(f"The time asked for ends before it begins: from {date_from} to {date_to}.")
    chosen: set[int] | None = None
    if names:
        names = [whole(name) for name in names]
        found = _exact(connection, names)
        chosen = set().union(*found.values())
        for name in names:
            if name not in found:
                chosen |= _beginning(connection, name)
    # "~" sorts after digits and "-": a month or year followed by it is its last moment.
    rows = connection.execute(
        "SELECT id, name, first, passages FROM documents "
        "WHERE (?1 IS NULL OR coalesce(until, date) || '~' >= ?1) AND (?2 IS NULL OR date <= ?2 || '~')",
        (date_from or None, date_to or None),
    )
    return [(name, first, count) for id_, name, first, count in rows if chosen is None or id_ in chosen]


def _confirm_date(given: str) -> None:
    parts = [int(part) for part in given.split("-")] if _DATE.fullmatch(given) else []
    try:
        date(*[*parts, 1, 1][:3])
    except (ValueError, TypeError) as error:
        raise UsageError(
            f'"{given}" is no date. Write a year, a month or a day: 1945, 1945-11 or 1945-11-22.'
        ) from error


def known(connection: Connection, names: Sequence[str]) -> tuple[str, ...]:
    """Those of these names that a scope can be made of, in this order."""
    found = _exact(connection, names)

    def is_beginning(name: str) -> bool:
        try:
            return bool(_beginning(connection, name))
        except UsageError:
            return False

    return tuple(name for name in names if name in found or is_beginning(name))


def _exact(connection: Connection, names: Sequence[str]) -> dict[str, set[int]]:
    """The documents that just these names mean, a document's or a source file's; all names in one go, for a
    choice may have thousands."""
    found: dict[str, set[int]] = {}
    for name, id_ in connection.execute(
        "SELECT wanted.value, documents.id FROM json_each(?) AS wanted "
        "JOIN documents ON documents.name = wanted.value",
        (json.dumps(list(names)),),
    ):
        found.setdefault(name, set()).add(id_)
    asked = set(names)
    for source, name, path in connection.execute("SELECT id, name, path FROM sources").fetchall():
        for given in {name, path} & asked:
            inside = connection.execute("SELECT id FROM documents WHERE source = ?", (source,))
            found.setdefault(given, set()).update(id_ for (id_,) in inside)
    return found


def _beginning(connection: Connection, name: str) -> set[int]:
    """All documents whose names begin with it and go on with something that is no letter or digit:
    "frus1961-63v06" is the volume, ".../d3" is not d30. Raises UnknownDocument where there is none."""
    stem = name.rstrip("/")
    begins = connection.execute(
        "SELECT id, substr(name, ?2 + 1, 1) FROM documents WHERE substr(name, 1, ?2) = ?1",
        (stem, len(stem)),
    )
    found = {id_ for id_, following in begins if not following.isalnum()} if stem else set()
    if not found:
        raise unknown(connection, name)
    return found
