"""A folder with every kind of bad file among good ones of every format: each bad one gets a clear line, the
good ones are read, and memory stays small."""

from __future__ import annotations

import random
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from benchmarks.reading import FORMATS, paragraphs
from qa import adding
from qa.library.embedded import EmbeddedLibrary
from tests.encoders import HashEncoder
from tests.library.shelf import opened
from tests.reading.packing import docx, packed

ROOT = Path(__file__).resolve().parents[2]
MOST_MEMORY = 2_000_000
"""Kilobytes that reading may take."""

MUCH = "unpacks to far more than a document holds"
LAUGHS = '<!DOCTYPE x [<!ENTITY a0 "ha">{}]>'.format(
    "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>'
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + random.Random(1).randbytes(5_000)


def tei(prolog: str) -> bytes:
    return f"{prolog}<TEI><text><body><p>&a9;</p></body></text></TEI>".encode()


def pdf(folder: Path, *, password: str = "") -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    path = folder / "made.pdf"
    canvas = Canvas(str(path), encrypt=password or None)
    for page in range(20):
        canvas.drawString(72, 700, f"The Commission met on day {page} and said that nothing was agreed.")
        canvas.showPage()
    canvas.save()
    return path.read_bytes()


def picture_bomb() -> bytes:
    """A PNG of 60,000 by 60,000 pixels in a few kilobytes."""
    parts = (
        b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0),
        b"IDAT" + zlib.compress(bytes(2_000_000), 9),
        b"IEND",
    )
    chunks = (struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def bad_files(folder: Path) -> dict[str, tuple[bytes, str]]:
    """Name to contents and what must be said of it."""
    whole = pdf(folder)
    word = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    body = "<w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>"
    blank = "word/document.xml"
    book = "application/epub+zip"
    text = "application/vnd.oasis.opendocument.text"
    bomb = b" " * 80_000_000
    return {
        "zip bomb.docx": (packed({blank: bomb}), MUCH),
        "zip bomb.epub": (packed({"mimetype": book, "META-INF/container.xml": bomb}), MUCH),
        "zip bomb.odt": (packed({"mimetype": text, "content.xml": bomb}), MUCH),
        "laughs.xml": (tei(LAUGHS), "entit"),
        "laughs.docx": (docx("", {blank: LAUGHS + word + body}), "entit"),
        "outside.xml": (tei(OUTSIDE), "entit"),
        "outside.docx": (docx("", {blank: OUTSIDE + word + body}), "entit"),
        "encrypted.pdf": (pdf(folder, password="secret"), "encrypted: it opens only with a password"),
        "truncated.pdf": (whole[: len(whole) // 2], "cut short"),
        "no.pdf": (b"words and words", "is no PDF"),
        "photo.docx": (JPEG, "is no Word file.* JPEG picture"),
        "photo.epub": (JPEG, "JPEG picture"),
        "photo.odt": (JPEG, "JPEG picture"),
        "truncated.docx": (docx("<w:p/>")[:-40], "truncated|cut short|damaged"),
        "empty.txt": (b"", "is empty"),
        "empty.csv": (b"", "is empty"),
        "empty.jsonl": (b"\n", "is empty"),
        "empty.xml": (b"", "is not well-formed XML|is empty"),
        "empty.docx": (b"", "is empty|nothing|empty"),
        "empty.pdf": (b"", "is no PDF: it is empty|is empty"),
        "empty.html": (b"", "empty|no text"),
        "binary.txt": (random.Random(2).randbytes(20_000), "is not text"),
        "binary.md": (JPEG, "is not text"),
        "binary.csv": (JPEG, "is not text"),
        "binary.html": (JPEG, "picture|not text|no web page"),
        "russian.txt": ("Посол сообщил, что переговоры шли.".encode("cp1251"), "looks like Windows-1251"),
        "cut.xml": (b"<TEI><text><body><p>Words", "is not well-formed XML: line 1"),
        "page.xml": (b"<html><body>Words</body></html>", "not TEI"),
        "no text.csv": (b"name,year\nx,1901\n", 'its columns: "name", "year"'),
        "broken.jsonl": (b'{"text": \n{"text"', "line 1: is not JSON"),
        "bomb.png": (picture_bomb(), "more pixels than any page"),
        "photo.jpg": (JPEG, "is a damaged picture|is a picture"),
        "page.png": (b"<html>words</html>", "is no picture: it is a web page"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The folder, and what must be said of each bad file in it."""
    made, work = tmp_path_factory.mktemp("box"), tmp_path_factory.mktemp("work")
    bad = bad_files(work)
    for name, (data, _) in bad.items():
        (made / name).write_bytes(data)
    for suffix, (make, _) in FORMATS.items():
        if suffix != ".png":  # recognising takes long, and is tested by itself
            make(made / f"good{suffix}", paragraphs(1, 6))
    (made / "good.md").write_text("# A letter\n\nThe Ambassador spoke of Trieste.")
    (made / "good.tsv").write_text("id\ttext\n1\tThe Ambassador spoke of Trieste.\n")
    (made / "half good.csv").write_text("id,text\n1,The Ambassador spoke.\n2\n3,He went on.\n")
    return made, {name: said for name, (_, said) in bad.items()}


@pytest.fixture(scope="module")
def added(
    folder: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[adding.Report, set[str]]:
    library: EmbeddedLibrary = opened(tmp_path_factory.mktemp("library") / "library")
    report = adding.add(library, HashEncoder(), [folder[0]])
    held = {document.name for document in library.documents()}
    library.close()
    return report, held


def test_each_bad_file_gets_one_clear_line(
    folder: tuple[Path, dict[str, str]], added: tuple[adding.Report, set[str]]
) -> None:
    said = {Path(failure.path).name: str(failure) for failure in added[0].failed}
    assert sorted(said) == sorted(folder[1])
    for name, words in folder[1].items():
        assert re.search(words, said[name]), f"{name}: {said[name]}"
    for line in said.values():
        assert "\n" not in line
        assert "Error" not in line
        assert "report this file" not in line
        assert len(line) < 400


def test_every_good_file_among_them_is_read(
    folder: tuple[Path, dict[str, str]], added: tuple[adding.Report, set[str]]
) -> None:
    report, held = added
    good = sorted(p.name for p in folder[0].iterdir() if p.name not in folder[1])
    assert sorted(report.added) == good
    assert {Path(name).parts[0] for name in held} == set(good)
    assert report.warnings == ("half good.csv: line 3: has 1 fields, not 2",)
    assert report.skipped == ()


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux tells it")
def test_reading_them_all_takes_less_than_2_gb(folder: tuple[Path, dict[str, str]]) -> None:
    script = """
import sys
from pathlib import Path
from qa.errors import UnreadableFile
from qa.reading import read_here
from tests.memory import most_held
for name in sys.stdin.read().splitlines():
    try:
        read_here(Path(name), "a")
    except UnreadableFile:
        pass
    else:
        print("read", name)
print(most_held())
"""
    paths = "\n".join(str(folder[0] / name) for name in folder[1])
    ran = subprocess.run(
        [sys.executable, "-c", script], input=paths, capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert len(ran.stdout.splitlines()) == 1
    print(f"at most {int(ran.stdout) / 1e3:,.0f} MB")
    assert int(ran.stdout) < MOST_MEMORY
