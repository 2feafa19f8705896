"""Which words of a document a program recognised in a picture: what is said of the document, and of a place.

Kept apart from ``ocr``: whoever shows a quote asks this, and needs no engine for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.reading.layout import boxes_of
from qa.types import Document

_SAID = re.compile(r"(?P<engine>.+), pages? (?P<pages>[\d–, ]+) of the file")


def recognised_by(engine: str, pages: Sequence[int], of: int) -> str:
    """What Metadata says of a document of ``of`` pages whose ``pages`` (from 0) were recognised."""
    return engine if len(pages) >= of else f"{engine}, {pages_said(pages)}"


def pages_said(indexes: Sequence[int]) -> str:
    """ "page 3 of the file", "pages 3, 5, 8–12 of the file"; ``indexes`` count from 0, in order."""
    spans: list[list[int]] = []
    for index in indexes:
        if spans and index == spans[-1][1] + 1:
            spans[-1][1] = index
        else:
            spans.append([index, index])
    words = ", ".join(f"{a + 1}" if a == b else f"{a + 1}–{b + 1}" for a, b in spans)
    return f"{'page' if len(indexes) == 1 else 'pages'} {words} of the file"


def recognised_at(document: Document, start: int, end: int) -> str | None:
    """What recognised words of ``text[start:end]`` ("Tesseract 5.3.0"); None where the file holds them as
    text. A place that is on no page's picture counts as recognised if any of its document is."""
    said = document.metadata.recognised
    some = _SAID.fullmatch(said) if said else None
    if some is None:
        return said
    pages = {box.page + 1 for box in boxes_of(document, start, end)}
    for span in some["pages"].split(", "):
        first, _, last = span.partition("–")
        pages_here = range(int(first), int(last or first) + 1)
        if not pages or not pages.isdisjoint(pages_here):
            return some["engine"]
    return None
