"""The block quotations of a draft in Word, OpenDocument or HTML: the paragraphs that it sets apart."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

from qa.reading.decoding import decode, read_bytes
from qa.reading.docx_parts import main_part, related
from qa.reading.safexml import attribute, child, local_name, parse_xml
from qa.reading.zipped import Zipped

_QUOTE_STYLE = re.compile(r"quot|block ?text|zitat|citation|citazione|cita\b|цитат", re.IGNORECASE)
_INDENT = 300
"""Twentieths of a point from which a paragraph set in on the left is a block quotation."""

_WHOLE = re.compile(r"-?[0-9]{1,6}")


def block_quotations(path: Path) -> list[str]:
    """The words of each paragraph that a Word, OpenDocument or HTML file quotes as a block, in their order,
    without notes. Raises UnreadableFile."""
    suffix = path.suffix.lower()
    data = read_bytes(path)
    if suffix == ".odt":
        return _odt_blocks(path, data)
    return _html_blocks(path, data) if suffix.startswith(".ht") else _docx_blocks(path, data)


def _docx_blocks(path: Path, data: bytes) -> list[str]:
    with Zipped(path, data, "Word file") as package:
        main = main_part(package)
        root = parse_xml(path, package.part(main), main)
        part = related(package, main).get("styles")
        styles = package.optional(part) if part else None
        named: dict[str, bool] = {}
        for each in () if styles is None else parse_xml(path, styles, str(part)):
            if local_name(each) == "style" and attribute(each, "type") == "paragraph":
                name = attribute(child(each, "name"), "val") or ""
                named[attribute(each, "styleId") or ""] = bool(
                    _QUOTE_STYLE.search(name) and not name.lower().endswith("char")
                )
    found = []
    for paragraph in root.iter():
        if local_name(paragraph) != "p" or not str(paragraph.tag).endswith("}p"):
            continue
        properties = child(paragraph, "pPr")
        style = attribute(child(properties, "pStyle"), "val") or ""
        set_in = child(properties, "numPr") is None and _set_in(child(properties, "ind"))
        if named.get(style, bool(style and _QUOTE_STYLE.search(style))) or set_in:
            found.append(_text(paragraph, "t", "delText"))
    return found


def _set_in(indent: Any) -> bool:
    if indent is None:
        return False
    said = attribute(indent, "left") or attribute(indent, "start") or "0"
    hanging = attribute(indent, "hanging") or "0"
    return bool(_WHOLE.fullmatch(said)) and int(said) >= _INDENT and hanging in ("", "0")


def _text(element: Any, wanted: str, unwanted: str) -> str:
    parts = []
    for each in element.iter():
        tag = local_name(each)
        if tag == wanted:
            parts.append(each.text or "")
        elif tag in ("tab", "br"):
            parts.append(" ")
        elif tag == unwanted:
            parts.append("")
    return "".join(parts)


def _odt_blocks(path: Path, data: bytes) -> list[str]:
    with Zipped(path, data, "OpenDocument text") as package:
        root = parse_xml(path, package.part("content.xml"), "content.xml")
    parents = {
        attribute(each, "name") or "": attribute(each, "parent-style-name") or ""
        for each in root.iter()
        if local_name(each) == "style"
    }
    found = []
    for paragraph in root.iter():
        if local_name(paragraph) != "p":
            continue
        style = attribute(paragraph, "style-name") or ""
        if any(_QUOTE_STYLE.search(name) for name in (style, parents.get(style, "")) if name):
            found.append(_without_notes(paragraph))
    return found


def _without_notes(element: Any) -> str:
    parts = [element.text or ""]
    for each in element:
        if local_name(each) not in ("note", "annotation"):
            parts.append(_without_notes(each))
        if local_name(each) in ("s", "tab", "line-break"):
            parts.append(" ")
        parts.append(each.tail or "")
    return "".join(parts)


def _html_blocks(path: Path, data: bytes) -> list[str]:
    from lxml import html

    parser = html.HTMLParser(encoding="utf-8")
    root: Any = html.fromstring(decode(path, data, None).encode(), parser=parser)
    found = []
    for block in root.iter("blockquote"):
        for each in list(block.iter("p")) or [block]:
            for raised in list(each.iter("sup")):
                raised.drop_tree()
            found.append(unicodedata.normalize("NFC", each.text_content()))
    return found
