"""Fields by name, and setting them: what says the same is set with it."""

from __future__ import annotations

import pytest

from qa.errors import UsageError
from qa.reading.fields import applied, described, field, in_words, known_field, type_and_genre, value
from qa.types import Document, Mark, Metadata

LETTER = Metadata(
    title="A letter",
    date="1945-11-21",
    sender="Litvinoff",
    file_number="711",
    csl={
        "type": "personal_communication",
        "title": "A letter",
        "author": [{"literal": "Litvinoff"}],
        "issued": {"date-parts": [[1945, 11, 21]]},
        "number": "711",
        "archive": "Archives",
    },
)
PRINTED = Metadata(
    title="Telegram",
    date="1945-11-22",
    csl={
        "type": "chapter",
        "title": "Telegram",
        "container-title": "Foreign Relations",
        "issued": {"date-parts": [[1967]]},
        "original-date": {"date-parts": [[1945, 11, 22]]},
        "number": "690",
    },
)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Title", "title"), ("FROM", "sender"), ("to", "recipient"), ("File Number", "file_number"),
        ("file_number", "file_number"), ("Archive", "repository"), ("Archive-Place", "archive-place"),
        ("Publication Title", "container-title"), ("container_title", "container-title"), ("doi", "DOI"),
        ("url", "url"), ("csl.URL", "URL"), ("csl.title", "title"), ("CSL.archive", "archive"),
        ("author", "author"), ("Authors", "author"), ("pages", "page"), ("date", "date"),
        ("csl.issued", "issued"), ("collection", "collection"), ("remarks", None), ("csl.sender", None),
        ("", None),
    ],
)  # fmt: skip
def test_names_of_fields(name: str, known: str | None) -> None:
    assert field(name) == known


def test_an_unknown_field_is_told_with_the_known_ones_and_the_closest() -> None:
    with pytest.raises(UsageError) as caught:
        known_field("recipent")
    said = str(caught.value)
    assert "Did you mean recipient?" in said
    assert "title, date, sender" in said
    assert "archive_location" in said
    assert said.count("\n") == 1


def test_values_in_words() -> None:
    assert value("author", "Litvinov, Maxim; Department of State") == [
        {"family": "Litvinov", "given": "Maxim"},
        {"literal": "Department of State"},
    ]
    assert value("issued", "c. 1945") == {"date-parts": [[1945]], "circa": True}
    assert value("type", "Newspaper Article") == "article-newspaper"
    assert value("title", "  ") is None


def test_kinds_of_documents() -> None:
    assert type_and_genre("Letter") == {"type": "personal_communication"}
    assert type_and_genre("telegram") == {"type": "personal_communication", "genre": "telegram"}
    assert type_and_genre("Memorandum of conversation") == {"genre": "Memorandum of conversation"}
    assert type_and_genre("journalArticle") == {"type": "article-journal"}


def test_a_title_a_date_and_an_address_are_set_in_both_places() -> None:
    made = applied(LETTER, {"title": "Other", "date": "c. 1945", "url": "https://e.org"})
    assert (made.title, made.date, made.edtf, made.url) == ("Other", "1945", "1945~", "https://e.org")
    assert made.csl["title"] == "Other"
    assert made.csl["URL"] == "https://e.org"
    assert made.csl["issued"] == {"date-parts": [[1945]], "circa": True}
    again = applied(LETTER, {"title": "Other", "issued": {"date-parts": [[1946, 1]]}})
    assert (again.title, again.date) == ("Other", "1946-01")


def test_what_a_field_replaces_is_cited_no_more() -> None:
    made = applied(
        LETTER,
        {"sender": "Litvinov", "repository": "National Archives", "file_number": "711.61", "box": "3"},
    )
    assert (made.sender, made.repository, made.file_number, made.box) == (
        "Litvinov", "National Archives", "711.61", "3",
    )  # fmt: skip
    assert not {"author", "archive", "number"} & made.csl.keys()


def test_variables_of_csl_set_the_fields_that_say_the_same() -> None:
    made = applied(
        LETTER,
        {
            "author": [{"given": "Maxim", "family": "Litvinov"}],
            "recipient": [{"literal": "Harriman"}, {"literal": "Stettinius"}],
            "archive": "National Archives",
            "archive_collection": "Central Files",
            "number": "711.61",
            "URL": "https://e.org",
        },
    )
    assert (made.sender, made.recipient, made.repository) == (
        "Maxim Litvinov", "Harriman and Stettinius", "National Archives",
    )  # fmt: skip
    assert (made.collection, made.file_number, made.url) == ("Central Files", "711.61", "https://e.org")
    assert made.csl["author"] == [{"given": "Maxim", "family": "Litvinov"}]


def test_of_a_printed_document_its_own_date_is_set_not_the_volumes() -> None:
    made = applied(PRINTED, {"date": "1945-11-23", "sender": "Harriman", "file_number": "711.61"})
    assert made.date == "1945-11-23"
    assert made.csl["original-date"] == {"date-parts": [[1945, 11, 23]]}
    assert made.csl["issued"] == {"date-parts": [[1967]]}
    assert made.csl["number"] == "690"
    assert applied(PRINTED, {"issued": {"date-parts": [[1968]]}}).date == "1945-11-22"


def test_nothing_after_the_equals_sign_says_that_nothing_is_known() -> None:
    made = applied(LETTER, {"title": None, "date": None, "sender": None, "archive": None})
    assert (made.title, made.date, made.edtf, made.sender, made.repository) == ("", None, None, None, None)
    assert made.csl == {"type": "personal_communication", "number": "711"}


def test_dates_of_csl_by_hand_are_taken_with_care() -> None:
    odds: tuple[object, ...] = (
        {"date-parts": [["x"]]}, {"date-parts": [[]]}, {"date-parts": "1945"}, {}, [], 7, None,
        {"date-parts": [[float("inf")]]}, {"date-parts": [[10**30, 99]]}, {"date-parts": [7]},
    )  # fmt: skip
    for odd in odds:
        made = applied(LETTER, {"issued": odd})
        assert made.title == "A letter"
    assert applied(LETTER, {"issued": {"date-parts": [["1945", "11"]]}}).date == "1945-11"
    assert applied(LETTER, {"issued": {"raw": "22 Nov 1945"}}).date == "1945-11-22"
    span = applied(LETTER, {"issued": {"date-parts": [[1945, 11, 20], [1945, 11, 22]]}})
    assert (span.date, span.edtf) == ("1945-11-20", "1945-11-20/1945-11-22")


def test_who_wrote_to_whom_is_the_title_where_there_is_none() -> None:
    said = {"sender": "Litvinov", "recipient": "Harriman"}
    guessed = Document("d/letter.txt", "\nDear Averell,\nno.", (), Metadata(title="Dear Averell,"))
    headed = Document("letter.md", "A Talk\nno.", (Mark("heading", 0, 6),), Metadata(title="A Talk"))
    named = Document("d/scan 7.pdf", "x", (), Metadata(title="scan 7"))
    assert described(guessed, said).metadata.title == "Litvinov to Harriman"
    assert described(named, said).metadata.title == "Litvinov to Harriman"
    assert described(headed, said).metadata.title == "A Talk"
    assert described(guessed, {"sender": "Litvinov"}).metadata.title == "Dear Averell,"
    assert described(guessed, {**said, "title": "Talk"}).metadata.title == "Talk"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("author", "Litvinov, Maxim; Department of State; Harriman, W. Averell"),
        ("issued", "1945-11-20/1945-11-22"),
        ("original-date", "1945-11"),
        ("publisher", "GPO"),
        ("title", "On “Bases”; a note, 1945"),
    ],
)
def test_a_value_in_words_gives_that_value_again(name: str, words: str) -> None:
    assert in_words(name, value(name, words)) == words


def test_values_of_any_shape_come_in_words() -> None:
    assert in_words("author", None) == ""
    painter = {"family": "Gogh", "non-dropping-particle": "van", "given": "V."}
    assert in_words("author", [painter, "X", {}, 7]) == "Gogh, V. van; X; 7"
    assert in_words("issued", {"literal": "the spring"}) == "the spring"
    assert in_words("issued", "1945") == "1945"
    assert in_words("volume", 5) == "5"
