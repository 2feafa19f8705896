"""A conversation as a Word document: quotes to the letter, citations as real footnotes, works at the end.

The package is put together here, part by part (ECMA-376; what never changes lies in ``word/``): the libraries
that write Word files know no footnotes. Text only ever becomes text: no fields, no links, no macros.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from qa.citing import Run
from qa.exporting.conversation import (
    NEAREST,
    NO_ANSWER,
    Conversation,
    Turn,
    line,
    phrase,
    place,
    remark,
    runs_right_to_left,
    shown,
)
from qa.types import Quote

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CORE = {
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_PARTS = Path(__file__).with_name("word")
_FIXED = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_rels.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/styles.xml": "styles.xml",
    "word/settings.xml": "settings.xml",
}
_TYPES = {
    "italic": ("i", {}),
    "bold": ("b", {}),
    "small-caps": ("smallCaps", {}),
    "sup": ("vertAlign", {"val": "superscript"}),
    "sub": ("vertAlign", {"val": "subscript"}),
}  # in the order that the schema wants
_LONGEST_TITLE = 200


def docx(conversation: Conversation, *, made: datetime | None = None) -> bytes:
    """The document as a file. ``made`` is the time that its properties give (now, where it is None): the
    same conversation with the same time gives the same bytes."""
    notes: list[Any] = [_separator(-1, "separator"), _separator(0, "continuationSeparator")]
    body = [_paragraph("Title", [_run("Questions and answers")])]
    for turn in conversation.turns:
        body += _turn(conversation, turn, notes)
    if conversation.quotes:
        body.append(_paragraph("Heading1", [_run("Works quoted")]))
        body += [_paragraph("Bibliography", _typed(entry)) for entry in conversation.works.entries()]
        body.append(_paragraph("Heading1", [_run("Source files")]))
        body += [
            _paragraph("Bibliography", [_run(f"{line(name)}, SHA-256 {sha256}")])
            for name, sha256 in conversation.files
        ]
        said = f"Every indented quote stands to the letter as in its source file. {remark(conversation)}"
        body.append(_paragraph(None, [_run(said.strip())]))
    page = _w(
        "sectPr",
        _w("pgSz", w="11906", h="16838"),
        _w(
            "pgMar",
            top="1440",
            right="1440",
            bottom="1440",
            left="1440",
            header="708",
            footer="708",
            gutter="0",
        ),
    )
    parts = {
        "word/document.xml": _w("document", _w("body", *body, page)),
        "word/footnotes.xml": _w("footnotes", *notes),
        "docProps/core.xml": _properties(conversation, made or datetime.now(UTC)),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, fixed in _FIXED.items():
            _write(package, name, (_PARTS / fixed).read_bytes())
        for name, root in parts.items():
            _write(
                package, name, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            )
    return file.getvalue()


def _write(package: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name)  # of 1980: no time of its own
    info.compress_type = zipfile.ZIP_DEFLATED
    package.writestr(info, data)


def _turn(conversation: Conversation, turn: Turn, notes: list[Any]) -> list[Any]:
    body = [_paragraph("Heading1", [_run(line(turn.answer.question))])]
    if earlier := conversation.earlier(turn):
        body.append(_paragraph(None, [_run("Asked after: " + "; ".join(map(line, earlier)))]))
    if turn.near:
        body.append(_paragraph(None, [_run(NO_ANSWER, bold=True), _run(f" {turn.searched}")]))
        if turn.quotes:
            body.append(_paragraph(None, [_run(f"{NEAREST}:")]))
    for quote in turn.quotes:
        body += _quote(conversation, turn, quote, notes)
    return body


def _quote(conversation: Conversation, turn: Turn, quote: Quote, notes: list[Any]) -> list[Any]:
    bold = None if turn.near else phrase(quote)
    runs = _quoted(quote.text, bold)
    runs.append(_footnote(conversation.citation(quote), notes))
    what = f"{'Nearest' if turn.near else 'Quote'} {quote.number}"
    body = [
        _paragraph("NearestQuote" if turn.near else "Quote", runs, rtl=runs_right_to_left(quote.text)),
        _paragraph("QuoteSource", [_run(", ".join(part for part in (what, line(place(quote))) if part))]),
    ]
    for note in quote.notes:
        body.append(_paragraph("QuoteSource", [_run(f"Note {line(note.marker)} to this quote:")]))
        rtl = runs_right_to_left(note.text)
        body.append(_paragraph("QuotedNote", _quoted(note.text, None), rtl=rtl))
    for other in quote.also_at:
        body.append(_paragraph("QuoteSource", [_run(f"The same words also at: {line(other.citation)}")]))
    return body


def _quoted(text: str, bold: tuple[int, int] | None) -> list[Any]:
    start, end = bold or (0, 0)
    pieces = ((text[:start], False), (text[start:end], True), (text[end:], False))
    rtl = runs_right_to_left(text)
    return [_run(piece, bold=strong, rtl=rtl) for piece, strong in pieces if piece]


def _footnote(citation: tuple[Run, ...], notes: list[Any]) -> Any:
    """The reference to a new footnote, which is put with the ``notes``."""
    number = str(len(notes) - 1)  # the two separators have no number
    mark = _w("r", _w("rPr", _w("rStyle", val="FootnoteReference")), _w("footnoteRef"))
    notes.append(_w("footnote", _paragraph("FootnoteText", [mark, _run(" "), *_typed(citation)]), id=number))
    return _w("r", _w("rPr", _w("rStyle", val="FootnoteReference")), _w("footnoteReference", id=number))


def _separator(number: int, kind: str) -> Any:
    return _w("footnote", _w("p", _w("r", _w(kind))), type=kind, id=str(number))


def _typed(runs: Iterable[Run]) -> list[Any]:
    return [_run(run.text, types=run.types) for run in runs]


def _paragraph(style: str | None, runs: Iterable[Any], *, rtl: bool = False) -> Any:
    properties = [_w("pStyle", val=style)] if style else []
    if rtl:
        properties.append(_w("bidi"))
    return _w("p", *([_w("pPr", *properties)] if properties else []), *runs)


def _run(text: str, *, bold: bool = False, rtl: bool = False, types: frozenset[str] = frozenset()) -> Any:
    """A run of text; line breaks and tabs are Word's own, control characters are shown by their signs."""
    properties = []
    for kind, (tag, attributes) in _TYPES.items():
        if kind in types or (kind == "bold" and bold):
            properties.append(_w(tag, **attributes))
    order = {"b": 0, "i": 2, "smallCaps": 4, "vertAlign": 8}
    if bold:
        properties.append(_w("bCs"))
        order["bCs"] = 1
    if rtl:
        properties.append(_w("rtl"))
        order["rtl"] = 9
    properties.sort(key=lambda each: order[etree.QName(each).localname])
    children = [_w("rPr", *properties)] if properties else []
    for number, row in enumerate(shown(text).split("\n")):
        if number:
            children.append(_w("br"))
        for column, words in enumerate(row.split("\t")):
            if column:
                children.append(_w("tab"))
            if words:
                written = _w("t")
                written.text = words
                # Without it Word drops spaces at the edges.
                written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                children.append(written)
    return _w("r", *children)


def _properties(conversation: Conversation, made: datetime) -> Any:
    core = etree.Element(f"{{{_CORE['cp']}}}coreProperties", nsmap=_CORE)
    first = line(shown(conversation.turns[0].answer.question)) if conversation.turns else ""
    works = len(conversation.works.items)
    count = f"{len(conversation.quotes)} quotes from {works} works"
    stated = {"title": first[:_LONGEST_TITLE], "creator": "Ibid", "description": count}
    for name, words in stated.items():
        etree.SubElement(core, f"{{{_CORE['dc']}}}{name}").text = words
    for name in ("created", "modified"):
        time = etree.SubElement(core, f"{{{_CORE['dcterms']}}}{name}")
        time.set(f"{{{_CORE['xsi']}}}type", "dcterms:W3CDTF")
        time.text = made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return core


def _w(tag: str, *children: Any, **attributes: str) -> Any:
    """An element of WordprocessingML with attributes of the same namespace."""
    element = etree.Element(f"{{{_W}}}{tag}", nsmap={"w": _W})
    for name, value in attributes.items():
        element.set(f"{{{_W}}}{name}", value)
    element.extend(children)
    return element
