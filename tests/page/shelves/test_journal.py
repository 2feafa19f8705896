"""What was being added outlasts the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.page.shelves import journal
from qa.page.shelves.journal import Item


@pytest.mark.parametrize("text", ["", "{", "[]\n7\n", '{"path": "/x"}\n', "\0\xff", '{"size": "x"}'])
def test_a_damaged_journal_costs_the_lines_that_are_damaged(tmp_path: Path, text: str) -> None:
    item = Item("/x/a.txt", "a.txt", "/x", 7, state="reading")
    journal.write(tmp_path, [item])
    with (tmp_path / journal.JOURNAL).open("a", encoding="latin-1") as file:
        file.write(text)
    assert [(i.path, i.state) for i in journal.read(tmp_path).values()] == [("/x/a.txt", "waiting")]


def test_the_last_line_of_a_file_counts(tmp_path: Path) -> None:
    item = Item("/x/a.txt", "a.txt", "/x", 7)
    journal.write(tmp_path, [item, Item("/x/b.txt", "b.txt", "/x")])
    journal.append(tmp_path, Item("/x/a.txt", "a.txt", "/x", 7, state="done", what="added"))
    journal.append(tmp_path, Item("/x/b.txt", "b.txt", "/x", 7, state="failed", reason="is empty."))
    (left,) = journal.read(tmp_path).values()
    assert (left.path, left.state, left.reason) == ("/x/b.txt", "failed", "is empty.")
    assert json.loads((tmp_path / journal.JOURNAL).read_text().splitlines()[0])["name"] == "a.txt"
