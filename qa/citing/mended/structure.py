"""Groups, conditions, layouts and the order of works."""

from __future__ import annotations

import re
from typing import Any

from citeproc import model as csl
from citeproc.source import VariableError
from citeproc.string import MixedString, String

from qa.citing.mended.element import Element
from qa.citing.mended.text import NUMERIC


class Group(Element):
    def process(self, item: Any, context: Any = None, **kwargs: Any) -> Any:
        """As the specification has it: a group that calls variables, none of which holds anything, is not
        printed at all; a group in it that is printed counts as one that does."""
        self.state.groups.append([0, 0])
        try:
            text = self.render_children(  # type: ignore[attr-defined]
                item, delimiter=self.get("delimiter", ""), context=context, **kwargs
            )
        finally:
            called, printed = self.state.groups.pop()
        if called:
            self.state.called()
        if not text or (called and not printed):
            raise VariableError
        self.state.called(printed=True)
        return text


class Condition(Element):
    def render(self, *args: Any, **kwargs: Any) -> Any:
        # One item at a time is never ambiguous.
        if self.get("disambiguate") == "true" and self.get("match") != "any":
            raise csl.ConditionFailed
        return super().render(*args, **kwargs)  # type: ignore[misc]

    def _is_numeric(self, item: Any) -> list[bool]:
        found = []
        for variable in self.get("is-numeric").split():
            name = variable.replace("-", "_")
            value = item.locator.identifier if name == "locator" and item.has_locator else None
            value = item.reference.get(name) if value is None else value
            found.append(value is not None and NUMERIC.fullmatch(str(value)) is not None)
        return found


class Key(Element):
    def sort_keys(self, items: Any, context: Any) -> list[Any]:
        keys = []
        for item in items:
            # What a <substitute> used up for the work before is not used up for this one.
            self.state.used = set()
            (key,) = super().sort_keys([item], context)  # type: ignore[misc]
            # Works stand by their words, not by the quotation mark before them.
            is_text = isinstance(key, str | MixedString)
            keys.append(re.sub(r"^[\W\ufdd0-\ufdef]+", "", str(key)) or None if is_text else key)
        return keys


class Layout(Element):
    def render_children(self, item: Any, *args: Any, **kwargs: Any) -> Any:
        self.state.used = set()
        self.state.groups.clear()
        text = super().render_children(item, *args, **kwargs)  # type: ignore[misc]
        if text and self.getparent().get("second-field-align"):  # type: ignore[attr-defined]
            first, rest = str(self[0].render(item) or ""), str(text)  # type: ignore[index]
            if first and rest.startswith(first) and not rest[len(first) :].startswith(" "):
                return String(f"{first} {rest[len(first) :]}")
        return text
