"""What every library promises, whatever engine keeps it: what is in it, what answers, what happens when
something is off. Each test runs against a folder and against a server."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from qa.errors import LibraryBusy, LibraryError, WrongModel
from qa.library import Library, open_library
from qa.library.protocol import Remembering, Scope
from qa.library.words import MAX_TERMS
from qa.types import Searched
from tests.library.shelf import (
    ENCODER,
    NOTES,
    TELEGRAM,
    VOLUME,
    answers,
    document,
    either,
    opened,
    put,
    stands,
)  # fmt: skip

ROOT = Path(__file__).resolve().parents[2]


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


def test_words_are_found_in_any_inflection_case_accent_and_form(place: str) -> None:
    library = opened(place)
    put(library, "/1", document("1", "The Embassies were CLOSED at Orléans."))
    put(library, "/2", document("2", "Молотов в Москве; “Litvinov’s” em\u00adbassy"))
    put(library, "/3", document("3", "e\u0301tude of the ﬁnal (711.61/11–2245) act"))
    expected = {
        "embassy closing": {"1", "2"}, "orleans": {"1"}, "МОЛОТОВ": {"2"}, "litvinov": {"2"}, "étude": {"3"},
        "FINAL": {"3"}, "711.61": {"3"}, "711 2245": {"3"},
    }  # fmt: skip
    for query, names in expected.items():
        found = library.passages([id_ for id_, _ in library.matching(query, 5)])
        assert {passage.document for passage in found} == names, query
    library.close()


def test_no_punctuation_is_an_order(place: str) -> None:
    library = opened(place)
    put(library, "/one", document("one", "Harmless letters"))
    for query in (
        "", "   ", "?!", '"', "body:x AND (", "id:0", "a^2~3 [x TO y] -z +w *", "\\", "state:{}", "\x00",
        "\ufdd0", "🙂", "'" * 999, "%s %(f)s ? ?1", "a:* | !b & <-> c", "; DROP TABLE words; --",
    ):  # fmt: skip
        assert library.matching(query, 5) == [], query
        assert len(library.matching(f"harmless {query}", 5)) == 1, query
    library.close()


def test_a_very_long_question_is_searched_by_its_rarest_words(library: Library) -> None:
    common = document("common", *["The treaty and the letter."] * 40)
    put(library, "/common.txt", common)
    unknown = " ".join(f"w{number}" for number in range(40 * MAX_TERMS))
    short = library.matching("the treaty Laos", 3)
    found = library.matching(f"the treaty {unknown} Laos", 3)
    assert [passage.document for passage in library.passages([found[0][0]])] == ["v1/d1"]
    assert [id_ for id_, _ in found] == [id_ for id_, _ in short]
    assert [score for _, score in found] == pytest.approx([score for _, score in short], rel=1e-4)


def test_the_best_come_first_and_a_limit_cuts_after_them(library: Library) -> None:
    vector = ENCODER.encode(["The letter concerns Laos and Berlin."])[0]
    for search in (
        lambda limit, scope=None: library.nearest(vector, limit, scope),
        lambda limit, scope=None: library.matching("the letter about Laos or Berlin", limit, scope),
    ):
        scores = [score for _, score in search(100)]
        assert len(scores) > 2
        assert scores == sorted(scores, reverse=True)
        for limit in (1, 2):
            assert [score for _, score in search(limit)] == pytest.approx(scores[:limit], abs=1e-5)
        assert search(0) == []
        assert search(5, Scope(np.empty(0, np.int64), Searched(0, 0))) == []


def test_frequencies_follow_what_comes_and_goes(library: Library) -> None:
    def confirm() -> None:
        texts_of = [part.clean for one in library.documents() for part in library.passages_of(one.name)]
        stand = [set(library.terms(text)) for text in texts_of]
        for word in library.terms(" ".join([*texts_of, "Litvinov Laos wheat nothing"])):
            assert library.document_frequency(word) == sum(word in words for words in stand), word

    confirm()
    put(library, "/papers/telegram.txt", document("telegram.txt", "A letter", "Wheat and a letter."))
    library.remove(["v1/d2", "reading.md"])
    confirm()


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


def test_an_empty_library_answers_nothing(place: str) -> None:
    library = opened(place)
    assert library.searched() == Searched(0, 0)
    assert library.documents() == library.sources() == ()
    assert answers(library, "anything") == ([], [])
    assert library.document_frequency("anything") == 0
    assert library.scope() is None
    scope = library.scope(date_from="1900")
    assert scope is not None
    assert scope.searched == Searched(0, 0)
    with library.view():
        assert library.generation() == 0
    library.close()


def test_where_there_is_none_none_is_made_unasked(place: str) -> None:
    for _ in range(2):
        with pytest.raises(LibraryError, match=r"There is no library at .*qa add PATH"):
            opened(place, create=False)


def test_closed_and_opened_again_it_is_as_it_was(library: Library, place: str) -> None:
    library.remove(["v1/d2"])
    before = (library.generation(), library.documents(), library.sources(), library.searched())
    library.close()
    again = opened(place, create=False)
    assert (again.generation(), again.documents(), again.sources(), again.searched()) == before
    stands(again)
    assert "A reply about Berlin." not in either(answers(again, "A reply about Berlin."))
    again.close()


def test_it_is_made_once_however_many_open_it(place: str) -> None:
    wrong: list[object] = []
    gate = threading.Barrier(6)

    def open_it(number: int) -> None:
        try:
            gate.wait()
            library = opened(place)
            put(library, f"/{number}.txt", document(f"{number}.txt", "One of six", f"That of {number}."))
            library.close()
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=open_it, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert wrong == []
    library = opened(place)
    assert (library.generation(), library.searched()) == (6, Searched(6, 12))
    stands(library)
    library.close()


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
