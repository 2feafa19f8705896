"""Words on a server: tsvector and GIN find, BM25 ranks, with the statistics that the tables keep.

The words are analysed as those of the embedded library are (``qa.library.words.terms``: folded, Snowball),
and BM25 is computed exactly, with Tantivy's rounding of lengths: the two libraries score alike. PostgreSQL's
own ts_rank knows no rarity of words, and is used to count them alone (see schema.py).

Not every passage with "the" in it is scored. Words are taken from the rarest on until what the others can
add is less than what the last of the best ``limit`` has already: a passage without one of these words is not
among the best (MaxScore; Turtle & Flood 1995). See LIKELY for what they can add.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qa.library.postgres.dialect import PostgresConnection
from qa.library.postgres.schema import MOST_COUNTED
from qa.library.words import MAX_TERMS

K1, B = 1.2, 0.75

LIKELY = 0.5
"""What a word is held to bring at most, as a share of what any number of its occurrences could: once in a
passage of average length brings 0.45 of it. With 1 no passage could be missed; with 0.5 the best ten are
those of Tantivy, and 99.91 % of the best 150 (80 questions over 37,475 passages: benchmarks/postgres.py)."""

_FIRST = 10  # times ``limit``: passages to begin with
_LAST_PLACE = 16_383  # a tsvector knows no place behind it
_FREE = 24  # lengths up to 16 more than this are exact


@dataclass(frozen=True, slots=True)
class _Part:
    """A word in a field: ``weight`` is the most it can add to a score."""

    term: str
    field: str  # "body" or "context"
    weight: float
    frequency: int


def vector(words: Sequence[str]) -> str:
    """A tsvector's text of these words at their places."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words, 1):
        places.setdefault(word, []).append(min(place, _LAST_PLACE))
    return " ".join(
        f"{_quoted(word)}:{','.join(map(str, found[:MOST_COUNTED]))}" for word, found in places.items()
    )


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def rounded(length: int) -> int:
    """A field's length in words as Tantivy (and Lucene) remembers it, in a byte: four significant bits of
    what exceeds 24."""
    above = length - _FREE
    if above < 16:
        return length
    shift = above.bit_length() - 4
    return _FREE + (above >> shift << shift)


def search(
    connection: PostgresConnection,
    words: Sequence[str],
    limit: int,
    context_weight: float,
    among: str | None,
) -> list[tuple[int, float]]:
    """Ids and BM25 scores of the best ``limit`` passages that share a word with ``words``, best first, equal
    ones by id; only ids in the multirange ``among`` where it is given. Raises psycopg.Error."""
    ((total, body_words, context_words),) = connection.ask(
        "SELECT passages, body_words, context_words FROM meta"
    ).fetchall()
    parts = _parts(connection, words, total, context_weight)
    if not parts or limit <= 0:
        return []
    mean = {"body": body_words / total or 1.0, "context": context_words / total or 1.0}
    taken = _enough(parts, _FIRST * limit)
    while True:
        found = _scored(connection, parts[:taken], parts, mean, limit, among)
        least = found[-1][1] if len(found) >= limit else 0.0
        # The parts are in order of rarity; how many are needed for the rest to weigh less than the least.
        rest, needed = 0.0, len(parts)
        while needed and rest + LIKELY * parts[needed - 1].weight < least:
            needed -= 1
            rest += LIKELY * parts[needed].weight
        if taken >= needed:
            return found
        taken = needed


def _parts(
    connection: PostgresConnection, words: Sequence[str], total: int, context_weight: float
) -> list[_Part]:
    """What is searched for, the rarest first."""
    rows = connection.ask(
        "SELECT term, body, context FROM terms WHERE term = ANY(%s)", (list(dict.fromkeys(words)),)
    ).fetchall()
    if len(rows) > MAX_TERMS:
        rows = sorted(rows, key=lambda row: (row[1] + row[2], row[0]))[:MAX_TERMS]
    fields = [("body", 1, 1.0), ("context", 2, context_weight)]
    parts = [
        _Part(row[0], field, weight * (K1 + 1) * _rarity(row[at], total), row[at])
        for row in rows
        for field, at, weight in fields
        if row[at] > 0 and weight > 0
    ]
    return sorted(parts, key=lambda part: (part.frequency, part.term, part.field))


def _rarity(frequency: int, total: int) -> float:
    # BM25's idf (Robertson & Zaragoza 2009, eq. 3.3 in its always-positive form), as in Tantivy.
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def _enough(parts: Sequence[_Part], wanted: int) -> int:
    """How many of the rarest parts stand in so many passages together, at most."""
    passages = 0
    for taken, part in enumerate(parts, 1):
        passages += part.frequency
        if passages >= wanted:
            return taken
    return len(parts)


def _scored(
    connection: PostgresConnection,
    finding: Sequence[_Part],
    scoring: Sequence[_Part],
    mean: dict[str, float],
    limit: int,
    among: str | None,
) -> list[tuple[int, float]]:
    """The best of the passages that hold one of the parts ``finding``, scored by all of ``scoring``."""
    values: dict[str, object] = {"limit": limit, "among": among}
    sought = []
    for field in ("body", "context"):
        terms = [_quoted(part.term) for part in finding if part.field == field]
        if terms:
            values[field] = " | ".join(terms)
            sought.append(f"{field} @@ %({field})s::tsquery")
    sums = []
    for number, part in enumerate(scoring):
        values[f"t{number}"] = _quoted(part.term)
        values[f"w{number}"] = part.weight
        # weight x tf / (tf + norm): nothing where the word is not there
        sums.append(
            f"%(w{number})s * (1 - {part.field}_norm / "
            f"({part.field}_norm + occurrences({part.field}, %(t{number})s::tsquery)))"
        )
    norms = ", ".join(
        f"{K1} * ({1 - B} + {B} * {field}_length / {mean[field]!r}::float8) AS {field}_norm" for field in mean
    )
    inside = "AND passage <@ %(among)s::int8multirange " if among is not None else ""
    rows = connection.ask(
        f"SELECT passage, {' + '.join(sums)} AS score FROM ("
        f"SELECT passage, body, context, {norms} FROM words WHERE ({' OR '.join(sought)}) {inside}OFFSET 0"
        ") AS found ORDER BY score DESC, passage LIMIT %(limit)s",
        values,
    ).fetchall()
    return [(int(passage), float(score)) for passage, score in rows]
