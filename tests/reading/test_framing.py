"""What goes between the program and the process that reads for it."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import pytest

from qa.errors import IbidError
from qa.reading import Reading, framing
from qa.reading.catalogue.entry import Entry, Listed
from qa.types import Document, Mark, Metadata


def test_a_reading_comes_back_whole() -> None:
    marks = (Mark("page", 0, 0, "7"), Mark("note", 2, 5, "1", "note1", "source"))
    known = Metadata("Title", "1945", csl={"type": "book", "issued": {"date-parts": [[1945]]}}, box="3")
    reading = Reading(
        (Document("a", "e\u0301\ud800 no.", marks, known, b"\x00\xff"),), "x/1", ("line 7: odd",)
    )
    stream = io.BytesIO()
    framing.write(stream, ("done", reading, False))
    framing.write(stream, ("step",))
    stream.seek(0)
    assert framing.read(stream) == ("done", reading, False)
    assert framing.read(stream) == ("step",)
    with pytest.raises(EOFError):
        framing.read(stream)


@pytest.mark.parametrize("what", [Path("/x"), print, IbidError, Path.unlink, io.BytesIO(b"x")])
def test_nothing_else_is_made_of_what_comes_from_a_file_s_reader(what: object) -> None:
    stream = io.BytesIO()
    framing.write(stream, what)
    stream.seek(0)
    if what is IbidError:  # a class of the program itself, which does nothing
        assert framing.read(stream) is IbidError
        return
    with pytest.raises(pickle.UnpicklingError, match="no part of a reading"):
        framing.read(stream)
    stream.seek(0)
    framing.read(stream, trusted=True)


def test_what_was_asked_for_is_made_too() -> None:
    stream = io.BytesIO()
    framing.write(stream, Listed([Entry({"title": "Words"}, ("a.txt",), line=1)]))
    for kinds in ((), (Listed,), (Entry,)):
        stream.seek(0)
        with pytest.raises(pickle.UnpicklingError, match="no part of a reading"):
            framing.read(stream, kinds=kinds)
    stream.seek(0)
    assert framing.read(stream, kinds=(Listed, Entry)).entries[0].files == ("a.txt",)


def test_what_is_cut_short_is_an_end() -> None:
    stream = io.BytesIO()
    framing.write(stream, ("done",))
    for length in (0, 3, 8):
        with pytest.raises(EOFError):
            framing.read(io.BytesIO(stream.getvalue()[:length]))
