"""What a printed citation names: words, document numbers, dates, volumes, pages. Pure.

Citations are printed in a hundred ways, so nothing is taken apart that need not be: each thing that tells one
document from another is found wherever it stands, and compared with what is known of the documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from qa.draft.wording import WORD

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier januar января январь янв",
            "february feb février februar февраля февраль фев",
            "march mar mars märz марта март",
            "april apr avril апреля апрель апр",
            "may mai мая май",
            "june jun juin juni июня июнь",
            "july jul juillet juli июля июль",
            "august aug août августа август авг",
            "september sep sept septembre сентября сентябрь сен сент",
            "october oct octobre oktober октября октябрь окт",
            "november nov novembre ноября ноябрь ноя нояб",
            "december dec décembre dezember декабря декабрь дек",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"1[0-9]{3}|20[0-9]{2}"
_ANY_YEAR = re.compile(_YEAR)
_DATES = (
    (re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.? (?P<m>{_MONTH})\b\.?,? (?P<y>{_YEAR})\b", re.I)),
    (re.compile(rf"\b(?P<m>{_MONTH})\b\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>{_YEAR})\b", re.I)),
    (re.compile(rf"\b(?P<y>{_YEAR})-(?P<m>\d\d)-(?P<d>\d\d)\b")),
    (re.compile(rf"\b(?P<d>\d{{1,2}})[./](?P<m>\d{{1,2}})[./](?P<y>{_YEAR})\b")),
    (re.compile(rf"\b(?P<m>{_MONTH})\b\.?,? (?P<y>{_YEAR})\b", re.I)),
)
_NUMBER = re.compile(
    r"(?:\b(?:documents?|docs?|nos?|number|nr|dok(?:ument)?|документ|док)\b\.?|№|#)\s*(\d{1,5})\b(?![/.]\d)"
    r"|(?<![\w/])d(\d{1,5})\b",
    re.I,
)
_VOLUME = re.compile(r"\b(?:vols?|volumes?|bd|band|tome|t|т|том)\b\.?\s*(\d{1,3}|[ivxlc]+)\b", re.I)
_ROMAN = re.compile(r"(?<![\w.])([IVXLC]{1,7})(?![\w])")
_ROMAN_PAGE = "[ivxlc]+"
_PAGE = rf"(?:[A-Z]-)?\d{{1,5}}|{_ROMAN_PAGE}\b"
_PAGES = re.compile(
    rf"(?<!\w)(?:pp?|pages?|pgs?|ss?|seiten?|с|стр|cc)\b\.?\s*"
    rf"((?:{_PAGE})(?:n\S*)?(?:\s*[–—-]\s*\d{{1,5}})?(?:\s*,\s*(?:{_PAGE})(?:\s*[–—-]\s*\d{{1,5}})?(?![\w:]))*)",
    re.I,
)
_BARE = re.compile(r"[,:]\s*(\d{1,4})(?:n\S*)?(?:\s*[–—-]\s*(\d{1,4}))?(?=\s*(?:[.;,)\]]|$|https?:))")
_RANGE = re.compile(rf"({_PAGE})(?:n\S*?)?(?:\s*[–—-]\s*(\d{{1,5}}))?", re.I)
_NOTE_OF = re.compile(r"(?<=\d)n\w*")
_ADDRESS = re.compile(r"https?://[^\s<>\"”’)]+|\b[\w.-]+/[\w./-]+")
_IBID = re.compile(
    r"\W*(?:(?:see|cf\.?|см\.?)\s+)?(?:ibid(?:em)?|id|idem|ebd|ebenda|там же)\b\.?", re.IGNORECASE
)
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_PLACES = 12
"""Pages of one range at the most that are spelled out: a longer one is a document's extent, no place."""

_DEEPEST = 12
"""Steps of an address that are looked at from its end: each of them makes another name."""

LONGEST = 3_000
"""Characters of a citation that are read: as many as a page of notes has. Each quotation in it is looked up
with it."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a citation names. ``dates`` are ISO 8601, days or months; ``pages`` as they are printed, ranges
    spelled out; ``bare`` are numbers that may be pages; ``names`` are runs that may be the name of a document
    or a file, in full and in parts."""

    words: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    volumes: frozenset[int] = frozenset()
    pages: frozenset[str] = frozenset()
    bare: frozenset[str] = frozenset()
    names: frozenset[str] = field(default=frozenset())

    @property
    def nothing(self) -> bool:
        """Whether there is nothing that could tell one document or page from another."""
        return not (self.words or self.numbers or self.dates or self.pages or self.names)


def is_ibid(citation: str) -> bool:
    """Whether it points back at the citation before."""
    return _IBID.match(citation) is not None


@lru_cache(maxsize=1024)
def named(citation: str) -> Named:
    """What one citation names, in its first LONGEST characters."""
    rest = citation = citation[:LONGEST]
    names: set[str] = set()
    for run in re.split(r"[\s,;()\[\]<>“”\"«»]+", citation):
        names |= _parts(run)
    numbers = {found[1] or found[2] for found in _NUMBER.finditer(rest)}
    numbers |= {found[1] for name in names if (found := re.fullmatch(r"d(\d{1,5})", name))}
    dates: set[str] = set()
    # Each has a year, and looking for months takes longer than for all else.
    for pattern in _DATES if _ANY_YEAR.search(rest) else ():
        for found in pattern.finditer(rest):
            dates |= _date(found.groupdict())
        rest = pattern.sub(lambda found: " " * len(found[0]), rest)
    plain = _ADDRESS.sub(lambda found: " " * len(found[0]), rest)
    volumes = {_number(found[1]) for found in _VOLUME.finditer(plain)}
    volumes |= {
        _number(found[1]) for found in _ROMAN.finditer(plain) if found[1] not in "IC" or found[1] == "I"
    }
    pages = {page for found in _PAGES.finditer(plain) for page in spelled(found[1])}
    unpaged = _PAGES.sub(lambda found: " " * len(found[0]), _NUMBER.sub(lambda f: " " * len(f[0]), plain))
    bare = {page for found in _BARE.finditer(unpaged) for page in _extent(found[1], found[2])}
    words = frozenset(word.casefold() for word in WORD.findall(plain) if len(word) > 1)
    return Named(
        words, frozenset(numbers), frozenset(dates), frozenset(volumes), frozenset(pages), frozenset(bare),
        frozenset(names),
    )  # fmt: skip


def spelled(pages: str) -> set[str]:
    """ "921–22, 930" as {"921", "922", "930"}."""
    found: set[str] = set()
    for match in _RANGE.finditer(_NOTE_OF.sub("", pages)):
        found |= _extent(match[1], match[2])
    return found


def _extent(first: str, last: str | None) -> set[str]:
    first = first.casefold()
    if not last or not first.isdecimal():
        return {first, *([last] if last else [])}
    # "921–22" is 921–922.
    until = int(first[: len(first) - len(last)] + last) if len(last) < len(first) else int(last)
    if not 0 <= until - int(first) <= _PLACES:
        return {first, str(until)}
    return {str(page) for page in range(int(first), until + 1)}


def _parts(run: str) -> set[str]:
    """A run of signs as the names that it may be: an address gives its last parts too."""
    run = run.strip(".:!?'’‘*_").casefold()
    if not run or run.isdecimal():
        return set()
    if "/" not in run:
        return {run}
    parts = run.rsplit("/", _DEEPEST)
    return {"/".join(parts[n:]) for n in range(len(parts))} - {""}


def _date(parts: dict[str, str]) -> set[str]:
    month = parts["m"]
    number = int(month) if month.isdecimal() else _MONTHS[month.casefold()]
    day = parts.get("d")
    if not 1 <= number <= 12 or (day and not 1 <= int(day) <= 31):
        return set()
    return {f"{parts['y']}-{number:02}" + (f"-{int(day):02}" if day else "")}


def _number(words: str) -> int:
    if words.isdecimal():
        return int(words)
    total = 0
    values = [_ROMAN_VALUES[letter] for letter in words.casefold()]
    for value, following in zip(values, [*values[1:], 0], strict=True):
        total += -value if value < following else value
    return total
