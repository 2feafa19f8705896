"""What became of each question, in one of seven ways, for the picture that is seen first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qa.evaluation.measures import Values

VERDICTS = {
    "right": "answered, and the first quote shows the evidence",
    "near": "answered, the evidence only in the second or third quote",
    "beside": "answered, and none of the first three quotes shows the evidence",
    "unfounded": "answered, though the library holds no answer",
    "refused": "not answered, and rightly: the library holds no answer",
    "withheld": "not answered, though one of the nearest quotes shows the evidence",
    "missed": "not answered, and the evidence not found",
}
"""Every verdict with its meaning, in the order in which it is drawn: answered first."""

BY_DOCUMENT = {
    "right": "answered, and the right document comes first",
    "near": "answered, the right document only among the first ten",
    "beside": "answered, and the right document not among the first ten",
    "withheld": "not answered, though the right document is among the first ten",
    "missed": "not answered, and the right document not among the first ten",
}
"""The same where no question of a set names the words of its evidence, so that documents are judged."""


def verdict(values: Values) -> str:
    """The verdict on one question. Where the words of its evidence are not known, its documents decide."""
    answered = values.get("answered") == 1
    if not values.get("answerable"):
        return "unfounded" if answered else "refused"
    first, found = values.get("quote_hit@1"), values.get("quote_hit@3")
    if first is None:
        first, found = values.get("Success@1"), values.get("Success@10")
    if not answered:
        return "withheld" if found else "missed"
    return "right" if first else "near" if found else "beside"


def meanings(rows: Sequence[Values]) -> dict[str, str]:
    """What each verdict means for these questions."""
    by_quote = any(row.get("quote_hit@1") is not None for row in rows)
    return VERDICTS if by_quote else {**VERDICTS, **BY_DOCUMENT}


def lead(rows: Sequence[Values]) -> str:
    """One or two sentences that say how far to trust it, in counts that anyone can check."""
    counts = Counter(map(verdict, rows))
    answered = sum(counts[name] for name in ("right", "near", "beside", "unfounded"))
    silent = sum(counts[name] for name in ("refused", "withheld", "missed"))
    by_quote = any(row.get("quote_hit@1") is not None for row in rows)
    subject = "the first quote shows the evidence" if by_quote else "the right document comes first"
    said = []
    if answered:
        right = f"{counts['right']} ({_percent(counts['right'], answered)})"
        said.append(f"Of {_count(answered, 'answer')}, {subject} in {right}.")
    if silent:
        right = f"{counts['refused']} ({_percent(counts['refused'], silent)})"
        said.append(f"Of {_count(silent, 'time')} that it said “nothing answers”, it was right in {right}.")
    return " ".join(said)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}\u00a0%"
