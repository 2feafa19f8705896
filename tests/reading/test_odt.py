from pathlib import Path

import pytest

from qa.errors import UnreadableFile
from qa.reading import pages_of
from qa.splitting import sentences
from qa.types import Document
from tests.reading.packing import packed, read_bytes_as
from tests.reading.sound import assert_sound, marks, shown

NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing",
        "meta": "meta", "fo": "xsl-fo-compatible", "manifest": "manifest",
    }.items()
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip
SOFT = "<text:soft-page-break/>"
STYLES = (
    '<style:style style:name="New" style:family="paragraph"><style:paragraph-properties '
    'fo:break-before="page"/></style:style><style:style style:name="Heir" '
    'style:family="paragraph" style:parent-style-name="New"/>'
    '<style:style style:name="Roman" style:family="paragraph" style:master-page-name="Front">'
    '<style:paragraph-properties style:page-number="7"/></style:style>'
    '<style:style style:name="Right" style:family="paragraph" style:master-page-name="Odd"/>'
    '<style:style style:name="Main" style:family="paragraph" style:master-page-name="Standard">'
    '<style:paragraph-properties style:page-number="21"/></style:style>'
)
PAGES = (
    '<style:page-layout style:name="R" style:page-usage="right"/>'
    '<style:master-page style:name="Odd" style:page-layout-name="R"/>'
    '<style:page-layout style:name="L"><style:page-layout-properties style:num-format="i"/>'
    "</style:page-layout>"
    '<style:master-page style:name="Front" style:page-layout-name="L"/>'
)


def odt(body: str, *, pages: int | None = None, meta: str = "", manifest: str = "") -> bytes:
    count = "" if pages is None else f'<meta:document-statistic meta:page-count="{pages}"/>'
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": f"<manifest:manifest {NAMESPACES}>{manifest}</manifest:manifest>",
            "content.xml": f"<office:document-content {NAMESPACES}><office:automatic-styles>{STYLES}"
            f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
            "styles.xml": f"<office:document-styles {NAMESPACES}>{PAGES}</office:document-styles>",
            "meta.xml": f"<office:document-meta {NAMESPACES}><office:meta>{meta}{count}</office:meta>"
            "</office:document-meta>",
        }
    )


def p(words: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{words}</text:p>'


def note(number: int, words: str, kind: str = "footnote") -> str:
    return (
        f'<text:note text:note-class="{kind}"><text:note-citation>{number}</text:note-citation>'
        f"<text:note-body>{p(words)}</text:note-body></text:note>"
    )


def made(folder: Path, body: str, pages: int | None = None, meta: str = "") -> Document:
    document = read_bytes_as(folder, "a.odt", odt(body, pages=pages, meta=meta))
    assert_sound(document)
    return document


def page_of(document: Document, words: str) -> str | None:
    at = document.text.index(words)
    return pages_of(document, at, at + len(words))


def test_every_sentence_has_its_page_and_its_note(tmp_path: Path) -> None:
    body = ""
    expected: dict[str, str] = {}
    for page in range(1, 41):
        body += p(
            f"Opening {page} stands alone.{note(page, f'Note {page} is here.')} Crossing {page} was "
            f"diplo{SOFT}matic at last. Then {page} closed."
        )
        expected |= {
            f"Opening {page} stands alone.": str(page), f"Note {page} is here.": str(page),
            f"Crossing {page} was diplomatic at last.": f"{page}–{page + 1}",
            f"Then {page} closed.": str(page + 1),
        }  # fmt: skip
    document = made(tmp_path, body, 41)
    found = {document.text[s.start : s.end]: pages_of(document, s.start, s.end) for s in sentences(document)}
    assert found == expected
    notes = {mark.ref: mark for mark in marks(document, "note")}
    for number, marker in enumerate(marks(document, "marker"), 1):
        tied = notes[marker.ref]
        assert (marker.label, tied.label, tied.role) == (str(number), str(number), "footnote")
        assert document.text[tied.start : tied.end] == f"Note {number} is here."
        assert document.text[: marker.start].endswith(f"Opening {number} stands alone.")


def test_headings_lists_tables_boxes_and_white_space(tmp_path: Path) -> None:
    cell = "<table:table-cell>{}</table:table-cell>"
    body = (
        f'<text:table-of-content><text:index-body>{p("One 1")}</text:index-body></text:table-of-content>'
        '<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>'
        '</text:changed-region></text:tracked-changes><text:h text:outline-level="1">One</text:h>'
        + p("a <text:s text:c='2'/>b<text:tab/>c<text:line-break/>d\n   e <text:span>f</text:span>\u2011")
        + "<text:list><text:list-item>" + p("first") + "</text:list-item><text:list-item>" + p("second")
        + "</text:list-item></text:list><table:table><table:table-column/><table:table-row>"
        + cell.format(p("1944")) + cell.format(p("7") + p("est.")) + "</table:table-row><table:table-row>"
        + cell.format(p("1945")) + cell.format(p("9")) + "</table:table-row></table:table>"
        + p(f"Around <draw:frame><draw:text-box>{p('In the box.')}</draw:text-box></draw:frame>the box.")
    )  # fmt: skip
    document = made(tmp_path, body)
    assert document.text == (
        "One\n\na   b\tc\nd e f\u2011\n\nfirst\n\nsecond\n\n1944\t7\nest.\n1945\t9\n\nAround the box.\n\n"
        "In the box."
    )
    assert shown(document, "heading") == ["One"]


def test_endnotes_and_comments(tmp_path: Path) -> None:
    who = "<dc:creator>A. Smith</dc:creator><dc:date>2020-01-01</dc:date>"
    comment = f"<office:annotation>{who}{p('Check!')}</office:annotation>"
    document = made(
        tmp_path, p(f"Peace{note(1, 'Of 1939.', 'endnote')} and war{comment}{note(1, 'Of 1945.')}.")
    )
    assert document.text == "Peace and war.\n\nOf 1945.\n\nOf 1939.\n\nCheck!"
    assert [(m.role, m.label) for m in marks(document, "note")] == [
        ("footnote", "1"), ("endnote", "1"), ("comment", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "said", "pages"),
    [
        (p("One.") + p("Two."), 1, [None, None]),
        (p("One.") + p(SOFT + "Two."), None, ["1", "2"]),
        (p("One.") + SOFT + p("Two."), 2, ["1", "2"]),
        (p("One.") + p(SOFT + "Two."), 5, [None, None]),
        (p("One.") + p("Two.", "New"), None, [None, None]),
        (p("One.") + p("Two.", "Heir"), 2, ["1", "2"]),
        (p("One.") + p(SOFT + "Two.", "New"), 2, ["1", "2"]),
        (p("One.", "Roman") + p("Two.", "Main"), 2, ["vii", "21"]),
        (p("One.", "Roman") + p("Two.", "Right"), 3, ["vii", "9"]),  # an empty page 8, which is counted
        (p("One. " + "word " * 1_501) + p(SOFT + "Two."), 2, [None, None]),  # more than a page holds
        (p("One.", "Roman") + p(SOFT + "Two."), 2, ["vii", "viii"]),
    ],
)
def test_pages_are_cited_only_where_the_file_tells_them(
    tmp_path: Path, body: str, said: int | None, pages: list[str | None]
) -> None:
    document = made(tmp_path, body, said)
    assert [page_of(document, words) for words in ("One.", "Two.")] == pages


def test_properties_become_metadata(tmp_path: Path) -> None:
    meta = (
        "<dc:title>The Note</dc:title><meta:initial-creator>Jane Smith</meta:initial-creator>"
        "<meta:creation-date>1999-05-01T10:00:00</meta:creation-date><dc:language>en-GB</dc:language>"
    )
    known = made(tmp_path, p("Text."), meta=meta).metadata
    assert (known.title, known.date) == ("The Note", "1999-05-01")
    assert known.csl == {
        "type": "document", "title": "The Note", "author": [{"family": "Smith", "given": "Jane"}],
        "issued": {"date-parts": [[1999, 5, 1]]}, "language": "en-GB",
    }  # fmt: skip


def test_a_text_under_a_password_is_told(tmp_path: Path) -> None:
    locked = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    with pytest.raises(UnreadableFile, match="password"):
        read_bytes_as(tmp_path, "a.odt", odt(p("x"), manifest=locked))
