"""The printed pages that elements of web pages and e-books mark."""

from __future__ import annotations

import re
from typing import Any

from qa.reading.safexml import local_name
from qa.reading.webelements import PAGE_NAME, classes_of, types_of, words_of

_TYPES = frozenset({"pagebreak", "doc-pagebreak"})
_CLASSES = re.compile(
    r"(?:tei-)?pb|(?:x-)?(?:ebook)?page[-_]?(?:no|num|number|break|nr|marker)s?|pgnum|pageno"
)
_LABEL = re.compile(
    r"\W*(?:page|pages|pag|pg|pp?|seite|s|стр|с)?\W*(?P<label>\d{1,4}[a-z]?|[ivxlcdm]{1,8})\W*", re.IGNORECASE
)
LONGEST = 24


def page_label(element: Any) -> str | None:
    """The number of the page that begins at ``element``; None where it is no page mark."""
    if types_of(element) & _TYPES:
        return _typed(element)
    words = None
    if any(_CLASSES.fullmatch(name) for name in classes_of(element)):
        words = words_of(element)
        if len(words) <= LONGEST:
            for said in (words, element.get("title"), element.get("data-page"), element.get("aria-label")):
                match = _LABEL.fullmatch((said or "").strip())
                if match:
                    return match["label"]
            return _by_id(element) if not words.strip() else None
        return None
    if local_name(element) in ("a", "span", "div") and (element.get("id") or element.get("name")):
        return _by_id(element) if not words_of(element).strip() else None
    return None


def _typed(element: Any) -> str | None:
    for said in (element.get("title"), element.get("aria-label"), words_of(element), element.get("value")):
        words = " ".join((said or "").split())
        match = _LABEL.fullmatch(words)
        if match:
            return match["label"]
        if 0 < len(words) <= LONGEST and "\n" not in words:
            return words
    return _by_id(element)


def _by_id(element: Any) -> str | None:
    match = PAGE_NAME.fullmatch(element.get("id") or element.get("name") or "")
    return match["label"] if match else None


def label_in(words: str) -> str:
    """The page's number in words that name a page ("Page 12", "12", "xii"); else the words themselves."""
    line = " ".join(words.split())
    match = _LABEL.fullmatch(line)
    return match["label"] if match else line[:LONGEST]
