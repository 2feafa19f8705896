"""What was asked and replied: a conversation, as the page holds it for one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from qa.page.chosen import Chosen
from qa.types import Answer

EVERYTHING = Chosen()


# Equal by identity: what the page holds is compared at each step, and the CSL-JSON in it has no hash.
@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """One question with what was replied, as HTML; ``answer`` is None where it ended in an error. ``asked``
    is the time in ISO 8601 (UTC). ``kept`` is an older answer as the browser keeps it (qa.receipts), where
    the library does not hold all of its quotes any more: ``answer`` has those that stand, and ``notice`` says
    it, as HTML that stands below the reply.

    ``chosen`` and ``threshold`` are what it was put to, and from which confidence it counted as answered
    (None: the usual); ``read`` is how many passages were read closely, ``left_out`` how many documents were
    not searched. ``key`` tells it from all others: the browser keeps the turns that it has, by their keys."""

    question: str
    reply: str
    answer: Answer | None = None
    asked: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    kept: Mapping[str, Any] | None = None
    notice: str = ""
    chosen: Chosen = EVERYTHING
    threshold: float | None = None
    read: int = 0
    left_out: int = 0
    key: str = field(default_factory=lambda: token_hex(6))


Conversation = tuple[Exchange, ...]
