"""Quotes through receipts, JSON and verify: all exact; after one letter changed in a source, exactly the
quotes that hold it are changed. Over the archive and over every kind of file that can be read."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa.presenting import as_quote
from qa.quoting import FEATURES, Selection
from qa.reading import FORMATS as READABLE
from qa.reading import Reading, read
from qa.receipts import Check, answer_to_dict, verify
from qa.splitting import passages, sentences, sentences_within
from qa.types import Answer, Document, Quote, Searched, SourceFile
from tests import archive
from tests.receipts import corpus

PER_FORMAT = 40
PER_VOLUME = 250
VOLUMES = ("frus1961-63v06", "frus1918Russiav03")
# Together a little more than 1,000.


@pytest.fixture(autouse=True)
def plain_citations(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rendered citation takes some ms, and is no matter here."""
    monkeypatch.setattr("qa.presenting.cite", lambda csl, **_: f"{csl['title']}, {csl.get('locator')}")


def source_of(path: Path, reader: str, encoding: str | None) -> SourceFile:
    data = path.read_bytes()
    return SourceFile(str(path), path.name, hashlib.sha256(data).hexdigest(), len(data), 1, reader, encoding)


def random_quotes(reading: Reading, source: SourceFile, count: int) -> list[Quote]:
    """Runs of one to three sentences of one passage each, as answers quote them."""
    chance = random.Random(count)
    by_name = {document.name: document for document in reading.documents}
    cut = {document.name: (passages(document), sentences(document)) for document in reading.documents}
    names = [name for name, (found, _) in cut.items() if found]
    quotes = []
    for number in range(1, count + 1):
        name = chance.choice(names)
        passage = chance.choice(cut[name][0])
        inside = sentences_within(cut[name][1], passage.start, passage.end)
        first = chance.randrange(len(inside))
        last, most = first, first + chance.randrange(3)
        while last < min(most, len(inside) - 1) and inside[last + 1].voice == inside[first].voice:
            last += 1
        selection = Selection(
            name, inside[first].start, inside[last].end, inside[first].voice, 0.0, 0,
            np.zeros(len(FEATURES), np.float32), None,
        )  # fmt: skip
        quotes.append(as_quote(number, selection, source, document=by_name.__getitem__, style="apa"))
    return quotes


def saved(quotes: Sequence[Quote], source: SourceFile) -> Any:
    answer = Answer("?", (), True, 0.5, tuple(quotes), (), Searched(1, 1), 0.0)
    return json.loads(json.dumps(answer_to_dict(answer, paths={source.name: source.path})))


def assert_exact(checks: Sequence[Check]) -> None:
    assert [check for check in checks if (check.status, check.reason) != ("exact", "")] == []
    assert [note for check in checks for note in check.notes if note.status != "exact"] == []
    assert all(check.same_file and check.holds and not check.read_otherwise for check in checks)


def assert_one_letter(
    before: Reading, after: Reading, quotes: Sequence[Quote], checks: Sequence[Check]
) -> int:
    """One letter differs between two readings: exactly the quotes and notes that hold it are changed.
    Returns how many do."""
    texts = {document.name: document.text for document in after.documents}
    assert texts.keys() == {document.name for document in before.documents}
    changed = [(d.name, at) for d in before.documents for at in differing(d.text, texts[d.name])]
    ((name, at),) = changed
    touched = 0
    for quote, check in zip(quotes, checks, strict=True):
        holds = quote.document == name and quote.start <= at < quote.end
        assert check.status == ("changed" if holds else "exact"), (quote.text, check)
        assert not check.same_file
        for note, noted in zip(quote.notes, check.notes, strict=True):
            inside = quote.document == name and note.start <= at < note.end
            assert noted.status == ("changed" if inside else "exact")
            touched += inside
        if holds:
            assert (check.start, check.end, check.same_words) == (quote.start, quote.end, False)
            assert check.found == texts[name][quote.start : quote.end]
            assert check.difference.count("[-") == check.difference.count("{+") == 1
        touched += holds
    return touched


def differing(one: str, other: str) -> list[int]:
    assert len(one) == len(other)
    return [] if one == other else [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]


@pytest.mark.parametrize("name", corpus.FORMATS)
def test_quotes_from_every_kind_of_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    known = corpus.known_for(name)
    encoding = "windows-1251" if name.startswith("windows") else None
    corpus.FORMATS[name](path, known)
    before = read(path, name, encoding=encoding)
    source = source_of(path, before.reader, encoding)
    quotes = random_quotes(before, source, PER_FORMAT)
    kept = saved(quotes, source)
    assert_exact(verify(kept, sources=[source]))
    if name.endswith((".docx", ".odt", ".html", ".epub", ".xml", ".pdf")) or name == "telegram.txt":
        assert any(quote.notes for quote in quotes)
        assert {quote.note_kind for quote in quotes if quote.voice == "note"} <= {"footnote", "endnote"}
        assert any(quote.voice == "note" for quote in quotes)
    assert any(quote.boxes for quote in quotes) == name.endswith(".pdf")

    # "n" and "u" (or "н" and "и") are of one width in print, so that no line is broken elsewhere.
    chance = random.Random(1)
    touched = 0
    quoted = " ".join(" ".join(quote.clean.split()) for quote in quotes)
    for _ in range(3):
        sentence = chance.choice([words for words in known.sentences if words in quoted])
        at = chance.choice([match.start() for match in re.finditer("[nн]", sentence)])
        other = sentence[:at] + {"n": "u", "н": "и"}[sentence[at]] + sentence[at + 1 :]
        corpus.FORMATS[name](path, known.with_change(sentence, other))
        after = read(path, name, encoding=encoding)
        touched += assert_one_letter(before, after, quotes, verify(kept, sources=[source]))
    assert touched


def test_every_kind_of_file_that_is_read_is_in_the_corpus() -> None:
    kinds = {READABLE[Path(name).suffix] for name in corpus.FORMATS}
    left = {suffix for suffix, reader in READABLE.items() if reader not in kinds}
    # Pictures hold no text but what is recognised in them; saved web pages are web pages in an envelope.
    assert left <= {".mht", ".mhtml", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".jp2"}


@pytest.mark.parametrize("name", VOLUMES)
def test_quotes_from_the_archive(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.xml"
    raw = archive.volume(name).read_text("utf-8")
    path.write_text(raw, "utf-8")
    before = read(path, path.name)
    source = source_of(path, before.reader, None)
    quotes = random_quotes(before, source, PER_VOLUME)
    kept = saved(quotes, source)
    assert_exact(verify(kept))

    chance = random.Random(2)
    touched = 0
    for quote in chance.sample(quotes, len(quotes)):
        runs = [m for m in re.finditer(r"[A-Za-z ,]{30,}", quote.text) if raw.count(m.group()) == 1]
        if not runs:
            continue
        words = runs[0].group()
        place = next(i for i, letter in enumerate(words) if i > 10 and letter.isalpha())
        letter = "x" if words[place] != "x" else "y"
        path.write_text(raw.replace(words, words[:place] + letter + words[place + 1 :]), "utf-8")
        touched += assert_one_letter(before, read(path, path.name), quotes, verify(kept))
        break
    assert touched


def test_words_put_in_before_move_all_quotes_and_their_notes(tmp_path: Path) -> None:
    known = corpus.known_for("letters.docx")
    path = tmp_path / "letters.docx"
    corpus.FORMATS[path.name](path, known)
    before = read(path, path.name)
    source = source_of(path, before.reader, None)
    quotes = [quote for quote in random_quotes(before, source, 20) if quote.start]
    first, *others = known.paragraphs[0]
    corpus.FORMATS[path.name](
        path, corpus.Known((("Put in before. " + first, *others), *known.paragraphs[1:]), known.notes)
    )
    checks = verify(saved(quotes, source))
    assert {check.status for check in checks} == {"moved"}
    assert all(check.start == quote.start + 15 for check, quote in zip(checks, quotes, strict=True))
    assert {note.status for check in checks for note in check.notes} == {"moved"}
    assert all(check.holds for check in checks)


def voices_of(document: Document, start: int, end: int) -> set[tuple[str, str]]:
    """Whose words stand in a range: of each character that is seen the voice, and which note."""
    blocks = [m for m in document.marks if m.kind in ("note", "heading", "front")]
    found = set()
    for at in range(start, end):
        if not document.text[at].isspace():
            mark = next((m for m in blocks if m.start <= at < m.end), None)
            found.add((mark.kind, mark.ref if mark.kind == "note" else "") if mark else ("text", ""))
    return found


@pytest.mark.parametrize("name", [*VOLUMES, *corpus.FORMATS])
def test_a_quote_never_mixes_voices(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name in VOLUMES:
        path = archive.volume(name)
    else:
        corpus.FORMATS[name](path, corpus.known_for(name))
    encoding = "windows-1251" if name.startswith("windows") else None
    reading = read(path, path.name, encoding=encoding)
    by_name = {document.name: document for document in reading.documents}
    for quote in random_quotes(reading, source_of(path, reading.reader, encoding), 100):
        document = by_name[quote.document]
        ((voice, ref),) = voices_of(document, quote.start, quote.end)
        assert quote.voice == voice
        assert (quote.note_kind is not None) == (voice == "note")
        assert all(document.text[note.start : note.end] == note.text for note in quote.notes)
        if voice == "note":
            marker = next((m for m in document.marks if m.kind == "marker" and m.ref == ref), None)
            assert marker is not None
            assert f"n{marker.label}" in str(quote.csl["locator"]) or quote.csl["label"] == "note"
