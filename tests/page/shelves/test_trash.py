"""Taking out and putting back: everything as it was, with edits and copies of uploads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.adding import add
from qa.editing import edit
from qa.errors import UnknownDocument, UsageError
from qa.finding import FoundFile
from qa.library import Library
from qa.page.shelves import trash, uploads
from tests.library.shelf import ENCODER, answers, opened

TABLE = "id,text,title,sender\n" + "".join(
    f"{n},The keeper of lamp number {n} wrote a letter about oil and gulls.,Letter {n},Sender {n}\n"
    for n in range(1, 5)
)
_ALL = (
    "SELECT sources.path, documents.name, documents.metadata, unedited, marks, documents.text, layout, "
    'documents.date, sender, start, "end", voice, context, passages.text, clean, vector '
    "FROM documents JOIN sources ON sources.id = source LEFT JOIN layouts ON layouts.document = documents.id "
    "JOIN passages ON passages.document = documents.id JOIN vectors ON passage = passages.id "
    "ORDER BY sources.path, position, start"
)


@pytest.fixture
def library(tmp_path: Path, place: str) -> Iterator[Library]:
    """A table of four letters, and an uploaded letter with a sidecar."""
    (tmp_path / "letters.csv").write_text(TABLE)
    made = opened(place)
    batch = uploads.files_folder(made.location) / "batch"
    batch.mkdir(parents=True)
    (batch / "up.txt").write_text("Barnabas Quill kept the lighthouse.")
    (batch / "up.txt.csl.json").write_text('{"title": "On the lighthouse"}')
    report = add(made, ENCODER, [tmp_path / "letters.csv", FoundFile(batch / "up.txt", "up.txt", batch)])
    assert not report.failed
    yield made
    made.close()


def everything(library: Library) -> str:
    with library._store.reading() as connection:
        return hashlib.sha256(repr(connection.execute(_ALL).fetchall()).encode()).hexdigest()


def names(library: Library) -> list[str]:
    return [one.name for one in library.documents()]


@pytest.mark.parametrize(
    "which",
    [["letters.csv/2"], ["letters.csv/1", "letters.csv/4"], ["letters.csv"], ["letters.csv", "up.txt"]],
)
def test_what_was_taken_out_comes_back_as_it_was(library: Library, which: list[str]) -> None:
    edit(library, ENCODER, ["letters.csv/2"], put={"title": "The second letter", "recipient": "Ada"})
    before, there, counted = everything(library), names(library), library.searched()
    made = trash.take_out(library, which)
    assert made.documents == len(there) - len(names(library))
    assert not set(library.chosen(names(library))) & set(which)
    assert trash.put_back(library, made.key) == made.documents
    assert (everything(library), names(library), library.searched()) == (before, there, counted)
    assert library.edits("letters.csv/2") == {"title": "The second letter", "recipient": "Ada"}
    assert trash.taken(library.location) == []
    _near, match = answers(library, "keeper of lamp number 2 wrote a letter about oil and gulls")
    assert match
    assert not (uploads.place(library.location) / "trash" / made.key).exists()


def test_two_takings_out_of_one_file_come_back_in_any_order(library: Library) -> None:
    before = everything(library)
    first = trash.take_out(library, ["letters.csv/1"])
    second = trash.take_out(library, ["letters.csv/3"])
    assert [one.key for one in trash.taken(library.location)] == [second.key, first.key]
    trash.put_back(library, first.key)
    trash.put_back(library, second.key)
    assert everything(library) == before


def test_a_copy_of_an_upload_waits_with_what_came_of_it(library: Library) -> None:
    copy = uploads.files_folder(library.location) / "batch" / "up.txt"
    made = trash.take_out(library, ["up.txt"])
    assert not copy.exists()
    assert not copy.with_name("up.txt.csl.json").exists()
    assert made.copies == (str(copy),)
    assert made.titles == ("On the lighthouse",)
    trash.put_back(library, made.key)
    assert copy.read_text().startswith("Barnabas")
    assert copy.with_name("up.txt.csl.json").exists()


def test_a_file_of_the_persons_own_is_never_touched(library: Library, tmp_path: Path) -> None:
    made = trash.take_out(library, ["letters.csv"])
    assert made.copies == ()
    assert (tmp_path / "letters.csv").read_text() == TABLE


def test_after_a_day_it_is_gone_for_good_with_its_copies(library: Library) -> None:
    made = trash.take_out(library, ["up.txt"])
    kept = [one.path for one in library.sources()]
    assert trash.taken(library.location, kept, made.until - 1) == [made]
    assert trash.taken(library.location, kept, made.until + 1) == []
    assert not (uploads.place(library.location) / "trash" / made.key).exists()
    assert not (uploads.files_folder(library.location) / "batch").exists()
    with pytest.raises(UsageError, match="no longer kept"):
        trash.put_back(library, made.key)


def test_what_is_back_already_stays_and_what_has_changed_is_said(library: Library, tmp_path: Path) -> None:
    made = trash.take_out(library, ["letters.csv/2"])
    (tmp_path / "letters.csv").write_text(TABLE.replace("gulls", "terns"))
    add(library, ENCODER, [tmp_path / "letters.csv"])
    now = everything(library)
    assert trash.put_back(library, made.key) == 0
    assert everything(library) == now

    made = trash.take_out(library, ["letters.csv/2"])
    (tmp_path / "letters.csv").write_text("id,text\n9,Another letter altogether.\n")
    add(library, ENCODER, [tmp_path / "letters.csv"])
    with pytest.raises(UsageError, match="has been read anew since"):
        trash.put_back(library, made.key)
    assert [one.key for one in trash.taken(library.location)] == [made.key]


@pytest.mark.parametrize("key", ["", "..", "../../etc", "2026-11-22-000000-abcdef"])
def test_a_key_that_is_none_is_said(library: Library, key: str) -> None:
    with pytest.raises(UsageError, match="no longer kept"):
        trash.put_back(library, key)


def test_an_unknown_name_takes_nothing_out(library: Library) -> None:
    before = everything(library)
    with pytest.raises(UnknownDocument):
        trash.take_out(library, ["letters.csv/2", "nobody"])
    assert everything(library) == before
    assert trash.taken(library.location) == []


def test_a_damaged_note_costs_its_own_undoing_alone(library: Library) -> None:
    made, other = trash.take_out(library, ["letters.csv/1"]), trash.take_out(library, ["letters.csv/2"])
    (uploads.place(library.location) / "trash" / made.key / "taken.json").write_text("{")
    assert [one.key for one in trash.taken(library.location)] == [other.key]
