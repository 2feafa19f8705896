"""Training examples and the negatives that are made of them."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from qa.evidence.examples import (
    Example,
    cut_negatives,
    digest,
    from_pairs,
    hard_negatives,
    read_rows,
    sentence_ranges,
    written_over,
)

TALK = "Litvinov spoke with Harriman. He was disturbed by the situation. It rained in Moscow."


def example(question: str, passage: str, answer: str, *, answers: bool = True) -> Example:
    """An example whose evidence is the sentence that holds ``answer``."""
    at = passage.index(answer)
    span = (at, at + len(answer))
    evidence = tuple(r for r in sentence_ranges(passage) if r[0] <= at < r[1])
    return Example(question, passage, answers, evidence, (span,), "Telegram", "test")


def row(**more: object) -> dict[str, object]:
    return {
        "question": "Who spoke?", "passage": TALK, "answerable": True, "has_evidence": True,
        "evidence": [[0, 29]], "has_answer": True, "answer": [[0, 8]], "source": "made", **more,
    }  # fmt: skip


def test_rows_are_read_plain_and_gzipped(tmp_path: Path) -> None:
    lines = json.dumps({"a": "é"}) + "\n" + json.dumps({"a": 2}) + "\n"
    (tmp_path / "rows.jsonl").write_text(lines, "utf-8")
    with gzip.open(tmp_path / "rows.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(lines)
    assert list(read_rows(tmp_path / "rows.jsonl")) == [{"a": "é"}, {"a": 2}]
    assert list(read_rows(tmp_path / "rows.jsonl.gz")) == [{"a": "é"}, {"a": 2}]


def test_what_is_not_labelled_is_none_and_what_there_is_none_of_is_empty() -> None:
    full, unlabelled, none = from_pairs(
        [
            row(),
            row(has_evidence=False, evidence=[], has_answer=False, answer=[]),
            row(answerable=False, evidence=[], answer=[]),
        ]
    )
    assert (full.evidence, full.answer, full.answers) == (((0, 29),), ((0, 8),), True)
    assert (unlabelled.evidence, unlabelled.answer) == (None, None)
    assert (none.evidence, none.answer, none.answers) == ((), (), False)


def test_a_passage_in_small_letters_has_sentences() -> None:
    small = 'he left paris in 1921 .  the u.s. sent dr. no  one.  "nobody" went , at last .  42 did .'
    (made,) = from_pairs([row(passage=small)])
    assert len(made.passage) == len(small)
    assert made.passage.lower() == small
    assert [made.passage[a:b] for a, b in sentence_ranges(made.passage)][:1] == ["He left paris in 1921 ."]
    assert len(sentence_ranges(small)) < len(sentence_ranges(made.passage))
    (kept,) = from_pairs([row(passage="Two  spaces stay.  as they are")])
    assert kept.passage == "Two  spaces stay.  as they are"


def test_questions_written_over_passages_of_the_open_sets() -> None:
    lines = [
        {"passage": digest(TALK), "question": "Who spoke?", "evidence": [[0, 29]], "answer": [[0, 8]]},
        {"passage": digest(TALK), "question": "Who was silent?", "evidence": [], "answer": []},
    ]
    told, silent = from_pairs(written_over(lines, [row()]))
    assert (told.answers, told.evidence, told.answer) == (True, ((0, 29),), ((0, 8),))
    assert (silent.answers, silent.evidence, silent.answer) == (False, (), ())
    assert told.passage == silent.passage == TALK
    with pytest.raises(KeyError):
        written_over([{**lines[0], "passage": digest("another")}], [row()])


def test_a_passage_without_its_answer_no_longer_answers() -> None:
    given = example("What disturbed Litvinov?", TALK, "the situation")
    (cut,) = cut_negatives([given], 1.0, random.Random(0))
    assert cut.passage == "Litvinov spoke with Harriman. It rained in Moscow."
    assert (cut.answers, cut.evidence, cut.answer) == (False, (), ())
    assert (cut.question, cut.context) == (given.question, given.context)


def test_no_cut_where_the_answer_stands_twice_or_nothing_would_be_left() -> None:
    twice = example("What was it?", "It was the rain. It poured. He said: the rain.", "the rain")
    short = example("Who?", "Litvinov spoke. It rained.", "Litvinov")
    unanswered = Example("Who?", TALK, False, (), (), "", "test")
    assert cut_negatives([twice, short, unanswered], 1.0, random.Random(0)) == []


def test_a_hard_negative_shares_words_but_not_the_answer() -> None:
    near = "Litvinov spoke with Molotov about Harriman and the theatre in Moscow."
    holds = "At the theatre Litvinov spoke with Harriman: HE WAS DISTURBED."
    given = [
        example("What did Litvinov say to Harriman at the theatre?", TALK, "He was disturbed"),
        Example("Why did Litvinov speak with Molotov of Harriman?", near, False, (), (), "", "test"),
        Example("x", holds, False, (), (), "", "test"),
        Example("x", "Wheat was dear in Kansas.", False, (), (), "", "test"),
    ]
    for seed in range(6):
        made = hard_negatives(given, 1.0, random.Random(seed))
        assert [(m.passage, m.answers, m.evidence, m.answer) for m in made] == [(near, False, (), ())]


def test_the_share_is_kept_and_chance_is_the_seeds() -> None:
    given = [example("What disturbed him?", f"{n}. {TALK}", "the situation") for n in range(200)]
    made = cut_negatives(given, 0.2, random.Random(1))
    assert 20 <= len(made) <= 60
    assert made == cut_negatives(given, 0.2, random.Random(1)) != cut_negatives(given, 0.2, random.Random(2))
    assert cut_negatives(given, 0.0, random.Random(1)) == []
