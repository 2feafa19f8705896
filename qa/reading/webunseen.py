"""What of a web page is not read: what nobody sees, and the furniture around its text."""

from __future__ import annotations

import re
from typing import Any

from qa.reading.safexml import local_name
from qa.reading.webelements import HEADINGS, classes_of, types_of

_UNSEEN = frozenset(
    """script style template noscript head title meta link object embed iframe canvas audio video svg map
    input select option textarea button datalist progress meter rp rt dialog menu nav noframes frameset
    form""".split()
)
_UNSEEN_ROLES = frozenset(
    """navigation banner contentinfo complementary search menu menubar dialog alert toolbar doc-toc doc-index
    doc-pagelist doc-backlink doc-cover toc landmarks page-list loi lot loa index backlink cover""".split()
)
_UNSEEN_CLASSES = frozenset(
    """mw-editsection navbox noprint mw-cite-backlink footnote-backref footnote-back reversefootnote backlink
    mw-jump-link catlinks printfooter sr-only visually-hidden screen-reader-text share-buttons breadcrumbs
    breadcrumb cookie-banner""".split()
)
_UNSEEN_IDS = frozenset({"toc", "wm-ipp-base", "wm-ipp", "wm-ipp-print", "donato", "mw-navigation"})
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
FURNITURE = frozenset({"header", "footer", "aside"})
"""Furniture of a web page; a header or footer inside an article is part of its text."""

_LAYS_OUT = HEADINGS | {"table", "ul", "ol", "dl", "blockquote", "article", "section", "pre", "hr"}


def in_article(element: Any, root: Any) -> bool:
    """Whether an element stands in an article or the main part, or is what the page is read from."""
    above = element.getparent()
    while above is not None and above is not root.getparent():
        if local_name(above) in ("article", "main", "section", "blockquote", "figure"):
            return True
        above = above.getparent()
    return False


def is_unseen(element: Any, tag: str) -> bool:
    """Whether a reader of the page does not see an element, or sees it as navigation."""
    if tag in _UNSEEN or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if types_of(element) & _UNSEEN_ROLES or not _UNSEEN_CLASSES.isdisjoint(classes_of(element)):
        return True
    if element.get("id") in _UNSEEN_IDS:
        return True
    style = element.get("style")
    return style is not None and _HIDDEN_STYLE.search(style) is not None


def is_layout(table: Any) -> bool:
    """Whether a table only lays out what stands in it: whole blocks, or one column."""
    if types_of(table) & {"presentation", "none"}:
        return True
    widest = 0
    for element in table.iter():
        tag = local_name(element)
        if element is not table and tag in _LAYS_OUT:
            return True
        if tag == "tr":
            widest = max(widest, sum(local_name(e) in ("td", "th") for e in element))
        elif tag in ("td", "th") and sum(local_name(e) in ("p", "div") for e in element) > 1:
            return True
    return widest < 2
