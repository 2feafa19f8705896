from pathlib import Path

import pytest

from qa.reading import pages_of
from qa.splitting import clean, sentences
from qa.types import Document
from tests.reading.packing import docx, read_bytes_as
from tests.reading.sound import assert_sound, marks, shown

BREAK = "<w:lastRenderedPageBreak/>"


def run(words: str, before: str = "") -> str:
    return f'<w:r>{before}<w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    inside = "".join(r if r.startswith("<") else run(r) for r in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def reference(kind: str, number: int) -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def note(kind: str, number: int, *paragraphs: str) -> str:
    inside = "".join(f"<w:p><w:r><w:{kind}Ref/></w:r>{run(' ' + p)}</w:p>" for p in paragraphs)
    return f'<w:{kind} w:id="{number}">{inside}</w:{kind}>'


SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:t>x</w:t></w:r></w:p></w:footnote>'
)
STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Kapitel"><w:name w:val="Kapitel"/><w:basedOn '
    'w:val="berschrift1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Stufe"><w:name w:val="Stufe"/><w:pPr>'
    '<w:outlineLvl w:val="2"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Neu"><w:name w:val="Neu"/><w:pPr>'
    "<w:pageBreakBefore/></w:pPr></w:style>"
)


def app(pages: int) -> dict[str, str | bytes]:
    return {"docProps/app.xml": f'<Properties xmlns="urn:x"><Pages>{pages}</Pages></Properties>'}


def made(folder: Path, body: str, parts: dict[str, str | bytes] | None = None, **more: str) -> Document:
    document = read_bytes_as(folder, "a.docx", docx(body, parts, **more))
    assert_sound(document)
    return document


def page_of(document: Document, words: str) -> str | None:
    at = document.text.index(words)
    return pages_of(document, at, at + len(words))


def test_every_sentence_has_its_page_and_its_note(tmp_path: Path) -> None:
    # Forty pages of three sentences; each page begins inside a sentence, every second has a footnote.
    body, expected, notes = "", {}, ""
    for page in range(1, 41):
        expected[f"Opening {page} stands alone."] = str(page)
        if page % 2:
            number = page // 2 + 1
            notes += note("footnote", number, f"Note {number} explains page {page}.")
            expected[f"Note {number} explains page {page}."] = str(page)
        body += paragraph(
            f"Opening {page} stands alone.",
            reference("footnote", page // 2 + 1) if page % 2 else "",
            f" Crossing {page} was diplo",
            run(f"matic until {page}.", BREAK) if page < 40 else run("matic."),
            f" Then {page} closed.",
        )
        expected[f"Then {page} closed."] = str(page + 1) if page < 40 else "40"
        if page < 40:
            expected[f"Crossing {page} was diplomatic until {page}."] = f"{page}–{page + 1}"
    document = made(tmp_path, body, app(40), footnotes=SEPARATORS + notes)
    found = {document.text[s.start : s.end]: pages_of(document, s.start, s.end) for s in sentences(document)}
    wrong = {words: (page, found.get(words)) for words, page in expected.items() if found.get(words) != page}
    assert wrong == {}
    assert len(expected) == 40 * 3 - 1 + 20
    tied = {mark.ref: mark for mark in marks(document, "marker")}
    for number, mark in enumerate(marks(document, "note"), 1):
        words = document.text[mark.start : mark.end]
        assert words == f"Note {number} explains page {2 * number - 1}."
        assert (mark.label, mark.role, tied[mark.ref].label) == (str(number), "footnote", str(number))
        assert document.text[: tied[mark.ref].start].endswith(f"Opening {2 * number - 1} stands alone.")


def test_headings_by_style_name_outline_and_inheritance(tmp_path: Path) -> None:
    def styled(style: str, words: str) -> str:
        return paragraph(words, properties=f'<w:pStyle w:val="{style}"/>')

    document = made(
        tmp_path,
        styled("berschrift1", "Eins") + styled("Kapitel", "Zwei") + styled("Stufe", "Drei")
        + styled("Verzeichnis1", "Eins ... 4") + styled("Standard", "Text.")
        + paragraph("Vier", properties='<w:outlineLvl w:val="0"/>')
        + paragraph("Kein", properties='<w:pStyle w:val="Kapitel"/><w:outlineLvl w:val="9"/>')
        + styled("berschrift1", ""),
        styles=STYLES,
    )  # fmt: skip
    assert shown(document, "heading") == ["Eins", "Zwei", "Drei", "Vier"]
    assert document.text == "Eins\n\nZwei\n\nDrei\n\nText.\n\nVier\n\nKein"
    assert document.metadata.title == "Eins"


def test_headings_without_a_styles_part(tmp_path: Path) -> None:
    document = made(
        tmp_path, paragraph("One", properties='<w:pStyle w:val="Heading1"/>') + paragraph("Text.")
    )
    assert shown(document, "heading") == ["One"]


def test_footnotes_endnotes_and_comments_with_their_numbers(tmp_path: Path) -> None:
    body = paragraph(
        "Peace", reference("footnote", 2), " and war", reference("endnote", 2), reference("comment", 0),
        ", again", reference("footnote", 3), ".",
    )  # fmt: skip
    document = made(
        tmp_path, body,
        footnotes=SEPARATORS + note("footnote", 2, "Of 1945.", "More.") + note("footnote", 3, "Of 1946."),
        endnotes=note("endnote", 2, "Of 1939."),
        comments=f'<w:comment w:id="0" w:initials="AS"><w:p>{run("Check!")}</w:p></w:comment>',
    )  # fmt: skip
    assert document.text == "Peace and war, again.\n\nOf 1945.\n\nMore.\n\nOf 1946.\n\nOf 1939.\n\nCheck!"
    assert [(m.label, m.role, document.text[m.start : m.end]) for m in marks(document, "note")] == [
        ("1", "footnote", "Of 1945.\n\nMore."), ("2", "footnote", "Of 1946."),
        ("i", "endnote", "Of 1939."), ("AS1", "comment", "Check!"),
    ]  # fmt: skip
    assert [(document.text[: m.start].rpartition(" ")[2], m.label) for m in marks(document, "marker")] == [
        ("Peace", "1"), ("war", "i"), ("war", "AS1"), ("again", "2"),
    ]  # fmt: skip


def test_note_numbers_take_their_form_and_start_from_the_settings_and_the_section(tmp_path: Path) -> None:
    section = '<w:sectPr><w:footnotePr><w:numRestart w:val="eachSect"/></w:footnotePr></w:sectPr>'
    body = (
        paragraph("A", reference("footnote", 1), " b", reference("footnote", 2), properties=section)
        + paragraph("C", reference("footnote", 3), ".") + section
    )  # fmt: skip
    document = made(
        tmp_path, body,
        footnotes="".join(note("footnote", n, f"N{n}.") for n in (1, 2, 3)),
        settings='<w:footnotePr><w:numFmt w:val="upperLetter"/><w:numStart w:val="3"/></w:footnotePr>',
    )  # fmt: skip
    assert [m.label for m in marks(document, "note")] == ["C", "D", "C"]


def test_a_mark_of_the_authors_own_is_the_marker(tmp_path: Path) -> None:
    own = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="1"/><w:t>*</w:t></w:r>'
    document = made(
        tmp_path, paragraph("Peace", own, " now", reference("footnote", 2), "."),
        footnotes=note("footnote", 1, "Own.") + note("footnote", 2, "Counted."),
    )  # fmt: skip
    assert document.text.startswith("Peace* now.")
    assert [(m.start, m.end, m.label) for m in marks(document, "marker")] == [(5, 6, "*"), (10, 10, "1")]
    assert clean(document, 0, 11) == "Peace now."


def test_tracked_changes_read_as_accepted(tmp_path: Path) -> None:
    deleted = run("old").replace("w:t", "w:delText")
    body = (
        paragraph(
            "The ", f"<w:del>{deleted}</w:del>", f"<w:ins>{run('new')}</w:ins>",
            f"<w:moveFrom>{run(' moved')}</w:moveFrom>", " treaty",
            f"<w:moveTo>{run(' stays')}</w:moveTo>", ".",
        )
        + paragraph("Half a sen", properties="<w:rPr><w:del/></w:rPr>") + paragraph("tence.")
        + f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph('gone')}</w:tc></w:tr>"
        + f"<w:tr><w:tc>{paragraph('kept')}</w:tc></w:tr></w:tbl>"
    )  # fmt: skip
    assert made(tmp_path, body).text == "The new treaty stays.\n\nHalf a sentence.\n\nkept"


def test_fields_give_their_results_and_links_their_words(tmp_path: Path) -> None:
    def char(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    body = paragraph(
        "See ", char("begin"), "<w:r><w:instrText>REF x </w:instrText></w:r>",
        char("begin"), "<w:r><w:instrText>Y</w:instrText></w:r>", char("separate"), "inner", char("end"),
        char("separate"), "page 4", char("end"), ", ",
        '<w:fldSimple w:instr="DATE">' + run("1945") + "</w:fldSimple>", " and ",
        '<w:hyperlink w:anchor="a">' + run("a link") + "</w:hyperlink>", ".",
    )  # fmt: skip
    assert made(tmp_path, body).text == "See page 4, 1945 and a link."


def test_characters_tabs_breaks_and_hidden_words(tmp_path: Path) -> None:
    body = paragraph(
        "<w:r><w:tab/><w:t>Name</w:t><w:tab/><w:t>Value</w:t><w:br/><w:t>co</w:t><w:softHyphen/><w:t>operate</w:t>"
        "<w:noBreakHyphen/><w:t>d</w:t></w:r>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>",
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t xml:space="preserve"> shown</w:t></w:r>',
        '<w:r><w:sym w:font="Symbol" w:char="03B1"/></w:r>', "  two\u00a0spaces ",
    )  # fmt: skip
    assert made(tmp_path, body).text == "Name\tValue\nco\u00adoperate\u2011d shownα  two\u00a0spaces"


def test_tables_lists_text_boxes_and_controls(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"

    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    box = f"<w:txbxContent>{paragraph('In the box.')}</w:txbxContent>"
    drawn = (
        "<w:r><mc:AlternateContent xmlns:mc='urn:mc'><mc:Choice><w:drawing>"
        + box
        + "</w:drawing></mc:Choice>"
        "<mc:Fallback><w:pict>" + box + "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    contents = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{paragraph('One ... 1')}</w:sdtContent></w:sdt>"
    )
    body = (
        contents + "<w:tbl>" + row(paragraph("Year"), paragraph("Tons"))
        + row(paragraph("1944"), paragraph("7"))
        + row(paragraph("1945"), paragraph("9") + paragraph("est.")) + "</w:tbl>"
        + paragraph("First", properties=listed) + paragraph("Second", properties=listed)
        + paragraph("Around ", drawn, "the box.")
        + f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('Controlled.')}</w:sdtContent></w:sdt>"
    )  # fmt: skip
    assert made(tmp_path, body).text == (
        "Year\tTons\n1944\t7\n1945\t9\nest.\n\nFirst\n\nSecond\n\n"
        "Around the box.\n\nIn the box.\n\nControlled."
    )


def test_a_row_over_two_pages_counts_once(tmp_path: Path) -> None:
    row = "<w:tr>" + "".join(
        f"<w:tc>{paragraph(f'{c} top ', run(f'{c} bottom', BREAK))}</w:tc>" for c in ("left", "right")
    ) + "</w:tr>"  # fmt: skip
    document = made(tmp_path, f"<w:tbl>{row}</w:tbl>" + paragraph("After."), app(2))
    pages = {
        w: page_of(document, w) for w in ("left top", "left bottom", "right top", "right bottom", "After.")
    }
    assert pages == {
        "left top": "1",
        "left bottom": "2",
        "right top": "1",
        "right bottom": "2",
        "After.": "2",
    }


def test_sections_number_their_pages(tmp_path: Path) -> None:
    roman = '<w:sectPr><w:pgNumType w:fmt="lowerRoman" w:start="7"/></w:sectPr>'
    body = (
        paragraph("Preface.") + paragraph(run("Preface two.", BREAK), properties=roman)
        + paragraph(run("Chapter.", BREAK)) + paragraph(run("Chapter two.", BREAK))
        + '<w:sectPr><w:pgNumType w:start="21"/></w:sectPr>'
    )  # fmt: skip
    document = made(tmp_path, body, app(4))
    words = ("Preface.", "Preface two.", "Chapter.", "Chapter two.")
    assert [page_of(document, w) for w in words] == ["vii", "viii", "21", "22"]


@pytest.mark.parametrize(
    ("body", "said", "pages"),
    [
        (["One.", "Two."], None, [None, None]),
        (["One.", BREAK + "Two."], None, ["1", "2"]),
        (["One.", BREAK + "Two."], 2, ["1", "2"]),
        (["One.", BREAK + "Two."], 1, ["1", "2"]),  # a template's count
        (["One." + " word" * 1_501, BREAK + "Two."], 2, [None, None]),  # more than a page holds
        (["One.", BREAK + "Two."], 5, [None, None]),  # three breaks are not in the file
        (["One.", '<w:br w:type="page"/>Two.'], None, [None, None]),
        (["One.", '<w:br w:type="page"/>Two.'], 2, ["1", "2"]),
        (["One.", '<w:br w:type="page"/>' + BREAK + "Two."], 2, ["1", "2"]),  # one boundary, said twice
        (["One.", '<w:br w:type="page"/><w:br w:type="page"/>Two.'], 3, ["1", "3"]),  # an empty page
    ],
)
def test_pages_are_cited_only_where_the_file_tells_them(
    tmp_path: Path, body: list[str], said: int | None, pages: list[str | None]
) -> None:
    xml = "".join(
        f"<w:p><w:r>{words.replace('One', '<w:t>One').replace('Two', '<w:t>Two')}</w:t></w:r></w:p>"
        for words in body
    )
    document = made(tmp_path, xml, app(said) if said else None)
    assert [page_of(document, words) for words in ("One.", "Two.")] == pages


def test_a_style_may_begin_a_page(tmp_path: Path) -> None:
    new = '<w:pStyle w:val="Neu"/>'
    body = paragraph("One.", properties=new) + paragraph("Two.", properties=new)
    document = made(tmp_path, body, app(2), styles=STYLES)
    assert [page_of(document, words) for words in ("One.", "Two.")] == ["1", "2"]


def test_pages_of_a_transcription_stand_in_place_of_words_own(tmp_path: Path) -> None:
    document = made(
        tmp_path, paragraph("He was diplo[Page 922]matic.") + paragraph(run("End.", BREAK)), app(2)
    )
    assert page_of(document, "He was diplo[Page 922]matic.") == "921–922"
    assert page_of(document, "End.") == "922"
    assert clean(document, 0, 29) == "He was diplomatic."


def test_properties_become_metadata(tmp_path: Path) -> None:
    core = (
        '<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>The Long Telegram</dc:title>'
        "<dc:creator>Jane A. Smith; National Archives</dc:creator>"
        "<dcterms:created>2019-05-01T10:00:00Z</dcterms:created><dc:language>en-GB</dc:language></cp:coreProperties>"
    )
    known = made(tmp_path, paragraph("Text."), {"docProps/core.xml": core}).metadata
    assert (known.title, known.date) == ("The Long Telegram", "2019-05-01")
    assert known.csl == {
        "type": "document", "title": "The Long Telegram", "language": "en-GB",
        "author": [{"family": "Smith", "given": "Jane A."}, {"literal": "National Archives"}],
        "issued": {"date-parts": [[2019, 5, 1]]},
    }  # fmt: skip
    bare = made(tmp_path, paragraph("Text.")).metadata
    assert (bare.title, bare.date, bare.csl) == ("a.docx", None, {"type": "document", "title": "a.docx"})


def test_the_strict_kind_of_docx_is_read(tmp_path: Path) -> None:
    data = docx(
        paragraph("Strict", reference("footnote", 1), "."), footnotes=note("footnote", 1, "A note."),
        namespace="http://purl.oclc.org/ooxml/wordprocessingml/main",
    )  # fmt: skip
    assert read_bytes_as(tmp_path, "a.docx", data).text == "Strict.\n\nA note."
