"""PDFs set from known sentences: each is found in one piece, on its printed page, in its note."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from qa.errors import UnreadableFile
from qa.reading import ocr, pages_of, read
from qa.reading.layout import boxes_of
from qa.reading.pdf import pictures
from qa.reading.pdf.labels import page_labels
from qa.splitting import clean, passages, sentences
from qa.types import Document
from tests.reading import pdf_corpus
from tests.reading.finding import View, folded, share, wrong
from tests.reading.rawpdf import raw_pdf
from tests.reading.sound import assert_sound, marks, shown
from tests.reading.typesetting import Book, Sentence, Style, Writer, expected

ROOT = Path(__file__).parents[2]

CORPUS = (
    pdf_corpus.monograph, pdf_corpus.journal, pdf_corpus.report, pdf_corpus.numbered_nowhere,
    pdf_corpus.anthology, pdf_corpus.searchable_scan,
)  # fmt: skip
LABELLED = ("monograph", "journal")
"""Those whose file says the label of each page: all of it must be right."""


@dataclass(frozen=True)
class Made:
    sentences: list[Sentence]
    document: Document


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    folder = tmp_path_factory.mktemp("corpus")
    made = {}
    for make in CORPUS:
        path = folder / f"{make.__name__}.pdf"
        made[make.__name__] = Made(make(path), document(path))
    return made


@pytest.fixture
def monograph(corpus: dict[str, Made]) -> Made:
    return corpus["monograph"]


def document(path: Path) -> Document:
    reading = read(path, path.name)
    assert reading.warnings == ()
    assert reading.reader.startswith("pdf/")
    return reading.documents[0]


def canvas(path: Path, size: tuple[float, float] = (432, 648)) -> Canvas:
    return Canvas(str(path), pagesize=size)


def paragraph(on: Canvas, lines: list[str], x: float = 54, y: float = 560, size: float = 11) -> None:
    on.setFont("Times-Roman", size)
    for number, line in enumerate(lines):
        on.drawString(x, y - 1.2 * size * number, line)


# -- the corpus -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [make.__name__ for make in CORPUS])
def test_sentences_are_found_on_their_page_and_in_their_note(
    corpus: dict[str, Made], name: str, record_property: Callable[..., None]
) -> None:
    made = corpus[name]
    wanted = expected(made.sentences)
    assert_sound(made.document)
    faults = wrong(made.document, wanted)
    print(f"{name}: {len(wanted) - len(faults)} of {len(wanted)} sentences right")
    record_property("right", share(wanted, faults))
    assert share(wanted, faults) >= (1.0 if name in LABELLED else 0.98), "\n".join(faults)


def test_notes_are_tied_to_their_markers(monograph: Made) -> None:
    made, found = monograph.sentences, monograph.document
    view = View(found)
    notes = {mark.ref: mark for mark in marks(found, "note")}
    anchored = [sentence for sentence in made if sentence.marker is not None]
    assert len(anchored) == len(notes) > 50
    for sentence in anchored:
        assert sentence.marker is not None
        _, end = view.find(sentence.words) or (0, 0)
        marker = next(m for m in marks(found, "marker") if m.start >= end)
        assert (marker.start, marker.label) == (end, sentence.marker.label)
        note = notes[marker.ref]
        assert note.role == "footnote"
        whole = " ".join(each.words for each in sentence.marker.sentences)
        assert folded(clean(found, note.start, note.end)) == folded(whole)


def test_a_note_over_two_pages_is_one_note_and_cuts_no_sentence(monograph: Made) -> None:
    made, found = monograph.sentences, monograph.document
    long = [s for s in made if s.note is not None and len(s.pages) == 2]
    assert long
    view = View(found)
    for sentence in long:
        start, end = view.find(sentence.words) or (0, 0)
        assert pages_of(found, start, end) == f"{sentence.pages[0]}–{sentence.pages[1]}"
        assert sum(m.start <= start and end <= m.end for m in marks(found, "note")) == 1


def test_a_note_of_forty_sentences_goes_on_over_pages(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    writer = Writer(71)
    book = Book(path, Style(), label=lambda page: str(page + 1), foot=lambda label, _: ("", label, ""))
    for number in range(1, 9):
        sentences = writer.paragraph()
        sentences[0].marker = writer.footnote(str(number), 40 if number == 2 else 1)
        book.paragraph(sentences)
    book.save()
    found = document(path)
    assert_sound(found)
    assert wrong(found, expected(book.sentences)) == []
    long = marks(found, "note")[1]
    pages = [mark.label for mark in marks(found, "page") if long.start <= mark.start < long.end]
    assert len(set(pages)) >= 3


def test_the_sentences_of_the_body_stay_whole_when_they_are_split(monograph: Made) -> None:
    made, found = monograph.sentences, monograph.document
    view = View(found)
    cut = {view.words(sentence.start, sentence.end) for sentence in sentences(found)}
    body = [s for s in made if s.kind == "text" and s.note is None and "; he added" not in s.words]
    over = [s for s in body if len(s.pages) == 2]
    assert over
    broken = [s.words for s in body if folded(s.words) not in cut]
    assert len(broken) <= 0.02 * len(body), "\n".join(broken)
    assert not {s.words for s in over} & set(broken)
    for passage in passages(found):
        assert "THE CONFERENCE OF TRIESTE " not in passage.clean or passage.voice == "heading"


def test_a_page_mark_covers_the_foot_and_the_head_between_two_pages(corpus: dict[str, Made]) -> None:
    found = corpus["report"].document
    pages = [m for m in marks(found, "page") if m.end > m.start]
    assert [m.label for m in pages] == [str(number) for number in range(17, 27)][: len(pages)]
    first, second = pages[:2]
    assert (first.start, found.text[first.start : first.end]) == (0, "Report of the Commission\n")
    assert found.text[second.start : second.end] == "– 17 –\nReport of the Commission\n"
    assert shown(found, "apparatus") == [f"– {pages[-1].label} –"]


def test_headings_and_properties_are_told(monograph: Made) -> None:
    found = monograph.document
    assert shown(found, "heading")[:3] == ["THE CONFERENCE OF TRIESTE", "Preface", "The Frontier"]
    assert found.metadata.title == "The Conference of Trieste"
    assert found.metadata.csl["author"] == [{"family": "Doe", "given": "Jane"}]
    # Made today, printed "1961": the file's date is no date of the book.
    assert found.metadata.date is None
    assert "issued" not in found.metadata.csl


def test_a_year_that_the_first_page_prints_too_is_the_date(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    on = canvas(path)
    on.setTitle("Microsoft Word - draft.doc")
    on.setFont("Times-Bold", 20)
    on.drawString(54, 600, "On the Railway")
    paragraph(on, ["Published in this series in the year of grace."])
    on.save()
    found = document(path)
    assert (found.metadata.title, found.metadata.date) == ("On the Railway", None)
    year = path.read_bytes().split(b"/CreationDate (D:")[1][:4].decode()
    on = canvas(path)
    paragraph(on, [f"Belgrade, {year}. Published in this series."])
    on.save()
    assert document(path).metadata.date == year


# -- pages and their numbers ------------------------------------------------------------------------------


def test_pages_without_a_number_are_counted_in_brackets(corpus: dict[str, Made]) -> None:
    labels = [mark.label for mark in marks(corpus["numbered_nowhere"].document, "page")]
    assert labels == ["[1]", "[2]", "[3]"][: len(labels)]
    assert len(labels) >= 2


def test_printed_numbers_are_right_where_the_files_labels_contradict_them() -> None:
    counted = [str(number) for number in range(1, 7)]
    printed = ["921", "922", "923", None, "925", "926"]
    assert page_labels(counted, printed) == ["921", "922", "923", "[4]", "925", "926"]
    assert page_labels(["i", "ii", "1", "2", "3", ""], [None, "ii", "1", "2", "3", "4"])[-2:] == ["3", "4"]
    assert page_labels([""] * 2, [None, None]) == ["[1]", "[2]"]


def test_roman_numbers_then_figures_and_the_bare_pages_between(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    writer = Writer(3)
    # Printed: nothing on the title page, v–viii, nothing on the opening of the text, 2–6.
    printed = ["", "v", "vi", "vii", "viii", "", "2", "3", "4", "5", "6"]
    book = Book(
        path, Style(), label=lambda page: printed[min(page, 10)], foot=lambda label, _page: ("", label, "")
    )
    for _ in range(10):
        book.paragraph(writer.paragraph(2, 3))
        book.new_page()
    book.paragraph(writer.paragraph(2, 3))
    book.save()
    labels = [mark.label for mark in marks(document(path), "page")]
    assert labels == ["iv", "v", "vi", "vii", "viii", "1", "2", "3", "4", "5", "6"]


def test_a_number_in_the_text_is_no_page_number(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    on = canvas(path)
    for year in ("1917", "1923", "1941"):
        paragraph(on, [f"{year} was the year in which the delegates met", "in Moscow for the first time."])
        on.showPage()
    on.save()
    found = document(path)
    assert [mark.label for mark in marks(found, "page")] == ["[1]", "[2]", "[3]"]
    assert "1923 was the year" in clean(found, 0, len(found.text))


# -- what pages look like ---------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_pages_are_read_and_boxed(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "made.pdf"
    lines = [f"The delegates met for the {word} time in Moscow." for word in ("first", "second", "third")]
    path.write_bytes(raw_pdf([lines], extra=f"/Rotate {turn}"))
    found = document(path)
    assert found.text == "\n".join(lines)
    start = found.text.index("second")
    (box,) = boxes_of(found, start, start + 6)
    picture = next(pictures(path, scale=2))[1]
    crop = picture.crop(
        (
            int(box.left * picture.width), int(box.top * picture.height),
            int(box.right * picture.width) + 1, int(box.bottom * picture.height) + 1,
        )
    )  # fmt: skip
    assert 0 < box.right - box.left < 0.2
    assert 0 < box.bottom - box.top < 0.2
    assert min(crop.convert("L").getdata()) < 100  # there are letters under it


def test_a_stamp_up_the_margin_is_apparatus(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    on = canvas(path)
    paragraph(on, ["The delegates met in Moscow and agreed on the", "evacuation of the port."])
    on.saveState()
    on.translate(30, 200)
    on.rotate(90)
    on.drawString(0, 0, "DECLASSIFIED 1975 Authority NND 760050")
    on.restoreState()
    on.save()
    found = document(path)
    assert clean(found, 0, len(found.text)) == (
        "The delegates met in Moscow and agreed on the evacuation of the port."
    )
    assert "DECLASSIFIED 1975 Authority NND 760050" in found.text


def test_a_table_is_read_row_by_row(monograph: Made) -> None:
    rows = [sentence.words for sentence in monograph.sentences if sentence.kind == "row"]
    lines = monograph.document.text.replace("\t", " ").split("\n")
    assert rows
    assert all(row in lines for row in rows)


def test_an_initial_three_lines_high_belongs_to_its_word(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    on = canvas(path)
    lines = [
        "he Ambassador went to the Foreign Office and",
        "asked for an answer, which was not given",
        "to him.",
    ]
    paragraph(on, lines[:2], x=84)
    paragraph(on, lines[2:], y=560 - 2 * 13.2)
    on.setFont("Times-Roman", 38)
    on.drawString(54, 547, "T")
    on.save()
    assert clean(document(path), 0, 10_000).startswith("The Ambassador went to the Foreign Office and asked")


def test_markers_that_are_not_raised_are_tied_where_only_one_place_fits(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    writer = Writer(61)
    book = Book(path, Style(raised=False, size=11, note_size=9), label=lambda page: f"[{page + 1}]")
    sentences = writer.paragraph(4, 4)
    sentences[1].marker = writer.footnote("1")
    sentences[2].marker = writer.footnote("2")
    book.paragraph(sentences)
    book.save()
    found = document(path)
    assert_sound(found)
    assert [mark.label for mark in marks(found, "note")] == ["1", "2"]
    assert wrong(found, expected(book.sentences)) == []


def test_what_stands_beside_a_quote_in_another_column_is_not_boxed(corpus: dict[str, Made]) -> None:
    made = corpus["journal"]
    view = View(made.document)
    for sentence in made.sentences:
        start, end = view.find(sentence.words) or (0, 0)
        boxes = boxes_of(made.document, start, end)
        assert boxes
        if sentence.kind == "text" and len({box.page for box in boxes}) == 1 and boxes[0].page > 0:
            assert all(box.right - box.left < 0.5 for box in boxes)


# -- what cannot be read ----------------------------------------------------------------------------------


def fault(path: Path) -> str:
    with pytest.raises(UnreadableFile) as error:
        read(path, path.name)
    said = str(error.value)
    assert said.startswith(f"{path}: ")
    assert "\n" not in said
    return said.removeprefix(f"{path}: ")


def test_a_password_is_asked_for_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    on = Canvas(str(path), encrypt=StandardEncryption("secret", ownerPassword="owner"))
    on.drawString(72, 700, "Top secret")
    on.save()
    assert fault(path) == "is encrypted: it opens only with a password. Save a copy without one and add that."


def test_a_file_that_only_forbids_copying_is_read(tmp_path: Path) -> None:
    # Its words are there for anybody to read; to quote them is the reader's right.
    path = tmp_path / "made.pdf"
    on = Canvas(str(path), encrypt=StandardEncryption("", ownerPassword="owner", canCopy=0))
    on.drawString(72, 700, "For the reading room")
    on.save()
    assert document(path).text == "For the reading room"


@pytest.mark.parametrize("part", [0.02, 0.3, 0.5, 0.9, 0.99])
def test_a_file_cut_short_is_refused_at_any_length(tmp_path: Path, part: float) -> None:
    path = tmp_path / "made.pdf"
    data = raw_pdf([[f"Page {page} of the report of the Commission"] for page in range(30)])
    path.write_bytes(data[: int(part * len(data))])
    assert fault(path) == "is cut short: its end is missing. Fetch it again."


def test_letters_kilometres_wide_take_no_time(tmp_path: Path) -> None:
    lines = ["A line of words that goes on", "and another one of the page"] * 12
    data = raw_pdf([lines]).replace(b"1 0 0 1 54 600 Tm", b"65536 0 0 1 54 600 Tm")
    assert b"65536" in data
    (tmp_path / "a.pdf").write_bytes(data)
    began = time.process_time()
    (document,) = read(tmp_path / "a.pdf", "a.pdf").documents
    assert time.process_time() - began < 5
    assert document.text.count("words") + document.text.count("another") > 0


def test_a_broken_index_is_mended_and_broken_bytes_are_told(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    data = raw_pdf([["The first page of the report"], ["The second page of the report"]])
    path.write_bytes(data.replace(b"startxref\n", b"startxref\n9"))
    assert "The second page of the report" in document(path).text
    path.write_bytes(b"%PDF-1.4\nnothing else\n%%EOF\n")
    assert fault(path).startswith("is a broken PDF: no page can be found in it.")


@pytest.mark.parametrize(
    ("start", "kind"),
    [(b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG picture"), (b"<!DOCTYPE html><html>", "a web page")],
)
def test_something_else_under_the_name_of_a_pdf(tmp_path: Path, start: bytes, kind: str) -> None:
    path = tmp_path / "made.pdf"
    path.write_bytes(start + bytes(range(256)) * 20)
    assert fault(path).startswith(f"is no PDF: it is {kind}.")


def picture_of(text: str) -> ImageReader:
    """A picture of a page, as a scanner makes it."""
    raw = raw_pdf([[text] * 12])
    _, picture = next(pictures(raw, scale=2))
    return ImageReader(picture)


@pytest.fixture
def without_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise ImportError("pytesseract")

    monkeypatch.setattr(ocr, "engine", missing)


def test_a_scan_without_text_says_what_to_install(tmp_path: Path, without_recognition: None) -> None:
    path = tmp_path / "made.pdf"
    on = canvas(path)
    for _ in range(2):
        on.drawImage(picture_of("The Ambassador replied"), 0, 0, 432, 648)
        on.setFont("Times-Roman", 6)
        on.drawString(60, 20, "Downloaded from an archive on May 3")
        on.showPage()
    on.save()
    said = fault(path)
    assert said.startswith("holds no text: it is a scan. ")
    assert "tesseract" in said


def test_the_scanned_pages_of_a_file_are_named_and_the_rest_is_read(
    tmp_path: Path, without_recognition: None
) -> None:
    path = tmp_path / "made.pdf"
    on = canvas(path)
    for page in range(6):
        if page in (1, 2, 4):
            on.drawImage(picture_of("The Ambassador replied"), 0, 0, 432, 648)
        else:
            paragraph(on, [f"On page {page} the delegates met in Moscow."])
        on.showPage()
    on.save()
    reading = read(path, path.name)
    (warning,) = reading.warnings
    assert warning.startswith("pages 2–3, 5 of the file: a picture without text, left out.")
    assert [m.label for m in marks(reading.documents[0], "page")] == ["[1]", "[4]", "[6]"]


def test_empty_pages_are_no_scan(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    on = canvas(path)
    on.showPage()
    on.save()
    assert fault(path) == "holds no text: its pages are empty."


# -- size -------------------------------------------------------------------------------------------------

LONG = """
import resource, sys
from pathlib import Path
from qa.reading import read_here as read
from tests.memory import most_held
limit = 2_000_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
path = Path(sys.argv[1])
document = read(path, path.name).documents[0]
labels = [mark.label for mark in document.marks if mark.kind == "page"]
print(len(labels), labels[-1], most_held() // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux counts it")
def test_ten_thousand_pages_take_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    pages = [[str(page), "", "", f"On day {page} of the siege the Ambassador wrote", "to Moscow."]
             for page in range(1, 10_001)]  # fmt: skip
    path.write_bytes(raw_pdf(pages))
    done = subprocess.run(
        [sys.executable, "-c", LONG, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=500,
    )
    count, last, megabytes = done.stdout.split()
    assert (count, last) == ("10000", "10000")
    assert int(megabytes) < 400


def test_a_page_of_more_characters_than_a_page_holds_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.reading.pdf.characters.MAX_CHARACTERS", 500)
    path = tmp_path / "made.pdf"
    path.write_bytes(raw_pdf([["The first page"], ["A line of many that fill the page"] * 30]))
    reading = read(path, path.name)
    assert reading.documents[0].text == "The first page"
    assert reading.warnings == ("page 2 of the file: broken, left out.",)
