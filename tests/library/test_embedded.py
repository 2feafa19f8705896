"""The embedded library as a whole: what is in it, what answers, and what happens when something is off."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from qa.errors import LibraryBusy, LibraryError, UnknownDocument, UsageError, WrongModel
from qa.library import default_location, open_library, store
from qa.library.current import CurrentVectors, CurrentWords
from qa.library.embedded import EmbeddedLibrary
from qa.types import Document, Metadata, Passage, Searched, SourceFile
from tests.library.shelf import ENCODER, answers, document, opened, passages, put, replace, texts

ROOT = Path(__file__).resolve().parents[2]

TELEGRAM = document(
    "telegram.txt", "Harriman to Byrnes", "Litvinov spoke at the theatre.", date="1945-11-22", title="Moscow"
)
VOLUME = (
    document("v1/d1", "The President writes", "The letter concerns Laos.", date="1961-02-22"),
    document("v1/d2", "Khrushchev to Kennedy", "A reply about Berlin.", date="1961-03"),
    document("v1/d30", "Memorandum", "Wheat sales were discussed.", date="1963"),
)
NOTES = document("notes/reading.md", "Notes", "Nothing dated stands here.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def library(folder: Path) -> Iterator[EmbeddedLibrary]:
    library = opened(folder)
    put(library, "/papers/telegram.txt", TELEGRAM)
    put(library, "/papers/v1.xml", *VOLUME)
    put(library, "/papers/notes/reading.md", NOTES)
    yield library
    library.close()


def either(found: tuple[list[str], list[str]]) -> list[str]:
    near, match = found
    return near + match


# -- what is in -----------------------------------------------------------------------------------------


def test_what_went_in_comes_out_the_same(library: EmbeddedLibrary) -> None:
    for stored in (TELEGRAM, *VOLUME, NOTES):
        assert library.document(stored.name) == stored
        found = library.passages_of(stored.name)
        assert [(p.start, p.end, p.text, p.clean, p.context, p.voice) for p in found] == [
            (p.start, p.end, p.text, p.clean, p.context, p.voice) for p in passages(stored)
        ]
        assert all(stored.text[p.start : p.end] == p.text for p in found)
    assert [source.name for source in library.sources()] == ["reading.md", "telegram.txt", "v1.xml"]
    assert library.source_of("v1/d2").path == "/papers/v1.xml"
    assert [d.name for d in library.documents()] == [
        "notes/reading.md",
        "telegram.txt",
        "v1/d1",
        "v1/d2",
        "v1/d30",
    ]
    assert library.documents()[1].characters == len(TELEGRAM.text)
    assert library.searched() == Searched(5, 10)


def test_odd_characters_keep_their_offsets(library: EmbeddedLibrary) -> None:
    odd = document("odd.txt", "a\x00b \U0001f4dc e\u0301", "“Ünïcode”\u2028\tтекст \ufeff end")
    put(library, "/papers/odd.txt", odd)
    assert library.document("odd.txt") == odd
    assert [p.text for p in library.passages_of("odd.txt")] == odd.text.split("\n\n")


def test_passages_and_vectors_come_in_the_order_asked(library: EmbeddedLibrary) -> None:
    ids = [p.id for name in ("v1/d2", "telegram.txt") for p in library.passages_of(name)]
    assert [p.id for p in library.passages([*ids, 999_999])] == ids
    expected = ENCODER.encode(texts(library, ids))
    np.testing.assert_allclose(library.vectors(ids), expected, atol=1e-3)
    assert library.vectors([]).shape == (0, 384)
    assert library.passages([]) == []
    with pytest.raises(LibraryError, match="999999"):
        library.vectors([999_999])


def test_unknown_names_say_what_is_close(library: EmbeddedLibrary) -> None:
    for ask in (library.document, library.source_of, library.passages_of):
        with pytest.raises(UnknownDocument, match=r"v1/d3 .*Did you mean .*v1/d30"):
            ask("v1/d3")
    with pytest.raises(UnknownDocument, match="qa list"):
        library.document("zzzzzzz")


# -- searching ------------------------------------------------------------------------------------------


def test_every_passage_is_found_by_its_own_words_in_both_indexes(library: EmbeddedLibrary) -> None:
    for stored in (TELEGRAM, *VOLUME, NOTES):
        for passage in library.passages_of(stored.name):
            (nearest, cosine), *_ = library.nearest(ENCODER.encode([passage.clean])[0], 3)
            assert nearest == passage.id
            assert cosine == pytest.approx(1.0, abs=1e-3)
            assert passage.id in dict(library.matching(passage.clean, 3))


def test_the_context_is_searched_as_far_as_asked(library: EmbeddedLibrary) -> None:
    assert {p.document for p in library.passages([i for i, _ in library.matching("Moscow", 9)])} == {
        "telegram.txt"
    }
    assert library.matching("Moscow", 9, context_weight=0) == []
    once, twice = library.matching("Moscow", 9), library.matching("Moscow", 9, context_weight=2)
    assert [score for _, score in twice] == pytest.approx([2 * score for _, score in once])
    assert library.document_frequency("moscow") == 0  # it stands in no passage's own words
    assert library.document_frequency(library.terms("discussed")[0]) == 1


@pytest.mark.parametrize(
    ("names", "start", "end", "expected"),
    [
        (["v1"], None, None, {"v1/d1", "v1/d2", "v1/d30"}),
        (["v1/"], None, None, {"v1/d1", "v1/d2", "v1/d30"}),
        (["v1.xml"], None, None, {"v1/d1", "v1/d2", "v1/d30"}),
        (["/papers/v1.xml"], None, None, {"v1/d1", "v1/d2", "v1/d30"}),
        (["v1/d30", "telegram.txt"], None, None, {"v1/d30", "telegram.txt"}),
        (["notes"], None, None, {"notes/reading.md"}),
        ([], "1961", "1961", {"v1/d1", "v1/d2"}),
        ([], "1961-03-05", None, {"v1/d2", "v1/d30"}),  # dated to the month, it may be of that day
        ([], None, "1961-02", {"telegram.txt", "v1/d1"}),
        ([], "1963-05-01", "1963-05-02", {"v1/d30"}),
        (["v1"], "1945", "1945", set()),
    ],
)  # fmt: skip
def test_a_scope_is_what_was_named_and_dated(
    library: EmbeddedLibrary, names: list[str], start: str | None, end: str | None, expected: set[str]
) -> None:
    scope = library.scope(names, start, end)
    assert scope is not None
    assert library.within(names, start, end) == set(expected)
    ids = scope.passages.tolist()
    assert {passage.document for passage in library.passages(ids)} == expected
    assert ids == sorted(ids)
    assert scope.searched == Searched(len(expected), 2 * len(expected))
    everything = " ".join(d.text for d in (TELEGRAM, *VOLUME, NOTES))
    assert {i for i, _ in library.nearest(ENCODER.encode([everything])[0], 99, scope)} == set(ids)
    assert {i for i, _ in library.matching(everything, 99, scope)} == set(ids)


def test_scopes_that_cannot_be(library: EmbeddedLibrary) -> None:
    assert library.scope() is None
    assert library.within() is None
    with pytest.raises(UnknownDocument, match="v1/d3"):
        library.scope(["v1/d3"])  # d30 is another document
    for wrong in ("61", "1961-13", "1961-02-30", "yesterday", "1961-2", "١٩٦١"):
        with pytest.raises(UsageError, match="is no date"):
            library.scope(date_from=wrong)
    with pytest.raises(UsageError, match="ends before"):
        library.scope(date_from="1962", date_to="1961")


# -- changing it ----------------------------------------------------------------------------------------


def test_a_new_version_of_a_file_takes_the_place_of_the_old(library: EmbeddedLibrary) -> None:
    before = library.generation()
    assert answers(library, "Litvinov spoke at the theatre.")[0]
    new = document("telegram.txt", "Harriman to Byrnes", "The opera was closed.")
    put(library, "/papers/telegram.txt", new)
    assert library.generation() > before
    assert library.document("telegram.txt") == new
    assert answers(library, "The opera was closed.")[0] == ["The opera was closed."]
    assert "Litvinov spoke at the theatre." not in either(answers(library, "Litvinov spoke at the theatre."))
    assert library.searched() == Searched(5, 10)


def test_a_moved_file_takes_the_place_of_the_one_it_was(library: EmbeddedLibrary) -> None:
    put(library, "/elsewhere/telegram.txt", TELEGRAM, instead_of="/papers/telegram.txt")
    assert library.source_of("telegram.txt").path == "/elsewhere/telegram.txt"
    assert library.searched() == Searched(5, 10)


@pytest.mark.parametrize("name", ["v1.xml", "/papers/v1.xml"])
def test_a_removed_file_takes_all_its_documents_along(library: EmbeddedLibrary, name: str) -> None:
    answers(library, "warm both indexes")
    assert library.remove([name]) == ("v1/d1", "v1/d2", "v1/d30")
    for stored in VOLUME:
        for passage in passages(stored):
            assert passage.text not in either(answers(library, passage.text))
    assert library.searched() == Searched(2, 4)
    assert answers(library, "Nothing dated stands here.")[0] == ["Nothing dated stands here."]


def test_one_document_is_removed_alone_and_the_last_takes_its_file(library: EmbeddedLibrary) -> None:
    assert library.remove(["v1/d2"]) == ("v1/d2",)
    assert [d.name for d in library.documents()][2:] == ["v1/d1", "v1/d30"]
    assert "A reply about Berlin." not in either(answers(library, "A reply about Berlin."))
    assert library.remove(["v1/d1", "v1/d30", "telegram.txt"]) == ("v1/d1", "v1/d30", "telegram.txt")
    assert [source.name for source in library.sources()] == ["reading.md"]


def test_one_unknown_name_and_nothing_is_removed(library: EmbeddedLibrary) -> None:
    with pytest.raises(UnknownDocument, match=r"telegram\.tx "):
        library.remove(["v1/d1", "telegram.tx"])
    assert library.searched() == Searched(5, 10)
    assert answers(library, "The letter concerns Laos.")[0]


def test_two_files_may_not_give_documents_of_one_name(library: EmbeddedLibrary) -> None:
    with pytest.raises(UsageError, match=r"telegram\.txt already, from /papers/telegram\.txt"):
        put(library, "/other/telegram.txt", TELEGRAM)
    with pytest.raises(UsageError, match="two documents of the name"):
        put(library, "/other/new.xml", document("n/1", "a"), document("n/1", "b"))
    assert library.searched() == Searched(5, 10)


def test_what_is_no_passage_of_its_document_is_refused(library: EmbeddedLibrary) -> None:
    source = SourceFile("/x", "x", "0", 1, 1, "plain/1")
    text = Document("x", "one two", (), Metadata())
    moved = Passage("x", 1, 4, "text", "one", "one")
    with pytest.raises(ValueError, match="not its text"):
        library.add(source, [text], [moved], ENCODER.encode(["one"]))
    good = Passage("x", 0, 3, "text", "one", "one")
    for vectors in (ENCODER.encode([]), np.full((1, 384), np.nan, np.float32), np.zeros((1, 3), np.float32)):
        with pytest.raises(ValueError, match="vector"):
            library.add(source, [text], [good], vectors)
    assert library.searched() == Searched(5, 10)


def test_a_file_without_passages_is_in_all_the_same(library: EmbeddedLibrary) -> None:
    library.add(SourceFile("/e", "e", "0", 1, 1, "plain/1"), [Document("e", "* * *")], [], ENCODER.encode([]))
    assert library.document("e").text == "* * *"
    assert library.searched() == Searched(6, 10)
    assert answers(library, "Wheat sales were discussed.")[0]
    assert library.remove(["e"]) == ("e",)


# -- the indexes follow ---------------------------------------------------------------------------------


def stands(library: EmbeddedLibrary) -> None:
    """All that is in answers, by both indexes."""
    for name in [d.name for d in library.documents()]:
        for passage in library.passages_of(name):
            near, match = answers(library, passage.clean, 9)
            assert passage.text in near, name
            assert passage.text in match, name
    count = library.searched().passages
    assert len(library.nearest(ENCODER.encode(["x"])[0], 10_000)) == count


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
    monkeypatch.setattr(CurrentVectors, "_fill", lambda *rest: (firsts.append(rest[3]), fill(*rest)))
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


# -- several at once ------------------------------------------------------------------------------------

_OTHER = """
import sys
from pathlib import Path
from tests.library.shelf import document, opened, put
library = opened(Path(sys.argv[1]))
for line in sys.stdin:
    what, name = line.split()
    if what == "add":
        put(library, f"/other/{name}", document(name, "Other", f"Words of {name} alone."))
    else:
        library.remove([name])
    print("done", flush=True)
"""


def test_what_another_process_commits_answers_at_the_next_question(
    library: EmbeddedLibrary, folder: Path
) -> None:
    stands(library)
    other = subprocess.Popen(
        [sys.executable, "-c", _OTHER, str(folder)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdin is not None
    assert other.stdout is not None
    with other:
        for number in range(3):
            name = f"n{number}.txt"
            for what, expected in (("add", [f"Words of {name} alone."]), ("remove", [])):
                print(what, name, file=other.stdin, flush=True)
                assert other.stdout.readline() == "done\n"
                near, match = answers(library, f"Words of {name} alone.")
                assert near == expected
                assert [text for text in match if name in text] == expected
            put(library, f"/mine/{name}", document(f"mine/{name}", "Mine", f"{name} of mine."))
        other.stdin.close()
        assert other.wait(30) == 0
    stands(library)


def test_threads_ask_while_files_are_added_and_removed(library: EmbeddedLibrary) -> None:
    wrong: list[object] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                near, match = answers(library, "Litvinov spoke at the theatre.")
                if (
                    "Litvinov spoke at the theatre." not in near
                    or "Litvinov spoke at the theatre." not in match
                ):
                    wrong.append((near, match))
                library.documents(), library.passages_of("telegram.txt"), library.scope(["telegram.txt"])
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(8):
        put(library, f"/more/{number}.txt", document(f"{number}.txt", f"Number {number}", "Body of it."))
        if number % 2:
            library.remove([f"{number - 1}.txt"])
    over.set()
    for thread in threads:
        thread.join(30)
    assert wrong == []
    stands(library)


def test_a_second_writer_waits_and_then_says_so(
    library: EmbeddedLibrary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.2)
    other = opened(folder)
    with library._store.writing():
        with pytest.raises(LibraryBusy, match="Another process is writing"):
            other.remove(["v1/d1"])
        assert other.searched() == Searched(5, 10)  # reading goes on meanwhile
    assert other.remove(["v1/d1"]) == ("v1/d1",)
    other.close()


# -- opening --------------------------------------------------------------------------------------------


def test_another_model_is_refused_by_name(library: EmbeddedLibrary, folder: Path) -> None:
    with pytest.raises(WrongModel, match=r"with the model hash .*not with other.*qa add"):
        opened(folder, model="other")
    with pytest.raises(WrongModel, match=r"384.*256"):
        open_library(folder, model="hash", dimension=256)


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
    with pytest.raises(UsageError, match="not available in this version"):
        open_library("postgresql://host/db", model="hash")
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


def test_a_closed_library_says_so(library: EmbeddedLibrary) -> None:
    library.close()
    library.close()
    with pytest.raises(LibraryError, match="was closed"):
        library.documents()


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
            timeout=60,
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
        timeout=60,
    )
    shared.chmod(0o755)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("LibraryError") and "ermission" in line for line in lines)
