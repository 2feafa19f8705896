"""Fits the weights of queries that ask nothing but name a subject: their order and their confidence."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.cases import retrieval_choices
from benchmarks.linear import Choice, fit_choice, fit_logistic, named
from qa import confidence, quoting, retrieval
from qa.assistant import Assistant
from qa.evaluation.confidence import auroc, ece
from qa.evaluation.sets import Question
from qa.query import is_subject

SUBJECTS_TRUSTED = ("bias", "score", "evidence", "coverage_passage")
"""What the confidence rests on where a subject is named."""
ALWAYS_ALIKE = ("cosine_of_question", "near")
"""Features that say nothing more of a query that leans on none."""
SHRUNK = 3e-3
"""The l2 of subjects; a third of it gives the same within a line."""


def fit_subjects(assistant: Assistant, questions: Sequence[Question]) -> dict[str, float]:
    """Weights for retrieval.FEATURES where a subject is named and its document is known: first to find the
    passages to read, then together with what the evidence model finds in these. They are on the scale on
    which its evidence has the weight that it has for questions."""
    columns = [at for at, name in enumerate(retrieval.FEATURES) if name not in ALWAYS_ALIKE]
    names = [retrieval.FEATURES[at] for at in columns]
    first = fit_choice(
        [replace(one, table=one.table[:, columns]) for one in retrieval_choices(assistant, questions)], SHRUNK
    )
    set_subjects(assistant, retrieval=named(names, first))
    choices = []
    for question in questions:
        considered = assistant.consider(question.question)
        found = assistant.candidates(considered.query)
        row = {passage.id: at for at, passage in enumerate(found.passages)}
        features = found.features[[row[read.scored.passage.id] for read in considered.reads]]
        best = quoting.best_of_passages(considered.reads, considered.candidates, considered.table)
        documents = {e.document for e in question.evidence}
        right = np.array([read.scored.passage.document in documents for read in considered.reads], bool)
        evidence = best[:, [quoting.FEATURES.index("evidence")]]
        choices.append(Choice(np.hstack([features[:, columns], evidence]), right))
    *fitted, evidence_weight = fit_choice(choices, SHRUNK)
    scale = assistant.reading.passages["evidence"] / evidence_weight
    return named(names, np.array(fitted, np.float32) * scale)


def set_subjects(assistant: Assistant, **changed: Mapping[str, float]) -> None:
    """Puts weights in force: ``retrieval`` or ``confidence``."""
    assistant.weights = replace(assistant.weights, subjects=replace(assistant.weights.subjects, **changed))


def fit_subjects_confidence(
    assistant: Assistant, lines: Sequence[Question], others: Sequence[str]
) -> dict[str, float]:
    """Weights of confidence.FEATURES for subjects: whether the first quote is from the paper that a line is
    about. ``others`` are as many lines about papers that the library does not hold. Prints five-fold
    figures."""
    rows, right, held = [], [], []
    for text, documents in [
        *((line.question, {e.document for e in line.evidence}) for line in lines),
        *((text, set[str]()) for text in others),
    ]:
        considered = assistant.consider(text)
        chosen = assistant.select(considered, 3)
        if chosen:
            rows.append(assistant.trusted(considered, chosen[0]))
            right.append(chosen[0].document in documents)
            held.append(bool(documents))
    table = np.array(rows)[:, [confidence.FEATURES.index(name) for name in SUBJECTS_TRUSTED]]
    target, there = np.array(right), np.array(held)
    order = list(range(len(target)))
    random.Random(0).shuffle(order)
    trusts = np.zeros(len(target))
    for fold in range(5):
        test, train = order[fold::5], [at for place, at in enumerate(order) if place % 5 != fold]
        trusts[test] = 1 / (1 + np.exp(-table[test] @ fit_logistic(table[train], target[train])))
    least, once = assistant.reading.threshold, np.ones((1, len(trusts)))
    print(
        f"cross-validated: auroc {auroc(trusts, there.astype(float), once)[0]:.3f}  "
        f"ece {ece(trusts, target.astype(float), once)[0]:.3f}  "
        f"at {least} refused {np.mean(trusts[there] < least):.3f}, "
        f"shown though not held {np.mean(trusts[~there] >= least):.3f}"
    )
    return named(SUBJECTS_TRUSTED, fit_logistic(table, target))


def other_lines(file: Path, count: int) -> list[str]:
    """``count`` editors' lines of volumes that the archive does not have; always the same."""
    with gzip.open(file, "rt", encoding="utf-8") as rows:
        found = [row["question"] for row in map(json.loads, rows) if row["source"] == "list of papers"]
    return random.Random(0).sample([text for text in found if is_subject(text)], count)
