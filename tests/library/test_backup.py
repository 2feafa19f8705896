"""Backups: the whole of a library in one file and back, and what is refused."""

from __future__ import annotations

import errno
import json
import random
import sqlite3
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qa.errors import LibraryError, StorageFull, UsageError
from qa.library import backup
from qa.library.backup import MANIFEST, back_up, restore
from qa.library.doctor import examine
from qa.reading import apart
from tests.library.shelf import LETTER, NOTE, answers, document, opened, put
from tests.library.test_schema import version_1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed library with a paper of the person's own, an uploaded file, and what people made of both."""
    folder = tmp_path / "library"
    library = opened(folder)
    put(library, "/papers/letter.txt", LETTER)
    upload = folder / "files" / "batch" / "note.txt"
    upload.parent.mkdir(parents=True)
    upload.write_text("A note\n\nRain fell on the harbour all day.")
    put(library, str(upload), NOTE)
    library.flush()
    library.close()
    (folder / "marks.jsonl").write_text('{"id": "m1"}\n')
    (folder / "people.json").write_text("{}")
    (folder / "runs" / "one").mkdir(parents=True)
    (folder / "runs" / "one" / "run.json").write_text("{}")
    (folder / "marks.lock").touch()
    return folder


def test_there_and_back(folder: Path, tmp_path: Path) -> None:
    made = back_up(folder, tmp_path / "one.zip")
    assert (made.documents, made.passages, made.files, made.people) == (2, 4, 5, True)
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert sorted(archive.namelist()) == [
            "files/batch/note.txt", "library.sqlite", MANIFEST, "marks.jsonl", "people.json",
            "runs/one/run.json",
        ]  # fmt: skip
    new = tmp_path / "deep" / "new"
    assert restore(tmp_path / "one.zip", new) == made
    library = opened(new, create=False)
    assert answers(library, "wheat Odessa")[1] == ["The wheat has arrived at Odessa."]
    # A file that the library keeps itself has followed it; a person's own is where it was.
    assert [source.path for source in library.sources()] == [
        "/papers/letter.txt",
        str(new / "files" / "batch" / "note.txt"),
    ]
    assert all(Path(source.path).exists() for source in library.sources()[1:])
    library.close()
    for name in ("marks.jsonl", "people.json", "runs/one/run.json", "files/batch/note.txt"):
        assert (new / name).read_bytes() == (folder / name).read_bytes()
    if sys.platform != "win32":
        assert (new / "people.json").stat().st_mode & 0o077 == 0
        assert (tmp_path / "one.zip").stat().st_mode & 0o077 == 0


def test_made_while_somebody_writes_it_is_of_one_commit(folder: Path, tmp_path: Path) -> None:
    library = opened(folder)
    with sqlite3.connect(folder / "library.sqlite", isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM sources")
        back_up(folder, tmp_path / "one.zip")
        writer.execute("ROLLBACK")
    library.close()
    restore(tmp_path / "one.zip", tmp_path / "new")
    again = opened(tmp_path / "new")
    assert len(again.documents()) == 2
    again.close()


def test_an_earlier_backup_is_replaced_any_other_file_is_not(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "one.zip"
    back_up(folder, target)
    library = opened(folder)
    library.remove(["letter.txt"])
    library.close()
    assert back_up(folder, target).documents == 1
    other = tmp_path / "thesis.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("chapter.txt", "years of work")
    before = other.read_bytes()
    with pytest.raises(UsageError, match="no backup"):
        back_up(folder, other)
    assert other.read_bytes() == before


@pytest.mark.parametrize("place", ["library/one.zip", "library/files/one.zip"])
def test_not_into_the_library_itself(folder: Path, tmp_path: Path, place: str) -> None:
    with pytest.raises(UsageError, match="in the library itself"):
        back_up(folder, tmp_path / place)


def test_wrong_use_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no library"):
        back_up(tmp_path / "nowhere", tmp_path / "one.zip")
    with pytest.raises(UsageError, match="is a folder"):
        back_up(folder, tmp_path)
    with pytest.raises(LibraryError, match="could not be written"):
        back_up(folder, tmp_path / "no" / "such" / "one.zip")
    with pytest.raises(UsageError, match="no file"):
        restore(tmp_path / "nothing.zip", tmp_path / "new")
    (tmp_path / "text.zip").write_text("no backup")
    with pytest.raises(UsageError, match="no backup"):
        restore(tmp_path / "text.zip", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_nothing_is_overwritten(folder: Path, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "one.zip")
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(UsageError, match="there already"):
        restore(tmp_path / "one.zip", folder)
    assert sorted(path.name for path in folder.iterdir()) == before
    (tmp_path / "empty").mkdir()
    assert restore(tmp_path / "one.zip", tmp_path / "empty").documents == 2


def test_a_full_disk_leaves_the_earlier_backup(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "kept"
    place.mkdir()
    back_up(folder, place / "one.zip")
    before = (place / "one.zip").read_bytes()

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backup.os, "fsync", full)
    with pytest.raises(StorageFull, match="disk is full"):
        back_up(folder, place / "one.zip")
    assert (place / "one.zip").read_bytes() == before
    assert [path.name for path in place.iterdir()] == ["one.zip"]
    with pytest.raises(StorageFull):
        restore(place / "one.zip", place / "new")
    assert [path.name for path in place.iterdir()] == ["one.zip"]


def test_a_damaged_backup_is_refused_or_restored_to_the_letter(folder: Path, tmp_path: Path) -> None:
    good = tmp_path / "one.zip"
    back_up(folder, good)
    restore(good, tmp_path / "whole")
    whole = {
        path.relative_to(tmp_path / "whole"): path.read_bytes()
        for path in (tmp_path / "whole").rglob("*")
        if path.is_file() and path.name != "library.sqlite"  # its paths say where it lies
    }
    data = good.read_bytes()
    chance = random.Random(1)
    refused = 0
    for trial in range(60):
        bad = bytearray(data)
        if trial % 3:
            bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        else:
            del bad[chance.randrange(len(bad)) :]
        (tmp_path / "bad.zip").write_bytes(bad)
        new = tmp_path / f"new{trial}"
        try:
            restore(tmp_path / "bad.zip", new)
        except (UsageError, LibraryError):
            refused += 1
            assert not new.exists()
            continue
        for name, content in whole.items():
            assert (new / name).read_bytes() == content
        library = opened(new, create=False)
        assert [library.document(one.name).text for one in library.documents()] == [LETTER.text, NOTE.text]
        library.close()
    assert refused > 30
    assert not list(tmp_path.glob(".ibid-*"))


@pytest.mark.parametrize("name", ["../outside.txt", "/outside.txt", "files/../../outside.txt", ""])
def test_a_name_that_leads_out_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    back_up(folder, tmp_path / "one.zip")
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(tmp_path / "one.zip") as old, zipfile.ZipFile(forged, "w") as new:
        manifest = json.loads(old.read(MANIFEST))
        manifest["checksums"] = {name: {"sha256": "0", "size": 4}, **manifest["checksums"]}
        new.writestr(name or "x", "evil")
        for each in old.namelist():
            new.writestr(each, json.dumps(manifest) if each == MANIFEST else old.read(each))
    with pytest.raises(LibraryError, match="leads out"):
        restore(forged, tmp_path / "place" / "new")
    assert not list(tmp_path.rglob("outside.txt"))


def test_a_file_larger_than_it_says_is_not_unpacked_whole(folder: Path, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "one.zip")
    forged = tmp_path / "forged.zip"
    with (
        zipfile.ZipFile(tmp_path / "one.zip") as old,
        zipfile.ZipFile(forged, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in old.namelist():
            new.writestr(each, bytes(50_000_000) if each == "marks.jsonl" else old.read(each))
    with pytest.raises(LibraryError, match=r"marks\.jsonl is not what was put in"):
        restore(forged, tmp_path / "new")


def test_another_program_s_database_is_refused(folder: Path, tmp_path: Path) -> None:
    with sqlite3.connect(folder / "library.sqlite") as connection:
        connection.execute("PRAGMA application_id=1")
    back_up(folder, tmp_path / "one.zip")
    with pytest.raises(LibraryError, match="damaged"):
        restore(tmp_path / "one.zip", tmp_path / "new")


def test_each_backup_made_while_documents_go_in_is_whole(folder: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def adding() -> None:
        library = opened(folder)
        for number in range(1_000):
            if stop.is_set():
                break
            put(
                library,
                f"/papers/{number:04}.txt",
                document(f"{number:04}.txt", "One more", f"Of day {number}."),
            )
        library.close()

    thread = threading.Thread(target=adding)
    thread.start()
    counts = []
    try:
        for number in range(100):
            if number >= 8 and counts[-1] > counts[0]:
                break
            made = back_up(folder, tmp_path / f"{number}.zip")
            restore(tmp_path / f"{number}.zip", tmp_path / f"new{number}")
            report = examine(tmp_path / f"new{number}", mend=False)
            assert (report.is_well, report.documents) == (True, made.documents)
            counts.append(made.documents)
    finally:
        stop.set()
        thread.join()
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


def forged(good: Path, bad: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """A backup whose manifest is another."""
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as new:
        manifest = json.loads(old.read(MANIFEST))
        change(manifest)
        for each in old.namelist():
            new.writestr(each, json.dumps(manifest) if each == MANIFEST else old.read(each))
    return bad


def test_what_does_not_fit_on_the_disk_is_refused_before_it_is_unpacked(folder: Path, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "one.zip")
    bad = forged(
        tmp_path / "one.zip",
        tmp_path / "bad.zip",
        lambda said: said["checksums"]["people.json"].update(size=10**18),
    )
    with pytest.raises(StorageFull, match=r"unpacks to 1,000,000,000\.0 GB, and .* GB are free"):
        restore(bad, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said["checksums"].update({"marks.jsonl": 3}),
        lambda said: said["checksums"]["marks.jsonl"].update(size="4"),
        lambda said: said["checksums"]["marks.jsonl"].update(size=-1),
        lambda said: said["checksums"]["marks.jsonl"].update(sha256=None),
        lambda said: said.update(location=3),
        lambda said: said.update(checksums=[]),
    ],
)
def test_a_manifest_that_is_none_is_refused(
    folder: Path, tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    back_up(folder, tmp_path / "one.zip")
    with pytest.raises(UsageError, match="is no backup of a library"):
        restore(forged(tmp_path / "one.zip", tmp_path / "bad.zip", change), tmp_path / "new")


def test_a_library_that_does_something_by_itself_is_refused(folder: Path, tmp_path: Path) -> None:
    with sqlite3.connect(folder / "library.sqlite") as connection:
        connection.execute("CREATE TRIGGER evil AFTER UPDATE ON sources BEGIN DELETE FROM documents; END")
    back_up(folder, tmp_path / "one.zip")
    with pytest.raises(LibraryError, match="'evil' is no part of a library"):
        restore(tmp_path / "one.zip", tmp_path / "new")


@pytest.mark.parametrize("name", ["library.sqlite-journal", "./library.sqlite-wal", "Library.SQLite-Journal"])
def test_a_journal_is_refused_for_sqlite_would_obey_it(folder: Path, tmp_path: Path, name: str) -> None:
    back_up(folder, tmp_path / "one.zip")
    bad = forged(
        tmp_path / "one.zip",
        tmp_path / "bad.zip",
        lambda said: said["checksums"].update({name: said["checksums"]["people.json"]}),
    )
    with zipfile.ZipFile(bad, "a") as archive:
        archive.writestr(name, "{}")
    with pytest.raises(LibraryError, match="is no part of a backup"):
        restore(bad, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux")
def test_a_backup_that_takes_all_memory_costs_itself_alone(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = tmp_path / "one.zip", tmp_path / "bad.zip"
    back_up(folder, good)
    forged(good, bad, lambda said: said.update(more=[[]] * 3_000_000))
    monkeypatch.setenv(apart.GIGABYTES, "0.2")
    with pytest.raises(LibraryError, match=r"is damaged \(manifest: needed more than 0\.2 GB of memory"):
        restore(bad, tmp_path / "new")
    with pytest.raises(UsageError, match="is there and no backup"):
        back_up(folder, bad)
    assert restore(good, tmp_path / "new").documents == 2


def test_a_backup_of_an_earlier_version_s_library_is_restored(tmp_path: Path) -> None:
    version_1(tmp_path / "old")
    back_up(tmp_path / "old", tmp_path / "one.zip")
    restore(tmp_path / "one.zip", tmp_path / "new")
    library = opened(tmp_path / "new", create=False)
    assert len(library.documents()) == 2
    library.close()
