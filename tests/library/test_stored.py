"""Rows of a library's tables: what is written comes back, and what earlier versions wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.library import stored
from qa.types import Document, Mark, Metadata, Passage

MARKS = st.builds(
    Mark, st.sampled_from(["page", "note", "heading"]), st.integers(0, 9), st.integers(9, 99), st.text(),
    st.text(), st.sampled_from(["", "source", "endnote"]),
)  # fmt: skip


@given(st.lists(MARKS))
def test_marks_come_back(marks: list[Mark]) -> None:
    assert stored.marks(stored.marks_json(marks)) == tuple(marks)


def test_marks_of_earlier_versions_have_no_role() -> None:
    assert stored.marks('[["note", 33, 40, "7", "n1"]]') == (Mark("note", 33, 40, "7", "n1"),)
    assert stored.marks_json([Mark("note", 33, 40, "7", "n1")]) == '[["note", 33, 40, "7", "n1"]]'


def test_metadata_come_back_with_all_that_csl_holds() -> None:
    known = Metadata(
        "Молотов", date="1945", edtf="1945~", box="3",
        csl={"type": "letter", "issued": {"date-parts": ((1945, 11),)}, "note": None},
    )  # fmt: skip
    read = stored.metadata(stored.metadata_json(known))
    assert (read.title, read.date, read.edtf, read.box) == ("Молотов", "1945", "1945~", "3")
    assert read.csl == {"type": "letter", "issued": {"date-parts": [[1945, 11]]}, "note": None}
    assert stored.metadata('{"title": "Wheat", "csl": {}}') == Metadata("Wheat")
    for damaged in ("{", "[]", '{"colour": 1}'):
        with pytest.raises((ValueError, TypeError)):
            stored.metadata(damaged)


def test_what_lists_need_is_told_of_odd_dates_too() -> None:
    known = Metadata("T", date="1945-11-20", edtf="1945-11-20/1946-02", sender="S", csl={"type": "letter"})
    assert stored.listed(known) == ("T", "1945-11-20", "1946-02", "letter", "S", None, None)
    assert stored.listed(Metadata("T", edtf="no date"))[2] is None


def test_a_passage_comes_back_and_is_the_text_of_its_document() -> None:
    document = Document("d", "one  two")
    plain, folded = (
        Passage("d", 0, 3, "text", "one", "one", "C"),
        Passage("d", 0, 8, "text", "one  two", "one two"),
    )
    written = list(stored.rows(document, 5, 70, [plain, folded]))
    assert [(row[0], row[1], row[-1]) for row in written] == [(70, 5, None), (71, 5, "one two")]
    for row, passage in zip(written, (plain, folded), strict=True):
        id_, _, start, end, voice, context, text, clean = row
        read = stored.passage(("d", start, end, voice, text, clean, context, id_))
        assert (read.start, read.end, read.text, read.clean, read.context, read.id) == (
            passage.start, passage.end, passage.text, passage.clean, passage.context, id_,
        )  # fmt: skip
    with pytest.raises(ValueError, match="not its text"):
        list(stored.rows(document, 5, 70, [Passage("d", 1, 4, "text", "one", "one")]))
