"""Plain text in pages: every sentence with the printed page that it was put on."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.reading import pages_of
from qa.reading.pdf.running import roman
from qa.reading.plain import read_plain
from qa.splitting import clean, sentences
from qa.types import Document
from tests.reading.sound import assert_sound, marks, shown

WORDS = """the harbour master told of ships that came in from north with coal and timber while merchants
waited on quays for letters news money tobacco rain lamps evening orders silence bread captains""".split()


def body(number: int) -> list[str]:
    """Lines of one page: sentences of its own, and one that goes on overleaf."""
    chooser = random.Random(number)

    def words(count: int) -> str:
        return " ".join(chooser.choices(WORDS, k=count))

    lines = [f"{words(12).capitalize()} in 19{10 + i} of {number}." for i in range(chooser.randint(6, 12))]
    opening = f"{words(4)} it ended." if number > 1 else "It began."
    return [opening, *lines, f"{words(11).capitalize()} and all that"]


def book(folios: list[str], *, head: str = "", foot: bool = False, gap: str = "\n") -> str:
    pages = []
    for number, folio in enumerate(folios, 1):
        lines = "\n".join(body(number))
        top = f"{head}    {folio}\n{gap}" if head and not foot else f"{head}\n{gap}" if head else ""
        bottom = f"\n{gap}- {folio} -\n" if foot and folio else "\n"
        if not head and not foot:
            top = f"{folio}\n{gap}"
        pages.append(top + lines + bottom)
    return "\f".join(pages)


def right_pages(document: Document, folios: list[str]) -> float:
    wanted = {}
    for number, folio in enumerate(folios, 1):
        for line in body(number)[1:-1]:
            wanted[line] = folio
        if number > 1:
            whole = f"{body(number - 1)[-1]} {body(number)[0]}"
            wanted[whole] = f"{folios[number - 2]}–{folio}"
    found = {clean(document, s.start, s.end): pages_of(document, s.start, s.end) for s in sentences(document)}
    return sum(found.get(sentence) == page for sentence, page in wanted.items()) / len(wanted)


@pytest.mark.parametrize("gap", ["", "\n"])
@pytest.mark.parametrize(
    ("head", "foot"), [("", True), ("", False), ("THE HARBOUR", False), ("THE HARBOUR", True)]
)
def test_printed_numbers_are_found_wherever_they_stand(head: str, foot: bool, gap: str) -> None:
    folios = [roman(n) for n in range(7, 12)] + [str(n) for n in range(1, 30)]
    document = read_plain("a.txt", book(folios, head=head, foot=foot, gap=gap))
    assert_sound(document)
    assert [m.label for m in marks(document, "page")] == folios
    assert right_pages(document, folios) == 1.0
    assert not any("HARBOUR" in clean(document, s.start, s.end) for s in sentences(document))


def test_a_page_whose_number_is_not_printed_is_counted_on_from_its_neighbours() -> None:
    folios = ["", "2", "3", "", "5", "6"]
    document = read_plain("a.txt", book(folios, foot=True))
    assert [m.label for m in marks(document, "page")] == ["1", "2", "3", "4", "5", "6"]


def test_without_printed_numbers_pages_are_counted_in_brackets() -> None:
    document = read_plain("a.txt", "First page, of 1914.\f\fThird page.\f")
    assert [m.label for m in marks(document, "page")] == ["[1]", "[2]", "[3]"]
    assert pages_of(document, document.text.index("Third"), len(document.text)) == "[3]"


def test_the_title_of_a_chapter_is_no_running_head() -> None:
    pages = [f"ON SHIPS   {n}\n\n" + "\n".join(body(n)) + "\n" for n in range(1, 7)]
    pages[3] = "Of Coal\n\n" + "\n".join(body(4)) + "\n"
    document = read_plain("a.txt", "\f".join(pages))
    assert any("Of Coal" in clean(document, s.start, s.end) for s in sentences(document))
    assert shown(document, "page")[3].strip() == ""
    assert document.metadata.title == "It began."


def test_numbers_that_do_not_count_up_are_text() -> None:
    years = ["1914", "1920", "1899", "1950"]
    document = read_plain("a.txt", "\f".join(f"{year}\n\n{body(int(year))[1]}\n" for year in years))
    assert [m.label for m in marks(document, "page")] == ["[1]", "[2]", "[3]", "[4]"]
    assert all(any(year == clean(document, s.start, s.end) for s in sentences(document)) for year in years)


texts = st.text(st.sampled_from("ab.,\n \t1234xiv-A"), max_size=40)


@settings(deadline=None, max_examples=300)
@given(st.lists(texts, min_size=1, max_size=7))
def test_whatever_the_pages_hold_the_text_is_kept_and_sound(parts: list[str]) -> None:
    text = "\f".join(parts)
    if not text.strip():
        return
    document = read_plain("a.txt", text)
    assert document.text == text
    assert_sound(document)
    ordered = marks(document, "page")
    assert all(one.end <= two.start for one, two in pairwise(ordered))


def test_many_pages_take_little_time() -> None:
    text = book([str(n) for n in range(1, 2001)], head="THE HARBOUR")
    began = time.process_time()
    document = read_plain("a.txt", text)
    assert time.process_time() - began < 10
    assert [m.label for m in marks(document, "page")][-1] == "2000"
    read_plain("a.txt", "word\n\f" * 200_000)
