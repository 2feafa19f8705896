"""One item in one style: which style file renders it, and what the item must look like for that."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from qa.citing.item import plain, printable
from qa.citing.papers import for_notes, unpublished
from qa.citing.processor import Style
from qa.citing.rich import plain as unmarked
from qa.citing.styles import StyleFile, find
from qa.errors import UsageError

_NOTES = "chicago-notes-bibliography"
_CACHED = 8192
_LIKE_A_PAPER = ("manuscript", "report", "book")


def rendered(csl: Mapping[str, Any], style: str, locator: str | None = None) -> str:
    """What ``qa.citing.cite`` gives, with the marks of its type (see ``rich``). Raises UsageError."""
    label = "page" if locator is not None else str(csl.get("label") or "page")
    place = locator if locator is not None else csl.get("locator")
    about = {key: value for key, value in csl.items() if key not in {"id", "locator", "label"}}
    return _rendered(json.dumps(about, sort_keys=True, default=dict), style, find(style), plain(place), label)


@lru_cache(maxsize=_CACHED)
def _rendered(about: str, style: str, file: StyleFile, locator: str, label: str) -> str:
    item = printable(json.loads(about))
    if own := own_words(item, style):
        return with_place(own, locator, label)
    renderer, item = prepared(item, style, file)
    try:
        in_text = renderer.note(item, locator or None, label)
        entry = "" if file.notes and (not file.lists or _names(in_text, item)) else renderer.entry(item)
    except Exception as error:
        raise failure(style, item, error) from error
    if not (in_text or entry).strip() and style != _NOTES:
        # A style made for one kind of document only: a citation in another style is better than none.
        return _rendered(about, _NOTES, find(_NOTES), locator, label)
    if not entry:
        # A style of notes; APA lists no personal communications.
        return placed(in_text, item)
    where = "note" if file.notes else "text"
    # A style that cites by the year has nothing to say in the text of a work without one.
    said = f" In the {where}: {in_text}" if re.search(r"\w", in_text) else ""
    return placed(entry, item) + said


def _names(note: str, item: Mapping[str, Any]) -> bool:
    """Whether a note names what it cites: some styles of notes only point to a list of works."""
    title, words = (re.sub(r"\W+", "", text).casefold() for text in (item.get("title", ""), unmarked(note)))
    return not title or title in words


def failure(style: str, item: Mapping[str, Any], error: Exception) -> UsageError:
    """What is said where a style cannot be followed: it is somebody's own, or odd in a way not yet met."""
    return UsageError(
        f"The citation style {style} fails on {item.get('title', 'an item')!r} "
        f"({type(error).__name__}: {' '.join(str(error).split())[:120]}).\nChoose another with --style."
    )


def own_words(item: Mapping[str, Any], style: str) -> str:
    """How a source says itself that it is to be cited, where that holds in this style; else ""."""
    own = str(item["custom"].get("citation") or "")
    return own if style == _NOTES or item.get("type", "document") == "document" else ""


def prepared(item: dict[str, Any], style: str, file: StyleFile) -> tuple[Style, dict[str, Any]]:
    """The style that renders a tidy item, and the item as that wants it."""
    item = dict(item)
    if item.get("original-date") == item.get("issued"):
        item.pop("original-date", None)
    name = item["custom"].get("file")
    if style == _NOTES:
        if name:
            item["source"] = name
        if _in_edition(item):
            return _own("edition-notes"), item
        if unpublished(item):
            return _own("unpublished-notes"), for_notes(item)
        return loaded(file), item
    renderer = loaded(file)
    if name:
        item["source"] = item["publisher"] = name
    if _in_edition(item):
        item = _volume_kept(renderer, item)
    elif unpublished(item) and not item.get("publisher"):
        item = _archive_kept(renderer, item)
    return renderer, item


def placed(text: str, item: Mapping[str, Any]) -> str:
    """A citation with the place where an unpublished paper lies, where the style has left it out: without it
    the paper could not be found again."""
    held = _place(item) if unpublished(item) else []
    words = unmarked(text).casefold()
    missing = [part for part in held if part.casefold() not in words]
    return f"{text.rstrip(' .')}, {', '.join(missing)}." if text and missing else text


def _place(item: Mapping[str, Any]) -> list[str]:
    names = ("archive_location", "archive_collection", "archive")
    return [str(item[name]) for name in names if item.get(name)]


def _in_edition(item: Mapping[str, Any]) -> bool:
    """A document printed in a volume of a documentary edition: a part without an author of its own, of a
    volume that has a number."""
    return (
        item.get("type") in {"chapter", "document", "letter", "manuscript", "personal_communication"}
        and bool(item.get("container-title"))
        and bool(item.get("volume"))
        and not item.get("author")
    )


def _volume_kept(renderer: Style, item: dict[str, Any]) -> dict[str, Any]:
    """Many styles put a volume's own title in place of the edition's, or leave out the volume: there the two
    travel as one title. MLA and APA join genre and number, but this number is the document's, not the
    telegram's."""
    item = {key: value for key, value in item.items() if key != "genre"}
    edition, volume, title = (
        str(item.get(name, "")) for name in ("container-title", "volume", "volume-title")
    )
    _, found, after = unmarked(renderer.entry(item) or renderer.note(item)).partition(edition)
    if found and title in after and re.search(rf"\b{re.escape(volume)}\b", after):
        return item
    joined = {key: value for key, value in item.items() if key not in {"volume", "volume-title"}}
    return {
        **joined,
        "container-title": ", ".join(part for part in (edition, f"vol. {volume}", title) if part),
    }


def _archive_kept(renderer: Style, item: dict[str, Any]) -> dict[str, Any]:
    """Some styles know no archives, or not of a plain document: there a paper is called something else that
    they know, and the place where it lies stands where a publisher would."""
    held = _place(item)
    instead = {"publisher": ", ".join(held), "publisher-place": str(item.get("archive-place", ""))}
    instead = {name: value for name, value in instead.items() if value}
    for changes in (
        {},
        {"type": "manuscript"},
        instead,
        *({**instead, "type": kind} for kind in _LIKE_A_PAPER),
    ):
        tried = {**item, **changes}
        words = unmarked(renderer.entry(tried) or renderer.note(tried)).casefold()
        if all(part.casefold() in words for part in held):
            return tried
    return item


@lru_cache(maxsize=64)
def loaded(file: StyleFile) -> Style:
    """The style of a file, read once for as long as the file stays as it is."""
    return Style(file.path, file.locale)


@cache
def _own(name: str) -> Style:
    return Style(Path(__file__).with_name(f"{name}.csl"))


def with_place(citation: str, locator: str, label: str) -> str:
    """A citation that stands as it is, with the place behind it."""
    from qa.citing.mended import SEVERAL

    if not locator:
        return citation
    several = SEVERAL.search(locator) is not None
    sign = {"page": ("p.", "pp."), "note": ("n.", "nn.")}.get(label, (label, label))[several]
    return f"{citation.rstrip('. ')}, {sign} {locator}."
