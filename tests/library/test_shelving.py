"""Source files put into a library and taken out, with all that hangs on them."""

from __future__ import annotations

import numpy as np
import pytest

from qa.errors import UnknownDocument, UsageError
from qa.library import Library
from qa.types import Document, Metadata, Passage, Searched, SourceFile
from tests.library.shelf import (
    ENCODER,
    TELEGRAM,
    VOLUME,
    answers,
    document,
    either,
    passages,
    put,
)  # fmt: skip


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
