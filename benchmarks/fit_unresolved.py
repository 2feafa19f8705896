"""Fits what it takes from the confidence that a question leans on one that was not asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmarks.cases import cases, hit
from qa import confidence
from qa.assistant import Assistant
from qa.conversation import standalone
from qa.evaluation.sets import Question

NAME = "unresolved"


def fit_unresolved(assistant: Assistant, questions: Sequence[Question]) -> float:
    """The weight of the feature, from the follow-ups among ``questions`` (and what is taken for one) asked
    without those before them, all other weights as they are. Prints what it changes."""
    alone = [replace(question, after=()) for question in questions]
    found = cases(assistant, [one for one in alone if standalone(one.question).unresolved])
    weights = {name: w for name, w in assistant.reading.confidence.items() if name != NAME}
    told, right = [], []
    for case in found:
        chosen = assistant.select(case.considered, 3)
        told.append(
            confidence.probability(assistant.trusted(case.considered, chosen[0]), weights) if chosen else 0
        )
        right.append(hit(case, chosen[:1]))
    before, hits = np.clip(np.array(told), 1e-6, 1 - 1e-6), np.array(right)
    logits = np.log(before / (1 - before))
    weight = round(shift(logits, float(hits.mean())), 4)
    after, least = 1 / (1 + np.exp(-(logits + weight))), assistant.reading.threshold
    for name, values in (("before", before), ("after", after)):
        shown = values >= least
        print(
            f"{len(values)} questions, right {hits.mean():.3f}; {name}: mean confidence {values.mean():.3f}, "
            f"answered {shown.mean():.3f}, of these right {hits[shown].mean() if shown.any() else 0:.3f}"
        )
    return weight


def shift(logits: np.ndarray[tuple[int], np.dtype[np.float64]], share: float) -> float:
    """What is to be added to ``logits`` so that their probabilities have the mean ``share``: the likeliest
    shift where so many are right (the score equation of a logistic regression with this bias alone)."""
    low, high = -20.0, 20.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        if float((1 / (1 + np.exp(-(logits + middle)))).mean()) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
