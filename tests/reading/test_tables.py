"""Spreadsheets of transcriptions, as CSV, TSV and JSON lines."""

import csv
import io
import json
import random
import time
from pathlib import Path

import pytest

from qa.errors import UnreadableFile
from qa.reading import Reading, pages_of, read
from tests.reading.sound import assert_sound, marks, shown


def reading(tmp_path: Path, text: str | bytes, name: str = "a.csv", encoding: str | None = None) -> Reading:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = read(path, f"letters/{name}", encoding=encoding)
    for document in found.documents:
        assert_sound(document)
    return found


HEADER = "id,Title,Date,From,To,Archive,Collection,Box,Folder,File Number,URL,Pages,Transcription,Language\n"
ROW = (
    '12,Letter to Ada,1835-11-20,Mary Somerville,Ada Lovelace,Bodleian Library,Dep. Lovelace,174,3,L/12,'
    'https://letters.example/12,921-922,"Dear Ada,\n\nthe ""engine"" works, it does.",en\n'
)  # fmt: skip


def test_a_row_is_a_document_with_all_that_its_columns_say(tmp_path: Path) -> None:
    found = reading(tmp_path, HEADER + ROW)
    (document,) = found.documents
    assert (found.reader, found.warnings) == ("table/1", ())
    assert document.name == "letters/a.csv/12"
    assert document.text == 'Dear Ada,\n\nthe "engine" works, it does.'
    assert pages_of(document, 0, 5) == "921–922"
    known = document.metadata
    assert (known.title, known.date, known.sender, known.recipient) == (
        "Letter to Ada", "1835-11-20", "Mary Somerville", "Ada Lovelace",
    )  # fmt: skip
    assert (known.repository, known.collection, known.box, known.folder, known.file_number) == (
        "Bodleian Library", "Dep. Lovelace", "174", "3", "L/12",
    )  # fmt: skip
    assert known.url == known.csl["URL"] == "https://letters.example/12"
    assert known.csl["language"] == "en"
    assert known.csl["issued"] == {"date-parts": [[1835, 11, 20]]}


@pytest.mark.parametrize(
    ("column", "other"),
    [
        ("TEXT", "id"),
        ("Full Text", "Name"),
        ("body", "Document ID"),
        ("Content", "_id"),
        ("transcript", "key"),
    ],
)
def test_columns_go_by_many_names(tmp_path: Path, column: str, other: str) -> None:
    (document,) = reading(tmp_path, f"{other},{column}\nx,Words.\n").documents
    assert (document.name, document.text) == ("letters/a.csv/x", "Words.")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("suffix", ["csv", "tsv"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str, suffix: str) -> None:
    out = io.StringIO()
    rows = [("id", "title", "text"), ("1", "A, b; c", "One | two,\nthree; four."), ("2", "D\te", "Five.")]
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    found = reading(tmp_path, out.getvalue(), f"a.{suffix}")
    assert [(d.metadata.title, d.text) for d in found.documents] == [
        ("A, b; c", "One | two,\nthree; four."), ("D e", "Five."),
    ]  # fmt: skip


def test_quotation_marks_that_quote_nothing_are_text(tmp_path: Path) -> None:
    text = 'id\ttext\n1\t"Peace" he said\n2\t"War\n3\tand 5" guns\n'
    assert [d.text for d in reading(tmp_path, text, "a.tsv").documents] == [
        '"Peace" he said', '"War', 'and 5" guns',
    ]  # fmt: skip


def test_a_separator_line_and_a_byte_order_mark_are_understood(tmp_path: Path) -> None:
    (document,) = reading(tmp_path, "\ufeffsep=;\r\nid;text\r\n1;a, b\r\n").documents
    assert document.text == "a, b"


def test_other_columns_follow_as_front_matter_and_remarks_as_a_note(tmp_path: Path) -> None:
    (document,) = reading(
        tmp_path,
        "id,text,Condition,Image,Row No,Notes\n1,Words.,Torn at the edge,http://x.org/1.jpg,7,In pencil.\n",
    ).documents
    assert document.text == "Words.\n\nIn pencil.\n\nCondition\nTorn at the edge"
    assert shown(document, "note") == ["In pencil."]
    assert shown(document, "front") == ["Condition\nTorn at the edge"]
    assert marks(document, "note")[0].role == "comment"


def test_rows_of_one_id_with_their_pages_are_one_document(tmp_path: Path) -> None:
    found = reading(
        tmp_path,
        "id,page,title,text\nl1,p. 7,First,It began in the\nl1,8,First,morning. It ended.\n"
        "l2,,Second,A\nl2,,Third,B\n",
    )
    first, second, third = found.documents
    assert first.text == "It began in the\nmorning. It ended."
    assert [(m.label, m.start) for m in marks(first, "page")] == [("7", 0), ("8", 16)]
    assert pages_of(first, 0, 24) == "7–8"
    assert (second.name, third.name) == ("letters/a.csv/l2", "letters/a.csv/l2-4")


def test_rows_without_an_id_are_numbered_and_titled_by_their_first_line(tmp_path: Path) -> None:
    one, two = reading(tmp_path, "text\nA short line\n\nTwo\n").documents
    assert (one.name, one.metadata.title) == ("letters/a.csv/1", "A short line")
    assert (two.name, two.metadata.title) == ("letters/a.csv/2", "Two")


def test_broken_rows_are_named_and_the_others_read(tmp_path: Path) -> None:
    found = reading(
        tmp_path,
        'id,title,text\n1,A,Good.\n2,Short\n3,C,Fine.,extra\n4,D,"Two\nlines."\n5,E,\n6,F,"closed" badly\n'
        '7,G,Good too.,,\n,,\n8,H,"never closed\n9,I,Last.\n',
    )
    assert [d.name.rpartition("/")[2] for d in found.documents] == ["1", "4", "7", "9"]
    assert found.warnings == (
        "line 3: has 2 fields, not 3",
        "line 4: has 4 fields, not 3",
        "line 8: is broken (',' expected after '\"')",
        "line 11: a quotation mark is opened and never closed",
        "line 7: holds no text",
    )


def test_of_very_many_broken_rows_the_number_is_told(tmp_path: Path) -> None:
    text = "id,text\n1,Good.\n" + "x\n" * 50_000 + '2,"open\n' * 2_000
    began = time.process_time()
    found = reading(tmp_path, text)
    assert time.process_time() - began < 5
    assert len(found.documents) == 1
    assert len(found.warnings) == 21
    assert found.warnings[-1].endswith("more lines could not be read")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name,date\nx,1901\n", 'without a column of text (its columns: "name", "date"). Call the column'),
        ("text\n\n", "without a row"),
        ("id,text\n1\n2\n", "without a row that can be read. Line 2: has 1 fields, not 2"),
        ("", "is empty"),
    ],
)
def test_a_table_without_text_says_what_it_has_and_what_it_needs(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(UnreadableFile) as caught:
        reading(tmp_path, text)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16", "utf-8-sig", "koi8_r"])
def test_tables_in_other_encodings_are_read_when_they_are_named(tmp_path: Path, encoding: str) -> None:
    text = "Название;Текст;text\nПисьмо;да;Нарком сообщил послу.\n"
    (document,) = reading(tmp_path, text.encode(encoding), encoding=encoding).documents
    assert document.text.startswith("Нарком сообщил послу.")


def test_every_row_comes_back_whatever_is_in_it(tmp_path: Path) -> None:
    chooser = random.Random(7)
    words = ["harbour", '"quoted"', "a,b", "c;d", "line\nbreak", "  wide", "é", "“so”", "1,5"]
    texts = [" ".join(chooser.choices(words, k=12)).strip() for _ in range(300)]
    out = io.StringIO()
    csv.writer(out).writerows([("id", "text"), *enumerate(texts)])
    assert [d.text for d in reading(tmp_path, out.getvalue()).documents] == texts
    lines = "\n".join(json.dumps({"id": i, "text": t}) for i, t in enumerate(texts))
    assert [d.text for d in reading(tmp_path, lines, "a.jsonl").documents] == texts


def test_json_lines_are_rows_and_bad_ones_are_named(tmp_path: Path) -> None:
    found = reading(
        tmp_path,
        '{"_id": "MED-1", "title": "One", "text": "Words.", "authors": ["Ada", "Bea"], "url": null}\n'
        '{"text": "cut\n\n[1, 2]\n{"text": "Half \\ud800 of it."}\n'
        '{"text": ["First of it.", "Last."], "year": 1901}\n'
        '{"title": "No text"}\n',
        "a.ndjson",
    )
    one, two = found.documents
    assert found.reader == "json-lines/1"
    assert (one.name, one.text, one.metadata.title) == ("letters/a.ndjson/MED-1", "Words.", "One")
    assert one.metadata.csl["author"] == [{"literal": "Ada"}, {"literal": "Bea"}]
    assert two.text == "First of it.; Last."
    assert [w.partition(":")[0] for w in found.warnings] == ["line 2", "line 4", "line 5", "line 7"]


def test_what_is_no_json_at_all_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"is no JSON lines file: line 1: is not JSON"):
        reading(tmp_path, "Words and words.\n", "a.jsonl")
    with pytest.raises(UnreadableFile, match=r'its columns: "a", "b"'):
        reading(tmp_path, '{"a": 1, "b": 2}', "a.jsonl")
