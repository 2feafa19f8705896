"""The journal beside a library's file: begun anew by who writes and by the last who reads."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.library import journal, opening, shrinking
from qa.library.embedded import EmbeddedLibrary
from tests.library.shelf import NOTES, VOLUME, document, elsewhere, filled, put

LONG = ("x" * 99 + " ") * 20_000


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[EmbeddedLibrary]:
    made = filled(tmp_path / "library")
    assert isinstance(made, EmbeddedLibrary)
    yield made
    made.close()


def journal_of(library: EmbeddedLibrary) -> int:
    return (Path(library.location) / "library.sqlite-wal").stat().st_size


def test_the_journal_does_not_grow_for_ever_where_somebody_always_reads(
    folder: EmbeddedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "LONG", 200_000)
    monkeypatch.setattr(journal, "WAIT_SECONDS", 0.0)

    def more(number: int) -> None:
        put(folder, f"/more/{number}.txt", document(f"{number}.txt", "More", LONG[:30_000]))

    def under_a_view(*numbers: int) -> None:
        with folder.view():
            before = folder.searched().documents
            for number in numbers:
                elsewhere(lambda number=number: more(number))  # type: ignore[misc]
            assert journal_of(folder) > 400_000, "what is held is kept"
            assert folder.searched().documents == before

    under_a_view(*range(8))
    assert journal_of(folder) == 0, "the last who reads begins it anew"
    # Where somebody always reads, as in another process, it is whoever writes.
    monkeypatch.setattr(folder._store, "_viewed", 1)
    under_a_view(*range(8, 16))
    after = []
    for number in range(16, 24):
        more(number)
        after.append(journal_of(folder))
    assert min(after) < 200_000
    assert folder.searched().documents == 29


def test_what_is_removed_under_a_view_goes_back_to_the_disk_when_it_ends(
    folder: EmbeddedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shrinking, "LEAST", 0)
    file = Path(folder.location) / "library.sqlite"
    text = LONG
    put(folder, "/papers/long.txt", document("long.txt", "Long", text))
    journal.settle(folder._store._file.connect())
    full = file.stat().st_size
    with folder.view():
        began = time.monotonic()
        elsewhere(lambda: folder.remove(["long.txt"]))
        assert time.monotonic() - began < opening.BUSY_SECONDS, "removing does not wait for who reads"
        assert folder.document("long.txt").text.endswith(text)
    assert file.stat().st_size + journal_of(folder) < 0.5 * full
    assert folder.document(NOTES.name) == NOTES
    assert folder.document(VOLUME[0].name) == VOLUME[0]
