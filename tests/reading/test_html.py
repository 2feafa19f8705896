import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from qa.errors import UnreadableFile
from qa.reading import pages_of
from qa.splitting import clean, sentences
from qa.types import Document
from tests.reading.packing import read_bytes_as
from tests.reading.sound import assert_sound, marks, shown


def made(folder: Path, page: str, name: str = "a.html") -> Document:
    document = read_bytes_as(folder, name, page.encode())
    assert_sound(document)
    return document


def page_of(document: Document, words: str) -> str | None:
    at = document.text.index(words)
    return pages_of(document, at, at + len(words))


def tied(document: Document) -> list[tuple[str, str, str]]:
    """(the words before a marker, its label, its note's words) of every note."""
    notes = {mark.ref: mark for mark in marks(document, "note")}
    return [
        (document.text[: m.start].split()[-1], m.label, document.text[notes[m.ref].start : notes[m.ref].end])
        for m in marks(document, "marker")
        if m.ref
    ]


def test_every_sentence_has_its_page_and_its_note(tmp_path: Path) -> None:
    expected: dict[str, str] = {}
    body = notes = ""
    for page in range(900, 930):
        number = page - 899
        body += (
            f"<p>Opening {page} stands alone.<sup><a href='#fn{number}' id='r{number}'>{number}</a></sup> "
            f"Crossing {page} was diplo<span class='pb'>[Page {page + 1}]</span>matic, it seems. "
            f"Then {page} closed.</p>\n"
        )
        notes += f"<li id='fn{number}'><p>Note {number} is here. <a href='#r{number}'>↩</a></p></li>"
        expected |= {
            f"Opening {page} stands alone.": str(page),
            f"Crossing {page} was diplomatic, it seems.": f"{page}–{page + 1}",
            f"Then {page} closed.": str(page + 1),
            f"Note {number} is here.": str(page),
        }
    document = made(tmp_path, f"<body><main><h1>T</h1>{body}</main><ol class='footnotes'>{notes}</ol></body>")
    found = {clean(document, s.start, s.end): pages_of(document, s.start, s.end) for s in sentences(document)}
    assert {
        words: (page, found.get(words)) for words, page in expected.items() if found.get(words) != page
    } == {}
    assert len(expected) == 120
    assert tied(document) == [("alone.", str(n), f"Note {n} is here.") for n in range(1, 31)]


@pytest.mark.parametrize(
    ("marker", "mark"),
    [
        ('<span class="pb">[Page 922]</span>', "[Page 922]"),
        ('<a class="page" href="x">[Page 922]</a>', "[Page 922]"),
        ("[Page 922]", "[Page 922]"),
        ("[p. 922]", "[p. 922]"),
        ('[Page <b class="pagenum">922</b>]', "[Page 922]"),
        ('<span class="page-number" id="p922">922</span>', "922"),
        ('<span role="doc-pagebreak" aria-label="922"></span>', ""),
        ('<span epub:type="pagebreak" title="Page 922"></span>', ""),
        ('<a name="Page_922" id="Page_922"></a>', ""),
        ('<span class="pagenum" title="922"></span>', ""),
    ],
)
def test_a_page_marker_inside_a_word(tmp_path: Path, marker: str, mark: str) -> None:
    document = made(tmp_path, f"<p>One ends. It was diplo{marker}matic then. Two ends.</p>")
    assert document.text == f"One ends. It was diplo{mark}matic then. Two ends."
    assert clean(document, 0, len(document.text)) == "One ends. It was diplomatic then. Two ends."
    assert page_of(document, f"It was diplo{mark}matic then.") == "921–922"
    assert (page_of(document, "One ends."), page_of(document, "Two ends.")) == ("921", "922")


def test_the_page_before_the_first_marker_is_inferred_only_inside_a_paragraph(tmp_path: Path) -> None:
    document = made(tmp_path, "<p>Title page.</p><p class='pagenum'>9</p><p>Text.</p>")
    assert (page_of(document, "Title page."), page_of(document, "Text.")) == (None, "9")


FURNITURE = (
    "<header><h1>Site</h1></header><nav>Menu</nav><script>x()</script><style>p{}</style><aside>Ads</aside>"
    "<noscript>Enable scripts</noscript><form>Search <input value='v'></form><p hidden>No</p>"
    "<p style='display: none'>No</p><div role='navigation'>Crumbs</div><div id='toc'>Contents</div>"
)


@pytest.mark.parametrize(
    "page",
    [
        "<body>{0}<main><h2>Head</h2><p>Text.</p></main><div>Related</div><footer>Imprint</footer></body>",
        "<body>{0}<div role='main'><h2>Head</h2><p>Text.</p></div><div>Related</div></body>",
        "<body>{0}<article><header><h2>Head</h2></header><p>Text.</p></article><p>Related</p></body>",
        "<body>{0}<h2>Head</h2><div>{0}<p>Text.</p></div><footer>Imprint</footer></body>",
        "<h2>Head</h2><p>Text.",
    ],
)
def test_the_main_text_without_the_page_around_it(tmp_path: Path, page: str) -> None:
    document = made(tmp_path, page.format(FURNITURE))
    assert document.text == "Head\n\nText."
    assert shown(document, "heading") == ["Head"]


def test_lists_tables_breaks_and_verbatim(tmp_path: Path) -> None:
    page = (
        "<ul><li>One<li>Two <b>bold</b>\n words</ul><p>Line<br>break</p>Old<br><br>style"
        "<pre>  a\n    b</pre><table><caption>Trade</caption><tr><th>Year<th>Tons<tr><td><p>1944</p><td>"
        "7<br>8<tr><td>1945<td></table><p>x<wbr>y<input> <script>s()</script>&nbsp;z&shy;q <q>said</q></p>"
        "<dl><dt>T<dd>D</dl>"
    )
    assert made(tmp_path, page).text == (
        "One\n\nTwo bold words\n\nLine\nbreak\n\nOld\n\nstyle\n\na\n    b\n\nTrade\n\nYear\tTons\n1944\t7 8\n"
        "1945\n\nxy \u00a0z\u00adq said\n\nT\n\nD"
    )


def test_a_table_that_lays_out_a_page_is_read_as_blocks(tmp_path: Path) -> None:
    page = "<table><tr><td>Left<td><h2>Head</h2><p>One.</p><p>Two.</p><table><tr><td>1<td>2</table></table>"
    document = made(tmp_path, page)
    assert document.text == "Left\n\nHead\n\nOne.\n\nTwo.\n\n1\t2"
    assert shown(document, "heading") == ["Head"]


@pytest.mark.parametrize(
    ("marker", "note"),
    [
        (
            '<sup><a href="#fn1" id="r1">1</a></sup>',
            '<p id="fn1"><sup>1</sup> Of 1945. <a href="#r1">↩</a></p>',
        ),
        ('<sup>[<a href="#x" id="r1">1</a>]</sup>', '<p><a href="#r1" id="x">1</a>. Of 1945.</p>'),
        (
            '<a href="#_ftn1" name="_ftnref1">[1]</a>',
            '<div id="ftn1"><p><a href="#_ftnref1" name="_ftn1">[1]</a> Of 1945.</p></div>',
        ),
        (
            '<sup id="cite_ref-1" class="reference"><a href="#cite_note-1">[1]</a></sup>',
            '<ol class="references"><li id="cite_note-1"><span class="mw-cite-backlink"><b>'
            '<a href="#cite_ref-1">^</a></b></span> '
            '<span class="reference-text">Of 1945.</span></li></ol>',
        ),
        (
            '<a id="FNanchor_1_1"></a><a href="#Footnote_1_1" class="fnanchor">[1]</a>',
            '<div class="footnotes"><h3>NOTES</h3><div class="footnote"><p><a id="Footnote_1_1"></a>'
            '<a href="#FNanchor_1_1"><span class="label">[1]</span></a> Of 1945.</p></div></div>',
        ),
        (
            '<a epub:type="noteref" href="#n">1</a>',
            '<aside epub:type="footnote" id="n"><p>Of 1945.</p></aside>',
        ),
        (
            '<a role="doc-noteref" href="#n">*</a>',
            '<section role="doc-endnotes"><p id="n" role="doc-endnote">Of 1945.</p></section>',
        ),
        ("<sup>1</sup>", "<p><sup>1</sup>Of 1945.</p>"),
        ("<sup>1</sup>", "<p><sup>1</sup> Of 1945.</p>"),
        ('<a href="#fn1">1</a>', '<table><tr id="fn1"><td>1.</td><td>Of 1945.</td></tr></table>'),
        (
            '<sup><a href="#n1" id="b1">1</a></sup>',
            '<ol><li id="n1">Of 1945. <a href="#b1">Back</a></li></ol>',
        ),
    ],
)  # fmt: skip
def test_the_ways_of_writing_a_note(tmp_path: Path, marker: str, note: str) -> None:
    document = made(tmp_path, f"<body><p>Peace in 1945{marker} held.</p>{note}</body>")
    (found,) = marks(document, "note")
    (anchor,) = [mark for mark in marks(document, "marker") if mark.ref]
    assert document.text[found.start : found.end] == "Of 1945."
    assert anchor.ref == found.ref
    assert document.text[: anchor.start].strip() == "Peace in 1945"
    assert clean(document, 0, document.text.index(" held.") + 6) == "Peace in 1945 held."
    assert anchor.label == found.label in ("1", "*")
    assert found.role == ("endnote" if "endnote" in note else "footnote")


def test_what_is_no_note(tmp_path: Path) -> None:
    page = (
        '<p id="t"><a href="#c1">1</a> <a href="#c2">2</a></p><h2 id="c1"><a href="#t">1</a></h2>'
        '<p>Text of m<sup>2</sup> and 10<sup>6</sup>.</p><h2 id="c2">2</h2>'
        '<p>See <a href="#p5">the other note</a>.</p><p id="p5">Five.</p>'
    )
    document = made(tmp_path, page)
    assert (marks(document, "note"), marks(document, "marker")) == ([], [])


def test_of_two_raised_numbers_none_is_guessed_to_be_the_marker(tmp_path: Path) -> None:
    page = "<p>An area of 5 m<sup>2</sup> in Berlin<sup>2</sup>.</p><p><sup>2</sup> See map.</p>"
    document = read_bytes_as(tmp_path, "a.html", page.encode())
    assert shown(document, "note") == ["See map."]
    assert [mark for mark in marks(document, "marker") if mark.ref] == []


def test_a_note_inside_a_paragraph_follows_it(tmp_path: Path) -> None:
    page = (
        '<p>Before <a epub:type="noteref" href="#n">1</a><span epub:type="footnote" id="n">The note.</span>'
        " after it.</p><p>Next.</p>"
    )
    document = made(tmp_path, page)
    assert document.text == "Before 1 after it.\n\nThe note.\n\nNext."
    assert tied(document) == [("Before", "1", "The note.")]


def test_notes_in_an_aside_or_hidden_are_read(tmp_path: Path) -> None:
    page = (
        '<main><p>Peace<a epub:type="noteref" href="#n">1</a>.</p>'
        '<aside hidden epub:type="footnote" id="n">Of 1945.</aside></main>'
    )
    assert tied(made(tmp_path, page)) == [("Peace", "1", "Of 1945.")]


def test_notes_outside_the_main_part_belong_to_it(tmp_path: Path) -> None:
    page = (
        '<body><article><p>Peace<a href="#fn1">1</a>.</p></article><div>Related</div>'
        '<section class="footnotes"><p id="fn1">Of 1945.</p><p id="fn9">Of another.</p></section></body>'
    )
    document = made(tmp_path, page)
    assert tied(document) == [("Peace", "1", "Of 1945.")]
    assert document.text == "Peace1.\n\nOf 1945."


PAGE_1251 = (
    "<html><head><meta charset='{0}'><title>Нота</title></head><body><p>Литвинов молчал.</p></body></html>"
)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PAGE_1251.format("windows-1251").encode("cp1251"), None),
        (PAGE_1251.format("utf-8").encode("cp1251"), "windows-1251"),
        (PAGE_1251.format("koi8-r").encode("koi8-r"), None),
        (PAGE_1251.format("utf-16").encode("utf-16"), None),
        (PAGE_1251.format("utf-16").encode("utf-16-le"), None),
        (PAGE_1251.format("utf-16").encode("utf-16-be"), None),
        (PAGE_1251.format("windows-1251").encode("utf-8-sig"), None),
        (PAGE_1251.format("utf-8").encode(), None),
        (PAGE_1251.replace("<meta charset='{0}'>", "").encode(), None),
        (
            PAGE_1251.replace(
                "charset='{0}'", 'http-equiv="Content-Type" content="text/html; charset=windows-1251"'
            ).encode("cp1251"),
            None,
        ),
    ],
)  # fmt: skip
def test_encodings(tmp_path: Path, data: bytes, encoding: str | None) -> None:
    document = read_bytes_as(tmp_path, "a.htm", data, encoding)
    assert (document.text, document.metadata.title) == ("Литвинов молчал.", "Нота")


def test_an_undeclared_encoding_is_named(tmp_path: Path) -> None:
    data = PAGE_1251.replace("<meta charset='{0}'>", "").encode("cp1251")
    with pytest.raises(UnreadableFile, match="Windows-1251"):
        read_bytes_as(tmp_path, "a.html", data)


def meta(**said: str) -> str:
    return "".join(f'<meta name="{key}" content="{words}">' for key, words in said.items())


def test_meta_elements_become_metadata(tmp_path: Path) -> None:
    page = (
        '<html lang="en"><head><title>The Telegram | Journal</title>'
        + meta(
            citation_title="The Telegram", citation_author="Smith, Jane", citation_publication_date="1999/05",
            citation_journal_title="Cold War History", citation_volume="3", citation_firstpage="7",
            citation_lastpage="32", citation_doi="10.1000/1",
        )
        + meta(citation_author="A. B. Jones") + '<link rel="canonical" href="https://example.org/t">'
        "</head><body><p>Text.</p></body></html>"
    )  # fmt: skip
    known = made(tmp_path, page).metadata
    assert (known.title, known.date, known.url) == ("The Telegram", "1999-05", "https://example.org/t")
    assert known.csl == {
        "type": "article-journal", "title": "The Telegram", "container-title": "Cold War History",
        "author": [{"family": "Smith", "given": "Jane"}, {"family": "Jones", "given": "A. B."}],
        "issued": {"date-parts": [[1999, 5]]}, "volume": "3", "page": "7–32", "DOI": "10.1000/1",
        "language": "en", "URL": "https://example.org/t",
    }  # fmt: skip


def test_dublin_core_json_ld_and_the_bare_page(tmp_path: Path) -> None:
    dublin = meta(**{"DC.title": "T", "DC.creator": "National Archives", "DC.date": "1945-11-22"})
    known = made(tmp_path, f"<head>{dublin}</head><p>Text.</p>").metadata
    assert (known.title, known.date) == ("T", "1945-11-22")
    assert known.csl["author"] == [{"literal": "National Archives"}]
    linked = (
        '<script type="application/ld+json">{"@graph": [{"@type": "Organization", "name": "Paper"}, '
        '{"@type": "NewsArticle", "headline": "News", "author": {"name": "Jane Smith"}, '
        '"publisher": {"name": "The Paper"}, "datePublished": "1999-05-01T10:00:00Z"}]}</script>'
    )
    known = made(tmp_path, f"<head>{linked}</head><p>Text.</p>").metadata
    assert known.csl == {
        "type": "article-newspaper", "title": "News", "author": [{"family": "Smith", "given": "Jane"}],
        "issued": {"date-parts": [[1999, 5, 1]]}, "container-title": "The Paper",
    }  # fmt: skip
    broken = '<script type="application/ld+json">{"@type": </script><title>Head - The Site</title>'
    broken += "<h1>Head</h1><p>Text."
    assert made(tmp_path, broken).metadata.csl == {"type": "webpage", "title": "Head"}
    assert made(tmp_path, "<p>Text.").metadata.csl == {"type": "webpage", "title": "a.html"}


def test_where_a_page_was_saved_from(tmp_path: Path) -> None:
    page = "<!-- saved from url=(0022)https://example.org/a --><html><body><p>Text.</p></body></html>"
    assert made(tmp_path, page).metadata.url == "https://example.org/a"


MHT = """From: <Saved by Blink>
Snapshot-Content-Location: https://example.org/a
Subject: The page
Date: Tue, 5 May 2020 10:00:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="B"

--B
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable
Content-Location: https://example.org/a

<html><head><meta charset=3D"windows-1251"><title>=CD=EE=F2=E0</title></head><body>
<p>=CB=E8=F2=E2=E8=ED=EE=E2 mol=
chal.</p></body></html>
--B
Content-Type: image/png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--B--
""".replace("\n", "\r\n")


@pytest.mark.parametrize("name", ["a.mht", "a.mhtml", "a.html"])
def test_a_page_saved_whole(tmp_path: Path, name: str) -> None:
    document = made(tmp_path, MHT, name)
    assert document.text == "Литвинов molchal."
    known = document.metadata
    assert (known.title, known.url) == ("Нота", "https://example.org/a")
    assert known.csl["accessed"] == {"date-parts": [[2020, 5, 5]]}


@pytest.mark.parametrize(
    "header",
    [
        "Date: " + "(" * 5_000,
        'Content-Type: text/html; charset="a\x00b"',
        "Content-Type: text/html" + "; a=" * 40_000,
        'Content-Type: text/html; charset="utf-8"' + 'Content-Type: text/html; charset="utf-8"' * 5_000,
    ],
    ids=["brackets", "zero", "parameters", "types"],
)
def test_headers_that_no_browser_writes_do_no_harm(tmp_path: Path, header: str) -> None:
    name = header.partition(":")[0]
    head = "MIME-Version: 1.0\nContent-Type: text/html\n".replace(f"{name}: text/html\n", "")
    data = f"{head}{header}\n\n<p>Words.</p>"
    began = time.process_time()
    assert made(tmp_path, data, "a.mht").text == "Words."
    # Some milliseconds; the square of their length took minutes.
    assert time.process_time() - began < 10


def test_xhtml_elements_without_content_close_themselves(tmp_path: Path) -> None:
    page = (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
        'xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body><p>One&nbsp;ends. Diplo<span '
        'epub:type="pagebreak" title="5"/>matic &amp; more &lt;here&gt;.</p></body></html>'
    )
    document = made(tmp_path, page, "a.xhtml")
    assert document.text == "One\u00a0ends. Diplomatic & more <here>."
    assert page_of(document, "Diplomatic & more <here>.") == "4–5"
    assert made(tmp_path, page.replace("</p>", "<br>"), "a.xhtml").text == document.text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xd8\xff\xe0JFIF", "it is a JPEG picture"),
        (b"%PDF-1.7 x", "it is a PDF"),
        (b"PK\x03\x04rest", "it is a zip archive"),
        (b"", "is empty"),
        (b"<html><body><script>x</script></body></html>", "holds no words"),
        (b"<p>" + b"<font>" * 50_000 + b"deep", "nested too deeply"),
        (
            b'<!DOCTYPE html [<!ENTITY a "b">]><html xmlns="http://www.w3.org/1999/xhtml"><p>&a;</p></html>',
            "declares entities",
        ),
    ],
)
def test_what_is_no_page_is_told_in_a_line(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words) as caught:
        read_bytes_as(tmp_path, "a.html", data)
    assert "\n" not in str(caught.value)


def test_a_page_of_many_notes_takes_no_time(tmp_path: Path) -> None:
    text = "".join(f"<p>Text {n}<a href='#fn{n}' id='r{n}'>{n}</a>.</p>" for n in range(3000))
    notes = "".join(f"<p id='fn{n}'><a href='#r{n}'>{n}</a> Note {n}.</p>" for n in range(3000))
    document = made(tmp_path, f"<div>{text}</div><div>{notes}</div>")
    assert len(marks(document, "note")) == 3000


TAGS = (
    "p div span a sup ul li ol table tr td h2 section aside br b pre main article footer blockquote".split()
)
ATTRIBUTES = (
    "id='n{}'", "href='#n{}'", "class='footnote'", "class='pb'", "epub:type='footnote'", "hidden",
    "epub:type='noteref'", "role='doc-endnote'", "class='pagenum' title='{}'", "role='doc-backlink'",
)  # fmt: skip
WORDS = ("word ", "Two. ", "1", "[2]", "*", "[Page 9]", " ", "7. Note ", "↩")


def muddle(chance: random.Random, depth: int = 0) -> str:
    made = ""
    for _ in range(chance.randint(0, 5)):
        if chance.random() < 0.45 or depth > 7:
            made += chance.choice(WORDS)
            continue
        tag = chance.choice(TAGS)
        said = [
            a.format(chance.randint(1, 6)) for a in chance.sample(ATTRIBUTES, chance.choice([0, 0, 1, 2]))
        ]
        end = f"</{tag}>" if chance.random() < 0.95 else ""
        made += f"<{tag} {' '.join(said)}>{muddle(chance, depth + 1)}{end}"
    return made


def test_whatever_a_page_holds_its_marks_are_sound(tmp_path: Path) -> None:
    notes = 0
    for seed in range(150):
        chance = random.Random(seed)
        page = "<p>Start " + muddle(chance) + muddle(chance)
        document = read_bytes_as(tmp_path, "a.html", page.encode())
        refs = {mark.ref for mark in marks(document, "note")}
        tied_marks = tuple(
            m for m in document.marks if m.kind != "note" or m.ref in refs_of_markers(document)
        )
        assert refs_of_markers(document) <= refs
        assert_sound(replace(document, marks=tied_marks))
        assert all(document.text[m.start : m.end].strip() for m in marks(document, "note"))
        for sentence in sentences(document):
            pages_of(document, sentence.start, sentence.end)
        notes += len(refs)
    assert notes > 200


def refs_of_markers(document: Document) -> set[str]:
    return {mark.ref for mark in marks(document, "marker") if mark.ref}
