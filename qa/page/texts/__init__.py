"""The words of the interface, in one file a language. Words of documents never pass through here.

Which language: the one the person chose on the page (a cookie), else the first of their browser's that
there is, else English. Words that Gradio's own parts show (labels, tabs) are handed to the browser in all
languages; what the page draws itself asks ``of(request)``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from babel import Locale
from babel.numbers import format_decimal

LANGUAGES = ("en", "ru")
"""English is complete by a test's word, and so are the others."""

COOKIE = "ibid_language"

_HERE = Path(__file__).parent
_FORMS = frozenset({"one", "two", "few", "many", "other", "zero"})
_drawn: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}


class Words:
    """The interface's words in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = Locale.parse(language)
        self._table = table(language)

    def __call__(self, key: str, **values: object) -> str:
        """The text at ``key`` ("chat.ask") with ``values`` in its braces; plain text, not HTML. Raises
        KeyError for a text that there is not."""
        text = self._table[key]
        assert isinstance(text, str), f"{key} has plural forms: use count"
        return text.format(**values) if values else text

    def count(self, number: int, noun: str, **values: object) -> str:
        """The text at ``noun`` in CLDR's plural form for ``number``, which stands in it as {n}:
        "3,842 documents"."""
        forms = self._table[noun]
        assert not isinstance(forms, str), f"{noun} has no plural forms"
        form = forms.get(self._locale.plural_form(number)) or forms["other"]
        return form.format(n=self.number(number), **values)

    def decimal(self, number: float, places: int, sign: str = "") -> str:
        """A number with so many decimals, as this language writes it: "0.833", "0,833"; with ``sign`` "+"
        a rise is told from a fall."""
        form = f"#,##0.{'0' * places}"
        if sign:
            form = f"+{form};\N{MINUS SIGN}{form}"
        return format_decimal(number, format=form, locale=self._locale)

    def number(self, number: float) -> str:
        """A number as this language writes it: "3,842", "3 842"."""
        return format_decimal(number, locale=self._locale)


def of(request: gr.Request | None) -> Words:
    """The words in the language of who asks."""
    if request is None:
        return words(LANGUAGES[0])
    # Outside a request (a test, a script) Gradio hands over an object without headers.
    cookies: Mapping[str, str] = getattr(request, "cookies", None) or {}
    headers: Mapping[str, str] = getattr(request, "headers", None) or {}
    return words(wanted(cookies.get(COOKIE, ""), headers.get("accept-language", "")))


def wanted(chosen: str, accepted: str) -> str:
    """The language for a person who chose ``chosen`` ("" where they did not) and whose browser sends the
    header Accept-Language ``accepted``: "ru-RU,ru;q=0.9,en;q=0.8"."""
    if chosen in LANGUAGES:
        return chosen
    offers = []
    for place, offer in enumerate(accepted.split(",")):
        tag, _, quality = offer.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        offers.append((-weight, place, tag.partition("-")[0].lower()))
    return next((tag for _, _, tag in sorted(offers) if tag in LANGUAGES), LANGUAGES[0])


@cache
def words(language: str) -> Words:
    """The words of a language. Raises KeyError for one that there is not."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return Words(language)


@cache
def table(language: str) -> Mapping[str, str | Mapping[str, str]]:
    """Every text by its dotted key; one with plural forms is a mapping of them."""
    found: dict[str, str | Mapping[str, str]] = {}

    def walk(node: Mapping[str, Any], before: str) -> None:
        for key, value in node.items():
            name = f"{before}{key}"
            if isinstance(value, str) or set(value) <= _FORMS:
                found[name] = value
            else:
                walk(value, f"{name}.")

    walk(tomllib.loads((_HERE / f"{language}.toml").read_text("utf-8")), "")
    return found


def label(key: str) -> Any:
    """The text at ``key`` for a part of Gradio's, which the browser puts into its language."""
    if not isinstance(table(LANGUAGES[0])[key], str):
        raise KeyError(f"{key} has plural forms")
    return gr.I18n()(key)


def drawn(draw: Callable[[Words], str]) -> Any:
    """HTML that is the same for all who come, drawn in every language for the value of a ``gr.HTML``."""
    made = {language: draw(words(language)) for language in LANGUAGES}
    for text in made.values():
        # The browser's formatter takes braces for places to fill.
        assert "{" not in text, text
    key = f"drawn.{sha256(made[LANGUAGES[0]].encode()).hexdigest()[:16]}"
    for language, text in made.items():
        _drawn[language][key] = text
    return gr.I18n()(key)


def for_scripts(say: Words) -> str:
    """An element that holds the words which the page's scripts show."""
    mine = {key.removeprefix("script."): say(key) for key in table(LANGUAGES[0]) if key.startswith("script.")}
    data = " ".join(f'data-{key}="{escape(text)}"' for key, text in mine.items())
    return f'<span id="ibid-words" hidden {data}></span>'


def translations() -> gr.I18n:
    """All of it for the browser, once the page is laid out."""
    return gr.I18n(
        **{
            language: {key: text for key, text in table(language).items() if isinstance(text, str)}
            | _drawn[language]
            for language in LANGUAGES
        }
    )
