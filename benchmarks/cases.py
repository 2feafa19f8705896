"""Questions whose evidence is known, considered once by the assistant: what the weights are fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.linear import Choice
from qa import quoting
from qa.assistant import Assistant, Considered
from qa.conversation import standalone
from qa.evaluation.sets import Question
from qa.evaluation.wording import HIT, overlap


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
            is_evidence(question, c.document, considered.reads[c.row].sentence(c.column))
            if question.evidence
            else False
            for c in considered.candidates
        ]
        found.append(Case(question, considered, np.array(right, bool)))
        if number % 40 == 0:
            print(f"{number}/{len(questions)}", flush=True)
    return found


def hit(case: Case, chosen: Sequence[quoting.Selection]) -> bool:
    """Whether one of the chosen quotes is evidence."""
    for selection in chosen:
        read = case.considered.reads[selection.row]
        start, end = (offset - read.at for offset in read.view.of(selection.start, selection.end))
        if is_evidence(case.question, selection.document, read.text[start:end]):
            return True
    return False
