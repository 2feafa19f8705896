"""The pages of a Word file, as far as the file itself tells them.

A DOCX has no pages: Word makes them when it shows the file. Three things in it speak of them.

- ``lastRenderedPageBreak``: where Word broke pages when it last saved. This is what its reader saw and
  cites, so it is cited.
- Page breaks by hand, styles and sections that begin a page: sure, but between two of them the text may
  have run over any number of pages. They count as boundaries, and alone they are no page numbers.
- ``Pages`` among the file's properties: how many there were. It proves the count: where it disagrees with
  the boundaries, some boundary is missing or too many and nobody can say where, so no page is cited. (A
  count of 1 beside rendered breaks is a template's, which no program has updated; it says nothing.)

A page of more words than paper holds shows that breaks are missing: a program that saved before it had laid
out all pages writes too few, and a count that agrees with them.

So pages are cited where Word left rendered breaks and the count does not contradict them, and where there
are only breaks by hand and the count proves that they are all. Numbers start and look (roman, arabic) as
the sections say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from qa.reading.composing import Composer
from qa.reading.safexml import attribute, child, local_name
from qa.types import Mark

MAX_WORDS = 1_500
"""Words on a page above which no page of a typed document is believed: close print holds about 800."""

State = tuple[int, int]
"""Pages begun so far, and the number of the present one."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """How notes are numbered: the first number, its form, and where it starts again ("eachSect",
    "eachPage", "continuous")."""

    start: int = 1
    format: str = "decimal"
    restart: str = "continuous"


@dataclass(frozen=True, slots=True)
class Section:
    """``begins`` is how a section begins ("nextPage", "oddPage", "evenPage", "continuous", "nextColumn");
    ``start`` its first page number where it has its own; ``notes`` the numbering of each role."""

    begins: str = "nextPage"
    start: int | None = None
    format: str = "decimal"
    notes: Mapping[str, Numbering] = field(default_factory=dict)


def sections(body: Any, settings: Any) -> list[Section]:
    """The sections of a document in order; at least one."""
    found = [_section(e, settings) for e in body.iter() if local_name(e) == "sectPr" and _is_live(e)]
    return found or [_section(None, settings)]


def _is_live(section: Any) -> bool:
    """Whether it is a section's end, not what a tracked change says was there before."""
    return local_name(section.getparent()) in ("body", "pPr")


def _section(element: Any, settings: Any) -> Section:
    kind, number = child(element, "type"), child(element, "pgNumType")
    start = _integer(number, "start")
    return Section(
        begins=attribute(kind, "val") or "nextPage",
        start=start,
        format=attribute(number, "fmt") or "decimal",
        notes={
            "footnote": _numbering(element, settings, "footnotePr", "decimal"),
            "endnote": _numbering(element, settings, "endnotePr", "lowerRoman"),
        },
    )


def _numbering(section: Any, settings: Any, name: str, form: str) -> Numbering:
    start, restart = 1, "continuous"
    for holder in (child(settings, name), child(section, name)):
        start = _integer(child(holder, "numStart"), "val") or start
        form = attribute(child(holder, "numFmt"), "val") or form
        restart = attribute(child(holder, "numRestart"), "val") or restart
    return Numbering(start, form, restart)


class PageCount:
    """Follows the pages through the text and writes a page mark where one begins."""

    def __init__(self, out: Composer, found: list[Section]) -> None:
        self._out = out
        self._sections = found
        self.section = 0
        self.count = 1
        self.seen_rendered = False
        self._by_hand = False
        self._number = 1
        self._fresh_at = -1

    def first(self) -> None:
        """The document's first page begins."""
        start = self._sections[0].start
        self._number = 1 if start is None else start
        self._show()

    def rendered(self) -> None:
        """A break where Word broke the page: the same one as a break by hand right before it."""
        self.seen_rendered = True
        if self._fresh_at != self._out.length:
            self._next(self._number + 1)
        self._fresh_at = -1

    def explicit(self) -> None:
        """A break that the author set."""
        if self.count == 1 and self._out.length == 0 and self._fresh_at != 0:
            self._fresh_at = 0
            return
        self._by_hand = True
        self._next(self._number + 1)
        self._fresh_at = self._out.length

    def picture(self) -> None:
        """A picture: what follows is no longer the very beginning of a page."""
        self._fresh_at = -1

    def next_section(self) -> None:
        """The present section ends."""
        self.section = min(self.section + 1, len(self._sections) - 1)
        section = self._sections[self.section]
        if section.begins in ("continuous", "nextColumn"):
            return
        number = self._number + 1 if section.start is None else section.start
        if (section.begins == "oddPage" and number % 2 == 0) or (section.begins == "evenPage" and number % 2):
            number += 1
        self._by_hand = True
        self._next(number)
        self._fresh_at = self._out.length

    def now(self) -> State:
        """Where the count stands."""
        return self.count, self._number

    def back_to(self, state: State) -> None:
        """Goes back, or on, to where the count stood."""
        if state != self.now():
            self.count, self._number = state
            self._show()

    def trusted(self, said: int | None) -> bool:
        """Whether the pages counted may be cited, ``said`` being the file's own count."""
        if self.seen_rendered:
            return said in (None, self.count) or (said == 1 and self.count > 1)
        return self._by_hand and said == self.count

    def _next(self, number: int) -> None:
        self.count += 1
        self._number = number
        self._show()

    def _show(self) -> None:
        self._out.page(as_numeral(self._number, self._sections[self.section].format))


def fits_paper(text: str, marks: Sequence[Mark]) -> bool:
    """Whether no page of the body holds more words than a page can."""
    end = min((mark.start for mark in marks if mark.kind == "note"), default=len(text))
    edges = [*(mark.end for mark in marks if mark.kind == "page" and mark.end <= end), end]
    return all(len(text[start:stop].split()) <= MAX_WORDS for start, stop in pairwise(edges))


def as_numeral(number: int, form: str) -> str:
    """``number`` in a form that Word names: decimal, lowerRoman, upperRoman, lowerLetter, upperLetter,
    chicago (* † ‡ §); any other as decimal."""
    if number > 0 and form in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman if form == "lowerRoman" else roman.upper()
    if number > 0 and form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if number > 0 and form == "chicago":
        return "*†‡§"[(number - 1) % 4] * ((number - 1) // 4 + 1)
    return str(number)


def _roman(number: int) -> str:
    pairs = (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
        (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    )  # fmt: skip
    found = ""
    for size, numeral in pairs:
        while number >= size and len(found) < 40:
            found, number = found + numeral, number - size
    return found


def _integer(element: Any, name: str) -> int | None:
    said = attribute(element, name)
    return int(said) if said and said.isdecimal() else None
