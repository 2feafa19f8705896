"""What is known of a sentence."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from qa.quoting import FEATURES, compare, select
from qa.quoting.table import COMPARED
from qa.types import Document, Mark
from tests.encoders import HashEncoder
from tests.quoting.passages import DUEL, OTHER, chosen, column, read_of, table_of


def test_a_row_for_each_sentence_of_each_passage() -> None:
    reads = [read_of(Document("a", DUEL), score=2.0), read_of(Document("b", OTHER), score=1.5)]
    candidates, table = table_of(reads)
    assert [(c.row, c.column, c.document) for c in candidates] == [
        (0, 0, "a"), (0, 1, "a"), (0, 2, "a"), (1, 0, "b"), (1, 1, "b"),
    ]  # fmt: skip
    assert table.shape == (5, len(FEATURES))
    assert column(table, "passage") == [0, 0, 0, -0.5, -0.5]


def test_coverage_of_the_sentence_and_of_the_passage() -> None:
    _, table = table_of([read_of(Document("a", DUEL))], "", {"molotov": 0.6, "byrnes": 0.4})
    assert column(table, "coverage") == pytest.approx([0.6, 0, 0.4])
    assert column(table, "coverage_passage") == pytest.approx([1, 1, 1])


def test_the_kind_of_thing_that_is_asked_for() -> None:
    document = Document("a", "Four men came. They came in May 1945. They left because of Molotov.")
    kinds = {
        "How many men came?": [1, 1, 0],
        "When did they come?": [0, 1, 0],
        "Why did they leave?": [0, 0, 1],
        "Who sent them away?": [1, 1, 1],
        "Tell it.": [0, 0, 0],
    }
    for question, wanted in kinds.items():
        _, table = table_of([read_of(document)], question)
        if question.startswith("Who"):
            assert column(table, "kind")[2] == 1
        else:
            assert column(table, "kind") == wanted, question


def test_where_a_number_is_asked_for_a_sentence_without_one_is_told() -> None:
    document = Document("a", "Four men came. They came in May 1945. They left because of Molotov.")
    for question, wanted in {"How many men came?": [0, 0, 1], "When did they come?": [0, 0, 0]}.items():
        _, table = table_of([read_of(document)], question)
        assert column(table, "uncounted") == wanted, question


def test_voices_and_short_sentences_are_told() -> None:
    text = "He lied. What can you do about it, we asked him there?"
    _, table = table_of([read_of(Document("a", text, (Mark("note", 0, len(text), "1", "n"),)))])
    assert column(table, "note") == [1, 1]
    assert column(table, "short") == [1, 0]


def test_what_comes_soon_after_the_letter_that_was_told_may_be_the_reply() -> None:
    reads = [read_of(Document(name, "He thanks him for it.")) for name in ("a", "b", "c")]
    _, table = table_of(reads, replies={"b": 1.0, "c": 0.5})
    assert column(table, "reply") == [0, 1, 0.5]
    assert column(table, "reply_asked") == [0, 0, 0]
    _, asked = table_of(reads, "And what did he answer?", replies={"b": 1.0, "c": 0.5})
    assert column(asked, "reply_asked") == column(asked, "reply") == [0, 1, 0.5]
    _, plain = table_of(reads, "And what did he answer?")
    assert column(plain, "reply") == column(plain, "reply_asked") == [0, 0, 0]


def test_what_comes_soon_after_the_sentence_that_was_told_may_be_the_reply() -> None:
    reads = [read_of(Document(name, DUEL)) for name in ("a", "b")]
    told = replace(chosen(reads, [5, 0, 0, 0, 0, 0], limit=1)[0], end=reads[0].sentences[0].end)
    following = DUEL.index("Litvinov"), DUEL.index("Harriman")
    _, table = table_of(reads, told=told, behind=dict(zip(following, (1.0, 0.5), strict=True)))
    assert column(table, "told") == [1, 0, 0, 0, 0, 0]
    assert column(table, "next") == [0, 1, 0.5, 0, 0, 0], "in the document told alone"


def test_who_made_a_paper_stands_in_its_heading_and_front_matter() -> None:
    head = Document(
        "a", "711.61/11: Telegram\nHarriman to Byrnes", (Mark("front", 0, 19), Mark("heading", 20, 38))
    )
    reads = [read_of(head), read_of(Document("b", "He sent the letter on."))]
    _, table = table_of(reads, "Who sent the telegram?")
    assert column(table, "provenance") == [0.5, 0.5, 0]
    _, named = table_of(reads, "Who wrote the telegram to Byrnes?", terms={"byrnes": 0.8, "sent": 0.2})
    assert column(named, "provenance") == [0.5, pytest.approx(0.9), 0], "and names the paper asked for"
    _, other = table_of(reads, "Who sent the troops?")
    assert column(other, "provenance") == [0, 0, 0]


def test_a_reply_that_the_source_reports_to_this_question_is_evidence() -> None:
    text = "I asked what we could do about it. He replied “Nothing”. He left."
    read = read_of(Document("a", text), evidence=[-3.0, -6.0, -4.0])
    _, table = table_of([read], "What did he think he could do about it?")
    assert column(table, "evidence") == [-3.0, 1.0, -4.0]
    assert column(table, "phrase")[1] >= 0
    _, other = table_of([read], "What did he think of it?")
    assert column(other, "evidence") == [-3.0, -6.0, -4.0]
    _, unread = table_of([read_of(Document("a", text))], "What did he think he could do about it?")
    assert column(unread, "evidence") == [0, 0, 0], "without the evidence model there is none"


def test_in_a_follow_up_such_a_reply_comes_next_to_what_was_told() -> None:
    text = "I asked what we could do about it. He replied “Nothing”. He left."
    reads = [read_of(Document("a", text)), read_of(Document("b", DUEL))]
    told = replace(chosen(reads, [0, 0, 0, 5, 0, 0], limit=1)[0], end=reads[1].sentences[0].end)
    asked, behind = "And what could he do about it?", {DUEL.index("Litvinov"): 1.0}
    _, table = table_of(reads, asked, told=told, behind=behind)
    assert column(table, "next") == [0, 1, 0, 0, 1, 0]
    _, alone = table_of(reads, asked)
    assert column(alone, "next") == [0] * 6


def test_what_the_evidence_model_found_is_taken_over_within_bounds() -> None:
    _, table = table_of([read_of(Document("a", DUEL), evidence=[2.0, -math.inf, -1.0])])
    assert column(table, "evidence") == [2.0, -12.0, -1.0]
    assert np.isfinite(table).all()
    _, bare = table_of([read_of(Document("a", DUEL))])
    assert column(bare, "evidence") == column(bare, "phrase") == [0, 0, 0]


def test_nothing_read_gives_an_empty_table() -> None:
    candidates, table = table_of([])
    assert candidates == []
    assert table.shape == (0, len(FEATURES))
    assert select([], np.zeros(0, np.float32), table, [], 3) == []


def test_the_similarity_of_question_and_sentence_has_its_place() -> None:
    reads = [read_of(Document("a", DUEL)), read_of(Document("b", OTHER))]
    question = OTHER.split(". ")[0] + "."
    candidates, table = table_of(reads, question)
    before = table.copy()
    compare(HashEncoder(), question, reads, candidates, table, np.zeros(5, np.float32))
    found = column(table, "similarity")
    assert found[3] == pytest.approx(1, abs=1e-5)
    assert 0 < max(found[:3] + found[4:]) < 0.9
    at = FEATURES.index("similarity")
    assert np.array_equal(np.delete(table, at, 1), np.delete(before, at, 1))


def test_the_best_sentences_alone_are_compared() -> None:
    reads = [read_of(Document(f"{number}", DUEL)) for number in range(4)]
    candidates, table = table_of(reads)
    scores = np.arange(len(candidates), dtype=np.float32)
    compare(HashEncoder(), DUEL, reads, candidates, table, scores)
    compared = [value != 0 for value in column(table, "similarity")]
    assert compared == [False] * (12 - COMPARED) + [True] * COMPARED
    compare(HashEncoder(), DUEL, [], [], table[:0], scores[:0])
