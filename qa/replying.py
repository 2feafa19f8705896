"""Whether a follow-up asks for what came back: the answer to a letter, what was said or thought of it, or
whether it was agreed to. That stands in the papers that come after, not in the letter itself. Pure."""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"\b(?:accept|acknowledg|agree|answer|approv|comment|compl(?:y|ied)|concur|consent|counter|declin|den(?:y|ied)|"
    r"endors|excus|object|protest|react|refus|reject|rejoin|repl(?:y|ie)|respon[ds]|retort|welcom)\w*"
    r"|\b(?:say|said|think|thought|feel|felt)\s+(?:to|of|about)\b|\b(?:make|made)\s+of\b"
    r"|\b(?:go|went|going|gone)\s+along\b|\bturn(?:ed|ing)?\b.{0,30}\bdown\b|\bst(?:and|ood)\s+(?:by|behind)\b"
    r"|\binstead\b|\bin\s+(?:re)?turn\b|\bthe\s+(?:next|following)\s+(?:day|week|month)\b",
    re.IGNORECASE,
)


def asks_reply(question: str) -> bool:
    """Whether ``question``, asked after another one, wants the reply to what was told."""
    return bool(_ASKS.search(question))
