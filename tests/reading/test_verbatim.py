"""Whatever words a file of whatever format holds: passages and quotes are slices of a fresh reading, to the
letter, and marks lie inside the text."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa import adding
from qa.assistant import Assistant
from qa.errors import UnreadableFile
from qa.evaluation.verbatim import FreshTexts
from qa.evidence.model import EvidenceModel
from qa.library.embedded import EmbeddedLibrary
from qa.reading import pages_of, read
from qa.reading.layout import boxes_of
from qa.splitting import passages
from qa.types import Document
from tests.encoders import HashEncoder
from tests.reading.samples import samples

SIGNS = (
    "e\u0301", "\u0301", "o\u0308\u0323", "\u05d0\u05d1\u05d2", "\u0627\u0644\u0639", "\u202e", "\u2066",
    "\u200b", "\u200d", "\u00ad", "\ufeff", "\ud800", "\udfff", "\r\n", "\r", "\n", "\u2028", "\u2029",
    "\x85", "\x0b", "\t", "\u00a0", "\u3000", "\U0001f468\u200d\U0001f469", "\U0001d518", "\ufb01", "\u0130",
    "\u1e9e", "\u0660\u0661", "\u4e2d\u6587\u3002", "\u0e44\u0e17\u0e22", "[Page 7]", "7", "Litvinov.7",
    "\u2026", "\u201cSo.\u201d", "\u2019", "&amp;", "<b>", "]]>", "*", "_", "#", ">", "[^1]", "\x00",
    "diplo-\nmatic", "Mr. ", "No. 4", "\ufffd", "\ufffe",
)  # fmt: skip

words = st.lists(
    st.one_of(
        st.sampled_from(SIGNS),
        st.sampled_from(("note", "Moscow ", "The answer came. ", "Нота ", "he said ", " ", ". ", "? ")),
        st.text(max_size=6),
        st.text(st.characters(), max_size=6),
    ),
    min_size=1,
    max_size=25,
).map("".join)
paragraphs = st.lists(words, min_size=1, max_size=4)

NAMES = sorted(samples(["x"]))
QUICK = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as place:
        yield Path(place)


def assert_is_whole(document: Document) -> None:
    text, before = document.text, (0, 0)
    for mark in document.marks:
        assert 0 <= mark.start <= mark.end <= len(text)
        assert (mark.start, mark.end) >= before
        before = mark.start, mark.end
    for passage in passages(document):
        assert passage.text
        assert passage.text == text[passage.start : passage.end]
        pages_of(document, passage.start, passage.end)
        boxes_of(document, passage.start, passage.end)


def test_the_signs_are_those_that_break_programs() -> None:
    assert "\ud800" in SIGNS  # a lone surrogate can come out of JSON
    assert {"\u2028", "\ufeff", "\r\n", "\u202e", "\u200b"} <= set(SIGNS)


@pytest.mark.parametrize("name", NAMES)
@given(texts=paragraphs)
@QUICK
def test_passages_are_slices_of_a_fresh_reading(name: str, texts: list[str]) -> None:
    with folder() as place:
        path = place / name
        path.write_bytes(samples(texts)[name])
        try:
            documents = read(path, name).documents
        except UnreadableFile:
            return  # of nothing but white space and such
        again = {each.name: each.text for each in read(path, name).documents}
    assert len(again) == len(documents)
    for document in documents:
        assert_is_whole(document)
        assert document.text == again[document.name]


@given(texts=paragraphs, asked=words)
@settings(QUICK, max_examples=6)
def test_quotes_are_slices_of_a_fresh_reading(texts: list[str], asked: str) -> None:
    encoder = HashEncoder()
    shown = 0
    with folder() as place:
        papers = place / "papers"
        papers.mkdir()
        for name, data in samples(texts).items():
            (papers / name).write_bytes(data)
        library = EmbeddedLibrary(
            place / "library", model=encoder.name, dimension=encoder.dimension, create=True
        )
        adding.add(library, encoder, [papers])
        fresh = FreshTexts(library)
        assistant = Assistant(library, encoder, evidence=EvidenceModel(place / "none"), threshold=0.0)
        half = asked.encode("utf-8", "replace").decode()
        for question in (
            "Where did the answer come from?",
            f"note {half}",
            texts[0].encode("utf-8", "replace").decode(),
        ):
            answer = assistant.ask(f"when {question}"[:1_000], limit=10)
            for quote in (*answer.quotes, *answer.nearest):
                assert fresh.is_exact(quote), quote
                document = library.document(quote.document)
                assert document.text[quote.start : quote.end] == quote.text
                for note in quote.notes:
                    assert document.text[note.start : note.end] == note.text
                if quote.phrase:
                    assert document.text[quote.phrase.start : quote.phrase.end] == quote.phrase.text
                    assert quote.start <= quote.phrase.start <= quote.phrase.end <= quote.end
                shown += 1
        assert fresh.take_problems() == []
        library.close()
    assert shown
