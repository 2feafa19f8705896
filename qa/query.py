"""What a question asks: its content words, names, dates and the kind of answer it wants. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Wanted = Literal["person", "time", "number", "place", "reason", "other"]

STOP_WORDS = frozenset(
    """a about after again against all also am an and any are aren't as at be became because become been
    before being between both but by came can cannot come could did didn't do does doesn't doing don't down
    during each else ever few for from further get give given had hadn't has hasn't have having he her here
    hers herself him himself his how however i if in into is isn't it its itself just let made make many may
    me might more most much must my no nor not now of off on once one only or other ought our ours out over
    own per put said same say says shall she should so some such take tell than that that's the their theirs
    them then there these they this those through to told too under until up upon us use used very was wasn't
    we were weren't what what's when where which while who whom whose why will with without would yet you
    your yours according mean name did""".split()
)
"""Words that say nothing about what a question is about."""

_ASKS = re.compile(
    r"""^\W*(?:(?:and|but|so|then|or)\s+)?(?:
        (?:(?:in|on|at|to|from|for|with|by|of|under|about|after|before|until|since|into|against|during)\s+)?
        (?:what|who|whom|whose|which|when|where|why|how|whether)
      | did|does|do|is|are|was|were|has|have|had|could|would|should
      | (?:show|give|tell|find|list|name|describe|explain|quote)\s+
        (?:me|us|the|all|every|each|any|an?|how|what|who|why|where|when)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
SUBJECT_WORDS = 4
"""Content words from which what asks nothing names a subject; fewer are words to look for."""

MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ],
        start=1,
    )
    for name in names.split()
}  # fmt: skip
"""Names of months and their short forms, to their numbers."""
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAY_MONTH = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m1>{_MONTH})\b\.?|(?P<m2>{_MONTH})\b\.?(?:\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d))?)"
    rf"(?:,?\s*(?P<y>1[5-9]\d\d|20\d\d))?",
    re.IGNORECASE,
)
YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class AskedDate:
    """A date that a question names; what it leaves open is None."""

    year: int | None
    month: int | None
    day: int | None


def words(text: str) -> list[str]:
    """The words of a text, as they stand."""
    return _WORD.findall(text)


def content_words(text: str) -> list[str]:
    """The words that say what a text is about, as they stand, in order."""
    return [word for word in words(text) if word.lower().replace("’", "'") not in STOP_WORDS]


def names(question: str) -> list[str]:
    """Words with a capital inside the question, which are its names; the first word counts only where it
    is no common opener."""
    found = words(question)
    return [
        word
        for position, word in enumerate(found)
        if word[0].isupper()
        and (position or word.lower() not in STOP_WORDS)
        and word.lower() not in STOP_WORDS
    ]


def asked_dates(text: str) -> list[AskedDate]:
    """The dates in a text: days, months and years; a year alone where no month stands with it."""
    found = []
    taken: list[tuple[int, int]] = []
    for match in _DAY_MONTH.finditer(text):
        month = MONTHS[(match["m1"] or match["m2"]).lower()]
        day = match["d1"] or match["d2"]
        # "may" and "march" are verbs unless a number or a capital says otherwise.
        name = match["m1"] or match["m2"]
        if name.lower() in ("may", "march", "mar") and not (
            name[0].isupper() and (day or match["y"] or match.start())
        ):
            continue
        found.append(AskedDate(int(match["y"]) if match["y"] else None, month, int(day) if day else None))
        taken.append(match.span())
    for match in YEAR.finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            found.append(AskedDate(int(match[1]), None, None))
    return found


def date_agreement(asked: list[AskedDate], iso: str | None) -> float:
    """How well a document's date fits the dates asked for: 1 all that is named agrees, down to -1 where
    the year differs; 0 where either side says nothing. A day's mail is answered days later, so a near
    month still counts for something."""
    if not asked or not iso:
        return 0.0
    parts = [int(part) for part in iso.split("T", maxsplit=1)[0].split("-") if part.isdigit()]
    if not parts:
        return 0.0
    year, month, day = (*parts, None, None)[:3]
    return max(_agreement(one, year, month, day) for one in asked)


def _agreement(asked: AskedDate, year: int | None, month: int | None, day: int | None) -> float:
    if asked.year is not None and year != asked.year:
        near = year is not None and abs(year - asked.year) == 1 and month in (1, 12)
        return -0.5 if near else -1.0
    if asked.month is None or month is None:
        return 0.6 if asked.year is not None else 0.0
    if asked.month == month:
        if asked.day is None or day is None:
            return 0.9
        return 1.0 if asked.day == day else (0.9 if abs(asked.day - day) <= 3 else 0.7)
    apart = min((asked.month - month) % 12, (month - asked.month) % 12)
    return 0.3 if apart == 1 else (0.0 if asked.year is None else -0.2)


def wanted(question: str) -> Wanted:
    """The kind of answer that a question wants, from its question word."""
    lowered = question.lower()
    patterns: tuple[tuple[str, Wanted], ...] = (
        (r"\b(?:who|whom|whose|which (?:person|official|president|minister|ambassador|general))\b", "person"),
        (
            r"\b(?:when|what (?:date|day|month|year|time)|which (?:date|day|month|year)|between which)\b",
            "time",
        ),
        (
            r"\b(?:how (?:many|much|long|large|far|old|often|high|big)|what (?:number|amount|sum|share|"
            r"percentage|price|rate|portion|proportion|total|figure))\b",
            "number",
        ),
        (
            r"\b(?:where|what (?:place|city|country|port|town)|which (?:city|country|port|town|place))\b",
            "place",
        ),
        (
            r"\b(?:why|what (?:reason|reasons|grounds?|caused?|made|drove|prompted|led)|on what ground)\b",
            "reason",
        ),
    )
    best: tuple[int, Wanted] = (len(question) + 1, "other")
    for pattern, kind in patterns:
        match = re.search(pattern, lowered)
        if match and match.start() < best[0]:
            best = (match.start(), kind)
    return best[1]


def is_subject(text: str) -> bool:
    """Whether a query asks nothing, but names a subject as a heading or a list of papers does: "Proposal to
    place Stevens in charge of the railways". Then a whole document is looked for rather than a sentence."""
    return (
        not text.rstrip().endswith("?")
        and not _ASKS.match(text)
        and len(content_words(text)) >= SUBJECT_WORDS
    )
