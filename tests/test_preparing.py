"""A file prepared: read, split and encoded, whoever asks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa import preparing
from qa.errors import UnreadableFile
from qa.preparing import checksum, encoded, prepare
from qa.reading import read
from tests.encoders import HashEncoder

ENCODER = HashEncoder()


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.txt"
    path.write_text("The wheat has arrived at Odessa. " * 200)
    return path


def test_a_file_as_it_is_read_with_its_passages(letter: Path) -> None:
    made = prepare(letter, "letters/letter.txt", None, [{"title": "A letter"}])
    assert made.documents == read(letter, "letters/letter.txt", said=[{"title": "A letter"}]).documents
    assert made.documents[0].metadata.title == "A letter"
    assert (made.source.path, made.source.name) == (str(letter), "letters/letter.txt")
    assert made.source.sha256 == checksum(letter)
    assert made.source.size == letter.stat().st_size
    assert len(made.parts) > 1
    assert all(made.documents[0].text[p.start : p.end] == p.text for p in made.parts)
    assert made.vectors is None


def test_vectors_of_blocks_are_those_of_all_together(letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = prepare(letter, "letter.txt", None).parts
    whole = encoded(ENCODER, parts)
    told: list[int] = []
    tuned: list[int] = []
    monkeypatch.setattr(preparing, "BLOCK", 2)
    pieces = encoded(ENCODER, parts, told.append, lambda texts: tuned.append(len(texts)))
    np.testing.assert_array_equal(pieces, whole)
    assert told[-1] == len(parts)
    assert told == sorted(told)
    assert sum(tuned) == len(parts)
    assert max(tuned) == 2
    assert encoded(ENCODER, []).shape == (0, whole.shape[1])


def test_a_file_that_is_gone_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"gone\.txt"):
        prepare(tmp_path / "gone.txt", "gone.txt", None)
