"""Drafts in the files that people write them in: words, notes, block quotations."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.draft import Checker, manuscript, read_draft
from qa.draft.quotations import find
from qa.errors import UnreadableFile, UsageError
from tests.draft.papers import TELEGRAM
from tests.reading.packing import docx
from tests.reading.test_odt import odt

BLOCK = "Stalin has indicated that the Foreign Ministers should meet again."


def run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def word() -> bytes:
    """A Word file: a quotation with a footnote, block quotations by their style and by their indent."""
    note = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    body = (
        f"<w:p>{run('He was “extremely disgruntled with his ')}<w:r><w:rPr><w:i/></w:rPr>"
        f"<w:t>personal</w:t></w:r>{run(' position.”')}{note}</w:p>"
        f'<w:p><w:pPr><w:pStyle w:val="Zitat"/></w:pPr>{run(BLOCK)}</w:p><w:p>{run("And so on.")}</w:p>'
        f'<w:p><w:pPr><w:ind w:left="720"/></w:pPr>{run("Tito has broken with Subasic.")}</w:p>'
        f'<w:p><w:pPr><w:numPr/><w:ind w:left="720" w:hanging="360"/></w:pPr>{run("A list’s item.")}</w:p>'
    )
    styles = '<w:style w:type="paragraph" w:styleId="Zitat"><w:name w:val="Quote"/></w:style>'
    footnotes = f'<w:footnote w:id="1"><w:p>{run(f"{TELEGRAM}, p. 922.")}</w:p></w:footnote>'
    return docx(body, styles=styles, footnotes=footnotes)


def checked(checker: Checker, path: Path) -> list[tuple[str, str, str]]:
    made = checker.check(read_draft(path))
    return [(check.quotation.kind, check.verdict, check.attribution.standing) for check in made.checks]


def test_word(tmp_path: Path, checker: Checker) -> None:
    (tmp_path / "a.docx").write_bytes(word())
    assert checked(checker, tmp_path / "a.docx") == [
        ("marks", "misattributed", "page"),
        ("block", "exact", "none"),
        ("block", "exact", "none"),
    ]


def test_open_document(tmp_path: Path, checker: Checker) -> None:
    body = (
        '<text:p text:style-name="Standard">He was “extremely disgruntled”.</text:p>'
        f'<text:p text:style-name="Quotations">{BLOCK}</text:p>'
    )
    (tmp_path / "a.odt").write_bytes(odt(body))
    assert [kind for kind, *_ in checked(checker, tmp_path / "a.odt")] == ["marks", "block"]


def test_a_web_page(tmp_path: Path, checker: Checker) -> None:
    (tmp_path / "a.html").write_text(
        f"<body><main><p>He was “extremely disgruntled with his personal position”, it says, and more of "
        f"it stands below.</p><blockquote><p>{BLOCK}</p></blockquote></main></body>"
    )
    assert [kind for kind, *_ in checked(checker, tmp_path / "a.html")] == ["marks", "block"]


def test_text_and_markdown_with_what_belongs_to_them(tmp_path: Path, checker: Checker) -> None:
    text = (
        "\ufeffHe was “extremely *disgruntled* with his\r\npersonal”.\r\n\r\n"
        "See “[renewed pressure](https://example.org/a) has been brought on \\[Norway and Turkey”.\r\n"
    )
    (tmp_path / "a.md").write_text(text, "utf-8", newline="")
    made = checker.check(read_draft(tmp_path / "a.md"))
    assert [check.verdict for check in made.checks] == ["exact", "altered"]
    (tmp_path / "telegram.txt").write_text("711.61/11–2245: Telegram\n\n“I am quite powerless”\n")
    assert [one.text for one in find(read_draft(tmp_path / "telegram.txt")).quotations] == [
        "I am quite powerless"
    ]


def test_what_is_no_draft_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(UsageError, match=r"a\.pdf: is no kind of file that a draft is read from"):
        read_draft(tmp_path / "a.pdf")
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04 not a zip")
    with pytest.raises(UnreadableFile):
        read_draft(tmp_path / "a.docx")
    (tmp_path / "long.txt").write_text("word " * 500_000)
    with pytest.raises(UsageError, match="at most 2,000,000 are checked"):
        read_draft(tmp_path / "long.txt")


def test_a_draft_of_nothing_but_marks_takes_no_time(checker: Checker, tmp_path: Path) -> None:
    for number, text in enumerate(("“" * 20_000, "‘a " * 20_000, '"' * 20_001, "> “" * 5_000, "[" * 20_000)):
        path = tmp_path / f"{number}.md"
        path.write_text(text)
        checker.check(read_draft(path))


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_a_text_larger_than_any_draft_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).write_text("“Words.” " * 20)
    assert read_draft(tmp_path / name).text
    monkeypatch.setattr(manuscript, "LARGEST", 100)
    with pytest.raises(UsageError, match=rf"{name}: is larger than 0 MB; at most 2,000,000 characters"):
        read_draft(tmp_path / name)


def test_block_quotations_are_found_whatever_white_space_they_have() -> None:
    text = "He came. He came.\n\nHe  came\u00a0in, and\nsat.\n\nHe spoke.\n\nThen he went."
    paragraphs = ["He came in, and sat.", "He spoke.", "nowhere", " ", "went."]
    found = [text[start:end] for start, end in manuscript._located(text, paragraphs)]
    assert found == ["He  came\u00a0in, and\nsat.\n\nHe spoke.", "went."]
