from hypothesis import given, settings
from hypothesis import strategies as st

from qa.reading import pages_of
from qa.reading.plain import read_markdown, read_plain
from tests.reading.sound import assert_sound, marks, shown

texts = st.text(min_size=1).filter(lambda text: not text.isspace())
markdown = st.lists(
    st.sampled_from([
        "# A", "## ", "text", "", "====", "---", "```", "[^1]", "[^1]: note", "    more", "a[^2]",
        "[^2]: two", "> q", "- i", "\f", "title: x", "[^1]: again", "~~~",
    ]) | st.text(max_size=8),
    max_size=24,
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(texts)
def test_plain_text_is_kept_to_the_letter(text: str) -> None:
    document = read_plain("a.txt", text)
    assert document.text == text
    assert document.metadata.title
    assert_sound(document)
    assert document == read_plain("a.txt", text)


@settings(deadline=None, max_examples=200)
@given(markdown)
def test_markdown_is_kept_to_the_letter(lines: list[str]) -> None:
    text = "\n".join(lines)
    document = read_markdown("a.md", text)
    assert document.text == text
    assert_sound(document)
    assert document == read_markdown("a.md", text)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.text("abé .\n", max_size=8), min_size=1, max_size=6))
def test_form_feeds_count_the_pages(parts: list[str]) -> None:
    text = "\f".join(parts)
    document = read_plain("a.txt", text)
    found = marks(document, "page")
    last = max((number for number, part in enumerate(parts, 1) if part.strip()), default=0)
    assert len(found) == (last if last > 1 else 0)
    assert [mark.label for mark in found] == [f"[{number}]" for number in range(1, len(found) + 1)]
    if not marks(document, "apparatus"):
        at = 0
        for number, part in enumerate(parts, 1):
            if part.strip() and last > 1:
                assert pages_of(document, at, at + len(part)) == f"[{number}]"
            at += len(part) + 1


def test_the_title_is_a_short_first_line_or_the_file_name() -> None:
    assert read_plain("a/b.txt", "\n  My  Title \nText").metadata.title == "My Title"
    assert read_plain("a/b.txt", "word " * 60).metadata.title == "b.txt"


def test_markup_in_plain_text_is_text() -> None:
    text = "<script>alert(1)</script>"
    assert read_plain("a.txt", text).text == text


def test_markdown_headings_code_and_front_matter() -> None:
    document = read_markdown(
        "a.md",
        "---\ntitle: The Note\ndate: 1945-11-22\nauthor: A. Smith\n---\n\n# One\n\nTwo\n===\n\n"
        "```\n# no heading\n```\n\n- item\n---\n\n## Three ##\n#hashtag\n",
    )
    assert shown(document, "heading") == ["# One", "Two\n===", "## Three ##"]
    assert shown(document, "front")[0].startswith("---\ntitle")
    assert (document.metadata.title, document.metadata.date) == ("The Note", "1945-11-22")
    assert document.metadata.csl["author"] == [{"literal": "A. Smith"}]
    assert read_markdown("a.md", "text\n\n# One #\n").metadata.title == "One"


def test_markdown_footnotes_are_tied() -> None:
    document = read_markdown(
        "a.md",
        "Peace[^a] and war[^1]. Peace again[^a].\n\n"
        "[^a]: Of 1945.\n\n    Two paragraphs.\n[^1]: Of 1939.\n[^x]: Loose.",
    )
    assert shown(document, "note") == ["Of 1945.\n\n    Two paragraphs.", "Of 1939."]
    tied = [(document.text[m.start : m.end], m.ref) for m in marks(document, "marker") if m.ref]
    assert tied == [("[^a]", "fn-a"), ("[^1]", "fn-1"), ("[^a]", "fn-a")]


def test_a_thousand_footnotes_and_a_very_long_line_take_no_time() -> None:
    lines = "".join(f"a[^{i}] " for i in range(1000)) + "\n\n" + "".join(f"[^{i}]: n\n" for i in range(1000))
    assert len(marks(read_markdown("a.md", lines), "note")) == 1000
    assert read_markdown("a.md", "[^# `" * 1_000_000).marks == ()
