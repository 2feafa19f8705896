"""What is of the embedded library alone: its files, and the indexes that follow the truth. What it promises
as every library does is in test_library.py."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.errors import LibraryError, UsageError
from qa.library import default_location, open_library
from qa.library.current_vectors import CurrentVectors
from qa.library.current_words import CurrentWords
from qa.library.embedded import EmbeddedLibrary
from qa.types import Searched
from tests.library.shelf import (
    TELEGRAM,
    VOLUME,
    answers,
    document,
    either,
    filled,
    opened,
    put,
    replace,
    stands,
)  # fmt: skip

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def library(folder: Path) -> Iterator[EmbeddedLibrary]:
    library = filled(folder)
    yield library
    library.close()


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


# -- opening --------------------------------------------------------------------------------------------


def test_what_is_no_library_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="There is no library at"):
        opened(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError, match="is a file"):
        opened(tmp_path / "file")
    with pytest.raises(LibraryError, match=r"cannot be opened|is a file"):
        opened(tmp_path / "file" / "below")
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "thesis.txt").write_text("x")
    with pytest.raises(LibraryError, match=r"holds other things \(thesis\.txt"):
        opened(papers)
    assert [p.name for p in papers.iterdir()] == ["thesis.txt"]
    with pytest.raises(UsageError, match="of that kind"):
        open_library("mysql://host/db", model="hash")
    with pytest.raises(UsageError, match="empty"):
        open_library(" ", model="hash")


def test_an_empty_or_unfinished_folder_becomes_a_library(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_text("hidden things do not matter")
    (tmp_path / "library.sqlite").touch()  # killed before its tables were there
    library = opened(tmp_path)
    assert library.searched() == Searched(0, 0)
    assert library.generation() == 0
    assert answers(library, "anything") == ([], [])
    assert library.scope(date_from="1900") is not None
    library.close()


def test_another_sqlite_file_and_a_newer_format_are_refused(library: EmbeddedLibrary, folder: Path) -> None:
    library.close()
    with sqlite3.connect(folder / "library.sqlite") as connection:
        connection.execute("PRAGMA user_version=99")
    with pytest.raises(LibraryError, match=r"newer version .*format is 99.*pip install --upgrade"):
        opened(folder)
    with sqlite3.connect(folder / "library.sqlite") as connection:
        connection.execute("PRAGMA application_id=1")
    with pytest.raises(LibraryError, match="is not a library of this program"):
        opened(folder)


def test_a_damaged_truth_says_the_way_out(library: EmbeddedLibrary, folder: Path) -> None:
    library.close()
    path = folder / "library.sqlite"
    whole = path.read_bytes()
    path.write_bytes(b"nonsense" * 1000)
    with pytest.raises(LibraryError, match=r"is damaged .*Your files are not touched.*qa add PATH --library"):
        opened(folder)
    # A hole in the middle is met when it is read.
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 12288) + whole[-4096:])
    with pytest.raises(LibraryError, match="is damaged"):
        stands(opened(folder))


def test_the_default_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_LIBRARY", "/somewhere/else")
    assert default_location() == "/somewhere/else"
    monkeypatch.delenv("QA_LIBRARY")
    assert default_location().endswith(f"ibid{os.sep}library")


# -- without permission to write --------------------------------------------------------------------------

_NOBODY = """
import os, sys, tempfile
from pathlib import Path
from tests.library.shelf import answers, document, opened, put
with tempfile.TemporaryDirectory() as own:  # everything is imported by one who may read it
    warm = opened(Path(own))
    put(warm, "/x", document("x", "a b"))
    answers(warm, "a")
    warm.close()
if os.getuid() == 0:  # what root may do says nothing
    os.setgid(65534)
    os.setuid(65534)
os.environ["TMPDIR"] = sys.argv[2]
library = opened(Path(sys.argv[1]))
print(answers(library, "Litvinov spoke at the theatre.", 1))
print(answers(library, "It came after.", 1))
for change in (lambda: put(library, "/x", document("x", "a")), lambda: library.remove(["v1.xml"])):
    try:
        change()
    except Exception as error:
        print(type(error).__name__, error)
library.close()
"""


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that another user can reach (pytest's own are closed to others)."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)
        for path in Path(name).rglob("*"):
            path.chmod(0o755)


def as_nobody(folder: Path) -> str:
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch).chmod(0o777)
        done = subprocess.run(
            [sys.executable, "-c", _NOBODY, str(folder), scratch],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
            timeout=150,
        )
        assert list(Path(scratch).iterdir()) == []
    assert done.stderr == ""
    return done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are of another kind there")
@pytest.mark.parametrize("left", ["closed", "indexes behind", "killed", "someone writing"])
def test_a_library_that_can_only_be_read_answers(shared: Path, left: str) -> None:
    folder = shared / "library"
    library = opened(folder)
    put(library, "/papers/telegram.txt", TELEGRAM)
    put(library, "/papers/v1.xml", *VOLUME)
    library.flush()
    late = document("late.txt", "Late", "It came after.")
    if left == "indexes behind":
        put(library, "/papers/late.txt", late)
        library._store.close()
    elif left == "killed":
        put(library, "/papers/late.txt", late)
        copy = shared / "copy"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*-shm"))
        assert (copy / "library.sqlite-wal").stat().st_size > 0
        library.close()
        folder = copy
    elif left == "someone writing":
        put(library, "/papers/late.txt", late)
    else:
        put(library, "/papers/late.txt", late)
        library.close()
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted((p.name, p.stat().st_mtime_ns) for p in folder.rglob("*"))
    said = as_nobody(folder).splitlines()
    assert sorted((p.name, p.stat().st_mtime_ns) for p in folder.rglob("*")) == before
    assert said[0] == "(['Litvinov spoke at the theatre.'], ['Litvinov spoke at the theatre.'])"
    assert said[1] == "(['It came after.'], ['It came after.'])"
    assert len(said) == 4
    assert all(line.startswith("LibraryError") and "can only be read" in line for line in said[2:])
    library.close()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are of another kind there")
def test_a_folder_that_may_not_be_entered(shared: Path) -> None:
    folder = shared / "library"
    opened(folder).close()
    folder.chmod(0o700)
    code = _NOBODY.partition("library = opened")[0] + (
        "for path in (sys.argv[1], sys.argv[1] + '/below', os.path.dirname(sys.argv[1]) + '/new'):\n"
        "    try:\n        opened(Path(path))\n"
        "    except Exception as error:\n        print(type(error).__name__, error)\n"
    )
    if os.getuid() != 0:
        folder.chmod(0)
        shared.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), "/tmp"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=150,
    )
    shared.chmod(0o755)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("LibraryError") and "ermission" in line for line in lines)
