"""A concordance of a library: where, how often, in which order, widened, narrowed, as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from qa.concordance import Concordance, Concordancer, Line, Sought, corpus, of
from qa.concordance.found import InYear
from qa.concordance.table import as_csv, documents_csv, years_csv
from qa.errors import LibraryError, UnknownDocument, UsageError
from qa.library import Library
from qa.types import Document, Mark, Metadata
from tests.library import shelf

LETTER = shelf.document(
    "letters/one.txt", "A Letter", "The weapons of war, and the weapon of peace.", "War is over.",
    date="1945-11-22", title="A Letter",
)  # fmt: skip
CABLE = shelf.document(
    "letters/two.txt", "=Cable", "Co-operation with Tchitcherin; cooperation with Chicherin.", "No weapons!",
    date="1947", title="=Cable",
)  # fmt: skip
NOTE = "1 A weapon in a note."
NOTED = Document(
    "noted.txt",
    f"[Page 3]\nNo more weapons1 are\n[Page 4]\nmade here.\n\n{NOTE}",
    (
        Mark("page", 0, 8, "3"),
        Mark("marker", 24, 25, "1", "n1"),
        Mark("page", 30, 38, "4"),
        Mark("note", 51, 51 + len(NOTE), "1", "n1"),
    ),
    Metadata(title="Noted"),
)


@pytest.fixture
def library(place: str) -> Iterator[Library]:
    opened = shelf.opened(place)
    for name, document in (("a", LETTER), ("b", CABLE), ("c", NOTED)):  # listed by file
        shelf.put(opened, f"/{name}.txt", document)
    yield opened
    opened.close()


def lines(library: Library, sought: Sought, order: str = "document", **which: object) -> list[Line]:
    concordancer = of(library)
    made = concordancer.find(sought)
    return concordancer.lines(made, made.ordered(order, **which).tolist())  # type: ignore[arg-type]


def rows(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_lines_are_the_text_with_the_page_and_the_voice(library: Library) -> None:
    found = lines(library, Sought("weapon*"))
    assert [(line.document, line.words, line.voice, line.pages) for line in found] == [
        ("letters/one.txt", "weapons", "text", None),
        ("letters/one.txt", "weapon", "text", None),
        ("letters/two.txt", "weapons", "text", None),
        ("noted.txt", "weapons", "text", "3"),
        ("noted.txt", "weapon", "note", "3"),
    ]
    for line in found:
        assert library.document(line.document).text[line.start : line.end] == line.words
    assert [line.number for line in found] == [1, 2, 3, 4, 5]
    assert f"{found[0].left}|{found[0].words}|{found[0].right}" == (
        "A Letter The |weapons| of war, and the weapon of peace. War is over."
    )
    # Without marker and page break, and blanks only where they are in the text.
    assert (found[3].left, found[3].right) == ("No more ", " are made here.")
    assert found[2].right == "!"


def test_a_line_is_cut_between_words(library: Library) -> None:
    long = shelf.document("long.txt", "Long", "x " + "before " * 60 + "needle" + " behind" * 60)
    shelf.put(library, "/long.txt", long)
    (line,) = lines(library, Sought("needle"))
    assert set(line.left.split()) == {"before"}
    assert set(line.right.split()) == {"behind"}
    assert 100 < len(line.left) <= 121
    assert 100 < len(line.right) <= 121


def test_orders(library: Library) -> None:
    found = {
        order: [line.number for line in lines(library, Sought("weapon*"), order)]
        for order in ("document", "left", "right", "words", "date")
    }
    assert found["document"] == [1, 2, 3, 4, 5]
    # "A", "more", "No" (after "Chicherin"), "the" after "and", "The" after "Letter".
    assert found["left"] == [5, 4, 3, 2, 1]
    # "", "are made", "in a note", "of peace", "of war".
    assert found["right"] == [3, 4, 5, 2, 1]
    assert found["words"] == [5, 2, 3, 4, 1]
    assert found["date"] == [1, 2, 3, 4, 5]
    assert [line.number for line in lines(library, Sought("weapon*"), year=1947)] == [3]
    assert [line.number for line in lines(library, Sought("weapon*"), document="noted.txt")] == [4, 5]


def test_in_text_or_notes_alone(library: Library) -> None:
    assert [line.voice for line in lines(library, Sought("weapon*", where="notes"))] == ["note"]
    assert len(lines(library, Sought("weapon*", where="text"))) == 4
    made = of(library).find(Sought("weapon*", where="notes"))
    assert [(one.name, one.places, one.words) for one in made.in_documents] == [("noted.txt", 1, 6)]


def test_counts_by_document_and_by_year(library: Library) -> None:
    made = of(library).find(Sought("weapon*"))
    assert [(one.name, one.places) for one in made.in_documents] == [
        ("letters/one.txt", 2), ("noted.txt", 2), ("letters/two.txt", 1),
    ]  # fmt: skip
    letter, cable, noted = (len(d.text.split()) for d in (LETTER, CABLE, NOTED))
    assert made.in_years == (
        InYear(1945, 2, 1, 1, letter),
        InYear(1946, 0, 0, 0, 0),
        InYear(1947, 1, 1, 1, cable),
        InYear(None, 2, 1, 1, noted - 4),  # of the note's marker and two page marks nothing counts
    )
    assert made.in_years[0].rate == 20_000 / letter
    assert made.in_years[1].rate == 0


def test_other_forms_and_spellings_are_told_and_can_be_left_out(library: Library) -> None:
    def words(sought: Sought) -> list[str]:
        return [line.words for line in lines(library, sought)]

    assert words(Sought("weapon")) == ["weapon", "weapon"]
    forms = Sought("weapon", stems=True)
    assert words(forms) == ["weapons", "weapon", "weapons", "weapons", "weapon"]
    assert of(library).find(forms).forms == (("weapon", ("weapon", "weapons")),)
    assert words(Sought("weapon", stems=True, without=("weapons",))) == ["weapon", "weapon"]
    assert words(Sought("Cooperation", variants=True)) == ["Co-operation", "cooperation"]
    assert words(Sought("co-operation", variants=True)) == ["Co-operation", "cooperation"]
    assert words(Sought("co-operate", variants=True, stems=True)) == ["Co-operation", "cooperation"]
    assert words(Sought("Chicherin")) == ["Chicherin"]
    assert words(Sought("Chicherin", variants=True)) == ["Tchitcherin", "Chicherin"]
    assert words(Sought("with chicherin.", variants=True)) == ["with Chicherin."]
    assert words(Sought("eapon", whole=False)) == ["eapon"] * 5


def test_narrowed_to_names_and_dates(library: Library) -> None:
    concordancer = of(library)
    sought = Sought("weapon*")
    assert len(concordancer.find(sought, documents=["letters"])) == 3
    assert len(concordancer.find(sought, date_from="1946")) == 1
    made = concordancer.find(sought, documents=["letters"], date_to="1945-11")
    assert [one.name for one in made.entries] == ["letters/one.txt"]
    with pytest.raises(UnknownDocument):
        concordancer.find(sought, documents=["letter"])
    with pytest.raises(UsageError, match="Give a word"):
        concordancer.find(Sought(" "))


def test_the_library_as_it_is_now(library: Library) -> None:
    concordancer = of(library)
    sought = Sought("weapons")
    first = concordancer.find(sought)
    assert concordancer.find(sought) is first, "turning pages does not search again"
    told: list[tuple[int, int]] = []
    assert concordancer.find(sought, progress=lambda *now: told.append(now)) is first
    assert told == []
    library.remove(["letters/one.txt"])
    shelf.put(library, "/new.txt", shelf.document("new.txt", "New", "Weapons, weapons."))
    with pytest.raises(LibraryError):
        concordancer.lines(first, [0])
    second = concordancer.find(sought, progress=lambda *now: told.append(now))
    assert len(second) == len(first) + 1
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_document_that_changed_is_not_shown_as_it_was(library: Library) -> None:
    concordancer = of(library)
    made = concordancer.find(Sought("weapons"))
    other = shelf.document(CABLE.name, "=Cable", "Something else with weapons.", date="1947", title="=Cable")
    shelf.put(library, "/b.txt", other)
    with pytest.raises(LibraryError, match="changed meanwhile"):
        concordancer.lines(made, [1])


def test_a_library_larger_than_memory_is_read_anew(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "KEPT", 90)
    concordancer = Concordancer(library)
    made = concordancer.find(Sought("weapon*"))
    assert [entry.segments is None for entry in made.entries] == [False, True, True]
    assert len(made) == 5
    assert [line.number for line in concordancer.lines(made, made.ordered("left").tolist())] == [
        5,
        4,
        3,
        2,
        1,
    ]
    assert len(concordancer.find(Sought("weapon", stems=True))) == 5
    library.remove(["noted.txt"])
    assert len(concordancer.find(Sought("weapon*"))) == 3


def test_an_empty_library(place: str) -> None:
    library = shelf.opened(place)
    made = of(library).find(Sought("weapon", stems=True, variants=True))
    assert len(made) == 0
    assert made.in_documents == ()
    assert made.in_years == ()
    assert [made.ordered(order).tolist() for order in ("left", "right", "date", "words")] == [[], [], [], []]
    library.close()


def test_tables_are_exact_cited_and_safe_in_a_spreadsheet(library: Library) -> None:
    concordancer = of(library)

    def table(made: Concordance) -> list[dict[str, str]]:
        done: list[int] = []
        text = as_csv(
            library, concordancer, made, made.ordered("date").tolist(), style="apa",
            progress=lambda now, _: done.append(now),
        )  # fmt: skip
        assert done[-1] == len(made)
        head, *others = rows(text)
        return [dict(zip(head, row, strict=True)) for row in others]

    found = table(concordancer.find(Sought("weapons")))
    assert [row["document"] for row in found] == ["letters/one.txt", "letters/two.txt", "noted.txt"]
    assert found[1]["title"] == "'=Cable", "no formula"
    assert [(row["pages"], row["exact"]) for row in found] == [
        ("", "weapons"),
        ("", "weapons"),
        ("3", "weapons"),
    ]
    assert "Cable" in found[1]["citation"]
    (across,) = table(concordancer.find(Sought("are made")))
    assert across["exact"] == "are\n[Page 4]\nmade"
    assert across["words"] == "are made"
    assert across["pages"] == "3–4"
    made = concordancer.find(Sought("weapon*"))
    assert rows(documents_csv(made))[1][:4] == ["letters/one.txt", "A Letter", "1945-11-22", "2"]
    assert [row[:2] for row in rows(years_csv(made))] == [
        ["year", "places"], ["1945", "2"], ["1946", "0"], ["1947", "1"], ["", "2"],
    ]  # fmt: skip


def test_it_is_of_the_library_as_it_was_however_that_changes_meanwhile(library: Library) -> None:
    def taken_out(done: int, _: int) -> None:
        if done == 1:
            shelf.elsewhere(lambda: library.remove([CABLE.name]))

    concordancer = of(library)
    with library.view(searching=False):
        made = concordancer.find(Sought("weapons"), progress=taken_out)
        shown = concordancer.lines(made, made.ordered("document").tolist())
        assert CABLE.name in {line.document for line in shown}
        for line in shown:
            assert library.document(line.document).text[line.start : line.end].casefold() == "weapons"
    assert CABLE.name not in {one.name for one in concordancer.find(Sought("weapons")).in_documents}
