"""Vectors on a server: pgvector, at half precision.

Exact while the vectors are few, and wherever a scope leaves few; else HNSW, which goes on until enough of
what it finds lies in the scope (pgvector's iterative scans)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.library.postgres.dialect import PostgresConnection

EXACT_UP_TO = 100_000
"""Vectors that are compared one by one; with more than these, HNSW (see docs/postgres.md for what each
takes)."""

INDEX = "vectors_near"

_DISTANCE = "(vector <#> %(query)s::halfvec)"  # the inner product, negative
_EF_SEARCH = 400  # candidates that HNSW keeps while it looks; pgvector takes 1,000 at most
_COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
_COPY_END = struct.pack("!h", -1)


def multirange(ids: NDArray[np.int64]) -> str:
    """Ids (ascending, unique) as a multirange: passages of a document follow each other, so a scope of many
    passages is a few ranges."""
    if not len(ids):
        return "{}"
    breaks = np.flatnonzero(np.diff(ids) != 1)
    firsts = ids[np.concatenate(([0], breaks + 1))]
    lasts = ids[np.concatenate((breaks, [len(ids) - 1]))]
    pairs = zip(firsts.tolist(), lasts.tolist(), strict=True)
    return "{" + ",".join(f"[{first},{last}]" for first, last in pairs) + "}"


def store(connection: PostgresConnection, arriving: Sequence[tuple[int, int, NDArray[np.float16]]]) -> None:
    """Writes vectors: of each document its id, its first passage's (the others follow), and the vectors
    (passages, dimension). Raises psycopg.Error."""
    arriving = [one for one in arriving if len(one[2])]
    if not arriving:
        return
    with connection.raw.cursor().copy("COPY vectors FROM STDIN WITH (FORMAT binary)") as copy:
        copy.write(_COPY_HEADER)
        for document, first, halves in arriving:
            copy.write(_rows(document, first, halves))
        copy.write(_COPY_END)


def _rows(document: int, first: int, halves: NDArray[np.float16]) -> bytes:
    """Rows of PostgreSQL's binary COPY: how many fields, then each one's length and bytes; all big-endian. A
    halfvec is its dimension, two bytes of nothing, and its numbers."""
    width = halves.shape[1]
    rows = np.zeros(len(halves), np.dtype([
        ("fields", ">i2"), ("id_size", ">i4"), ("id", ">i8"), ("in_size", ">i4"), ("in", ">i8"),
        ("size", ">i4"), ("dimension", ">i2"), ("unused", ">i2"), ("vector", ">f2", width),
    ]))  # fmt: skip
    rows["fields"], rows["id_size"], rows["in_size"], rows["size"] = 3, 8, 8, 4 + 2 * width
    rows["id"], rows["in"] = np.arange(first, first + len(halves)), document
    rows["dimension"], rows["vector"] = width, halves
    return rows.tobytes()


def stored(
    connection: PostgresConnection, ids: Sequence[int], dimension: int
) -> dict[int, NDArray[np.float16]]:
    """The vectors of those ids that are there."""
    rows = connection.ask(
        "SELECT passage, halfvec_send(vector) FROM vectors WHERE passage = ANY(%s)", (list(ids),)
    )
    return {id_: np.frombuffer(sent, ">f2", dimension, 4) for id_, sent in rows}


def search(
    connection: PostgresConnection,
    query: NDArray[np.float32],
    limit: int,
    among: NDArray[np.int64] | None,
) -> list[tuple[int, float]]:
    """The ``limit`` ids whose vectors have the highest inner product with ``query`` (dimension,), best first,
    equal ones by id; only ids in ``among`` (ascending) where it is given. Raises
    psycopg.Error."""
    if limit <= 0 or (among is not None and not len(among)):
        return []
    ((passages,),) = connection.ask("SELECT passages FROM meta").fetchall()
    values = {
        "query": "[" + ",".join(map(repr, query.astype(np.float32).tolist())) + "]",
        "limit": limit,
        "among": None if among is None else multirange(among),
    }
    few = passages <= EXACT_UP_TO or (among is not None and len(among) <= EXACT_UP_TO)
    if few or not _is_indexed(connection):
        # The sum keeps the planner from the index, whatever it thinks of it: this is to be exact.
        order = f"{_DISTANCE} + 0, passage"
    else:
        order = "distance"
        connection.ask(
            f"SET LOCAL hnsw.ef_search = {max(_EF_SEARCH, min(1000, 2 * limit))}; "
            "SET LOCAL hnsw.iterative_scan = strict_order; SET LOCAL enable_seqscan = off"
        )
    if among is None:
        source = "vectors"
    elif few and len(among) * 4 < passages:
        # From range to range by the primary key.
        source = (
            "unnest(%(among)s::int8multirange) AS one JOIN vectors "
            "ON passage >= lower(one) AND passage < upper(one)"
        )
    else:
        source = "vectors WHERE passage <@ %(among)s::int8multirange"
    rows = connection.ask(
        f"SELECT passage, {_DISTANCE} AS distance FROM {source} ORDER BY {order} LIMIT %(limit)s", values
    ).fetchall()
    if order == "distance":  # a view's transaction goes on
        connection.ask("SET LOCAL enable_seqscan TO DEFAULT")
    return sorted(((int(i), -float(d)) for i, d in rows), key=lambda pair: (-pair[1], pair[0]))


def _is_indexed(connection: PostgresConnection) -> bool:
    return bool(connection.ask(
        "SELECT FROM pg_index WHERE indexrelid = to_regclass(%s) AND indisvalid", (INDEX,)
    ).fetchall())  # fmt: skip


def index(connection: PostgresConnection) -> bool:
    """Builds the index where there are many vectors and none is there, beside others' work; whether it did.
    One process at a time. Not inside a transaction. Raises psycopg.Error."""
    ((passages,),) = connection.ask("SELECT passages FROM meta").fetchall()
    if passages <= EXACT_UP_TO or _is_indexed(connection):
        return False
    key = "hashtext('ibid index'), hashtext(current_schema())"
    ((is_ours,),) = connection.ask(f"SELECT pg_try_advisory_lock({key})").fetchall()
    if not is_ours:
        return False
    try:
        connection.ask(f"DROP INDEX IF EXISTS {INDEX}")  # what a build that was broken off left
        connection.ask(f"CREATE INDEX CONCURRENTLY {INDEX} ON vectors USING hnsw (vector halfvec_ip_ops)")
    finally:
        connection.ask(f"SELECT pg_advisory_unlock({key})")
    return True
