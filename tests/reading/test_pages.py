from qa.reading.pages import pages_of
from qa.types import Document, Mark

TEXT = "One two. [Page xii] Three four.\n\nA note.\n\nA long note."
"""Page xi is inferred; the note's marker stands on page xi, though its words follow page xii."""


def document(*marks: Mark) -> Document:
    return Document("d", TEXT, tuple(sorted(marks, key=lambda mark: (mark.start, mark.end))))


def at(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


PAGES = (Mark("page", 0, 0, "xi"), Mark("page", *at("[Page xii]"), "xii"))


def test_a_range_across_a_break_names_both_pages() -> None:
    assert pages_of(document(*PAGES), *at("two. [Page xii] Three")) == "xi–xii"


def test_a_page_begins_after_its_mark() -> None:
    assert pages_of(document(*PAGES), *at("One two.")) == "xi"
    assert pages_of(document(*PAGES), *at("One two. [Page xii] ")) == "xi"
    assert pages_of(document(*PAGES), *at("[Page xii] Three")) == "xii"
    assert pages_of(document(*PAGES), *at(" Three")) == "xii"


def test_a_zero_width_mark_begins_the_page_at_its_place() -> None:
    start = TEXT.index("Three")
    one = document(Mark("page", 0, 0, "7"), Mark("page", start, start, "8"))
    assert pages_of(one, start, start + 5) == "8"
    assert pages_of(one, 0, start) == "7"
    assert pages_of(one, 0, start + 1) == "7–8"


def test_a_note_stands_on_the_page_of_its_marker() -> None:
    noted = document(*PAGES, Mark("marker", 3, 3, "1", "n1"), Mark("note", *at("A note."), "1", "n1"))
    assert pages_of(noted, *at("A note.")) == "xi"
    assert pages_of(noted, *at("Three four.")) == "xii"


def test_a_note_that_runs_over_a_page_has_its_own_pages() -> None:
    inside = TEXT.index("long")
    noted = document(
        *PAGES,
        Mark("marker", 3, 3, "1", "n1"),
        Mark("note", *at("A long note."), "1", "n1"),
        Mark("page", inside, inside, "xiii"),
    )
    assert pages_of(noted, *at("A long note.")) == "xi–xiii"


def test_a_page_that_begins_right_after_a_marker_is_not_the_notes() -> None:
    start = TEXT.index("Three")
    marker, page = Mark("marker", start, start, "1", "n1"), Mark("page", start, start, "9")
    note = Mark("note", *at("A note."), "1", "n1")
    assert pages_of(Document("d", TEXT, (Mark("page", 0, 0, "8"), marker, page, note)), *at("A note.")) == "8"
    assert pages_of(Document("d", TEXT, (Mark("page", 0, 0, "8"), page, marker, note)), *at("A note.")) == "9"


def test_nothing_is_known_without_marks_or_before_the_first() -> None:
    assert pages_of(document(), 0, 5) is None
    late = document(Mark("page", *at("[Page xii]"), "xii"))
    assert pages_of(late, *at("One two.")) is None
