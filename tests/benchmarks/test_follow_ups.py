"""Which questions are counted as follow-ups, and which as others."""

from __future__ import annotations

from benchmarks.follow_ups import leans, others
from qa.evaluation import load

SEEDS = load("seeds").questions


def test_what_leans_on_the_question_before_is_told_from_others() -> None:
    assert [leans(one, one.after) for one in SEEDS if one.after] == [True, True]
    beside = list(others(SEEDS))
    assert len(beside) == len(SEEDS) - 1 - 2
    assert all(not one.after and before for one, before in beside)
    assert sum(leans(one, [before]) for one, before in beside) <= 2
