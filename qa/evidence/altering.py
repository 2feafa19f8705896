"""Questions altered so that their passage no longer answers them, as near misses to train on.

What people write to be nearly answered by a passage changes one thing: a name, a number, a word for another,
its opposite, or a negation (Rajpurkar, Jia and Liang 2018, table 1). The same is done here by rule. An
altered question reads well enough for a model to learn by; some few are still answered.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from qa.evidence.examples import Example

NEGATED = {
    "did": "didn't",
    "does": "doesn't",
    "do": "don't",
    "was": "wasn't",
    "were": "weren't",
    "is": "isn't",
    "are": "aren't",
    "has": "hasn't",
    "had": "hadn't",
    "have": "haven't",
    "can": "can't",
    "could": "couldn't",
    "would": "wouldn't",
    "will": "won't",
    "should": "shouldn't",
}

_OPPOSITES = """
    first last, before after, largest smallest, larger smaller, large small, big little, highest
    lowest, higher lower, high low, most least, more less, many few, increase decrease,
    increased decreased, increasing decreasing, northern southern, north south, eastern western,
    east west, early late, earlier later, earliest latest, oldest youngest, older younger, old
    new, begin end, began ended, start finish, started stopped, won lost, win lose, positive
    negative, strong weak, stronger weaker, strongest weakest, rich poor, allowed forbidden,
    accept refuse, accepted refused, agree disagree, agreed disagreed, support oppose, supported
    opposed, gain lose, gained lost, buy sell, bought sold, enter leave, entered left, public
    private, internal external, major minor, maximum minimum, best worst, better worse, fast
    slow, faster slower, long short, longer shorter, longest shortest, good bad, male female,
    men women, father mother, son daughter, king queen, ancient modern, common rare, easy
    difficult, direct indirect, legal illegal, natural artificial, rural urban, liked disliked,
    above below, inside outside, top bottom, upper lower, open closed, opened closed, created
    destroyed, built demolished, advantage disadvantage, advantages disadvantages, friend enemy,
    allies enemies, succeed fail, succeeded failed, success failure, export import, exports
    imports, war peace, attack defend, attacked defended, praised criticized, same different,
    include exclude, included excluded, known unknown, military civilian, love hate, loved
    hated, raise lower, rise fall, rose fell
""".split(",")
OPPOSITE = {a: b for one, other in map(str.split, _OPPOSITES) for a, b in ((one, other), (other, one))}

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w.'-]*\w(?: (?:of |the |de )?[A-Z][\w.'-]*\w)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_WORD = re.compile(r"\b[a-z]{5,}\b")
SAME_ENDING = 3
"""Letters that a word and the one put in its place end with alike: mostly the same part of speech."""

_COMMON = frozenset(
    "about after again against among another around because become before being below between could during "
    "every first found given known later major might other people place should since their there these thing "
    "things those through under until using where which while whose within without would years".split()
)


def altered_negatives(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """For about ``share`` of the answered examples, the same passage under an altered question."""
    answered = [e for e in examples if e.answers]
    words = _by_ending(answered)
    names = [name for e in answered for name in _NAME.findall(e.question)]
    made = []
    for example in answered:
        if rng.random() > share:
            continue
        question = altered(example, words, names, rng)
        if question:
            made.append(
                replace(example, question=question, answers=False, evidence=(), answer=(), source="altered")
            )
    return made


def altered(
    example: Example, words: dict[str, list[str]], names: Sequence[str], rng: random.Random
) -> str | None:
    """The question with one thing changed; None where nothing can be. ``words``: others to put in, by their
    last letters; ``names``: names that other questions speak of."""
    ways: list[Callable[[], str | None]] = [
        lambda: _other_name(example, names, rng),
        lambda: _other_number(example, rng),
        lambda: _opposite(example, rng),
        lambda: _other_word(example, words, rng),
        lambda: _negated(example),
    ]
    # Those that meet few questions first, for half of these; a negation is the easiest to learn.
    order = rng.choices(range(5), weights=(4, 3, 5, 3, 1), k=8)
    for way in dict.fromkeys(order):
        question = ways[way]()
        if question and question != example.question:
            return question
    return None


def _other_name(example: Example, names: Sequence[str], rng: random.Random) -> str | None:
    """One name for another: of the passage itself half the time, else of some other question."""
    found = [m for m in _NAME.finditer(example.question) if m[0] in example.passage]
    if not found:
        return None
    match = rng.choice(found)
    told = " ".join(example.passage[a:b] for a, b in example.answer or ())
    here = [
        n
        for n in dict.fromkeys(_NAME.findall(example.passage))
        if n not in example.question and n not in told
    ]
    others = here if here and rng.random() < 0.5 else names
    return _put(example.question, match, rng.choice(others)) if others else None


def _other_number(example: Example, rng: random.Random) -> str | None:
    found = list(_NUMBER.finditer(example.question))
    if not found:
        return None
    match = rng.choice(found)
    digits = re.sub(r"\D", "", match[0])
    here = [
        n for n in _NUMBER.findall(example.passage) if len(n) == len(match[0]) and n not in example.question
    ]
    if here and rng.random() < 0.5:
        return _put(example.question, match, rng.choice(here))
    other = str(int(digits) + rng.choice((-30, -11, -4, -2, -1, 1, 2, 3, 7, 12, 20)))
    return _put(example.question, match, other) if not other.startswith("-") else None


def _opposite(example: Example, rng: random.Random) -> str | None:
    found = [m for m in re.finditer(r"\b[a-z]+\b", example.question) if m[0] in OPPOSITE]
    if not found:
        return None
    match = rng.choice(found)
    return _put(example.question, match, OPPOSITE[match[0]])


def _other_word(example: Example, words: dict[str, list[str]], rng: random.Random) -> str | None:
    """A word that the passage has for one of the same ending that it has not."""
    passage = example.passage.lower()
    found = [m for m in _WORD.finditer(example.question) if m[0] not in _COMMON and m[0][:5] in passage]
    if not found:
        return None
    match = rng.choice(found)
    others = words.get(match[0][-SAME_ENDING:], [])
    for _ in range(5):
        other = rng.choice(others) if others else match[0]
        if other != match[0] and other[:5] not in passage:
            return _put(example.question, match, other)
    return None


def _negated(example: Example) -> str | None:
    for match in re.finditer(r"\b[a-z]+\b", example.question):
        if match[0] in NEGATED:
            return _put(example.question, match, NEGATED[match[0]])
    return None


def _put(text: str, match: re.Match[str], other: str) -> str:
    return text[: match.start()] + other + text[match.end() :]


def _by_ending(examples: Sequence[Example]) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for example in examples:
        for word in _WORD.findall(example.question):
            if word not in _COMMON:
                words.setdefault(word[-SAME_ENDING:], []).append(word)
    return words
