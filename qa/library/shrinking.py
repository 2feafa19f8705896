"""Giving back to the disk what removals left free in a library's SQLite file.

A deleted row's pages are kept for the next ones, which is quick; a library that somebody emptied by half
would keep the disk for ever. So where much is free, it is given back: in small steps in files that were made
for it (SQLite's auto_vacuum=INCREMENTAL), others are written anew once, and made for it by that.
"""

from __future__ import annotations

import sqlite3

LEAST = 4 * 1024**2
SHARE = 0.25
"""Bytes, and the share of the file, that must be free: below, the next files fill it anyway."""

_STEP = 2_000
"""Pages in one transaction: adding waits for no more."""

_INCREMENTAL = 2


def prepare(connection: sqlite3.Connection) -> None:
    """Makes a file that has no tables yet one that can be made smaller in steps."""
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")


def shrink(connection: sqlite3.Connection) -> int:
    """Lets go of what is free, if that is much; the bytes. The file is as long as before until the
    journal, where what is new of it stands, is begun anew. Raises sqlite3.Error, and then nothing is lost."""
    before, size, free = _pages(connection)
    if free * size < LEAST or free < SHARE * before:
        return 0
    if _one(connection, "auto_vacuum") == _INCREMENTAL:
        while free:
            # As a script: executed as a statement, Python steps once, and one page goes in each transaction.
            connection.executescript(f"PRAGMA incremental_vacuum({_STEP})")
            left = _pages(connection)[2]
            if left >= free:
                break
            free = left
    else:
        prepare(connection)
        connection.execute("VACUUM")
    return (before - _pages(connection)[0]) * size


def _pages(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """(pages, bytes of each, free pages)"""
    return (
        _one(connection, "page_count"),
        _one(connection, "page_size"),
        _one(connection, "freelist_count"),
    )


def _one(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
