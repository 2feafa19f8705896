"""What reading gives must not depend on what else is read: the real network, on texts of many lengths."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from qa import cores
from qa.evidence.examples import sentence_ranges
from qa.evidence.model import EvidenceModel, Finding, Pair
from qa.evidence.network import collate, encode_pair, load_base
from qa.evidence.packed import read_packed

QUESTION = "Who proposed to adjourn the conference?"
WORDS = "The Soviet delegate proposed on Tuesday to adjourn the conference for want of instructions. ".split()
PAIRS = [
    Pair(text, "Moscow, 1945", tuple(sentence_ranges(text)))
    for text in (" ".join(WORDS[n % 5 :] + WORDS * (n * 7 % 11)) for n in range(9))
]


@pytest.fixture(scope="module")
def model() -> EvidenceModel:
    model = EvidenceModel()
    if not model.available:
        pytest.skip("the weights are not there")
    model.load()
    return model


def same(one: Finding, other: Finding) -> bool:
    return (
        (one.answers, one.sentences, one.none) == (other.answers, other.sentences, other.none)
        and np.array_equal(one.starts, other.starts)
        and np.array_equal(one.ends, other.ends)
        and np.array_equal(one.offsets, other.offsets)
    )


def test_a_pair_gives_the_same_to_the_last_digit_whatever_is_read_with_it(model: EvidenceModel) -> None:
    alone = [model.read(QUESTION, [pair])[0] for pair in PAIRS]
    assert all(map(same, model.read(QUESTION, PAIRS), alone))
    assert all(map(same, model.read(QUESTION, PAIRS[::-1]), alone[::-1]))
    # … and so on one core alone, as when questions are asked side by side.
    assert all(map(same, cores.alone(lambda: model.read(QUESTION, PAIRS)), alone))
    assert not same(alone[0], alone[1])


def test_without_padding_the_network_reads_as_it_was_trained(model: EvidenceModel) -> None:
    """… where a library for training puts the same weights together, and fills up what is shorter."""
    network, tokenizer = copy.deepcopy(model._load().network).float(), model._load().tokenizer
    trained, _ = load_base()
    trained.load_state_dict(network.state_dict())
    encoded = [encode_pair(tokenizer, QUESTION, p.context, p.text, p.sentences) for p in PAIRS]
    with torch.inference_mode():
        padded = trained.eval()(*collate(encoded))
        packed = read_packed(network, encoded)
    for row, (item, (span, sentence, answers)) in enumerate(zip(encoded, packed, strict=True)):
        assert torch.allclose(span, padded[0][row, : len(item.ids)], atol=1e-3)
        assert torch.allclose(sentence, padded[1][row, : len(item.sentences)], atol=1e-3)
        assert torch.allclose(answers, padded[2][row], atol=1e-3)


class Multiplied(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes the shapes of all that is multiplied."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.shapes = set[tuple[str, tuple[int, ...]]]()

    def __torch_dispatch__(  # type: ignore[no-untyped-def]  # as torch calls it
        self, operation, types, args=(), kwargs=None
    ):
        if any(word in str(operation) for word in ("mm", "linear")):
            flat = tuple(size for of in args if isinstance(of, torch.Tensor) for size in of.shape)
            self.shapes.add((str(operation), flat))
        return operation(*args, **(kwargs or {}))


def test_passages_of_any_length_are_multiplied_in_few_shapes(model: EvidenceModel) -> None:
    # A kernel is kept for each shape: half a megabyte.
    network, tokenizer = copy.deepcopy(model._load().network), model._load().tokenizer
    network.bert.encoder.layer = network.bert.encoder.layer[:1]  # the others multiply the same shapes
    words, lengths = WORDS * 20, range(3, 200, 2)
    with torch.inference_mode(), Multiplied() as noted:
        for length in lengths:
            text = ". ".join(" ".join(words[at : at + 7]) for at in range(0, length, 7))
            pair = encode_pair(tokenizer, QUESTION, "", text, sentence_ranges(text))
            read_packed(network, [pair])
    assert 5 < len(noted.shapes) < len(lengths) / 2


def test_nothing_to_read_gives_nothing(model: EvidenceModel) -> None:
    assert model.read(QUESTION, []) == []
    (found,) = model.read(QUESTION, [Pair("", "", ())])
    assert found.sentences == ()
