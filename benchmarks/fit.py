"""Fits the linear weights in qa/weights.json on questions whose evidence is known.

`python -m benchmarks.fit --library DIR retrieval SET…` fits the order of passages,
`python -m benchmarks.fit --library DIR --frus FILE subjects SET…` this and the confidence for what asks
nothing but names a subject,
`python -m benchmarks.fit --library DIR read|plain SET…` what follows the reading: sentences, passages,
confidence and threshold, and prints their cross-validated figures. The library holds the whole archive;
"SET/2" is every other question of a set, "SET/after" its follow-ups.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from qa import confidence, quoting, retrieval
from qa.assistant import Assistant, Considered
from qa.conversation import standalone
from qa.evaluation.confidence import auroc, ece
from qa.evaluation.sets import Question, load
from qa.evaluation.wording import HIT, overlap
from qa.query import is_subject
from qa.weights import FILE

Floats = NDArray[np.float32]


SENTENCES = {
    True: ("passage", "evidence", "phrase", "kind", "note", "short", "told", "reply", "reply_asked"),
    False: ("passage", "similarity", "coverage", "kind", "note", "short", "told", "reply", "reply_asked"),
}
PASSAGES = {True: ("evidence", "told", "reply", "reply_asked"), False: ("told", "reply", "reply_asked")}
"""What the order of passages rests on after reading, besides their score before."""
BY_HAND = {"provenance": 8.0}
"""Of this kind there is one question in all sets: enough to see that it takes about this much to come before
what the evidence model finds, not enough to learn it from."""
TRUSTED = {
    True: ("bias", "score", "evidence", "phrase"),
    False: ("bias", "similarity"),
}
"""What the score of a sentence and the confidence rest on, with and without the evidence model."""
SUBJECTS_TRUSTED = ("bias", "score", "evidence", "coverage_passage")
"""What the confidence rests on where a subject is named."""

ALWAYS_ALIKE = ("cosine_of_question", "near")
"""Features that say nothing more of a query that leans on none."""
SHRUNK = 3e-3
"""The l2 of subjects; a third of it gives the same within a line."""

WRONG_ANSWER = 2.0
"""What answering a question without an answer costs beside refusing one that has an answer."""
MOST_REFUSED = 0.42
"""Share of the answerable questions that may be refused."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One question's options (options, features) and which of them are right (options,)."""

    table: Floats
    right: NDArray[np.bool_]
    weight: float = 1.0


def fit_choice(choices: Sequence[Choice], l2: float = 1e-3) -> Floats:
    """Weights (features,) that make the right options likely under a softmax over each question's options:
    the mean of -log Σ_right p, plus ``l2`` on standardised weights (multinomial logit; McFadden 1974)."""
    usable = [choice for choice in choices if choice.right.any() and not choice.right.all()]
    scale = np.concatenate([choice.table for choice in usable]).std(0) + 1e-6
    tables = [torch.tensor(choice.table / scale, dtype=torch.float64) for choice in usable]
    rights = [torch.tensor(choice.right) for choice in usable]
    weights = torch.tensor([choice.weight for choice in usable], dtype=torch.float64)
    theta = torch.zeros(len(scale), dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        parts = []
        for table, right in zip(tables, rights, strict=True):
            scores = table @ theta
            parts.append(torch.logsumexp(scores, 0) - torch.logsumexp(scores[right], 0))
        return (torch.stack(parts) * weights).sum() / weights.sum() + l2 * (theta**2).sum()

    _minimise(loss, theta)
    fitted: Floats = (theta.detach().numpy() / scale).astype(np.float32)
    return fitted


def fit_logistic(table: Floats, target: NDArray[np.bool_], l2: float = 1e-2) -> Floats:
    """Weights (features,) of a logistic regression whose first column is the bias (not shrunk)."""
    scale = table.std(0) + 1e-6
    scale[0] = 1.0
    x, y = torch.tensor(table / scale, dtype=torch.float64), torch.tensor(target, dtype=torch.float64)
    theta = torch.zeros(len(scale), dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        fit = torch.nn.functional.binary_cross_entropy_with_logits(x @ theta, y)
        return fit + l2 * (theta[1:] ** 2).sum()

    _minimise(loss, theta)
    fitted: Floats = (theta.detach().numpy() / scale).astype(np.float32)
    return fitted


def _minimise(loss: Callable[[], torch.Tensor], theta: torch.Tensor) -> None:
    optimiser = torch.optim.LBFGS([theta], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(closure)  # type: ignore[no-untyped-call]


def is_evidence(question: Question, document: str, text: str) -> bool:
    """Whether a text of a document overlaps one of the question's evidence quotes."""
    return any(
        e.quote and e.document == document and overlap(text, e.quote) >= HIT for e in question.evidence
    )


def retrieval_choices(assistant: Assistant, questions: Sequence[Question]) -> list[Choice]:
    """The candidates of each answerable question; right are the passages that hold evidence (and, where
    only the document is known, all of its passages)."""
    choices = []
    for question in questions:
        if not question.evidence:
            continue
        found = assistant.candidates(standalone(question.question, question.after))
        documents = {e.document for e in question.evidence}
        inside = np.array([p.document in documents for p in found.passages])
        exact = np.array(
            [inside[i] and is_evidence(question, p.document, p.clean) for i, p in enumerate(found.passages)]
        )
        if question.has_quotes:
            choices.append(Choice(found.features, exact, 1.0))
        choices.append(Choice(found.features, inside, 0.5 if question.has_quotes else 1.0))
    return choices


def fit_retrieval(assistant: Assistant, questions: Sequence[Question]) -> dict[str, float]:
    """Weights for retrieval.FEATURES."""
    return _named(retrieval.FEATURES, fit_choice(retrieval_choices(assistant, questions)))


def fit_subjects(assistant: Assistant, questions: Sequence[Question]) -> dict[str, float]:
    """Weights for retrieval.FEATURES where a subject is named and its document is known: first to find the
    passages to read, then together with what the evidence model finds in these. They are on the scale on
    which its evidence has the weight that it has for questions."""
    columns = [at for at, name in enumerate(retrieval.FEATURES) if name not in ALWAYS_ALIKE]
    names = [retrieval.FEATURES[at] for at in columns]
    first = fit_choice(
        [replace(one, table=one.table[:, columns]) for one in retrieval_choices(assistant, questions)], SHRUNK
    )
    _set_subjects(assistant, retrieval=_named(names, first))
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
    return _named(names, np.array(fitted, np.float32) * scale)


def _set_subjects(assistant: Assistant, **changed: Mapping[str, float]) -> None:
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
        chosen = assistant.select(assistant.consider(text), 3)
        if chosen:
            rows.append(confidence.features(chosen))
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
    return _named(SUBJECTS_TRUSTED, fit_logistic(table, target))


def other_lines(file: Path, count: int) -> list[str]:
    """``count`` editors' lines of volumes that the archive does not have; always the same."""
    with gzip.open(file, "rt", encoding="utf-8") as rows:
        found = [row["question"] for row in map(json.loads, rows) if row["source"] == "list of papers"]
    return random.Random(0).sample([text for text in found if is_subject(text)], count)


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what was considered for it; ``right`` marks the sentences that are evidence."""

    question: Question
    considered: Considered
    right: NDArray[np.bool_]


def cases(assistant: Assistant, questions: Sequence[Question]) -> list[Case]:
    """All questions, considered once."""
    found = []
    for number, question in enumerate(questions, start=1):
        considered = assistant.consider(question.question, after=question.after)
        right = [
            is_evidence(question, c.document, _sentence(considered, c)) if question.evidence else False
            for c in considered.candidates
        ]
        found.append(Case(question, considered, np.array(right, bool)))
        if number % 40 == 0:
            print(f"{number}/{len(questions)}", flush=True)
    return found


def _sentence(considered: Considered, candidate: quoting.Candidate) -> str:
    read = considered.reads[candidate.row]
    first, last = read.places[candidate.column]
    return read.text[first:last]


def fit_reading(
    assistant: Assistant, found: Sequence[Case], evidence_model: bool
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Weights for the sentences, the passages and the confidence."""
    names = SENTENCES[evidence_model]
    columns = [quoting.FEATURES.index(name) for name in names]
    choices = [Choice(c.considered.table[:, columns], c.right) for c in found if c.right.any()]
    sentences = _named(names, fit_choice(choices, 3e-3)) | BY_HAND
    passages = fit_passages(found, evidence_model)
    rows, hits = [], []
    for case in found:
        chosen = assistant.select(case.considered, 3, sentences)
        if chosen:
            rows.append(confidence.features(chosen))
            hits.append(hit(case, chosen[:1]))
    trusted = TRUSTED[evidence_model]
    table = np.array(rows)[:, [confidence.FEATURES.index(name) for name in trusted]]
    return sentences, passages, _named(trusted, fit_logistic(table, np.array(hits), l2=0.1))


def _named(names: Sequence[str], weights: Floats) -> dict[str, float]:
    return dict(zip(names, (round(float(weight), 4) for weight in weights), strict=True))


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


def hit(case: Case, chosen: Sequence[quoting.Selection]) -> bool:
    """Whether one of the chosen quotes is evidence."""
    for selection in chosen:
        read = case.considered.reads[selection.row]
        start, end = (offset - read.at for offset in read.view.of(selection.start, selection.end))
        if is_evidence(case.question, selection.document, read.text[start:end]):
            return True
    return False


def threshold(trusts: Floats, answerable: NDArray[np.bool_]) -> float:
    """The confidence from which to answer that costs least, where answering a question that has no answer
    costs twice what refusing one that has costs (in shares of either kind), and at most MOST_REFUSED of the
    answerable are refused. Rounded up to two places: the third only follows these questions."""
    best = (math.inf, 0.0)
    for value in sorted({round(float(t), 3) for t in trusts}):
        kept = trusts >= value
        refused = float((~kept[answerable]).mean())
        if refused <= MOST_REFUSED:
            best = min(best, (WRONG_ANSWER * float(kept[~answerable].mean()) + refused, value))
    return math.ceil(round(100 * best[1], 6)) / 100


def main(arguments: Sequence[str] | None = None) -> None:
    """Fits and writes qa/weights.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", required=True)
    parser.add_argument("--seeds", help="a library of the seeds alone: their questions are added")
    parser.add_argument("--frus", type=Path, help="train_frus.jsonl.gz, for subjects")
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("part", choices=["retrieval", "subjects", "read", "plain"])
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
        _set_subjects(assistant, retrieval=order)
        others = other_lines(options.frus, len(questions))
        trusted = fit_subjects_confidence(assistant, questions, others)
        saved["subjects"] = {"retrieval": order, "confidence": trusted}
    else:
        found = cases(assistant, questions)
        if options.seeds:
            over_seeds = Assistant.open(options.seeds)
            over_seeds.evidence = assistant.evidence
            found += cases(over_seeds, load("seeds").questions)
        saved[options.part] = fit_cases(assistant, found, options.part == "read")
    options.out.write_text(json.dumps(saved, indent=1) + "\n", "utf-8")


def _questions(name: str) -> Sequence[Question]:
    name, _, part = name.partition("/")
    whole = load(name).questions
    return {"": whole, "2": whole[::2], "after": [one for one in whole if one.after]}[part]


def fit_cases(assistant: Assistant, found: list[Case], evidence_model: bool) -> dict[str, object]:
    """The fitted weights of questions already considered; prints five-fold cross-validated figures."""
    random.Random(0).shuffle(found)
    ones, threes, trusts, answerable, hits = [], [], [], [], []
    for fold in range(5):
        train = [case for i, case in enumerate(found) if i % 5 != fold]
        sentences, _, trust = fit_reading(assistant, train, evidence_model)
        for case in found[fold::5]:
            chosen = assistant.select(case.considered, 3, sentences)
            value = confidence.probability(confidence.features(chosen), trust) if chosen else 0.0
            trusts.append(value)
            answerable.append(case.question.answerable)
            hits.append(hit(case, chosen[:1]))
            if case.question.answerable:
                ones.append(hits[-1])
                threes.append(hit(case, chosen))
    cut = threshold(np.array(trusts, np.float32), np.array(answerable))
    positive, negative = np.array(trusts)[np.array(answerable)], np.array(trusts)[~np.array(answerable)]
    once = np.ones((1, len(trusts)))
    figures = {
        "quote_hit@1": np.mean(ones),
        "quote_hit@3": np.mean(threes),
        "abstain_auroc": auroc(np.array(trusts), np.array(answerable, float), once)[0],
        "refused_wrongly": np.mean(positive < cut),
        "answered_wrongly": np.mean(negative >= cut),
        "threshold": cut,
    }
    print("cross-validated:", "  ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    sentences, passages, trust = fit_reading(assistant, found, evidence_model)
    return {"sentences": sentences, "passages": passages, "confidence": trust, "threshold": cut}


if __name__ == "__main__":
    main()
