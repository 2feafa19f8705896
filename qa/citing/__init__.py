"""Quote → citation: plain text from CSL-JSON by a CSL processor; BibTeX and RIS for other programs.

CSL-JSON: https://citationstyles.org/developers/; variables as CSL 1.0.2 names them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from qa.citing.exchange import bibtex, bibtex_key, csl_json, ris
from qa.citing.item import custom
from qa.citing.rich import Run
from qa.citing.styles import STYLES, StyleFile
from qa.citing.styles import find as find_style
from qa.citing.works import Works
from qa.types import Document

__all__ = [
    "NOTES", "STYLES", "Run", "StyleFile", "Works", "bibtex", "bibtex_key", "cite", "cited", "confirm_style",
    "csl_json", "find_style", "quote_csl", "ris",
]  # fmt: skip

NOTES = "chicago-notes-bibliography"
"""The style that is used where none is named: Chicago notes, with this project's own forms for documents in
editions and for unpublished papers."""

_KNOWN_ELSEWHERE = frozenset({"container-title", "publisher", "URL", "DOI", "archive", "archive_location"})


def quote_csl(document: Document, pages: str | None, note: str | None) -> dict[str, Any]:
    """The CSL-JSON item of a quote from ``document``: its own with ``id`` and, where there is one, the
    place in it as ``locator`` and ``label``. ``pages`` are printed pages ("6", "921–922"); ``note`` is the
    number or sign of the note that the quote is from ("7" on page 921 gives "921n7", as Chicago writes).
    What is known of a paper and its place in an archive fills the variables that its item lacks."""
    from qa.citing.papers import described

    known = document.metadata
    item: dict[str, Any] = {**described({"type": "document", **known.csl}, known), "id": document.name}
    if not item.get("title"):
        item["title"] = known.title or PurePosixPath(document.name).name
    if known.url and "URL" not in item:
        item["URL"] = known.url
    if not _KNOWN_ELSEWHERE.intersection(item) and not custom(item).get("citation"):
        # Nothing else says where it is to be found.
        file = PurePosixPath(document.name).name
        if item["title"] != file:
            item["custom"] = {**custom(item), "file": file}
    if pages:
        item["locator"], item["label"] = pages + (f"n{note}" if note else ""), "page"
    elif note:
        item["locator"], item["label"] = note, "note"
    return item


def cite(csl: Mapping[str, Any], *, style: str = NOTES, locator: str | None = None) -> str:
    """``csl`` (a CSL-JSON item) as plain text on one line. ``style`` is one of STYLES, the id of any other
    style that is shipped, or the path of a ``.csl`` file; ``locator`` is printed pages and comes before the
    item's own ``locator``. A style without notes gives the entry of its list of works and then, with the
    locator, what stands in the text. Where ``custom.citation`` says how to cite, Chicago notes use that as
    it is. Raises UsageError for a style that cannot be found or used. Some ms the first time, then
    remembered."""
    from qa.citing.rendering import rendered
    from qa.citing.rich import plain

    return plain(rendered(csl, style, locator))


def cited(csl: Mapping[str, Any], *, style: str = NOTES, locator: str | None = None) -> tuple[Run, ...]:
    """As ``cite``, in its kinds of type: titles in italics and so on. Joined, the runs are what ``cite``
    gives."""
    from qa.citing.rendering import rendered
    from qa.citing.rich import runs

    return runs(rendered(csl, style, locator))


def confirm_style(style: str) -> str:
    """``style``, once it is sure that it can be found and used. Raises UsageError."""
    from qa.citing.rendering import rendered

    find_style(style)
    rendered({"type": "book", "title": "A book", "author": [{"family": "A", "given": "B"}]}, style, "7")
    return style
