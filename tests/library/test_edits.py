"""Edits, layouts and spans of dates in the library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from qa.errors import LibraryBusy, UnknownDocument
from qa.library import Library
from qa.library.protocol import Revision
from qa.types import Document, Mark, Metadata
from tests.library.shelf import ENCODER, answers, document, opened, passages, put


@pytest.fixture
def library(place: str) -> Iterator[Library]:
    library = opened(place)
    put(library, "/p/a.txt", document("a.txt", "Heading", "Litvinov spoke.", title="A", date="1945"))
    put(
        library,
        "/p/v.xml",
        *(document(f"v/d{n}", f"Number {n}", f"Words {n}.", title=f"D{n}") for n in (1, 2)),
    )
    yield library
    library.close()


def revision(library: Library, name: str, **fields: str) -> Revision:
    held = library.document(name)
    return Revision(replace(held, metadata=replace(held.metadata, **fields)), library.as_read(name), fields)


def test_an_edit_is_kept_apart_from_what_was_read(library: Library) -> None:
    before = library.document("a.txt").metadata
    library.revise([revision(library, "a.txt", title="B", sender="Litvinov", date="1946", edtf="1946/1948")])
    known = library.document("a.txt").metadata
    assert (known.title, known.sender) == ("B", "Litvinov")
    assert library.as_read("a.txt") == before
    assert library.edits("a.txt") == {"title": "B", "sender": "Litvinov", "date": "1946", "edtf": "1946/1948"}
    assert library.edits("v/d1") == {}
    listed = library.documents()[0]
    assert (listed.title, listed.date, listed.sender, listed.type) == ("B", "1946", "Litvinov", "document")
    scope = library.scope(date_from="1948")
    assert scope is not None
    assert scope.searched.documents == 1
    held = library.document("a.txt")
    library.revise([Revision(replace(held, metadata=before), before, {})])
    assert library.document("a.txt").metadata == before
    assert library.edits("a.txt") == {}


def test_passages_that_an_edit_embeds_anew_take_the_place_of_the_old(library: Library) -> None:
    answers(library, "spoke")  # the indexes are up to date before
    change = revision(library, "a.txt", title="Geneva")
    parts = passages(change.document)
    vectors = ENCODER.encode([f"{part.context} {part.clean}" for part in parts])
    library.revise([replace(change, passages=parts, vectors=vectors)])
    found = library.passages_of("a.txt")
    assert [(part.text, part.context) for part in found] == [
        ("Heading", "Geneva"),
        ("Litvinov spoke.", "Geneva"),
    ]
    assert library.searched().passages == 6
    assert answers(library, "Geneva Litvinov spoke.")[0] == ["Litvinov spoke."]
    assert answers(library, "Litvinov spoke.")[1] == ["Litvinov spoke."]
    assert {i for i, _ in library.nearest(ENCODER.encode(["x"])[0], 99)} >= {part.id for part in found}
    assert len(library.nearest(ENCODER.encode(["x"])[0], 99)) == 6
    scope = library.scope(["a.txt"])
    assert scope is not None
    assert set(scope.passages) == {part.id for part in found}


def test_all_revisions_or_none(library: Library) -> None:
    good, odd = revision(library, "a.txt", title="B"), revision(library, "v/d1", title="C")
    gone = replace(odd, document=replace(odd.document, name="v/d9"))
    with pytest.raises(UnknownDocument):
        library.revise([good, gone])
    assert library.document("a.txt").metadata.title == "A"
    with pytest.raises(ValueError, match="vectors are"):
        library.revise([good, replace(odd, passages=passages(odd.document), vectors=np.zeros((1, 384)))])  # type: ignore[arg-type]
    assert library.edits("a.txt") == {}


def test_what_was_read_anew_meanwhile_is_not_overwritten(library: Library) -> None:
    late = revision(library, "a.txt", title="B")
    put(library, "/p/a.txt", document("a.txt", "Heading", "Litvinov was silent.", title="A", date="1945"))
    with pytest.raises(LibraryBusy, match="read anew"):
        library.revise([late])
    assert library.document("a.txt").metadata.title == "A"


def test_names_mean_documents_and_source_files(library: Library) -> None:
    assert library.chosen(["v.xml", "a.txt", "v/d1"]) == ("v/d1", "v/d2", "a.txt")
    assert library.chosen(["/p/v.xml"]) == ("v/d1", "v/d2")
    with pytest.raises(UnknownDocument, match=r"a\.txt"):
        library.chosen(["a.tx"])


def test_layouts_and_kinds_of_notes_are_kept(library: Library) -> None:
    layout = bytes(range(256)) * 300
    marks = (Mark("marker", 5, 6, "7", "n"), Mark("note", 8, 15, "7", "n", "source"))
    known = Metadata("S", edtf="1945~", box="3", folder="2", repository="R", collection="C")
    made = Document("s.pdf", "Text.7\n\nA note.", marks, known, layout)
    put(library, "/p/s.pdf", made)
    assert library.document("s.pdf") == made
    assert library.document("a.txt").layout == b""
    library.remove(["s.pdf"])
    with library._store.reading() as connection:
        assert connection.execute("SELECT count(*) FROM layouts").fetchone() == (0,)


def test_a_span_of_dates_is_in_when_a_day_of_it_is(library: Library) -> None:
    dates = {
        "span": ("1945-11-20", "1945-11-20/1946-02"),
        "open": ("1950", "1950/.."),
        "decade": ("1930", "193X"),
        "odd": ("1960", "no date"),
        "about": ("1970", "1970~"),
    }
    for name, (date, edtf) in dates.items():
        put(library, f"/p/{name}", Document(name, "Words.", (), Metadata(name, date=date, edtf=edtf)))

    def within(start: str | None, end: str | None) -> set[str]:
        scope = library.scope(date_from=start, date_to=end)
        assert scope is not None
        return {part.document for part in library.passages(scope.passages.tolist())}

    assert within("1946-02-28", "1946-03") == {"span"}
    assert within("1946-03", "1949") == set()
    assert within(None, "1945-11-20") == {"span", "decade", "a.txt"}
    assert within("1939-06", "1939") == {"decade"}
    assert within("2020", None) == {"open"}
    assert within("1960", "1970-05") == {"open", "odd", "about"}
