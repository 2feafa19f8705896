"""Cohen's kappa against scikit-learn's and by hand; two people's files compared."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import pytest

from qa.errors import UsageError
from qa.evaluation.agreement import agree, kappa
from qa.evaluation.marked_set import settle
from qa.evaluation.marks import Judgement, Spot, Verdict, judgement, keep

WORDS = "the keeper of the lighthouse sang all night"
ELSEWHERE = "nobody in Leith was surprised by any of it"


def test_kappa_of_a_table_computed_by_hand() -> None:
    # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: observed 35/50; the first says yes in 25/50, the second in
    # 30/50, so chance gives .5 * .6 + .5 * .4 = .5, and kappa is (.7 - .5) / (1 - .5) = .4.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    found = kappa(pairs)
    assert found.units == 50
    assert found.observed == pytest.approx(0.7)
    assert found.expected == pytest.approx(0.5)
    assert found.kappa == pytest.approx(0.4)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.4 < found.high
    assert kappa(pairs) == found, "the same to the last digit"


def test_kappa_is_scikit_learns_on_random_labels() -> None:
    from sklearn.metrics import cohen_kappa_score

    chance = random.Random(8)
    for labels in (2, 3, 5):
        for units in (2, 7, 60):
            first = [chance.randrange(labels) for _ in range(units)]
            second = [one if chance.random() < 0.6 else chance.randrange(labels) for one in first]
            wanted = cohen_kappa_score(first, second)
            found = kappa(list(zip(first, second, strict=True))).kappa
            if math.isnan(wanted):
                assert found is None
            else:
                assert found == pytest.approx(wanted, abs=1e-12)


def test_the_interval_is_that_of_the_large_sample_theory() -> None:
    # Fleiss, Cohen and Everitt 1969: for two categories said equally often by both, the variance of kappa is
    # (1 - kappa ** 2) / n.
    n, agreeing = 2000, 1600
    pairs = [(0, 0), (1, 1)] * (agreeing // 2) + [(0, 1), (1, 0)] * ((n - agreeing) // 2)
    found = kappa(pairs)
    assert found.kappa == pytest.approx(0.6)
    half = 1.96 * math.sqrt((1 - 0.6**2) / n)
    assert found.low == pytest.approx(0.6 - half, abs=0.006)
    assert found.high == pytest.approx(0.6 + half, abs=0.006)


def test_where_both_say_the_same_of_all_kappa_has_no_value() -> None:
    found = kappa([(True, True)] * 4)
    assert (found.units, found.observed, found.expected, found.kappa) == (4, 1.0, 1.0, None)
    assert kappa([]).observed is None


def marked(path: Path, by: str, *said: tuple[str, Verdict, str | None]) -> str:
    """A file of `qa marks --out --by`: (question, verdict, words of the place in a.txt)."""
    made: list[Judgement] = []
    for question, verdict, words in said:
        spot = Spot("a.txt", 0, len(words), words) if words else None
        made.append(judgement(question, (), verdict, by, spot=spot))
    path.write_text(settle(made).lines, "utf-8")
    return str(path)


def test_two_peoples_files(tmp_path: Path) -> None:
    ada = marked(
        tmp_path / "ada.jsonl", "Ada",
        ("Who sang?", "answers", WORDS), ("Who sang?", "does not answer", ELSEWHERE),
        ("Who wept?", "nothing answers", None), ("Who slept?", "answers", WORDS),
        ("Who left?", "answers", WORDS), ("Who came?", "nothing answers", None),
    )  # fmt: skip
    ben = marked(
        tmp_path / "ben.jsonl", "Ben",
        ("Who sang?", "answers", "lighthouse sang all night"), ("Who sang?", "does not answer", ELSEWHERE),
        ("Who wept?", "nothing answers", None), ("Who slept?", "nothing answers", None),
        ("Who left?", "answers", ELSEWHERE), ("Who stayed?", "nothing answers", None),
    )  # fmt: skip
    found = agree(ada, ben)
    # has an answer: sang y/y, wept n/n, slept y/n, left y/y
    assert found.questions.table == {(True, True): 2, (False, False): 1, (True, False): 1}
    assert found.questions.kappa == pytest.approx((3 / 4 - (3 / 4 * 2 / 4 + 1 / 4 * 2 / 4)) / (1 - 1 / 2))
    # a place answers: the overlapping words y/y, the other words n/n
    assert found.places.table == {(True, True): 1, (False, False): 1}
    assert found.places.kappa == pytest.approx(1)
    assert (found.same_place, found.both_answer) == (1, 2)
    assert (found.only_first, found.only_second) == (1, 1)
    assert [(one.question, one.first, one.second) for one in found.disagreements] == [
        ("Who slept?", "has an answer", "has none"),
        ("Who left?", "answered elsewhere", "answered elsewhere"),
    ]
    same = agree(ada, ada)
    assert same.questions.kappa == 1
    assert same.disagreements == ()


def test_who_says_that_nothing_answers_has_judged_what_was_shown(tmp_path: Path) -> None:
    shown = Spot("a.txt", 0, len(WORDS), WORDS)
    other = Spot("a.txt", 90, 90 + len(ELSEWHERE), ELSEWHERE)
    for name, verdict, spot in (("ada", "answers", shown), ("ben", "nothing answers", None)):
        seen = [] if spot else [shown, other]
        made = judgement("Who sang?", (), verdict, name, spot=spot, seen=seen)  # type: ignore[arg-type]
        keep(tmp_path / f"{name}.jsonl", made)
    # Raw files of marks are taken as they are.
    found = agree(tmp_path / "ada.jsonl", tmp_path / "ben.jsonl")
    assert found.places.table == {(True, False): 1}
    assert found.questions.table == {(True, False): 1}
    assert [one.first for one in found.disagreements] == ["has an answer", f"“{WORDS}” answers"]


def test_sets_written_by_hand_and_documents_without_words(tmp_path: Path) -> None:
    def write(name: str, *rows: dict[str, Any]) -> Path:
        path = tmp_path / name
        path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
        return path

    one = write(
        "one.jsonl",
        {"id": "x", "question": "Who sang?", "evidence": [{"document": "a.txt", "quote": WORDS}]},
        {"question": "Who wept?", "evidence": []},
    )
    two = write(
        "two.jsonl",
        {"question": "Who sang?", "evidence": [{"document": "a.txt"}]},
        {"question": "Who wept?", "evidence": [{"document": "b.txt", "quote": WORDS}]},
    )
    found = agree(one, two)
    assert found.same_place == found.both_answer == 1
    assert [one.id for one in found.disagreements] == ["2"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no judgement"),
        ("nonsense", "line 1: not JSON"),
        ('{"question": "Who?"}', 'line 1: neither "verdict"'),
        ('\n{"question": "", "evidence": []}', 'line 2: "question"'),
        ('{"question": "Who?", "marks": [{"verdict": "answers", "by": "Ada"}]}', "names no"),
        ('{"question": "Who?", "marks": [3]}', "is not an object"),
        ('{"question": "Who else?", "evidence": []}', "no question in common"),
    ],
)
def test_what_cannot_be_compared_is_said(tmp_path: Path, text: str, told: str) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text('{"question": "Who sang?", "evidence": []}')
    bad.write_text(text)
    with pytest.raises(UsageError, match=told):
        agree(good, bad)
    with pytest.raises(UsageError, match="cannot be read"):
        agree(good, tmp_path / "none.jsonl")
