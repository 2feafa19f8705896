"""What the styles of an OpenDocument text say: where pages begin, how they are numbered, what is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from qa.reading.safexml import attribute, child, local_name

_TITLES = frozenset({"Title", "Subtitle"})


class Styles:
    """The styles of ``roots``, the parts that define them (None for one that the file does not have)."""

    def __init__(self, roots: Iterable[Any]) -> None:
        self._styles: dict[str, Any] = {}
        self._masters: dict[str, Any] = {}
        self._layouts: dict[str, Any] = {}
        for root in roots:
            for element in () if root is None else root.iter():
                name = attribute(element, "name") or ""
                match local_name(element):
                    case "style" if attribute(element, "family") in ("paragraph", "table"):
                        self._styles[name] = element
                    case "master-page":
                        self._masters[name] = element
                    case "page-layout":
                        self._layouts[name] = element

    def is_title(self, name: str) -> bool:
        """Whether a paragraph of the style is the document's title."""
        return any(key in _TITLES for key, _ in self._above(name))

    def is_hidden(self, name: str) -> bool:
        """Whether words of the style are not shown."""
        return next((v == "none" for _, e in self._above(name) if (v := _said(e, "text", "display"))), False)

    def breaks_before(self, name: str) -> bool:
        """Whether a paragraph of the style begins a page."""
        if self.master_of(name):
            return True
        for _, element in self._above(name):
            said = _said(element, "paragraph", "break-before") or _said(element, "table", "break-before")
            if said:
                return said == "page"
        return False

    def breaks_after(self, name: str) -> bool:
        """Whether a page ends with a paragraph of the style."""
        return next(
            (v == "page" for _, e in self._above(name) if (v := _said(e, "paragraph", "break-after"))), False
        )

    def master_of(self, name: str) -> str:
        """The kind of page that a paragraph of the style begins; "" where it goes on with the present one."""
        return next(
            (v for _, e in self._above(name) if (v := attribute(e, "master-page-name")) is not None), ""
        )

    def page_number(self, name: str) -> int | None:
        """The number that the page gets which a paragraph of the style begins."""
        for _, element in self._above(name):
            said = _said(element, "paragraph", "page-number") or _said(element, "table", "page-number")
            if said:
                return int(said) if said.isdecimal() and int(said) > 0 else None
        return None

    def next_master(self, name: str) -> str:
        """The kind of page that follows one of the kind ``name``."""
        return attribute(self._masters.get(name), "next-style-name") or name

    def number_format(self, master: str) -> str:
        """How numbers look on a kind of page: "1", "i", "I", "a", "A"."""
        layout = self._layouts.get(attribute(self._masters.get(master), "page-layout-name") or "")
        return attribute(child(layout, "page-layout-properties"), "num-format") or "1"

    def usage(self, master: str) -> str:
        """The side on which a kind of page stands: "left", "right"; "" for either."""
        layout = self._layouts.get(attribute(self._masters.get(master), "page-layout-name") or "")
        return attribute(layout, "page-usage") or ""

    def _above(self, name: str) -> Iterator[tuple[str, Any]]:
        """A style and those that it is based on, nearest first."""
        seen: set[str] = set()
        while name and name not in seen:
            seen.add(name)
            element = self._styles.get(name)
            if element is None:
                return
            yield name, element
            name = attribute(element, "parent-style-name") or ""


def _said(style: Any, kind: str, name: str) -> str | None:
    return _other(child(style, f"{kind}-properties"), name)


def _other(element: Any, name: str) -> str | None:
    """An attribute by its local name: properties take theirs from several namespaces."""
    if element is None:
        return None
    return next((v for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name), None)
