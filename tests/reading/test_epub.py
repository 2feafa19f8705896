from pathlib import Path

import pytest

from qa.errors import UnreadableFile
from qa.reading import pages_of
from qa.splitting import clean, sentences
from qa.types import Document
from tests.reading.packing import packed, read_bytes_as
from tests.reading.sound import assert_sound, marks, shown

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
    'full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


PARAGRAPH = (
    '<p>Opening {0} stands alone.<a epub:type="noteref" id="r{0}" href="notes.xhtml#n{0}">{0}</a> '
    'Crossing {0} was diplo<span epub:type="pagebreak" title="{1}"/>matic. Then {0} closed.</p>'
)
NOTE = '<li epub:type="endnote" id="n{0}"><p>Note {0} is here. <a href="c{1}.xhtml#r{0}">↩</a></p></li>'


def page(body: str, attributes: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>t</title></head>'
        f"<body {attributes}>{body}</body></html>"
    )


def epub(
    files: dict[str, str], *, metadata: str = "", more: str = "", guide: str = "", spine: str = "",
    parts: dict[str, str | bytes] | None = None,
) -> bytes:  # fmt: skip
    """A book of ``files`` (name to its whole XHTML) in the spine's order; "nav.xhtml" is its navigation."""
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml" '
        f"{'properties=' + chr(34) + 'nav' + chr(34) if name == 'nav.xhtml' else ''}/>"
        for n, name in enumerate(files)
    )
    order = spine or "".join(f'<itemref idref="i{n}"/>' for n in range(len(files)))
    made: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" '
        'xmlns:opf="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{metadata}</metadata><manifest>{items}{more}</manifest><spine>{order}</spine>{guide}</package>",
    }
    made |= {f"OEBPS/{name}": text for name, text in files.items()}
    return packed(made | (parts or {}))


def made(folder: Path, data: bytes) -> Document:
    document = read_bytes_as(folder, "a.epub", data)
    assert_sound(document)
    return document


def page_of(document: Document, words: str) -> str | None:
    at = document.text.index(words)
    return pages_of(document, at, at + len(words))


def tied(document: Document) -> list[tuple[str, str, str, str]]:
    notes = {mark.ref: mark for mark in marks(document, "note")}
    return [
        (document.text[: m.start].split()[-1], m.label, document.text[n.start : n.end], n.role)
        for m in marks(document, "marker")
        if m.ref and (n := notes[m.ref])
    ]


def test_every_sentence_has_its_page_and_its_note(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    expected: dict[str, str] = {}
    notes = ""
    for chapter in range(1, 6):
        body = f"<h1>Chapter {chapter}</h1>"
        for page_number in range(8 * chapter, 8 * chapter + 8):
            body += PARAGRAPH.format(page_number, page_number + 1)
            notes += NOTE.format(page_number, chapter)
            expected |= {
                f"Opening {page_number} stands alone.": str(page_number),
                f"Crossing {page_number} was diplomatic.": f"{page_number}–{page_number + 1}",
                f"Then {page_number} closed.": str(page_number + 1),
                f"Note {page_number} is here.": str(page_number),
            }
        files[f"c{chapter}.xhtml"] = page(body)
    files["c1.xhtml"] = files["c1.xhtml"].replace("<h1>", '<div epub:type="pagebreak" title="8"/><h1>')
    files["notes.xhtml"] = page(f'<section epub:type="endnotes"><h1>Notes</h1><ol>{notes}</ol></section>')
    document = made(tmp_path, epub(files))
    found = {clean(document, s.start, s.end): pages_of(document, s.start, s.end) for s in sentences(document)}
    assert {words: found.get(words) for words in expected} == expected
    assert len(expected) == 160
    assert tied(document) == [("alone.", str(n), f"Note {n} is here.", "endnote") for n in range(8, 48)]
    assert shown(document, "heading") == [*(f"Chapter {n}" for n in range(1, 6)), "Notes"]


def test_the_spine_is_the_order_and_navigation_is_left_out(tmp_path: Path) -> None:
    files = {
        "cover.xhtml": page("Cover", 'epub:type="cover"'),
        "nav.xhtml": page("<nav epub:type='toc'>Contents</nav>"),
        "toc.xhtml": page("<p>One ... 1</p>"),
        "two.xhtml": page("<p>Two.</p>"),
        "one.xhtml": page("<p>One.</p>"),
        "index.xhtml": page('<section epub:type="index"><p>Berlin, 4</p></section>'),
        "unlisted.xhtml": page("<p>Unlisted.</p>"),
    }  # fmt: skip
    guide = '<guide><reference type="toc" href="toc.xhtml"/><reference type="text" href="one.xhtml"/></guide>'
    spine = "".join(f'<itemref idref="i{n}"/>' for n in (0, 1, 2, 4, 3, 5, 9))
    assert made(tmp_path, epub(files, guide=guide, spine=spine)).text == "One.\n\nTwo."


def test_pages_from_the_page_list_of_epub_3_and_the_ncx_of_epub_2(tmp_path: Path) -> None:
    body = page('<p><a id="x1"></a>One.</p><p>It was diplo<span id="x2"/>matic. Two.</p>')
    nav = page(
        '<nav epub:type="page-list"><ol><li><a href="c.xhtml#x1">xii</a></li>'
        '<li><a href="c.xhtml#x2">Page 1</a></li></ol></nav>'
    )
    document = made(tmp_path, epub({"c.xhtml": body, "nav.xhtml": nav}))
    assert [page_of(document, w) for w in ("One.", "It was diplomatic.", "Two.")] == ["xii", "xii–1", "1"]
    ncx = (
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><pageList>'
        '<pageTarget><navLabel><text>xii</text></navLabel><content src="c.xhtml#x1"/></pageTarget>'
        '<pageTarget><navLabel><text>1</text></navLabel><content src="c.xhtml#x2"/></pageTarget>'
        "</pageList></ncx>"
    )
    item = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    other = made(tmp_path, epub({"c.xhtml": body}, more=item, parts={"OEBPS/toc.ncx": ncx}))
    assert other.marks == document.marks


def test_a_book_without_pages_has_none_to_cite(tmp_path: Path) -> None:
    assert page_of(made(tmp_path, epub({"c.xhtml": page("<p>One.</p>")})), "One.") is None


def test_footnotes_of_epub_2_across_files_and_asides(tmp_path: Path) -> None:
    files = {
        "c1.xhtml": page(
            '<header><h2>Head</h2></header><p>Peace<sup><a id="r1" href="n.xhtml#f1">1</a></sup>. War<a '
            'epub:type="noteref" href="#a">*</a>.</p><aside epub:type="footnote" id="a"><p>Aside.</p></aside>'
            "<aside><p>A box.</p></aside>"
        ),
        "n.xhtml": page('<p id="f1"><a href="c1.xhtml#r1">1.</a> Of 1945.</p>'),
    }
    document = made(tmp_path, epub(files))
    assert document.text == "Head\n\nPeace1. War*.\n\nAside.\n\nA box.\n\n1. Of 1945."
    assert tied(document) == [("Peace", "1", "Of 1945.", "footnote"), ("War", "*", "Aside.", "footnote")]


def test_metadata_of_the_package(tmp_path: Path) -> None:
    metadata = (
        '<dc:title id="t1">Two Worlds</dc:title><dc:title id="t2">A History</dc:title>'
        '<meta refines="#t1" property="title-type">main</meta>'
        '<meta refines="#t2" property="title-type">subtitle</meta>'
        '<dc:creator id="c1">Jane Smith</dc:creator><dc:creator opf:role="edt">Jones, A. B.</dc:creator>'
        "<dc:publisher>Oxford University Press</dc:publisher>"
        '<dc:date opf:event="conversion">2015-01-01</dc:date>'
        "<dc:date>1999-05</dc:date><dc:language>en</dc:language>"
        "<dc:identifier>urn:isbn:978-0-19-280722-9</dc:identifier>"
    )
    known = made(tmp_path, epub({"c.xhtml": page("<p>One.</p>")}, metadata=metadata)).metadata
    assert (known.title, known.date) == ("Two Worlds: A History", "1999-05")
    assert known.csl == {
        "type": "book", "title": "Two Worlds: A History", "author": [{"family": "Smith", "given": "Jane"}],
        "editor": [{"family": "Jones", "given": "A. B."}], "publisher": "Oxford University Press",
        "issued": {"date-parts": [[1999, 5]]}, "language": "en", "ISBN": "9780192807229",
    }  # fmt: skip


def test_a_copy_protected_book_is_told_and_scrambled_fonts_are_not(tmp_path: Path) -> None:
    def locked(algorithm: str, uri: str) -> dict[str, str | bytes]:
        return {
            "META-INF/encryption.xml": '<encryption xmlns="urn:x"><EncryptedData><EncryptionMethod '
            f'Algorithm="{algorithm}"/><CipherData><CipherReference URI="{uri}"/></CipherData>'
            "</EncryptedData>"
            "</encryption>"
        }

    files = {"c.xhtml": page("<p>One.</p>")}
    font = locked("http://www.idpf.org/2008/embedding", "OEBPS/font.otf")
    assert made(tmp_path, epub(files, parts=font)).text == "One."
    with pytest.raises(UnreadableFile, match="copy-protected"):
        made(
            tmp_path,
            epub(files, parts=locked("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OEBPS/c.xhtml")),
        )
