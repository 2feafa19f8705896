"""What is of the embedded library alone: its files, and the indexes that follow the truth. What it promises
as every library does is in test_library.py."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from qa.library import default_location
from qa.library.current_vectors import CurrentVectors
from qa.library.current_words import CurrentWords
from qa.library.embedded import EmbeddedLibrary
from tests.library.shelf import (
    answers,
    document,
    either,
    opened,
    put,
    replace,
    stands,
)  # fmt: skip

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def library(in_folder: EmbeddedLibrary) -> EmbeddedLibrary:
    return in_folder


def test_lists_and_scopes_read_no_texts(library: EmbeddedLibrary, folder: Path) -> None:
    with sqlite3.connect(folder / "library.sqlite") as connection:
        for columns in (
            "source, position, name, title, date, characters, passages, type, sender, recipient, collection",
            "date, until, first, passages",
        ):
            plan = connection.execute(f"EXPLAIN QUERY PLAN SELECT {columns} FROM documents").fetchall()
            assert "COVERING INDEX" in plan[0][3]


# -- the indexes follow ---------------------------------------------------------------------------------


def test_closed_and_opened_again_without_building_anew(
    library: EmbeddedLibrary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.close()
    monkeypatch.setattr(CurrentVectors, "_fill", lambda *_: pytest.fail("vectors were read again"))
    monkeypatch.setattr(CurrentWords, "_apply", lambda *_: pytest.fail("words were read again"))
    stands(opened(folder))


def test_catching_up_reads_only_what_is_new(
    library: EmbeddedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands(library)
    fill, firsts = CurrentVectors._fill, []
    monkeypatch.setattr(CurrentVectors, "_fill", lambda *rest: (firsts.append(rest[3]), fill(*rest))[1])
    monkeypatch.setattr(CurrentWords, "_repaired", lambda *_: pytest.fail("words were built anew"))
    put(library, "/papers/late.txt", document("late.txt", "Late", "It came after."))
    library.remove(["v1/d1"])
    stands(library)
    assert firsts == [11]  # ten passages were there


def test_indexes_left_behind_by_a_kill_catch_up(library: EmbeddedLibrary, folder: Path) -> None:
    library.flush()
    kept = folder.with_name("kept")
    kept.mkdir()
    for part in ("vectors.faiss", "words"):
        copy = shutil.copytree if (folder / part).is_dir() else shutil.copy
        copy(folder / part, kept / part)
    put(library, "/papers/late.txt", document("late.txt", "Late", "It came after."))
    library.remove(["v1/d1"])
    library.close()
    for part in ("vectors.faiss", "words"):
        if (folder / part).is_dir():
            shutil.rmtree(folder / part)
        shutil.move(kept / part, folder / part)
    again = opened(folder)
    stands(again)
    assert "The letter concerns Laos." not in either(answers(again, "The letter concerns Laos."))
    again.close()


def test_indexes_of_another_library_or_of_an_older_copy_are_not_believed(
    library: EmbeddedLibrary, folder: Path, tmp_path: Path
) -> None:
    library.close()
    other = opened(tmp_path / "other")
    for number in range(3):  # as many commits, other contents
        put(other, f"/o/{number}.txt", document(f"{number}.txt", "Other", f"Something else {number}."))
    other.close()
    for part in ("vectors.faiss", "words"):
        shutil.rmtree(folder / part) if (folder / part).is_dir() else (folder / part).unlink()
        copy = shutil.copytree if (tmp_path / "other" / part).is_dir() else shutil.copy
        copy(tmp_path / "other" / part, folder / part)
    again = opened(folder)
    stands(again)
    assert answers(again, "Something else 1.") == ([], [])
    again.close()


@pytest.mark.parametrize("damage", ["flip", "cut", "delete", "nonsense"])
def test_damaged_indexes_are_built_anew(library: EmbeddedLibrary, folder: Path, damage: str) -> None:
    library.close()
    names = ["vectors.faiss"] + [f"words/{p.name}" for p in (folder / "words").iterdir()]
    for name in [name for name in names if "/." not in name]:
        path = folder / name
        if not path.exists():  # gone with the index that the last round built anew
            continue
        whole = path.read_bytes()
        if damage == "flip":
            middle = len(whole) // 2
            replace(path, whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        elif damage == "cut":
            replace(path, whole[: len(whole) // 2])
        elif damage == "nonsense":
            replace(path, os.urandom(300))
        else:
            path.unlink()
        again = opened(folder)
        stands(again)
        again.close()


def test_an_index_damaged_under_an_open_library_is_built_anew(library: EmbeddedLibrary, folder: Path) -> None:
    stands(library)
    shutil.rmtree(folder / "words")
    replace(folder / "vectors.faiss", b"")
    put(library, "/papers/late.txt", document("late.txt", "Late", "It came after."))
    stands(library)
    library.close()
    stands(opened(folder))


def test_a_folder_where_the_words_should_be_written_is_a_file(library: EmbeddedLibrary, folder: Path) -> None:
    library.close()
    shutil.rmtree(folder / "words")
    (folder / "words").write_text("no folder")
    stands(opened(folder))


def test_the_default_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_LIBRARY", "/somewhere/else")
    assert default_location() == "/somewhere/else"
    monkeypatch.delenv("QA_LIBRARY")
    assert default_location().endswith(f"ibid{os.sep}library")
