"""What is counted of the evidence model alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from benchmarks.evidence import Cosines, Tally, auroc, standardised
from qa.evidence.examples import sentence_ranges
from qa.evidence.model import Finding, Pair
from tests.encoders import HashEncoder

TALK = "Litvinov spoke with Harriman. It rained in Moscow."


def row(question: str, answer: str = "") -> dict[str, Any]:
    at = TALK.find(answer)
    spans = [[at, at + len(answer)]] if answer else []
    return {
        "question": question, "passage": TALK, "answerable": bool(answer), "evidence": [], "answer": spans,
    }  # fmt: skip


def reads(answers: float, *sentences: float) -> Any:
    """A model that finds this in any passage, and its first word as the phrase."""

    def read(question: str, pairs: Sequence[Pair]) -> list[Finding]:
        logits = np.array([1.0], np.float32)
        return [Finding(answers, sentences, logits, logits, np.array([[0, 8]]), 0.5)]

    return read


def test_cosines_are_those_of_the_question_with_passage_and_sentences() -> None:
    encoder = HashEncoder()
    rows = [row("Who spoke?"), row("It rained in Moscow.")]
    cosines = Cosines.of(encoder, rows)
    asked = encoder.encode(["It rained in Moscow."])[0]
    assert cosines.passages[1] == pytest.approx(float(encoder.encode([TALK])[0] @ asked), abs=1e-6)
    assert [len(own) for own in cosines.sentences] == [2, 2]
    assert cosines.sentences[1][1] == pytest.approx(1, abs=1e-6)


def test_the_cosine_beside_the_score_can_change_what_is_best() -> None:
    assert len(sentence_ranges(TALK)) == 2
    tally = Tally()
    tally.add(row("Who spoke?", "Litvinov"), reads(2.0, 1.0, 1.5))
    tally.add(row("Who fell?"), reads(1.0, -3.0, float("-inf")))
    tally.add(row("Who came?"), reads(0.9, -3.0, -3.0))
    same = np.array([0.5, 0.5], np.float32)
    told = Cosines(np.array([0.1, 0.9, 0.9], np.float32), (np.array([0.9, 0.1], np.float32), same, same))
    line = tally.figures(told)
    assert "AUROC pair 1.000 (0.500)" in line
    assert "right sentence 0.000 (1.000)" in line
    assert "EM 1.000 F1 1.000" in line


def test_only_questions_with_an_answer_count_for_sentences_and_phrase() -> None:
    tally = Tally()
    tally.add(row("Who fell?"), reads(1.0, 0.0, 0.0))
    assert not tally.exact
    assert not tally.right[0].any()


def test_auroc_counts_ties_half() -> None:
    assert auroc([3, 1, 2], [True, False, True]) == 1
    assert auroc([1, 1], [True, False]) == 0.5


def test_standardised_has_mean_0_and_deviation_1() -> None:
    made = standardised(np.array([1.0, 2.0, 6.0]))
    assert (made.mean(), made.std()) == pytest.approx((0, 1), abs=1e-6)
    cut = standardised(np.array([1.0, 2.0, 6.0, -np.inf]))
    assert list(cut[:3]) == list(made)
    assert cut[3] == -np.inf
