"""Inputs are spoilt the same way from the same seed, and in many ways; what came of them is counted whole."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest

from benchmarks.fuzz import row
from benchmarks.fuzzing.mutating import LARGEST, mutated
from benchmarks.fuzzing.targets import TARGETS, Wrong, sound
from qa.types import Document, Mark
from tests.reading.samples import samples


@pytest.mark.parametrize(
    ("shape", "name"), [("text", "a.xml"), ("text", "a.pdf"), ("zip", "a.docx"), ("json", "a.jsonl")]
)
def test_the_same_seed_spoils_the_same_way(shape: str, name: str) -> None:
    corpus = [samples(("Words.", "More “words”."))[name]]

    def made() -> list[bytes]:
        chance = random.Random(3)
        return [mutated(chance, shape, list(corpus)) for _ in range(60)]

    first = made()
    assert made() == first
    assert len(set(first)) > 40
    assert all(len(data) <= 2 * LARGEST for data in first)


def test_json_often_stays_json() -> None:
    chance = random.Random(3)
    kept = 0
    for _ in range(100):
        data = mutated(chance, "json", [b'{"a": [1, {"b": "c"}], "d": null}'])
        try:
            json.loads(data)
            kept += 1
        except (ValueError, RecursionError):
            pass
    assert kept > 50


def test_what_is_accepted_must_be_sound() -> None:
    sound(Document("a", "Words.", (Mark("page", 0, 0, "1"),)))
    for marks in ((Mark("page", 3, 9),), (Mark("page", 3, 3), Mark("page", 0, 0))):
        with pytest.raises(Wrong):
            sound(Document("a", "Words.", marks))


def test_a_line_of_the_table_counts_all() -> None:
    assert row("pdf", Counter(accepted=2, refused=1_000, time=1)) == "| pdf | 1,003 | 2 | 1,000 | 0 | 1 | 0 |"
    assert {"pdf", "docx", "api", "question", "receipts", "bibtex", "set-squad"} <= set(TARGETS)
