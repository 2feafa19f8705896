"""Packed texts: what one gives does not depend on the others; what cannot be packed is known."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from qa.encoding import PRECISIONS, SentenceEncoder, packaged_model, packed
from qa.encoding.packed import can_be_packed, tokenized

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

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
    # Shorter than the longest, which takes many seconds at a precision that the processor has no steps for.
    rows = [row[:64] for row in tokenized(sentence_encoder._tokens, TEXTS)]
    together = network.encode(rows)
    alone = np.concatenate([network.encode([row]) for row in rows])
    assert (together * alone).sum(1).min() > 0.9999
    shuffled = network.encode(rows[::-1])[::-1]
    assert (together * shuffled).sum(1).min() > 0.9999


@pytest.fixture(scope="module")
def plain() -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(packaged_model()), device="cpu")


def test_it_gives_what_sentence_transformers_gives(
    sentence_encoder: SentenceEncoder, plain: SentenceTransformer
) -> None:
    exact = plain.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    network = sentence_encoder._network("float32")
    assert (network.encode_texts(sentence_encoder._tokens, TEXTS) * exact).sum(1).min() > 0.99999
    few = np.concatenate([sentence_encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(few, exact, atol=1e-5)
    # Long texts are cut as the model cuts them.
    assert len(tokenized(sentence_encoder._tokens, ["A telegram " * 300])[0]) == plain.max_seq_length


def test_a_folder_of_the_same_model_is_packed_as_well(plain: SentenceTransformer) -> None:
    assert can_be_packed(plain)
    given = SentenceEncoder(str(packaged_model()))
    assert (given.encode(TEXTS) * SentenceEncoder().encode(TEXTS)).sum(1).min() > 0.9999


def test_what_is_no_plain_bert_is_left_to_its_library() -> None:
    assert not can_be_packed([SimpleNamespace(), SimpleNamespace()])


WORDS = ("price", "sale", "growing", "buying", "milling", "theft", "export", "import", "taxes", "want")


def test_few_texts_are_cut_into_a_row_a_core_and_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"The {word} of wheat were discussed at length in Moscow and in Odessa." for word in WORDS] * 4
    encoder = SentenceEncoder(precision="bfloat16")
    cut, vectors, rows = packed._cut, [], []
    for among in (1, 2, 3):

        def cut_for(order: list[int], sizes: list[int], _: int, among: int = among) -> list[list[int]]:
            rows.append(cut(order, sizes, among))
            return rows[-1]

        monkeypatch.setattr(packed, "_cut", cut_for)
        vectors.append(encoder.encode(texts))
    assert [len(each) for each in rows] == [1, 2, 3]
    assert all(sorted(i for row in each for i in row) == list(range(len(texts))) for each in rows)
    assert (vectors[0] == vectors[1]).all()
    assert (vectors[0] == vectors[2]).all()
