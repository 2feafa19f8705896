"""What every library promises, whatever engine keeps it: what is in it, what answers, what happens when
something is off. Each test runs against a folder and against a server."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from qa.errors import LibraryBusy, LibraryError, UnknownDocument, UsageError, WrongModel
from qa.library import Library, open_library
from qa.library.protocol import Remembering
from qa.types import Document, Metadata, Passage, Searched, SourceFile
from tests.library.shelf import (
    ENCODER,
    NOTES,
    TELEGRAM,
    VOLUME,
    answers,
    document,
    either,
    filled,
    opened,
    passages,
    put,
    stands,
    texts,
)  # fmt: skip

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def library(place: str) -> Iterator[Library]:
    library = filled(place)
    yield library
    library.close()


# -- what is in ---------------------------------------------------------------------------------------


def test_what_went_in_comes_out_the_same(library: Library) -> None:
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


def test_odd_characters_keep_their_offsets(library: Library) -> None:
    odd = document("odd.txt", "a\x00b \U0001f4dc e\u0301", "“Ünïcode”\u2028\tтекст \ufeff end")
    put(library, "/papers/odd.txt", odd)
    assert library.document("odd.txt") == odd
    assert [p.text for p in library.passages_of("odd.txt")] == odd.text.split("\n\n")


def test_passages_and_vectors_come_in_the_order_asked(library: Library) -> None:
    ids = [p.id for name in ("v1/d2", "telegram.txt") for p in library.passages_of(name)]
    assert [p.id for p in library.passages([*ids, 999_999])] == ids
    expected = ENCODER.encode(texts(library, ids))
    np.testing.assert_allclose(library.vectors(ids), expected, atol=1e-3)
    assert library.vectors([]).shape == (0, 384)
    assert library.passages([]) == []
    with pytest.raises(LibraryError, match="999999"):
        library.vectors([999_999])


def test_unknown_names_say_what_is_close(library: Library) -> None:
    for ask in (library.document, library.source_of, library.passages_of):
        with pytest.raises(UnknownDocument, match=r"v1/d3 .*Did you mean .*v1/d30"):
            ask("v1/d3")
    with pytest.raises(UnknownDocument, match="qa list"):
        library.document("zzzzzzz")


@pytest.mark.parametrize("name", ["v1/\ud800", "\0", "", "z" * 1_000_000])
def test_names_that_there_cannot_be_are_unknown_in_few_words(library: Library, name: str) -> None:
    for ask in (library.document, library.source_of, library.passages_of, lambda n: library.scope((n,))):
        with pytest.raises(UnknownDocument, match=r"qa list|Did you mean") as caught:
            ask(name)
        assert len(str(caught.value).encode()) < 1_000


# -- searching ----------------------------------------------------------------------------------------


def test_every_passage_is_found_by_its_own_words_in_both_indexes(library: Library) -> None:
    for stored in (TELEGRAM, *VOLUME, NOTES):
        for passage in library.passages_of(stored.name):
            (nearest, cosine), *_ = library.nearest(ENCODER.encode([passage.clean])[0], 3)
            assert nearest == passage.id
            assert cosine == pytest.approx(1.0, abs=1e-3)
            assert passage.id in dict(library.matching(passage.clean, 3))


def test_the_context_is_searched_as_far_as_asked(library: Library) -> None:
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
    library: Library, names: list[str], start: str | None, end: str | None, expected: set[str]
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


def test_scopes_that_cannot_be(library: Library) -> None:
    assert library.scope() is None
    assert library.within() is None
    with pytest.raises(UnknownDocument, match="v1/d3"):
        library.scope(["v1/d3"])  # d30 is another document
    for wrong in ("61", "1961-13", "1961-02-30", "yesterday", "1961-2", "١٩٦١"):
        with pytest.raises(UsageError, match="is no date"):
            library.scope(date_from=wrong)
    with pytest.raises(UsageError, match="ends before"):
        library.scope(date_from="1962", date_to="1961")


# -- changing it --------------------------------------------------------------------------------------


def test_a_new_version_of_a_file_takes_the_place_of_the_old(library: Library) -> None:
    before = library.generation()
    assert answers(library, "Litvinov spoke at the theatre.")[0]
    new = document("telegram.txt", "Harriman to Byrnes", "The opera was closed.")
    put(library, "/papers/telegram.txt", new)
    assert library.generation() > before
    assert library.document("telegram.txt") == new
    assert answers(library, "The opera was closed.")[0] == ["The opera was closed."]
    assert "Litvinov spoke at the theatre." not in either(answers(library, "Litvinov spoke at the theatre."))
    assert library.searched() == Searched(5, 10)


def test_a_moved_file_takes_the_place_of_the_one_it_was(library: Library) -> None:
    put(library, "/elsewhere/telegram.txt", TELEGRAM, instead_of="/papers/telegram.txt")
    assert library.source_of("telegram.txt").path == "/elsewhere/telegram.txt"
    assert library.searched() == Searched(5, 10)


@pytest.mark.parametrize("name", ["v1.xml", "/papers/v1.xml"])
def test_a_removed_file_takes_all_its_documents_along(library: Library, name: str) -> None:
    answers(library, "warm both indexes")
    assert library.remove([name]) == ("v1/d1", "v1/d2", "v1/d30")
    for stored in VOLUME:
        for passage in passages(stored):
            assert passage.text not in either(answers(library, passage.text))
    assert library.searched() == Searched(2, 4)
    assert answers(library, "Nothing dated stands here.")[0] == ["Nothing dated stands here."]


def test_one_document_is_removed_alone_and_the_last_takes_its_file(library: Library) -> None:
    assert library.remove(["v1/d2"]) == ("v1/d2",)
    assert [d.name for d in library.documents()][2:] == ["v1/d1", "v1/d30"]
    assert "A reply about Berlin." not in either(answers(library, "A reply about Berlin."))
    assert library.remove(["v1/d1", "v1/d30", "telegram.txt"]) == ("v1/d1", "v1/d30", "telegram.txt")
    assert [source.name for source in library.sources()] == ["reading.md"]


def test_one_unknown_name_and_nothing_is_removed(library: Library) -> None:
    with pytest.raises(UnknownDocument, match=r"telegram\.tx "):
        library.remove(["v1/d1", "telegram.tx"])
    assert library.searched() == Searched(5, 10)
    assert answers(library, "The letter concerns Laos.")[0]


def test_two_files_may_not_give_documents_of_one_name(library: Library) -> None:
    with pytest.raises(UsageError, match=r"telegram\.txt already, from /papers/telegram\.txt"):
        put(library, "/other/telegram.txt", TELEGRAM)
    with pytest.raises(UsageError, match="two documents of the name"):
        put(library, "/other/new.xml", document("n/1", "a"), document("n/1", "b"))
    assert library.searched() == Searched(5, 10)


def test_what_is_no_passage_of_its_document_is_refused(library: Library) -> None:
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


def test_a_file_without_passages_is_in_all_the_same(library: Library) -> None:
    library.add(SourceFile("/e", "e", "0", 1, 1, "plain/1"), [Document("e", "* * *")], [], ENCODER.encode([]))
    assert library.document("e").text == "* * *"
    assert library.searched() == Searched(6, 10)
    assert answers(library, "Wheat sales were discussed.")[0]
    assert library.remove(["e"]) == ("e",)


# -- several at once ----------------------------------------------------------------------------------


_OTHER = """
import sys
from tests.library.shelf import document, opened, put
library = opened(sys.argv[1])
for line in sys.stdin:
    what, name = line.split()
    if what == "add":
        put(library, f"/other/{name}", document(name, "Other", f"Words of {name} alone."))
    else:
        library.remove([name])
    print("done", flush=True)
"""


def test_what_another_process_commits_answers_at_the_next_question(library: Library, place: str) -> None:
    stands(library)
    other = subprocess.Popen(
        [sys.executable, "-c", _OTHER, str(place)],
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
        assert other.wait(60) == 0
    stands(library)


def test_threads_ask_while_files_are_added_and_removed(library: Library) -> None:
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
        thread.join(120)
    assert wrong == []
    stands(library)


def test_a_second_writer_waits_and_then_says_so(
    library: Library, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qa.library import opening
    from qa.library.postgres import store as server_store

    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.2)
    monkeypatch.setattr(server_store, "BUSY_SECONDS", 0.2)
    other = opened(place)
    with library._store.writing():
        with pytest.raises(LibraryBusy, match="Another process is writing"):
            other.remove(["v1/d1"])
        assert other.searched() == Searched(5, 10)  # reading goes on meanwhile
    assert other.remove(["v1/d1"]) == ("v1/d1",)
    other.close()


# -- opening ------------------------------------------------------------------------------------------


def test_another_model_is_refused_by_name(library: Library, place: str) -> None:
    with pytest.raises(WrongModel, match=r"with the model hash .*not with other.*into a new library"):
        opened(place, model="other")
    with pytest.raises(WrongModel, match=r"384.*256"):
        open_library(place, model="hash", dimension=256)


def test_a_closed_library_says_so(library: Library) -> None:
    library.close()
    library.close()
    with pytest.raises(LibraryError, match="was closed"):
        library.documents()


def test_notes_of_the_program_are_kept_and_are_no_change(library: Library, place: str) -> None:
    assert isinstance(library, Remembering)
    before = library.generation()
    assert library.remembered("encoding") is None
    for note in ("first", '{"precision": "int8"}'):
        library.remember("encoding", note)
        assert library.remembered("encoding") == note
    assert library.remembered("other") is None
    library.close()
    again = opened(place)
    assert again.generation() == before
    assert isinstance(again, Remembering)
    assert again.remembered("encoding") == '{"precision": "int8"}'
    again.close()
