"""What answering keeps of documents, and that it keeps nothing of what has changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import documents
from qa.adding import add
from qa.documents import Documents
from qa.errors import UnknownDocument
from qa.library import open_library
from qa.library.protocol import Library
from tests.encoders import HashEncoder


@pytest.fixture
def library(tmp_path: Path, place: str) -> Iterator[Library]:
    made = open_library(place, model="hash")
    (tmp_path / "papers").mkdir()
    for name in ("one", "two", "three"):
        (tmp_path / "papers" / f"{name}.txt").write_text(f"The first line of {name}. And a second.\n")
    add(made, HashEncoder(), [tmp_path / "papers"])
    yield made
    made.close()


def test_documents_are_listed_in_the_order_of_reading(library: Library) -> None:
    listed = Documents(library).listed()
    assert listed.order == tuple(one.name for one in library.documents())
    assert listed.dates.keys() == set(listed.order)
    assert listed.sizes == dict.fromkeys(listed.order, 1)


def test_a_prepared_document_has_its_sentences_and_is_kept(library: Library) -> None:
    kept = Documents(library)
    prepared = kept.prepared("one.txt")
    texts = [prepared.document.text[s.start : s.end] for s in prepared.sentences]
    assert texts == ["The first line of one.", "And a second."]
    assert kept.prepared("one.txt") is prepared
    with pytest.raises(UnknownDocument):
        kept.prepared("four.txt")


def test_the_oldest_is_let_go(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "KEPT", 2)
    kept = Documents(library)
    one, two = kept.prepared("one.txt"), kept.prepared("two.txt")
    assert kept.prepared("one.txt") is one
    kept.prepared("three.txt")
    assert kept.prepared("one.txt") is one
    assert kept.prepared("two.txt") is not two


def test_what_changed_is_read_anew(library: Library, tmp_path: Path) -> None:
    kept = Documents(library)
    before = kept.prepared("one.txt")
    (tmp_path / "papers" / "one.txt").write_text("Another text.\n")
    add(library, HashEncoder(), [tmp_path / "papers"])
    library.remove(["two.txt"])
    assert kept.listed().order == tuple(one.name for one in library.documents())
    assert kept.prepared("one.txt").document.text != before.document.text


def test_what_comes_next_in_the_same_source_may_answer(library: Library, tmp_path: Path) -> None:
    lines = "\n".join(f'{{"text": "Letter number {number} of many."}}' for number in range(9))
    (tmp_path / "papers" / "letters.jsonl").write_text(lines)
    add(library, HashEncoder(), [tmp_path / "papers"])
    kept = Documents(library)
    letters = [one.name for one in library.documents() if one.source == "letters.jsonl"]
    assert len(letters) == 9
    following = kept.after(letters[1])
    assert list(following) == letters[2:8]
    assert list(following.values())[:3] == [1, pytest.approx(0.5**0.5), 0.5]
    assert kept.after(letters[-1]) == {}, "what stands behind it is of another source"
    assert kept.after("one.txt") == kept.after("never read.txt") == {}


def test_the_next_sentences_may_answer_what_was_said(library: Library, tmp_path: Path) -> None:
    said = [f"Sentence {number} speaks of many things." for number in "abcdefghi"]
    (tmp_path / "papers" / "talk.txt").write_text(" ".join(said))
    add(library, HashEncoder(), [tmp_path / "papers"])
    kept = Documents(library)
    text = kept.prepared("talk.txt").document.text
    end = text.index(said[1]) + len(said[1])
    behind = kept.behind("talk.txt", end)
    assert [text[at:].startswith(one) for at, one in zip(behind, said[2:8], strict=True)] == [True] * 6
    assert list(behind.values())[:3] == [1, 0.5, 0.25]
    assert kept.behind("talk.txt", len(text)) == {}
