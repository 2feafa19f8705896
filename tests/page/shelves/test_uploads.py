"""Uploads: which are taken, where their copies lie, what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.finding import FoundFile
from qa.page.shelves import uploads
from qa.page.shelves.uploads import Names, Sent
from tests.library.shelf import document, opened, put


def test_a_file_that_was_never_uploaded_is_left_out(tmp_path: Path) -> None:
    folder, other = tmp_path / "uploads", tmp_path / "secret.txt"
    folder.mkdir()
    other.write_text("secret")
    copy = folder / "a.txt"
    copy.write_text("a")
    (folder / "link.txt").symlink_to(other)
    sent = [
        {"path": str(copy), "name": "letters/Ä <b>.txt"},
        {"path": str(other), "name": "a.txt"},
        {"path": str(folder / ".." / "secret.txt"), "name": "a.txt"},
        {"path": str(folder / "link.txt"), "name": "a.txt"},
        {"path": str(folder / "gone.txt")},
        {"path": str(folder)},
        {"path": 7, "name": None},
        {},
        "a.txt",
    ]
    assert uploads.arrived(sent, folder) == [Sent(copy, "letters/Ä <b>.txt")]
    assert uploads.arrived({"path": str(copy)}, folder) == []
    assert uploads.arrived(None, folder) == []


def test_two_of_one_name_are_two(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
    sent = [{"path": str(tmp_path / name), "name": "a.txt"} for name in ("one", "two")]
    assert [each.name for each in uploads.arrived(sent, tmp_path)] == ["a.txt", "a (2).txt"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../a.txt", "a.txt"),
        ("/etc/a.txt", "etc/a.txt"),
        ("C:\\letters\\a.txt", "letters/a.txt"),
        ("letters/./../b/a.txt", "letters/b/a.txt"),
        ("..", "unnamed.txt"),
        ("", "unnamed.txt"),
        (".txt", "unnamed.txt"),
        ("a\0b\n.txt", "ab.txt"),
        ("x/" * 60 + "a.txt", "x/" * 19 + "a.txt"),
    ],
)
def test_a_name_cannot_lead_out_of_the_folder(sent: str, kept: str) -> None:
    assert uploads.clean(sent) == kept


def test_a_long_name_keeps_its_ending() -> None:
    kept = uploads.clean("ж" * 300 + ".pdf")
    assert kept.endswith("ж.pdf")
    assert len(kept.encode()) <= 200


def test_what_is_sent_together_lies_together_with_its_folders(tmp_path: Path) -> None:
    sent = []
    for number, name in enumerate(
        ("papers/a.txt", "papers/sub/b.txt", "papers/metadata.csv", "papers/page.html",
         "papers/page_files/logo.png", "papers/b.xyz", "papers/sub/b.txt.csl.json")
    ):  # fmt: skip
        path = tmp_path / str(number)
        path.write_text(name)
        sent.append(Sent(path, name))
    found = uploads.take(sent, str(tmp_path / "library"))
    assert [file.name for file in found.files] == ["papers/a.txt", "papers/page.html", "papers/sub/b.txt"]
    assert found.skipped == ["papers/b.xyz"], "lists and the pictures of web pages are no documents"
    (batch,) = (tmp_path / "library" / "files").iterdir()
    assert (batch / "papers/metadata.csv").read_text() == "papers/metadata.csv"
    assert {file.root for file in found.files} == {batch}
    assert uploads.take([], str(tmp_path / "library")).files == []


def test_another_file_of_a_name_gets_a_number_and_the_same_one_does_not(tmp_path: Path) -> None:
    def file(folder: str, text: str) -> FoundFile:
        path = tmp_path / folder / "letter.txt"
        path.parent.mkdir()
        path.write_text(text)
        return FoundFile(path, "letter.txt", path.parent)

    first, second, third, again = file("1", "one"), file("2", "two"), file("3", "three"), file("4", "two")
    names = Names([])
    assert [names.free(each).name for each in (first, second, third)] == [
        "letter.txt",
        "letter (2).txt",
        "letter (3).txt",
    ]
    assert names.free(again).name == "letter (2).txt", "the same bytes are the same file"
    assert names.free(first).name == "letter.txt", "and so is the same path"


def test_a_file_whose_namesake_is_gone_from_the_disk_takes_its_name(tmp_path: Path) -> None:
    library = opened(tmp_path / "library")
    put(library, str(tmp_path / "old" / "letter.txt"), document("letter.txt", "Head", "Body"))
    (tmp_path / "letter.txt").write_text("moved")
    moved = FoundFile(tmp_path / "letter.txt", "letter.txt", tmp_path)
    assert Names(library.sources()).free(moved).name == "letter.txt"
    library.close()


def test_copies_that_nothing_came_of_are_swept_away_and_nothing_else(tmp_path: Path) -> None:
    files = tmp_path / "files"
    batch, other = files / "batch", tmp_path / "mine"
    for folder in (batch, other):
        folder.mkdir(parents=True)
        for name in ("a.txt", "b.txt", "metadata.csv"):
            (folder / name).write_text(name)
    uploads.sweep(files, batch, {str(batch / "a.txt")})
    assert sorted(path.name for path in batch.iterdir()) == ["a.txt", "metadata.csv"]
    uploads.sweep(files, other, set())
    assert len(list(other.iterdir())) == 3, "what lies elsewhere is not touched"
    uploads.sweep(files, batch, set())
    assert not batch.exists()


def test_files_are_kept_in_the_library_or_with_the_user_where_it_is_on_a_server(tmp_path: Path) -> None:
    assert uploads.files_folder(str(tmp_path)) == tmp_path / "files"
    there = uploads.files_folder("postgresql://ada:secret@host/db")
    assert there.parts[-3] == "ibid"
    assert there.name == "files"
    assert "secret" not in str(there)
