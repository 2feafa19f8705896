"""The words of a folder's library in a view: those of its commit, whatever befalls their index."""

from __future__ import annotations

import pytest

from qa.library.changes import DamagedIndex
from qa.library.current_words import CurrentWords
from qa.library.embedded import EmbeddedLibrary
from qa.library.words import Words
from tests.library.shelf import BOTH, NEITHER, SPOKE, WHEAT, change, finds, opened, stands


def test_words_that_are_beyond_what_has_just_begun_take_it_along(
    in_folder: EmbeddedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process changes the library, and searches it, between a view's beginning and its words."""
    other = opened(in_folder.location)
    join = CurrentWords.join

    def late(self: CurrentWords) -> None:
        monkeypatch.setattr(CurrentWords, "join", join)
        change(other)
        join(self)

    monkeypatch.setattr(CurrentWords, "_built", lambda _: pytest.fail("words were built anew"))
    monkeypatch.setattr(CurrentWords, "join", late)
    with in_folder.view():
        assert [one.name for one in in_folder.documents()] == ["letter.txt", "notes/reading.md"]
        assert finds(in_folder, WHEAT) == BOTH
        assert finds(in_folder, SPOKE) == NEITHER
        stands(in_folder)
    other.close()


def test_words_damaged_in_the_middle_are_mended_as_they_were(
    in_folder: EmbeddedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = Words.search

    def fails(*_: object) -> list[tuple[int, float]]:
        monkeypatch.setattr(Words, "search", search)
        raise DamagedIndex("a block of it")

    with in_folder.view():
        before = in_folder.matching(SPOKE, 9)
        change(in_folder)
        monkeypatch.setattr(Words, "search", fails)
        assert in_folder.matching(SPOKE, 9) == before
    assert finds(in_folder, SPOKE) == NEITHER
    stands(in_folder)
