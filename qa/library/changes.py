"""What the two search indexes know about the truth that they were built from.

SQLite is the truth. FAISS and Tantivy are derived from it and carry a State: the commit they were last
brought up to. Passages never change and their ids are never used twice, so catching up means taking out
the ranges of ids removed since then and putting in every passage from ``next_passage`` on.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class State:
    """One commit. ``stamp`` is a random word that SQLite wrote down with that commit: a generation number
    alone would also fit another library, or this one put back from an older copy. ``next_passage`` is
    the id that the next passage got."""

    generation: int
    stamp: str
    next_passage: int

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> State:
        """Raises DamagedIndex where it is no state."""
        try:
            found = json.loads(text)
            return cls(int(found["generation"]), str(found["stamp"]), int(found["next_passage"]))
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedIndex(f"no state: {error}") from error


class DamagedIndex(Exception):
    """A derived index cannot be used. Never shown to a person: it is built anew from SQLite."""
