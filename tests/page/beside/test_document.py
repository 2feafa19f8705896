"""A document as HTML: to the letter, and inert."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from qa.page.beside import document, known
from qa.types import Document, Mark, Metadata
from tests.page import examples
from tests.page.beside.drawn import ENGLISH, body
from tests.page.reading_html import Read

ALLOWED = {"div", "p", "span", "mark", "sup", "a", "aside"}


KNOWN = {"header", "h2", "dl", "dt", "dd", "details", "summary", "form", "label", "input", "textarea"} | {
    "select", "option", "button",
}  # fmt: skip


def test_stripping_the_tags_gives_the_text() -> None:
    shown = examples.document()
    assert Read(body(shown)).text == shown.text


def test_a_quote_is_lit_across_a_page_break_and_its_phrase_more_strongly() -> None:
    quote = examples.quote()
    assert quote.phrase
    html = body(examples.document(), [(quote.start, quote.end)], [(quote.phrase.start, quote.phrase.end)])
    read = Read(html)
    assert "".join(read.named("span", "lit")) == "The talks broke off  at noon."
    assert read.named("span", "opened") == read.named("span", "lit")
    assert read.named("mark", "phrase") == ["at noon"]


def test_voices_are_set_apart() -> None:
    read = Read(body(examples.document()))
    assert read.named("div", "heading") == ["The Envoy to the Minister"]
    assert read.named("div", "front") == ["Page 7No. 12"]


def test_markup_in_text_metadata_and_labels_is_text() -> None:
    attack = examples.ATTACK
    shown = Document(
        attack,
        f"{attack}\n\n{attack}",
        (Mark("page", 0, 0, attack), Mark("marker", 3, 3, attack, attack), Mark("note", 90, 95, "", attack)),
        Metadata(
            title=attack, sender=attack, recipient=attack, place=attack, file_number=attack, date=attack
        ),
    )
    read = Read(
        known.header(shown, attack, attack, ENGLISH)
        + known.everything(shown, shown.metadata, {"title": attack}, ENGLISH)
        + body(shown, [(0, 40)], [(5, 20)])
    )
    assert {tag for tag, _, _ in read.elements} <= ALLOWED | KNOWN
    assert not any(name.startswith("on") for _, attributes, _ in read.elements for name in attributes)
    assert Read(body(shown, [(0, 40)], [(5, 20)])).text == shown.text


def test_places_carry_their_numbers_also_where_they_overlap() -> None:
    shown = Document("d", "One two three four five.")
    read = Read(body(shown, [(4, 13), (8, 18), (0, 0)], opened=1))
    spans = [(a["data-place"], a["class"], words) for tag, a, (*words,) in read.elements if tag == "span"]
    assert spans == [
        ("0", "lit", ["two "]),
        ("0 1", "lit opened", ["three"]),
        ("1", "lit opened", [" four"]),
    ]


def test_hyphens_at_line_ends_are_text_that_a_card_can_hide() -> None:
    text = "the inter-\nnational and Anglo-\nAmerican office"
    read = Read(document.inline(Document("d", text), 0, len(text)))
    assert read.text == text
    assert read.named("span", "line-end") == ["-\n", "\n"]


def test_lines_that_the_width_of_the_print_ended_run_on() -> None:
    prose = "The Commission insisted that the communi-\ncation of Archangel would require a con-\nference."
    address = "The Secretary\nDepartment of State\nWashington"
    table = "a line of a table that is quite long\t1,200\nanother line of the same table\t3"
    read = Read(body(Document("d", f"{prose}\n\n{address}\n\n{table}"), [(60, 90)]))
    assert read.named("p", "prose") == [prose]
    assert read.named("p") == [prose, address, table]
    assert read.named("span", "line-end") == ["-\n", "-\n"]


@st.composite
def marked_documents(draw: st.DrawFn) -> tuple[Document, list[tuple[int, int]], tuple[int, int] | None]:
    text = draw(st.text(alphabet="ab<>&\"' \n\r\t.€𝒳", max_size=80))
    place = st.integers(0, len(text))
    ranges = st.tuples(place, place).map(lambda pair: (min(pair), max(pair)))
    marks = []
    for kind in draw(
        st.lists(st.sampled_from(["page", "marker", "apparatus", "note", "heading", "front"]), max_size=6)
    ):
        start, end = draw(ranges)
        if kind in {"page", "marker", "apparatus"} and draw(st.booleans()):
            end = start
        marks.append(
            Mark(kind, start, end, draw(st.text(max_size=3)), draw(st.sampled_from(["", "r1", "r2"])))
        )
    marks.sort(key=lambda mark: (mark.start, mark.end))
    lit = draw(st.lists(ranges, max_size=3))
    return Document("d", text, tuple(marks)), lit, draw(st.none() | ranges)


@settings(max_examples=300, deadline=None)
@given(marked_documents(), st.integers(1, 60))
def test_any_document_comes_out_to_the_letter_in_any_parts(
    case: tuple[Document, list[tuple[int, int]], tuple[int, int] | None], size: int
) -> None:
    shown, lit, phrase = case
    # HTML knows no lone carriage return: a browser and this parser may read one as a line feed.
    shown = replace(shown, text=shown.text.replace("\r", "\n"))
    read = Read(body(shown, lit, [phrase] if phrase else [], size=size))
    assert read.text == shown.text
    assert {tag for tag, _, _ in read.elements} <= ALLOWED


@settings(max_examples=200, deadline=None)
@given(marked_documents(), st.data())
def test_any_range_comes_out_to_the_letter_on_a_card(
    case: tuple[Document, list[tuple[int, int]], tuple[int, int] | None], data: st.DataObject
) -> None:
    shown, _, phrase = case
    start = data.draw(st.integers(0, len(shown.text)))
    end = data.draw(st.integers(start, len(shown.text)))
    assert Read(document.inline(shown, start, end, phrase)).text == shown.text[start:end]
