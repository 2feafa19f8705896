"""The words of a folder's library in a view: those of its commit, whatever befalls their index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.library.changes import DamagedIndex
from qa.library.current_words import CurrentWords
from qa.library.embedded import EmbeddedLibrary
from qa.library.words import Words
from tests.library.shelf import BOTH, NEITHER, SPOKE, WHEAT, change, filled, finds, opened, stands


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[EmbeddedLibrary]:
    made = filled(tmp_path / "library")
    assert isinstance(made, EmbeddedLibrary)
    yield made
    made.close()


def test_words_that_are_beyond_what_has_just_begun_take_it_along(
    folder: EmbeddedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process changes the library, and searches it, between a view's beginning and its words."""
    other = opened(folder.location)
    join = CurrentWords.join

    def late(self: CurrentWords) -> None:
        monkeypatch.setattr(CurrentWords, "join", join)
        change(other)
        join(self)

    monkeypatch.setattr(CurrentWords, "_built", lambda _: pytest.fail("words were built anew"))
    monkeypatch.setattr(CurrentWords, "join", late)
    with folder.view():
        assert [one.name for one in folder.documents()] == ["letter.txt", "notes/reading.md"]
        assert finds(folder, WHEAT) == BOTH
        assert finds(folder, SPOKE) == NEITHER
        stands(folder)
    other.close()


def test_words_damaged_in_the_middle_are_mended_as_they_were(
    folder: EmbeddedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = Words.search

    def fails(*_: object) -> list[tuple[int, float]]:
        monkeypatch.setattr(Words, "search", search)
        raise DamagedIndex("a block of it")

    with folder.view():
        before = folder.matching(SPOKE, 9)
        change(folder)
        monkeypatch.setattr(Words, "search", fails)
        assert folder.matching(SPOKE, 9) == before
    assert finds(folder, SPOKE) == NEITHER
    stands(folder)
