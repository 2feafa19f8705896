"""The measures against what others compute: pytrec_eval over the written TREC files, scikit-learn, the exact
binomial, and plain counting."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
import pytrec_eval

from qa.evaluation import write_report
from qa.evaluation.confidence import aurc, auroc
from qa.evaluation.measures import Outcome, measure, resample, values
from qa.evaluation.results import result
from tests.evaluation.builders import asked, shown

SENTENCE = "He told me that he was disturbed by the international situation."


def searched(number: int, rng: np.random.Generator) -> Outcome:
    """A question with one to four relevant documents of thirty, up to twenty-five of which were found."""
    names = [f"d{i}" for i in range(30)]
    relevant = rng.choice(names, size=rng.integers(1, 5), replace=False)
    found = rng.permutation(names)[: rng.integers(0, 26)]
    return asked(number, dict.fromkeys(map(str, relevant)), ranking=" ".join(found))


def test_retrieval_measures_equal_pytrec_eval_over_the_written_files(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    mine = result("mine", [searched(i, rng) for i in range(80)])
    write_report([mine], tmp_path)
    with (tmp_path / "mine.qrels").open() as qrels, (tmp_path / "mine.run").open() as run:
        judged, ranked = pytrec_eval.parse_qrel(qrels), pytrec_eval.parse_run(run)
    # All scores of a ranking are the same here: the order has to come through the files nevertheless.
    assert {score for _, score in mine.outcomes[0].ranking} == {1.0}
    wanted = {"success_1,10", "ndcg_cut_10", "recip_rank"}
    theirs = pytrec_eval.RelevanceEvaluator(judged, wanted).evaluate(ranked)
    for outcome, row in zip(mine.outcomes, mine.values, strict=True):
        # A question for which nothing was found has no line in a run, and pytrec_eval passes it over.
        their = theirs.get(
            outcome.question.id, dict.fromkeys(("success_1", "success_10", "ndcg_cut_10"), 0.0)
        )
        assert row["Success@1"] == their["success_1"]
        assert row["Success@10"] == their["success_10"]
        assert row["nDCG@10"] == pytest.approx(their["ndcg_cut_10"], abs=1e-12)
        reciprocal = their.get("recip_rank", 0.0)
        assert row["RR@10"] == pytest.approx(reciprocal if reciprocal >= 0.1 else 0.0)
    assert mine.measures["nDCG@10"].value == pytest.approx(
        sum(their["ndcg_cut_10"] for their in theirs.values()) / 80
    )


@pytest.mark.parametrize("levels", [3, 1000])
def test_auroc_equals_scikit_learn_under_any_weights(levels: int) -> None:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(levels)
    confidence = rng.integers(0, levels, 60) / levels
    answerable = (rng.random(60) < 0.6).astype(float)
    counts = resample(60, 20)
    for row, found in zip(counts, auroc(confidence, answerable, counts), strict=True):
        assert found == pytest.approx(roc_auc_score(answerable, confidence, sample_weight=row))


def test_interval_of_a_share_has_the_ends_of_the_exact_binomial() -> None:
    # Resampling n questions of which k are hits draws a binomial count of hits, n times with chance k / n.
    n, k = 25, 9
    outcomes = [asked(i, {"a": None}, ranking="a" if i < k else "b") for i in range(n)]
    share = measure(values(outcomes), resamples=40_000)["Success@1"]
    chances = [math.comb(n, j) * (k / n) ** j * (1 - k / n) ** (n - j) for j in range(n + 1)]
    up_to = list(itertools.accumulate(chances))
    exact = [next(j for j, chance in enumerate(up_to) if chance >= tail) / n for tail in (0.025, 0.975)]
    assert [share.low, share.high] == pytest.approx(exact)


def judged(number: int, confidence: float, right: bool) -> Outcome:
    quote = shown("a", SENTENCE if right else "Other words altogether.")
    return asked(number, {"a": SENTENCE}, quotes=(quote,), confidence=confidence)


def test_calibration_error_of_a_set_that_claims_a_fifth_too_much() -> None:
    # In each bin of ten, k are right and the confidence of all is k / 10 + 0.2.
    outcomes = [judged(10 * k + i, k / 10 + 0.2, i < k) for k in range(9) for i in range(10)]
    outcomes += [judged(100 + i, 0.9 + i / 1e6, i < 7) for i in range(10)]
    assert measure(values(outcomes))["ece"].value == pytest.approx(0.2, abs=1e-5)


def test_area_under_risk_and_coverage_by_hand() -> None:
    # From the surest on: right, wrong, right, wrong. Risks at 1 … 4 of 4: 0, 1/2, 1/3, 1/2.
    outcomes = [judged(i, 0.9 - i / 10, i % 2 == 0) for i in range(4)]
    assert measure(values(outcomes))["aurc"].value == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_area_under_risk_and_coverage_is_the_mean_over_all_orders_of_ties() -> None:
    rng = np.random.default_rng(5)
    confidence = np.array([0.9, 0.6, 0.6, 0.6, 0.3, 0.3])
    hit = np.array([1.0, 0.0, 1.0, 0.0, 0.0, 1.0])
    areas = []
    for order in itertools.permutations(range(6)):
        if all(confidence[a] >= confidence[b] for a, b in itertools.pairwise(order)):
            wrong = np.cumsum(1 - hit[list(order)])
            areas.append(float((wrong / np.arange(1, 7)).mean()))
    assert len(areas) == 6 * 2
    assert aurc(confidence, hit, np.ones((1, 6)))[0] == pytest.approx(np.mean(areas))
    # Counting a question twice is the same as having it twice.
    counts = rng.integers(0, 4, (1, 6)).astype(float)
    copies = np.repeat(np.arange(6), counts[0].astype(int))
    ones = np.ones((1, len(copies)))
    assert aurc(confidence, hit, counts)[0] == pytest.approx(aurc(confidence[copies], hit[copies], ones)[0])
