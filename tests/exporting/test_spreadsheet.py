"""CSV read back: every word is there, and no cell begins like a formula."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.exporting import export
from qa.exporting.conversation import shown
from qa.exporting.spreadsheet import COLUMNS, guarded, unguarded
from qa.types import QuotedNote
from tests.exporting import answers as made

FORMULA = re.compile("[ \t\u00a0]*[=+\\-@＝＋－＠]")
SIGNS = "=+-@＝'; \t\r\n\u00a0a1|"


def rows(data: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    text = data.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), delimiter=delimiter))


@pytest.mark.parametrize(
    "text", [*made.HOSTILE.values(), made.CONTROL], ids=[*made.HOSTILE.keys(), "control"]
)
def test_no_cell_is_a_formula_and_every_word_comes_back(text: str) -> None:
    data = export([made.everything_hostile(text)], "csv")
    (row,) = rows(data)
    assert tuple(row) == COLUMNS
    assert unguarded(row["quote"]) == unguarded(row["clean"]) == shown(text)
    assert unguarded(row["question"]) == unguarded(row["document"]) == shown(text)
    assert not [cell for cell in row.values() if FORMULA.match(cell)]


@pytest.mark.parametrize("text", made.HOSTILE.values(), ids=made.HOSTILE.keys())
def test_nor_in_a_program_that_expects_semicolons(text: str) -> None:
    data = export([made.everything_hostile(text)], "csv").decode()[1:]
    for row in csv.reader(io.StringIO(data, newline=""), delimiter=";"):
        assert not [cell for cell in row if FORMULA.match(cell)]


@settings(max_examples=500, deadline=None)
@given(text=st.text(st.one_of(st.sampled_from(SIGNS), st.characters()), max_size=40))
def test_the_apostrophes_can_be_taken_out_again(text: str) -> None:
    cell = guarded(text)
    assert unguarded(cell) == text
    assert not FORMULA.match(cell)
    assert not any(FORMULA.match(part) for part in re.split("[;\n\r]", cell))


def test_words_that_begin_like_no_formula_stand_as_they_are() -> None:
    for words in ("He said no.", "1 + 1 = 2", "a-b", "'So', he said", "x@y"):
        assert guarded(words) == words
    assert guarded("=1") == "'=1"
    assert guarded("'=1") == "''=1"


def test_a_row_a_quote_and_one_for_a_question_without_any() -> None:
    text = "The talks broke off at noon."
    note = QuotedNote("3", "The noon of the capital.", 0, 1)
    quote = made.quote(text, phrase=made.phrase(text, "at noon"), notes=(note,))
    near = made.answer(made.quote("Hardly."), answered=False, question="Why?")
    answers = [made.answer(quote, made.quote("Yes.", 2)), near, made.answer(answered=False, question="Who?")]
    found = rows(export(answers, "csv"))
    assert [(row["question_number"], row["kind"], row["number"], row["quote"]) for row in found] == [
        ("1", "quote", "1", text),
        ("1", "quote", "2", "Yes."),
        ("2", "nearest", "1", "Hardly."),
        ("3", "", "", ""),
    ]
    assert found[0]["phrase"] == "at noon"
    assert found[0]["notes"] == "3 The noon of the capital."
    assert (found[0]["start"], found[0]["source_sha256"]) == ("100", "5" * 64)
    assert [row["answered"] for row in found] == ["yes", "yes", "no", "no"]
