"""The best sentences with their neighbours as quotes: each from one place, the same words once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.phrasing import plain_phrase, tidy
from qa.query import words
from qa.quoting.reads import FOLLOWING, Candidate, Read, Selection
from qa.quoting.table import FEATURES
from qa.splitting import Sentence

MOST_SENTENCES = 3
NEIGHBOUR_EVIDENCE = -2.0
"""A neighbour joins the quote from this evidence logit on …"""
NEIGHBOUR_MARGIN = 1.5
"""… where it lies less than this below the best sentence's: then either may be the one that answers."""
ALIKE = 0.85
"""Share of the shorter quote's words (at least 6) from which two quotes are the same words."""


def select(
    candidates: Sequence[Candidate],
    scores: NDArray[np.float32],
    table: NDArray[np.float32],
    reads: Sequence[Read],
    limit: int,
    *,
    question: str = "",
) -> list[Selection]:
    """The best ``limit`` quotes, from different places; words that stand in several places come once,
    with the other places."""
    order = sorted(range(len(candidates)), key=lambda i: (-float(scores[i]), i))
    by_place = {(c.row, c.column): i for i, c in enumerate(candidates)}
    taken: set[tuple[str, int]] = set()  # a document, and where a sentence of it begins
    chosen: list[Selection] = []
    texts: list[list[str]] = []
    also: dict[int, list[tuple[str, int, int]]] = {}
    for index in order:
        candidate = candidates[index]
        place = (candidate.document, candidate.sentence.start)
        if place in taken or (table[index, FEATURES.index("short")] and chosen and len(order) > limit):
            continue
        first, last = _reach(candidate, by_place, table, reads[candidate.row], taken)
        read = reads[candidate.row]
        quoted = [*read.sentences[first : last + 1], *_announced(candidate.document, last, read, taken)]
        taken.update((candidate.document, sentence.start) for sentence in quoted)
        start, end = quoted[0].start, quoted[-1].end
        bag = [word.lower() for word in words(read.text[read.places[first][0] : read.places[last][1]])]
        twin = next((n for n, other in enumerate(texts) if alike(bag, other)), None)
        if twin is not None:
            also.setdefault(twin, []).append((candidate.document, start, end))
            continue
        if len(chosen) == limit:
            # Going on a little further finds the other places of what was chosen.
            if float(scores[order[0]]) - float(scores[index]) > 6.0:
                break
            continue
        chosen.append(
            Selection(
                candidate.document,
                start,
                end,
                candidate.sentence.voice,
                float(scores[index]),
                candidate.row,
                table[index],
                _phrase(read, candidate, question),
            )
        )
        texts.append(bag)
    return [
        Selection(
            s.document, s.start, s.end, s.voice, s.score, s.row, s.features, s.phrase, tuple(also.get(n, ()))
        )
        for n, s in enumerate(chosen)
    ]


def _reach(
    candidate: Candidate,
    by_place: Mapping[tuple[int, int], int],
    table: NDArray[np.float32],
    read: Read,
    taken: set[tuple[str, int]],
) -> tuple[int, int]:
    """First and last sentence of the quote: the best one and neighbours that are evidence too."""
    first = last = candidate.column
    if read.finding is None:
        return first, last
    evidence, told = FEATURES.index("evidence"), FEATURES.index("told")
    own = float(table[by_place[candidate.row, candidate.column], evidence])

    def joining(column: int) -> float:
        """The neighbour's evidence, -inf where it does not join."""
        if (candidate.row, column) not in by_place:
            return -math.inf
        beside = read.sentences[column]
        if (candidate.document, beside.start) in taken:
            return -math.inf
        if beside.voice != candidate.sentence.voice or abs(beside.block - candidate.sentence.block) > 1:
            return -math.inf
        values = table[by_place[candidate.row, column]]
        joins = values[evidence] > max(NEIGHBOUR_EVIDENCE, own - NEIGHBOUR_MARGIN) and not values[told]
        return float(values[evidence]) if joins else -math.inf

    while last - first + 1 < MOST_SENTENCES:
        before, behind = joining(first - 1), joining(last + 1)
        if max(before, behind) == -math.inf:
            break
        if behind >= before:
            last += 1
        else:
            first -= 1
    return first, last


def _announced(document: str, last: int, read: Read, taken: set[tuple[str, int]]) -> list[Sentence]:
    """What follows a quote that ends with a colon, in the same voice and without a paragraph between."""
    if not read.sentence(last).rstrip().endswith(":"):
        return []
    found, before = [], read.sentences[last]
    for sentence in (*read.sentences[last + 1 :], *read.following)[:FOLLOWING]:
        if (document, sentence.start) in taken or sentence.voice != before.voice:
            break
        if sentence.block - before.block > 1:
            break
        found.append(sentence)
        before = sentence
    return found


def alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two places hold the same words, or very nearly: a list of lower-case words each."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 6:
        return list(shorter) == list(longer)
    if len(shorter) < 0.6 * len(longer):
        return False
    pool: dict[str, int] = {}
    for word in longer:
        pool[word] = pool.get(word, 0) + 1
    shared = 0
    for word in shorter:
        if pool.get(word, 0):
            pool[word] -= 1
            shared += 1
    return shared >= ALIKE * len(shorter)


def _phrase(read: Read, candidate: Candidate, question: str) -> tuple[int, int] | None:
    start, end = read.places[candidate.column]
    if read.finding is not None:
        span = read.finding.phrase(start, end)
        found = tidy(read.text, span[0], span[1]) if span else None
    else:
        plain = plain_phrase(question, read.text[start:end])
        found = (start + plain[0], start + plain[1]) if plain else None
    # A full stop alone, tidied, leaves nothing.
    return read.true(*found) if found and found[0] < found[1] else None
