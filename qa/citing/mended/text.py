"""Texts, numbers and their labels."""

from __future__ import annotations

import re
from typing import Any

from citeproc.string import String

from qa.citing.mended.element import Element, Printing

# Noncharacters that remember which closing quotation marks the style wrote: a comma moves inside those
# only, never inside the marks that a title brought along.
CLOSED, CLOSED_TWICE = "\ufde0", "\ufde1"

_NUMBER = r"(?:[A-Za-z]*\d+[A-Za-z]*|[IVXLCDM]+|[ivxlcdm]+|\[\w+\])"
NUMERIC = re.compile(rf"{_NUMBER}(?:\s*[-–,&]\s*{_NUMBER})*")
# An en dash, comma or ampersand lies between two places; a hyphen may stand inside the label of one ("A-5").
SEVERAL = re.compile(r"[\w\])]\s*[–,&]\s*[\w\[(]|\d\s*-\s*\d")


class Text(Printing):
    def case(self, text: Any, language: str | None = None) -> Any:
        # A title stands as its document writes it.
        if self.get("text-case") in {"title", "sentence"}:
            return text
        return super().case(text, language)

    def quote(self, text: Any) -> Any:
        if self.get("quotes", "false").lower() != "true":
            return text
        # Quotation marks within quotation marks are the inner ones, and inner ones within those outer again.
        opening, closing, inner, inner_closing = self.state.quotes
        stated = str(text)
        quoted = re.sub(
            rf"{re.escape(opening)}([^{re.escape(opening + closing)}]*){re.escape(closing)}(?!\w)",
            lambda match: f"{inner}{match[1]}{inner_closing}",
            stated,
        )
        twice = quoted != stated and quoted.endswith(inner_closing)
        return String(f"{opening}{quoted}{closing}" + (CLOSED_TWICE if twice else CLOSED))

    def _variable(self, item: Any, context: Any) -> Any:
        if self.get("variable") == "locator":
            return String(re.sub(r"(?<=\d)-(?=\d)", "–", str(item.locator.identifier)))
        return super()._variable(item, context)  # type: ignore[misc]


class Pages:
    """The range formats of the CSL specification, appendix V; a number that is no digits stays whole."""

    def _process(self, value: Any, variable: str) -> Any:
        if not variable.startswith("page") and not NUMERIC.fullmatch(str(value)):
            return String(str(value))
        return super()._process(value, variable)  # type: ignore[misc]

    def _format_last_page(self, first: str, last: str) -> str:
        form = self.get_root().get("page-range-format")  # type: ignore[attr-defined]
        if not (first.isdecimal() and last.isdecimal() and len(first) == len(last)):
            return last
        keep = next((i for i, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), len(last) - 1)
        number, size = int(first), len(last)
        if form == "minimal":
            return last[keep:]
        if form == "minimal-two":
            return last[min(keep, max(size - 2, 0)) :]
        if form in {"chicago", "chicago-15", "chicago-16"} and number >= 100 and number % 100:
            if form == "chicago-15" and size == 4 and keep < 2:
                return last
            return last[keep:] if number % 100 < 10 else last[min(keep, size - 2) :]
        return last


class Label(Element):
    def render(self, item: Any, variable: str | None = None, *args: Any, **kwargs: Any) -> Any:
        named = variable or self.get("variable")
        held = item.has_locator if named == "locator" else named.replace("-", "_") in item.reference
        if not held and named not in {"page", "editortranslator"}:
            return None
        return super().render(item, variable, *args, **kwargs)  # type: ignore[misc]

    def case(self, text: Any, language: str | None = None) -> Any:
        if self.get("text-case") == "title":
            return text.capitalize_first()
        return super().case(text, language)

    def _is_plural(self, item: Any) -> bool:
        # 921n7 is one place, 921–922 are two.
        variable = self.get("variable")
        if variable == "locator":
            return SEVERAL.search(str(item.locator.identifier)) is not None
        if variable.startswith("number-of"):
            return str(item.reference.get(variable, "")).strip() not in {"", "1"}
        return bool(super()._is_plural(item))  # type: ignore[misc]
