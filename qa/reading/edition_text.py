"""One text of an edition in TEI as words and marks: what the source has, with its notes at its end."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from qa.reading.collecting import LINE, PARAGRAPH
from qa.reading.edition_work import UNSEEN, Work
from qa.reading.tei import SPACE, TeiWalker
from qa.reading.tei_xml import XML_ID, local_name
from qa.types import Mark, MarkKind

GAP = "[…]"
_CHOSEN = ("sic", "orig", "abbr")
_PARAGRAPHS = frozenset(
    """div div1 div2 div3 div4 div5 div6 div7 ab epigraph argument sp figure floatingText body front back
    titlePage listBibl castList trailer docImprint docEdition postscript closer opener table lg quote cit
    eg""".split()
)
_LINES = frozenset(
    """speaker stage bibl biblStruct biblFull castItem titlePart docAuthor docDate address addrLine
    imprimatur listItem entry""".split()
)
_FRONT = frozenset({"titlePage", "dateline"})
_MAYBE_INLINE = frozenset({"quote", "cit", "figure", "floatingText", "address", "bibl", "stage"})
"""Blocks where they stand among blocks; in a line of words they are part of it."""
_INLINE_PARENTS = frozenset(
    """p ab head l seg q said quote note item cell hi emph bibl salute signed dateline s w label""".split()
)
_SPECIAL = {
    "gap": "_gap", "space": "_space", "choice": "_choice", "app": "_variants", "pb": "_page_break",
    "lb": "_line_break", "cb": "_line_break", "ref": "_pointer", "ptr": "_pointer", "note": "_note",
}  # fmt: skip
"""Elements with a meaning of their own, and the method of EditionWalker that knows it."""
_HOLDERS = frozenset(
    """div div1 div2 div3 div4 div5 div6 div7 body back front text noteGrp listAnnotation list""".split()
)
"""A note that something points to and that stands in one of these has a place of its own."""


class EditionWalker(TeiWalker):
    """Walks one text of a work into words and marks, without those that are documents of their own."""

    def __init__(self, work: Work, unit: Any) -> None:
        super().__init__()
        self._work = work
        self._unit = unit
        self._marked = False
        self._named: dict[Any, str] = {}
        self._queued: set[Any] = set()

    def read(self) -> tuple[str, tuple[Mark, ...]]:
        """The text and its marks."""
        before = self._work.begins.get(self._unit)
        if before is not None:
            self.page = before
            self.out.page(before)
        self.element(self._unit)
        self.notes_follow()
        return self.out.text(), _tied(self.out.marks())

    def role(self, note: Any) -> str:
        """ "source", "endnote", "comment" (in the margin) or "footnote"."""
        said = f"{note.get('type') or ''} {note.get('place') or ''}".lower()
        if re.search(r"source|provenance|physical", said):
            return "source"
        if re.search(r"\bend|back", said) or any(local_name(e) == "back" for e in note.iterancestors()):
            return "endnote"
        return "comment" if re.search(r"margin|left|right|comment", said) else "footnote"

    def element(self, element: Any) -> None:
        tag = local_name(element)
        if tag is None:
            name = getattr(element, "name", None)
            self.out.words(self._work.entities.get(str(name), element.text))
            return
        if tag in UNSEEN or (element is not self._unit and element in self._work.units):
            return
        special = _SPECIAL.get(tag)
        if special is not None:
            getattr(self, special)(element)
        else:
            self._words_or_block(tag, element)
        for note in self._work.anchored.get(element.get(XML_ID) or "", ()):
            self._anchor(note)

    def _words_or_block(self, tag: str, element: Any) -> None:
        inline = self._parent() in _INLINE_PARENTS
        if tag == "head" and self._parent() != "list":
            self._block(element, PARAGRAPH, "heading")
        elif tag in _FRONT:
            self._block(element, PARAGRAPH, "front")
        elif inline and (tag == "label" or (tag in _MAYBE_INLINE and not _has_blocks(element))):
            self._within(tag, element)
        elif tag in _PARAGRAPHS:
            self._block(element, PARAGRAPH)
        elif tag in _LINES:
            self._block(element, LINE)
        else:
            super().element(element)

    def _block(self, element: Any, separator: str, kind: MarkKind | None = None) -> None:
        # A range of one voice does not lie within another: a dateline in a heading is heading.
        kind = None if self._marked or "note" in self._inside else kind
        before, self._marked = self._marked, self._marked or kind is not None
        super()._block(element, separator, kind)
        self._marked = before

    def _gap(self, _element: Any) -> None:
        self.out.words(GAP)

    def _space(self, _element: Any) -> None:
        self.out.separate(SPACE)

    def _choice(self, element: Any) -> None:
        children = [child for child in element if local_name(child) is not None]
        chosen = next((c for tag in _CHOSEN for c in children if local_name(c) == tag), None)
        if chosen is not None or children:
            self.element(children[0] if chosen is None else chosen)

    def _variants(self, element: Any) -> None:
        """Of the readings of a place the one that the edition prints."""
        readings = [e for e in element.iter() if local_name(e) in ("lem", "rdg")]
        chosen = next((e for e in readings if local_name(e) == "lem"), readings[0] if readings else None)
        if chosen is not None:
            self._content(chosen)
        for child in element:
            if local_name(child) == "note":
                self._note(child)

    def _page_break(self, element: Any) -> None:
        label = self._work.labels.get(element)
        if label is not None:
            self.page = label
            self.out.page(label)
        if element.get("break") == "no":
            self.out.join()

    def _line_break(self, element: Any) -> None:
        # A word that goes on in the next line is one word; where it has its hyphen, as it stands there.
        if element.get("break") == "no" and not self.out.ends_with("-"):
            self.out.join()
        else:
            narrow = any(inside in ("cell", "item", "head") for inside in self._inside)
            self.out.separate(SPACE if narrow else LINE)

    # -- notes --

    def _pointer(self, element: Any) -> None:
        """A reference to a note is its marker; any other reference is words."""
        note = self._work.note_pointed_to(element)
        if note is None:
            self._content(element)
            return
        ref = self._ref(note)
        start = self.out.begin()
        self._content(element)
        shown = "".join(element.itertext()).strip().strip("[]()") or note.get("n") or ""
        if start:
            self.out.end("marker", start, shown, ref)
        else:
            self.out.end("marker", start)
            self.out.anchor(shown, ref, opens_block=False)
        if not self._has_place(note):
            self._queue(note)

    def _anchor(self, note: Any) -> None:
        self.out.anchor(note.get("n") or "", self._ref(note), opens_block=False)
        self._queue(note)

    def _note(self, element: Any) -> None:
        if element in self._work.anchors:
            return
        if element not in self._work.pointers:
            opens = local_name(element.getparent()) not in _HOLDERS
            self.out.anchor(element.get("n") or "", self._ref(element), opens_block=opens)
            self._queue(element)
        elif self._has_place(element):
            self._in_place(element)

    def _queue(self, note: Any) -> None:
        if note not in self._queued:
            self._queued.add(note)
            self._notes.append((note, note.get("n") or "", self._ref(note)))

    def _has_place(self, note: Any) -> bool:
        """Whether a note that is pointed to is read where it stands: between blocks, in this text."""
        if local_name(note.getparent()) not in _HOLDERS or self._work.text_of(note) is not self._unit:
            return False
        return any(self._work.text_of(pointer) is self._unit for pointer in self._work.pointers[note])

    def _in_place(self, note: Any) -> None:
        if self.page is not None:
            self.out.page(self.page)  # its own, whatever page its marker is on
        self.out.separate(PARAGRAPH)
        start = self.out.begin()
        self._within("note", note)
        self.out.end("note", start, note.get("n") or "", self._ref(note), self.role(note))
        self.out.separate(PARAGRAPH)

    def _ref(self, note: Any) -> str:
        if note not in self._named:
            ref = note.get(XML_ID) or f"note{len(self._refs) + 1}"
            while ref in self._refs:
                ref += "+"
            self._refs.add(ref)
            self._named[note] = ref
        return self._named[note]


def _tied(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Each marker without a note (an empty one) as a marker of none, and each note without a marker (it
    stood in what is left out) anchored where it stands."""
    notes = {mark.ref for mark in marks if mark.kind == "note"}
    markers = {mark.ref for mark in marks if mark.kind == "marker"}
    kept = [replace(m, ref="") if m.kind == "marker" and m.ref not in notes else m for m in marks]
    lone = [m for m in marks if m.kind == "note" and m.ref not in markers]
    kept += [Mark("marker", note.start, note.start, note.label, note.ref) for note in lone]
    return tuple(sorted(kept, key=lambda mark: (mark.start, mark.end)))


def _has_blocks(element: Any) -> bool:
    return any(local_name(e) in ("p", "ab", "lg", "l", "div", "list", "table") for e in element)
