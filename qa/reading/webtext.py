"""HTML to text with marks, for web pages and e-books alike: what an element means for the words around it.

White space is layout, except in ``pre``. Blocks are set apart by an empty line, the rows of a table by
line breaks and its cells by tabs; a table that holds whole pages (paragraphs, headings, other tables) is
layout and is read as blocks. What a reader does not see, or sees as navigation, is left out. Notes stay
where the file has them; one that stands inside a paragraph follows it, so that no sentence is cut in two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qa.reading.bracketed import PAGE, before_first
from qa.reading.collecting import CELL, LINE, PARAGRAPH
from qa.reading.composing import Composer
from qa.reading.safexml import local_name
from qa.reading.webelements import BLOCKS, HEADINGS
from qa.reading.webnotes import Note, Notes, Part, find_notes
from qa.reading.webpages import page_label
from qa.reading.webunseen import FURNITURE, in_article, is_layout, is_unseen
from qa.types import Mark

_RUN = re.compile(r"\w")
_SIGN = r"(\d{1,4}|[*†‡§¶‖#]{1,4}|[^\W\d_]{1,7})"
_BRACKETED = re.compile(rf"[\[({{]{_SIGN}[\])}}][.:]?\s*")
_RAISED = re.compile(rf"{_SIGN}[.:)]?\s*")
_STOPPED = re.compile(rf"{_SIGN}[.:)]\s+")


def compose(
    parts: Sequence[Part], *, pages: Mapping[tuple[str, str], str] | None = None, is_book: bool = False
) -> tuple[str, tuple[Mark, ...]]:
    """The text of ``parts``, one after the other, and its marks. ``pages`` are printed page numbers by
    (address, id) of the element where they begin, as the page list of an e-book has them. In a book an
    aside or a header is text; on a web page it is furniture, and there the words before the first page
    mark get the page before, where that is sure."""
    found = find_notes(parts)
    walker = _Walker(found, pages or {}, is_book=is_book)
    for part in parts:
        walker.part(part)
    text, marks = walker.out.finished()
    marks = _with_own_numbers(text, marks, found)
    marks = _with_bracketed(text, marks)
    if not is_book:
        marks = [*before_first(text, [m for m in marks if m.kind == "page"]), *marks]
    return text, tuple(sorted(marks, key=lambda mark: (mark.start, mark.end)))


class _Walker:
    def __init__(self, found: Notes, pages: Mapping[tuple[str, str], str], *, is_book: bool) -> None:
        self.out = Composer()
        self._found = found
        self._pages = pages
        self._is_book = is_book
        self._address = ""
        self._following = False
        self._waiting: list[Any] = []
        self._open: list[str] = []  # "note", "heading": where no other such range may begin
        self._cells: list[int] = []  # where the words of each open cell of a data table begin
        self._tables: list[bool] = []  # of each open table, whether it is layout
        self._line_follows = False
        self._break_at = -1
        self._verbatim = 0

    def part(self, part: Part) -> None:
        self._address = part.address
        self.out.separate(PARAGRAPH)
        self._page_listed("")
        self._walk(part.root)
        self._notes_follow()
        self._notes_elsewhere(part)
        self.out.separate(PARAGRAPH)

    def _notes_elsewhere(self, part: Part) -> None:
        """The notes to the part's markers that stand outside it: below an article, say."""
        if part.root is part.tree:
            return
        inside = {e for e in part.root.iter() if e in self._found.notes or e in self._found.markers}
        wanted = {ref for marker, (_, ref) in self._found.markers.items() if marker in inside}
        for element, note in self._found.notes.items():
            same_file = element.getroottree().getroot() is part.tree.getroottree().getroot()
            if note.ref in wanted and element not in inside and same_file:
                self._waiting.append(element)
        self._notes_follow()

    def _walk(self, root: Any) -> None:
        """One element with all in it, without its tail. Not recursive: pages nest as deep as they like."""
        from lxml import etree

        ends: dict[Any, list[Any]] = {}
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "start" and element is not root and self._is_left_out(element, root):
                walk.skip_subtree()  # its end is told all the same
            elif event == "start":
                ends[element] = self._start(element)
                self._words(element.text)
            else:
                for close in reversed(ends.pop(element, [])):
                    close()
                if element is not root:
                    self._words(element.tail)

    def _is_left_out(self, element: Any, root: Any) -> bool:
        tag = local_name(element)
        note = self._found.notes.get(element)
        if note is not None and (self.out.in_block or self._open or self._cells):
            self._waiting.append(element)
            return True
        if not tag or element in self._found.back:
            return True
        if note is not None or element in self._found.holders:
            return False
        if tag in FURNITURE and not self._is_book and (tag == "aside" or not in_article(element, root)):
            return True
        return is_unseen(element, tag) and page_label(element) is None

    def _start(self, element: Any) -> list[Any]:
        """Opens an element; what it returns is called, last first, when it ends."""
        tag = local_name(element).lower()
        closing: list[Any] = []
        label = page_label(element)
        if label is None:
            self._page_listed(element.get("id") or (element.get("name") if tag == "a" else "") or "-")
        if tag in BLOCKS:
            closing += self._block(element, tag)
        elif tag == "br":
            self._line_break()
        elif tag == "img" and len((element.get("alt") or "").strip()) == 1:
            self._words((element.get("alt") or "").strip())  # an initial, drawn
        note = self._found.notes.get(element)
        if note is not None:
            closing.append(self._note(note))
        if label is not None:
            closing.append(self._page(label, bool(_RUN.search("".join(element.itertext())))))
        elif element in self._found.markers:
            closing.append(self._marker(*self._found.markers[element]))
        return closing

    def _block(self, element: Any, tag: str) -> list[Any]:
        if tag == "table":
            self._tables.append(is_layout(element))
            self._separate()
            return [self._end_block, self._tables.pop]
        data = bool(self._tables) and not self._tables[-1]
        if tag == "tr" and data:
            self.out.separate(LINE)
            return [lambda: self.out.separate(LINE)]
        if tag in ("td", "th") and data:
            if any(local_name(e) in ("td", "th") for e in element.itersiblings(preceding=True)):
                self.out.separate(CELL)
            self._cells.append(self.out.length)
            return [self._end_cell]
        if tag in ("tbody", "thead", "tfoot") and data:
            return []
        closing = [self._end_block]
        self._separate()
        if tag == "pre":
            self._verbatim += 1
            closing.append(self._end_verbatim)
        if tag in HEADINGS and not self._open and not self._cells:
            start = self.out.begin()
            self._open.append("heading")
            closing.append(lambda: self._end_heading(start))
        return closing

    def _end_heading(self, start: list[int]) -> None:
        self._open.pop()
        self.out.end("heading", start)

    def _separate(self) -> None:
        """Between blocks; in a cell of a data table a line break keeps the row together."""
        if not self._cells:
            self.out.separate(PARAGRAPH)
        elif self.out.length != self._cells[-1]:
            self.out.separate(LINE)

    def _end_block(self) -> None:
        if self._cells:
            self._line_follows = True
            return
        self.out.separate(PARAGRAPH)
        if not self._open:
            self._notes_follow()

    def _end_cell(self) -> None:
        self._cells.pop()
        self._line_follows = False

    def _end_verbatim(self) -> None:
        self._verbatim -= 1

    def _note(self, note: Note) -> Any:
        self.out.separate(PARAGRAPH)
        start = self.out.begin()
        self._open.append("note")

        def close() -> None:
            self._open.pop()
            self.out.end("note", start, note.label, note.ref, note.role)
            self.out.separate(PARAGRAPH)

        return close

    def _notes_follow(self) -> None:
        if self._following:
            return
        self._following = True
        while self._waiting:
            self._walk(self._waiting.pop(0))
        self._following = False

    def _marker(self, label: str, ref: str) -> Any:
        start = self.out.begin()

        def close() -> None:
            if not self.out.end("marker", start, label, ref):
                self.out.anchor(label, ref)

        return close

    def _page(self, label: str, has_words: bool) -> Any:
        if not has_words:
            self.out.page(label)
            return lambda: None
        start = self.out.begin()
        return lambda: self.out.end("page", start, label)

    def _page_listed(self, key: str) -> None:
        label = self._pages.get((self._address, key)) if self._pages else None
        if label is not None:
            self.out.page(label)

    def _line_break(self) -> None:
        if self._cells:
            self.out.words(" ")
            return
        # Two in a row are how old pages begin a paragraph.
        self.out.separate(PARAGRAPH if self._break_at == self.out.length else LINE)
        self._break_at = self.out.length

    def _words(self, text: str | None) -> None:
        if text and self._line_follows and not text.isspace():
            self._line_follows = False
            if self._cells:
                self.out.separate(LINE)
        self.out.words(text, collapse=not self._verbatim)


def _with_own_numbers(text: str, marks: Sequence[Mark], found: Notes) -> list[Mark]:
    """Notes without the number that stands before their words: that is apparatus, as a marker is."""
    shows = {note.ref: note.shows for note in found.notes.values()}
    kept: list[Mark] = []
    for mark in marks:
        length = _own_number(text, mark, shows[mark.ref]) if mark.kind == "note" and mark.label else 0
        if length:
            kept.append(Mark("marker", mark.start, mark.start + length, mark.label))
        kept.append(replace(mark, start=mark.start + length))
    return kept


def _own_number(text: str, note: Mark, shows: str) -> int:
    """How many characters the number before a note's words takes, white space after it included."""
    # Raised, "7Text" is a number and its words; as plain text only a stop or brackets tell it from them.
    for pattern in {"raised": (_BRACKETED, _RAISED), "plain": (_BRACKETED, _STOPPED)}.get(shows, ()):
        match = pattern.match(text, note.start, note.end)
        if match and match[1].lower() == note.label.lower() and match.end() < note.end:
            return match.end() - note.start
    return 0


def _with_bracketed(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """Pages in brackets where no element marks pages; else the brackets around an element's number."""
    found = [(m.start(), m.end(), m.group(1)) for m in PAGE.finditer(text)]
    held = [m for m in marks if m.kind == "page"]
    if not held:
        return [*marks, *(Mark("page", *each) for each in found)]
    whole = {
        m: Mark("page", start, end, label)
        for start, end, label in found
        for m in held
        if start <= m.start and m.end <= end and m.label == label
    }
    return [whole.get(mark, mark) for mark in marks]
