"""The Word file read back by python-docx, by our own reader and as bare XML."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from lxml import etree

from qa.exporting import export
from qa.exporting.conversation import shown
from qa.reading import read
from qa.types import Document, QuotedNote
from tests.exporting import answers as made

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def opened(data: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(data))


def of_style(document: WordDocument, name: str) -> list[str]:
    return [p.text for p in document.paragraphs if p.style is not None and p.style.name == name]


def footnotes(data: bytes) -> list[str]:
    """The texts of the real footnotes, in order; each is referred to once, in that order."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        notes = etree.fromstring(package.read("word/footnotes.xml"))
        body = etree.fromstring(package.read("word/document.xml"))
    referred = [each.get(f"{W}id") for each in body.iter(f"{W}footnoteReference")]
    own = {note.get(f"{W}id"): note for note in notes if note.get(f"{W}type") is None}
    assert referred == list(own)
    assert [note.get(f"{W}type") for note in notes][:2] == ["separator", "continuationSeparator"]
    return ["".join(t.text or "" for t in note.iter(f"{W}t")).removeprefix(" ") for note in own.values()]


def by_our_reader(data: bytes, folder: Path) -> Document:
    path = folder / "conversation.docx"
    path.write_bytes(data)
    return read(path, path.name).documents[0]


@pytest.mark.parametrize(
    "text", [*made.HOSTILE.values(), made.CONTROL], ids=[*made.HOSTILE.keys(), "control"]
)
def test_a_quote_stands_to_the_letter(text: str, tmp_path: Path) -> None:
    data = export([made.answer(made.quote(text))], "docx")
    assert of_style(opened(data), "Quote") == [shown(text)]
    assert footnotes(data) == ["A letter, p. 6."]
    read_again = by_our_reader(data, tmp_path)
    words = shown(text).strip()
    assert " ".join(words.split()) in " ".join(read_again.text.split())
    (marker,) = [mark for mark in read_again.marks if mark.kind == "marker"]
    (note,) = [mark for mark in read_again.marks if mark.kind == "note"]
    assert marker.ref == note.ref
    assert read_again.text[note.start : note.end].strip().endswith("A letter, p. 6.")


@pytest.mark.parametrize(
    "text", [*made.HOSTILE.values(), made.CONTROL], ids=[*made.HOSTILE.keys(), "control"]
)
def test_nothing_anywhere_becomes_a_field_a_link_or_markup(text: str) -> None:
    data = export([made.everything_hostile(text)], "docx")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            root = etree.fromstring(package.read(name))
            tags = {etree.QName(each).localname for each in root.iter("*")}
            assert not tags & {"hyperlink", "fldChar", "fldSimple", "instrText", "object", "altChunk"}, name
            if name.endswith(".rels"):
                assert all(relation.get("TargetMode") != "External" for relation in root)
    document = opened(data)
    assert of_style(document, "Heading 1")[0] == shown(" ".join(text.split()))
    assert of_style(document, "Quote") == of_style(document, "Quoted Note") == [shown(text)]


def test_the_parts_of_a_conversation(tmp_path: Path) -> None:
    text = "The talks broke off at noon.\nNobody was surprised."
    note = QuotedNote("3", "3. The noon of the capital.", 0, 1)
    first = made.answer(made.quote(text, phrase=made.phrase(text, "at noon"), notes=(note,)))
    second = made.answer(made.quote("Hardly."), answered=False, question="Why?")
    data = export([first, second], "docx", style="chicago-notes-bibliography", made=NOON)
    document = opened(data)
    assert [p.style.name for p in document.paragraphs if p.style is not None] == [
        "Title", "Heading 1", "Quote", "Quote Source", "Quote Source", "Quoted Note",
        "Heading 1", "Normal", "Normal", "Nearest Quote", "Quote Source",
        "Heading 1", "Bibliography", "Heading 1", "Bibliography", "Normal",
    ]  # fmt: skip
    (quote,) = [p for p in document.paragraphs if p.style is not None and p.style.name == "Quote"]
    assert [run.text for run in quote.runs if run.bold] == ["at noon"]
    assert document.paragraphs[7].text.startswith("Not answered: the sources hold no answer")
    citations = footnotes(data)
    assert len(citations) == 2
    assert citations[0].startswith(
        "“Letter From President Kennedy to Chairman Khrushchev,” February 22, 1961"
    )
    assert of_style(document, "Bibliography")[0].startswith("“Letter From President Kennedy")
    properties = document.core_properties
    assert (properties.title, properties.author) == ("What did he say?", "Ibid")
    assert properties.created is not None
    assert properties.created.replace(tzinfo=UTC) == NOON
    headings = [m for m in by_our_reader(data, tmp_path).marks if m.kind == "heading"]
    assert len(headings) >= 4


def test_titles_stand_in_italics_in_notes_and_list() -> None:
    data = export([made.answer(made.quote("No."))], "docx", style="chicago-notes-bibliography")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        notes = etree.fromstring(package.read("word/footnotes.xml"))
    italic = ["".join(r.itertext()) for r in notes.iter(f"{W}r") if r.find(f"{W}rPr/{W}i") is not None]
    assert italic == ["Foreign Relations of the United States, 1961–1963", "Kennedy-Khrushchev Exchanges"]


def test_right_to_left_scripts_run_so() -> None:
    with zipfile.ZipFile(io.BytesIO(export([made.answer(made.quote("שלום עולם"))], "docx"))) as package:
        body = etree.fromstring(package.read("word/document.xml"))
    (paragraph,) = [p for p in body.iter(f"{W}p") if p.find(f"{W}pPr/{W}bidi") is not None]
    assert "".join(paragraph.itertext()) == "שלום עולם"


def test_the_same_conversation_and_time_give_the_same_bytes() -> None:
    one = [made.answer(made.quote("Yes."))]
    assert export(one, "docx", made=NOON) == export(one, "docx", made=NOON)


def test_every_part_is_declared_and_every_style_defined() -> None:
    with zipfile.ZipFile(io.BytesIO(export([made.answer(made.quote("Yes."))], "docx"))) as package:
        types = etree.fromstring(package.read("[Content_Types].xml"))
        declared = {each.get("PartName") for each in types if each.get("PartName")}
        assert declared == {f"/{n}" for n in package.namelist() if n.endswith(".xml")} - {
            "/[Content_Types].xml"
        }
        defined = {each.get(f"{W}styleId") for each in etree.fromstring(package.read("word/styles.xml"))}
        for part in ("word/document.xml", "word/footnotes.xml"):
            root = etree.fromstring(package.read(part))
            used = {e.get(f"{W}val") for tag in ("pStyle", "rStyle") for e in root.iter(f"{W}{tag}")}
            assert used <= defined


@pytest.mark.skipif(
    shutil.which("soffice") is None,
    reason="LibreOffice is not here: apt-get install libreoffice-writer-nogui",
)
def test_libreoffice_opens_it_with_its_footnotes(tmp_path: Path) -> None:
    text = made.HOSTILE["markdown"]
    (tmp_path / "c.docx").write_bytes(export([made.answer(made.quote(text), made.quote("No.", 2))], "docx"))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "fodt",
         "--outdir", str(tmp_path), str(tmp_path / "c.docx")],
        check=True, capture_output=True, timeout=400,
    )  # fmt: skip
    odt = etree.parse(tmp_path / "c.fodt")
    notes = odt.findall(".//{urn:oasis:names:tc:opendocument:xmlns:text:1.0}note-body")
    assert ["".join(note.itertext()).strip() for note in notes] == ["A letter, p. 6."] * 2
