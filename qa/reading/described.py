"""What a file says of itself (its properties, its meta elements) as Metadata with a CSL-JSON item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from qa.reading.dates import iso_date, parse_english_date, parse_english_month
from qa.types import Document, Mark, Metadata

TITLE_CHARACTERS = 300

_CORPORATE = re.compile(
    r"\b(?:universit|press\b|archiv|office\b|department|institut|societ|ministr|committee|commission|museum"
    r"|librar|company|inc\b|ltd\b|agency|association|foundation|council|center|centre|bureau|service|project"
    r"|government|embassy|editors?\b|staff\b|times\b|news\b|museum|college|school|group\b|team\b|authors?\b)",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"[^\W\d_][\w.’'-]*")
_NOBODY = frozenset(
    "python-docx user admin administrator owner unknown author anonymous windows-user microsoft-office-user "
    "office-user pc home".split()
)
_NUMERIC = re.compile(r"(\d{4})[/.](\d{1,2})(?:[/.](\d{1,2}))?(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\d{6})?")


def described(
    name: str,
    kind: str,
    *,
    title: str = "",
    creators: Iterable[str] = (),
    date: str | None = None,
    url: str | None = None,
    said: Mapping[str, Any] | None = None,
) -> Metadata:
    """Metadata of the document called ``name``: ``kind`` is its CSL type, ``creators`` are names as they
    are written, ``date`` is in any form that dates come in (left out where it is none), ``said`` holds
    further CSL variables (what is empty in it is left out). Nothing is added that is not given."""
    title = one_line(title)[:TITLE_CHARACTERS]
    csl: dict[str, Any] = {"type": kind, "title": title or PurePosixPath(name).name}
    authors = [person(each) for each in creators if one_line(each)]
    if authors:
        csl["author"] = authors
    day = date_of(date)
    if day:
        csl["issued"] = date_parts(day)
    if url:
        csl["URL"] = url
    csl.update({key: value for key, value in (said or {}).items() if value})
    return Metadata(title=csl["title"], date=day, url=url, csl=csl)


def one_line(words: str | None) -> str:
    """``words`` with runs of white space as one space."""
    return " ".join((words or "").split())


def date_of(value: str | None) -> str | None:
    """The ISO 8601 date in a value as files give it: "2019-05-01T10:00:00Z", "2019/5/1", "20190501",
    "1 May 2019", "D. May 2019"; None where it names no day, month or year."""
    words = one_line(value)
    whole = re.match(r"\d{4}-\d\d(?:-\d\d)?(?=[T ]|$)", words)
    if whole or re.fullmatch(r"\d{4}", words):
        return iso_date(whole.group() if whole else words)
    match = _COMPACT.fullmatch(words) or _NUMERIC.match(words)
    if match:
        return iso_date("-".join(part.zfill(2) for part in match.groups() if part))
    return parse_english_date(words) or parse_english_month(words)


def date_parts(day: str) -> dict[str, list[list[int]]]:
    """An ISO 8601 date as CSL-JSON has it."""
    return {"date-parts": [[int(part) for part in day.split("-")]]}


def person(name: str) -> dict[str, str]:
    """A name as CSL has it: "Smith, Jane" and "Jane A. Smith" come apart, what may be an institution or
    is written otherwise stays whole."""
    name = one_line(name)
    family, comma, given = name.partition(",")
    if comma and given.strip() and "," not in given and not _CORPORATE.search(name):
        return {"family": family.strip(), "given": given.strip()}
    words = name.split()
    named = all(_NAME_WORD.fullmatch(word) and word[0].isupper() for word in words)
    if 2 <= len(words) <= 4 and named and not _CORPORATE.search(name):
        return {"family": words[-1], "given": " ".join(words[:-1])}
    return {"literal": name}


def somebody(names: Iterable[str]) -> list[str]:
    """Of the names that programs write as a file's author, those that are somebody's."""
    return [n for n in map(one_line, names) if n and n.lower().replace(" ", "-") not in _NOBODY]


def first_heading(text: str, marks: Iterable[Mark]) -> str:
    """The words of the first heading on one line, without markers and page marks; "" without one."""
    ordered = list(marks)
    for heading in ordered:
        if heading.kind == "heading":
            pieces, at = [], heading.start
            for mark in ordered:
                inside = heading.start <= mark.start < mark.end <= heading.end
                if mark.kind in ("page", "marker", "apparatus") and inside:
                    pieces.append(text[at : mark.start])
                    at = max(at, mark.end)
            return one_line("".join(pieces) + text[at : heading.end])
    return ""


def has_words(document: Document) -> bool:
    """Whether anything but white space is in a document."""
    return bool(document.text.strip())
