"""Markup to text with marks: what a TEI element means for the words, their order and their spaces.

White space in TEI is layout: inside a paragraph any run of it is one space, and between blocks it is
nothing. So the text is built with a pending separator: the strongest one asked for since the last
word is written before the next word, and none at the ends. Words are never moved, except that notes,
which TEI keeps at their anchors, go to the end of the text in the order of their anchors.
"""

from __future__ import annotations

import re
from typing import Any

from qa.reading.collecting import CELL, LINE, PARAGRAPH, Collector
from qa.reading.tei_xml import XML_ID, local_name, page_label
from qa.types import Mark, MarkKind

SPACE = " "

# XML's own white space only: a no-break or thin space is a character of the text.
_LAYOUT = re.compile(r"[ \t\r\n]+")

_CLOSES = re.compile(r" [,;:)\]]| \.(?! ?\.)")

_PARAGRAPHS = frozenset({"quote", "closer", "postscript", "opener", "table", "attachment", "div", "lg"})
_LINES = frozenset({"list", "row", "l", "salute", "byline"})
_RUN_ON = frozenset({"cell", "item", "head"})
"""Where a line break of the print is no more than a space: it is set only for want of width."""


class TeiCollector(Collector):
    """Collects the words of TEI; ``text()`` and ``marks()`` give what was collected."""

    def __init__(self) -> None:
        super().__init__()
        self._anchor_at = -1
        self._joined = False

    def words(self, raw: str | None) -> None:
        """Adds character data, its layout collapsed."""
        if not raw:
            return
        text = _LAYOUT.sub(" ", raw)
        if self._joined:
            text = text.lstrip(" ")
            if not text:
                return
            self._joined = False
        if self._anchor_at == self.length and self._gap in ("", SPACE):
            # "telegram 2278<note/> )": the marker stood between in print, and the space is layout.
            spaced = self._gap + text.lstrip(" ") if self._gap else text
            if _CLOSES.match(spaced):
                text, self._gap = spaced[1:], ""
        if text[0] == " ":
            self.separate(SPACE)
            text = text[1:]
        if not text:
            return
        ends_in_space = text[-1] == " "
        if ends_in_space:
            text = text[:-1]
        self._add(text)
        if ends_in_space:
            self._gap = SPACE

    def separate(self, separator: str) -> None:
        """Asks for a separator before the next word; the strongest asked for wins, cells add up."""
        held = self._gap
        if separator == CELL:
            if LINE not in held:
                self._gap = held.strip(" ") + CELL
        elif _strength(separator) > _strength(held):
            self._gap = separator

    def join(self) -> None:
        """The next word goes on with the last one: the white space between them is layout."""
        if self._gap in ("", SPACE):
            self._gap, self._joined = "", True

    def ends_with(self, ending: str) -> bool:
        """Whether the last words added end so."""
        return bool(self._parts) and self._parts[-1].endswith(ending)

    def anchor(self, label: str, ref: str, *, opens_block: bool) -> None:
        """The anchor of a note: right after the last word, or before the next one where a block that
        has no word yet begins with it."""
        if self.length == 0 or (opens_block and LINE in self._gap):
            self._anchors.append((label, ref))
        else:
            self._marks.append(Mark("marker", self.length, self.length, label, ref))
            self._anchor_at = self.length


class TeiWalker:
    """Walks the elements of one document into a TeiCollector."""

    def __init__(self) -> None:
        self.out = TeiCollector()
        self.page: str | None = None
        """The page that the last break met began."""
        self._notes: list[tuple[Any, str, str]] = []
        self._refs: set[str] = set()
        self._inside: list[str] = []

    def notes_follow(self) -> None:
        """Writes the notes met so far, each a paragraph of its own, in the order of their anchors."""
        self.out.forget_page()
        # A note may itself hold a note: that one's anchor lies at the end of the text, so it queues up.
        while self._notes:
            element, label, ref = self._notes.pop(0)
            self.out.separate(PARAGRAPH)
            start = self.out.begin()
            self._inside.append("note")
            self._content(element)
            self._inside.pop()
            self.out.forget_page()
            self.out.end("note", start, label, ref, self.role(element))

    def role(self, note: Any) -> str:
        """What kind of note a note is (Mark.role): "source" for the one that says where the paper lies."""
        return "source" if note.get("type") == "source" else ""

    def element(self, element: Any) -> None:
        """One element with everything in it, without its tail."""
        tag = local_name(element)
        if tag is None:
            # An entity that was left unresolved stands as it is written; comments are gone already.
            self.out.words(element.text)
            return
        match tag:
            case "pb":
                self._page_break(element)
            case "lb":
                run_on = any(inside in _RUN_ON for inside in self._inside)
                self.out.separate(SPACE if run_on else LINE)
            case "note":
                self._note(element)
            case "head" if self._parent() == "list":
                self._block(element, LINE)
            case "head":
                self._block(element, PARAGRAPH, "heading")
            case "dateline":
                self._block(element, PARAGRAPH, "front")
            case "item" | "label" | "cell" | "signed" | "p":
                self._placed(tag, element)
            case "figure" | "graphic":
                pass
            case _ if tag in _PARAGRAPHS:
                self._block(element, PARAGRAPH)
            case _ if tag in _LINES:
                self._block(element, LINE)
            case _:
                self._content(element)

    def _placed(self, tag: str, element: Any) -> None:
        """Elements whose separator depends on what they stand in or after."""
        previous = element.getprevious()
        after = None if previous is None else local_name(previous)
        before = following = PARAGRAPH
        if tag == "p" and self._parent() == "item" and _is_first(element):
            before = ""
        elif tag == "item":
            # A label and its item are one line: "1. The only public explanations …".
            before, following = (SPACE if after == "label" else LINE), LINE
        elif tag == "label":
            before, following = LINE, SPACE
        elif tag == "cell":
            before, following = "", CELL
        elif tag == "signed":
            # "By <signed>…" is one line, two signatures are two.
            before, following = (LINE if after == "signed" else ""), ""
        self.out.separate(before)
        self._within(tag, element)
        self.out.separate(following)

    def _parent(self) -> str:
        return self._inside[-1] if self._inside else ""

    def _content(self, element: Any) -> None:
        self.out.words(element.text)
        for child in element:
            self.element(child)
            self.out.words(child.tail)

    def _within(self, tag: str, element: Any) -> None:
        self._inside.append(tag)
        self._content(element)
        self._inside.pop()

    def _block(self, element: Any, separator: str, kind: MarkKind | None = None) -> None:
        self.out.separate(separator)
        start = self.out.begin() if kind else None
        self._within(str(local_name(element)), element)
        if kind and start is not None:
            self.out.end(kind, start)
        self.out.separate(separator)

    def _page_break(self, element: Any) -> None:
        label = page_label(element)
        if label is not None:
            self.page = label
            self.out.page(label)

    def _note(self, element: Any) -> None:
        if element.get("rend") == "inline":
            # No note but a line of the document's head: its file number, "[Telegram]", "[Enclosure]".
            self._block(element, PARAGRAPH, "front")
            return
        label = element.get("n") or ""
        ref = element.get(XML_ID) or element.get("target") or f"note{len(self._refs) + 1}"
        while ref in self._refs:
            ref += "+"
        self._refs.add(ref)
        parent = local_name(element.getparent())
        self.out.anchor(label, ref, opens_block=parent not in ("div", "attachment"))
        self._notes.append((element, label, ref))


def _is_first(element: Any) -> bool:
    return element.getprevious() is None and not (element.getparent().text or "").strip()


def _strength(separator: str) -> int:
    if separator.startswith(CELL):
        return 2
    return {"": 0, SPACE: 1, LINE: 3, PARAGRAPH: 4}[separator]
