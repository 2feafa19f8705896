"""The parts that a quotation is from: cut where it goes over from one place of the library to another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.draft.alignment import Block, Run, beside, nearest, run_of
from qa.draft.corpus import Corpus, Ids
from qa.draft.units import OMITTED

SILENT = 40
"""Words between two runs of one document, left out without a sign, up to which they are one place altered."""
FEW, _LOOSE = 3, 2
"""Words that make a run at the least, with no more than so many between two of them."""
SHORTEST = 4
"""Words of a quotation in a row that are missing from a place, from which they are looked for elsewhere."""
_MISSED, _CUT, _CUT_MARKED = 0.6, 2.5, 0.5
"""What a missing word costs, and what going over to another place costs, where no ellipsis says so and where
one does; a word that stands there gains 1."""
_MANY = 1_500
"""Words of a quotation up to which the places of its parts are looked for."""
MOSTLY = 0.7
"""Share of the words of a quotation, or of a part, that must match for it to be from there as a whole."""


def parts(corpus: Corpus, ids: Ids, breaks: set[int], favoured: frozenset[int]) -> list[Run]:
    """The runs of source that the quotation's words are from, in the quotation's order. One where nearly all
    of it stands in one place; else the places of its parts are looked for, and it is cut where it goes over
    from one to another."""
    whole = nearest(corpus, ids, 0, len(ids), favoured)
    if whole is None:
        return []
    found = [whole]
    if len(ids) <= _MANY and _wanting(_matched(whole, len(ids)), breaks):
        for first, last in _chunks(len(ids)):
            part = nearest(corpus, ids, first, last, favoured)
            if part is None or any(part.at < run.to and run.at < part.to for run in found):
                continue
            run = beside(corpus, ids, 0, len(ids), *_window(corpus, part, len(ids), found))
            if run is not None:
                found.append(run)
    matched = np.array([_matched(run, len(ids)) for run in found])
    pieces = []
    for first, last, number in _cut(matched, breaks):
        pieces += _apart(corpus, ids, found[number], first, last, breaks)
    return pieces or [whole]


def _window(corpus: Corpus, run: Run, words: int, found: Sequence[Run]) -> tuple[int, int]:
    """The part of the run's stream that a quotation of so many words could be from, up to what was found."""
    low, high = corpus.bounds(corpus.stream(run.at))
    low, high = max(low, run.at - words - SILENT), min(high, run.to + words + SILENT)
    low = max([low, *(other.to for other in found if other.to <= run.at)])
    high = min([high, *(other.at for other in found if other.at >= run.to)])
    return low, high


def _matched(run: Run, words: int) -> NDArray[np.bool_]:
    """Which of the quotation's words a run has, without those that only happen to stand in the same order: a
    "the" here and an "of" there."""
    groups: list[list[Block]] = []
    for block in run.blocks:
        if groups:
            at, place, size = groups[-1][-1]
            if block[0] - at - size <= _LOOSE and block[1] - place - size <= _LOOSE:
                groups[-1].append(block)
                continue
        groups.append([block])
    found = np.zeros(words, np.bool_)
    for group in groups:
        if sum(size for *_, size in group) >= FEW:
            for at, _, size in group:
                found[at : at + size] = True
    return found


def _apart(corpus: Corpus, ids: Ids, run: Run, first: int, last: int, breaks: set[int]) -> list[Run]:
    """What a run has of the words ``[first, last)``, cut where too much of the source lies between. A word or
    two that are left are no run."""
    groups: list[list[Block]] = []
    for at, place, size in run.blocks:
        low, high = max(at, first), min(at + size, last)
        if low >= high:
            continue
        block = (low, place + low - at, high - low)
        if groups:
            before = groups[-1][-1]
            marked = any(before[0] + before[2] <= n <= low for n in breaks)
            if block[1] - before[1] - before[2] <= (OMITTED if marked else SILENT):
                groups[-1].append(block)
                continue
        groups.append([block])
    runs = [run_of(corpus, ids, group) for group in groups]
    return [one for one in runs if one.matched >= FEW] or runs[:1]


def _wanting(matched: NDArray[np.bool_], breaks: set[int]) -> bool:
    """Whether a stretch of the words is missing, or a part between two marks of omission."""
    if _longest_gap(matched) >= SHORTEST:
        return True
    return any(part.size >= FEW and part.mean() < MOSTLY for part in np.split(matched, sorted(breaks)))


def _longest_gap(matched: NDArray[np.bool_]) -> int:
    """The most words in a row that do not match."""
    longest = here = 0
    for one in matched:
        here = 0 if one else here + 1
        longest = max(longest, here)
    return longest


def _chunks(words: int) -> list[tuple[int, int]]:
    """Overlapping parts of a quotation, at most some ten."""
    size = max(6, words // 5)
    step = max(3, size // 2)
    return [(first, min(words, first + size)) for first in range(0, max(1, words - step), step)]


def _cut(matched: NDArray[np.bool_], breaks: set[int]) -> list[tuple[int, int, int]]:
    """The quotation's words shared out among the windows so that the most of them match, with few cuts:
    (first, last, window), by the best path through all (Viterbi)."""
    windows, words = matched.shape
    gains = np.where(matched, 1.0, -_MISSED)
    score = gains[:, 0].copy()
    back = np.zeros((windows, words), np.int64)
    for n in range(1, words):
        best = int(np.argmax(score))
        price = _CUT_MARKED if n in breaks else _CUT
        stays = score >= score[best] - price
        back[:, n] = np.where(stays, np.arange(windows), best)
        score = np.where(stays, score, score[best] - price) + gains[:, n]
    state = int(np.argmax(score))
    cuts: list[tuple[int, int, int]] = []
    last = words
    for n in range(words - 1, 0, -1):
        before = int(back[state, n])
        if before != state:
            cuts.append((n, last, state))
            last, state = n, before
    cuts.append((0, last, state))
    return cuts[::-1]
