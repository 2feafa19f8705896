"""Where something like given words stands, against the plainest way to find it; and many at once."""

from __future__ import annotations

import random
import time
from collections import Counter

import pytest

from qa.receipts.differing import nearest, worded

WORDS = "the of to in tin lead wheat rain harbour spring navy noon Straße été".split()


def most_shared(text: list[str], wanted: list[str]) -> tuple[int, int]:
    """The most words that a window half as long again as what is wanted shares with it, and the number of
    the word with which the first such window ends."""
    width = len(wanted) + len(wanted) // 2
    shared = [
        (Counter(text[max(0, end - width) : end]) & Counter(wanted)).total()
        for end in range(1, len(text) + 1)
    ]
    return max(shared), shared.index(max(shared))


@pytest.mark.parametrize("seed", range(200))
def test_the_nearest_is_where_the_most_words_stand_together(seed: int) -> None:
    chance = random.Random(seed)
    text = chance.choices(WORDS, k=chance.randrange(1, 80))
    wanted = chance.choices([*WORDS, "blue", "umbrella"], k=chance.randrange(1, 15))
    most, last = most_shared(text, wanted)
    found = nearest(worded(" ".join(text)), " ".join(wanted).upper())
    assert (found is None) == (most < len(wanted) / 2)
    if found is not None:
        begins = [len(" ".join(text[:n])) + (n > 0) for n in range(len(text))]
        first, end = found
        assert first in begins
        assert begins[max(0, last - len(wanted) - len(wanted) // 2 + 1)] <= first
        assert end <= begins[last] + len(text[last])
        assert " ".join(text)[first:end].split()[0] in wanted


@pytest.mark.parametrize("text", ["", "…", "wheat"])
@pytest.mark.parametrize("words", ["", "– !", "blue umbrella"])
def test_of_nothing_nothing_is_near(text: str, words: str) -> None:
    assert nearest(worded(text), words) is None


def test_very_many_that_stand_nowhere_are_looked_for_in_no_time() -> None:
    chance = random.Random(1)
    ready = worded(" ".join(chance.choices(WORDS, k=40_000)))
    began = time.process_time()
    for _ in range(1_000):
        assert nearest(ready, " ".join([*chance.choices(WORDS, k=18), *["umbrella"] * 20])) is None
    assert time.process_time() - began < 8  # many times that where the text is gone through for each
