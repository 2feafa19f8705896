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
from pathlib import Path
from typing import Any

from qa.errors import UnreadableFile
from qa.reading.edition_text import EditionWalker
from qa.reading.edition_work import ROOTS, Work
from qa.reading.tei_header import metadata
from qa.reading.tei_xml import XML_ID, entities, local_name
from qa.types import Document

READER = "tei/1"


def read_edition(path: Path, name: str, root: Any) -> tuple[Document, ...]:
    """The documents of a parsed TEI file. Raises UnreadableFile where the root is not TEI's, or no words
    are in it."""
    if local_name(root) not in ROOTS:
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
    works: dict[Any, Work] = {}
    for number, (element, headers, key) in enumerate(units, 1):
        called = f"{name}/{_key(element, key, number, taken)}" if many else name
        top = _work_of(element)
        if top not in works:
            works[top] = Work(top, frozenset(unit for unit, *_ in units), declared)
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
        if local_name(child) in ROOTS:
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
    while local_name(element) not in ROOTS:
        element = element.getparent()
    return element
