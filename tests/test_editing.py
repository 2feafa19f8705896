"""Editing what is known of documents: what it changes, what it says of mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import adding
from qa.citing import cite, quote_csl
from qa.editing import edit
from qa.errors import UnknownDocument, UsageError
from qa.library import Library
from tests.encoders import HashEncoder
from tests.library.shelf import opened

VOLUME = """<TEI><text><body>
<div type="document" xml:id="d1"><head>1. First paper</head><p>Wheat was sold.</p></div>
<div type="document" xml:id="d2"><head>2. Second paper</head><p>Rye was sold.</p></div>
</body></text></TEI>"""


class _Counting(HashEncoder):
    encoded = 0

    def encode(self, texts, progress=None):  # type: ignore[no-untyped-def]
        self.encoded += len(texts)
        return super().encode(texts, progress)


@pytest.fixture
def encoder() -> _Counting:
    return _Counting()


@pytest.fixture
def library(tmp_path: Path, place: str, encoder: _Counting) -> Iterator[Library]:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "letter.txt").write_text("Dear Averell,\nI despair of it.")
    (tmp_path / "p" / "vol.xml").write_text(VOLUME)
    library = opened(place)
    assert not adding.add(library, encoder, [tmp_path / "p"]).failed
    encoder.encoded = 0
    yield library
    library.close()


def test_an_edit_changes_the_citation_and_what_is_searched(library: Library, encoder: _Counting) -> None:
    (done,) = edit(
        library, encoder, ["letter.txt"],
        put={"from": "Litvinov", "to": "Harriman", "Date": "about 22 November 1945", "box": "3",
             "archive": "National Archives", "csl.archive-place": "Washington"},
    )  # fmt: skip
    assert done.changed
    assert done.embedded == len(library.passages_of("letter.txt")) == encoder.encoded
    assert dict(done.edits) == {
        "sender": "Litvinov", "recipient": "Harriman", "date": "1945-11-22~", "box": "3",
        "repository": "National Archives", "archive-place": "Washington",
    }  # fmt: skip
    document = library.document("letter.txt")
    assert cite(quote_csl(document, None, None)) == (
        "Litvinov to Harriman, ca. 22 November 1945, box 3, National Archives, Washington."
    )
    assert library.passages_of("letter.txt")[0].context == "Litvinov to Harriman, November 22, 1945"
    assert [library.passages([i])[0].document for i, _ in library.matching("Litvinov", 9)] == ["letter.txt"]
    for field in ("sender", "recipient", "date", "box", "repository", "csl.archive-place"):
        (done,) = edit(library, encoder, ["letter.txt"], unset=[field])
        assert done.changed
    assert library.document("letter.txt").metadata == library.as_read("letter.txt")
    assert library.matching("Litvinov", 9) == []


def test_a_source_file_means_all_its_documents_and_nothing_is_embedded_without_need(
    library: Library, encoder: _Counting
) -> None:
    done = edit(library, encoder, ["vol.xml", "vol/d1"], put={"collection": "Papers", "publisher": "GPO"})
    assert [each.document for each in done] == ["vol/d1", "vol/d2"]
    assert encoder.encoded == 0
    assert {each.collection for each in library.documents()} == {"Papers", None}
    generation = library.generation()
    again = edit(library, encoder, ["vol.xml"], put={"collection": "Papers"})
    assert [each.changed for each in again] == [False, False]
    assert library.generation() == generation


def test_nothing_is_edited_where_only_asked(library: Library, encoder: _Counting) -> None:
    generation = library.generation()
    (done,) = edit(library, encoder, ["letter.txt"])
    assert (done.changed, done.edits, done.metadata.title) == (False, {}, "Dear Averell,")
    assert library.generation() == generation


def test_what_is_not_so_can_be_said(library: Library, encoder: _Counting) -> None:
    edit(library, encoder, ["vol/d1"], put={"title": ""})
    assert library.document("vol/d1").metadata.title == ""
    assert "First" not in library.passages_of("vol/d1")[0].context
    edit(library, encoder, ["vol/d1"], unset=["title"])
    assert library.document("vol/d1").metadata.title == library.as_read("vol/d1").title != ""


@pytest.mark.parametrize(
    ("put", "unset", "said"),
    [
        ({"titel": "x"}, [], "Did you mean title"),
        ({"date": "03/04/1945"}, [], "two ways"),
        ({"date": "long ago"}, [], "no date"),
        ({"type": "lettre"}, [], "personal_communication"),
        ({"title": "x"}, ["Title"], "at once"),
        ({}, ["nonsense"], "no field"),
    ],
)
def test_mistakes_change_nothing(
    library: Library, encoder: _Counting, put: dict[str, str], unset: list[str], said: str
) -> None:
    generation = library.generation()
    with pytest.raises(UsageError, match=said):
        edit(library, encoder, ["letter.txt"], put={"box": "9", **put}, unset=unset)
    with pytest.raises(UnknownDocument):
        edit(library, encoder, ["letter.txt", "lettre.txt"], put={"box": "9"})
    assert library.generation() == generation


def test_words_that_are_no_date_can_be_cited_all_the_same(library: Library, encoder: _Counting) -> None:
    edit(library, encoder, ["letter.txt"], put={"csl.event-date": "Christmas Eve"})
    assert library.document("letter.txt").metadata.csl["event-date"] == {"literal": "Christmas Eve"}
