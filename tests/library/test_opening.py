"""Opening a library's folder: what is none, what is damaged or newer, and what can only be read."""

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
from qa.library import open_library, opening
from qa.library.doctor import examine
from qa.library.embedded import EmbeddedLibrary
from qa.types import Searched
from tests.library.shelf import (
    TELEGRAM,
    VOLUME,
    answers,
    document,
    opened,
    put,
    stands,
)  # fmt: skip
from tests.library.test_schema import version_1

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def library(in_folder: EmbeddedLibrary) -> EmbeddedLibrary:
    return in_folder


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


def test_a_copy_follows_what_it_was_made_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An earlier version's tables where nobody may write are read in a copy; another may write after all."""
    version_1(folder)
    may_write = [False]
    real = opening._can_write
    monkeypatch.setattr(opening, "_can_write", lambda path: may_write[0] and real(path))
    library = opened(folder)
    assert [one.name for one in library.documents()] == ["a/one.txt", "two.txt"]
    may_write[0] = True
    other = opened(folder)
    put(other, "/papers/telegram.txt", TELEGRAM)
    other.close()
    may_write[0] = False
    assert [one.name for one in library.documents()] == ["a/one.txt", "telegram.txt", "two.txt"]
    with pytest.raises(LibraryError, match="can only be read"):
        library.remove(["two.txt"])
    library.close()


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


def test_a_schema_that_is_no_text_is_damage(library: EmbeddedLibrary, folder: Path) -> None:
    library.close()
    path = folder / "library.sqlite"
    whole = path.read_bytes()
    # SQLite's words for it quote the name, which is no text.
    spoilt = whole.replace(b"tablechangeschanges", b"table\xe5hangeschanges", 1)
    path.write_bytes(spoilt.replace(b"CREATE TABLE changes", b"CREATF TABLE changes", 1))
    with pytest.raises(sqlite3.DatabaseError):
        opening.to_read(path)
    with pytest.raises(LibraryError, match="is damaged"):
        opened(folder)
    (first, *_) = examine(folder).findings
    assert first.how == "damaged"


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
