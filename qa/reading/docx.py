"""Word files (DOCX, DOCM): the words as they stand with all tracked changes accepted.

Paragraphs are set apart by an empty line, the cells of a table row by tabs. Footnotes, endnotes and
comments follow at the end, each tied to its marker by the number that Word would print (the file holds
none: Word counts). Headers, footers, the table of contents, deleted and hidden text are left out; a text
box follows the paragraph that it is anchored in. How pages are told is written in ``docx_pages``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qa.errors import UnreadableFile
from qa.reading import Reading
from qa.reading.bracketed import with_bracketed_pages
from qa.reading.collecting import LINE, PARAGRAPH
from qa.reading.composing import Composer, table_row
from qa.reading.docx_pages import PageCount, as_numeral, fits_paper, sections
from qa.reading.docx_parts import alternative, cells, characters, is_on, main_part, related, rows, text_boxes
from qa.reading.docx_properties import metadata, pages_said
from qa.reading.docx_styles import Styles
from qa.reading.safexml import attribute, child, local_name, parse_xml
from qa.reading.zipped import Zipped
from qa.types import Document

READER = "docx/1"

_KIND = "Word file"
_SKIPPED = frozenset(
    """del moveFrom pPr rPr tblPr tblGrid trPr tcPr sectPr sdtPr sdtEndPr instrText delText delInstrText
    footnoteRef endnoteRef annotationRef separator continuationSeparator rt binData proofErr fldData
    numberingChange rubyPr bookmarkStart bookmarkEnd commentRangeStart commentRangeEnd""".split()
)
_ROLES = {"footnote": "footnote", "endnote": "endnote", "comment": "comment"}


def read_docx(path: Path, name: str, data: bytes, _encoding: str | None = None) -> Reading:
    """The one document of a Word file. Raises UnreadableFile where it is none, damaged, under a password,
    unpacks to too much, or holds no words."""
    with Zipped(path, data, _KIND) as package:
        main = main_part(package)
        parts = related(package, main)
        document = _Walker(package, main, parts).document(name)
    if not document.text.strip():
        raise UnreadableFile(
            str(path), "holds no words (only pictures, perhaps).", "Recognise its text first, and add that."
        )
    return Reading((document,), READER)


class _Walker:
    def __init__(self, package: Zipped, main: str, parts: dict[str, str]) -> None:
        self._package = package
        self._parts = parts
        self._root = parse_xml(package.path, package.part(main), main)
        self._body = child(self._root, "body")
        if self._body is None:
            raise package.no_such_kind()
        self._styles = Styles(self._part("styles"))
        settings = self._part("settings")
        self._sections = sections(self._body, settings)
        self._out = Composer()
        self._pages = PageCount(self._out, self._sections)
        self._notes: dict[str, list[tuple[Any, str, str]]] = {role: [] for role in _ROLES}
        self._queued: set[str] = set()
        self._bodies: dict[str, dict[str, Any]] = {}
        self._numbered: dict[str, tuple[int, tuple[int, int]]] = {}
        self._fields: list[bool] = []
        self._boxes: list[Any] = []
        self._in_note = False
        self._joined = False
        self._cell_at = -1

    def document(self, name: str) -> Document:
        try:
            self._pages.first()
            self._blocks(self._body)
            self._write_notes()
        except RecursionError as error:
            raise UnreadableFile(
                str(self._package.path), "its elements are nested too deeply for a real document."
            ) from error
        text, marks = self._out.finished()
        if not (self._pages.trusted(pages_said(self._package)) and fits_paper(text, marks)):
            marks = [mark for mark in marks if mark.kind != "page"]
        made = Document(name, text, with_bracketed_pages(text, marks))
        return Document(name, text, made.marks, metadata(self._package, made))

    def _part(self, kind: str) -> Any:
        name = self._parts.get(kind)
        data = self._package.optional(name) if name else None
        return None if data is None else parse_xml(self._package.path, data, str(name))

    # Blocks.

    def _blocks(self, element: Any, separator: str = PARAGRAPH) -> None:
        for each in element:
            match local_name(each):
                case "p":
                    self._paragraph(each, separator)
                case "tbl":
                    self._table(each, separator)
                case "sdt" if self._is_contents(each):
                    self._unseen(each)
                case "AlternateContent":
                    self._blocks(alternative(each), separator)
                case skipped if skipped in _SKIPPED:
                    pass
                case _:
                    self._blocks(each, separator)

    def _paragraph(self, element: Any, separator: str) -> None:
        properties = child(element, "pPr")
        style = self._styles.of(properties)
        # The first words of a cell follow its tab; with its end deleted a paragraph runs on into the next.
        if not self._joined and not (separator == LINE and self._out.length == self._cell_at):
            self._out.separate(separator)
        ends = child(properties, "rPr")
        self._joined = ends is not None and any(local_name(e) in ("del", "moveFrom") for e in ends)
        if not self._in_note and self._styles.breaks_before(properties):
            self._pages.explicit()
        is_heading = style.heading and not self._in_note and separator == PARAGRAPH
        start = self._out.begin() if is_heading else None
        if style.navigation:
            self._unseen(element)
        else:
            self._inline(element)
        if start is not None:
            self._out.end("heading", start)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self._out.separate(separator)
            self._blocks(box, separator)
        if separator == PARAGRAPH and not self._joined:
            self._out.separate(PARAGRAPH)
        if not self._in_note and child(properties, "sectPr") is not None:
            self._pages.next_section()

    def _table(self, table: Any, separator: str) -> None:
        kept = [row for row in rows(table) if child(row, "trPr", "del") is None]
        single = all(len(list(cells(row))) <= 1 for row in kept)
        # A cell's own paragraphs are lines, so that the row stays together.
        between = separator if single else LINE
        before, self._joined = self._cell_at, False

        def cell(element: Any) -> None:
            self._cell_at = self._out.length
            self._blocks(element, between)

        self._out.separate(separator)
        for row in kept:
            table_row(self._out, self._pages, cells(row), cell, between)
        self._out.separate(separator)
        self._cell_at = before

    def _is_contents(self, sdt: Any) -> bool:
        gallery = child(sdt, "sdtPr", "docPartObj", "docPartGallery")
        return gallery is not None and attribute(gallery, "val") == "Table of Contents"

    # What stands in a paragraph.

    def _inline(self, element: Any) -> None:
        for each in element:
            tag = local_name(each)
            if tag == "r":
                self._run(each)
            elif tag == "AlternateContent":
                self._inline(alternative(each))
            elif tag in ("del", "moveFrom"):
                self._unseen(each)
            elif tag == "sdt" and child(each, "sdtPr", "showingPlcHdr") is not None:
                pass  # "Click here to enter text"
            elif tag not in _SKIPPED and tag:
                self._inline(each)

    def _run(self, run: Any) -> None:
        properties = child(run, "rPr")
        if properties is not None and is_on(child(properties, "vanish")):
            self._unseen(run)
            return
        self._run_content(run)

    def _run_content(self, run: Any) -> None:
        custom: tuple[list[int], str, str, Any] | None = None
        label = ""
        for each in run:
            tag = local_name(each)
            words = characters(each, tag)
            if words is not None:
                self._words(words)
                label += words
            elif tag in ("footnoteReference", "endnoteReference", "commentReference"):
                custom = self._reference(each, tag.removesuffix("Reference")) or custom
                label = ""
            else:
                self._other_content(each, tag)
        if custom is not None:
            start, role, ref, body = custom
            self._queue(role, ref, body, label.strip())
            if not self._out.end("marker", start, label.strip(), ref):
                self._out.anchor("", ref)

    def _other_content(self, element: Any, tag: str) -> None:
        match tag:
            case "br" | "cr":
                self._break(element)
            case "fldChar":
                self._field(element)
            case "lastRenderedPageBreak" if not self._in_note:
                self._pages.rendered()
            case "drawing" | "pict" | "object":
                self._pages.picture()
                self._boxes += text_boxes(element)
            case "AlternateContent":
                self._run_content(alternative(element))
            case "ruby":
                self._inline(element)
            case _:
                pass

    def _words(self, text: str | None) -> None:
        if all(self._fields):
            self._out.words(text, collapse=False)

    def _break(self, element: Any) -> None:
        if attribute(element, "type") == "page":
            if not self._in_note:
                self._pages.explicit()
            # A sentence does not run on over a page that its author began by hand.
            self._out.separate(LINE)
        elif all(self._fields):
            self._out.separate(LINE)

    def _field(self, element: Any) -> None:
        match attribute(element, "fldCharType"):
            case "begin":
                self._fields.append(False)
            case "separate" if self._fields:
                self._fields[-1] = True
            case "end" if self._fields:
                self._fields.pop()

    def _unseen(self, element: Any) -> None:
        """What is left out may still open or close a field, fill a page, begin the next one."""
        for each in element.iter():
            match local_name(each):
                case "fldChar":
                    self._field(each)
                case "t" | "delText":
                    self._pages.picture()
                case "lastRenderedPageBreak" if not self._in_note:
                    self._pages.rendered()
                case "br" if attribute(each, "type") == "page" and not self._in_note:
                    self._pages.explicit()

    # Notes.

    def _reference(self, element: Any, role: str) -> tuple[list[int], str, str, Any] | None:
        """Anchors a note with the number that Word prints there. Where a mark of the author's own ("*")
        follows in the text instead, what is needed to mark that is returned."""
        number = attribute(element, "id") or ""
        body = self._note_bodies(role).get(number)
        if body is None or not all(self._fields):
            return None
        ref = f"{role}{number}"
        if attribute(element, "customMarkFollows") in ("1", "true", "on"):
            return self._out.begin(), role, ref, body
        label = self._label(role, body)
        self._queue(role, ref, body, label)
        self._out.anchor(label, ref)
        return None

    def _queue(self, role: str, ref: str, body: Any, label: str) -> None:
        if ref not in self._queued:
            self._queued.add(ref)
            self._notes[role].append((body, label, ref))

    def _note_bodies(self, role: str) -> dict[str, Any]:
        if role not in self._bodies:
            root = self._part(f"{role}s")
            found = [] if root is None else [e for e in root if local_name(e) == role]
            self._bodies[role] = {
                attribute(e, "id") or "": e for e in found if attribute(e, "type") in (None, "normal")
            }
        return self._bodies[role]

    def _label(self, role: str, body: Any) -> str:
        if role == "comment":
            count = len(self._notes[role]) + 1
            return f"{attribute(body, 'initials') or ''}{count}"
        section = self._pages.section
        numbering = self._sections[section].notes[role]
        where = {"eachSect": (section, 0), "eachPage": (0, self._pages.count)}.get(numbering.restart, (0, 0))
        last, place = self._numbered.get(role, (numbering.start - 1, where))
        number = last + 1 if place == where else numbering.start
        self._numbered[role] = (number, where)
        if numbering.restart == "eachPage" and not self._pages.seen_rendered:
            return ""  # where pages begin, and so what is printed, is not known
        return as_numeral(number, numbering.format)

    def _write_notes(self) -> None:
        self._in_note = True
        self._joined = False
        self._fields = []
        self._out.forget_page()
        for role in _ROLES:
            # A note may hold a marker of another: that one is queued, and written in its turn.
            for body, label, ref in self._notes[role]:
                self._out.separate(PARAGRAPH)
                start = self._out.begin()
                self._blocks(body)
                self._out.end("note", start, label, ref, role)
