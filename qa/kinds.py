"""Whether a sentence holds the kind of thing that a question asks for: a number, a time, a reason, a name, or
who somebody is."""

from __future__ import annotations

import re
from collections.abc import Callable

from qa.query import names, wanted, words

_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|half|third|none)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:1[5-9]\d\d|20\d\d|january|february|march|april|may|june|july|august|september|october|"
    r"november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow|"
    r"yesterday|week|month|o’clock|a\.m|p\.m)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|reason|for the|in order|so that|owing|due to|lest|in view of|as a result|"
    r"fear\w*|therefore|purpose|so as)\b",
    re.IGNORECASE,
)
_WHO_IS = re.compile(r"\s*who(?:’s|'s| is| was| are| were)\s+([^?]+?)\s*\??\s*", re.IGNORECASE)
_PARTICLES = frozenset("al da de del della der di du el la le van von".split())
_ROLES = (
    "Ambassador|Assistant|Chairman|Charg|Chief|Commander|Commissar|Consul|Counsel|Deputy|Director|First|Foreign|"
    "General|Governor|Head|King|Marshal|Member|Minister|President|Premier|Prime|Representative|Secretary|Special|"
    "Under"
)


def kind_test(question: str) -> Callable[[str], bool]:
    """What tells of a sentence whether it holds the kind of thing that the question asks for."""
    if said := _said_of(question):
        return lambda text: bool(said.search(text))
    kind = wanted(question)
    if kind == "number":
        return lambda text: bool(_NUMBER.search(text))
    if kind == "time":
        return lambda text: bool(_TIME.search(text))
    if kind == "reason":
        return lambda text: bool(_REASON.search(text))
    if kind in ("person", "place"):
        asked = {word.lower() for word in words(question)}
        return lambda text: any(name.lower() not in asked for name in names(text))
    return lambda _: False


def _said_of(question: str) -> re.Pattern[str] | None:
    """For a question that asks who one named person is, what matches where it is said: the name with a comma
    and a role or a small letter behind it, with a form of "be", or at the head of an entry ("Bohlen, Charles
    E., …"). Of the name's last word the first five letters count: the ends of foreign names vary."""
    asked = _WHO_IS.fullmatch(question)
    named = asked[1].split() if asked else []
    if not named or not all(word[0].isupper() or word.lower() in _PARTICLES for word in named):
        return None
    name = rf"{re.escape(named[-1][:5])}\w*"
    return re.compile(
        rf"\b{name}(?:\s*,\s+(?=[a-z]|{_ROLES})|\s*\(|\s+(?:is|was|were|has been|had been)\b)|\A\W*{name},"
    )
