"""Whether a question can be understood without those before it, by its words alone. Pure.

Leaning where it need not costs little: the question is read as it stands, and only the search takes along the
earlier one's words (docs/retrieval.md). Not leaning where it must finds nothing. So what is in doubt leans.
"""

from __future__ import annotations

import re

from qa.query import MONTHS, STOP_WORDS, YEAR, content_words, words

_PERSONS = frozenset("he him she her they them".split())
_ANAPHORA = _PERSONS | frozenset(
    """his hers it its their theirs this that these those there then such former latter same so one ones
    else instead""".split()
)
_OPENERS = re.compile(r"^(?:and|but|or|so|then|what about|how about)\b", re.IGNORECASE)

_POINTS_BACK = re.compile(
    r"""\b(?:it|that|this|these|those|them|him|her|there|so)
        (?:\s+(?:then|up|too|either|instead|now|himself|later|first))?\W*$
      | \b(?:to|of|about|after|before|for|with|by|from|on|in|at|upon|under|behind|than|against|over)
        \s+(?:it|that|this|these|those|them|him)
        (?:\s+(?:and|or|with|by|in|on|at|to|for|as|up|when|then)\b|\s*,)
      | \b(?:it|that|this)\s+up\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""A pronoun where what it stands for is named nowhere behind it: "Who brought that up with Eden?"."""
_GOES_ON = re.compile(
    r"\b(?:next|himself|herself|themselves|the others?|in (?:return|reply|response|turn|exchange|the end))\b",
    re.IGNORECASE,
)
"""What is said of somebody, or goes on from something, that was told before, without a pronoun for it."""

_TAKEN_UP = re.compile(
    r"""\b(before|after|when|while|because|until|since|once|if
        |and\s+(?:when|where|why|how|what|which)\s+(?:is|was|were|did|has|had))
        \s+(?:he|she|it|they|his|her|its|their)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""A pronoun that opens a clause of the question's own: it stands for whom the question has named before."""

_ROLES = frozenset(
    """president prime minister secretary state department foreign office ambassador chancellor premier
    general king queen pope government embassy colonial treasury under head senate congress parliament cabinet
    house council board commission committee war navy interior chargé consul delegate envoy chairman director
    deputy chief assembly acting united states washington american""".split()
)
"""Words of offices, and places that most papers speak of: they do not say what a question is about."""

_ANAPHOR = re.compile(rf"\b(?:{'|'.join(sorted(_ANAPHORA))})\b", re.IGNORECASE)

SHORT = 6
"""Content words at the most of a question that names nothing and cannot be understood where it leans on
nothing."""
ENOUGH = 4
"""Content words from which a question that names nobody and nothing stands alone: "Which countries came under
renewed pressure for bases?"."""
ENOUGH_NAMED = 8
"""… and one with a pronoun and a single name."""


def stands_alone(question: str) -> bool:
    """Whether a question can be understood without what was asked before: it opens with no conjunction,
    names what it is about, and has no pronoun for what it does not name."""
    if _OPENERS.match(question.strip()):
        return False
    question = _without_own(question)
    said = [word.lower() for word in words(question)]
    at = named(question)
    pronoun = not _ANAPHORA.isdisjoint(said)
    if YEAR.search(question):
        return bool(at) or not pronoun
    if _POINTS_BACK.search(question):
        return False
    many = len(content_words(question))
    if pronoun:
        first = at[0] if at else len(said)
        return _PERSONS.isdisjoint(said[:first]) and (len(at) >= 2 or (bool(at) and many >= ENOUGH_NAMED))
    if _GOES_ON.search(question) and len(at) < 2:
        return False
    return bool(at) or many >= ENOUGH


def leaning_word(question: str) -> str:
    """The word by which a question leans on what was said before and cannot be understood without it, as it
    stands ("he", "And"); "" where it stands alone, names anybody or anything, or says enough by itself."""
    if stands_alone(question) or named(question) or len(content_words(question)) > SHORT:
        return ""
    for pattern in (_OPENERS, _ANAPHOR, _GOES_ON):
        if found := pattern.search(question.strip()):
            return found[0]
    return ""


def _without_own(question: str) -> str:
    """A question without the pronouns that stand for what it names itself: "What was Subasich before he
    joined the government?"."""
    return _TAKEN_UP.sub(lambda found: found[1] if named(question[: found.start()]) else found[0], question)


def named(question: str) -> list[int]:
    """Where among its words the names of a question begin: runs of capitals ("the London Conference"), but
    for months and offices; the first word counts only where it is no common opener."""
    begun, run = [], list[str]()
    said = words(question)
    for position, word in enumerate([*said, "."]):
        if word[0].isupper() and (position or _base(word) not in STOP_WORDS):
            run.append(_base(word))
        else:
            if run and not all(one in _ROLES or one in MONTHS for one in run):
                begun.append(position - len(run))
            run = []
    return begun


def _base(word: str) -> str:
    """A word in small letters, without the 's of whose something is."""
    return re.sub(r"['’]s$", "", word.lower())
