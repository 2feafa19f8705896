"""The parts of a Word file, and the elements that its walk is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qa.reading.safexml import attribute, local_name, parse_xml
from qa.reading.zipped import Zipped, resolve

_CHARACTERS = {"noBreakHyphen": "\u2011", "softHyphen": "\u00ad", "tab": "\t", "ptab": "\t"}
_AROUND = frozenset({"sdt", "sdtContent", "ins", "customXml", "moveTo"})
"""What may stand between a table and its rows, or a row and its cells."""


def main_part(package: Zipped) -> str:
    """The name of the part that holds the document."""
    root = package.optional("_rels/.rels")
    if root is not None:
        for relation in parse_xml(package.path, root, "_rels/.rels"):
            if (relation.get("Type") or "").endswith("/officeDocument"):
                return resolve("", relation.get("Target") or "")
    return "word/document.xml"


def related(package: Zipped, main: str) -> dict[str, str]:
    """The last word of each relation's type ("footnotes", "styles") to the part that it names."""
    folder, _, base = main.rpartition("/")
    name = f"{folder}/_rels/{base}.rels".lstrip("/")
    data = package.optional(name)
    if data is None:
        return {}
    return {
        (relation.get("Type") or "").rpartition("/")[2]: resolve(main, relation.get("Target") or "")
        for relation in parse_xml(package.path, data, name)
        if relation.get("TargetMode") != "External"
    }


def is_on(element: Any) -> bool:
    """Whether a yes-or-no property is there and not switched off."""
    return element is not None and attribute(element, "val") not in ("0", "false", "off", "none")


def alternative(element: Any) -> Any:
    """The first of the forms of the same content: the others are for older programs."""
    return next(iter(element), element)


def rows(table: Any) -> Iterator[Any]:
    """The rows of a table, also those that a tracked change or a control holds."""
    for each in table:
        tag = local_name(each)
        if tag == "tr":
            yield each
        elif tag in _AROUND:
            yield from rows(each)


def cells(row: Any) -> Iterator[Any]:
    """The cells of a row, as ``rows``."""
    for each in row:
        tag = local_name(each)
        if tag == "tc":
            yield each
        elif tag in _AROUND:
            yield from cells(each)


def text_boxes(element: Any) -> list[Any]:
    """The contents of text boxes below ``element``, of several forms of one the first."""
    tag = local_name(element)
    if tag == "txbxContent":
        return [element]
    if tag == "AlternateContent":
        return text_boxes(alternative(element))
    return [box for each in element for box in text_boxes(each)]


def _text_of(element: Any) -> str:
    words = element.text or ""
    preserved = element.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
    return words if preserved else words.strip(" \t\r\n")


def characters(element: Any, tag: str) -> str | None:
    """The characters that an element of a run stands for; None where it is something else."""
    if tag == "t":
        return _text_of(element)
    return _symbol(element) if tag == "sym" else _CHARACTERS.get(tag)


def _symbol(element: Any) -> str:
    """A character of a symbol font: its code, which lies in the private area, is all the file says."""
    try:
        code = int(attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    return chr(code) if 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
