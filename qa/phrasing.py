"""The few words of a quote that answer: tidied from the evidence model's span, or found by plain rules.
Pure; returns ranges only, never words of its own."""

from __future__ import annotations

import re
from itertools import pairwise

from qa.query import STOP_WORDS, content_words, wanted, words

_PAIRS = {"“": "”", "‘": "’", '"': '"', "(": ")", "[": "]", "«": "»"}
_CLAUSE = re.compile(r"[,;:—]\s+|\s+(?=(?:that|because|which|but|and|since|in order|so that|until|when)\b)")
_NUMBER = re.compile(
    r"(?:[$£€]|Rs\.?\s?)?\d[\d,.]*\d|\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|half)\b",
    re.IGNORECASE,
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_TIME = re.compile(
    rf"(?:from\s+)?(?:(?:{_MONTHS})(?:\s+\d{{1,2}})?(?:,?\s+\d{{4}})?|\b1[5-9]\d\d\b|\b20\d\d\b)"
    rf"(?:\s*(?:to|until|–|-|and)\s*(?:(?:{_MONTHS})(?:\s+\d{{1,2}})?(?:,?\s+\d{{4}})?|\b\d{{4}}\b))?"
)
_NAME = re.compile(r"(?:[A-Z][\w’.-]*)(?:\s+(?:of|the|de|von|van)\s+[A-Z][\w’.-]*|\s+[A-Z][\w’.-]*)*")
_REASON = re.compile(
    r"\b(?:because|since|for the reason that|in order to|so that|owing to|due to|in view of)\b"
)


def tidy(text: str, start: int, end: int) -> tuple[int, int]:
    """[start, end) without outer white space and stray punctuation; a quotation mark or bracket that is
    opened inside and closed just behind (or the reverse) is taken along."""
    while start < end and (text[start].isspace() or text[start] in ",;:.–—-)]”’"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:–—-([“‘"):
        end -= 1
    if end - start > 2 and text[end - 1] == "." and text[end - 3] not in ". ":
        end -= 1
    inside = text[start:end]
    for opening, closing in _PAIRS.items():
        if inside.count(opening) > inside.count(closing) and text[end : end + 1] == closing:
            end += 1
        elif inside.count(closing) > inside.count(opening) and text[start - 1 : start] == opening:
            start -= 1
    return start, end


def plain_phrase(question: str, sentence: str) -> tuple[int, int] | None:
    """The part of a sentence that answers, by rules: a date, number or name where one is asked for that
    the question does not hold itself; else the clause with the fewest of the question's words. None where
    nothing stands out."""
    asked = {word.lower() for word in words(question)}
    kind = wanted(question)
    pattern = {"number": _NUMBER, "time": _TIME, "person": _NAME, "place": _NAME}.get(kind)
    if pattern is not None:
        for match in pattern.finditer(sentence):
            new = [w for w in words(match.group()) if w.lower() not in asked and w.lower() not in STOP_WORDS]
            if new:
                return tidy(sentence, *match.span())
    if kind == "reason" and (because := _REASON.search(sentence)):
        return tidy(sentence, because.end(), len(sentence))
    return _newest_clause(asked, sentence)


def _newest_clause(asked: set[str], sentence: str) -> tuple[int, int] | None:
    cuts = [0, *(match.end() for match in _CLAUSE.finditer(sentence)), len(sentence)]
    best: tuple[float, int, int] | None = None
    for start, end in pairwise(cuts):
        telling = content_words(sentence[start:end])
        new = [word for word in telling if word.lower() not in asked]
        if len(new) < 2:
            continue
        score = len(new) / (len(telling) + 1)
        if best is None or score > best[0]:
            best = (score, start, end)
    return tidy(sentence, best[1], best[2]) if best else None
