"""What the styles of a Word file say of a paragraph: is it a heading, is it navigation, does it begin a page.

Style ids are translated ("berschrift1"); a style's name ("heading 1") and its outline level are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from qa.reading.safexml import attribute, child, local_name

_HEADING = re.compile(r"heading ?[1-9]|title|subtitle|überschrift ?[1-9]|titre ?[1-9]|заголовок ?[1-9]")
_NAVIGATION = re.compile(r"(?:toc|index) ?(?:[1-9]|heading)|table of figures|table of authorities")
BODY_TEXT = 9
"""The outline level that says "no heading"."""


@dataclass(frozen=True, slots=True)
class Style:
    """``breaks`` says that a paragraph of the style begins a page."""

    heading: bool = False
    navigation: bool = False
    breaks: bool = False


class Styles:
    """The paragraph styles of ``root``, the part that defines them (None: the file has no such part)."""

    def __init__(self, root: Any) -> None:
        self._elements = {
            attribute(e, "styleId") or "": e
            for e in (() if root is None else root)
            if local_name(e) == "style"
        }
        self._default = next(
            (key for key, e in self._elements.items() if attribute(e, "default") in ("1", "true", "on")
             and attribute(e, "type") == "paragraph"), "",
        )  # fmt: skip
        self._known: dict[str, Style] = {}

    def of(self, properties: Any) -> Style:
        """The style of a paragraph by its properties (None: it has none)."""
        named = child(properties, "pStyle")
        style = self._style(attribute(named, "val") or self._default)
        level = _level(properties)
        if level is None:
            return style
        return Style(level < BODY_TEXT, style.navigation, style.breaks)

    def breaks_before(self, properties: Any) -> bool:
        """Whether a paragraph begins a page."""
        own = child(properties, "pageBreakBefore")
        return _on(own) if own is not None else self.of(properties).breaks

    def _style(self, key: str) -> Style:
        if key not in self._known:
            self._known[key] = self._resolved(key)
        return self._known[key]

    def _resolved(self, key: str) -> Style:
        """What a style says, each property from the nearest style below it that has it."""
        names: list[str] = []
        level: int | None = None
        breaks: bool | None = None
        seen: set[str] = set()
        while key and key not in seen:
            seen.add(key)
            element = self._elements.get(key)
            # A style that the file names and does not define goes by its id.
            names.append((attribute(child(element, "name"), "val") or key).lower())
            properties = child(element, "pPr")
            level = _level(properties) if level is None else level
            own = child(properties, "pageBreakBefore")
            breaks = _on(own) if breaks is None and own is not None else breaks
            key = attribute(child(element, "basedOn"), "val") or ""
        named = any(_HEADING.fullmatch(name) for name in names)
        return Style(
            heading=level < BODY_TEXT if level is not None else named,
            navigation=any(_NAVIGATION.fullmatch(name) for name in names),
            breaks=bool(breaks),
        )


def _level(properties: Any) -> int | None:
    element = child(properties, "outlineLvl")
    said = attribute(element, "val")
    return int(said) if said and said.isdecimal() else None


def _on(element: Any) -> bool:
    return element is not None and attribute(element, "val") not in ("0", "false", "off")
