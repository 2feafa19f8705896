"""What elements of web pages and e-books say of themselves: types, classes, the sign that they show, and
what role in a book these give them; and how they stand to each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qa.reading.safexml import local_name

BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p pre section summary table tbody
    td tfoot th thead tr ul""".split()
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_MARKER = re.compile(
    r"\s*[\[({]?\s*(?:(?:note|fn|n)\.?\s*)?"
    r"(\d{1,4}|[*†‡§¶‖#]{1,4}|[a-z]{1,2}|[ivxlc]{1,7}|[⁰¹²³⁴-⁹]{1,4})\s*[\])}]?[.:]?\s*",
    re.IGNORECASE,
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_END = re.compile(r"end[-_]?note|rear[-_]?note|(?:^|_)edn", re.IGNORECASE)

PAGE_NAME = re.compile(
    r"(?:x-)?(?:page|pg|seite)[-_.]?(?P<label>\d{1,4}[a-z]?|[ivxlcdm]{1,8})", re.IGNORECASE
)

_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
NOTE_TYPES = {  # of EPUB and ARIA, to the role of a Mark
    "footnote": "footnote", "doc-footnote": "footnote", "note": "footnote", "endnote": "endnote",
    "rearnote": "endnote", "doc-endnote": "endnote", "sidenote": "footnote",
}  # fmt: skip


def types_of(element: Any) -> frozenset[str]:
    """The words of ``epub:type`` and ``role``, in small letters."""
    said = element.get(_EPUB_TYPE) or element.get("epub:type") or ""
    role = element.get("role") or ""
    return frozenset(f"{said} {role}".lower().split()) if said or role else frozenset()


def classes_of(element: Any) -> list[str]:
    """The class names of an element, in small letters."""
    return (element.get("class") or "").lower().split()


def words_of(element: Any) -> str:
    """All words of an element, its white space as it is."""
    return "".join(element.itertext())


def sign_of(words: str) -> str | None:
    """The number or sign that a marker shows, without its brackets; None for what is no marker."""
    match = _MARKER.fullmatch(words) if len(words) < 30 else None
    return match.group(1).translate(_RAISED) if match else None


def is_page_name(name: str) -> bool:
    """Whether an id is one that a page's beginning has."""
    return PAGE_NAME.fullmatch(name) is not None


def role_of(element: Any) -> str:
    """The role that an element's type gives it; "" where it is no note by its type."""
    return next((NOTE_TYPES[word] for word in sorted(types_of(element)) if word in NOTE_TYPES), "")


def role_by_name(target: Any, block: Any) -> str:
    """The role of a note that names itself, or what it stands in does: "endnote", else "footnote"."""
    for element in (target, block, *above_within(block, 3)):
        said = types_of(element)
        name = f"{element.get('id') or ''} {element.get('class') or ''}"
        if said & {"endnotes", "rearnotes", "doc-endnotes"} or _END.search(name):
            return "endnote"
    return "footnote"


def above_within(element: Any, levels: int) -> Iterator[Any]:
    """At most ``levels`` elements around one, within its block."""
    for _, above in zip(range(levels), element.iterancestors(), strict=False):
        if local_name(above) in BLOCKS:
            return
        yield above


def holds(outer: Any, inner: Any) -> bool:
    """Whether ``inner`` stands somewhere in ``outer``."""
    return any(above is outer for above in inner.iterancestors())


def first_few(block: Any) -> Iterator[Any]:
    """The first elements in a block: where its own number may stand."""
    return (e for e, _ in zip(block.iter(), range(8), strict=False) if e is not block)


def is_before(anchor: Any, link: Any) -> bool:
    """Whether ``anchor`` is an empty place right before ``link`` or what stands around it."""
    return any(
        each.getprevious() is anchor and not (anchor.tail or "").strip()
        for each in (link, *above_within(link, 2))
    )


def opens(element: Any, block: Any) -> bool:
    """Whether nothing stands before ``element`` in its block."""
    while element is not block:
        parent = element.getparent()
        if (parent.text or "").strip():
            return False
        for before in element.itersiblings(preceding=True):
            if words_of(before).strip() or (before.tail or "").strip():
                return False
        element = parent
    return True
