"""Where rows of words stand: everywhere, and to the word."""

from __future__ import annotations

import random

import numpy as np

from qa.draft import Checker
from qa.draft.corpus import Corpus, Ids


def plainly(corpus: Corpus, ids: Ids) -> list[int]:
    """The places of a row of words, by looking at each."""
    found = np.ones(len(corpus.words) - len(ids) + 1, np.bool_)
    for offset, word in enumerate(ids):
        found &= corpus.words[offset : offset + len(found)] == word
    return np.flatnonzero(found).tolist()


def test_a_row_stands_where_all_its_words_do(folder_checker: Checker) -> None:
    corpus = folder_checker.corpus()
    chance = random.Random(1)
    # Words that are as rare as each other: whichever is looked for first, all of them are compared.
    rare = [word for word in range(1, int(corpus.words.max()) + 1) if corpus.count(word) == 1]
    for _ in range(400):
        stream = chance.randrange(corpus.streams)
        low, high = corpus.bounds(stream)
        at = chance.randrange(low, high)
        ids = corpus.words[at : at + chance.randrange(1, 25)].copy()
        ids = ids[: high - at]
        if chance.random() < 0.5:
            ids[chance.randrange(len(ids))] = chance.choice(rare)
        if chance.random() < 0.2:
            ids = np.append(ids, np.int32(chance.choice(rare)))
        assert corpus.run(ids).tolist() == plainly(corpus, ids)
