"""Scans: known text set in type, printed to pictures as a scanner makes them, and recognised again."""

import io
import os
import random
from pathlib import Path

import PIL.Image
import pytest

from qa.errors import UnreadableFile
from qa.reading import ocr, pages_of, read
from qa.reading.layout import boxes_of
from qa.reading.recognition import recognised_at
from qa.splitting import clean, sentences
from qa.types import Document
from tests.reading.sound import assert_sound, marks
from tests.reading.typesetting import Book, Sentence, Style, Writer

needs_tesseract = pytest.mark.skipif(
    not ocr.available(),
    reason="Tesseract is not installed (apt-get install tesseract-ocr, pip install pytesseract)",
)
PAGES = 3
FIRST = 17


def scans(path: Path, *, dpi: int, pages: int) -> tuple[list[Sentence], list[PIL.Image.Image]]:
    """Sentences with the printed numbers of their pages, and the pages as a scanner sees them: grey, a
    little askew, with specks."""
    from qa.reading.pdf import pictures

    writer = Writer(5)
    book = Book(
        path, Style(size=12, leading=15), label=lambda page: str(page + FIRST),
        head=lambda label, page: ("", "THE CONFERENCE OF TRIESTE", label),
    )  # fmt: skip
    while book.page < pages:
        book.paragraph(writer.paragraph())
    printed = [s for s in book.save() if all(int(page) < FIRST + pages for page in s.pages)]
    chance = random.Random(3)
    seen = []
    for index, picture in pictures(path, scale=dpi / 72, pages=range(pages)):
        grey = picture.convert("L").rotate(
            (-1) ** index * 0.4, fillcolor=250, resample=PIL.Image.Resampling.BICUBIC
        )
        for _ in range(80):
            grey.putpixel((chance.randrange(grey.width), chance.randrange(grey.height)), 120)
        seen.append(grey)
    return printed, seen


@pytest.mark.skipif(not os.environ.get("CI"), reason="only CI must have it")
def test_ci_has_tesseract() -> None:
    assert ocr.available(), "apt-get install tesseract-ocr"


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, str, list[Sentence]]:
    folder = tmp_path_factory.mktemp("scan")
    printed, pages = scans(folder / "book.pdf", dpi=220, pages=PAGES)
    pages[0].save(
        folder / "scan.tif", save_all=True, append_images=pages[1:], dpi=(220, 220), compression="jpeg"
    )
    reading = read(folder / "scan.tif", "box 3/scan.tif")
    assert reading.warnings == ()
    (document,) = reading.documents
    return document, reading.reader, printed


@needs_tesseract
def test_at_least_95_of_100_sentences_of_a_scan_are_right_and_on_their_page(
    scanned: tuple[Document, str, list[Sentence]],
) -> None:
    document, _, printed = scanned
    assert_sound(document)
    found = {clean(document, s.start, s.end): pages_of(document, s.start, s.end) for s in sentences(document)}
    right = [found.get(s.words) == "–".join(dict.fromkeys(s.pages)) for s in printed]
    share = sum(right) / len(right)
    print(f"scan: {share:.1%} of {len(right)} sentences right, word for word and page for page")
    assert len(right) > 25
    assert share >= 0.95


@needs_tesseract
def test_printed_page_numbers_are_read_and_running_heads_are_no_text(
    scanned: tuple[Document, str, list[Sentence]],
) -> None:
    document, reader, _ = scanned
    assert [m.label for m in marks(document, "page")] == [str(FIRST + n) for n in range(PAGES)]
    assert not any("CONFERENCE" in clean(document, s.start, s.end) for s in sentences(document))
    assert reader == f"picture/1+{ocr.engine()}"
    assert document.metadata.csl["custom"]["recognised"].startswith("tesseract-")
    assert (document.metadata.recognised or "").startswith("Tesseract ")
    assert recognised_at(document, 0, 10) == document.metadata.recognised


@needs_tesseract
def test_a_quote_of_a_scan_has_its_place_on_the_picture(
    scanned: tuple[Document, str, list[Sentence]],
) -> None:
    document, _, printed = scanned
    cut = {clean(document, s.start, s.end): s for s in sentences(document)}
    last = next(s for s in reversed(printed) if s.words in cut)
    found = boxes_of(document, cut[last.words].start, cut[last.words].end)
    assert found
    assert {box.page + FIRST for box in found} == {int(page) for page in last.pages}
    assert all(0 < box.left < box.right < 1 and 0 < box.top < box.bottom < 1 for box in found)


@needs_tesseract
def test_a_pdf_without_a_text_layer_is_recognised(tmp_path: Path) -> None:
    printed, (page,) = scans(tmp_path / "book.pdf", dpi=200, pages=1)
    page.crop((0, 0, page.width, page.height // 2)).save(tmp_path / "scan.pdf", resolution=200)
    reading = read(tmp_path / "scan.pdf", "scan.pdf")
    (document,) = reading.documents
    assert reading.reader == f"pdf/1+{ocr.engine()}"
    assert document.metadata.csl["custom"]["recognised"].endswith("% sure")
    assert document.metadata.recognised == ocr.program()
    found = {clean(document, s.start, s.end) for s in sentences(document)}
    printed = printed[:5]
    assert sum(s.words in found for s in printed) >= 4
    assert [m.label for m in marks(document, "page")] == ["[1]"]


@needs_tesseract
def test_the_same_picture_gives_the_same_words(tmp_path: Path) -> None:
    _, (page,) = scans(tmp_path / "book.pdf", dpi=200, pages=1)
    page.crop((0, 0, page.width, page.height // 4)).save(tmp_path / "a.png")
    assert read(tmp_path / "a.png", "a.png") == read(tmp_path / "a.png", "a.png")


def png(size: tuple[int, int] = (60, 60)) -> bytes:
    out = io.BytesIO()
    PIL.Image.new("L", size, 255).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.png", b"%PDF-1.4 and so on", "is no picture: it is a PDF."),
        ("a.png", b"words and words", "is no picture: it is text."),
        ("a.jpg", b"", "is no picture"),
        ("a.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "is no picture"),
        ("a.png", png()[:60], "is a damaged picture"),
        ("a.tif", b"II*\x00\x08\x00\x00\x00", "is a damaged picture"),
    ],
)  # fmt: skip
def test_what_is_no_picture_says_so_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes, reason: str
) -> None:
    monkeypatch.setattr(ocr, "engine", lambda: "tesseract-0-none")
    monkeypatch.setattr(ocr, "languages", lambda: "none")
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UnreadableFile, match=reason) as caught:
        read(tmp_path / name, name)
    assert "\n" not in str(caught.value)


def bomb() -> bytes:
    """A PNG that says it is 60,000 by 60,000 pixels."""
    import struct
    import zlib

    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000, 9)
    body = b"IDAT" + rows
    chunks = b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (head, body, b"IEND")
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


def test_a_picture_of_too_many_pixels_is_not_unpacked(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(bomb())
    with pytest.raises(UnreadableFile, match="more pixels than any page"):
        read(tmp_path / "a.png", "a.png")


def test_without_the_program_a_picture_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> str:
        raise OSError("tesseract is not installed")

    monkeypatch.setattr(ocr, "engine", missing)
    (tmp_path / "a.png").write_bytes(png())
    with pytest.raises(
        UnreadableFile, match=r"is a picture\. .*'ibid\[ocr\]' and apt-get install tesseract-ocr"
    ):
        read(tmp_path / "a.png", "a.png")
    assert not ocr.available()


@needs_tesseract
def test_an_empty_picture_says_that_nothing_was_recognised(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png((400, 300)))
    with pytest.raises(UnreadableFile, match="no text was recognised"):
        read(tmp_path / "a.png", "a.png")


@needs_tesseract
def test_a_language_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ocr.LANGUAGES, "eng+tlh")
    ocr.engine.cache_clear()
    (tmp_path / "a.png").write_bytes(png())
    try:
        with pytest.raises(UnreadableFile, match=r"'tlh'.*apt-get install tesseract-ocr-tlh"):
            read(tmp_path / "a.png", "a.png")
    finally:
        ocr.engine.cache_clear()
