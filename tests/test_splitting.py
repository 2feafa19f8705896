"""Sentences and passages: to the letter, in order, whole, one kind of voice each, whatever the text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.folding import fold
from qa.reading import read
from qa.splitting import (
    MAX_SENTENCE,
    PASSAGE_WORDS,
    Sentence,
    clean,
    context_of,
    date_in_words,
    embedded_text,
    masked,
    passages,
    sentences,
    sentences_within,
)
from qa.splitting.views import gaps
from qa.types import Document, Mark, Metadata, Passage
from tests.archive import SEEDS

ODD = [
    "e\u0301",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u00a0",
    "\u2003",
    "\u202e",
    "\U0001f469\u200d\U0001f680",
    "ß",
    "文",
]
PIECES = [
    *ODD, "word", "Mr.", "U.S.", "J.", "No.", "5", ".", "…", "?", "!", "”", "“", "’", ")", "(", " ", "  ",
    "\t", "\n", "\n\n", "\f", "- ", "1. ", "[Page 922]", "The", "he", ". . . .",
]  # fmt: skip
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=120).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=120).map(" ".join),
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Any text with any marks, blocks apart from each other as readers give them."""
    text = draw(texts)
    places = st.integers(0, len(text))
    marks = []
    for number in range(draw(st.integers(0, 6))):
        start, end = sorted((draw(places), draw(places)))
        kind = draw(st.sampled_from(["page", "marker"]))
        marks.append(Mark(kind, start, min(end, start + 12), str(number)))  # type: ignore[arg-type]
    cuts = sorted(draw(st.lists(places, max_size=8)))
    for number, (start, end) in enumerate(list(pairwise(cuts))[::2]):
        kind = draw(st.sampled_from(["note", "heading", "front"]))
        if start < end:
            marks.append(Mark(kind, start, end, "", str(number)))  # type: ignore[arg-type]
    return Document("d", text, tuple(sorted(marks, key=lambda mark: (mark.start, mark.end))))


def shown(text: str, *marks: Mark) -> list[str]:
    return [text[s.start : s.end] for s in sentences(Document("d", text, marks))]


def apparatus(document: Document) -> set[int]:
    """The offsets that page marks and note markers stand on."""
    return {
        offset for m in document.marks if m.kind in ("page", "marker") for offset in range(m.start, m.end)
    }


def core(text: str, start: int, end: int) -> range:
    """A range without the white space at its edges."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return range(start, end)


def letters(text: str) -> str:
    return "".join(ch for ch in text if ch.isalnum())


def voice_at(document: Document, offset: int) -> str:
    claimed = [
        m.kind for m in document.marks if m.kind in ("note", "heading", "front") and m.start <= offset < m.end
    ]
    return claimed[0] if claimed else "text"


# --- whatever the text ---


@settings(max_examples=250, deadline=None)
@given(documents())
@example(Document("d", "The [Page 922]" + "x" * 2_000, (Mark("page", 4, 14, "922"),)))
@example(Document("d", "w " * 749 + "[1] [2] [3] " + "w " * 400, tuple(
    Mark("marker", 1_498 + 4 * i, 1_501 + 4 * i, str(i), str(i)) for i in range(3)
)))  # fmt: skip
def test_sentences_cover_all_words_once_and_in_order(document: Document) -> None:
    text, found = document.text, sentences(document)
    outside = apparatus(document)
    covered: list[int] = []
    for one, two in pairwise(found):
        assert one.end <= two.start
        assert one.block <= two.block
    for sentence in found:
        assert 0 <= sentence.start < sentence.end <= len(text)
        assert sentence.end - sentence.start <= MAX_SENTENCE
        kept = range(sentence.start, sentence.end)
        assert {voice_at(document, offset) for offset in kept} == {sentence.voice}
        for edge in (sentence.start, sentence.end - 1):
            assert edge not in outside
            assert not text[edge].isspace()
        covered += kept
    words = {offset for offset, ch in enumerate(text) if not ch.isspace() and offset not in outside}
    assert words <= set(covered)


@settings(max_examples=250, deadline=None)
@given(documents())
def test_passages_are_runs_of_whole_sentences_of_one_kind_of_voice(document: Document) -> None:
    found, cut = passages(document), sentences(document)
    for one, two in pairwise(found):
        assert one.end <= two.start
    held: list[Sentence] = []
    for passage in found:
        inside = sentences_within(cut, passage.start, passage.end)
        assert (inside[0].start, inside[-1].end) == (passage.start, passage.end)
        assert passage.text == document.text[passage.start : passage.end]
        assert passage.voice == inside[0].voice
        kinds = {"front" if s.voice in ("heading", "front") else s.voice for s in inside}
        assert len(kinds) == 1
        assert passage.clean == " ".join(passage.clean.split()) != ""
        held += inside
    # What nobody sees (a byte order mark by itself) is no passage.
    assert all(clean(document, s.start, s.end) == "" for s in cut if s not in held)


@settings(max_examples=150, deadline=None)
@given(documents())
def test_nothing_of_the_apparatus_is_embedded_and_nothing_else_is_lost(document: Document) -> None:
    outside = apparatus(document)
    for passage in passages(document):
        kept = "".join(document.text[i] for i in range(passage.start, passage.end) if i not in outside)
        assert letters(passage.clean) == letters(fold(kept).text)
        assert passage.clean == clean(document, passage.start, passage.end)
        assert embedded_text(passage).endswith(passage.clean)


@settings(max_examples=100, deadline=None)
@given(documents(), st.data())
def test_clean_leaves_out_apparatus_wherever_it_begins(document: Document, data: st.DataObject) -> None:
    ends = st.integers(0, len(document.text))
    start, end = sorted((data.draw(ends), data.draw(ends)))
    # White space at the edges of apparatus stays: it parts the words before from those behind.
    outside = {
        i for gap in gaps(document) for i in core(document.text, max(gap.start, start), min(gap.end, end))
    }
    kept = "".join(document.text[i] for i in range(start, end) if i not in outside)
    shown = clean(document, start, end)
    assert letters(shown) == letters(fold(kept).text)
    if not any(hyphen in kept for hyphen in "-\u2010\u00ad¬"):
        assert shown == " ".join(fold(kept).text.split())


@settings(max_examples=100, deadline=None)
@given(documents())
def test_masking_changes_apparatus_alone(document: Document) -> None:
    outside = apparatus(document)
    wanted = "".join(" " if i in outside else ch for i, ch in enumerate(document.text))
    assert masked(document) == wanted


# --- hard cases ---


@pytest.mark.parametrize(
    "parts",
    [
        ["He left.", "She stayed."],
        ["3930. At the theatre last night I had a talk.", "He left."],
        ["Mr. Harriman met Gen. Marshall and Lt. Col. Smith.", "They talked."],
        ["J. V. Stalin and M. M. Litvinov met.", "Nothing came of it."],
        ["M.M. Litvinov was ambassador.", "J.V. Stalin recalled him."],
        ["He went back to the U.S.", "The President received him."],
        ["The U.S. Government declined."],
        ["The U.S.S.R. Council met at 5 p.m. Moscow time.", "Then it rose."],
        ["See telegram No. 5 of May 3.", "No. 6 was lost."],
        ["See Nos. 5 and 6, vol. II, pp. 12 ff. and p. 30.", "The rest is gone."],
        ["The matter is settled (Paras. 8, 12) for now.", "We wait."],
        ["He replied “Nothing.”", "I then asked him again."],
        ["He replied “Nothing”.", "I then asked him again."],
        ["“What can you do?”", "“Nothing.”", "He shrugged."],
        ["He asked “Why?” and left.", "Nobody knew."],
        ["(He had said so.)", "They agreed."],
        ["They agreed. . . . and then they left.", "It rained."],
        ["Is it so?!", "Yes!", "Good…", "We go on."],
        ["It cost $2.50 in 1945.", "$3 was too much."],
        ["It was done, e.g. by Tito, i.e. in Belgrade.", "All knew."],
        ["The ship left on Nov. 22.", "It came back on Dec. 3."],
        ["Der Minister ging.", "Übrigens kam er zurück."],
        ["Министр ушёл.", "Он вернулся."],
        ["He agreed.", "—So did Molotov."],
        ["He replied, “Nothing. I know what should be done but I am powerless”.", "He left."],
        ["He began “Nothing.", "I know what should be done but I am powerless.", "He never ended."],
        ["May [they?] accept it and go.", "The Minister [Affairs?] to whom it went agrees."],
        ["He agreed.", "[The telegram ends here.]"],
    ],
)  # fmt: skip
def test_a_line_of_prose(parts: list[str]) -> None:
    assert shown(" ".join(parts)) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a line that is\nwrapped goes on.", ["a line that is\nwrapped goes on."]),
        ("First paragraph\n\nSecond paragraph", ["First paragraph", "Second paragraph"]),
        ("First page\fSecond page", ["First page", "Second page"]),
        ("It holds:\n- bread\n- wine", ["It holds:", "- bread", "- wine"]),
        ("1. Bread\n2. Wine and\nwater", ["1. Bread", "2. Wine and\nwater"]),
        ("(a) Bread\n(b) Wine", ["(a) Bread", "(b) Wine"]),
        ("Name\tDate\nLitvinov\t1945", ["Name\tDate", "Litvinov\t1945"]),
        ("He said so.\nhe repeated it.", ["He said so.", "he repeated it."]),
        ("", []),
        (" \n\t\n ", []),
        ("word", ["word"]),
        ("...", ["..."]),
        ("sent under\nNo. 159, which\nremained", ["sent under\nNo. 159, which\nremained"]),
        ("sent under No.\n159 by Mr.\nSmith. It", ["sent under No.\n159 by Mr.\nSmith.", "It"]),
    ],
)
def test_lines_and_paragraphs(text: str, parts: list[str]) -> None:
    assert shown(text) == parts


def test_a_page_mark_inside_a_sentence_does_not_end_it() -> None:
    text = "He got nothing at London Conference [Page 922] the Govt went on. It stopped."
    start = text.index("[")
    mark = Mark("page", start, start + 10, "922")
    assert shown(text, mark) == [
        "He got nothing at London Conference [Page 922] the Govt went on.",
        "It stopped.",
    ]
    (passage,) = passages(Document("d", text, (mark,)))
    assert passage.clean == "He got nothing at London Conference the Govt went on. It stopped."


def test_a_marker_glued_to_the_stop_is_no_part_of_its_sentence() -> None:
    text = "I talked with Litvinov.7 He told me that he was disturbed.8"
    marks = [Mark("marker", text.index(n), text.index(n) + 1, n, n) for n in "78"]
    assert shown(text, *marks) == ["I talked with Litvinov.", "He told me that he was disturbed."]
    (passage,) = passages(Document("d", text, tuple(marks)))
    assert passage.clean == "I talked with Litvinov. He told me that he was disturbed."


def test_a_mark_of_no_length_changes_nothing() -> None:
    text = "He left. She stayed."
    assert shown(text, Mark("page", 3, 3, "5"), Mark("marker", 8, 8, "1", "n1")) == shown(text)


def test_voices_do_not_mix() -> None:
    text = "Telegram\n\nHe left.\n\nA note on him."
    marks = (Mark("heading", 0, 8), Mark("note", text.index("A note"), len(text), "1", "n1"))
    found = passages(Document("d", text, marks))
    assert [(p.voice, p.text) for p in found] == [
        ("heading", "Telegram"),
        ("text", "He left."),
        ("note", "A note on him."),
    ]


def test_each_note_is_a_passage_of_its_own_that_knows_what_it_is_to() -> None:
    text = "It rained. Tito has broken with Subasic.8 He left.9\n\nSee p. 5.\nHe was a friend."
    first, second = text.index("See"), text.index("He was")
    marks = (
        Mark("marker", text.index("8"), text.index("8") + 1, "8", "n1"),
        Mark("marker", text.index("9"), text.index("9") + 1, "9", "n2"),
        Mark("note", first, second - 1, "1", "n1"),
        Mark("note", second, len(text), "2", "n2"),
    )
    body, *notes = passages(Document("d", text, marks, Metadata(title="Telegram")))
    assert (body.voice, body.context) == ("text", "Telegram")
    assert [(p.voice, p.text) for p in notes] == [("note", "See p. 5."), ("note", "He was a friend.")]
    for note, about in zip(notes, ("Tito has broken with Subasic.", "He left."), strict=True):
        assert note.context.startswith("Telegram")
        assert note.context.endswith(about)
        assert "It rained" not in note.context


def test_a_line_of_front_matter_is_a_field_not_prose() -> None:
    text = "CITE AS Vershinin A.A. 2023. Diplomatic activities. Journal\nTITLE Diplomatic activities"
    assert shown(text, Mark("front", 0, len(text))) == [text]
    tabbed = "CITE AS\tVershinin A.A. 2023. Activities. Journal\nTITLE\tActivities. Part two"
    assert shown(tabbed, Mark("front", 0, len(tabbed))) == tabbed.split("\n")


def test_short_paragraphs_stay_together_and_long_ones_part() -> None:
    short = [f"Paragraph number {n} is short." for n in range(6)]
    assert len(passages(Document("d", "\n\n".join(short)))) == 1
    long = [" ".join(["word"] * 50) + "." for _ in range(3)]
    assert [p.text for p in passages(Document("d", "\n\n".join(long)))] == long


def test_a_passage_closes_before_it_grows_too_long() -> None:
    text = " ".join(f"Sentence {n} has exactly seven words here." for n in range(100))
    found = passages(Document("d", text))
    assert all(PASSAGE_WORDS - 7 < len(p.text.split()) <= PASSAGE_WORDS for p in found[:-1])


def test_text_without_spaces_makes_no_endless_passage() -> None:
    chinese = "外交部长说他不同意这个看法。" * 1_000
    found = passages(Document("d", chinese))
    assert "".join(p.text for p in found) == chinese
    assert max(len(p.text) for p in found) <= MAX_SENTENCE


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        ".",
        " ",
        "\n",
        "a\n",
        "word word word\n",
        "ab ",
        ". ",
        "a.”",
        "((((",
        "\t",
        "1. ",
        "é\u0301",
        "“a! ",
        "“a! B” ",
        "”a! “",
    ],
    ids=repr,
)
def test_half_a_megabyte_of_one_thing_goes_through(unit: str) -> None:
    """A rule that looks again at what it has seen takes hours over this, and the time limit ends it."""
    text = unit * (500_000 // len(unit))
    found = passages(Document("d", text))
    assert sum(len("".join(p.text.split())) for p in found) == len("".join(text.split()))


def test_five_megabytes_without_line_breaks_or_spaces_go_through() -> None:
    text = "abcdefghij" * 500_000
    found = passages(Document("d", text))
    assert "".join(p.text for p in found) == text
    assert all(len(p.text) <= MAX_SENTENCE for p in found)


def test_the_seeds_are_cut_where_a_reader_would() -> None:
    (document,) = read(SEEDS / "001_6f795bd2570504c7.txt", "telegram").documents
    found = {document.text[s.start : s.end]: s.voice for s in sentences(document)}
    for sentence in (
        "3930. At the theatre last night I had a most disquieting few sentence conversation with Litvinov.",
        "Tito has broken with Subasic.",
        "He replied “Nothing”.",
    ):
        assert found[sentence] == "text"
    across = next(s for s in found if "[Page 922]" in s)
    assert across.startswith("Adding up the above")
    assert across.endswith("their concept of security in depth.")
    assert found["For documentation on this subject, see pp. 1208 ff."] == "note"


# --- what is searched beside the words ---


def test_context_is_title_and_date_once() -> None:
    def context(title: str, date: str | None) -> str:
        return context_of(Document("d", "", (), Metadata(title=title, date=date)))

    assert context("Telegram", "1945-11-22") == "Telegram, November 22, 1945"
    assert context("Telegram of November 22, 1945", "1945-11-22") == "Telegram of November 22, 1945"
    assert context("", "1945") == "1945"
    assert context("Telegram", None) == "Telegram"
    assert context("", None) == ""


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("1945-11-22", "November 22, 1945"), ("1945-11-22T10:00", "November 22, 1945"),
        ("1945-11", "November 1945"), ("1945", "1945"), ("1945-13", ""), ("1945-02-30", ""),
        ("soon", ""), ("", ""),
    ],
)  # fmt: skip
def test_dates_in_words(iso: str, words: str) -> None:
    assert date_in_words(iso) == words


def test_what_is_embedded_has_the_context_before_it() -> None:
    passage = Passage("d", 0, 4, "text", "Nyet", "Nyet", "Telegram, 1945")
    assert embedded_text(passage) == "Telegram, 1945\nNyet"
    assert embedded_text(Passage("d", 0, 4, "text", "Nyet", "Nyet")) == "Nyet"


def test_sentences_within_a_range_are_whole_ones() -> None:
    found = [Sentence(0, 5, "text", 0), Sentence(6, 9, "text", 0), Sentence(10, 20, "text", 1)]
    assert sentences_within(found, 0, 9) == found[:2]
    assert sentences_within(found, 1, 19) == found[1:2]
    assert sentences_within(found, 0, 20) == found
    assert sentences_within(found, 20, 30) == []
