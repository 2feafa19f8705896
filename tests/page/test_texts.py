"""The words of the interface: the same in all languages, none missing, none left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel import Locale

from qa.page import texts

ROOT = Path(__file__).parents[2]
OTHERS = [language for language in texts.LANGUAGES if language != "en"]


def places(text: object) -> set[str]:
    every = text if isinstance(text, str) else " ".join(text.values())  # type: ignore[attr-defined]
    return set(re.findall(r"{(\w+)}", every))


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_there_with_the_same_values(language: str) -> None:
    english, other = texts.table("en"), texts.table(language)
    assert list(english) == list(other), "the same keys in the same order"
    for key, text in english.items():
        assert places(text) == places(other[key]), key


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_plural_form_is_there(language: str) -> None:
    forms = set(Locale.parse(language).plural_form.tags) | {"other"}
    for key, text in texts.table(language).items():
        if not isinstance(text, str):
            assert set(text) == forms, key
            assert "n" in places(text), key


def asked() -> Iterator[tuple[str, str]]:
    """(where, key) of every text that the page's code asks for by a literal."""
    for path in sorted((ROOT / "qa" / "page").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = 1 if name == "count" else 0
            if name in {"say", "label", "count"} and len(node.args) > place:
                key = node.args[place]
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield f"{path.name}:{node.lineno}", key.value


def test_every_text_that_is_asked_for_is_there() -> None:
    missing = [(where, key) for where, key in asked() if "." in key and key not in texts.table("en")]
    assert missing == []


def test_no_text_is_left_over() -> None:
    code = "\n".join(
        path.read_text("utf-8") for path in (ROOT / "qa" / "page").rglob("*") if path.suffix in {".py", ".js"}
    )
    # A key may be put together ("kind." + name): then what comes before its last dot stands in the code.
    for key in texts.table("en"):
        last = key.rpartition(".")[2]
        assert (
            key in code
            or f'"{key.rpartition(".")[0]}.' in code
            or (key.startswith("script.") and last in code)
        ), key


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("", "de,en;q=0.7,ru;q=0.8", "ru"),
        ("", "de-DE,fr;q=0.5", "en"),
        ("en", "ru", "en"),
        ("xx", "ru", "ru"),
        ("", "ru;q=nonsense,,;q=", "en"),
    ],
)
def test_the_language_of_who_asks(chosen: str, accepted: str, language: str) -> None:
    assert texts.wanted(chosen, accepted) == language


def test_counts_in_both_languages() -> None:
    assert texts.words("en").count(1, "count.document") == "1 document"
    assert texts.words("en").count(3842, "count.document") == "3,842 documents"
    russian = texts.words("ru")
    assert [russian.count(n, "count.document") for n in (1, 3, 5, 21)] == [
        "1 документ",
        "3 документа",
        "5 документов",
        "21 документ",
    ]
    assert russian.count(3842, "count.passage") == "3\N{NO-BREAK SPACE}842 отрывка"


def test_decimals_in_both_languages() -> None:
    english, russian = texts.words("en"), texts.words("ru")
    assert english.decimal(0.5, 3) == "0.500"
    assert russian.decimal(1234.5, 1) == "1\N{NO-BREAK SPACE}234,5"
    assert [english.decimal(x, 2, "+") for x in (0.0, 0.25, -0.25)] == [
        "+0.00",
        "+0.25",
        "\N{MINUS SIGN}0.25",
    ]


def test_braces_in_what_is_drawn_for_all_are_noticed() -> None:
    with pytest.raises(AssertionError):
        texts.drawn(lambda say: "<p>{place}</p>")
