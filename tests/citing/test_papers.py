"""Unpublished papers, cited by who wrote to whom, when, and where the paper lies."""

from __future__ import annotations

from typing import Any

import pytest

from qa.citing import cite, quote_csl
from qa.types import Document, Metadata

PLACE = {
    "repository": "National Archives",
    "collection": "Department of State Central Files",
    "box": "3",
    "folder": "2",
}


def paper(csl: dict[str, Any] | None = None, pages: str | None = None, **known: Any) -> str:
    metadata = Metadata(csl={"issued": {"date-parts": [[1945, 11, 22]]}, **(csl or {})}, **known)
    return cite(quote_csl(Document("papers/a17.txt", "words", (), metadata), pages, None))


def test_a_telegram_as_historians_cite_it() -> None:
    assert paper(
        {"archive-place": "Washington"},
        sender="Litvinov",
        recipient="Harriman",
        file_number="711.61/11-2245",
        **PLACE,
    ) == (
        "Litvinov to Harriman, 22 November 1945, 711.61/11-2245, box 3, folder 2, Department of State "
        "Central Files, National Archives, Washington."
    )


def test_the_same_from_a_catalogue_that_has_it_as_csl() -> None:
    item = {
        "type": "personal_communication",
        "title": "Litvinov to Harriman",
        "author": [{"family": "Litvinov", "given": "Maxim"}],
        "recipient": [{"family": "Harriman", "given": "W. Averell"}],
        "genre": "Telegram",
        "number": "3930",
        "call-number": "711.61/11-2245",
        "archive": "National Archives, Washington",
        "archive_location": "Box 3",
    }
    assert paper(item, "2") == (
        "Maxim Litvinov to W. Averell Harriman, telegram 3930, 22 November 1945, 711.61/11-2245, p. 2, "
        "Box 3, National Archives, Washington."
    )


def test_who_wrote_to_whom_is_said_once() -> None:
    title = "Letter from Litvinov to Harriman on the theatre"
    known = {"sender": "Litvinov", "recipient": "Harriman"}
    assert paper(title=title, **known, **PLACE).startswith(f"“{title},” 22 November")
    assert paper(title="Minutes", **known, **PLACE).startswith("Litvinov to Harriman, “Minutes,” 22 November")
    assert paper(title="Minutes", sender="Litvinov", **PLACE).startswith("Litvinov, “Minutes,” 22 November")


def test_pages_that_are_counted_and_not_printed_stand_in_brackets() -> None:
    assert ", p. [5], box 3" in paper(pages="[5]", title="Minutes", **PLACE)
    assert ", pp. [5]–[6], box 3" in paper(pages="[5]–[6]", title="Minutes", **PLACE)
    assert paper(pages="[5]", title="Minutes") == "“Minutes,” 22 November 1945, a17.txt, p. [5]."
    assert paper(pages="A-5", title="Minutes").endswith("p. A-5.")
    assert paper(pages="vii–ix", title="Minutes").endswith("pp. vii–ix.")


@pytest.mark.parametrize(
    ("issued", "words"),
    [
        ({"date-parts": [[1945, 11, 20], [1945, 11, 22]]}, "20–22 November 1945"),
        ({"date-parts": [[1945, 11, 20], [1945, 12, 1]]}, "20 November–1 December 1945"),
        ({"date-parts": [[1945, 11, 20], [1946, 11, 20]]}, "20 November 1945–20 November 1946"),
        ({"date-parts": [[1945, 11], [1945, 12]]}, "November–December 1945"),
        ({"date-parts": [[1944], [1946]]}, "1944–1946"),
        ({"date-parts": [[1945]], "circa": True}, "ca. 1945"),
        ({"date-parts": [[1945, 11]], "circa": True}, "ca. November 1945"),
        ({"date-parts": [[1945]], "season": 1}, "Spring 1945"),
        ({"literal": "1945 or later"}, "1945 or later"),
        ({"literal": "undated"}, "undated"),
    ],
)
def test_dates(issued: dict[str, Any], words: str) -> None:
    assert cite({"title": "Minutes", "archive": "A", "issued": issued}) == f"“Minutes,” {words}, A."


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("chicago-author-date", "1945. “Minutes.” November 20–22."),
        ("turabian-notes-bibliography", "November 20–22, 1945"),
        ("mhra-notes", "20–22 November 1945"),
        ("modern-language-association", "20–22 Nov. 1945"),
        ("ieee", "Nov. 20–22, 1945"),
    ],
)
def test_a_span_of_days_in_other_styles(style: str, words: str) -> None:
    days = {"date-parts": [[1945, 11, 20], [1945, 11, 22]]}
    item = {"type": "manuscript", "title": "Minutes", "archive": "A", "issued": days}
    assert words in cite({**item, "author": [{"family": "Resis"}]}, style=style)


def test_the_place_is_known_of_printed_documents_too_but_not_their_people() -> None:
    csl = {"type": "chapter", "title": "T", "container-title": "C", "volume": "1"}
    known = Metadata(csl=csl, sender="A", recipient="B", file_number="7", repository="National Archives")
    item = quote_csl(Document("a", "words", (), known), None, None)
    assert item["archive"] == "National Archives"
    assert not {"author", "recipient", "number"} & item.keys()


def test_what_the_item_says_itself_is_not_overruled() -> None:
    csl = {"archive": "Hoover", "author": [{"literal": "X"}], "number": "9"}
    known = Metadata(csl=csl, sender="A", repository="National Archives", file_number="7")
    item = quote_csl(Document("a", "words", (), known), None, None)
    assert (item["archive"], item["author"], item["number"], item["call-number"]) == (
        "Hoover", [{"literal": "X"}], "9", "7",
    )  # fmt: skip
    assert csl == {"archive": "Hoover", "author": [{"literal": "X"}], "number": "9"}
