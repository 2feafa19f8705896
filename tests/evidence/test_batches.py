"""Batches: every example is seen, what is of one question together."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import chain

import pytest

from qa.evidence import batches
from tests.evidence.given import examples


def test_every_example_is_seen_and_the_order_is_the_seeds() -> None:
    given = examples()
    once = batches.in_batches(given, len(given), random.Random(1))
    assert sorted(chain(*once)) == list(range(len(given)))
    assert all(len(batch) <= batches.BATCH for batch in once)
    again = batches.in_batches(given, len(given), random.Random(1))
    assert once == again != batches.in_batches(given, len(given), random.Random(2))
    thrice = list(chain(*batches.in_batches(given, 30, random.Random(1))))
    assert len(thrice) >= 30
    assert min(thrice.count(n) for n in range(len(given))) >= 2


def test_the_passages_of_a_question_are_seen_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 8)
    monkeypatch.setattr(batches, "GROUP", 4)
    given = [replace(example, group="q" if n < 10 else "") for n, example in enumerate(examples())]
    seen = 0
    for batch in batches.in_batches(given, 60, random.Random(3)):
        assert len(batch) <= 8
        together = [i for i in batch if given[i].group]
        assert len(together) in (0, 4)
        assert sum(given[i].answers for i in together) in (0, 2)
        seen += len(batch)
    assert seen >= 60


def test_a_share_is_drawn_by_whole_groups() -> None:
    one = examples(2)[0]
    grouped = [replace(one, group=str(number)) for number in range(300) for _ in range(3)]
    alone = [one] * 300
    assert batches.drawn(grouped, 1.0, random.Random(0)) == grouped
    some = batches.drawn(grouped, 0.3, random.Random(0))
    counts = Counter(example.group for example in some)
    assert set(counts.values()) == {3}
    assert 60 < len(counts) < 120
    assert 60 < len(batches.drawn(alone, 0.3, random.Random(0))) < 120
