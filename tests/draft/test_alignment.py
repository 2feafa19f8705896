"""Where the words of a library are like those of a quotation."""

from __future__ import annotations

import random

from qa.draft import Checker, alignment
from qa.draft.alignment import _BINS, _COMMON, _FAVOURED, Run
from qa.draft.corpus import Corpus, Ids


def windows(corpus: Corpus, ids: Ids, width: int) -> list[int]:
    """Where the windows begin whose words weigh the most, counted one by one."""
    wanted = sorted({int(word) for word in ids if word > 0}, key=corpus.count)
    wanted = [word for word in wanted if corpus.count(word) <= _COMMON] or wanted[:4]
    words = corpus.words.tolist()
    sums: dict[int, float] = {}
    for first in range(-1, len(words) // width + 1):
        here = set(words[max(0, first * width) : (first + 2) * width])
        sums[first] = sum(corpus.weight(word) for word in wanted if word in here)
    best = sorted((first for first in sums if sums[first]), key=lambda first: (-sums[first], first))
    return [first * width for first in best[:_BINS]]


def nearest(corpus: Corpus, ids: Ids, favoured: frozenset[int]) -> Run | None:
    """The best of all windows, each aligned in full."""
    width = max(16, len(ids))
    best: tuple[float, Run] | None = None
    for low in windows(corpus, ids, width):
        for start, end in alignment._streams_in(corpus, low - width, low + 3 * width):
            run = alignment.beside(corpus, ids, 0, len(ids), start, end)
            if run is None:
                continue
            score = run.surprise * (_FAVOURED if corpus.document(corpus.stream(run.at)) in favoured else 1.0)
            if best is None or score > best[0]:
                best = score, run
    return best[1] if best else None


def test_the_nearest_place_is_that_of_all_windows_aligned(folder_checker: Checker) -> None:
    corpus = folder_checker.corpus()
    chance = random.Random(4)
    for trial in range(40):
        at = chance.randrange(len(corpus.words) - 40)
        ids = corpus.words[at : at + chance.randrange(3, 30)].copy()
        for _ in range(trial % 4):  # words of other places, and one that stands nowhere
            ids[chance.randrange(len(ids))] = chance.choice([-1, int(chance.choice(corpus.words))])
        favoured = frozenset(chance.sample(range(len(corpus.names)), 3))
        width = max(16, len(ids))
        assert alignment._windows(corpus, ids, width) == windows(corpus, ids, width)
        assert alignment.nearest(corpus, ids, 0, len(ids), favoured) == nearest(corpus, ids, favoured)
