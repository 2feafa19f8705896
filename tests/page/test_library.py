"""Uploads: which are taken, under which names they are kept."""

from __future__ import annotations

import re
from pathlib import Path

import gradio as gr
import pytest

from qa.page import library
from qa.reading import FORMATS


def test_a_file_that_was_never_uploaded_is_left_out(tmp_path: Path) -> None:
    uploads, other = tmp_path / "uploads", tmp_path / "secret.txt"
    uploads.mkdir()
    other.write_text("secret")
    copy = uploads / "a.txt"
    copy.write_text("a")
    (uploads / "link.txt").symlink_to(other)
    sent = [
        {"path": str(copy), "orig_name": "Ä <b>.txt"},
        {"path": str(other), "orig_name": "a.txt"},
        {"path": str(uploads / ".." / "secret.txt"), "orig_name": "a.txt"},
        {"path": str(uploads / "link.txt"), "orig_name": "a.txt"},
        {"path": str(uploads / "gone.txt")},
        {},
    ]
    assert library.uploaded(sent, uploads) == [(copy, "Ä <b>.txt")]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../a.txt", "a.txt"),
        ("C:\\letters\\a.txt", "a.txt"),
        ("..", "unnamed.txt"),
        ("", "a-copy.txt"),
        ("a\0b.txt", "ab.txt"),
    ],
)
def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path, sent: str, kept: str) -> None:
    copy = tmp_path / "a-copy.txt"
    copy.write_text("a")
    assert library.uploaded([{"path": str(copy), "orig_name": sent}], tmp_path) == [(copy, kept)]


def test_every_kind_that_can_be_read_is_named_and_taken(tmp_path: Path) -> None:
    from qa.page.opening import Opening

    assert set(re.findall(r"\.\w+", library.kinds().partition("suffixes")[2])) == set(FORMATS)
    with gr.Blocks() as page:
        library.pane(Opening(str(tmp_path), "all-MiniLM-L6-v2"))
    (upload,) = (block for block in page.blocks.values() if isinstance(block, gr.File))
    assert set(upload.file_types or ()) == set(FORMATS)


def test_the_same_file_is_kept_once_and_another_of_its_name_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("one")
    two.write_text("two")
    assert library.keep(one, "letter.txt", folder) == folder / "letter.txt"
    assert library.keep(one, "letter.txt", folder) == folder / "letter.txt"
    assert library.keep(two, "letter.txt", folder) == folder / "letter (2).txt"
    assert library.keep(two, "letter.txt", folder) == folder / "letter (2).txt"
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "letter.txt": "one",
        "letter (2).txt": "two",
    }


def test_files_are_kept_in_the_library_or_with_the_user_where_it_is_on_a_server(tmp_path: Path) -> None:
    assert library.files_folder(str(tmp_path)) == tmp_path / "files"
    assert library.files_folder("postgresql://host/db").parts[-2:] == ("ibid", "files")
