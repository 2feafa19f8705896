"""Where a draft quotes, and what is printed there as the place quoted from."""

from __future__ import annotations

import pytest

from qa.draft.manuscript import of_text
from qa.draft.quotation import Found
from qa.draft.quotations import find


def found(text: str) -> Found:
    return find(of_text("draft.md", text))


def quoted(text: str) -> list[str]:
    return [quotation.text for quotation in found(text).quotations]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He said “I am powerless”.", ["I am powerless"]),
        ('He said "I am powerless".', ["I am powerless"]),
        ("He said ‘I don’t know the workers’ mind’.", ["I don’t know the workers’ mind"]),
        ("He said 'I don't know' and went.", ["I don't know"]),
        ("Il dit « rien à faire ».", [" rien à faire "]),
        ("Он сказал «ничего» и «никогда».", ["ничего", "никогда"]),
        ("Er sagte „nichts zu machen“ dazu.", ["nichts zu machen"]),
        ("Er sagte »nichts zu machen« dazu.", ["nichts zu machen"]),
        ("„Nic z tego”, powiedział.", ["Nic z tego"]),
        ("Han sa ”ingenting alls” då.", ["ingenting alls"]),
        ("“He replied ‘Nothing’ to me.”", ["He replied ‘Nothing’ to me."]),
        ("‘He replied “Nothing” to me.’", ["He replied “Nothing” to me."]),
        ("“One “two” three”", ["One “two” three"]),
        ("The workers' councils of the '20s, and 'tis so.", []),
        ("A rod of 5'10\" and no words.", []),
        ("“…” and “ — ”", []),
        ('("In brackets")', ["In brackets"]),
    ],
)
def test_marks_of_every_usual_kind(text: str, words: list[str]) -> None:
    assert quoted(text) == words


def test_a_quotation_over_paragraphs_begins_each_with_its_mark() -> None:
    text = "“First paragraph.\n\n“Second paragraph.” And “a third” too."
    assert quoted(text) == ["First paragraph.\n\n“Second paragraph.", "a third"]


def test_a_mark_that_nothing_closes_is_told_of_and_hides_nothing() -> None:
    made = found("He said “I am powerless.\n\nThen “nothing at all” he said.")
    assert [quotation.text for quotation in made.quotations] == ["nothing at all"]
    assert made.unclosed == (8,)


def test_block_quotations_are_one_each_with_their_marks_left_off() -> None:
    text = (
        "He wrote:\n\n> The first line\n> and the second.[^1]\n>\n> A new paragraph.\n\nThen:\n\n"
        "    Set in as plain text\n    does it.\n\n> “Another.”\n\n[^1]: Harriman, p. 921."
    )
    made = found(text).quotations
    assert [one.kind for one in made] == ["block", "block", "block"]
    assert made[0].text.startswith("The first line")
    assert made[0].text.endswith("A new paragraph.")
    assert (made[1].text, made[2].text) == ("Set in as plain text\n    does it.", "Another.")
    assert made[0].citations[0].text == "Harriman, p. 921."


def test_an_indented_first_line_is_no_block_quotation() -> None:
    assert quoted("Before.\n\n    The first line of a paragraph\nand the rest of it.") == []


def test_where_it_stands() -> None:
    text = (
        "# One\n\nText.\n\n## Two *three*\n\nHe said “I am powerless”[^a].\n\n[^a]: See “Other words” there."
    )
    first, second = found(text).quotations
    assert (first.line, first.paragraph, first.heading, first.note) == (7, 4, "Two *three*", "")
    assert (second.line, second.note) == (9, "a")


@pytest.mark.parametrize(
    ("text", "where", "citation"),
    [
        ("“Words here” is so.[^1]\n\n[^1]: Harriman, p. 921.", "note", "Harriman, p. 921."),
        ("“Words here” (Harriman to Byrnes, 1945, p. 921).", "brackets", "Harriman to Byrnes, 1945, p. 921"),
        ("“Words here” [FRUS 1945, V, 921].", "brackets", "FRUS 1945, V, 921"),
        ("“Words here” (ibid.).", "brackets", "ibid."),
        ("“Words here” — Harriman to Byrnes, p. 921", "after", "Harriman to Byrnes, p. 921"),
        ("“Words here”\nHarriman to Byrnes, p. 921", "after", "Harriman to Byrnes, p. 921"),
        ("> Words here\n> — Harriman, p. 921", "after", "Harriman, p. 921"),
        ("> Words here (Harriman, p. 921)", "brackets", "Harriman, p. 921"),
        ("In d30 (p. 5) we read “words here”", "before", "In d30 (p. 5) we read"),
        ("“Words here”7 and\n\n7. Harriman, p. 921.", "note", "Harriman, p. 921."),
        ("“Words here”[7] and\n\n[7] Harriman, p. 921.", "note", "Harriman, p. 921."),
        ("“Words here.”³ And\n\n³ Harriman, p. 921.", "note", "Harriman, p. 921."),
    ],
)
def test_the_citation_is_what_is_printed_with_it(text: str, where: str, citation: str) -> None:
    first = found(text).quotations[0].citations[0]
    assert (first.where, first.text) == (where, citation)


def test_a_bracket_behind_one_quotation_is_no_citation_of_the_next() -> None:
    first, second = found("“Words here” (d30, p. 5). He added “more words”").quotations
    assert first.citations[0].text == "d30, p. 5"
    assert [one.text for one in second.citations] == [". He added"]


def test_a_bracket_with_words_alone_is_no_citation_and_each_quotation_has_its_own_note() -> None:
    text = (
        "“Words here” (as he said) and “more words”[^1] and “others”.[^2]\n\n[^1]: One, 1.\n\n[^2]: Two, 2."
    )
    first, second, third = found(text).quotations
    assert [one.citations[0].text for one in (first, second, third)] == ["One, 1.", "One, 1.", "Two, 2."]


def test_paragraphs_that_open_and_never_close_take_nothing_from_those_that_do() -> None:
    opened = "“one two\n\n“three “four\n\nplain\n\n“five six\n\n“seven eight”"
    text = f"{opened}\n\n“nine\n\n“ten\n\nplain\n\n“eleven”\n"
    made = found(text)
    assert [one.text for one in made.quotations] == ["five six\n\n“seven eight", "eleven"]
    openings = [at for at, sign in enumerate(text) if sign == "“"]
    assert list(made.unclosed) == [*openings[:3], *openings[5:7]]


def test_headings_and_notes_are_those_of_the_place() -> None:
    body = "“a b”[^1]\n\n# One\n\n“c d”\n\n# Two\n\n“e f”[^2] and “g h”"
    text = f"{body}\n\n[^1]: See “i j”.\n\n[^2]: There, p. 7.\n"
    made = [(one.text, one.heading, one.note) for one in found(text).quotations]
    assert made == [
        ("a b", "", ""), ("c d", "One", ""), ("e f", "Two", ""), ("g h", "Two", ""), ("i j", "Two", "1"),
    ]  # fmt: skip
    cited = found(text).quotations[2].citations[0]
    assert (cited.text, cited.where, cited.note) == ("There, p. 7.", "note", "2")
