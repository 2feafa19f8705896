"""What the elements of one style know of each other, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from citeproc import model as csl
from citeproc.string import MixedString, String


class State:
    """What the elements of one style know of each other: its macros and terms, looked up once, its
    quotation marks (open, close, inner open, inner close), and, while an item is rendered, which variables
    a <substitute> has used up and what the <group>s around have called and printed."""

    def __init__(self) -> None:
        self.macros: dict[str, Any] = {}
        self.terms: dict[tuple[Any, ...], Any] = {}
        self.quotes: tuple[str, ...] = ("“", "”", "‘", "’")
        self.used: set[str] = set()
        self.watching: list[set[str]] = []
        self.groups: list[list[int]] = []
        self.instead_of: list[str] = []
        self.people = 0

    @property
    def for_author(self) -> bool:
        """Whether something is sought that can stand in the place of the item's own author."""
        return bool(self.instead_of) and not self.instead_of[0].startswith("container")

    def printed(self, variable: str | None) -> None:
        if variable:
            for names in self.watching:
                names.update(variable.split())

    def called(self, *, printed: bool = False) -> None:
        """A variable was called, or (``printed``) one that was called held something."""
        if self.groups:
            self.groups[-1][printed] += 1


class Element:
    """Every element: macros and terms are searched for in the tree once only."""

    state: State
    get: Callable[..., Any]

    def get_macro(self, name: str) -> Any:
        if name not in self.state.macros:
            self.state.macros[name] = super().get_macro(name)  # type: ignore[misc]
        return self.state.macros[name]

    def get_term(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if isinstance(self, csl.Locale):
            return super().get_term(name, *args, **kwargs)  # type: ignore[misc]
        key = (name, args, *sorted(kwargs.items()))
        if key not in self.state.terms:
            if name.startswith("ordinal"):
                self.state.terms[key] = self._ordinal(name, **kwargs)
            else:
                self.state.terms[key] = super().get_term(name, *args, **kwargs)  # type: ignore[misc]
        return self.state.terms[key]

    def _ordinal(self, name: str, *, zero_padded: bool = False, **_: Any) -> Any:
        """The ending of an ordinal number, from the first locale that has any: they belong together."""
        for locale in self.get_root().locales:  # type: ignore[attr-defined]
            if locale.terms is not None and locale.xpath_search("./cs:terms/cs:term[@name='ordinal']"):
                try:
                    return locale.get_term(name, None, zero_padded=zero_padded)
                except IndexError:
                    return None
        return None

    def case(self, text: Any, *args: Any, **kwargs: Any) -> Any:
        return super().case(_string(text), *args, **kwargs) if text else text  # type: ignore[misc]

    def strip_periods(self, text: Any) -> Any:
        return super().strip_periods(_string(text)) if text else text  # type: ignore[misc]


def _string(text: Any) -> Any:
    """Numbers, and text that has been through formatting, as what citeproc-py can change the case of."""
    if isinstance(text, MixedString):
        return MixedString([part if isinstance(part, String) else String(part) for part in text])
    return text if isinstance(text, String) else String(text)


class Printing(Element):
    """Prints a variable, unless a <substitute> has used it up for this item."""

    def render(self, *args: Any, **kwargs: Any) -> Any:
        variable = self.get("variable")
        if variable:
            self.state.called()
            if self.state.used.issuperset(variable.split()):
                return None
        text = super().render(*args, **kwargs)  # type: ignore[misc]
        if text and variable:
            self.state.called(printed=True)
            self.state.printed(variable)
        return text
