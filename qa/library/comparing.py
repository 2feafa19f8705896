"""What stands in a library's SQLite file compared with itself, to the letter: passages with their texts,
counts with what is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import numpy as np

from qa.library import stored
from qa.library.changes import State
from qa.library.opening import FILE, to_read
from qa.types import MarkKind, Voice

MOST = 20
"""Places that are named of one kind of damage."""

_VOICES = frozenset(get_args(Voice))
_KINDS = frozenset(get_args(MarkKind))
_LENGTH = 0.01  # how far from 1 a vector's length may be at half precision

Progress = Callable[[str, int, int], None]
"""Told (part, done, in all)."""


@dataclass(slots=True)
class Truth:
    """What the SQLite file says of itself; ``wrong`` has a line for each thing amiss, ``spoilt`` the paths
    of the source files of which something is."""

    model: str = ""
    dimension: int = 0
    state: State | None = None
    documents: int = 0
    passages: int = 0
    wrong: list[str] = field(default_factory=list)
    spoilt: set[str] = field(default_factory=set)


def opened(file: Path) -> sqlite3.Connection:
    """As ``to_read``, whatever bytes there are. Raises sqlite3.Error."""
    connection = to_read(file)
    # What is no UTF-8 is to be told of, not to end the looking.
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    return connection


def compare(connection: sqlite3.Connection, truth: Truth, progress: Progress | None) -> None:
    """Each passage against the text that it is a piece of, each vector against what a vector is, the counts
    against what is there: told in ``truth``. Raises sqlite3.Error."""
    truth.wrong += [
        str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({MOST})") if row[0] != "ok"
    ]
    truth.wrong += [
        f"a row of {table} hangs in the air (it belongs to a missing row of {parent})"
        for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(MOST)
    ]
    row = connection.execute(
        "SELECT model, dimension, generation, stamp, next_passage, documents, passages FROM meta"
    ).fetchone()
    if row is None:
        truth.wrong.append("the row that says what the library is, is missing")
        return
    truth.model, truth.dimension = str(row[0]), int(row[1])
    truth.state = State(int(row[2]), str(row[3]), int(row[4]))
    documents = connection.execute(
        "SELECT d.id, d.name, d.text, d.metadata, d.marks, d.passages, s.path"
        " FROM documents d JOIN sources s ON s.id = d.source"
    )
    pieces = connection.cursor()
    for id_, name, text, metadata, marks, count, path in documents:
        truth.documents += 1
        amiss = _amiss(pieces, id_, name, text, metadata, marks, count, truth)
        if amiss:
            truth.spoilt.add(path)
            truth.wrong.append(f"{name}: {amiss}")
        if progress is not None:
            progress(FILE, truth.documents, int(row[5]))
    for what, said, there in (
        ("documents", int(row[5]), truth.documents),
        ("passages", int(row[6]), truth.passages),
    ):
        if said != there:
            truth.wrong.append(f"{there} {what} are there, not {said}")


def _amiss(
    pieces: sqlite3.Cursor,
    document: int,
    name: str,
    text: str,
    metadata: str,
    marks: str,
    count: int,
    truth: Truth,
) -> str:
    """What is wrong with one document, or ""."""
    if not all(_is_text(each) for each in (name, text, metadata, marks)):
        return "it holds what is no text"
    try:
        stored.metadata(metadata)
    except (ValueError, TypeError):
        return "its metadata cannot be read"
    try:
        if any(mark.kind not in _KINDS for mark in stored.marks(marks)):
            return "a mark in it is of no kind that there is"
    except (ValueError, TypeError):
        return "its marks cannot be read"
    found = pieces.execute(
        'SELECT p.start, p."end", p.text, p.clean, p.context, p.voice, v.vector'
        " FROM passages p LEFT JOIN vectors v ON v.passage = p.id WHERE p.document = ?",
        (document,),
    ).fetchall()
    truth.passages += len(found)
    if len(found) != count:
        return f"{len(found)} passages, not {count}"
    for start, end, words, clean, context, voice, vector in found:
        if voice not in _VOICES or not all(_is_text(each) for each in (clean or "", context)):
            return f"the passage at {start} is damaged"
        if text[start:end] != words:
            return f"the passage at {start} is not what its text says there"
        if vector is None or len(vector) != 2 * truth.dimension:
            return f"the vector of the passage at {start} is missing or cut short"
        length = float(np.linalg.norm(np.frombuffer(vector, "<f2").astype(np.float32)))
        if not abs(length - 1) < _LENGTH:
            return f"the vector of the passage at {start} is damaged"
    return ""


def _is_text(read: str) -> bool:
    try:
        read.encode()
    except UnicodeEncodeError:
        return False
    return True
