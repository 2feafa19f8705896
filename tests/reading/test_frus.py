import re
from collections import Counter
from pathlib import Path

import pytest

from qa.errors import UnreadableFile
from qa.reading import pages_of, read
from qa.reading.frus import read_frus
from qa.types import Document
from tests import archive
from tests.reading.sound import assert_sound, marks, shown

HEADER = """<teiHeader><fileDesc><titleStmt>
  <title type="series">Foreign Relations of the United States</title>
  <title type="subseries">1961–1963</title>
  <title type="volumenumber">Volume VI</title>
  <title type="volume">Kennedy-Khrushchev Exchanges</title>
  <editor role="primary">Charles S. Sampson</editor><editor role="general">Glenn W. LaFantasie</editor>
</titleStmt><publicationStmt><publisher>United States Government Printing Office</publisher>
  <pubPlace>Washington</pubPlace><date>1996</date><idno type="frus">frus1961-63v06</idno>
</publicationStmt></fileDesc></teiHeader>"""

LETTER = """<div type="document" xml:id="d6" n="6">
  <head>6. Message From Chairman <persName type="from">Khrushchev</persName> to President
     <persName type="to">Kennedy</persName>
     <note n="0" type="source" xml:id="d6fn0">Source: Department of State.</note>
  </head>
  <dateline><placeName>Moscow</placeName>, <date when="1961-02-15T10:00:00">February 15,
     1961</date>.<lb/>[<hi rend="italic">Received 1 p.m.</hi>]</dateline>
  <p>Received your telegram
     concerning <hi rend="italic">Venus</hi>.<note n="1" xml:id="d6fn1"><p>See
     <ref target="#d5">Document 5</ref>.</p><p>Also ibid.</p></note> I express <pb n="5"
     xml:id="pg_5"/>gratitude
     (telegram 12 <note n="2" xml:id="d6fn2">Not printed.</note> ) to you:
     <list><label>1.</label><item>First point;</item><label>2.</label><item>second point.</item></list>
  </p>
  <pb n="6" xml:id="pg_6"/>
  <table><row><cell/><cell>Tons</cell></row>
     <row><cell>By rail<lb/>and road</cell><cell>7,800</cell></row></table>
  <quote rend="blockquote"><p>Word for word.</p></quote>
  <closer><signed><persName>N. Khrushchev</persName></signed></closer>
  <frus:attachment><note rend="inline" type="source">[Enclosure]</note>
    <head>Decree</head>
    <p>All loans are annulled.<note n="3" xml:id="d6fn3">On page six.</note></p></frus:attachment>
</div>"""


def volume_of(*divisions: str, header: str = HEADER) -> bytes:
    return (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="http://history.state.gov/frus/ns/1.0">'
        f'{header}<text><body><pb n="[4]" xml:id="pg_4"/><div type="compilation"><head>Exchanges</head>'
        f"{''.join(divisions)}</div></body></text></TEI>"
    ).encode()


def one(division: str) -> Document:
    (document,) = read_frus(Path("v.xml"), volume_of(division))
    assert_sound(document)
    return document


def test_the_text_is_the_print_in_order_with_layout_collapsed() -> None:
    assert one(LETTER).text == (
        "6. Message From Chairman Khrushchev to President Kennedy\n\n"
        "Moscow, February 15, 1961.\n[Received 1 p.m.]\n\n"
        "Received your telegram concerning Venus. I express gratitude (telegram 12) to you:\n"
        "1. First point;\n2. second point.\n\n"
        "Tons\nBy rail and road\t7,800\n\n"
        "Word for word.\n\n"
        "N. Khrushchev\n\n"
        "[Enclosure]\n\nDecree\n\nAll loans are annulled.\n\n"
        "Source: Department of State.\n\nSee Document 5.\n\nAlso ibid.\n\nNot printed.\n\nOn page six."
    )


def test_headings_and_front_matter_have_their_voices() -> None:
    document = one(LETTER)
    assert shown(document, "heading") == [
        "6. Message From Chairman Khrushchev to President Kennedy",
        "Decree",
    ]
    assert shown(document, "front") == ["Moscow, February 15, 1961.\n[Received 1 p.m.]", "[Enclosure]"]


def test_notes_follow_the_text_in_the_order_of_their_anchors() -> None:
    document = one(LETTER)
    assert shown(document, "note") == [
        "Source: Department of State.", "See Document 5.\n\nAlso ibid.", "Not printed.", "On page six.",
    ]  # fmt: skip
    anchors = marks(document, "marker")
    assert [(mark.label, mark.ref) for mark in anchors] == [
        ("0", "d6fn0"), ("1", "d6fn1"), ("2", "d6fn2"), ("3", "d6fn3"),
    ]  # fmt: skip
    assert [mark.ref for mark in marks(document, "note")] == [mark.ref for mark in anchors]
    assert all(mark.start == mark.end for mark in anchors)
    assert [document.text[: mark.start].rsplit(maxsplit=1)[-1] for mark in anchors] == [
        "Kennedy", "Venus.", "12", "annulled.",
    ]  # fmt: skip


def test_pages_begin_where_the_print_breaks_them_and_notes_stand_with_their_markers() -> None:
    document = one(LETTER)
    assert [(mark.label, mark.start) for mark in marks(document, "page")] == [
        ("4", 0), ("5", document.text.index("gratitude")), ("6", document.text.index("Tons")),
    ]  # fmt: skip

    def page(words: str) -> str | None:
        start = document.text.index(words)
        return pages_of(document, start, start + len(words))

    assert page("Received your telegram concerning Venus.") == "4"
    assert page("I express gratitude") == "4–5"
    assert page("second point.\n\nTons") == "5–6"
    assert page("Word for word.") == "6"
    assert page("Source: Department of State.") == "4"
    assert page("Not printed.") == "5"
    assert page("On page six.") == "6"


def test_metadata_names_the_parties_the_day_and_the_printed_place() -> None:
    known = one(LETTER).metadata
    assert (known.title, known.date, known.place) == (
        "Message From Chairman Khrushchev to President Kennedy", "1961-02-15", "Moscow",
    )  # fmt: skip
    assert (known.sender, known.recipient) == ("Chairman Khrushchev", "President Kennedy")
    assert known.url == "https://history.state.gov/historicaldocuments/frus1961-63v06/d6"
    assert known.csl == {
        "type": "chapter", "language": "en", "title": known.title, "URL": known.url, "number": "6",
        "container-title": "Foreign Relations of the United States, 1961–1963", "volume": "VI",
        "volume-title": "Kennedy-Khrushchev Exchanges", "publisher-place": "Washington",
        "publisher": "United States Government Printing Office", "issued": {"date-parts": [[1996]]},
        "editor": [{"family": "Sampson", "given": "Charles S."}],
        "original-date": {"date-parts": [[1961, 2, 15]]}, "custom": {"chapter": ["Exchanges"]},
    }  # fmt: skip


def test_a_file_number_is_found_and_its_heading_names_offices() -> None:
    known = one("""<div type="document" xml:id="d5" n="5"><note rend="inline" type="source">File No.
        861.51/135</note><head><hi>The Ambassador in Russia</hi> (<persName type="from">Francis</persName>)
        to the <gloss type="to">Secretary of State</gloss></head>
        <note rend="inline" type="source">[Telegram]</note><p>1212. Text.</p>
        <p>Washington, September 5, 1918.<lb/>[Received September 6.]</p></div>""").metadata
    assert known.file_number == "861.51/135"
    assert (known.sender, known.recipient) == ("The Ambassador in Russia (Francis)", "the Secretary of State")
    assert known.date == "1918-09-05"


def test_a_note_within_a_note_follows_it() -> None:
    document = one("""<div type="document" xml:id="d1"><p>Text.<note n="1" xml:id="a">Outer<note n="*"
        xml:id="b">Inner.</note> words.</note> More.<note n="2" xml:id="c">Last.</note></p></div>""")
    assert shown(document, "note") == ["Outer words.", "Last.", "Inner."]


def test_notes_without_an_id_keep_apart() -> None:
    document = one("""<div type="document" xml:id="d1"><p>A<note n="1">One.</note> b<note n="1"
        target="x">Two.</note> c<note n="2" target="x">Three.</note></p></div>""")
    assert shown(document, "note") == ["One.", "Two.", "Three."]


def test_lists_of_persons_and_terms_are_documents_and_navigation_is_not() -> None:
    documents = read_frus(
        Path("v.xml"),
        volume_of(
            '<div type="toc"><head>Contents</head><list type="toc"><item>Letters</item></list></div>',
            '<div type="section" xml:id="preface"><head>Preface</head><p>Why.</p></div>',
            """<div type="section" xml:id="persons"><head>List of Names</head><list type="names">
               <item><hi><persName>Adenauer, Conrad</persName>,</hi> Chancellor</item>
               <item><persName>Ball, George</persName>, Under Secretary</item></list></div>""",
            """<div type="section" xml:id="terms"><head>Abbreviations</head><list type="terms">
               <item><hi><term>ACDA</term>,</hi> Arms Control</item></list></div>""",
            '<div type="chapter"><head>I</head><p>Introductory.</p>' + LETTER + "</div>",
            '<div type="section" xml:id="index"><list type="index"><item>Venus, 4</item></list></div>',
        ),
    )
    assert [document.name.split("/")[1] for document in documents] == ["persons", "terms", "d6"]
    assert (
        documents[0].text == "List of Names\n\nAdenauer, Conrad, Chancellor\n\nBall, George, Under Secretary"
    )
    assert documents[0].metadata.url == "https://history.state.gov/historicaldocuments/frus1961-63v06/persons"


def test_an_unnamed_volume_is_named_by_its_file() -> None:
    (document,) = read_frus(Path("frus9999v01.xml"), volume_of(LETTER, header=""))
    assert document.name == "frus9999v01/d6"


def test_entities_are_never_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    data = (
        f'<!DOCTYPE TEI [<!ENTITY own "grown"><!ENTITY file SYSTEM "{secret.as_uri()}">]>'
        '<TEI><div type="document" xml:id="d1"><p>&own; &file; &amp; x</p></div></TEI>'
    )
    (document,) = read_frus(Path("v.xml"), data.encode())
    assert document.text == "&own; &file; & x"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<TEI>\n<p>a</b>\n</TEI>", "line 2"),
        (b"", "is not well-formed XML"),
        (b"<html/>", "no FRUS volume"),
        (b"<TEI>" + b"<div>" * 5000 + b"</div>" * 5000 + b"</TEI>", "is not well-formed XML"),
    ],
)
def test_what_is_no_volume_says_why_in_one_line(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason) as caught:
        read_frus(Path("v.xml"), data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["frus1918Russiav03", "frus1961-63v06"])
def test_no_character_of_a_volume_is_lost_or_moved(name: str) -> None:
    """Against a second, independent reading of the XML: all character data of each document in order,
    notes after the text, white space aside."""
    from lxml import etree

    tei = "{http://www.tei-c.org/ns/1.0}"
    path = archive.volume(name)
    documents = {document.name: document for document in read(path, path.name).documents}
    root = etree.parse(path, etree.XMLParser(remove_comments=True)).getroot()

    def without_notes(element: etree._Element, notes: list[etree._Element]) -> str:
        text = element.text or ""
        for child in element:
            if child.tag == f"{tei}note" and child.get("rend") != "inline":
                notes.append(child)
            else:
                text += without_notes(child, notes)
            text += child.tail or ""
        return text

    compared = 0
    for division in root.iter(f"{tei}div"):
        if division.get("type") == "document":
            document = documents[f"{name}/{division.get('{http://www.w3.org/XML/1998/namespace}id')}"]
            notes: list[etree._Element] = []
            text = without_notes(division, notes)
            for note in notes:  # grows by the notes in notes
                text += without_notes(note, notes)
            assert re.sub(r"\s", "", document.text) == re.sub(r"\s", "", text)
            assert_sound(document)
            assert not re.search(r"  |[ \n]\n{2}| \n|\n ", document.text)
            compared += 1
    assert compared == {"frus1918Russiav03": 478, "frus1961-63v06": 120}[name]


def test_the_archive_is_3842_documents_and_11_lists() -> None:
    kinds: Counter[str] = Counter()
    for path in sorted(archive.folder().glob("*.xml")):
        for document in read(path, path.name).documents:
            kind = document.name.split("/")[1]
            kinds[kind if kind in ("persons", "terms") else "document"] += 1
            assert document.text
            assert document.metadata.title
            assert pages_of(document, 0, 1) is not None
    assert kinds == {"document": 3842, "persons": 6, "terms": 5}


def test_documents_without_an_id_and_second_lists_have_names_of_their_own() -> None:
    one = '<div type="document"{}><head>1. Note</head><p>{}</p></div>'
    ids = (' xml:id="d2"', "", ' xml:id="d2-2"', "")
    body = "".join(one.format(id_, f"Text {number}.") for number, id_ in enumerate(ids))
    lists = '<div type="section"><list type="names"><item>Name {}.</item></list></div>'
    data = f"<TEI><text><body>{body}{lists.format(1)}{lists.format(2)}</body></text></TEI>".encode()
    documents = read_frus(Path("v.xml"), data)
    assert len({one.name for one in documents}) == len(documents) == 6
    assert documents[0].name == "v/d2"
    assert {"v/persons", "v/persons-2"} < {one.name for one in documents}


def test_reading_twice_gives_the_same() -> None:
    path = archive.volume("frus1961-63v06")
    assert read(path, "a") == read(path, "a")
