"""The list of documents: found, in order, by file, on pages; and drawn without trusting a word of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from qa.library.protocol import DocumentSummary
from qa.page.shelves import shelf, shelf_table
from qa.page.shelves.shelf import Filter, Listing, View
from qa.page.shelves.shelf_pane import turned
from qa.page.shelves.stacks import filtered
from qa.page.texts import words
from tests.page.examples import ATTACK
from tests.page.reading_html import Read

if TYPE_CHECKING:
    from qa.library.protocol import Library

SAY = words("en")


def one(name: str, **known: Any) -> DocumentSummary:
    given = {"title": name, "date": None, "source": f"{name[0]}.xml", "characters": 9, "passages": 1} | known
    return DocumentSummary(name, **{"path": f"/x/{given['source']}", **given})


DOCUMENTS = (
    one(
        "a/10",
        title="No. 10",
        date="1945-11-22",
        sender="Litvínov, Maxim",
        recipient="Harriman",
        type="letter",
    ),
    one("a/9", title="No. 9", date="1945-11", sender="Harriman", collection="Moscow papers", passages=30),
    one("b/1", title="élan", date="1944", until="1946", type="letter"),
    one("b/2", title="Zebra"),
)


class Held:
    """A library of these documents, that counts how often it is asked for them."""

    location = "/x/library"

    def __init__(self, documents: tuple[DocumentSummary, ...] = DOCUMENTS) -> None:
        self.held, self.asked, self.now = documents, 0, 1

    def generation(self) -> int:
        return self.now

    def documents(self) -> tuple[DocumentSummary, ...]:
        self.asked += 1
        return self.held


def listing(*documents: DocumentSummary) -> Listing:
    return Listing().read(cast("Library", Held(documents or DOCUMENTS)))


def found(**wanted: str) -> list[str]:
    return [each.name for each in listing().found(Filter(**wanted))]


def test_the_list_is_read_again_only_when_the_library_has_changed() -> None:
    held, made = Held(), Listing()
    for _ in range(3):
        assert len(made.read(cast("Library", held))) == 4
    assert held.asked == 1
    held.held, held.now = DOCUMENTS[:1], 2
    assert len(made.read(cast("Library", held))) == 1


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ["a/10", "a/9", "b/1", "b/2"]),
        ({"words": "LITVINOV harriman"}, ["a/10"]),
        ({"words": "no."}, ["a/10", "a/9"]),
        ({"words": "elan"}, ["b/1"]),
        ({"words": "b.xml"}, ["b/1", "b/2"]),
        ({"sender": "harriman"}, ["a/9"]),
        ({"recipient": "harriman", "type": "letter"}, ["a/10"]),
        ({"collection": "moscow"}, ["a/9"]),
        ({"type": "let"}, []),
        ({"date_from": "1945-11-22"}, ["a/10", "a/9", "b/1"]),
        ({"date_from": "1945-11-23"}, ["a/9", "b/1"]),
        ({"date_from": "1946-12"}, ["b/1"]),
        ({"date_from": "1947"}, []),
        ({"date_to": "1944-06"}, ["b/1"]),
        ({"date_to": "1945-11-21"}, ["a/9", "b/1"]),
        ({"words": "nobody"}, []),
    ],
)
def test_what_a_filter_finds(wanted: dict[str, str], names: list[str]) -> None:
    assert found(**wanted) == names


def test_dates_of_a_filter_mean_what_they_mean_when_the_library_is_searched(tmp_path: Any) -> None:
    from tests.library.shelf import document, opened, put

    library = opened(tmp_path / "library")
    dates = ["1944", "1945-11", "1945-11-22", "1946-01-01", None]
    put(library, "/x/a.xml", *(document(f"d{n}", "Head", "Body", date=d) for n, d in enumerate(dates)))
    made = Listing().read(library)
    for first in ("", "1944", "1945-11", "1945-11-22", "1946"):
        for last in ("", "1944-05", "1945", "1945-11-21", "1945-11"):
            if first and last and first > last + "~":
                continue
            scope = library.scope((), first or None, last or None)
            listed = made.found(Filter(date_from=first, date_to=last))
            assert len(listed) == (scope.searched.documents if scope else len(dates)), (first, last)
    library.close()


@pytest.mark.parametrize(
    ("sort", "descending", "names"),
    [
        ("", False, ["a/10", "a/9", "b/1", "b/2"]),
        ("title", False, ["b/1", "a/9", "a/10", "b/2"]),
        ("title", True, ["b/2", "a/10", "a/9", "b/1"]),
        ("date", False, ["b/1", "a/9", "a/10", "b/2"]),
        ("date", True, ["a/10", "a/9", "b/1", "b/2"]),
        ("sender", False, ["a/9", "a/10", "b/1", "b/2"]),
        ("passages", True, ["a/9", "b/2", "b/1", "a/10"]),
        ("nonsense", False, ["a/10", "a/9", "b/1", "b/2"]),
    ],
)
def test_the_order_of_a_column_and_what_has_no_value_last(
    sort: str, descending: bool, names: list[str]
) -> None:
    made = listing()
    view = View(sort=sort, descending=descending)
    ordered = [each.name for each in made.ordered(made.found(Filter()), view)]
    if sort == "passages":  # three are equal
        assert ordered[0] == names[0]
    else:
        assert ordered == names


def test_source_files_have_the_documents_that_were_found() -> None:
    made = shelf.files(DOCUMENTS)
    assert [(f.name, f.documents, f.passages, f.date, f.until) for f in made] == [
        ("a.xml", 2, 31, "1945-11", "1945-11-22"),
        ("b.xml", 2, 2, "1944", "1946"),
    ]
    by_count = shelf.files(DOCUMENTS[1:], View(by="file", sort="documents", descending=True))
    assert [(f.name, f.documents) for f in by_count] == [("b.xml", 2), ("a.xml", 1)]


def test_a_page_that_is_not_there_is_the_last() -> None:
    rows = list(range(120))
    assert [shelf.on_page(rows, page) for page in (-1, 0, 2, 99)] == [
        (0, 50),
        (0, 50),
        (100, 120),
        (100, 120),
    ]
    assert shelf.on_page([], 3) == (0, 0)


def test_clicks_on_the_list_and_nonsense_from_a_browser() -> None:
    view = View(page=2)
    first = turned(view, {"sort": "date"})
    assert (first.sort, first.descending, first.page) == ("date", False, 0)
    second = turned(first, {"sort": "date"})
    assert (second.sort, second.descending) == ("date", True)
    assert turned(second, {"sort": "date"}).sort == ""
    assert turned(view, {"by": "file"}).by == "file"
    assert turned(view, {"page": "4"}).page == 4
    assert turned(view, {"page": "-4"}).page == 0
    for nonsense in ({}, {"sort": "1; DROP"}, {"by": 7}, {"page": None}, {"page": [1]}, {"page": "x"}):
        assert turned(view, nonsense) == view


def test_a_date_that_is_none_is_said_and_left_out() -> None:
    wanted, wrong = filtered({"words": " a ", "date_from": "1945-13", "date_to": "1946", "x": "y"}, SAY)
    assert wanted == Filter(words="a", date_to="1946")
    assert "1945-13" in wrong
    assert filtered({"words": None, "type": 7}, SAY) == (Filter(type="7"), "")


@pytest.mark.parametrize("by", ["document", "file"])
def test_nothing_that_a_document_says_of_itself_is_markup(by: str) -> None:
    hostile = one(f"h{ATTACK}", title=ATTACK, date="1945", sender=ATTACK, recipient=ATTACK, type=ATTACK,
                  collection=ATTACK, source=f"{ATTACK}.xml")  # fmt: skip
    html = shelf_table.table(listing(hostile), View(Filter(words="h"), by=by), SAY, wrong=ATTACK)
    assert "<script" not in html
    assert "<img" not in html
    assert ATTACK in Read(html).text


def test_only_columns_in_which_there_is_something_are_shown() -> None:
    html = shelf_table.table(listing(DOCUMENTS[3], replace(DOCUMENTS[3], name="b/3")), View(), SAY)
    assert 'data-sort="title"' in html
    assert 'data-sort="sender"' not in html
    assert 'data-sort="date"' not in html


def test_a_long_list_has_pages_and_a_short_one_has_none() -> None:
    many = tuple(one(f"a/{n}") for n in range(120))
    html = shelf_table.table(listing(*many), View(page=1), SAY)
    assert "51–100 of 120" in html
    assert html.count("<tr>") == 51
    assert "pager" not in shelf_table.table(listing(), View(), SAY)
    empty = Listing().read(cast("Library", Held(())))
    assert "Nothing yet" in shelf_table.table(empty, View(), SAY)
    assert "Nothing in the library is like this" in shelf_table.table(
        listing(), View(Filter(words="zzz")), SAY
    )


def test_a_filter_in_words() -> None:
    wanted = Filter(words="oil", sender="Quill", date_from="1945")
    assert shelf_table.in_words(wanted, SAY) == "“oil”, Sender: Quill, 1945 and later"
    assert shelf_table.in_words(Filter(date_from="1945", date_to="1946"), SAY) == "1945 to 1946"
