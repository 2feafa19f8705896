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
from qa.receipts.differing import difference, nearest, nearly, worded
from qa.types import (
    Answer,
    Box,
    Passage,
    Phrase,
    Place,
    Quote,
    QuotedNote,
    ScoredPassage,
    Searched,
    SourceFile,
)

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
        "question", "after", "answered", "confidence", "quotes", "nearest", "searched", "seconds", "timing",
        "unresolved",
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


@pytest.mark.parametrize(
    "bad",
    [
        None, 3, "text", {}, {"quotes": []}, [1], {"quotes": [{}], "nearest": []},
        {"quotes": 1.5, "nearest": []}, {"quotes": [], "nearest": "x"}, {"quotes": {}, "nearest": None},
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(bad: Any) -> None:
    with pytest.raises(UsageError, match="qa ask"):
        verify(bad)


def test_an_answer_whose_parts_are_of_other_kinds_is_refused(file: Path) -> None:
    whole = answer_to_dict(answer(quote(file)))
    assert answer_from_dict(whole).answered
    for name, odd in {"timing": "x", "after": 3, "searched": [1], "quotes": 7}.items():
        with pytest.raises(UsageError, match="qa ask"):
            answer_from_dict({**whole, name: odd})


@pytest.mark.parametrize("notes", [7, True, "note", {"marker": "1"}, [3], None])
def test_notes_that_are_none_are_left(file: Path, notes: Any) -> None:
    kept = saved(file)
    kept["quotes"][0]["notes"] = notes
    (check,) = verify(kept)
    assert (check.status, check.notes) == ("exact", ())


@pytest.mark.parametrize("name", ["x" * 5_000, "a\0b"])
def test_a_file_s_name_that_there_cannot_be(file: Path, name: str) -> None:
    kept = saved(file)
    kept["quotes"][0] |= {"source_file": name, "source_path": None}
    (check,) = verify(kept)
    assert check.status == "gone"


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


# --- in other print ---

PRINTED = (
    "He said: “We re-examine the inter-\nnational of\ufb01ce – soon”. Nothing else was said of it at all."
)


@pytest.mark.parametrize(
    "copied",
    [
        'He said: "We re-examine the international office - soon".',
        "He said: “We re-examine the international office – soon”.",
        "He said: “We reexamine the inter-\nnational office – soon”.",
        "He said:  “We re-exam\u00adine\nthe international of\ufb01ce\u00a0– soon”.",
    ],
)
def test_words_in_other_print_are_found_and_the_true_ones_are_told(tmp_path: Path, copied: str) -> None:
    path = tmp_path / "minutes.txt"
    path.write_text("Minutes\n\n" + PRINTED, "utf-8")
    kept = saved(path, quote(path, PRINTED[: PRINTED.index(" Nothing")]))
    kept["quotes"][0] |= {"text": copied, "start": 40, "end": 40 + len(copied)}
    (check,) = verify(kept)
    # To the letter it is another text, and the receipt says so; but its words stand there.
    assert (check.status, check.same_words, check.found_in) == ("changed", True, "minutes.txt")
    assert check.found == PRINTED[: PRINTED.index(" Nothing")]
    assert check.start == len("Minutes\n\n")
    assert "The words are the same" in check.reason
    assert not check.holds


def test_one_other_word_is_not_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "minutes.txt"
    path.write_text(PRINTED, "utf-8")
    kept = saved(path, quote(path, PRINTED))
    kept["quotes"][0]["text"] = PRINTED.replace("soon", "later")
    assert [(check.status, check.same_words) for check in verify(kept)] == [("changed", False)]


def test_words_changed_in_their_place_have_not_moved_to_the_like_of_them(file: Path) -> None:
    line = "The tin was dear."
    file.write_text(f"{line} {TEXT}", "utf-8")
    kept = saved(file, replace(quote(file), text=line, start=(f"{line} {TEXT}").rindex(line), end=0))
    kept["quotes"][0]["end"] = kept["quotes"][0]["start"] + len(line)
    file.write_text(f"{line} {TEXT.replace(line, 'The tin was near.')}", "utf-8")
    (check,) = verify(kept)
    assert (check.status, check.found) == ("changed", "The tin was near.")
    assert check.difference == "The tin was [-dear.-] {+near.+}"


# --- the notes of a quote, and who read it ---

NOTED = """<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="v1"><teiHeader/><text><body>
<div type="document" xml:id="d1"><head>1. A letter<note n="1" type="source">Source: Box 5.</note></head>
<pb n="5"/><p>The letter speaks of tin.<note n="2">Dear in 1950.</note></p></div></body></text></TEI>"""


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    path = tmp_path / "v1.xml"
    path.write_text(NOTED, "utf-8")
    return path


def of_letter(path: Path) -> Quote:
    words = "The letter speaks of tin."
    text = reading.read(path, path.name).documents[0].text
    at = text.index("Dear in")
    note = QuotedNote("2", "Dear in 1950.", at, at + 13)
    return replace(
        quote(path, words, document="v1/d1"), pages="5", notes=(note,), reader="frus-tei/1",
        note_kind=None, boxes=(Box(0, 0.1, 0.2, 0.3, 0.4),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "quote_is", "note_is"),
    [
        ("", "", "exact", "exact"),
        ("Dear in 1950", "Dear in 1951", "exact", "changed"),
        ("Dear in 1950.", "A far longer word.", "exact", "changed"),
        ("speaks of tin", "speaks of tea", "changed", "exact"),
        ("A letter<", "A short letter<", "moved", "moved"),
        ('xml:id="d1"', 'xml:id="d3"', "moved", "exact"),
    ],
)
def test_each_note_is_checked_by_itself(
    noted: Path, before: str, after: str, quote_is: str, note_is: str
) -> None:
    kept = saved(noted, of_letter(noted))
    noted.write_text(NOTED.replace(before, after) if before else NOTED, "utf-8")
    (check,) = verify(kept)
    (note,) = check.notes
    assert (check.status, note.status, note.marker) == (quote_is, note_is, "2")
    assert check.holds == ("changed" not in (quote_is, note_is))
    if "1951" in after:
        assert note.difference == "Dear in [-1950.-] {+1951.+}"
        assert note.found == "Dear in 1951."


def test_the_notes_of_what_is_gone_are_gone(noted: Path) -> None:
    kept = saved(noted, of_letter(noted))
    noted.unlink()
    (check,) = verify(kept)
    assert [note.status for note in check.notes] == ["gone"]


def test_another_version_of_the_reader_is_told_of(noted: Path) -> None:
    kept = saved(noted, of_letter(noted))
    assert [check.read_otherwise for check in verify(kept)] == [False]
    kept["quotes"][0]["reader"] = "frus-tei/0"
    (check,) = verify(kept)
    assert (check.read_otherwise, check.reader, check.reader_now) == (True, "frus-tei/0", "frus-tei/1")
    assert check.status == "exact"


def test_receipts_carry_kind_and_boxes_and_older_and_newer_ones_are_read(noted: Path) -> None:
    kept = saved(noted, replace(of_letter(noted), voice="note", note_kind="source"))
    (first,) = kept["quotes"]
    assert first["note_kind"] == "source"
    assert first["boxes"] == [{"page": 0, "left": 0.1, "top": 0.2, "right": 0.3, "bottom": 0.4}]
    assert answer_from_dict(kept).quotes[0].boxes == (Box(0, 0.1, 0.2, 0.3, 0.4),)
    assert first["recognised"] is None
    kept["quotes"][0]["recognised"] = "Tesseract 5.3.0"
    assert answer_from_dict(kept).quotes[0].recognised == "Tesseract 5.3.0"
    for name in ("note_kind", "boxes", "reader", "also_at", "recognised"):
        del first[name]
    first["from_a_later_version"] = {"x": 1}
    (old,) = answer_from_dict(kept).quotes
    assert (old.note_kind, old.boxes, old.reader, old.also_at, old.recognised) == (None, (), "", (), None)
    (check,) = verify(kept)
    assert (check.status, check.read_otherwise) == ("exact", False)
    del first["notes"]
    assert verify(kept)[0].notes == ()


def test_documents_of_a_table_are_found_by_its_file_s_name(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_text("id,text\n1,The tin was dear.\n2,The lead was cheap.\n", "utf-8")
    documents = reading.read(path, "letters.csv").documents
    base = replace(quote_of(tmp_path), source_file="letters.csv", notes=())
    made = [replace(base, text=d.text, document=d.name, start=0, end=len(d.text)) for d in documents]
    assert [check.status for check in verify(saved(path, *made))] == ["exact", "exact"]


def test_very_long_words_stand_there_to_the_letter_or_not_at_all(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kept,) = verify(saved(file, quote(file)))
    assert kept.status == "exact"
    answers = saved(file, quote(file))
    monkeypatch.setattr("qa.receipts.checking.LONGEST", 10)
    assert verify(answers)[0].status == "exact"
    file.write_text("Other words first. " + file.read_text())
    assert verify(answers)[0].status == "moved"
    file.write_text(file.read_text().replace(WORDS, WORDS.replace("e", "i")))
    (check,) = verify(answers)
    assert (check.status, check.found, check.difference) == ("changed", None, "")
    assert "too many to be compared" in check.reason


def test_very_many_quotes_are_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = saved(file, quote(file), quote(file, number=2))
    count = sum(1 + len(each.notes) for each in verify(answers))
    monkeypatch.setattr("qa.receipts.checking.MOST", count)
    assert len(verify(answers)) == 2
    monkeypatch.setattr("qa.receipts.checking.MOST", count - 1)
    with pytest.raises(UsageError, match=rf"more than {count - 1} quotes and notes"):
        verify(answers)


def test_long_words_are_compared_too(file: Path) -> None:
    was = " ".join(f"word{number}" for number in range(700))
    now = was.replace("word300 ", "other ").replace(" word600", "")
    told = difference(was, now)
    assert "word299 [-word300-] {+other+} word301" in told
    assert "word599 [-word600-] word601" in told
    assert nearest(worded(f"Before. {now} After."), was) == (8, 8 + len(now))
    assert nearly("a" * 9_000 + "b" * 100, "a" * 8_900 + "c" * 200)
    assert not nearly("a" * 9_000 + "b" * 2_000, "b" * 2_000 + "a" * 9_000)
