"""Markup to text with marks: what a TEI element means for the words, their order and their spaces.

White space in TEI is layout: inside a paragraph any run of it is one space, and between blocks it is
nothing. So the text is built with a pending separator: the strongest one asked for since the last
word is written before the next word, and none at the ends. Words are never moved, except that notes,
which TEI keeps at their anchors, go to the end of the text in the order of their anchors.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from qa.errors import UnreadableFile
from qa.types import Mark, MarkKind

PARAGRAPH = "\n\n"
LINE = "\n"
CELL = "\t"
SPACE = " "

XML_ID = "{http://www.w3.org/XML/1998/namespace}id"

# XML's own white space only: a no-break or thin space is a character of the text.
_LAYOUT = re.compile(r"[ \t\r\n]+")

_CLOSES = re.compile(r" [,;:)\]]| \.(?! ?\.)")

_PARAGRAPHS = frozenset({"quote", "closer", "postscript", "opener", "table", "attachment", "div", "lg"})
_LINES = frozenset({"list", "row", "l", "salute", "byline"})
_RUN_ON = frozenset({"cell", "item", "head"})
"""Where a line break of the print is no more than a space: it is set only for want of width."""


class TextBuilder:
    """Collects words and marks; ``text()`` and ``marks()`` give what was collected."""

    def __init__(self) -> None:
        self.length = 0
        self._parts: list[str] = []
        self._marks: list[Mark] = []
        self._separator = ""
        self._anchor_at = -1
        self._page: str | None = None
        self._anchors: list[tuple[str, str]] = []
        self._starts: list[list[int]] = []
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
        if self._anchor_at == self.length and self._separator in ("", SPACE):
            # "telegram 2278<note/> )": the marker stood between in print, and the space is layout.
            spaced = self._separator + text.lstrip(" ") if self._separator else text
            if _CLOSES.match(spaced):
                text, self._separator = spaced[1:], ""
        if text[0] == " ":
            self.separate(SPACE)
            text = text[1:]
        if not text:
            return
        ends_in_space = text[-1] == " "
        if ends_in_space:
            text = text[:-1]
        self._flush()
        self._parts.append(text)
        self.length += len(text)
        if ends_in_space:
            self._separator = SPACE

    def separate(self, separator: str) -> None:
        """Asks for a separator before the next word; the strongest asked for wins, cells add up."""
        held = self._separator
        if separator == CELL:
            if LINE not in held:
                self._separator = held.strip(" ") + CELL
        elif _strength(separator) > _strength(held):
            self._separator = separator

    def page(self, label: str) -> None:
        """A page begins at the next word. Of two breaks with no word between them the last one counts."""
        self._page = label

    def join(self) -> None:
        """The next word goes on with the last one: the white space between them is layout."""
        if self._separator in ("", SPACE):
            self._separator, self._joined = "", True

    def ends_with(self, ending: str) -> bool:
        """Whether the last words added end so."""
        return bool(self._parts) and self._parts[-1].endswith(ending)

    def forget_page(self) -> None:
        """Drops a page break that no word followed."""
        self._page = None

    def anchor(self, label: str, ref: str, *, opens_block: bool) -> None:
        """The anchor of a note: right after the last word, or before the next one where a block that
        has no word yet begins with it."""
        if self.length == 0 or (opens_block and LINE in self._separator):
            self._anchors.append((label, ref))
        else:
            self._marks.append(Mark("marker", self.length, self.length, label, ref))
            self._anchor_at = self.length

    def begin(self) -> list[int]:
        """Opens a range that starts with the next word."""
        start: list[int] = []
        self._starts.append(start)
        return start

    def end(
        self, kind: MarkKind, start: list[int], label: str = "", ref: str = "", role: str = ""
    ) -> Mark | None:
        """Marks the range since ``begin``; None where no word was added."""
        if not start:
            # By identity: every range that has not begun is an equal, empty list.
            self._starts = [other for other in self._starts if other is not start]
            return None
        mark = Mark(kind, start[0], self.length, label, ref, role)
        self._marks.append(mark)
        return mark

    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    def marks(self) -> tuple[Mark, ...]:
        """The marks, by start, then end; at one place in the order in which they were met."""
        left = [Mark("marker", self.length, self.length, *anchor) for anchor in self._anchors]
        return tuple(sorted(self._marks + left, key=lambda mark: (mark.start, mark.end)))

    def _flush(self) -> None:
        if self.length and self._separator:
            self._parts.append(self._separator)
            self.length += len(self._separator)
        self._separator = ""
        if self._page is not None:
            self._marks.append(Mark("page", self.length, self.length, self._page))
            self._page = None
        if self._anchors:
            self._marks += [Mark("marker", self.length, self.length, *anchor) for anchor in self._anchors]
            self._anchors = []
        if self._starts:
            for start in self._starts:
                start.append(self.length)
            self._starts = []


class TeiWalker:
    """Walks the elements of one document into a TextBuilder."""

    def __init__(self) -> None:
        self.out = TextBuilder()
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


def parse(path: Path, data: bytes, encoding: str | None = None) -> Any:
    """The root element of an XML file, its entities left as they are written and nothing fetched. Raises
    UnreadableFile where it is not well-formed, with the line."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True,
        encoding=encoding,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        what = str(error.msg or "not well-formed").split(", line ")[0].rstrip(".")
        raise UnreadableFile(
            str(path),
            f"is not well-formed XML: line {error.lineno}: {what}.",
            "Mend that line, or fetch the file again.",
        ) from error
    except LookupError as error:
        raise UnreadableFile(str(path), f"cannot be read as {encoding}: no such encoding.") from error


MAX_ENTITY = 200
"""Characters of an entity that stands for a letter, a sign or a name."""


def entities(path: Path, root: Any) -> dict[str, str]:
    """What the entities that a file declares stand for. Raises UnreadableFile where one reaches outside
    the file, holds another or is long: that is how a small file becomes a large one, or reads another."""
    declared = root.getroottree().docinfo.internalDTD
    found: dict[str, str] = {}
    for entity in () if declared is None else declared.iterentities():
        content = entity.content or ""
        if entity.system_url or "&" in content or "<" in content or len(content) > MAX_ENTITY:
            raise UnreadableFile(
                str(path),
                f'was not read: it declares an entity ("{str(entity.name)[:40]}") that reaches outside the '
                "file or multiplies.",
                "Do not trust it, or put the words in its place and add it again.",
            )
        found[str(entity.name)] = content
    return found


def local_name(element: Any) -> str | None:
    """The name of an element without its namespace; None for a comment or an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else None


def page_label(element: Any) -> str | None:
    """The printed number of a page break, without the brackets of a number that is not printed."""
    label = (element.get("n") or "").strip().strip("[]").strip()
    return label or None


def _is_first(element: Any) -> bool:
    return element.getprevious() is None and not (element.getparent().text or "").strip()


def _strength(separator: str) -> int:
    if separator.startswith(CELL):
        return 2
    return {"": 0, SPACE: 1, LINE: 3, PARAGRAPH: 4}[separator]
