"""The evidence model at work: its weights saved and read, its findings in their places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from qa.errors import IbidError
from qa.evidence.examples import sentence_ranges
from qa.evidence.model import LONGEST_PHRASE, EvidenceModel, Finding, Pair, save
from qa.evidence.network import EvidenceNetwork, collate, encode_pair
from tests.evidence import tiny

QUESTION = "What did Litvinov say?"
PASSAGE = "Litvinov said “Nothing”. Harriman left at once. It rained."


def pair(text: str = PASSAGE, context: str = "") -> Pair:
    return Pair(text, context, tuple(sentence_ranges(text)))


@pytest.fixture
def trained() -> EvidenceNetwork:
    """A network whose layers are not those that a fresh one begins with."""
    network = tiny.network()
    with torch.no_grad():
        for name, value in network.named_parameters():
            if not name.startswith("bert.embeddings."):
                value.add_(0.1 * torch.randn(value.shape, generator=torch.Generator().manual_seed(7)))
    return network.eval()


@pytest.fixture
def weights(trained: EvidenceNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its weights as they are shipped; a fresh tiny network stands where the packaged one would."""
    monkeypatch.setattr("qa.evidence.network.load_to_read", lambda: (tiny.network(), tiny.tokenizer()))
    monkeypatch.setattr("qa.encoding.bfloat16_is_native", lambda: False)
    path = tmp_path / "weights.safetensors"
    save(trained, path, {"about": "a test"})
    return path


def test_what_was_trained_is_what_reads(trained: EvidenceNetwork, weights: Path) -> None:
    (found,) = EvidenceModel(weights).read(QUESTION, [pair()])
    encoded = encode_pair(tiny.tokenizer(), QUESTION, "", PASSAGE, sentence_ranges(PASSAGE))
    with torch.inference_mode():
        span, sentence, answers = trained(*collate([encoded]))
    near = {"abs": 5e-3}  # half precision on the disk
    assert found.answers == pytest.approx(answers.item(), **near)
    assert found.sentences == pytest.approx(sentence[0].tolist(), **near)
    assert found.starts == pytest.approx(span[0, :, 0].numpy(), **near)
    assert found.ends == pytest.approx(span[0, :, 1].numpy(), **near)
    assert found.none == pytest.approx(float(span[0, 0].sum()), **near)
    assert [tuple(o) for o in found.offsets] == encoded.offsets


def test_only_what_was_trained_is_saved_with_a_card(weights: Path) -> None:
    from safetensors import safe_open

    with safe_open(weights, "pt") as file:
        names = set(file.keys())
        assert {"span.weight", "sentence.weight", "pair.weight"} <= names
        assert not any(name.startswith("bert.embeddings.") for name in names)
        assert file.get_tensor("pair.weight").dtype == torch.float16
    assert '"about": "a test"' in weights.with_suffix(".json").read_text()


def test_findings_come_in_the_order_of_the_pairs(weights: Path) -> None:
    model = EvidenceModel(weights)
    pairs = [pair(f"Telegram {n}. " + "It rained. " * (n * 5 % 13), "Moscow") for n in range(11)]
    together = model.read(QUESTION, pairs)
    assert len(together) == len(pairs)
    for one, found in zip(pairs, together, strict=True):
        (alone,) = model.read(QUESTION, [one])
        assert found.answers == pytest.approx(alone.answers, abs=1e-4)
        assert found.sentences == pytest.approx(alone.sentences, abs=1e-4)
        assert found.starts == pytest.approx(alone.starts, abs=1e-4)
    assert model.read(QUESTION, []) == []


def test_sentences_that_were_cut_off_are_never_evidence(weights: Path) -> None:
    long = pair(" ".join(f"Sentence {n} is about wheat." for n in range(100)))
    (found,) = EvidenceModel(weights).read(QUESTION, [long])
    assert len(found.sentences) == 100
    assert np.isfinite(found.sentences[0])
    assert found.sentences[-1] == float("-inf")
    assert found.phrase(*long.sentences[-1]) is None


def test_a_phrase_stays_inside_the_sentence_it_is_sought_in(weights: Path) -> None:
    (found,) = EvidenceModel(weights).read(QUESTION, [pair()])
    for start, end in sentence_ranges(PASSAGE):
        span = found.phrase(start, end)
        assert span is not None
        assert start <= span[0] < span[1] <= end


def test_without_weights_it_is_not_available(tmp_path: Path) -> None:
    assert not EvidenceModel(tmp_path / "none.safetensors").available


def test_damaged_weights_are_refused(weights: Path) -> None:
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    model = EvidenceModel(weights)
    assert model.available
    with pytest.raises(IbidError, match="damaged") as told:
        model.read(QUESTION, [pair()])
    assert weights.name in str(told.value)


# --- the phrase, by hand ---


def finding(starts: list[float], ends: list[float], offsets: list[tuple[int, int]]) -> Finding:
    def row(values: list[float]) -> NDArray[np.float32]:
        return np.array(values, np.float32)

    return Finding(0.0, (), row(starts), row(ends), np.array(offsets, np.int64), 0.0)


def test_the_likeliest_phrase_begins_before_it_ends() -> None:
    # tokens: [CLS], then four words of two characters each
    offsets = [(-1, -1), (0, 2), (3, 5), (6, 8), (9, 11)]
    found = finding([99, 1, 0, 5, 0], [99, 6, 0, 0, 2], offsets)
    assert found.phrase(0, 11) == (0, 2, 7.0)  # 5 + 6 would end before it begins, 5 + 2 comes later
    assert found.phrase(3, 11) == (6, 11, 7.0)
    assert found.phrase(3, 8) == (6, 8, 5.0)
    assert found.phrase(12, 20) is None
    assert found.phrase(0, 1) is None


def test_a_phrase_is_no_longer_than_it_may_be() -> None:
    size = LONGEST_PHRASE + 10
    offsets = [(2 * i, 2 * i + 1) for i in range(size)]
    starts, ends = [0.0] * size, [0.0] * size
    starts[0] = ends[-1] = 10.0
    span = finding(starts, ends, offsets).phrase(0, 2 * size)
    assert span is not None
    assert span[2] == 10.0
    assert span[1] - span[0] < 2 * LONGEST_PHRASE


def test_what_has_just_been_read_is_not_read_again(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, read = EvidenceModel(weights), []
    encode = encode_pair

    def counted(tokenizer: object, question: str, context: str, text: str, places: object) -> object:
        read.append((question, text))
        return encode(tokenizer, question, context, text, places)  # type: ignore[arg-type]

    monkeypatch.setattr("qa.evidence.network.encode_pair", counted)
    one, other = pair(), pair("Harriman rose. It rained.")
    first = model.read(QUESTION, [one, other])
    again = model.read(QUESTION, [other, one, other])
    assert [id(found) for found in again] == [id(first[1]), id(first[0]), id(first[1])]
    assert read == [(QUESTION, one.text), (QUESTION, other.text)]
    model.read("Who rose?", [other])
    model.read(QUESTION, [pair(context="Telegram")])
    assert len(read) == 4, "another question, and another heading, are read anew"


def test_no_more_findings_are_kept_than_room_is_meant_for(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.evidence.model.KEPT", 2)
    model = EvidenceModel(weights)
    texts = [pair(f"Harriman rose {number} times.") for number in range(5)]
    found = model.read(QUESTION, texts)
    assert len(found) == 5
    assert list(model._kept) == [(QUESTION, texts[3]), (QUESTION, texts[4])]
    fresh = EvidenceModel(weights).read(QUESTION, [texts[0]])[0]
    assert model.read(QUESTION, [texts[0]])[0].answers == fresh.answers
