"""Names, and what stands in their place where there are none."""

from __future__ import annotations

import re
from typing import Any

from citeproc import model as csl
from citeproc.source import VariableError

from qa.citing.mended.element import Element, Printing

_ROLES_OF_A_CONTAINER = frozenset({"editor", "translator", "editor-translator", "collection-editor"})


class Names(Printing):
    def render(self, item: Any, *args: Any, **kwargs: Any) -> Any:
        roles = self.get("variable", "").split()
        contained = "container_title" in item.reference
        if self.state.for_author and contained and _ROLES_OF_A_CONTAINER.issuperset(roles):
            return None
        # Of several roles those that were used up are left out, the others stay.
        away = {
            role: item.reference.pop(role) for role in self.state.used & {*roles} if role in item.reference
        }
        try:
            return super().render(item, *args, **kwargs)
        finally:
            item.reference.update(away)


class Name(Element):
    def process(self, item: Any, variable: str, *args: Any, **kwargs: Any) -> Any:
        self.state.people = len(item.reference.get(variable, ()))
        return super().process(item, variable, *args, **kwargs)  # type: ignore[misc]

    def get_option(self, name: str, *args: Any, **kwargs: Any) -> Any:
        value = super().get_option(name, *args, **kwargs)  # type: ignore[misc]
        if name.startswith("delimiter-precedes") and value == "after-inverted-name":
            order = super().get_option("name-as-sort-order", *args, **kwargs)  # type: ignore[misc]
            before = order == "all" or (order == "first" and self.state.people == 2)
            return "always" if before else "never"
        return value

    def initialize(self, given: str, mark: str, context: Any) -> str:
        if self.get("initialize", "true") == "false":
            return re.sub(r"(?<=\b\w\.)(?=\w)", " ", given)
        return str(super().initialize(given, mark, context))  # type: ignore[misc]


class NamePart(Element):
    def format_part(self, given: Any, family: Any) -> Any:
        parts = super().format_part(given, family)  # type: ignore[misc]
        return tuple(part and str(part) for part in parts)


class Substitute(Element):
    def render(self, item: Any, context: Any = None, **kwargs: Any) -> Any:
        parent = self.getparent()  # type: ignore[attr-defined]
        for child in self.getchildren():  # type: ignore[attr-defined]
            # <names/> without a <name/> of its own is printed as the one that it stands in for.
            bare = isinstance(child, csl.Names) and child.name is None
            like = {**kwargs, "names_context": parent} if bare else kwargs
            self.state.watching.append(set())
            self.state.instead_of.append(parent.get("variable", ""))
            try:
                text = child.render(item, context=context, **like)
            except VariableError:
                text = None
            self.state.instead_of.pop()
            printed = self.state.watching.pop()
            if text:
                self.state.used |= printed
                return text
        return None
