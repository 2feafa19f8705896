"""In which batches and parts examples are seen."""

from __future__ import annotations

import random
from collections.abc import Sequence

from qa.evidence.examples import Example

BATCH = 32
GROUP = 6
"""Passages of one question that are seen together at the most: those that answer, and others by lot."""
PART = 6
"""Examples of a batch that one core computes at once, not fewer than GROUP: little enough for its cache."""
POOL = 64
"""Batches that are sorted by length together: little padding, and still shuffled."""


def in_batches(examples: Sequence[Example], seen: int, rng: random.Random) -> list[list[int]]:
    """Indices of the examples in batches, in the order of training, until ``seen`` have been taken:
    shuffled, sorted by length within pools, the pools' batches shuffled again. What is of one group is
    in one batch."""
    groups = _units(examples)
    batches: list[list[int]] = []
    while seen > 0:
        units = [_drawn(examples, group, rng) for group in groups]
        rng.shuffle(units)
        pool: list[list[int]] = []
        size = 0
        for number, unit in enumerate(units, start=1):
            pool.append(unit)
            size += len(unit)
            if size >= min(POOL * BATCH, seen) or number == len(units):
                batches += _packed(examples, pool, rng)
                seen -= size
                pool, size = [], 0
            if seen <= 0:
                break
    return batches


def in_parts(examples: Sequence[Example]) -> list[list[Example]]:
    """A batch's examples in parts of at most PART, or of one group; what is of one group in one of them."""
    return [[examples[number] for number in part] for part in _filled(_units(examples), PART)]


def drawn(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """About ``share`` of the examples, a group whole or not at all."""
    taken = {number for unit in _units(examples) if rng.random() < share for number in unit}
    return [example for number, example in enumerate(examples) if number in taken]


def _drawn(examples: Sequence[Example], group: list[int], rng: random.Random) -> list[int]:
    if len(group) <= GROUP:
        return group
    others = [i for i in group if not examples[i].answers]
    answering = [i for i in group if examples[i].answers][: max(GROUP // 2, GROUP - len(others))]
    return answering + rng.sample(others, min(len(others), GROUP - len(answering)))


def _packed(examples: Sequence[Example], units: Sequence[list[int]], rng: random.Random) -> list[list[int]]:
    """Batches of whole units, near BATCH examples each, of passages of like length."""
    by_length = sorted(units, key=lambda unit: max(len(examples[i].passage) for i in unit))
    batches = _filled(by_length, BATCH)
    rng.shuffle(batches)
    return batches


def _units(examples: Sequence[Example]) -> list[list[int]]:
    """The examples' places, those of one group together, in the order in which they first come."""
    units: dict[str, list[int]] = {}
    for place, example in enumerate(examples):
        units.setdefault(example.group or f"\n{place}", []).append(place)
    return list(units.values())


def _filled(units: Sequence[list[int]], most: int) -> list[list[int]]:
    """Whole units one after the other, as many together as come to at most ``most``, or one alone."""
    filled: list[list[int]] = []
    for unit in units:
        if not filled or len(filled[-1]) + len(unit) > most:
            filled.append([])
        filled[-1] += unit
    return filled
