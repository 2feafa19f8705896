"""The journal beside a library's file: begun anew by who writes and by the last who reads."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from qa.library import journal, opening, shrinking
from qa.library.embedded import EmbeddedLibrary
from tests.library.shelf import NOTES, VOLUME, document, elsewhere, put

LONG = ("x" * 99 + " ") * 20_000


def journal_of(library: EmbeddedLibrary) -> int:
    return (Path(library.location) / "library.sqlite-wal").stat().st_size


def test_the_journal_does_not_grow_for_ever_where_somebody_always_reads(
    in_folder: EmbeddedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "LONG", 200_000)
    monkeypatch.setattr(journal, "WAIT_SECONDS", 0.0)

    def more(number: int) -> None:
        put(in_folder, f"/more/{number}.txt", document(f"{number}.txt", "More", LONG[:30_000]))

    def under_a_view(*numbers: int) -> None:
        with in_folder.view():
            before = in_folder.searched().documents
            for number in numbers:
                elsewhere(lambda number=number: more(number))  # type: ignore[misc]
            assert journal_of(in_folder) > 400_000, "what is held is kept"
            assert in_folder.searched().documents == before

    under_a_view(*range(8))
    assert journal_of(in_folder) == 0, "the last who reads begins it anew"
    # Where somebody always reads, as in another process, it is whoever writes.
    monkeypatch.setattr(in_folder._store, "_viewed", 1)
    under_a_view(*range(8, 16))
    after = []
    for number in range(16, 24):
        more(number)
        after.append(journal_of(in_folder))
    assert min(after) < 200_000
    assert in_folder.searched().documents == 29


def test_what_is_removed_under_a_view_goes_back_to_the_disk_when_it_ends(
    in_folder: EmbeddedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shrinking, "LEAST", 0)
    file = Path(in_folder.location) / "library.sqlite"
    text = LONG
    put(in_folder, "/papers/long.txt", document("long.txt", "Long", text))
    journal.settle(in_folder._store._file.connect())
    full = file.stat().st_size
    with in_folder.view():
        began = time.monotonic()
        elsewhere(lambda: in_folder.remove(["long.txt"]))
        assert time.monotonic() - began < opening.BUSY_SECONDS, "removing does not wait for who reads"
        assert in_folder.document("long.txt").text.endswith(text)
    assert file.stat().st_size + journal_of(in_folder) < 0.5 * full
    assert in_folder.document(NOTES.name) == NOTES
    assert in_folder.document(VOLUME[0].name) == VOLUME[0]
