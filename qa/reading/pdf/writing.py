"""Pages to one text with its marks and its layout.

What the print puts between two pages (feet of the one, heads of the other) is one page mark, inside the
paragraph that goes on over it. Notes follow the paragraph that is open when their page ends, so that no
sentence is cut by them; page marks of no width say where they, and what follows them, stand.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from qa.reading.layout import Layout
from qa.reading.pdf.lines import Line
from qa.reading.pdf.notes import Foot, Note, raised_labels
from qa.reading.pdf.paragraphs import Paragraph, ends_sentence, goes_on
from qa.reading.pdf.sheets import Sheet
from qa.types import Mark

_LIKE_MARKER = re.compile(r"(?:[^\W\d_]{3,}|[^\W\d_][\"'”’»)\]]*[.,;:!?…]|[\"”’»)\]])[\"'”’»)\].,;:!?…]*$")


@dataclass(slots=True)
class Page:
    """What is written of a page: ``label`` is its number; ``columns`` are its regions' paragraphs."""

    sheet: Sheet
    label: str
    heads: list[Line]
    feet: list[Line]
    columns: list[list[Paragraph]]
    foot: Foot


@dataclass(slots=True)
class _Pending:
    """A note that waits for the end of a paragraph: its lines, each with the page that they stand on."""

    note: Note
    parts: list[tuple[Page, list[Line]]]


@dataclass(slots=True)
class _Anchor:
    page: int
    start: int
    end: int
    label: str
    in_note: bool


@dataclass(slots=True)
class _Written:
    page: int
    label: str
    start: int
    end: int


@dataclass(slots=True)
class Writer:
    """Takes pages in order; ``finished`` gives text, marks and layout."""

    _pieces: list[str] = field(default_factory=list)
    _at: int = 0
    _marks: list[Mark] = field(default_factory=list)
    _layout: Layout = field(default_factory=Layout)
    _break: list[tuple[Sheet, Line]] = field(default_factory=list)
    _breaks: bool = False
    _current: int = -1
    _last: Paragraph | None = None
    _opened: tuple[int, bool] | None = None  # start of the paragraph being written, whether a heading
    _pending: list[_Pending] = field(default_factory=list)
    _held: _Pending | None = None
    _anchors: list[_Anchor] = field(default_factory=list)
    _notes: list[_Written] = field(default_factory=list)
    _bodies: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def page(self, page: Page) -> None:
        """Adds a page."""
        foot = page.foot
        if foot.continued:
            if self._pending:
                self._pending[-1].parts.append((page, foot.continued))
                if not foot.notes and not ends_sentence(foot.continued[-1].text):
                    self._held = self._pending[-1]  # it may go on, on the page after this one
            else:
                self._pending.append(_Pending(Note("", 0, []), [(page, foot.continued)]))
        self._break += [(page.sheet, line) for line in page.heads]
        self._breaks = True
        for column in page.columns:
            for number, paragraph in enumerate(column):
                if number == 0 and self._last is not None and goes_on(self._last, paragraph):
                    self._go_on(page, paragraph)
                else:
                    self._close()
                    self._begin(page, paragraph)
                self._last = paragraph
        self._pending += [_Pending(note, [(page, note.lines)]) for note in foot.notes]
        self._break += [(page.sheet, line) for line in page.feet]
        self._held = None

    def finished(self) -> tuple[str, tuple[Mark, ...], bytes]:
        """The text, its marks in order, the packed layout."""
        self._held = None
        self._close()
        if self._break:
            self._put("\n\n" if self._at else "")
            start = self._at
            self._break_lines()
            self._marks.append(Mark("apparatus", start, self._at))
        text = "".join(self._pieces)
        marks = [*self._marks, *_tied(text, self._anchors, self._notes, self._bodies)]
        return text, tuple(sorted(marks, key=lambda m: (m.start, m.end))), self._layout.pack()

    def _put(self, text: str) -> None:
        self._pieces.append(text)
        self._at += len(text)

    def _begin(self, page: Page, paragraph: Paragraph) -> None:
        self._put("\n\n" if self._at else "")
        self._turn(page)
        self._opened = self._at, paragraph.heading
        self._body(page, paragraph)

    def _go_on(self, page: Page, paragraph: Paragraph) -> None:
        self._put("\n")
        self._turn(page)
        self._body(page, paragraph)

    def _body(self, page: Page, paragraph: Paragraph) -> None:
        start = self._at
        self._lines(page.sheet, paragraph.lines, in_note=False)
        self._bodies[page.sheet.index].append((start, self._at))

    def _close(self) -> None:
        """Ends the paragraph that is open, and writes the notes that waited for its end."""
        if self._opened is not None:
            start, heading = self._opened
            if heading:
                self._marks.append(Mark("heading", start, self._at))
        self._opened = None
        self._last = None
        waiting = [pending for pending in self._pending if pending is not self._held]
        self._pending = [pending for pending in self._pending if pending is self._held]
        for pending in waiting:
            self._note(pending)

    def _note(self, pending: _Pending) -> None:
        self._put("\n\n" if self._at else "")
        note, parts = pending.note, pending.parts
        first = True
        for page, lines in parts:
            if first:
                if note.prefix:
                    line = lines[0]
                    self._layout_of(page.sheet, line)
                    self._marks.append(Mark("marker", self._at, self._at + note.prefix, note.label))
                start = self._at + note.prefix
            else:
                self._put("\n")
            # Always said: a note may stand on another page than its marker.
            at = start if first else self._at
            self._marks.append(Mark("page", at, at, page.label))
            self._current = page.sheet.index
            self._lines(page.sheet, lines, in_note=True, prefix=note.prefix if first else 0)
            first = False
        end = self._at
        text = "".join(self._pieces[-2 * sum(len(lines) for _, lines in parts) - 4 :])
        end -= len(text) - len(text.rstrip())
        if end > start:
            self._notes.append(_Written(parts[0][0].sheet.index, note.label, start, end))

    def _turn(self, page: Page) -> None:
        """Says which page the next words stand on, where they are not on the one before."""
        if self._breaks:
            start = self._at
            self._break_lines(last="\n")
            self._marks.append(Mark("page", start, self._at, page.label))
        elif self._current != page.sheet.index:
            self._marks.append(Mark("page", self._at, self._at, page.label))
        self._current = page.sheet.index

    def _break_lines(self, last: str = "") -> None:
        for number, (sheet, line) in enumerate(self._break):
            self._layout_of(sheet, line)
            self._put(line.text)
            self._put(last if number == len(self._break) - 1 else "\n")
        self._break = []
        self._breaks = False

    def _lines(self, sheet: Sheet, lines: Sequence[Line], *, in_note: bool, prefix: int = 0) -> None:
        for number, line in enumerate(lines):
            if number:
                self._put("\n")
            if not (prefix and number == 0):
                self._layout_of(sheet, line)
            for start, end, label in raised_labels(line):
                if number or start >= prefix:
                    self._anchors.append(
                        _Anchor(sheet.index, self._at + start, self._at + end, label, in_note)
                    )
            self._put(line.text)

    def _layout_of(self, sheet: Sheet, line: Line) -> None:
        if sheet.turn:
            # Turned words stand above each other on the picture: each is a line there.
            for start, end, left, right in line.words:
                x0, y0, x1, y1 = sheet.fractions(left, line.top, right, line.bottom)
                self._layout.add(sheet.index, y0, y1, [(self._at + start, self._at + end, x0, x1)])
            return
        words = [
            (self._at + start, self._at + end, left / sheet.width, right / sheet.width)
            for start, end, left, right in line.words
        ]
        self._layout.add(sheet.index, line.top / sheet.height, line.bottom / sheet.height, words)


def _tied(
    text: str, anchors: list[_Anchor], notes: list[_Written], bodies: dict[int, list[tuple[int, int]]]
) -> Iterable[Mark]:
    """The notes, each with the marker that refers to it; other markers without a note."""
    free: dict[tuple[int, str], list[_Anchor]] = defaultdict(list)
    for anchor in anchors:
        free[anchor.page, anchor.label].append(anchor)
    used: set[int] = set()
    for number, note in enumerate(notes, 1):
        ref = f"fn-{number}"
        yield Mark("note", note.start, note.end, note.label, ref, "footnote")
        if not note.label:
            continue
        own = _anchor(text, note, free, used) or _glued(text, note, bodies)
        if own is not None:
            used.add(id(own))
            yield Mark("marker", own.start, own.end, note.label, ref)
    for anchor in anchors:
        digits = anchor.label.isdigit() or not anchor.label.isalnum()
        if id(anchor) not in used and digits and _like_marker(text, anchor):
            yield Mark("marker", anchor.start, anchor.end, anchor.label)


def _anchor(
    text: str, note: _Written, free: dict[tuple[int, str], list[_Anchor]], used: set[int]
) -> _Anchor | None:
    for page in (note.page, note.page - 1):
        here = [a for a in free.get((page, note.label), ()) if id(a) not in used and a.start < note.start]
        if here:
            # "km²" and a note 2 on one page: what looks like a marker comes first.
            return min(here, key=lambda a: (a.in_note, not _like_marker(text, a), a.start))
    return None


def _like_marker(text: str, anchor: _Anchor) -> bool:
    return bool(_LIKE_MARKER.search(text[max(0, anchor.start - 24) : anchor.start]))


def _glued(text: str, note: _Written, bodies: dict[int, list[tuple[int, int]]]) -> _Anchor | None:
    """A number behind a word of the page, where it is not raised: "Litvinov.7"; None unless there is
    exactly one."""
    if not note.label.isdigit():
        return None
    pattern = re.compile(rf"(?:[^\W\d_]{{2}}|[^\W\d_][.,;:!?”’»)\"']{{1,3}})({note.label})(?=[\s—–]|$)")
    found = [m for start, end in bodies.get(note.page, ()) for m in pattern.finditer(text, start, end)]
    return _Anchor(note.page, *found[0].span(1), note.label, in_note=False) if len(found) == 1 else None
