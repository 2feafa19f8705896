"""Answers as JSON and back; saved quotes against sources that stayed, moved, changed or went."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa import reading
from qa.errors import UsageError
from qa.receipts import answer_from_dict, answer_to_dict, verify
from qa.types import Answer, Passage, Phrase, Place, Quote, QuotedNote, ScoredPassage, Searched, SourceFile

TEXT = """Minutes of the meeting

The ambassador arrived at noon. He said that “nothing” could be done before the spring,
and that the Navy – which he called “unwilling” – would not move.

A second matter was the price of tin. The tin was dear. The committee agreed to wait.
"""
WORDS = (
    "He said that “nothing” could be done before the spring,\n"
    "and that the Navy – which he called “unwilling” – would not move."
)


def quote(path: Path, words: str = WORDS, *, document: str = "minutes.txt", number: int = 1) -> Quote:
    text = next(each.text for each in reading.read(path, document).documents if each.name == document)
    start = text.index(words)
    end = start + len(words)
    return Quote(
        number=number,
        text=words,
        clean=" ".join(words.split()),
        document=document,
        document_id="sha256:0",
        start=start,
        end=end,
        voice="text",
        pages=None,
        section=None,
        phrase=Phrase(start, start + 2, words[:2]),
        score=0.5,
        notes=(QuotedNote("7", "A note.", 0, 7),),
        citation="“Minutes.”",
        csl={"type": "document", "issued": {"date-parts": [[1945]]}},
        url=None,
        source_file=path.name,
        source_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        reader="plain/1",
        also_at=(Place("b.txt", 3, 9, "7", "“B.”"),),
    )


def answer(*quotes: Quote, answered: bool = True) -> Answer:
    passage = Passage("minutes.txt", 0, 3, "text", "abc", "abc")
    return Answer(
        question="What could be done?",
        after=("Who arrived?",),
        answered=answered,
        confidence=0.8,
        quotes=quotes if answered else (),
        nearest=() if answered else quotes,
        searched=Searched(1, 3),
        seconds=0.01,
        passages=(ScoredPassage(passage, 1.0, 0.5, 2.0),),
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "minutes.txt"
    path.write_text(TEXT, "utf-8")
    return path


def saved(path: Path, *quotes: Quote, answered: bool = True) -> Any:
    """As it comes out of a file years later."""
    made = answer_to_dict(answer(*quotes or (quote(path),), answered=answered), paths={path.name: str(path)})
    return json.loads(json.dumps(made))


# --- JSON ---


def test_the_contract_s_fields(file: Path) -> None:
    made = saved(file)
    assert list(made) == [
        "question", "after", "answered", "confidence", "quotes", "nearest", "searched", "seconds",
    ]  # fmt: skip
    assert made["searched"] == {"documents": 1, "passages": 3}
    assert made["after"] == ["Who arrived?"]
    first = made["quotes"][0]
    assert set(first) >= {
        "number", "text", "clean", "document", "document_id", "start", "end", "voice", "pages", "section",
        "phrase", "score", "notes", "citation", "csl", "url", "source_file", "source_sha256",
    }  # fmt: skip
    assert first["phrase"] == {"start": first["start"], "end": first["start"] + 2, "text": "He"}
    assert first["notes"][0]["marker"] == "7"
    assert first["text"] == WORDS
    assert first["source_path"] == str(file)


def test_there_and_back(file: Path) -> None:
    whole = answer(quote(file), quote(file, "The tin was dear.", number=2))
    assert answer_from_dict(json.loads(json.dumps(answer_to_dict(whole)))) == replace(whole, passages=())
    assert answer_from_dict(saved(file)).quotes[0].text == WORDS
    with pytest.raises(UsageError, match="qa ask"):
        answer_from_dict({"question": "x"})


# --- verify ---


def test_an_unchanged_source_is_exact(file: Path) -> None:
    (check,) = verify(saved(file))
    assert (check.status, check.reason, check.same_file) == ("exact", "", True)
    assert check.found == WORDS


def test_nearest_quotes_and_lists_of_answers_are_checked(file: Path) -> None:
    tin = quote(file, "The tin was dear.", number=2)
    checks = verify([saved(file, answered=False), saved(file, tin)])
    assert [(check.number, check.status) for check in checks] == [(1, "exact"), (2, "exact")]


def test_words_before_a_quote_move_it(file: Path) -> None:
    kept = saved(file)
    file.write_text("A new heading\n\n" + TEXT, "utf-8")
    (check,) = verify(kept)
    assert (check.status, check.found_in, check.same_file) == ("moved", "minutes.txt", False)
    assert check.start == kept["quotes"][0]["start"] + 15
    assert str(check.start) in check.reason


def test_of_two_places_the_closer_one_is_named(file: Path) -> None:
    kept = saved(file, quote(file, "The tin was dear."))
    start = kept["quotes"][0]["start"]
    file.write_text("The tin was dear. " + TEXT.replace("A second matter", "The matter"), "utf-8")
    (check,) = verify(kept)
    assert check.status == "moved"
    assert check.start is not None
    assert abs(check.start - start) < 20


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ("could be done", "might be done", "[-could-] {+might+}"),
        ("before the spring,", "before the late spring,", "{+late+}"),
        ("which he called ", "which he ", "[-called-]"),
        ("– which", "- which", "[-–-] {+-+}"),
    ],
)
def test_a_change_is_shown_word_by_word(file: Path, before: str, after: str, difference: str) -> None:
    kept = saved(file)
    file.write_text(TEXT.replace(before, after), "utf-8")
    (check,) = verify(kept)
    assert check.status == "changed"
    assert difference in check.difference
    assert check.found == WORDS.replace(before, after)
    assert check.found is not None
    assert TEXT.replace(before, after)[check.start : check.end] == check.found


def test_one_letter_is_a_change(file: Path) -> None:
    kept = saved(file)
    kept["quotes"][0]["text"] = WORDS.replace("noon", "Noon").replace("Navy", "navy")
    assert [check.status for check in verify(kept)] == ["changed"]


def test_words_that_are_gone_altogether(file: Path) -> None:
    kept = saved(file)
    file.write_text("Something else entirely was written here.", "utf-8")
    (check,) = verify(kept)
    assert (check.status, check.found, check.start) == ("changed", None, None)


def test_a_missing_file_is_gone(file: Path) -> None:
    kept = saved(file)
    file.unlink()
    (check,) = verify(kept)
    assert check.status == "gone"
    assert str(file) in check.reason


def test_a_file_that_cannot_be_read_is_gone(file: Path) -> None:
    kept = saved(file)
    file.write_bytes(b"\x00\x01\x02" * 200)
    (check,) = verify(kept)
    assert check.status == "gone"
    assert str(file) in check.reason


VOLUME = """<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="v1"><teiHeader/><text><body>
<div type="document" xml:id="d1"><head>1. A letter</head>
<pb n="5"/><p>The first letter speaks of tin.</p></div>
<div type="document" xml:id="d2"><head>2. Another</head><p>The second letter speaks of lead.</p></div>
</body></text></TEI>"""


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    path = tmp_path / "v1.xml"
    path.write_text(VOLUME, "utf-8")
    return path


def test_a_volume_is_read_once_for_all_its_quotes(volume: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = quote(volume, "The first letter speaks of tin.", document="v1/d1")
    two = quote(volume, "The second letter speaks of lead.", document="v1/d2", number=2)
    kept = saved(volume, replace(one, pages="5"), replace(two, pages="5"))
    times = []
    read = reading.read
    monkeypatch.setattr(reading, "read", lambda *a, **k: (times.append(1), read(*a, **k))[1])
    assert [(check.status, check.reason) for check in verify(kept)] == [("exact", ""), ("exact", "")]
    assert times == [1]


def test_a_document_that_left_its_file(volume: Path) -> None:
    one = replace(quote(volume, "The first letter speaks of tin.", document="v1/d1"), pages="5")
    kept = saved(volume, one)
    volume.write_text(VOLUME.replace('xml:id="d1"', 'xml:id="d9"'), "utf-8")
    (check,) = verify(kept)
    assert (check.status, check.found_in) == ("moved", "v1/d9")
    volume.write_text(
        VOLUME.replace("The first letter speaks of tin.", "Nothing.").replace('"d1"', '"d9"'), "utf-8"
    )
    (check,) = verify(kept)
    assert check.status == "gone"
    assert "v1/d1" in check.reason


def test_another_page_is_told_of(volume: Path) -> None:
    kept = saved(
        volume, replace(quote(volume, "The first letter speaks of tin.", document="v1/d1"), pages="5")
    )
    volume.write_text(VOLUME.replace('n="5"', 'n="6"'), "utf-8")
    (check,) = verify(kept)
    assert (check.status, check.reason) == ("exact", "It stands on p. 6 now, not p. 5.")


def test_the_library_says_where_a_file_lies_and_in_what_encoding(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "письмо.txt"
    path.parent.mkdir()
    path.write_text("Посол прибыл в полдень. Он сказал, что ничего сделать нельзя.", "windows-1251")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    source = SourceFile(str(path), "письмо.txt", sha256, 1, 1, "plain/1", "windows-1251")
    words = "Он сказал, что ничего сделать нельзя."
    base = quote_of(tmp_path)
    mine = replace(
        base, text=words, document="письмо.txt", start=24, end=24 + len(words), source_file="письмо.txt"
    )
    kept = json.loads(json.dumps(answer_to_dict(answer(mine))))
    assert verify(kept)[0].status == "gone"
    assert verify(kept, sources=[source])[0].status == "exact"


def quote_of(folder: Path) -> Quote:
    path = folder / "minutes.txt"
    path.write_text(TEXT, "utf-8")
    return quote(path)


@pytest.mark.parametrize("bad", [None, 3, "text", {}, {"quotes": []}, [1], {"quotes": [{}], "nearest": []}])
def test_what_is_no_answer_is_refused(bad: Any) -> None:
    with pytest.raises(UsageError, match="qa ask"):
        verify(bad)


def test_an_empty_quote_is_never_exact(file: Path) -> None:
    kept = saved(file)
    kept["quotes"][0] |= {"text": "", "start": 5, "end": 5}
    assert verify(kept)[0].status == "changed"


def test_a_long_document_is_compared_in_no_time(file: Path) -> None:
    kept = saved(file)
    changed = TEXT.replace("noon", "one").replace("could be", "may be")
    file.write_text("The committee met and nothing was done. " * 100_000 + changed, "utf-8")
    (check,) = verify(kept)
    assert check.status == "changed"
    assert check.found == WORDS.replace("could be", "may be")
