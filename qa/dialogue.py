"""Questions that a source itself reports, and the replies it gives to them: "I then asked, What can you do
about it. He replied, …". Who asks in these words wants that reply, though it repeats none of them. Pure."""

from __future__ import annotations

import re
from itertools import pairwise

from qa.query import words

RUN = 4
"""Words in a row that two questions share from which they are the same question, persons and tenses aside.
Among the 20 passages that are read for each development question no reply comes after so many by chance."""

_ASKS = re.compile(
    r"\?|\b(?:ask|inquir|enquir|wonder)(?:e?[sd]?|ing)\b|\bquestion(?:s|ed|ing)?\b|\b(?:wish|want)(?:es|s|ed)?\s+to\s+know\b",
    re.IGNORECASE,
)
_REPLIES = re.compile(
    r"\b(?:repl(?:y|ie[sd])|answer(?:s|ed)?|respon(?:ds?|ded|se)|rejoin(?:s|ed)|retort(?:s|ed)|sa(?:id|ys)|stat(?:es|ed)|"
    r"remark(?:s|ed)|t(?:old|ells)|admit(?:s|ted)|agree[sd]|explain(?:s|ed)|declare[sd]|thought|believed|assured|"
    r"added|affirmed|denied|observed|interpreted)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"(?<=[.?!])\W*\s")
_PERSONS = frozenset(
    "i me my you your he him his himself she her herself we us our they them their a an the".split()
)
_SAME = {"could": "can", "would": "will", "should": "shall", "might": "may", "did": "do", "does": "do"}
_SAME |= {"had": "have", "has": "have"} | dict.fromkeys(("was", "were", "are", "be", "been"), "is")
_MOVED = frozenset(_SAME) | {"can", "will", "shall", "may", "have", "is"}
"""What a question puts before who acts, and its report behind: "What would they do", "what they would do"."""


def reported_replies(question: str, sentences: list[str]) -> list[bool]:
    """For each of ``sentences``, which follow one another, whether it replies to a question in the one before
    that has at least RUN words in a row with ``question``, whoever speaks and whenever."""
    asked = _runs(question)
    replies = [False] * len(sentences)
    if not asked:
        return replies
    for place, (told, after) in enumerate(pairwise(sentences), start=1):
        replies[place] = bool(_ASKS.search(told) and _REPLIES.search(after) and asked & _runs(told))
    return replies


def reports_reply(question: str, text: str) -> bool:
    """Whether ``text``, whose sentences are not yet told apart, seems to hold such a reply."""
    return any(reported_replies(question, _ENDS.split(text)))


def _runs(text: str) -> set[tuple[str, ...]]:
    """RUN words in a row, without who speaks to whom and with tenses as one ("could he do" and "can you do"
    are alike), and such without the words that a question puts elsewhere."""
    plain = [word for word in map(str.lower, words(text)) if word not in _PERSONS]
    as_it_is = [_SAME.get(word, word) for word in plain]
    fixed = [word for word in plain if word not in _MOVED]
    return {tuple(of[at : at + RUN]) for of in (as_it_is, fixed) for at in range(len(of) - RUN + 1)}
