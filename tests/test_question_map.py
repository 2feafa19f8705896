"""The learned map: applied to the encoder it was made for, refused when damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa import question_map
from qa.encoding import SentenceEncoder
from qa.errors import IbidError
from qa.question_map import mapped, save

VECTOR = np.array([0.6, 0.8, 0.0], np.float32)


def made(tmp_path: Path) -> Path:
    matrix = np.zeros((3, 3), np.float32)
    matrix[2, 0] = 1.0  # the first number goes into the third as well
    save(matrix, "toy", {"questions": 1}, tmp_path / "map.npy")
    return tmp_path / "map.npy"


def test_a_vector_is_moved_and_keeps_its_length(tmp_path: Path) -> None:
    moved = mapped(VECTOR, "toy", made(tmp_path))
    assert moved is not None
    assert np.linalg.norm(moved) == pytest.approx(1)
    assert moved == pytest.approx(np.array([0.6, 0.8, 0.6]) / np.sqrt(1.36), abs=1e-3)


def test_another_encoder_or_no_file_has_no_map(tmp_path: Path) -> None:
    assert mapped(VECTOR, "other", made(tmp_path)) is None
    assert mapped(VECTOR, "toy", tmp_path / "none.npy") is None


def test_a_damaged_map_is_refused(tmp_path: Path) -> None:
    file = made(tmp_path)
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    with pytest.raises(IbidError, match="damaged"):
        mapped(VECTOR, "toy", file)


def test_the_shipped_map_is_for_the_packaged_model() -> None:
    name = SentenceEncoder().name
    vector = np.zeros(384, np.float32)
    vector[0] = 1
    moved = mapped(vector, name)
    assert moved is not None
    assert moved.shape == (384,)
    assert 0.5 < float(moved @ vector) < 1  # it turns a vector, and not round
    assert question_map.FILE.stat().st_size < 400_000
