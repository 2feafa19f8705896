"""The language of a document's words, for who hears the page: English read out by a Russian voice is not
understood."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from babel import Locale, UnknownLocaleError


def lang(csl: Mapping[str, Any]) -> str:
    """The attribute ``lang`` of a document's words as HTML, with a space before it; "" where its CSL item
    says no language, or one by a name that is no code ("English")."""
    said = csl.get("language")
    if not isinstance(said, str) or not said:
        return ""
    try:
        # Readers give "eng" and "en_US" too, which a browser does not know.
        language = Locale.parse(said.strip().replace("_", "-"), sep="-").language
    except (ValueError, UnknownLocaleError):
        return ""
    return f' lang="{escape(language)}"'
