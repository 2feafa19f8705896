"""Names and dates to the passages that may answer."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from datetime import date

import numpy as np

from qa.errors import UsageError
from qa.library.protocol import Scope
from qa.library.shelving import unknown
from qa.types import Searched

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


def scope(
    connection: sqlite3.Connection, names: Sequence[str], date_from: str | None, date_to: str | None
) -> Scope:
    """The documents that any of ``names`` names, and whose date lies in [date_from, date_to].

    A document known to the month or year alone, or dated by a span, is in when any day of it is; one
    without a date is out where a date is asked for. Raises UnknownDocument, UsageError."""
    for given in (date_from, date_to):
        if given:
            _confirm_date(given)
    if date_from and date_to and date_from > date_to + "~":
        raise UsageError(f"The time asked for ends before it begins: from {date_from} to {date_to}.")
    chosen: set[int] | None = None
    if names:
        chosen = set()
        for name in names:
            chosen |= _named(connection, name)
    # "~" sorts after digits and "-": a month or year followed by it is its last moment.
    rows = connection.execute(
        "SELECT id, first, passages FROM documents "
        "WHERE (?1 IS NULL OR coalesce(until, date) || '~' >= ?1) AND (?2 IS NULL OR date <= ?2 || '~')",
        (date_from or None, date_to or None),
    )
    ranges = sorted((first, count) for id_, first, count in rows if chosen is None or id_ in chosen)
    ids = [np.arange(first, first + count, dtype=np.int64) for first, count in ranges]
    passages = np.concatenate(ids) if ids else np.empty(0, np.int64)
    return Scope(passages, Searched(len(ranges), len(passages)))


def _confirm_date(given: str) -> None:
    parts = [int(part) for part in given.split("-")] if _DATE.fullmatch(given) else []
    try:
        date(*[*parts, 1, 1][:3])
    except (ValueError, TypeError) as error:
        raise UsageError(
            f'"{given}" is no date. Write a year, a month or a day: 1945, 1945-11 or 1945-11-22.'
        ) from error


def _named(connection: sqlite3.Connection, name: str) -> set[int]:
    """A document or source file of just this name, else all documents whose names begin with it and go
    on with something that is no letter or digit: "frus1961-63v06" is the volume, ".../d3" is not d30."""
    exact = connection.execute(
        "SELECT documents.id FROM documents JOIN sources ON sources.id = source "
        "WHERE documents.name = ?1 OR sources.name = ?1 OR sources.path = ?1",
        (name,),
    ).fetchall()
    if exact:
        return {id_ for (id_,) in exact}
    stem = name.rstrip("/")
    begins = connection.execute(
        "SELECT id, substr(name, ?2 + 1, 1) FROM documents WHERE substr(name, 1, ?2) = ?1",
        (stem, len(stem)),
    )
    found = {id_ for id_, following in begins if not following.isalnum()} if stem else set()
    if not found:
        raise unknown(connection, name)
    return found
