"""Elements of HTML and SVG as text, escaped in one place."""

from __future__ import annotations

from html import escape


class Markup(str):
    """Text that is markup already. Plain strings are escaped wherever they become part of it."""

    __slots__ = ()


def element(name: str, *children: str | None, **attributes: str | float | bool | None) -> Markup:
    """``<name attributes>children</name>``. Children that are Markup stand as they are, all others are
    escaped, None is left out. Attributes: ``class_`` is class, "_" becomes "-", True stands alone, None and
    False are left out."""
    return Markup(f"<{name}{_attributes(attributes)}>{joined(*children)}</{name}>")


def empty(name: str, **attributes: str | float | bool | None) -> Markup:
    """``<name attributes/>``: an element of SVG without children."""
    return Markup(f"<{name}{_attributes(attributes)}/>")


def joined(*children: str | None) -> Markup:
    """Children one after the other, escaped like those of ``element``."""
    return Markup("".join(_shown(child) for child in children if child is not None))


def _shown(child: str) -> str:
    return child if isinstance(child, Markup) else escape(child)


def _attributes(attributes: dict[str, str | float | bool | None]) -> str:
    said = []
    for key, value in attributes.items():
        name = "class" if key == "class_" else key.replace("_", "-") if key != "viewBox" else key
        if value is True:
            said.append(f" {name}")
        elif value is not None and value is not False:
            shown = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
            said.append(f' {name}="{escape(shown)}"')
    return "".join(said)
