"""Texts in TEI that are no FRUS volumes: every sentence, page and note against what was put in."""

from pathlib import Path

import pytest

from qa.errors import UnreadableFile
from qa.reading import pages_of, read
from qa.splitting import sentences
from qa.types import Document
from tests.reading.sound import assert_sound, marks, shown

HEADER = """<teiHeader><fileDesc>
 <titleStmt><title type="main">Letter to Ada</title><title type="sub">a transcription</title>
  <author><persName><surname>Somerville</surname><forename>Mary</forename></persName></author>
  <editor>Smith, Jane</editor></titleStmt>
 <publicationStmt><publisher>Letters Project</publisher><pubPlace>Oxford</pubPlace>
  <date when="2019-03-01"/><idno type="url">https://letters.example/12</idno></publicationStmt>
 <sourceDesc><msDesc><msIdentifier><settlement>Oxford</settlement><repository>Bodleian Library</repository>
  <collection>Dep. Lovelace Byron</collection><idno>Box 174, fol. 12</idno></msIdentifier></msDesc>
 </sourceDesc>
 </fileDesc><profileDesc><correspDesc>
  <correspAction type="sent"><persName>Mary Somerville</persName><placeName>London</placeName>
   <date from="1835-11-20" to="1835-11-22"/></correspAction>
  <correspAction type="received"><persName>Ada Lovelace</persName><placeName>Ockham</placeName>
  </correspAction></correspDesc><langUsage><language ident="en">English</language></langUsage></profileDesc>
</teiHeader>"""


def tei(body: str, header: str = HEADER, back: str = "") -> bytes:
    back = f"<back>{back}</back>" if back else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><TEI xmlns="http://www.tei-c.org/ns/1.0">'
        f"{header}<text><body>{body}</body>{back}</text></TEI>"
    ).encode()


def documents(tmp_path: Path, data: bytes) -> tuple[Document, ...]:
    (tmp_path / "a.xml").write_bytes(data)
    reading = read(tmp_path / "a.xml", "letters/a.xml")
    assert reading.reader == "tei/1"
    for document in reading.documents:
        assert_sound(document)
    return reading.documents


def one(tmp_path: Path, body: str, header: str = HEADER, back: str = "") -> Document:
    (document,) = documents(tmp_path, tei(body, header, back))
    assert document.name == "letters/a.xml"
    return document


def page(document: Document, words: str) -> str | None:
    start = document.text.index(words)
    return pages_of(document, start, start + len(words))


def test_the_blocks_of_a_text_come_in_order(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        """<head>A <hi rend="italic">Letter</hi></head>
        <opener><dateline>London, <date when="1835-11-20">20 Nov.</date></dateline>
        <salute>Dear Ada,</salute></opener>
        <p>First   paragraph, with <q>words quoted</q> and a <quote>citation</quote> in
           it.</p>
        <lg><l>One line,</l><l>another line.</l></lg>
        <div><head>Figures</head><list><item>one;</item><item>two.</item></list>
        <table><row><cell>Tons</cell><cell>7</cell></row><row><cell>Miles</cell><cell>8</cell></row></table></div>
        <quote><p>A block of it.</p></quote>
        <closer><salute>Yours,</salute><signed>M. S.</signed></closer>""",
    )
    assert document.text == (
        "A Letter\n\nLondon, 20 Nov.\n\nDear Ada,\n\n"
        "First paragraph, with words quoted and a citation in it.\n\n"
        "One line,\nanother line.\n\nFigures\n\none;\ntwo.\n\nTons\t7\nMiles\t8\n\nA block of it.\n\n"
        "Yours,\nM. S."
    )
    assert shown(document, "heading") == ["A Letter", "Figures"]
    assert shown(document, "front") == ["London, 20 Nov."]


def test_the_source_is_shown_and_not_what_was_made_of_it(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        """<p>He <choice><sic>recieved</sic><corr>received</corr></choice> the
        <choice><orig>shew</orig><reg>show</reg></choice> of <choice><abbr>Govt.</abbr>
        <expan>Government</expan></choice> <del>gladly</del><add>sadly</add>, with <supplied>some</supplied>
        <gap reason="illegible"/>
        and <unclear>doubt</unclear>. <app><lem>So</lem><rdg>Thus</rdg></app> be <subst><del>him</del>
        <add>it</add></subst>.</p><fw type="header">RUNNING HEAD</fw>""",
    )
    assert document.text == ("He recieved the shew of Govt. sadly, with some […] and doubt. So be it.")


def test_breaks_within_a_word_leave_it_whole(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        """<pb n="1"/><p>The gov<lb break="no"/>ernment of par-<lb break="no"/>liament and mon
        <lb break="no"/>ey, a line<lb/>below, and coun<pb n="2" break="no"/>try life.</p>""",
    )
    assert document.text == "The government of par-\nliament and money, a line\nbelow, and country life."
    assert page(document, "a line\nbelow") == "1"
    assert page(document, "life") == "2"


def test_pages_are_called_as_printed_or_counted_in_brackets(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        """<pb n="vii"/><p>Seven.</p><pb n="1r" ed="A"/><pb n="99" ed="B"/><p>Folio.</p>
        <pb facs="x.jpg"/><fw type="pageNum">– 12 –</fw><p>Twelve.</p><pb/><p>Nameless.</p>""",
    )
    assert [m.label for m in marks(document, "page")] == ["vii", "1r", "12", "[4]"]
    assert [page(document, w) for w in ("Seven", "Folio", "Twelve", "Nameless")] == ["vii", "1r", "12", "[4]"]


def test_notes_in_place_are_tied_and_say_what_they_are(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        """<pb n="1"/><p>Peace<note place="foot" n="1" resp="#ed">Of 1815.</note> and war<note place="end"
        n="2">Of 1812.</note> came.<note type="source">Bodleian.</note>
        So<note place="margin-left">Aye!</note> it<note n="*"/> went.</p><pb n="2"/><p>End.</p>""",
    )
    assert document.text == (
        "Peace and war came. So it went.\n\nEnd.\n\nOf 1815.\n\nOf 1812.\n\nBodleian.\n\nAye!"
    )
    assert [(m.role, m.label) for m in marks(document, "note")] == [
        ("footnote", "1"), ("endnote", "2"), ("source", ""), ("comment", ""),
    ]  # fmt: skip
    assert page(document, "Of 1812.") == "1"
    assert page(document, "End.") == "2"


def test_notes_elsewhere_are_tied_by_references_and_keep_their_own_page(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        """<pb n="1"/><p>Peace<ref target="#n1">[1]</ref> and war<ptr target="#n2"/> on the
        <anchor xml:id="a3"/>sea, see <ref target="#d2">below</ref>.</p>""",
        back="""<pb n="210"/><div type="notes"><head>Notes</head><note xml:id="n1" n="1">Of 1815.</note>
        <note xml:id="n2" n="2">Of 1812.</note><note target="#a3">Cold.</note>
        <note xml:id="n4">Alone.</note></div>""",
    )
    assert document.text == (
        "Peace[1] and war on the sea, see below.\n\nNotes\n\nOf 1815.\n\nOf 1812.\n\nCold.\n\nAlone."
    )
    tied = [(document.text[m.start : m.end], m.label, m.ref) for m in marks(document, "marker")]
    assert tied[:2] == [("[1]", "1", "n1"), ("", "2", "n2")]
    assert document.text[: marks(document, "marker")[2].start].endswith("on the")
    assert {m.ref: m.role for m in marks(document, "note")}["n1"] == "endnote"
    assert page(document, "Of 1815.") == "210"
    assert page(document, "Cold.") == "1"


def test_a_note_whose_reference_is_left_out_is_still_sound(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        """<p>Text <del>struck<ref target="#n1">1</ref></del> and<ref target="#n2">2</ref>.</p>
        <note xml:id="n1">Lost.</note><note xml:id="n2"/>""",
    )
    assert shown(document, "note") == ["Lost."]


def test_the_header_says_who_wrote_to_whom_when_and_where_it_lies(tmp_path: Path) -> None:
    known = one(tmp_path, "<p>Text.</p>").metadata
    assert (known.title, known.date, known.edtf) == (
        "Letter to Ada: a transcription", "1835-11-20", "1835-11-20/1835-11-22",
    )  # fmt: skip
    assert (known.sender, known.recipient, known.place) == ("Mary Somerville", "Ada Lovelace", "London")
    assert (known.repository, known.collection) == ("Bodleian Library, Oxford", "Dep. Lovelace Byron")
    assert (known.file_number, known.url) == ("Box 174, fol. 12", "https://letters.example/12")
    written = {"date-parts": [[1835, 11, 20], [1835, 11, 22]]}
    assert known.csl == {
        "type": "manuscript", "title": known.title, "language": "en", "URL": known.url,
        "author": [{"family": "Somerville", "given": "Mary"}],
        "editor": [{"family": "Smith", "given": "Jane"}],
        "publisher": "Letters Project", "publisher-place": "Oxford",
        "issued": written, "original-date": written,
        "archive": "Bodleian Library, Oxford", "archive_collection": "Dep. Lovelace Byron",
        "archive_location": "Box 174, fol. 12",
    }  # fmt: skip


def test_without_a_header_the_text_and_the_file_say_what_is_known(tmp_path: Path) -> None:
    known = one(
        tmp_path,
        """<head>Letter From Mr. Smith to Mr. Jones</head><dateline><date notBefore="1901"
        cert="low">about 1901</date></dateline><p>x</p>""",
        header="",
    ).metadata
    assert (known.title, known.sender, known.recipient) == (
        "Letter From Mr. Smith to Mr. Jones", "Mr. Smith", "Mr. Jones",
    )  # fmt: skip
    assert (known.date, known.edtf) == ("1901", "1901/..")
    known = one(tmp_path, "<p>x</p>", header="").metadata
    assert (known.title, known.date, known.csl) == ("a.xml", None, {"type": "document", "title": "a.xml"})


def test_each_text_of_a_corpus_a_group_or_cut_into_documents_is_a_document(tmp_path: Path) -> None:
    corpus = f"""<teiCorpus xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>
      <title>All Letters</title></titleStmt></fileDesc></teiHeader>
      <TEI xml:id="l1">{HEADER}<text><body><p>One.</p></body></text></TEI>
      <TEI>{HEADER}<text><body><p>Two.</p></body></text></TEI></teiCorpus>"""
    first, second = documents(tmp_path, corpus.encode())
    assert (first.name, first.text, second.name, second.text) == (
        "letters/a.xml/l1", "One.", "letters/a.xml/2", "Two.",
    )  # fmt: skip
    assert first.metadata.csl["container-title"] == "All Letters"
    group = f"""<TEI xmlns="http://www.tei-c.org/ns/1.0">{HEADER}<text><front><p>Before.</p></front><group>
      <text n="i"><body><pb n="4"/><head>Nr. 1</head><p>One.</p></body></text>
      <text n="ii"><body><head>Nr. 2, <date>May 3, 1901</date></head><p>Two.</p></body></text>
      </group></text></TEI>"""
    found = documents(tmp_path, group.encode())
    assert [(d.name, d.text) for d in found] == [
        ("letters/a.xml/front", "Before."), ("letters/a.xml/i", "Nr. 1\n\nOne."),
        ("letters/a.xml/ii", "Nr. 2, May 3, 1901\n\nTwo."),
    ]  # fmt: skip
    assert page(found[2], "Two.") == "4"
    known = found[2].metadata
    assert (known.title, known.date, known.csl["type"]) == ("Nr. 2, May 3, 1901", "1901-05-03", "chapter")
    assert known.csl["container-title"] == "Letter to Ada: a transcription"
    cut = tei(
        """<p>Intro.</p><div type="document" xml:id="d1"><head>One</head>
        <p>First<ref target="#n1">1</ref></p></div>
        <div type="document" xml:id="d2"><p>Second</p></div>""",
        back='<note xml:id="n1">The note.</note>',
    )
    assert [(d.name, d.text) for d in documents(tmp_path, cut)] == [
        ("letters/a.xml/front", "Intro."), ("letters/a.xml/d1", "One\n\nFirst1\n\nThe note."),
        ("letters/a.xml/d2", "Second"),
    ]  # fmt: skip


def test_every_sentence_of_a_long_text_has_its_page_and_every_note_its_marker(tmp_path: Path) -> None:
    parts, wanted, noted = [], [], []
    for number in range(1, 201):
        parts.append(f'<pb n="{number + 40}"/>' if number % 3 == 0 else "")
        sentence = f"Sentence number {number} tells of the harbour."
        note = f"The note to sentence {number}."
        parts.append(f'<p>{sentence}<note n="{number}" place="foot">{note}</note></p>')
        wanted.append((sentence, str(number - number % 3 + 40) if number > 2 else None))
        noted.append(note)
    document = one(tmp_path, "".join(parts))
    cut = {document.text[s.start : s.end]: s for s in sentences(document)}
    right = sum(
        sentence in cut and pages_of(document, cut[sentence].start, cut[sentence].end) == printed
        for sentence, printed in wanted
    )
    assert right == len(wanted)
    assert shown(document, "note") == noted
    for marker, (sentence, _) in zip(marks(document, "marker"), wanted, strict=True):
        assert document.text[: marker.start].endswith(sentence)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html><body/></html>", "not TEI \\(it begins with <html>\\)"),
        (b"<TEI>\n<p>a</b>\n</TEI>", "line 2"),
        (tei("<p> </p>"), "without a word"),
        (b"<TEI><text>" + b"<div>" * 5000 + b"</div>" * 5000 + b"</text></TEI>", "is not well-formed XML"),
    ],
)  # fmt: skip
def test_what_is_no_text_in_tei_says_so_in_one_line(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.xml").write_bytes(data)
    with pytest.raises(UnreadableFile, match=reason) as caught:
        read(tmp_path / "a.xml", "a.xml")
    assert "\n" not in str(caught.value)


def test_entities_that_stand_for_a_sign_are_read(tmp_path: Path) -> None:
    data = (
        '<!DOCTYPE TEI [<!ENTITY mdash "—"><!ENTITY House "House of Lords">]>'
        "<TEI><text><body><p>The &House;&mdash;so called &unknown; it &amp; x.</p></body></text></TEI>"
    )
    (document,) = documents(tmp_path, data.replace("&unknown; ", "").encode())
    assert document.text == "The House of Lords—so called it & x."


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY b "lol"><!ENTITY a "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">',
        f'<!ENTITY a "{"long " * 1000}">',
    ],
)
@pytest.mark.parametrize("kind", ["", ' type="document"'])
def test_entities_that_reach_outside_or_multiply_are_refused(
    tmp_path: Path, declared: str, kind: str
) -> None:
    (tmp_path / "a.xml").write_text(
        f"<!DOCTYPE TEI [{declared}]><TEI><text><body><div{kind}><p>&a; x</p></div></body></text></TEI>"
    )
    with pytest.raises(UnreadableFile, match=r'declares an entity \("a"\)') as caught:
        read(tmp_path / "a.xml", "a.xml")
    assert "\n" not in str(caught.value)
