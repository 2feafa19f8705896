"""How far adding is, as the page tells it."""

from __future__ import annotations

from dataclasses import dataclass

from qa.page.shelves.journal import Item

SHOWN = 200
"""Failed files that are shown at once."""


@dataclass(frozen=True, slots=True)
class Look:
    """How far adding is. ``counts`` of files by state, of the done ones by what came of them too. ``now`` is
    the file at work with ``done`` of ``total`` passages; ``left`` seconds for all, ``file_left`` for this
    one, None while that is not known. ``last`` were done last, ``next`` come next, ``failed`` are the first
    of those. ``looking`` while folders are searched; ``skipped`` counts files there of no kind that can be
    read. ``error`` is what it ended with, if not well."""

    running: bool = False
    stopping: bool = False
    looking: bool = False
    counts: tuple[tuple[str, int], ...] = ()
    now: Item | None = None
    done: int = 0
    total: int = 0
    left: float | None = None
    file_left: float | None = None
    last: tuple[Item, ...] = ()
    next: tuple[Item, ...] = ()
    failed: tuple[Item, ...] = ()
    skipped: int = 0
    warnings: tuple[str, ...] = ()
    error: str = ""

    def count(self, state: str) -> int:
        """How many files are in this state, or had this come of them."""
        return dict(self.counts).get(state, 0)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be told."""
        return not (self.running or self.counts or self.error or self.skipped or self.warnings)
