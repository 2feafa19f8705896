"""What a question is put to: all of the library, or what the person has chosen of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chosen:
    """Documents, source files or name prefixes (empty: all) and a span of dates (ISO 8601; None: open).
    Its fields are the arguments of ``Assistant.ask``."""

    documents: tuple[str, ...] = ()
    date_from: str | None = None
    date_to: str | None = None

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.documents or self.date_from or self.date_to)
