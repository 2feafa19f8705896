"""What a question is put to: all of the library, or what the person has chosen of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Chosen:
    """Documents, source files or name prefixes (empty: all) and a span of dates (ISO 8601; None: open).
    ``words`` says in the person's language how the documents were found, where a filter chose them."""

    documents: tuple[str, ...] = ()
    date_from: str | None = None
    date_to: str | None = None
    words: str = ""

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.documents or self.date_from or self.date_to)

    @property
    def arguments(self) -> dict[str, Any]:
        """What ``Assistant.ask`` takes of it."""
        return {"documents": self.documents, "date_from": self.date_from, "date_to": self.date_to}


EVERYTHING = Chosen()
"""Nothing left out."""
