"""Markdown read back by another parser: what is rendered is the text, to the letter."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from qa.exporting import export
from qa.exporting.conversation import shown
from qa.exporting.markdown import quoted
from qa.types import QuotedNote
from tests.exporting import answers as made

PLAIN = {
    "text",
    "text_special",
    "hardbreak",
    "softbreak",
    "strong_open",
    "strong_close",
    "em_open",
    "em_close",
}


@dataclass
class Rendered:
    """What a reader of the Markdown sees: block quotes, headings, list items, paragraphs, footnotes."""

    quotes: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    italic: list[str] = field(default_factory=list)


def rendered(markdown: str) -> Rendered:
    """Fails for anything that is not text: links, code, pictures, tags, rules, tables."""
    parser = MarkdownIt("js-default", {"html": True, "linkify": False, "typographer": True})
    parser.use(footnote_plugin)
    seen = Rendered()
    open_: list[str] = []
    for token in parser.parse(markdown):
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if token.type == "inline":
            words = _inline(token, seen)
            if "footnote" in open_:
                seen.notes.append(words)
            elif "blockquote" in open_:
                seen.quotes.append(words)
            elif "heading" in open_:
                seen.headings.append(words)
            else:
                seen.paragraphs.append(words)
        elif token.type.endswith("_open"):
            assert kind in {
                "paragraph", "blockquote", "heading", "bullet_list", "list_item", "footnote",
                "footnote_block",
            }, kind  # fmt: skip
            open_.append(kind)
        elif token.type.endswith("_close"):
            assert open_.pop() == kind
        else:
            assert token.type == "footnote_anchor", token.type
    return seen


def _inline(token: Token, seen: Rendered) -> str:
    words, marks = "", {"strong": 0, "em": 0}
    for child in token.children or ():
        if child.type == "footnote_ref":
            continue
        assert child.type in PLAIN, f"{child.type}: {child.content!r}"
        for mark, found in (("strong", seen.bold), ("em", seen.italic)):
            if child.type == f"{mark}_open":
                marks[mark] = len(words)
            elif child.type == f"{mark}_close":
                found.append(words[marks[mark] :])
        words += "\n" if child.type in {"hardbreak", "softbreak"} else child.content
    return words


def one_quote(markdown: str) -> str:
    (words,) = rendered(markdown).quotes
    return words


@pytest.mark.parametrize("text", made.HOSTILE.values(), ids=made.HOSTILE.keys())
def test_a_quote_is_rendered_to_the_letter(text: str) -> None:
    markdown = export([made.answer(made.quote(text))], "markdown").decode()
    assert one_quote(markdown) == text.replace("\r", "␍")


@settings(max_examples=600, deadline=None)
@given(
    text=st.text(
        st.one_of(
            st.sampled_from("\\`*_{}[]<>#+-.!|~&$^\"'@:=()%;12 aZ \n\n\t\r\u00a0\u0301\u202e\u05d0"),
            st.characters(),
        ),
        min_size=1,
        max_size=50,
    ),
    edges=st.tuples(st.integers(0, 50), st.integers(0, 50)),
)
def test_any_text_is_rendered_to_the_letter_bold_or_not(text: str, edges: tuple[int, int]) -> None:
    start, end = sorted(edge % (len(text) + 1) for edge in edges)
    assert one_quote(quoted(text, (start, end) if start < end else None)) == shown(text)


def test_text_without_control_characters_is_not_touched() -> None:
    for text in made.HOSTILE.values():
        assert shown(text.replace("\r", "")) == text.replace("\r", "")
    assert shown("a\r\x00\x7f\x85\ud800\ufffe") == "a␍␀␡\ufffd\ufffd\ufffd"


def test_control_characters_are_shown_and_the_reader_is_told() -> None:
    markdown = export([made.answer(made.quote(made.CONTROL))], "markdown").decode()
    assert one_quote(markdown) == "a␀b␇c␋d␌e␛[31mf␡g\ufffdh\ufffdi\ufffdj\ufffdk"
    assert "stand as their signs" in markdown
    clean = export([made.answer(made.quote("clean"))], "markdown").decode()
    assert "stand as their signs" not in clean


@pytest.mark.parametrize("text", made.HOSTILE.values(), ids=made.HOSTILE.keys())
def test_nothing_anywhere_becomes_markup(text: str) -> None:
    seen = rendered(export([made.everything_hostile(text)], "markdown").decode())
    line = " ".join(text.split())
    assert seen.headings == ["Questions and answers", line.replace("\r", ""), "Works quoted", "Source files"]
    assert seen.quotes == [text.replace("\r", "␍")] * 2
    assert any(line in paragraph for paragraph in seen.paragraphs)


def test_the_parts_of_a_conversation_in_order() -> None:
    text = "The talks broke off at noon. Nobody was surprised."
    first = made.answer(
        made.quote(
            text,
            phrase=made.phrase(text, "at noon"),
            notes=(QuotedNote("3", "3. The noon of the capital.", 0, 1),),
        ),
        question="When did the talks break off?",
        after=("Who talked?",),
    )
    note = made.quote("See p. 9.", 1, voice="note", note_kind="source", pages="7–8")
    second = made.answer(note, answered=False, question="Why?", after=("Who talked?", first.question))
    markdown = export([first, second], "markdown").decode()
    seen = rendered(markdown)
    assert seen.headings[1:3] == ["When did the talks break off?", "Why?"]
    assert seen.quotes == [text, "3. The noon of the capital.", "See p. 9."]
    assert seen.bold == ["at noon", "Not answered: the sources hold no answer that can be quoted."]
    assert seen.paragraphs[:5] == [
        "Asked after: Who talked?",
        "Quote 1, p. 6",
        "Note 3 to this quote:",
        "Asked after: Who talked?",
        "Not answered: the sources hold no answer that can be quoted. Searched 2 documents, 31 passages.",
    ]
    assert seen.paragraphs[5:7] == [
        "What came nearest, not an answer:",
        "Nearest 1, pp. 7–8, a source note",
    ]
    assert seen.notes == ["A letter, p. 6."] * 2, "the citations that the answers gave"
    assert "SHA-256 " + "5" * 64 in seen.paragraphs[-2]


def test_another_style_cites_anew_with_its_italics() -> None:
    seen = rendered(export([made.answer(made.quote("No."))], "markdown", style="mhra-notes").decode())
    assert seen.notes[0].startswith("‘Letter From President Kennedy to Chairman Khrushchev’, in Foreign")
    assert "Foreign Relations of the United States, 1961–1963" in seen.italic


def test_what_came_nearest_can_be_left_out() -> None:
    near = made.answer(made.quote("Nothing of the kind."), answered=False)
    seen = rendered(export([near], "markdown", nearest=False).decode())
    assert seen.quotes == seen.notes == []
    assert any("Not answered" in paragraph for paragraph in seen.paragraphs)
    assert "nearest" not in "".join(seen.paragraphs)
