import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.reading import pages_of, read
from qa.reading.telegram import coded_date, is_telegram, read_telegram
from qa.types import Document
from tests import archive
from tests.reading.sound import assert_sound, marks, shown

pieces = st.sampled_from(
    ["Moscow, May 5, 1930.", "[Page 12]", "word7", "word.8", "x”9", "  1. note", "  2. two", "1. a", "v.2",
     "", "[Received May 6.]", "Memorandum of Z", "711.61/11–2245"]
) | st.text(max_size=5)  # fmt: skip
SEED = "001_6f795bd2570504c7.txt"
HEAD = "711.61/11–2245: Telegram\n\nThe Ambassador in Poland (Lane) to the Secretary of State\n\n"


def seed() -> Document:
    (document,) = read(archive.SEEDS / SEED, SEED).documents
    assert_sound(document)
    return document


def of(text: str) -> Document:
    assert is_telegram(text)
    document = read_telegram("t.txt", text)
    assert document.text == text
    assert_sound(document)
    return document


def markers(document: Document) -> list[tuple[str, str]]:
    return [(mark.label, mark.ref) for mark in marks(document, "marker") if mark.ref]


def test_the_seed_keeps_its_text_to_the_letter() -> None:
    assert seed().text == (archive.SEEDS / SEED).read_text("utf-8")


def test_the_seeds_apparatus_is_marked() -> None:
    document = seed()
    assert markers(document) == [("7", "note1"), ("8", "note2"), ("9", "note3")]
    assert [document.text[: m.start].split()[-1] for m in marks(document, "marker") if m.ref] == [
        "Litvinov.", "Subasic.", "Moscow.",
    ]  # fmt: skip
    notes = shown(document, "note")
    assert [note.split()[0] for note in notes] == ["Maxim", "For", "In"]
    assert notes[2].endswith("(711.61/12–345).")
    assert [mark.label for mark in marks(document, "note")] == ["1", "2", "3"]
    assert [(mark.label, document.text[mark.start : mark.end]) for mark in marks(document, "page")] == [
        ("921", ""), ("922", "[Page 922]"),
    ]  # fmt: skip
    assert shown(document, "front") == ["711.61/11–2245: Telegram"]
    assert shown(document, "heading") == [
        "The Ambassador in the Soviet Union (Harriman) to the Secretary of State"
    ]


def test_the_seeds_metadata_and_its_printed_source() -> None:
    known = seed().metadata
    assert known.title == "The Ambassador in the Soviet Union (Harriman) to the Secretary of State"
    assert (known.date, known.file_number) == ("1945-11-22", "711.61/11–2245")
    assert known.sender == "The Ambassador in the Soviet Union (Harriman)"
    assert known.recipient == "the Secretary of State"
    assert known.url == "https://history.state.gov/historicaldocuments/frus1945v05/d690"
    assert known.csl["container-title"].startswith(
        "Foreign Relations of the United States: Diplomatic Papers"
    )
    assert (known.csl["volume"], known.csl["number"], known.csl["page"]) == ("V", "690", "921–922")
    assert known.csl["original-date"] == {"date-parts": [[1945, 11, 22]]}


def test_the_seeds_pages() -> None:
    document = seed()

    def page(words: str) -> str | None:
        start = document.text.index(words)
        return pages_of(document, start, start + len(words))

    assert page("At the theatre last night") == "921"
    assert page("London Conference [Page 922] the Soviet Govt") == "921–922"
    assert page("Harriman\n  1.") == "922"
    assert page("Maxim Maximovich") == "921"
    assert page("For documentation on this subject") == "922"


def test_without_its_sidecar_it_cites_itself(tmp_path: Path) -> None:
    shutil.copy(archive.SEEDS / SEED, tmp_path / "copy.txt")
    (document,) = read(tmp_path / "copy.txt", "copy.txt").documents
    assert document.metadata.url is None
    assert document.metadata.csl["type"] == "document"
    assert document.metadata.csl["issued"] == {"date-parts": [[1945, 11, 22]]}


@pytest.mark.parametrize(
    ("number", "date"),
    [
        ("711.61/11–2245", "1945-11-22"),
        ("711.61/12–345", "1945-12-03"),
        ("761.00/5-555", "1955-05-05"),
        ("711.61/13–2245", None),
        ("711.61/2–3045", None),
        ("861.51/135", None),
        ("", None),
    ],
)
def test_the_date_coded_in_a_file_number(number: str, date: str | None) -> None:
    assert coded_date(number) == date


def test_numbers_that_are_no_markers_are_left_alone() -> None:
    document = of(
        HEAD + "See v.2 and p.3, telegram 711.61/12–345, 3.7 millions, in mid-1945, B52s and NSC68.\n\n"
        "He came to Warsaw.4 It was 1943.5 They left”6 and so on.\n\nLane\n"
        "  1. One.\n  2. Two.\n  3. Three.\n"
    )
    assert markers(document) == [("4", "note1"), ("5", "note2"), ("6", "note3")]


@pytest.mark.parametrize(
    "body",
    [
        "He came to Warsaw.4 Then to Krakow.\n\nLane\n  1. One.\n  2. Two.\n",  # one number too few
        "He came to Warsaw.4 Then to Krakow.6\n\nLane\n  1. One.\n  2. Two.\n",  # no run
        "He came to Warsaw.4 Then to Krakow.4 Then home.5\n\nLane\n  1. One.\n  2. Two.\n",  # two readings
        "He came to Warsaw. Then to Krakow.\n\nLane\n  1. One.\n",  # none
    ],
)
def test_where_the_numbers_do_not_fit_the_notes_nothing_is_tied(body: str) -> None:
    document = read_telegram("t.txt", HEAD + body)
    assert markers(document) == []
    assert len(marks(document, "note")) == body.count("\n  ")


def test_a_marker_in_the_heading_and_a_dateline() -> None:
    document = of(
        "811.00/345\n\nThe Minister in Poland (Stetson) to the Secretary of State7\n\n"
        "Warsaw, March 4, 1930—noon.\n[Received March 4—1 p. m.]\n\nNothing new.8\n\n  1. A.\n  2. B.\n"
    )
    known = document.metadata
    assert known.title == "The Minister in Poland (Stetson) to the Secretary of State"
    assert (known.date, known.place, known.recipient) == ("1930-03-04", "Warsaw", "the Secretary of State")
    assert markers(document) == [("7", "note1"), ("8", "note2")]
    assert shown(document, "front") == [
        "811.00/345",
        "Warsaw, March 4, 1930—noon.",
        "[Received March 4—1 p. m.]",
    ]


def test_a_numbered_document_copied_whole() -> None:
    document = of(
        "30. Letter From President Kennedy to Chairman Khrushchev1\n\nWashington, October 22, 1962.\n\n"
        "Dear Mr. Chairman: [Page 166] text.2\n\n  1. Source: Lot 66.\n  2. Not printed.\n"
    )
    known = document.metadata
    assert (known.title, known.date) == ("Letter From President Kennedy to Chairman Khrushchev", "1962-10-22")
    assert known.csl["number"] == "30"
    assert [mark.label for mark in marks(document, "page")] == ["165", "166"]


@pytest.mark.parametrize(
    "text",
    [
        "711.61/11–2245: Telegram",
        "711.61/11–2245\n\nA note about numbers.",
        "1. Buy milk\n2. Buy bread\n",
        "Dear Sir,\n\nI went to Moscow.7\n",
        "",
    ],
)
def test_other_text_is_no_telegram(text: str) -> None:
    assert not is_telegram(text)


@pytest.mark.parametrize(("label", "pages"), [("1", ["1"]), ("xii", ["xii"]), ("12", ["11", "12"])])
def test_the_page_before_the_first_mark_is_inferred_where_there_is_one(label: str, pages: list[str]) -> None:
    document = of(HEAD + f"Text [Page {label}] more.\n")
    assert [mark.label for mark in marks(document, "page")] == pages


@settings(deadline=None, max_examples=150)
@given(st.lists(pieces, max_size=14))
def test_any_telegram_keeps_its_text_and_ties_all_its_notes_or_none(parts: list[str]) -> None:
    text = HEAD + "\n".join(parts)
    document = read_telegram("t.txt", text)
    assert document.text == text
    blocks = [mark for mark in document.marks if mark.kind in ("note", "heading", "front")]
    assert all(one.end <= two.start for one, two in pairwise(blocks))
    assert all(mark.start < mark.end <= len(text) for mark in blocks)
    assert len(markers(document)) in (0, len(marks(document, "note")))
