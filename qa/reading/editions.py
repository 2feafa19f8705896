"""Texts in TEI of any make: letters, editions, papers. (FRUS volumes have a reader of their own.)

A file is one document; in a ``teiCorpus`` or a ``group`` each text is one, and so is each
``div type="document"``. What stands in the source is shown, not what an editor made of it: of a ``choice``
the ``sic``, ``orig`` or ``abbr``; of variants the ``lem``; what the writer struck out (``del``) is left
out. Words an editor supplied stay, as the file has no other; a ``gap`` is shown as "[…]", the one thing
that is written here and not in the file, so that no quote closes over a hole. Running heads (``fw``) are
left out.

Notes go to the end of the document in the order of their anchors, unless they have a place of their own
to which a ``ref`` points. A page break without ``n`` is called by the page number that is transcribed
after it, else by its count in brackets ("[5]").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from qa.errors import UnreadableFile
from qa.reading.tei import (
    LINE,
    PARAGRAPH,
    SPACE,
    XML_ID,
    TeiWalker,
    entities,
    local_name,
    page_label,
)
from qa.reading.tei_header import metadata
from qa.types import Document, Mark, MarkKind

READER = "tei/1"
GAP = "[…]"
MAX_PAGE = 12
"""Characters up to which a transcribed page number is one."""

_ROOTS = frozenset({"TEI", "TEI.2", "teiCorpus", "teiCorpus.2"})
_UNSEEN = frozenset(
    """teiHeader standOff facsimile sourceDoc xenoData fw del rdg rdgGrp wit figDesc graphic media desc interp
    interpGrp certainty precision respons index metamark handShift""".split()
)
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


def read_edition(path: Path, name: str, root: Any) -> tuple[Document, ...]:
    """The documents of a parsed TEI file. Raises UnreadableFile where the root is not TEI's, or no words
    are in it."""
    if local_name(root) not in _ROOTS:
        raise UnreadableFile(
            str(path),
            f"is XML, but not TEI (it begins with <{local_name(root)}>).",
            "Save its text as plain text and add that.",
        )
    try:
        documents = tuple(_documents(name, root, entities(path, root)))
    except RecursionError as error:
        raise UnreadableFile(str(path), "its elements are nested too deeply for a real text.") from error
    if not documents:
        raise UnreadableFile(str(path), "is TEI without a word of text.", "Add a transcription of it.")
    return documents


def _documents(name: str, root: Any, declared: dict[str, str]) -> Iterator[Document]:
    units = list(_units(root, (), ""))
    many = len(units) > 1
    taken: set[str] = set()
    works: dict[Any, _Work] = {}
    for number, (element, headers, key) in enumerate(units, 1):
        called = f"{name}/{_key(element, key, number, taken)}" if many else name
        top = _work_of(element)
        if top not in works:
            works[top] = _Work(top, frozenset(unit for unit, *_ in units), declared)
        walker = EditionWalker(works[top], element)
        text, marks = walker.read()
        if not text:
            continue
        heading = next((text[m.start : m.end] for m in marks if m.kind == "heading"), "")
        # What the header says of the whole says nothing of one text of many.
        own = element is top
        known = metadata(headers, element, name, " ".join(heading.split()), own=own)
        yield Document(called, text, marks, known)


def _units(element: Any, headers: tuple[Any, ...], key: str) -> Iterator[tuple[Any, tuple[Any, ...], str]]:
    """(element, the headers that hold for it, the nearest first, its name if its own id says none)."""
    tag = local_name(element)
    if tag in ("TEI", "TEI.2", "teiCorpus", "teiCorpus.2"):
        own = tuple(child for child in element if local_name(child) == "teiHeader")
        headers, key = (*own, *headers), element.get(XML_ID) or element.get("n") or ""
    if tag in ("TEI", "TEI.2"):
        inner = [e for e in element.iter() if _is_unit(e)]
        yield element, headers, "front" if inner and not key else key
        for unit in inner:
            yield unit, headers, ""
        return
    for child in element:
        if local_name(child) in _ROOTS:
            yield from _units(child, headers, "")


def _is_unit(element: Any) -> bool:
    tag = local_name(element)
    if tag in ("div", "div1", "div2"):
        return bool(element.get("type") == "document")
    return tag == "text" and local_name(element.getparent()) == "group" and not _holds_group(element)


def _holds_group(text: Any) -> bool:
    return any(local_name(child) == "group" for child in text)


def _key(element: Any, key: str, number: int, taken: set[str]) -> str:
    found = re.sub(r"[\s/]+", "_", (element.get(XML_ID) or element.get("n") or key).strip()) or str(number)
    while found in taken:
        found += f"-{number}"
    taken.add(found)
    return found


def _work_of(element: Any) -> Any:
    """The TEI element that an element stands in or is."""
    while local_name(element) not in _ROOTS:
        element = element.getparent()
    return element


class _Work:
    """What holds for all texts of one TEI element: its ids, its notes and what points to them, its pages."""

    def __init__(self, top: Any, units: frozenset[Any], entities: dict[str, str]) -> None:
        self.units = units
        self.entities = entities
        self.known = {e.get(XML_ID): e for e in top.iter() if e.get(XML_ID)}
        self.pointers: dict[Any, list[Any]] = {}
        self.anchored: dict[str, list[Any]] = {}
        for element in top.iter():
            note = self.note_pointed_to(element)
            if note is not None and self.text_of(element) is not None:
                self.pointers.setdefault(note, []).append(element)
        # A note may itself say what it is a note to: <note target="#a1"> and <anchor xml:id="a1"/>.
        self.anchors: set[Any] = set()
        for note in (e for e in top.iter() if local_name(e) == "note" and e not in self.pointers):
            for target in _local(note.get("target")):
                if target in self.known and note not in self.anchors:
                    self.anchored.setdefault(target, []).append(note)
                    self.anchors.add(note)
        self.labels, self.begins = _pages(top, units)

    def note_pointed_to(self, element: Any) -> Any:
        """The note that a ``ref`` or ``ptr`` points to; None for all else."""
        if local_name(element) in ("ref", "ptr"):
            for target in _local(element.get("target")):
                note = self.known.get(target)
                if note is not None and local_name(note) == "note":
                    return note
        return None

    def text_of(self, element: Any) -> Any:
        """The unit whose words an element's are; None where they are left out."""
        while element is not None and element not in self.units:
            if local_name(element) in _UNSEEN:
                return None
            element = element.getparent()
        return element


class EditionWalker(TeiWalker):
    """Walks one text of a work into words and marks, without those that are documents of their own."""

    def __init__(self, work: _Work, unit: Any) -> None:
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
        if tag in _UNSEEN or (element is not self._unit and element in self._work.units):
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


def _local(target: str | None) -> list[str]:
    return [part[1:] for part in (target or "").split() if part.startswith("#")]


def _has_blocks(element: Any) -> bool:
    return any(local_name(e) in ("p", "ab", "lg", "l", "div", "list", "table") for e in element)


def _pages(top: Any, units: frozenset[Any]) -> tuple[dict[Any, str], dict[Any, str]]:
    """What the page that begins at each break is called, and the page that each unit begins on."""
    breaks = [e for e in top.iter() if local_name(e) == "pb"]
    # The pages of one edition only, where those of several are marked.
    edition = next((e.get("ed") for e in breaks if e.get("ed")), None)
    breaks = [e for e in breaks if e.get("ed") in (None, edition)]
    labels: dict[Any, str] = {}
    for number, element in enumerate(breaks, 1):
        labels[element] = page_label(element) or f"[{number}]"
    begins: dict[Any, str] = {}
    last, at = None, None
    for element in top.iter():
        if element in labels:
            last, at = element, labels[element]
        elif element in units and at is not None:
            begins[element] = at
        elif last is not None and page_label(last) is None and local_name(element) == "fw":
            words = "".join(element.itertext()).strip(" \t\r\n.[]()–—-")
            if (element.get("type") or "").lower() in ("pagenum", "pagenumber", "folio") and 0 < len(
                words
            ) <= 12:
                labels[last] = at = words
    return labels, begins
