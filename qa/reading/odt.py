"""OpenDocument texts (ODT): the words as they stand with all tracked changes accepted.

Paragraphs are set apart by an empty line, the cells of a table row by tabs. Footnotes, endnotes and
comments follow at the end, each tied to its marker. Headers, footers, contents, indexes and deleted text are
left out; a text box follows the paragraph that it is anchored in. How pages are told is written in
``odt_pages``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.errors import UnreadableFile
from qa.reading import Reading
from qa.reading.bracketed import with_bracketed_pages
from qa.reading.collecting import LINE, PARAGRAPH
from qa.reading.composing import Composer, table_row
from qa.reading.described import described, first_heading, one_line, somebody
from qa.reading.docx_pages import fits_paper
from qa.reading.odt_pages import PageCount
from qa.reading.odt_styles import Styles
from qa.reading.safexml import attribute, child, local_name, parse_xml
from qa.reading.zipped import Zipped, protected
from qa.types import Document, Metadata

READER = "odt/1"

_KIND = "OpenDocument text"
_CONTENT = "content.xml"
_SKIPPED = frozenset(
    """tracked-changes sequence-decls variable-decls user-field-decls dde-connection-decls forms
    alphabetical-index-auto-mark-file table-of-content illustration-index table-index object-index user-index
    alphabetical-index bibliography-index-source ruby-text script event-listeners shapes table-columns
    table-column table-header-columns title desc annotation-end index-title
    hidden-paragraph hidden-text toc-mark toc-mark-start toc-mark-end""".split()
)
_CONTAINERS = frozenset(
    """section list list-item list-header index-body numbered-paragraph text-box bibliography
    table-header-rows table-rows table-row-group""".split()
)
_MAX_SPACES = 200
_INITIALS = frozenset({"creator-initials", "sender-initials"})


def read_odt(path: Path, name: str, data: bytes, _encoding: str | None = None) -> Reading:
    """The one document of an OpenDocument text. Raises UnreadableFile where it is none, damaged, under a
    password, unpacks to too much, or holds no words."""
    with Zipped(path, data, _KIND) as package:
        document = _Walker(package).document(name)
    if not document.text.strip():
        raise UnreadableFile(
            str(path), "holds no words (only pictures, perhaps).", "Recognise its text first, and add that."
        )
    return Reading((document,), READER)


class _Walker:
    def __init__(self, package: Zipped) -> None:
        self._package = package
        self._check_readable()
        root = parse_xml(package.path, package.part(_CONTENT), _CONTENT)
        self._body = child(root, "body", "text")
        if self._body is None:
            raise package.no_such_kind()
        styles = package.optional("styles.xml")
        held = None if styles is None else parse_xml(package.path, styles, "styles.xml")
        self._styles = Styles([held, root])
        self._meta = self._statistics()
        self._out = Composer()
        self._pages = PageCount(self._out, self._styles)
        self._notes: dict[str, list[tuple[Any, str, str]]] = {"footnote": [], "endnote": [], "comment": []}
        self._boxes: list[Any] = []
        self._in_note = False
        self._cell_at = -1

    def document(self, name: str) -> Document:
        try:
            self._blocks(self._body, PARAGRAPH)
            self._write_notes()
        except RecursionError as error:
            raise UnreadableFile(
                str(self._package.path), "its elements are nested too deeply for a real document."
            ) from error
        text, marks = self._out.finished()
        if not (self._pages.trusted(self._page_count()) and fits_paper(text, marks)):
            marks = [mark for mark in marks if mark.kind != "page"]
        made = Document(name, text, with_bracketed_pages(text, marks))
        return Document(name, text, made.marks, self._metadata(made))

    def _check_readable(self) -> None:
        data = self._package.optional("META-INF/manifest.xml")
        if data is None:
            return
        for element in parse_xml(self._package.path, data, "META-INF/manifest.xml").iter():
            if local_name(element) == "encryption-data":
                raise protected(self._package.path)

    # Blocks.

    def _blocks(self, element: Any, separator: str) -> None:
        for each in element:
            tag = local_name(each)
            if tag in ("p", "h"):
                self._paragraph(each, tag, separator)
            elif tag == "table":
                self._table(each, separator)
            elif tag == "soft-page-break" and not self._in_note:
                self._pages.soft()
            elif tag in ("frame", "custom-shape", "g", "a", "rect"):
                self._boxes += _text_boxes(each)
                self._boxes_follow(separator)
            elif tag in _CONTAINERS and attribute(each, "display") not in ("none", "condition"):
                self._blocks(each, separator)
            elif tag in _SKIPPED:
                self._unseen(each)

    def _paragraph(self, element: Any, tag: str, separator: str) -> None:
        style = attribute(element, "style-name") or ""
        # The first words of a cell follow its tab.
        if not (separator == LINE and self._out.length == self._cell_at):
            self._out.separate(separator)
        if not self._in_note:
            self._pages.paragraph(style)
        heading = (
            (tag == "h" or self._styles.is_title(style)) and not self._in_note and separator == PARAGRAPH
        )
        start = self._out.begin() if heading else None
        if not self._styles.is_hidden(style):
            self._inline(element)
        if start is not None:
            self._out.end("heading", start)
        self._boxes_follow(separator)
        if separator == PARAGRAPH:
            self._out.separate(PARAGRAPH)
        if not self._in_note:
            self._pages.end_of_paragraph(style)

    def _boxes_follow(self, separator: str) -> None:
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self._out.separate(separator)
            self._blocks(box, separator)

    def _table(self, table: Any, separator: str) -> None:
        rows = list(_rows(table))
        single = all(
            sum(1 for e in row if local_name(e) == "table-cell") <= 1 for row in rows if not _is_break(row)
        )
        between = separator if single else LINE
        before = self._cell_at

        def write(element: Any) -> None:
            self._cell_at = self._out.length
            self._blocks(element, between)

        self._out.separate(separator)
        if not self._in_note:
            self._pages.paragraph(attribute(table, "style-name") or "")
        for row in rows:
            if _is_break(row):
                if not self._in_note:
                    self._pages.soft()
                continue
            cells = [e for e in row if local_name(e) in ("table-cell", "covered-table-cell")]
            table_row(self._out, self._pages, cells, write, between)
        self._out.separate(separator)
        self._cell_at = before

    # What stands in a paragraph.

    def _inline(self, element: Any) -> None:
        # White space in the file is layout, each run of it one space; more of them are elements.
        self._out.words(element.text)
        for each in element:
            self._piece(each, local_name(each))
            self._out.words(each.tail)

    def _piece(self, element: Any, tag: str) -> None:
        match tag:
            case "s":
                count = attribute(element, "c") or "1"
                self._spaces(min(int(count), _MAX_SPACES) if count.isdecimal() else 1)
            case "tab":
                self._out.words("\t", collapse=False)
            case "line-break":
                self._out.separate(LINE)
            case "soft-page-break":
                if not self._in_note:
                    self._pages.soft()
            case "note":
                self._note(element)
            case "annotation":
                self._comment(element)
            case "frame" | "custom-shape" | "g" | "rect":
                self._boxes += _text_boxes(element)
            case "ruby":
                self._inline(child(element, "ruby-base"))
            case _ if tag in _SKIPPED:
                pass
            case _:
                self._inline(element)

    def _spaces(self, count: int) -> None:
        self._out.words(" " * count, collapse=False)

    def _unseen(self, element: Any) -> None:
        """What is left out may still begin a page; deleted text does not: it is not on any."""
        if local_name(element) == "tracked-changes" or self._in_note:
            return
        for each in element.iter():
            if local_name(each) == "soft-page-break":
                self._pages.soft()
            elif local_name(each) in ("p", "h"):
                self._pages.paragraph(attribute(each, "style-name") or "")
                self._pages.something()

    # Notes.

    def _note(self, element: Any) -> None:
        role = "endnote" if attribute(element, "note-class") == "endnote" else "footnote"
        citation = child(element, "note-citation")
        label = (
            "" if citation is None else one_line(attribute(citation, "label") or "".join(citation.itertext()))
        )
        self._queue(role, child(element, "note-body"), label)

    def _comment(self, element: Any) -> None:
        initials = next((e for e in element if local_name(e) in _INITIALS), None)
        who = "" if initials is None else one_line(initials.text)
        self._queue("comment", element, f"{who}{len(self._notes['comment']) + 1}")

    def _queue(self, role: str, body: Any, label: str) -> None:
        if body is None:
            return
        ref = f"{role}{len(self._notes[role]) + 1}"
        self._notes[role].append((body, label, ref))
        self._out.anchor(label, ref)

    def _write_notes(self) -> None:
        self._in_note = True
        self._out.forget_page()
        for role, queued in self._notes.items():
            for body, label, ref in queued:
                self._out.separate(PARAGRAPH)
                start = self._out.begin()
                self._blocks(body, PARAGRAPH)
                self._out.end("note", start, label, ref, role)

    # What the file says of itself.

    def _statistics(self) -> Any:
        data = self._package.optional("meta.xml")
        return None if data is None else child(parse_xml(self._package.path, data, "meta.xml"), "meta")

    def _page_count(self) -> int | None:
        said = attribute(child(self._meta, "document-statistic"), "page-count")
        return int(said) if said and said.isdecimal() else None

    def _metadata(self, document: Document) -> Metadata:
        said: dict[str, str] = {}
        for each in () if self._meta is None else self._meta:
            if one_line(each.text):
                said.setdefault(local_name(each), one_line(each.text))
        return described(
            document.name,
            "document",
            title=said.get("title", "") or first_heading(document.text, document.marks),
            creators=somebody(said.get("initial-creator", said.get("creator", "")).split(";")),
            date=said.get("creation-date") or said.get("date"),
            said={"language": said.get("language"), "keyword": said.get("keyword")},
        )


def _rows(table: Any) -> Iterator[Any]:
    """The rows of a table, and the page breaks between them."""
    for each in table:
        tag = local_name(each)
        if tag in ("table-row", "soft-page-break"):
            yield each
        elif tag in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(each)


def _is_break(element: Any) -> bool:
    return local_name(element) == "soft-page-break"


def _text_boxes(element: Any) -> list[Any]:
    """What below ``element`` holds paragraphs: text boxes, and shapes with words in them."""
    if any(local_name(each) in ("p", "h", "list", "table") for each in element):
        return [element]
    return [box for each in element for box in _text_boxes(each)]
