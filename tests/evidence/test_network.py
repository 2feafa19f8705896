"""Pairs in word pieces, batches, and what the network makes of them."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evidence.examples import sentence_ranges
from qa.evidence.network import MAX_QUESTION_TOKENS, MAX_TOKENS, Encoded, collate, encode_pair
from tests.evidence import tiny

QUESTION = "What did Litvinov say?"
PASSAGE = "Litvinov said “Nothing”. Harriman left at once. It rained."


def encoded(question: str = QUESTION, context: str = "", passage: str = PASSAGE) -> Encoded:
    return encode_pair(tiny.tokenizer(), question, context, passage, sentence_ranges(passage))


def under(pair: Encoded, column: int, passage: str = PASSAGE) -> str:
    """The characters from the first to the last token of a sentence."""
    first, last = pair.sentences[column]
    return passage[pair.offsets[first][0] : pair.offsets[last - 1][1]]


def test_sentences_are_the_tokens_that_stand_in_them() -> None:
    for pair in (encoded(), encoded(context="Telegram, November 22, 1945")):
        assert [under(pair, column) for column in range(3)] == [
            "Litvinov said “Nothing”.",
            "Harriman left at once.",
            "It rained.",
        ]


def test_text_between_sentences_belongs_to_none() -> None:
    ranges = sentence_ranges(PASSAGE)
    pair = encode_pair(tiny.tokenizer(), QUESTION, "", PASSAGE, [ranges[0], ranges[2]])
    assert [under(pair, column) for column in range(2)] == ["Litvinov said “Nothing”.", "It rained."]
    alone = encode_pair(tiny.tokenizer(), QUESTION, "", PASSAGE, [ranges[1]])
    assert under(alone, 0) == "Harriman left at once."


def test_the_question_is_of_type_0_and_what_is_read_of_type_1() -> None:
    pair = encoded(context="Telegram")
    assert len(pair.ids) == len(pair.types) == len(pair.offsets)
    words = tiny.tokenizer().decode([i for i, t in zip(pair.ids, pair.types, strict=True) if t == 0])
    assert words.replace(" ", "") == "whatdidlitvinovsay?"
    assert pair.types == sorted(pair.types)
    known = [o for o in pair.offsets if o != (-1, -1)]
    assert PASSAGE[known[0][0] : known[-1][1]] == PASSAGE


def test_a_long_passage_is_cut_and_its_last_sentences_say_so() -> None:
    passage = " ".join(f"Sentence {n} is about wheat." for n in range(100))
    pair = encoded(passage=passage)
    assert len(pair.ids) == MAX_TOKENS
    assert under(pair, 0, passage) == "Sentence 0 is about wheat."
    first, last = pair.sentences[-1]
    assert first == last
    assert all(0 <= a <= b < MAX_TOKENS for a, b in pair.sentences)


def test_a_long_question_leaves_room_for_the_passage() -> None:
    pair = encoded(question="why " * 1_000, context="telegram " * 1_000)
    assert pair.types.count(0) == MAX_QUESTION_TOKENS + 2
    assert under(pair, 2) == "It rained."


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=400))
def test_any_pair_can_be_read(question: str, context: str, passage: str) -> None:
    pair = encoded(question, context, passage)
    assert len(pair.ids) <= MAX_TOKENS
    assert all(a == -1 == b or 0 <= a <= b <= len(passage) for a, b in pair.offsets)
    assert len(pair.sentences) == len(sentence_ranges(passage))
    for one, two in zip(pair.sentences, pair.sentences[1:], strict=False):
        assert one[0] <= one[1] <= two[1]


def test_a_batch_is_padded_and_averages_sum_to_one() -> None:
    long, short = encoded(), encoded(passage="It rained.")
    ids, types, attention, averages = collate([short, long])
    assert ids.shape == types.shape == attention.shape == (2, len(long.ids))
    assert attention.sum(1).tolist() == [len(short.ids), len(long.ids)]
    assert averages.shape == (2, 3, len(long.ids))
    assert torch.allclose(averages.sum(2), torch.tensor([[1.0, 0, 0], [1, 1, 1]]))


def test_what_stands_beside_it_in_a_batch_changes_nothing() -> None:
    network = tiny.network().eval()
    pairs = [encoded(), encoded(passage="It rained."), encoded("Who?", "Telegram", PASSAGE * 3)]
    with torch.inference_mode():
        span, sentence, answers = network(*collate(pairs))
        for row, pair in enumerate(pairs):
            alone = network(*collate([pair]))
            size, count = len(pair.ids), len(pair.sentences)
            assert torch.allclose(span[row, :size], alone[0][0], atol=1e-5)
            assert torch.allclose(sentence[row, :count], alone[1][0], atol=1e-5)
            assert answers[row].item() == pytest.approx(alone[2].item(), abs=1e-5)


def test_the_order_of_words_matters_to_the_sentence_that_has_them() -> None:
    network = tiny.network().eval()
    with torch.inference_mode():
        one = network(*collate([encoded(passage="Tito left Paris.")]))
        other = network(*collate([encoded(passage="Paris left Tito.")]))
    assert not torch.allclose(one[1], other[1])
