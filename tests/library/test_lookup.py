"""What is in a library: it comes out as it went in, and names that are not known are told."""

from __future__ import annotations

import numpy as np
import pytest

from qa.errors import LibraryError, UnknownDocument
from qa.library import Library
from qa.types import Searched
from tests.library.shelf import (
    ENCODER,
    NOTES,
    TELEGRAM,
    VOLUME,
    document,
    passages,
    put,
    texts,
)  # fmt: skip


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
