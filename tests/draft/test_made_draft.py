"""The measure of benchmarks/draft.py on a small library: made drafts of a hundred quotations."""

from __future__ import annotations

import pytest

from benchmarks.draft import LEAST, WANTED, Maker, compared
from qa.draft import Checker
from qa.draft.manuscript import of_text


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_at_least_98_of_100_are_right_and_nothing_altered_is_called_exact(
    folder_checker: Checker, seed: int
) -> None:
    text, made = Maker(folder_checker.library, seed).draft()
    assert len(made) == sum(WANTED.values()) == 100
    results = compared(folder_checker.check(of_text("made.md", text)), made)
    wrong = [
        (one.verdict, one.how, verdict, words) for one, verdict, words in results if one.verdict != verdict
    ]
    assert not [each for each in wrong if each[0] == "altered" and each[2] == "exact"], wrong
    assert len(wrong) <= (1 - LEAST) * len(made), wrong
