"""Packed texts: what one gives does not depend on the others; what cannot be packed is known."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from qa.encoding import PRECISIONS, SentenceEncoder
from qa.encoding.packed import PackedEncoder, can_be_packed, tokenized

TEXTS = [
    "Litvinov spoke.",
    "The price of wheat rose in Kansas. " * 9,
    "",
    "A telegram " * 300,
    "Berlin " * 20,
]


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_text_gives_the_same_whatever_stands_beside_it(
    sentence_encoder: SentenceEncoder, precision: str
) -> None:
    network = sentence_encoder._network(precision)
    rows = tokenized(sentence_encoder._tokens, TEXTS)
    together = network.encode(rows)
    alone = np.concatenate([network.encode([row]) for row in rows])
    assert (together * alone).sum(1).min() > 0.9999
    shuffled = network.encode(rows[::-1])[::-1]
    assert (together * shuffled).sum(1).min() > 0.9999


def test_long_texts_are_cut_as_the_model_cuts_them(sentence_encoder: SentenceEncoder) -> None:
    assert sentence_encoder._model is not None
    ids = tokenized(sentence_encoder._tokens, ["A telegram " * 300])[0]
    assert len(ids) == sentence_encoder._model.max_seq_length
    network = PackedEncoder(sentence_encoder._model[0].model, "float32")
    exact = sentence_encoder.encode(["A telegram " * 300])
    assert network.encode([ids])[0] @ exact[0] > 0.99999


def test_what_is_no_plain_bert_is_left_to_its_library(sentence_encoder: SentenceEncoder) -> None:
    assert sentence_encoder._packs
    assert not can_be_packed([SimpleNamespace(), SimpleNamespace()])
