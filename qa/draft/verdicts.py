"""The verdicts: every quotation of a draft, checked against a library.

exact          it stands in its source to the letter; what it leaves out or puts in, it says
altered        its words or marks differ from the source's
joined         its parts stand in several places, and it does not say so, or they are too far apart
misattributed  it stands to the letter, but not where its citation says
not found      nowhere in the library; the nearest words are shown as such
too short      fewer than three words, which stand in many places or in none
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from qa.draft.attributing import Attribution
from qa.draft.comparing import Change
from qa.draft.quotation import Quotation
from qa.types import Quote

Verdict = Literal["exact", "altered", "joined", "misattributed", "not found", "too short"]
VERDICTS: tuple[Verdict, ...] = (
    "exact", "altered", "joined", "misattributed", "not found", "too short",
)  # fmt: skip

NO_CITATION = Attribution("none")


@dataclass(frozen=True, slots=True)
class Check:
    """What became of one quotation.

    quotes       where its words stand, to the letter and cited: one place, or each of those it was joined of;
                 for "not found" what comes nearest, if anything does
    changes      the quotation beside its source, piece by piece
    kinds        what was changed, in short ("words", "left out", "punctuation", …)
    omitted      how many words its marks of omission leave out
    places       in how many places of the library its words stand
    attribution  what its citation says of its place
    """

    quotation: Quotation
    verdict: Verdict
    quotes: tuple[Quote, ...] = ()
    changes: tuple[Change, ...] = ()
    kinds: tuple[str, ...] = ()
    omitted: int = 0
    places: int = 0
    attribution: Attribution = NO_CITATION

    @property
    def right(self) -> bool:
        """Whether nothing is to be mended."""
        return self.verdict in ("exact", "too short")


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft checked. ``titles`` are what stands in quotation marks as the title of a work; ``unclosed`` the
    lines (or paragraphs) of opening marks that nothing closes, with the words behind them."""

    name: str
    checks: tuple[Check, ...]
    titles: tuple[Quotation, ...]
    unclosed: tuple[tuple[int, str], ...]
    documents: int
    seconds: float

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many have each verdict."""
        found = Counter(check.verdict for check in self.checks)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def right(self) -> bool:
        """Whether nothing is to be mended."""
        return all(check.right for check in self.checks)
