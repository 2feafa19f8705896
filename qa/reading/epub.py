"""E-books (EPUB 2 and 3): one document a book, its files in the order of its spine.

Headings tell the chapters. The cover, the contents and the index are navigation and are left out. Printed
pages are those that the book marks (pagebreak) or lists (page-list, NCX pageList); a book without either has
no pages to cite. Notes stand where the book has them, each tied to its marker, across its files too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from qa.errors import UnreadableFile
from qa.reading import Reading
from qa.reading.decoding import decode
from qa.reading.described import described, first_heading, one_line
from qa.reading.html import MAX_PAGE, parse_page, too_large
from qa.reading.safexml import child, local_name, parse_xml
from qa.reading.webelements import types_of, words_of
from qa.reading.webnotes import Part
from qa.reading.webpages import label_in
from qa.reading.webtext import compose
from qa.reading.zipped import Zipped, resolve
from qa.types import Document, Metadata

READER = "epub/1"

_KIND = "EPUB"
_CONTAINER = "META-INF/container.xml"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document"})
_LEFT_OUT = frozenset("toc cover index loi lot landmarks page-list doc-toc doc-cover doc-index".split())
_FONT_SCRAMBLING = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.-]{1,40})""")
_ISBN = re.compile(r"(?:97[89])?\d{9}[\dXx]")
_EDITORS = frozenset({"edt", "editor"})


def read_epub(path: Path, name: str, data: bytes, _encoding: str | None = None) -> Reading:
    """The one document of an e-book. Raises UnreadableFile where it is none, damaged, copy-protected,
    unpacks to too much, or holds no words."""
    with Zipped(path, data, _KIND) as package:
        document = _Book(package).document(name)
    if not document.text.strip():
        raise UnreadableFile(
            str(path), "holds no words (only pictures, perhaps).", "Recognise its text first, and add that."
        )
    return Reading((document,), READER)


class _Book:
    def __init__(self, package: Zipped) -> None:
        self._package = package
        self._main = self._package_document()
        self._root = parse_xml(package.path, package.part(self._main), self._main)
        self._metadata = child(self._root, "metadata")
        manifest = child(self._root, "manifest")
        self._items = {
            e.get("id"): e for e in (() if manifest is None else manifest) if local_name(e) == "item"
        }
        self._check_readable()

    def document(self, name: str) -> Document:
        trees: dict[str, Any] = {}
        for address in self._spine():
            trees[address] = self._parse(address)
            if self._package.read_so_far > MAX_PAGE:
                raise too_large(self._package.path)
        parts = [
            Part(address, body, tree) for address, tree in trees.items() if (body := _body(tree)) is not None
        ]
        text, marks = compose(parts, pages=self._page_list(), is_book=True)
        return Document(name, text, marks, self._described(name, first_heading(text, marks)))

    def _package_document(self) -> str:
        root = parse_xml(self._package.path, self._package.part(_CONTAINER), _CONTAINER)
        for element in root.iter():
            if local_name(element) == "rootfile" and element.get("full-path"):
                return resolve("", unquote(element.get("full-path")))
        raise self._package.damaged()

    def _address(self, item: Any) -> str:
        return resolve(self._main, unquote((item.get("href") or "").partition("#")[0]))

    def _check_readable(self) -> None:
        data = self._package.optional("META-INF/encryption.xml")
        if data is None:
            return
        pages = {self._address(item) for item in self._items.values() if item.get("media-type") in _PAGES}
        for element in parse_xml(self._package.path, data, "META-INF/encryption.xml").iter():
            if local_name(element) != "EncryptedData":
                continue
            how = child(element, "EncryptionMethod")
            what = child(element, "CipherData", "CipherReference")
            named = "" if what is None else resolve("", unquote(what.get("URI") or ""))
            if named in pages and (how is None or how.get("Algorithm") not in _FONT_SCRAMBLING):
                raise UnreadableFile(
                    str(self._package.path),
                    "is copy-protected: its text is encrypted.",
                    "Ask the publisher for a copy without protection.",
                )

    def _spine(self) -> Iterator[str]:
        """The addresses of the files that are read, in order."""
        left_out = self._guided()
        spine = child(self._root, "spine")
        for reference in () if spine is None else spine:
            item = self._items.get(reference.get("idref"))
            if item is None or item.get("media-type") not in _PAGES:
                continue
            address = self._address(item)
            is_navigation = "nav" in (item.get("properties") or "").split() or address in left_out
            if not is_navigation and address in self._package:
                yield address

    def _guided(self) -> set[str]:
        """Cover and contents, as the guide of an EPUB 2 names them: whole files, not places in one."""
        guide = child(self._root, "guide")
        return {
            self._address(each)
            for each in (() if guide is None else guide)
            if (each.get("type") or "").lower() in _LEFT_OUT and "#" not in (each.get("href") or "")
        }

    def _parse(self, address: str) -> Any:
        data = self._package.part(address)
        match = _XML_ENCODING.search(data[:200])
        encoding = match.group(1).decode("ascii") if match else None
        if not data.strip():
            return None
        try:
            text = decode(
                self._package.path, data, None if data[:2] in (b"\xff\xfe", b"\xfe\xff") else encoding
            )
        except UnreadableFile as error:
            raise UnreadableFile(
                str(self._package.path), f"its part {address} {error.reason}", error.advice
            ) from error
        return parse_page(self._package.path, text)

    def _page_list(self) -> dict[tuple[str, str], str]:
        """Printed page numbers by (address, id) of where they begin."""
        found: dict[tuple[str, str], str] = {}
        for item in self._items.values():
            address = self._address(item)
            if address not in self._package:
                continue
            if "nav" in (item.get("properties") or "").split():
                tree = self._parse(address)
                for nav in () if tree is None else tree.iter():
                    if local_name(nav) == "nav" and types_of(nav) & {"page-list", "doc-pagelist"}:
                        for link in nav.iter():
                            if local_name(link) == "a" and link.get("href"):
                                found.setdefault(_place(address, link.get("href")), label_in(words_of(link)))
            elif item.get("media-type") == "application/x-dtbncx+xml":
                root = parse_xml(self._package.path, self._package.part(address), address)
                for target in root.iter():
                    content = child(target, "content") if local_name(target) == "pageTarget" else None
                    label = child(target, "navLabel", "text") if content is not None else None
                    if content is not None and label is not None:
                        place = _place(address, content.get("src") or "")
                        found.setdefault(place, label_in(words_of(label)))
        return {place: label for place, label in found.items() if label}

    # What the book says of itself.

    def _described(self, name: str, heading: str) -> Metadata:
        said: dict[str, list[Any]] = {}
        holder = self._metadata
        for element in () if holder is None else holder.iter():
            if one_line(element.text) and local_name(element) != "meta":
                said.setdefault(local_name(element), []).append(element)
        roles = self._refinements("role")
        creators: list[str] = []
        editors: list[str] = []
        for element in said.get("creator", []):
            role = (_attribute(element, "role") or roles.get(element.get("id"), "")).lower()
            (editors if role in _EDITORS else creators).append(one_line(element.text))
        names = [one_line(element.text) for element in said.get("identifier", [])]
        isbn = next((n for each in names if (n := _isbn(each))), "")
        url = next((each for each in names if each.startswith(("http://", "https://"))), None)
        first = {key: one_line(elements[0].text) for key, elements in said.items()}
        more: dict[str, Any] = {
            "publisher": first.get("publisher"), "language": first.get("language"), "ISBN": isbn,
            "editor": described(name, "book", creators=editors).csl.get("author"),
        }  # fmt: skip
        return described(
            name, "book", title=self._title(said) or heading, creators=creators,
            date=_published(said.get("date", [])), url=url, said=more,
        )  # fmt: skip

    def _title(self, said: dict[str, list[Any]]) -> str:
        """The main title, with its subtitle where the book tells them apart."""
        titles = said.get("title", [])
        kinds = self._refinements("title-type")
        main = [e for e in titles if kinds.get(e.get("id")) == "main"] or titles[:1]
        sub = [e for e in titles if kinds.get(e.get("id")) == "subtitle"]
        return ": ".join(one_line(element.text) for element in [*main[:1], *sub[:1]])

    def _refinements(self, kind: str) -> dict[str, str]:
        """What EPUB 3 says of other elements of the metadata, by their ids."""
        holder = self._metadata
        return {
            (e.get("refines") or "").lstrip("#"): one_line(e.text)
            for e in (() if holder is None else holder.iter())
            if local_name(e) == "meta" and e.get("property") == kind
        }


def _body(tree: Any) -> Any:
    """What is read of a file; None where it is the cover, the contents or an index."""
    if tree is None:
        return None
    body = next((e for e in tree.iter() if local_name(e) in ("body", "book")), tree)
    inside = [e for e in body if local_name(e)]
    # A file that is a contents page as a whole says so on its body, or on the one section in it.
    kinds = types_of(body) | (types_of(inside[0]) if len(inside) == 1 else frozenset())
    return None if kinds & _LEFT_OUT else body


def _place(base: str, target: str) -> tuple[str, str]:
    file, _, fragment = target.partition("#")
    return (resolve(base, unquote(file)) if file else base, unquote(fragment))


def _attribute(element: Any, name: str) -> str | None:
    """An attribute in whatever namespace (``opf:role``)."""
    return next((value for key, value in element.attrib.items() if local_key(key) == name), None)


def local_key(key: Any) -> str:
    """The name of an attribute without its namespace."""
    return str(key).rpartition("}")[2].rpartition(":")[2]


def _isbn(words: str) -> str:
    number = (
        words.lower().removeprefix("urn:").removeprefix("isbn").lstrip(": ").replace("-", "").replace(" ", "")
    )
    return number.upper() if _ISBN.fullmatch(number) else ""


def _published(dates: list[Any]) -> str | None:
    """The day of publication, not that of a conversion or change."""
    events = {(_attribute(e, "event") or "publication").lower(): one_line(e.text) for e in reversed(dates)}
    return events.get("publication") or events.get("original-publication") or events.get("creation")
