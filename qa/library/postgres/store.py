"""A library's connections to its server: lent, given back, and made anew where the server went away.

What is read comes from any server that the address names (``target_session_attrs``, ``load_balance_hosts``),
what is written goes to the one that takes changes. One that lags is not asked for what this process wrote
itself until it has it.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import psycopg
from psycopg import errors
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from qa import cores
from qa.errors import LibraryBusy, LibraryError
from qa.library.address import Address
from qa.library.postgres import schema
from qa.library.postgres.dialect import PostgresConnection, adapted
from qa.library.postgres.plainly import ConnectionLost, plain
from qa.library.views import HELD_SECONDS, View, Views

# The pool logs each attempt to connect. What a person is to know of it is in the error that is raised; logs
# that somebody set up get it still.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

MOST_CONNECTIONS = 10 + (os.cpu_count() or 1)
"""Of one process to the servers that it reads from; as many again to the one that it writes to."""

WAIT_SECONDS = 10.0
"""How long a question waits for a connection before it says that the server does not answer."""

MOST_VIEWS = 8
"""That are held at once, beside one for each core's own thread; who comes later waits. The rest of the
connections is for what is read besides."""

AGAIN_SECONDS = 1.0
"""How often it is tried meanwhile to connect anew."""

BUSY_SECONDS = 60.0
"""How long a writer waits for another's transaction."""

# One that is forgotten must not hold back the server's vacuum for ever: views let go by themselves, but not
# those of a process that was stopped.
_READING = (
    "ISOLATION LEVEL REPEATABLE READ READ ONLY; "
    f"SET LOCAL idle_in_transaction_session_timeout = {round(1000 * HELD_SECONDS)}"
)


class Store:
    """Opens, lends connections, begins and ends transactions."""

    def __init__(self, address: Address, *, model: str, dimension: int, create: bool) -> None:
        """Raises LibraryError."""
        self.address = address
        self._path = f"SET LOCAL search_path = {address.schema}, public"
        self._written = 0  # the newest generation that this process committed
        self._closed = False
        self._lock = threading.Lock()
        self._views = Views(self._begun, self.latest)
        self._room = threading.BoundedSemaphore(MOST_VIEWS)
        with self._plainly():
            self._open(model, dimension, create)
        self._reading = self._pool(address.reading)
        self._writing = self._pool(address.writing) if address.is_spread else self._reading

    def _open(self, model: str, dimension: int, create: bool) -> None:
        """Sees that the tables are there and of this version. Not through the pool, which would not say why
        it cannot connect."""
        shown, name = self.address.shown, self.address.schema
        with psycopg.connect(self.address.reading, autocommit=True) as raw:
            adapted(raw)
            found = schema.version(PostgresConnection(raw), name)
        if found == schema.VERSION:
            return
        if found > schema.VERSION:
            raise LibraryError(
                f"The library {shown} was written by a newer version of this program (its format is "
                f"{found}, this one knows {schema.VERSION}). Update the program: pip install --upgrade ibid"
            )
        if found < 0:
            raise LibraryError(
                f"The schema {name} of {shown} holds other things. Name another: ?schema=NAME behind the "
                "database's name."
            )
        if not found and not create:
            raise LibraryError(f"There is no library at {shown}. Make one: qa add PATH --library {shown}")
        try:
            self._migrate(model, dimension)
        except (errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction, psycopg.OperationalError):
            if found < schema.READABLE:
                raise

    def _migrate(self, model: str, dimension: int) -> None:
        with psycopg.connect(self.address.writing) as raw:
            adapted(raw)
            connection = PostgresConnection(raw)
            connection.ask(f"SET LOCAL search_path = {self.address.schema}, public")
            schema.migrate(connection, self.address.schema, model, dimension)

    def _pool(self, conninfo: str) -> ConnectionPool[Any]:
        return ConnectionPool(
            conninfo, min_size=0, max_size=MOST_CONNECTIONS, reconnect_timeout=AGAIN_SECONDS, open=True,
            kwargs={"autocommit": True}, configure=adapted, check=ConnectionPool.check_connection,
            name="ibid",
        )  # fmt: skip

    # -- work ---------------------------------------------------------------------------------------

    @property
    def held(self) -> View[PostgresConnection] | None:
        """What this thread reads of, where that is held."""
        return self._views.held

    @contextmanager
    def view(self) -> Iterator[None]:
        """While it lasts, ``reading`` in this thread is of one commit; inside another, that goes on. Raises
        LibraryError."""
        with ExitStack() as stack:
            if self.held is None and not cores.here():  # those who hold a view wait for the cores
                if not self._room.acquire(timeout=HELD_SECONDS):
                    raise LibraryBusy(
                        f"Too many ask the library {self.address.shown} at once. Try again in a moment."
                    )
                stack.callback(self._room.release)
            stack.enter_context(self._views.view())
            yield

    def _begun(self) -> View[PostgresConnection]:
        view = View(self.latest, _commit, psycopg.Error)
        with self._plainly():
            try:
                view.begin()
            except (ConnectionLost, psycopg.OperationalError):  # at another server, as whatever is read
                view.begin()
        return view

    @contextmanager
    def reading(self) -> Iterator[PostgresConnection]:
        """A connection inside a transaction: all that is read is of one commit, that of this thread's view
        where it has one. Raises LibraryError."""
        with self._plainly(), self._views.reading() as connection:
            yield connection

    @contextmanager
    def latest(self) -> Iterator[PostgresConnection]:
        """As ``reading``, of the newest commit in a view too. Raises LibraryError."""
        with (
            self._plainly(), self._borrowed(self._reading) as raw,
            self._transaction(raw, _READING) as connection,
        ):  # fmt: skip
            if self._writing is self._reading or not self._lags(connection):
                yield connection
                return
        with self.current() as connection:
            yield connection

    @contextmanager
    def current(self) -> Iterator[PostgresConnection]:
        """As ``reading``, from the server that takes changes. Raises LibraryError."""
        with (
            self._plainly(), self._borrowed(self._writing) as raw,
            self._transaction(raw, _READING) as connection,
        ):  # fmt: skip
            yield connection

    def _lags(self, connection: PostgresConnection) -> bool:
        if not self._written:
            return False
        ((generation,),) = connection.ask("SELECT generation FROM meta").fetchall()
        return bool(generation < self._written)

    @contextmanager
    def writing(self) -> Iterator[PostgresConnection]:
        """One transaction, committed as a whole or not at all; it counts the generation up, and waits for
        that of any other process. Raises LibraryBusy, StorageFull, LibraryError."""
        with self._plainly(), self._borrowed(self._writing) as raw:
            with self._transaction(raw, "ISOLATION LEVEL READ COMMITTED") as connection:
                connection.ask(f"SET LOCAL lock_timeout = {round(1000 * BUSY_SECONDS)}")
                # The row is locked until the end: writers come one after the other.
                ((generation,),) = connection.ask(
                    "UPDATE meta SET generation = generation + 1, stamp = %s RETURNING generation",
                    (secrets.token_hex(8),),
                ).fetchall()
                yield connection
            with self._lock:
                self._written = max(self._written, generation)

    def remembered(self, name: str) -> str | None:
        """What was noted under ``name``; None where notes may not be read, or there can be none yet. Raises
        LibraryError."""
        with self.current() as connection:
            may = "SELECT has_table_privilege(to_regclass('notes'), 'SELECT')"  # NULL: no such table
            if not connection.ask(may).fetchall()[0][0]:
                return None
            rows = connection.ask("SELECT note FROM notes WHERE name = %s", (name,)).fetchall()
            return str(rows[0][0]) if rows else None

    def remember(self, name: str, note: str) -> None:
        """Notes it; no commit of the library's, so its generation stays. What hinders it, hinders nothing
        else."""
        with (
            suppress(LibraryError), self._plainly(), self._borrowed(self._writing) as raw,
            self._transaction(raw, "ISOLATION LEVEL READ COMMITTED") as connection,
        ):  # fmt: skip
            connection.ask(
                "INSERT INTO notes VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET note = excluded.note",
                (name, note),
            )

    @contextmanager
    def apart(self) -> Iterator[PostgresConnection]:
        """A connection for what cannot be in a transaction (building an index beside others' work). Raises
        LibraryError."""
        with self._plainly(), self._borrowed(self._writing) as raw:
            connection = PostgresConnection(raw)
            connection.ask(self._path.replace("LOCAL ", ""))
            yield connection

    @contextmanager
    def _transaction(self, raw: psycopg.Connection[Any], kind: str) -> Iterator[PostgresConnection]:
        connection = PostgresConnection(raw)
        connection.ask(f"BEGIN {kind}; {self._path}")  # one way there and back
        try:
            yield connection
        except BaseException:
            with suppress(psycopg.Error):
                raw.rollback()
            raise
        raw.commit()

    @contextmanager
    def _borrowed(self, pool: ConnectionPool[Any]) -> Iterator[psycopg.Connection[Any]]:
        if self._closed:
            raise LibraryError(f"The library {self.address.shown} was closed.")
        raw = _lent(pool)
        try:
            yield raw
        finally:
            pool.putconn(raw)

    def close(self) -> None:
        """Closes what is idle now, and what is lent when it comes back."""
        if not self._closed:
            self._closed = True
            for pool in {self._reading, self._writing}:
                pool.close()

    # -- errors -------------------------------------------------------------------------------------

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except PoolClosed as error:
            raise LibraryError(f"The library {self.address.shown} was closed.") from error
        except PoolTimeout as error:
            raise LibraryError(
                f"The server of the library {self.address.shown} does not answer. Nothing that was committed "
                "is lost: try again when it is back."
            ) from error
        except psycopg.Error as error:
            raise plain(error, self.address) from error


def _commit(connection: PostgresConnection) -> tuple[int, str]:
    """Which one the library stands at: its number, and the word that was written down with it."""
    ((generation, stamp),) = connection.ask("SELECT generation, stamp FROM meta").fetchall()
    return generation, stamp


def _lent(pool: ConnectionPool[Any]) -> psycopg.Connection[Any]:
    """A connection of the pool. Raises PoolTimeout after ``WAIT_SECONDS``.

    By itself a pool that could not connect tries again ever more rarely, up to minutes apart, and nobody is
    answered meanwhile though the server is back. So it gives up soon, and is asked anew."""
    end = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            lent: psycopg.Connection[Any] = pool.getconn(timeout=min(AGAIN_SECONDS, end - time.monotonic()))
            return lent
        except PoolTimeout:
            if time.monotonic() >= end:
                raise
