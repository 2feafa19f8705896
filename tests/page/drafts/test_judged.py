"""A check as HTML: what a person must see, in both languages, and that nothing in it runs."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from qa.adding import add, seeds
from qa.draft import Checked, Checker
from qa.draft.manuscript import of_text
from qa.library import open_library
from qa.page import texts
from qa.page.drafts import draft, judged
from qa.page.serve.opening import Opening
from qa.types import Quote
from tests.encoders import HashEncoder
from tests.page.reading_html import Read

EN = texts.words("en")
TELEGRAM = "001_6f795bd2570504c7.txt"
TEXT = f"""# A <b>head</b>

“I know what should be done but I am <img src=x onerror=alert(1)>”[^1] and “Tito has broken with Subasic”[^1]
and “Soviet Union” and “a thing that was never said at any time by them”, and this “Stalin has indicated that
the Foreign Ministers should meet again. We would at that time be faced with a number of faits accomplis.”

[^1]: {TELEGRAM}, p. 921, <script>alert(1)</script>.
"""


@pytest.fixture(scope="module")
def checked(shared_place: str) -> Checked:
    encoder = HashEncoder()
    with_seeds = open_library(shared_place, model=encoder.name)
    add(with_seeds, encoder, [seeds()])
    made = Checker(with_seeds).check(of_text("<i>a</i>.md", TEXT))
    with_seeds.close()
    return made


def test_every_verdict_is_named_counted_and_shown_in_both_languages(checked: Checked) -> None:
    verdicts = [check.verdict for check in checked.checks]
    assert verdicts == ["altered", "misattributed", "too short", "not found", "joined"]
    for language in texts.LANGUAGES:
        say = texts.words(language)
        html = judged.results(checked, say)
        badges = Read(html).named("span", "badge")
        assert badges == [say(f"draft.verdict.{judged.key(verdict)}") for verdict in verdicts]
        for verdict in set(verdicts):
            assert f'data-verdict="{judged.key(verdict)}"' in html


def test_what_is_wrong_is_said_and_words_of_drafts_are_data(checked: Checked) -> None:
    html = judged.results(checked, EN)
    assert "<img" not in html
    assert "<script" not in html
    assert "<i>a" not in html
    assert "The citation names p. 921; the words stand on p. 922." in html
    assert "onerror" in html
    assert html.count('data-do="show"') == sum(len(check.quotes) for check in checked.checks)


def test_a_button_opens_its_place_and_no_other(checked: Checked) -> None:
    joined = checked.checks[-1]
    number = joined.quotation.number
    lit = draft.place(checked, {"number": number, "quote": "1"})
    assert lit is not None
    quote: Quote = joined.quotes[1]
    assert lit.places[lit.at] == (quote.start, quote.end)
    for asked in (
        {},
        {"number": "x", "quote": 0},
        {"number": number, "quote": 9},
        {"number": 99, "quote": 0},
    ):
        assert draft.place(checked, asked) is None
    assert draft.place(None, {"number": 1, "quote": 0}) is None


def test_the_report_is_handed_over_as_a_file(checked: Checked) -> None:
    for to, begins in (("markdown", b"# The quotations"), ("json", b"{")):
        html = draft.file(checked, to)
        content = re.search(r'data-content="([^"]*)"', html)
        assert content is not None
        assert base64.b64decode(content[1]).startswith(begins)
    assert draft.file(checked, "exe") == draft.file(None, "json") == ""


def test_a_draft_that_cannot_be_read_costs_one_plain_line(tmp_path: Path) -> None:
    library = open_library(tmp_path / "library", model="hash")

    class _Assistant:
        def __init__(self) -> None:
            self.library, self.style = library, "apa"

    opening = Opening.done(_Assistant())  # type: ignore[arg-type]
    *_, (html, made) = draft._check_text(opening, "“Some words here”", EN, "")
    assert "The library is empty" in html
    assert made is None
    (only,) = draft._check_text(opening, "  ", EN, "")
    assert "Paste some text first." in only[0]
    (nothing,) = draft._check_file(opening, [{"path": "/etc/passwd", "orig_name": "a.md"}], tmp_path, EN, "")
    assert "No file arrived." in nothing[0]
    (tmp_path / "a.docx").write_bytes(b"no zip")
    sent = [{"path": str(tmp_path / "a.docx"), "orig_name": "My chapter.docx"}]
    *_, (html, _) = draft._check_file(opening, sent, tmp_path, EN, "")
    assert "My chapter.docx:" in html
    assert str(tmp_path) not in html
    library.close()
