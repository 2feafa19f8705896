"""The file of a large library's vectors is not written for each change, and nothing is missed without."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.library import current_vectors
from qa.library.current import VECTORS
from qa.library.vectors import saved_state
from tests.library.shelf import ENCODER, LETTER, NOTE, TELEGRAM, opened, put


def nearest(folder: Path, text: str) -> list[str]:
    library = opened(folder)
    try:
        found = library.nearest(ENCODER.encode([text])[0], 3)
        return [passage.document for passage in library.passages([id_ for id_, _ in found])]
    finally:
        library.close()


def test_a_large_librarys_vectors_are_written_when_they_are_far_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = opened(tmp_path)
    put(library, "letter.txt", LETTER)
    library.close()
    monkeypatch.setattr(current_vectors, "SMALL", 0)
    before = saved_state(tmp_path / VECTORS)
    assert before is not None
    # Half as much again is far behind; less than a tenth is not.
    library = opened(tmp_path)
    put(library, "telegram.txt", TELEGRAM)
    library.close()
    assert saved_state(tmp_path / VECTORS) != before
    monkeypatch.setattr(current_vectors, "FAR", 0)
    now = saved_state(tmp_path / VECTORS)
    monkeypatch.setattr(current_vectors.CurrentVectors, "_file_will_do", lambda _: True)
    library = opened(tmp_path)
    put(library, "note.txt", NOTE)
    library.remove(["letter.txt"])
    library.close()
    assert saved_state(tmp_path / VECTORS) == now
    assert nearest(tmp_path, "Rain fell on the harbour all day.")[0] == "note.txt"
    assert "letter.txt" not in nearest(tmp_path, "The wheat has arrived at Odessa.")
