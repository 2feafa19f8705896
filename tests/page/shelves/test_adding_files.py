"""How far adding is, in words, and nothing of it is markup."""

from __future__ import annotations

from qa.page.shelves import adding_files
from qa.page.shelves.journal import Item
from qa.page.shelves.progress import Look
from qa.page.texts import words
from tests.page.examples import ATTACK
from tests.page.reading_html import Read

SAY = words("en")


def test_how_far_it_is_in_words_and_nothing_of_it_is_markup() -> None:
    hostile = Item("/x", ATTACK, "/", 1, state="failed", reason=ATTACK, advice=ATTACK)
    now = Item("/y", ATTACK, "/", 1, state="indexing")
    counts = (("added", 3), ("done", 3), ("failed", 1), ("indexing", 1), ("waiting", 7))
    running = Look(True, counts=counts, now=now, done=340, total=1200, left=150.0, file_left=20.0,
                   last=(now,), next=(now,), failed=(hostile,))  # fmt: skip
    html = adding_files.progress(running, SAY)
    text = " ".join(Read(html).text.split())
    assert "Adding: 4 of 12 files, about 2\N{NO-BREAK SPACE}min" in html
    assert "indexing: 340 of 1,200 passages, about 20\N{NO-BREAK SPACE}s left" in html
    assert "and 6 more files" in text
    ended = Look(counts=counts, failed=(hostile,), skipped=2, warnings=(ATTACK,), error=ATTACK)
    for shown in (html, adding_files.progress(ended, SAY)):
        assert "<script" not in shown
        assert "<img" not in shown
    assert "3 files were added. 1 file could not be read." in adding_files.progress(ended, SAY)
    assert adding_files.progress(Look(), SAY) == ""
