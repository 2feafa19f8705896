"""Page numbers that the text itself gives in brackets: "[Page 922]", "[p. 12]", "[Pg xii]"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.types import Mark

PAGE = re.compile(
    r"\[(?:[Pp]age|[Pp]p?\.|[Pp]g\.?|[Ss]\.|[Cc]тр\.|[Сс]тр\.|[Сс]\.)[ \u00a0]?"
    r"(\d{1,4}[a-z]?|[IVXLCDM]{1,8}|[ivxlcdm]{1,8})\]"
)


def bracketed_pages(text: str) -> list[Mark]:
    """A page mark over each number in brackets. The text before the first one stands on the page before
    where that one stands inside a paragraph; where it stands between two, nothing says so."""
    found = [Mark("page", m.start(), m.end(), m.group(1)) for m in PAGE.finditer(text)]
    return [*before_first(text, found), *found]


def before_first(text: str, pages: Sequence[Mark]) -> list[Mark]:
    """The page that the first words are on, inferred from the first page mark; [] where it cannot be."""
    if not pages or not pages[0].label.isdecimal() or int(pages[0].label) < 2:
        return []
    first = pages[0].start
    before = text[text.rfind("\n", 0, first) + 1 : first]
    return [Mark("page", 0, 0, str(int(pages[0].label) - 1))] if before.strip() else []


def with_bracketed_pages(text: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """``marks`` with the pages in brackets, where there are such, in place of a program's own: they are
    the pages of what was copied or transcribed, and those are cited."""
    found = bracketed_pages(text)
    if not found:
        return tuple(marks)
    kept = [mark for mark in marks if mark.kind != "page"]
    return tuple(sorted(kept + found, key=lambda mark: (mark.start, mark.end)))
