"""What removals leave free goes back to the disk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from qa.library import shrinking
from qa.library.opening import FILE
from tests.library.shelf import answers, document, opened, put


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob(f"{FILE}*"))


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrinking, "LEAST", 100_000)
    monkeypatch.setattr(shrinking, "_STEP", 20)


def words(number: int) -> str:
    return "\n\n".join(f"Number {number} part {part} " + "of the harbour " * 60 for part in range(40))


@pytest.mark.parametrize("made_for_it", [True, False])
def test_an_emptied_library_is_small_again_and_the_rest_stands(
    tmp_path: Path, made_for_it: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not made_for_it:  # as earlier versions made it
        monkeypatch.setattr(shrinking, "prepare", lambda connection: None)
    library = opened(tmp_path / "library")
    monkeypatch.undo()
    monkeypatch.setattr(shrinking, "LEAST", 100_000)
    for number in range(30):
        put(library, f"{number}.txt", document(f"{number}.txt", words(number)))
    library.flush()
    full = size(tmp_path / "library")
    with sqlite3.connect(tmp_path / "library" / FILE) as connection:
        (mode,) = connection.execute("PRAGMA auto_vacuum").fetchone()
    assert mode == (2 if made_for_it else 0)
    kept = {name: library.document(name).text for name in ("7.txt", "19.txt")}
    passages = [passage.id for name in kept for passage in library.passages_of(name)]
    library.remove([f"{number}.txt" for number in range(30) if f"{number}.txt" not in kept])
    assert size(tmp_path / "library") < 0.3 * full
    assert {name: library.document(name).text for name in kept} == kept
    assert [passage.id for name in kept for passage in library.passages_of(name)] == passages
    near, match = answers(library, "number 19 harbour", 200)
    assert match
    assert all("Number 7" in one or "Number 19" in one for one in (*near, *match))
    library.close()


def test_little_is_left_for_the_next_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = opened(tmp_path / "library")
    for number in range(10):
        put(library, f"{number}.txt", document(f"{number}.txt", words(number)))
    library.flush()
    done: list[int] = []
    real = shrinking.shrink
    monkeypatch.setattr(shrinking, "shrink", lambda connection: done.append(real(connection)))
    library.remove(["3.txt"])
    assert done == [0]
    library.close()


def test_what_hinders_it_hinders_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(connection: sqlite3.Connection) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(shrinking, "shrink", fails)
    library = opened(tmp_path / "library")
    put(library, "a.txt", document("a.txt", words(1)))
    library.remove(["a.txt"])
    library.flush()
    assert library.searched().documents == 0
    library.close()
