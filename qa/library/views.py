"""Views of a library (``Library.view``), in a folder or on a server: what a thread reads is of one commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Any, Generic, TypeVar

from qa.errors import LibraryBusy, LibraryError

HELD_SECONDS = 300.0
"""After so long a view lets go of its commit: a thread that hangs must not keep for ever what others take
out. A question takes a second, on a machine that is overloaded a minute."""

C = TypeVar("C")
"""A connection inside a transaction."""


class View(Generic[C]):
    """What is read by one thread, of one commit: one transaction.

    The library keeps for it what others overwrite, which grows: so one that is held for ``HELD_SECONDS``, as
    by a thread that hangs, lets go. So does one that met an error of the library's. It goes on, in another
    transaction, where nothing was changed meanwhile."""

    def __init__(
        self,
        latest: Callable[[], AbstractContextManager[C]],
        commit: Callable[[C], object],
        errors: type[Exception],
    ) -> None:
        """``latest`` begins a transaction at the newest commit, ``commit`` says which one that is, ``errors``
        are those of the engine, after which a transaction is none. ``begin`` comes next."""
        self._latest = latest
        self._commit = commit
        self._errors = errors
        self._lock = threading.RLock()  # the timer must not end what is being read
        self._timer: threading.Timer | None = None
        self._transaction = ExitStack()
        self._connection: C | None = None
        self._of: object = None  # the commit

    @property
    def holds(self) -> bool:
        """Whether it has not let go."""
        return self._connection is not None

    def begin(self) -> None:
        """Is of the newest commit from now on. Raises LibraryError, and the engine's errors."""
        with self._lock:
            self.end()
            try:
                connection = self._transaction.enter_context(self._latest())
                self._of = self._commit(connection)
            except BaseException:
                self.end()
                raise
            self._connection = connection
            self._timer = threading.Timer(HELD_SECONDS, self.end)
            self._timer.daemon = True
            self._timer.start()

    @contextmanager
    def reading(self) -> Iterator[C]:
        """The connection. Raises LibraryBusy where it let go and the library was changed since, and as
        ``begin``."""
        with self._lock:
            if self._connection is None:
                before = self._of
                self.begin()
                if self._of != before:
                    self._of = before
                    self.end()
                    raise _changed_meanwhile()
            assert self._connection is not None
            try:
                yield self._connection
            except self._errors:
                self.end()  # what is read next begins anew
                raise

    def end(self) -> None:
        """Holds nothing any more."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            self._connection = None
            with suppress(LibraryError):  # a server that is gone has nothing to end
                self._transaction.close()


V = TypeVar("V", bound=View[Any])


class Views(Generic[C, V]):
    """The views of a library, one for each thread that holds one."""

    def __init__(self, begun: Callable[[], V], latest: Callable[[], AbstractContextManager[C]]) -> None:
        """``begun`` makes a view and begins it, ``latest`` begins a transaction for who holds none."""
        self._begun = begun
        self._latest = latest
        self._local = threading.local()

    @property
    def held(self) -> V | None:
        """What this thread reads of, where that is held."""
        view: V | None = getattr(self._local, "held", None)
        return view

    @contextmanager
    def view(self) -> Iterator[V | None]:
        """While it lasts, ``reading`` in this thread is of one commit. Gives None inside another view, which
        goes on. Raises what beginning does."""
        if self.held is not None:
            yield None
            return
        view = self._begun()
        self._local.held = view
        try:
            yield view
        finally:
            self._local.held = None
            view.end()

    @contextmanager
    def reading(self) -> Iterator[C]:
        """A connection inside a transaction: that of this thread's view where it has one, else one at the
        newest commit. Raises what these do."""
        view = self.held
        with self._latest() if view is None else view.reading() as connection:
            yield connection


def _changed_meanwhile() -> LibraryBusy:
    """What is said where a view let go of its commit and the library was changed."""
    return LibraryBusy(
        "The library was changed meanwhile, and how it was before is not held any more. Try again."
    )
