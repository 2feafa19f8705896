import math

import numpy as np
import pytest

from qa.evaluation.measures import MEASURES, Outcome, columns, estimates, measure, resample, values
from tests.evaluation.builders import asked, shown

SENTENCE = "He told me that he was disturbed by the international situation."
OTHER = "Stalin has indicated that the Foreign Ministers should meet again."


def of(*outcomes: Outcome) -> dict[str, float | None]:
    return {name: estimate.value for name, estimate in measure(values(outcomes)).items()}


def test_retrieval_measures_by_hand() -> None:
    found = of(
        asked(1, {"a": None}, ranking="a b c"),
        asked(2, {"a": None}, ranking="b c a"),
        asked(3, {"a": None, "b": None}, ranking="b x a"),
        asked(4, {"z": None}, ranking=" ".join(f"d{i}" for i in range(10)) + " z"),
        asked(5, {"z": None}),  # nothing came: counts as missed
        asked(6, ranking="a"),  # unanswerable: does not count
    )
    third = (1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3))
    assert found["Success@1"] == pytest.approx(2 / 5)
    assert found["Success@10"] == pytest.approx(3 / 5)
    assert found["RR@10"] == pytest.approx((1 + 1 / 3 + 1) / 5)
    assert found["nDCG@10"] == pytest.approx((1 + 1 / math.log2(4) + third) / 5)


def test_tied_scores_keep_the_order_they_came_in() -> None:
    # All scores in these rankings are 1.0; every measure must see the same order.
    for first in "abcdefgh":
        rest = " ".join(sorted(set("abcdefgh") - {first}, reverse=True))
        found = of(asked(1, {first: None}, ranking=f"{first} {rest}"))
        assert found["Success@1"] == found["RR@10"] == found["nDCG@10"] == 1


def test_quote_hits_need_the_document_and_the_words() -> None:
    found = of(
        asked(1, {"a": SENTENCE}, quotes=(shown("a", SENTENCE),)),
        asked(2, {"a": SENTENCE}, quotes=(shown("b", SENTENCE), shown("a", SENTENCE))),
        asked(3, {"a": SENTENCE}, quotes=(shown("a", OTHER),)),
        # fourth place comes too late
        asked(4, {"a": SENTENCE}, quotes=(shown("a", OTHER),) * 3 + (shown("a", SENTENCE),)),
        asked(5, {"b": OTHER, "a": SENTENCE}, quotes=(shown("a", f"{OTHER} {SENTENCE}"),)),
        asked(6, {"a": SENTENCE}),
        asked(7, {"a": None}, quotes=(shown("a", OTHER),)),  # no words known: no part in it
        asked(8, quotes=(shown("a", OTHER),)),
    )
    assert found["quote_hit@1"] == pytest.approx(2 / 6)
    assert found["quote_hit@3"] == pytest.approx(3 / 6)


def test_half_of_the_words_is_a_hit_and_less_is_not() -> None:
    evidence = "one two three four five six seven eight"
    at_half = shown("a", "five six seven eight nine ten eleven twelve")
    below = shown("a", "six seven eight nine ten eleven twelve thirteen")
    assert of(asked(1, {"a": evidence}, quotes=(at_half,)))["quote_hit@1"] == 1
    assert of(asked(1, {"a": evidence}, quotes=(below,)))["quote_hit@1"] == 0


def test_quote_f1_sums_words_over_questions() -> None:
    found = of(
        # 4 shown words, 2 of them among the 2 wanted
        asked(1, {"a": "red fox"}, quotes=(shown("a", "the red fox ran"),)),
        # 6 shown in two quotes, 3 of them among the 4 wanted
        asked(2, {"a": "p q r s"}, quotes=(shown("a", "p q x"), shown("a", "r y z"))),
    )
    precision, recall = 5 / 10, 5 / 6
    assert found["quote_f1"] == pytest.approx(2 * precision * recall / (precision + recall))


def test_answer_measures_judge_the_first_phrase() -> None:
    found = of(
        asked(1, {"a": SENTENCE}, answer="the theatre", quotes=(shown("a", SENTENCE, phrase="Theatre."),)),
        asked(2, {"a": SENTENCE}, answer="Norway and Turkey", quotes=(shown("a", OTHER, phrase="Turkey"),)),
        asked(3, {"a": SENTENCE}, answer="Norway", quotes=(shown("a", OTHER),)),
        asked(4, {"a": SENTENCE}, answer="Norway"),
        asked(5, {"a": SENTENCE}),  # no answer is known: no part in it
        asked(6, answer="Norway"),
    )
    assert found["answer_em"] == pytest.approx(1 / 4)
    assert found["answer_f1"] == pytest.approx((1 + 0.5) / 4)


def test_abstention_by_hand() -> None:
    found = of(
        asked(1, {"a": SENTENCE}, answered=True, confidence=0.9),
        asked(2, {"a": SENTENCE}, answered=False, confidence=0.4),
        asked(3, {"a": SENTENCE}, answered=True, confidence=0.6),
        asked(4, answered=False, confidence=0.4),
        asked(5, answered=True, confidence=0.7),
    )
    # six pairs: 0.9 beats both; 0.4 ties one, loses one; 0.6 beats one, loses one
    assert found["abstain_auroc"] == pytest.approx((2 + 0.5 + 1) / 6)
    # refused: 2, of these 1 rightly; unanswerable: 2
    assert found["abstain_f1"] == pytest.approx(0.5)
    assert found["answered_wrongly"] == pytest.approx(1 / 2)
    assert found["refused_wrongly"] == pytest.approx(1 / 3)


def test_auroc_with_many_ties_equals_mann_whitney_by_hand() -> None:
    yes, no = [0.2, 0.5, 0.5, 0.8], [0.2, 0.5, 0.1]
    # wins: 0.2 over 0.1; each 0.5 over 0.2 and 0.1; 0.8 over all. ties: 0.2 with 0.2; each 0.5 with 0.5
    u = (1 + 2 + 2 + 3) + 0.5 * 3
    outcomes = [asked(i, {"a": SENTENCE}, confidence=c) for i, c in enumerate(yes)]
    outcomes += [asked(10 + i, confidence=c) for i, c in enumerate(no)]
    assert of(*outcomes)["abstain_auroc"] == pytest.approx(u / 12)


def hit_with(number: int, confidence: float, hit: bool) -> Outcome:
    return asked(
        number, {"a": SENTENCE}, quotes=(shown("a", SENTENCE if hit else OTHER),), confidence=confidence
    )


def test_ece_of_ten_bins_by_hand() -> None:
    # Twenty questions, two a bin; bin k has confidence k/10 + 0.05. In bins 0-4 neither is a hit, in bins
    # 5-9 both are, so the gap is the confidence below and what it lacks to 1 above.
    outcomes = [hit_with(10 * i + k, k / 10 + 0.05, k >= 5) for k in range(10) for i in range(2)]
    gaps = [k / 10 + 0.05 if k < 5 else 1 - (k / 10 + 0.05) for k in range(10)]
    assert of(*outcomes)["ece"] == pytest.approx(sum(gaps) / 10)


def test_ece_puts_one_more_into_the_first_bins() -> None:
    # Eleven questions: the first bin takes two (0.0 and 0.1), of which one is a hit.
    outcomes = [hit_with(i, i / 10, i in (1, 10)) for i in range(11)]
    gaps = [2 * abs(0.05 - 0.5), *(i / 10 for i in range(2, 10)), 0.0]
    assert of(*outcomes)["ece"] == pytest.approx(sum(gaps) / 11)


def test_ece_counts_unanswerable_questions_as_no_hits() -> None:
    assert of(asked(1, confidence=0.25))["ece"] == pytest.approx(0.25)
    assert of(asked(1, {"a": None}, confidence=0.25))["ece"] is None


def test_ece_of_resamples_equals_plain_counting() -> None:
    rng = np.random.default_rng(3)
    confidence, hit = rng.random(37), (rng.random(37) < 0.5).astype(float)
    counts = resample(37, 20)
    table = {"confidence": confidence, "first_hit": hit, "answerable": np.ones(37), "answered": np.ones(37)}
    found = estimates(table, counts)["ece"]
    for row, value in zip(counts, found, strict=True):
        copies = np.repeat(np.argsort(confidence), row[np.argsort(confidence)].astype(int))
        bins = np.array_split(copies, 10)
        plain = sum(abs((confidence[b] - hit[b]).sum()) for b in bins if len(b)) / len(copies)
        assert value == pytest.approx(plain)


def test_pages_are_judged_where_a_quote_hits() -> None:
    found = of(
        asked(1, {"a": SENTENCE}, pages="921-922", quotes=(shown("a", SENTENCE, pages="921–922"),)),
        # the first hitting quote is judged, not the first quote
        asked(
            2,
            {"a": SENTENCE},
            pages="921",
            quotes=(shown("a", OTHER, pages="922"), shown("a", SENTENCE, pages="921")),
        ),
        asked(3, {"a": SENTENCE}, pages="921", quotes=(shown("a", SENTENCE, pages=None),)),
        asked(4, {"a": SENTENCE}, pages="921", quotes=(shown("a", OTHER, pages="9"),)),  # no hit
        asked(5, {"a": SENTENCE}, quotes=(shown("a", SENTENCE, pages="9"),)),  # none expected
    )
    assert found["pages"] == pytest.approx(2 / 3)


def test_what_does_not_apply_has_no_value() -> None:
    documents_only = of(asked(1, {"a": None}, ranking="a"))
    assert {name for name, value in documents_only.items() if value is not None} == {
        *("Success@1", "Success@10", "RR@10", "nDCG@10", "refused_wrongly"),
    }
    unanswerable = of(asked(1), asked(2, answered=False))
    assert {name for name, value in unanswerable.items() if value is not None} == {
        *("abstain_f1", "answered_wrongly", "ece", "aurc"),
    }
    assert all(estimate.value is None for estimate in measure([]).values())
    assert set(measure([])) == set(MEASURES)


def test_interval_of_a_share_is_that_of_the_binomial() -> None:
    outcomes = [asked(i, {"a": None}, ranking="a" if i < 120 else "b") for i in range(400)]
    share = measure(values(outcomes))["Success@1"]
    half = 1.96 * math.sqrt(0.3 * 0.7 / 400)  # the normal approximation of the binomial
    assert share.value == pytest.approx(0.3)
    assert share.low == pytest.approx(0.3 - half, abs=0.004)
    assert share.high == pytest.approx(0.3 + half, abs=0.004)
    assert share.questions == 400


def test_resamples_draw_with_replacement_as_many_as_there_are() -> None:
    counts = resample(50, 1000)
    assert (counts.sum(axis=1) == 50).all()
    assert counts.mean() == pytest.approx(1)
    assert counts.var() == pytest.approx(1 - 1 / 50, rel=0.05)  # of a binomial(50, 1/50)


def test_two_runs_are_equal_to_the_last_digit() -> None:
    def once() -> dict[str, object]:
        rng = np.random.default_rng(7)
        outcomes = [hit_with(i, float(rng.random()), bool(rng.random() < 0.4)) for i in range(60)]
        outcomes += [asked(100 + i, confidence=float(rng.random())) for i in range(20)]
        return dict(measure(values(outcomes)))

    assert once() == once()


def test_a_single_question_has_its_value_as_interval() -> None:
    share = measure(values([asked(1, {"a": None}, ranking="a")]))["Success@1"]
    assert (share.value, share.low, share.high) == (1, 1, 1)


def test_columns_are_nan_where_a_value_is_missing() -> None:
    table = columns([{"a": 1.0, "b": None}, {"a": 0.0, "c": 2.0}])
    assert np.array_equal(table["a"], [1, 0])
    assert np.isnan(table["b"]).all()
    assert np.isnan(table["c"][0])
