"""Hostile, broken and renamed files: one clear line each, whatever the format."""

import io
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from qa.errors import UnreadableFile
from qa.reading import html, read, zipped
from tests.reading.packing import docx, packed

ROOT = Path(__file__).parents[2]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
BILLION = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;">]>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
PARAMETER = '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>'
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD_TEXT = (
    f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{{}}</w:t></w:r></w:p></w:body></w:document>'
)
FINE = {
    ".docx": docx("<w:p><w:r><w:t>Words.</w:t></w:r></w:p>"),
    ".odt": packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
    ".epub": packed({"mimetype": "application/epub+zip", "META-INF/container.xml": "<x/>"}),
}
KINDS = {".docx": "Word file", ".odt": "OpenDocument text", ".epub": "EPUB"}


def refusal(folder: Path, suffix: str, data: bytes) -> str:
    """What reading such a file says; the one line."""
    path = folder / f"a{suffix}"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile) as caught:
        read(path, path.name)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    assert len(caught.value.reason) < 200
    return str(caught.value)


@pytest.mark.parametrize("suffix", KINDS)
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(99), "is no {} (it is a JPEG picture)"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "is no {} (it is a PNG picture)"),
        (b"%PDF-1.7\n...", "is no {} (it is a PDF)"),
        (b"{\\rtf1 x}", "is no {} (it is a document in Rich Text Format)"),
        (b"<!DOCTYPE html><p>x", "is no {} (it is a web page)"),
        (b"Plain words.", "is no {} (it is text)"),
        (b"\x00\x01\x02\x03" * 9, "is no {}."),
        (b"", "is empty"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
        (OLE + b"WordDocument", "is no {} (it is a file of Office 97–2003)"),
        (packed({"xl/workbook.xml": "<x/>"}), "is no {} (it is an Excel workbook)"),
        (packed({"ppt/presentation.xml": "<x/>"}), "is no {} (it is a PowerPoint presentation)"),
        (packed({"photo.txt": "x"}), "is no {} (it is another kind of zip archive)"),
        (b"PK\x05\x06" + bytes(18), "is no {} (it is an empty zip archive)"),
        (FINE[".docx"][: len(FINE[".docx"]) // 2], "is a damaged {}"),
        (b"PK\x03\x04" + bytes(200), "is a damaged {}"),
    ],
)  # fmt: skip
def test_what_a_file_really_is(tmp_path: Path, suffix: str, data: bytes, words: str) -> None:
    assert words.format(KINDS[suffix]) in refusal(tmp_path, suffix, data)


@pytest.mark.parametrize("suffix", KINDS)
@pytest.mark.parametrize("real", KINDS)
def test_each_kind_under_the_name_of_another(tmp_path: Path, suffix: str, real: str) -> None:
    if suffix == real:
        pytest.skip("the right name")
    article = "an" if KINDS[real][0] in "OE" else "a"
    assert f"is no {KINDS[suffix]} (it is {article} {KINDS[real]})" in refusal(tmp_path, suffix, FINE[real])


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9, 0.99])
def test_truncated_archives(tmp_path: Path, cut: float) -> None:
    data = docx("<w:p><w:r><w:t>" + "Words. " * 500 + "</w:t></w:r></w:p>")
    assert "damaged" in refusal(tmp_path, ".docx", data[: int(len(data) * cut)])


def test_changed_bytes_are_found(tmp_path: Path) -> None:
    data = bytearray(docx("<w:p><w:r><w:t>" + "Some words. " * 500 + "</w:t></w:r></w:p>"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("word/document.xml")
    data[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 0xFF
    assert "damaged" in refusal(tmp_path, ".docx", bytes(data))


def test_a_member_under_a_password(tmp_path: Path) -> None:
    data = bytearray(FINE[".docx"])
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8] |= 1  # the flag "encrypted" of every entry
    assert "password" in refusal(tmp_path, ".docx", bytes(data))


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".epub"])
def test_a_zip_bomb_by_what_it_declares(tmp_path: Path, suffix: str) -> None:
    bomb = " " * 80_000_000
    parts = {
        ".docx": {"word/document.xml": bomb},
        ".odt": {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": bomb},
        ".epub": {"mimetype": "application/epub+zip", "META-INF/container.xml": bomb},
    }[suffix]
    data = packed({**parts})
    assert len(data) < 400_000
    assert "unpacks to far more than a document holds" in refusal(tmp_path, suffix, data)


def test_a_zip_bomb_whose_sizes_lie(tmp_path: Path) -> None:
    data = bytearray(packed({"word/document.xml": "<w>" + " " * 50_000_000}))
    for signature, at_size in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        struct.pack_into("<I", data, data.find(signature) + at_size, 1000)
    message = refusal(tmp_path, ".docx", bytes(data))
    assert "damaged" in message or "unpacks" in message


def test_many_parts_that_are_each_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "MAX_ALL", 1_000)
    data = docx("<w:p><w:r><w:t>Words.</w:t></w:r></w:p>", styles="<!-- " + "x" * 900 + " -->")
    assert "unpacks" in refusal(tmp_path, ".docx", data)


def test_an_archive_of_a_great_many_parts(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number in range(50_001):
            archive.writestr(str(number), b"")
    assert "more than 50,000 parts" in refusal(tmp_path, ".docx", held.getvalue())


def test_names_that_lead_elsewhere_lead_nowhere(tmp_path: Path) -> None:
    data = docx("<w:p><w:r><w:t>Words.</w:t></w:r></w:p>", {"../../evil.txt": "x", "/etc/evil": "x"})
    (tmp_path / "a.docx").write_bytes(data)
    before = sorted(tmp_path.parent.rglob("*"))
    assert read(tmp_path / "a.docx", "a.docx").documents[0].text == "Words."
    assert sorted(tmp_path.parent.rglob("*")) == before


@pytest.mark.parametrize("prolog", [BILLION, OUTSIDE, PARAMETER])
@pytest.mark.parametrize("suffix", KINDS)
def test_entities_are_refused(tmp_path: Path, suffix: str, prolog: str) -> None:
    used = {BILLION: "&d;", OUTSIDE: "&e;", PARAMETER: ""}[prolog]
    parts: dict[str, dict[str, str | bytes]] = {
        ".docx": {"word/document.xml": prolog + WORD_TEXT.format(used)},
        ".odt": {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"{prolog}<x>{used}</x>",
        },
        ".epub": {"mimetype": "application/epub+zip", "META-INF/container.xml": f"{prolog}<x>{used}</x>"},
    }
    assert "declares entities of its own" in refusal(tmp_path, suffix, packed(parts[suffix]))


def test_entities_in_attributes_and_in_the_pages_of_a_book_are_refused(tmp_path: Path) -> None:
    attribute = BILLION + f'<w:document xmlns:w="{WORD}" w:x="&d;"><w:body/></w:document>'
    assert "declares entities" in refusal(tmp_path, ".docx", packed({"word/document.xml": attribute}))
    page = BILLION + '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>&d;</p></body></html>'
    book = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<c><rootfile full-path="b.opf"/></c>',
        "b.opf": '<package><manifest><item id="a" href="a.xhtml" '
        'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>',
        "a.xhtml": page,
    }
    assert "declares entities" in refusal(tmp_path, ".epub", packed({**book}))


def test_markup_nested_without_end(tmp_path: Path) -> None:
    deep = "<w:sdt>" * 50_000 + "</w:sdt>" * 50_000
    data = packed({"word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{deep}</w:body></w:document>'})
    message = refusal(tmp_path, ".docx", data)
    assert "damaged" in message or "nested too deeply" in message


def test_a_document_without_words_is_told(tmp_path: Path) -> None:
    assert "holds no words" in refusal(tmp_path, ".docx", docx("<w:p/>"))


SHARE = 32


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux tells it")
@pytest.mark.parametrize(("name", "largest"), [("a.docx", zipped.MAX_PART), ("a.html", html.MAX_PAGE)])
def test_the_largest_file_that_is_read_takes_less_than_2_gb(tmp_path: Path, name: str, largest: int) -> None:
    # A part of it, and of the memory that is left beside what the program takes anyway.
    if name == "a.docx":
        piece = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Some words {0} here.</w:t></w:r></w:p>"
    else:
        piece = (
            "<p>A<a href='#n{0}' id='r{0}'>{0}</a> b</p><p id='n{0}'><a href='#r{0}'>{0}</a> <i>N</i> {0}</p>"
        )
    whole = "".join(piece.format(n) for n in range(largest // SHARE // len(piece.format(10_000))))
    (tmp_path / name).write_bytes(docx(whole) if name == "a.docx" else whole.encode())
    script = (
        "import sys; from pathlib import Path; from qa.reading import read_here, html, docx; "
        "from tests.memory import most_held; before = most_held(); "
        "read_here(Path(sys.argv[1]), 'a'); print(most_held() - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / name)],
        capture_output=True, text=True, check=True, cwd=ROOT, timeout=500,
    )  # fmt: skip
    assert int(done.stdout) < 1_800_000 / SHARE


def test_a_page_too_large_for_memory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "MAX_PAGE", 1_000)
    assert "too large" in refusal(tmp_path, ".html", b"<p>" + b"x " * 600)
