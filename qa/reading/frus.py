"""Volumes of *Foreign Relations of the United States* in TEI, as the Office of the Historian makes them.

Each ``div type="document"`` is a document, ``<volume id>/<xml:id>``; what is attached to it belongs to
it. The lists of persons and of terms are documents too (``<volume id>/persons``, ``…/terms``), one
paragraph an entry. Tables of contents, lists of papers, indexes, title pages, prefaces and lists of
sources are left out: they are navigation, not evidence.

The CSL item is a ``chapter`` of the volume: ``issued`` is the year in which the volume was published
(Chicago prints it with the publisher), ``original-date`` the day of the document, ``number`` its number
in the volume, ``custom.chapter`` the headings above it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from qa.errors import UnreadableFile
from qa.reading.collecting import PARAGRAPH
from qa.reading.correspondents import correspondents
from qa.reading.dates import iso_date, parse_english_date, parse_english_month
from qa.reading.tei import TeiWalker
from qa.reading.tei_xml import XML_ID, local_name, page_label, parse
from qa.types import Document, Mark, Metadata

READER = "frus-tei/1"
ADDRESS = "https://history.state.gov/historicaldocuments"

_LISTS = {"names": "persons", "terms": "terms"}
_NUMBER = re.compile(r"\[?(\d{1,4}[a-z]?)\]?\.\s*(?=\D)")
_FILE_NUMBER = re.compile(r"(?:File No\. ?)?(?P<number>(?=[^\[\]:]*\d)[^\[\]:/]+/[^\[\]:]+?)(?: ?:.*)?$")
_DATELINE = re.compile(r"\W?[^\W\d_][^\d]{1,40}, [^\W\d_.]+\.? \d{1,2}, \d{4}\b.{0,60}$")

NEAR_AN_END = 4
"""How many paragraphs at the beginning and at the end of a document may be its dateline."""


def read_frus(path: Path, data: bytes, *, encoding: str | None = None) -> tuple[Document, ...]:
    """All documents of a volume, in its order. Raises UnreadableFile where ``data`` is no well-formed
    XML (with the line) or holds no document."""
    return read_volume(path, parse(path, data, encoding))


def is_volume(root: Any) -> bool:
    """Whether a TEI file is such a volume: its header says so, or it is cut into ``div type="document"``
    and has no header that names another work."""
    header = next((e for e in root.iter() if local_name(e) == "teiHeader"), None)
    elements = [] if header is None else list(header.iter())
    if any(local_name(e) == "idno" and e.get("type") == "frus" for e in elements):
        return True
    titles = " ".join(plain(e) for e in elements if local_name(e) == "title")
    cut = any(local_name(e) == "div" and e.get("type") == "document" for e in root.iter())
    return cut and (not titles or "Foreign Relations" in titles)


def read_volume(path: Path, root: Any) -> tuple[Document, ...]:
    """All documents of a parsed volume. Raises UnreadableFile where it holds none."""
    volume = _Volume(root, path)
    try:
        documents = tuple(volume.documents(root))
    except RecursionError as error:
        raise UnreadableFile(str(path), "its elements are nested too deeply for a real volume.") from error
    if not documents:
        raise UnreadableFile(
            str(path),
            'is XML, but no FRUS volume in TEI (it has no <div type="document">).',
            "Save its text as plain text and add that.",
        )
    return documents


class _Volume:
    """What holds for all documents of one volume."""

    def __init__(self, root: Any, path: Path) -> None:
        header = next((e for e in root.iter() if local_name(e) == "teiHeader"), None)
        elements = [] if header is None else list(header.iter())
        self.id = _first(elements, "idno", "frus") or root.get(XML_ID) or path.stem
        self.csl = _volume_csl(elements)
        self.page: str | None = None
        self._taken: set[str] = set()

    def documents(self, root: Any) -> list[Document]:
        """Depth first, so that pages and headings are known as the print has them."""
        found: list[Document] = []
        self._visit(root, (), found)
        return found

    def _visit(self, element: Any, above: tuple[str, ...], found: list[Document]) -> None:
        tag = local_name(element)
        if tag == "pb":
            self.page = page_label(element) or self.page
            return
        kind = element.get("type") if tag == "div" else None
        if kind == "document":
            key = self._free(element.get(XML_ID) or f"d{len(found) + 1}")
            found.append(self._document(element, key, above))
            return
        if kind == "section":
            name = _list_kind(element)
            if name is not None:
                found.append(self._list(element, name))
                return
        if kind is not None:
            head = next((e for e in element if local_name(e) == "head"), None)
            if head is not None:
                above = (*above, plain(head))
        for child in element:
            if local_name(child) is not None:
                self._visit(child, above, found)

    def _walk(self, element: Any) -> TeiWalker:
        walker = TeiWalker()
        if self.page is not None:
            walker.out.page(self.page)
        walker.element(element)
        walker.notes_follow()
        self.page = walker.page or self.page
        return walker

    def _document(self, element: Any, key: str, above: tuple[str, ...]) -> Document:
        walker = self._walk(element)
        text, marks = walker.out.text(), walker.out.marks()
        own = [e for e in element if local_name(e) not in ("attachment", None)]
        head = next((e for e in own if local_name(e) == "head"), None)
        full = "" if head is None else _heading(text, marks)
        number = _NUMBER.match(full)
        title = full[number.end() :] if number else full
        sender, recipient = correspondents(title)
        date = _date(element, own, head, title)
        shown = element.get("n") or (number.group(1) if number else None)
        url = f"{ADDRESS}/{self.id}/{key}"
        csl = {**self.csl, "title": title, "URL": url}
        if shown:
            csl["number"] = shown
        if date:
            csl["original-date"] = {"date-parts": [[int(part) for part in date.split("-")]]}
        if above:
            csl["custom"] = {"chapter": list(above)}
        metadata = Metadata(
            title=title, date=date, sender=sender, recipient=recipient, place=_place(own),
            file_number=_file_number(own), url=url, csl=csl,
        )  # fmt: skip
        return Document(f"{self.id}/{key}", text, marks, metadata)

    def _list(self, element: Any, name: str) -> Document:
        # One paragraph an entry: each is found, and read, by itself.
        walker = TeiWalker()
        if self.page is not None:
            walker.out.page(self.page)
        self._entries(element, walker)
        walker.notes_follow()
        self.page = walker.page or self.page
        text, marks = walker.out.text(), walker.out.marks()
        title = _heading(text, marks) or name.capitalize()
        url = f"{ADDRESS}/{self.id}/{element.get(XML_ID) or name}"
        metadata = Metadata(title=title, url=url, csl={**self.csl, "title": title, "URL": url})
        return Document(f"{self.id}/{self._free(name)}", text, marks, metadata)

    def _free(self, key: str) -> str:
        """``key``, or what it becomes where an earlier document has it: a second list of persons, or the
        number that a document without an id was given."""
        found, number = key, 1
        while found in self._taken:
            number += 1
            found = f"{key}-{number}"
        self._taken.add(found)
        return found

    def _entries(self, element: Any, walker: TeiWalker) -> None:
        for child in element:
            tag = local_name(child)
            if tag in ("list", "div"):
                self._entries(child, walker)
            else:
                if tag == "item":
                    walker.out.separate(PARAGRAPH)
                walker.element(child)
                if tag == "item":
                    walker.out.separate(PARAGRAPH)


def _list_kind(section: Any) -> str | None:
    for element in section.iter():
        if local_name(element) == "list" and element.get("type") in _LISTS:
            return _LISTS[element.get("type")]
    return None


def _volume_csl(elements: list[Any]) -> dict[str, Any]:
    """What a citation says of the volume, from the TEI header, under CSL's variable names."""
    series = _first(elements, "title", "series") or "Foreign Relations of the United States"
    series = series.replace("United States Diplomatic Papers", "United States: Diplomatic Papers")
    years = _first(elements, "title", "subseries")
    number = _first(elements, "title", "volumenumber") or ""
    csl: dict[str, Any] = {
        "type": "chapter",
        "language": "en",
        "container-title": f"{series}, {years}" if years and not series.endswith(years) else series,
    }
    optional = {
        "volume": re.sub(r"^(?:Volume|Vol\.)\s+", "", number),
        "volume-title": _first(elements, "title", "volume"),
        "publisher": _first(elements, "publisher"),
        "publisher-place": _first(elements, "pubPlace"),
    }
    csl.update({key: value for key, value in optional.items() if value})
    editors = [plain(e) for e in elements if local_name(e) == "editor" and e.get("role") == "primary"]
    if any(editors):
        csl["editor"] = [_name(editor) for editor in editors if editor]
    year = re.search(r"\d{4}", _first(elements, "date") or "")
    if year:
        csl["issued"] = {"date-parts": [[int(year.group())]]}
    return csl


def _name(words: str) -> dict[str, str]:
    given, _, family = words.rpartition(" ")
    return {"family": family, "given": given} if given else {"literal": family}


def _first(elements: list[Any], tag: str, kind: str | None = None) -> str | None:
    for element in elements:
        if local_name(element) == tag and (kind is None or element.get("type") == kind):
            words = plain(element)
            if words:
                return words
    return None


def plain(element: Any) -> str:
    """The words of an element in one line, without the notes in it."""
    walker = TeiWalker()
    walker.element(element)
    return " ".join(walker.out.text().split())


def _heading(text: str, marks: tuple[Mark, ...]) -> str:
    """The words of the first heading, in one line."""
    return next((" ".join(text[m.start : m.end].split()) for m in marks if m.kind == "heading"), "")


def _date(element: Any, own: list[Any], head: Any, title: str) -> str | None:
    """The day of the document: what its markup says, else its dateline in words, else a paragraph at its
    beginning or end that is a dateline ("Washington, September 5, 1918."), else its heading."""
    given = next((v for k, v in element.attrib.items() if str(k).endswith("doc-dateTime-min")), None)
    if iso_date(given):
        return iso_date(given)
    lines = [e for e in own if local_name(e) in ("dateline", "opener")]
    for holder in [*lines, *([] if head is None else [head])]:
        for date in holder.iter():
            if local_name(date) == "date":
                for name in ("when", "notBefore", "from", "to", "notAfter"):
                    found = iso_date(date.get(name))
                    if found:
                        return found
    paragraphs = [e for e in own if local_name(e) in ("p", "closer", "postscript")]
    if len(paragraphs) > 2 * NEAR_AN_END:
        paragraphs = [*paragraphs[:NEAR_AN_END], *paragraphs[-NEAR_AN_END:]]
    datelines = [words for words in map(plain, paragraphs) if _DATELINE.match(words)]
    for words in [*map(plain, lines), *datelines, title]:
        found = parse_english_date(words)
        if found:
            return found
    return parse_english_month(title)


def _place(own: list[Any]) -> str | None:
    for line in own:
        if local_name(line) == "dateline":
            for element in line.iter():
                if local_name(element) == "placeName":
                    return plain(element).strip(" ,[].") or None
    return None


def _file_number(own: list[Any]) -> str | None:
    for note in own:
        if local_name(note) == "note" and note.get("rend") == "inline":
            found = _FILE_NUMBER.match(plain(note))
            if found:
                return found["number"].strip()
    return None
