"""How long a view of a library (``Library.view``) may hold back what others change, in a folder and on a
server."""

from __future__ import annotations

from qa.errors import LibraryBusy

HELD_SECONDS = 300.0
"""After so long a view lets go of its commit: a thread that hangs must not keep for ever what others take
out. A question takes a second, on a machine that is overloaded a minute."""


def changed_meanwhile() -> LibraryBusy:
    """What is said where a view let go of its commit and the library was changed."""
    return LibraryBusy(
        "The library was changed meanwhile, and how it was before is not held any more. Try again."
    )
