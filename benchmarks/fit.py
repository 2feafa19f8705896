"""Fits the linear weights in qa/weights.json on questions whose evidence is known.

`python -m benchmarks.fit --library DIR retrieval SET…` fits the order of passages,
`python -m benchmarks.fit --library DIR --frus FILE subjects SET…` this and the confidence for what asks
nothing but names a subject,
`python -m benchmarks.fit --library DIR read|plain SET…` what follows the reading: sentences, passages,
confidence and threshold, and prints their cross-validated figures; `… confidence SET…` the last two of them,
with the evidence model; `… unresolved SET…` what the confidence loses, with and without the evidence model,
where a question leans on one that was not asked. The library holds the whole archive; "SET/2" is every other
question of a set, "SET/after" its follow-ups.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.cases import Case, cases, hit, retrieval_choices
from benchmarks.fit_subjects import fit_subjects, fit_subjects_confidence, other_lines, set_subjects
from benchmarks.fit_unresolved import NAME, fit_unresolved
from benchmarks.linear import Choice, Floats, fit_choice, fit_logistic, named
from qa import confidence, quoting, retrieval
from qa.assistant import Assistant
from qa.evaluation.confidence import auroc, ece
from qa.evaluation.sets import Question, load
from qa.weights import FILE

OF_SUBJECTS = ("extent",)
"""Features that tell something only where a subject is named."""
SENTENCES = {
    True: ("passage", "evidence", "phrase", "kind", "note", "short", "told", "next", "reply", "reply_asked"),
    False: ("passage", "similarity", "coverage", "kind", "note", "short", "told", "reply", "reply_asked"),
}
PASSAGES = {True: ("evidence", "told", "reply", "reply_asked"), False: ("told", "reply", "reply_asked")}
"""What the order of passages rests on after reading, besides their score before."""
BY_HAND = {"provenance": 8.0}
"""Of this kind there is one question in all sets: enough to see that it takes about this much to come before
what the evidence model finds, not enough to learn it from."""
TRUSTED = {
    True: ("bias", "score", "kind", "uncounted", "gap", "evidence_five", "any"),
    False: ("bias", "similarity"),
}
"""What the score of a sentence and the confidence rest on, with and without the evidence model."""
HAS_ANSWER = 0.8
"""Share of "the question has an answer" in what the confidence is fitted to tell, the rest being "the first
quote is a hit"; then it is scaled to be the chance of a hit."""
WRONG_ANSWER = 2.0
"""What answering a question without an answer costs beside refusing one that has an answer."""
BAR = 0.35
"""Share of the answerable questions that may be refused, and at which what is answered wrongly is told."""


def fit_retrieval(assistant: Assistant, questions: Sequence[Question]) -> dict[str, float]:
    """Weights for retrieval.FEATURES."""
    columns = [at for at, name in enumerate(retrieval.FEATURES) if name not in OF_SUBJECTS]
    choices = [replace(one, table=one.table[:, columns]) for one in retrieval_choices(assistant, questions)]
    return named([retrieval.FEATURES[at] for at in columns], fit_choice(choices))


def fit_reading(
    assistant: Assistant, found: Sequence[Case], evidence_model: bool
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Weights for the sentences, the passages and the confidence."""
    names = SENTENCES[evidence_model]
    columns = [quoting.FEATURES.index(name) for name in names]
    choices = [Choice(c.considered.table[:, columns], c.right) for c in found if c.right.any()]
    sentences = named(names, fit_choice(choices, 3e-3)) | BY_HAND
    passages = fit_passages(found, evidence_model)
    return sentences, passages, fit_confidence(assistant, found, evidence_model, sentences)


def fit_confidence(
    assistant: Assistant, found: Sequence[Case], evidence_model: bool, sentences: Mapping[str, float]
) -> dict[str, float]:
    """Weights of TRUSTED, where sentences are chosen by the weights ``sentences``."""
    trusted = TRUSTED[evidence_model]
    columns = [confidence.FEATURES.index(name) for name in trusted]
    rows, hits, answerable = [], [], []
    for case in found:
        chosen = assistant.select(case.considered, 3, sentences)
        if chosen:
            rows.append(assistant.trusted(case.considered, chosen[0], sentences)[columns])
            hits.append(hit(case, chosen[:1]))
            answerable.append(case.question.answerable)
    table, right = np.array(rows), np.array(hits)
    told = HAS_ANSWER * np.array(answerable, np.float32) + (1 - HAS_ANSWER) * right.astype(np.float32)
    weights = fit_logistic(table, told, l2=0.02)
    scores = table @ weights
    # Scaling keeps the order (Platt 1999).
    shift, scale = fit_logistic(np.column_stack([np.ones_like(scores), scores]), right, l2=1e-4)
    weights = weights * scale
    weights[0] += shift
    return named(trusted, weights)


def fit_passages(found: Sequence[Case], evidence_model: bool) -> dict[str, float]:
    """Weights of PASSAGES, of a passage's best sentence, beside its score before (which has 1)."""
    names = PASSAGES[evidence_model]
    columns = [quoting.FEATURES.index(name) for name in names]
    choices = []
    for case in found:
        documents = {e.document for e in case.question.evidence}
        best = quoting.best_of_passages(
            case.considered.reads, case.considered.candidates, case.considered.table
        )
        scores = np.array([read.scored.score for read in case.considered.reads], np.float32)
        right = np.array([read.scored.passage.document in documents for read in case.considered.reads], bool)
        choices.append(Choice(np.column_stack([scores, best[:, columns]]), right))
    score, *weights = (float(weight) for weight in fit_choice(choices))
    return {name: round(weight / score, 4) for name, weight in zip(names, weights, strict=True)}


def threshold(trusts: Floats, answerable: NDArray[np.bool_]) -> float:
    """The confidence from which to answer that costs least, where answering a question that has no answer
    costs twice what refusing one that has costs (in shares of either kind), and at most BAR of the
    answerable are refused. Rounded up to two places: the third only follows these questions."""
    best = (math.inf, 0.0)
    for value in sorted({round(float(t), 3) for t in trusts}):
        kept = trusts >= value
        refused = float((~kept[answerable]).mean())
        if refused <= BAR:
            best = min(best, (WRONG_ANSWER * float(kept[~answerable].mean()) + refused, value))
    return math.ceil(round(100 * best[1], 6)) / 100


def main(arguments: Sequence[str] | None = None) -> None:
    """Fits and writes qa/weights.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", required=True)
    parser.add_argument("--seeds", help="a library of the seeds alone: their questions are added")
    parser.add_argument("--frus", type=Path, help="train_frus.jsonl.gz, for subjects")
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument(
        "part", choices=["retrieval", "subjects", "read", "plain", "confidence", "unresolved"]
    )
    parser.add_argument("sets", nargs="+")
    options = parser.parse_args(arguments)
    assistant = Assistant.open(options.library)
    if options.part == "plain":
        assistant.evidence = None
    questions = [question for name in options.sets for question in _questions(name)]
    saved = json.loads(options.out.read_text("utf-8"))
    if options.part == "retrieval":
        saved["retrieval"] = fit_retrieval(assistant, questions)
    elif options.part == "subjects":
        if options.frus is None:
            parser.error("subjects want --frus: lines about papers that the library does not hold.")
        order = fit_subjects(assistant, questions)
        set_subjects(assistant, retrieval=order)
        others = other_lines(options.frus, len(questions))
        trusted = fit_subjects_confidence(assistant, questions, others)
        saved["subjects"] = {"retrieval": order, "confidence": trusted}
    elif options.part == "unresolved":
        for part, model in (("read", assistant.evidence), ("plain", None)):
            assistant.evidence = model
            saved[part]["confidence"][NAME] = fit_unresolved(assistant, questions)
    else:
        found = cases(assistant, questions)
        if options.seeds:
            over_seeds = Assistant.open(options.seeds)
            over_seeds.evidence = assistant.evidence
            found += cases(over_seeds, load("seeds").questions)
        part = "plain" if options.part == "plain" else "read"
        unresolved = saved[part]["confidence"].get(NAME, 0.0)
        if options.part == "confidence":
            saved[part] |= fit_trust(assistant, found)
        else:
            saved[part] = fit_cases(assistant, found, part == "read")
        saved[part]["confidence"][NAME] = unresolved
    options.out.write_text(json.dumps(saved, indent=1) + "\n", "utf-8")


def _questions(name: str) -> Sequence[Question]:
    name, _, part = name.partition("/")
    whole = load(name).questions
    return {"": whole, "2": whole[::2], "after": [one for one in whole if one.after]}[part]


def fit_trust(assistant: Assistant, found: list[Case]) -> dict[str, object]:
    """The confidence and its threshold where sentences are chosen as they are; prints five-fold
    cross-validated figures."""
    sentences = assistant.weights.read.sentences

    def fitted(train: Sequence[Case]) -> tuple[Mapping[str, float], Mapping[str, float]]:
        return sentences, fit_confidence(assistant, train, True, sentences)

    cut = _cross_validated(assistant, found, fitted)
    return {"confidence": fitted(found)[1], "threshold": cut}


def fit_cases(assistant: Assistant, found: list[Case], evidence_model: bool) -> dict[str, object]:
    """The fitted weights of questions already considered; prints five-fold cross-validated figures."""

    def fitted(train: Sequence[Case]) -> tuple[Mapping[str, float], Mapping[str, float]]:
        sentences, _, trust = fit_reading(assistant, train, evidence_model)
        return sentences, trust

    cut = _cross_validated(assistant, found, fitted)
    sentences, passages, trust = fit_reading(assistant, found, evidence_model)
    return {"sentences": sentences, "passages": passages, "confidence": trust, "threshold": cut}


def _cross_validated(
    assistant: Assistant,
    found: list[Case],
    fitted: Callable[[Sequence[Case]], tuple[Mapping[str, float], Mapping[str, float]]],
) -> float:
    """The threshold, from confidences of questions that ``fitted`` (weights of sentences and of the
    confidence) had not seen; prints their figures. ``found`` is shuffled, always alike."""
    random.Random(0).shuffle(found)
    ones, threes, trusts, answerable = [], [], [], []
    for fold in range(5):
        sentences, trust = fitted([case for i, case in enumerate(found) if i % 5 != fold])
        for case in found[fold::5]:
            chosen = assistant.select(case.considered, 3, sentences)
            trusts.append(
                confidence.probability(assistant.trusted(case.considered, chosen[0], sentences), trust)
                if chosen
                else 0.0
            )
            answerable.append(case.question.answerable)
            ones.append(hit(case, chosen[:1]))
            threes.append(hit(case, chosen))
    trusted, has, right = np.array(trusts), np.array(answerable), np.array(ones, float)
    cut, once = threshold(trusted.astype(np.float32), has), np.ones((1, len(trusts)))
    figures = {
        "quote_hit@1": np.mean(right[has]),
        "quote_hit@3": np.mean(np.array(threes)[has]),
        "abstain_auroc": auroc(trusted, has.astype(float), once)[0],
        "auroc of hits": auroc(trusted, right, once)[0],
        "ece": ece(trusted, right, once)[0],
        "refused_wrongly": np.mean(trusted[has] < cut),
        "answered_wrongly": np.mean(trusted[~has] >= cut),
        "threshold": cut,
        f"answered_wrongly where {BAR} are refused": min(
            np.mean(trusted[~has] >= least) for least in trusted if np.mean(trusted[has] < least) <= BAR
        ),
    }
    print("cross-validated:", "  ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    return cut


if __name__ == "__main__":
    main()
