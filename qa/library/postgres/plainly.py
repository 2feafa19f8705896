"""What a server said went wrong, in words for the person at the screen."""

from __future__ import annotations

import psycopg
from psycopg import errors

from qa.errors import LibraryBusy, LibraryError, StorageFull
from qa.library.address import Address


class ConnectionLost(LibraryError):
    """The server went away, or was never there. What was read can be read again."""


_BY_KIND: tuple[tuple[tuple[type[psycopg.Error], ...], type[LibraryError], str], ...] = (
    (
        (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure), LibraryBusy,
        "Another process is writing to the library {shown}. Wait until it is done, then try again.",
    ),
    (
        (errors.DiskFull,), StorageFull,
        "There is no room left on the server of the library {shown}. Nothing that was in it is lost: free "
        "some space there, then run the same command again.",
    ),
    (
        (errors.TooManyConnections,), LibraryBusy,
        "The server of the library {shown} takes no more connections. Try again, or have max_connections "
        "raised there.",
    ),
    (
        (errors.ReadOnlySqlTransaction,), LibraryError,
        "The library {shown} can only be read there. Name the server that takes changes too: "
        "postgresql://user@host1,host2/database",
    ),
    (
        (errors.InsufficientPrivilege,), LibraryError,
        "You have no right to do that in the library {shown} ({said}). Its owner gives it: see "
        "docs/postgres.md",
    ),
    (
        (errors.UndefinedTable, errors.UndefinedFunction, errors.UndefinedColumn), LibraryError,
        "The library {shown} is damaged ({said}). Your files are not touched: read them into a new one, or "
        "have a backup of the database put back.",
    ),
)  # fmt: skip

# What cannot be told by kind: a connection that fails has no code, and an extension that is missing has
# that of any file.
_BY_WORDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("permission denied to create extension",),
        "You may not switch pgvector on in the database of {shown}. Its owner does so once: "
        "CREATE EXTENSION vector",
    ),
    (
        ('extension "vector"', "extension control file"),
        "The server of the library {shown} has no pgvector. Have it installed there: "
        "https://github.com/pgvector/pgvector#installation",
    ),
    (
        ("session is read-only", "server is in hot standby mode"),
        "None of the servers of the library {shown} takes changes now. Nothing that was committed is lost: "
        "try again in a moment.",
    ),
    (
        ("authentication failed", "no password supplied"),
        "The server did not let you in ({shown}). Put the password in PGPASSWORD or ~/.pgpass, or name "
        "another user.",
    ),
    (('FATAL: role "',), "The server knows no such user: {shown}. Name another in the address."),
    (
        ('FATAL: database "',),
        "There is no such database: {shown}. Make it on the server: createdb NAME",
    ),
    (("invalid connection option", "invalid URI query", "invalid integer value", "invalid port number",
      "value: \""), "The address {shown} cannot be used ({said})."),
)  # fmt: skip


def plain(error: psycopg.Error, address: Address) -> LibraryError:
    """The error of this program for one of psycopg's (PostgreSQL's manual, appendix A, has the codes)."""
    whole = " ".join(str(error).split())
    said = {"shown": address.shown, "said": whole[:160].rstrip(" .")}
    for signs, words in _BY_WORDS:
        if any(sign in whole for sign in signs):
            return LibraryError(words.format(**said))
    for kinds, made, words in _BY_KIND:
        if isinstance(error, kinds):
            return made(words.format(**said))
    lost = psycopg.OperationalError, psycopg.InterfaceError, errors.IdleInTransactionSessionTimeout
    if isinstance(error, lost):
        return ConnectionLost(
            "The server of the library {shown} cannot be reached ({said}). Nothing that was committed is "
            "lost: try again when it is back.".format(**said)
        )
    return LibraryError("The library {shown} failed: {said}.".format(**said))
