"""Plain text and Markdown, each file one document whose text is the file's, to the letter.

Only the byte order mark is dropped and line ends become "\\n". A form feed is a page break (see
``form_feeds``).
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from qa.reading.dates import iso_date, parse_english_date
from qa.reading.form_feeds import counted_pages, marks_of_pages
from qa.types import Document, Mark, MarkKind, Metadata

PLAIN = "plain-text/1"
MARKDOWN = "markdown/1"

TITLE_CHARACTERS = 120
"""A first line longer than this is running text, no title."""

# Each pattern looks at one line and has no nested repeats: a line may be 50 MB long.
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ATX = re.compile(r" {0,3}#{1,6}(?=[ \t]|$)")
_SETEXT = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*$")
_DEFINITION = re.compile(r" {0,3}\[\^([^\]\s]{1,60})\]:[ \t]*")
_REFERENCE = re.compile(r"\[\^([^\]\s]{1,60})\]")
_BLOCK = re.compile(r" {0,3}(?:[-*+>|]|\d{1,9}[.)])")
_NO_SETEXT = (_BLOCK, _ATX, _SETEXT, _DEFINITION, re.compile(r" {4}|\t"))
_LOOKS_SETEXT = 300
"""Characters above which a line before an underline is no heading."""


def read_plain(name: str, text: str) -> Document:
    """``text`` as it is, named ``name``."""
    marks = marks_of_pages(text)
    # A running head is no title.
    body = max((mark.end for mark in marks[:3] if mark.kind == "apparatus"), default=0)
    title = short_first_line(text, body) or PurePosixPath(name).name
    return Document(name, text, marks, _metadata(title, None))


def read_markdown(name: str, text: str) -> Document:
    """``text`` as it is, with headings, footnotes (``[^1]`` and ``[^1]: …``) and a YAML head as marks."""
    lines = _lines(text)
    head = _yaml_head(lines)
    marks: list[Mark] = list(counted_pages(text))
    fields: dict[str, str] = {}
    if head:
        marks.append(Mark("front", 0, lines[head - 1][0] + len(lines[head - 1][1].rstrip())))
        for _, line in lines[1 : head - 1]:
            key, colon, value = line.partition(":")
            if colon and value.strip():
                fields.setdefault(key.strip().lower(), value.strip().strip("\"'"))
    prose = _outside_fences(lines[head:])
    headings = _headings(prose)
    marks += headings
    marks += _footnotes(prose)
    first = text[headings[0].start : headings[0].end] if headings else ""
    title = fields.get("title") or _heading_words(first) or PurePosixPath(name).name
    date = iso_date(fields.get("date")) or parse_english_date(fields.get("date", ""))
    ordered = tuple(sorted(marks, key=lambda m: (m.start, m.end)))
    return Document(name, text, ordered, _metadata(title, date, fields.get("author")))


def short_first_line(text: str, at: int = 0) -> str | None:
    """The first line with words from ``at`` on, where it may be a title; None where it is too long."""
    rest = re.compile(r"\S").search(text, at)
    start = rest.start() if rest else len(text)
    stop = min((i for c in "\n\f" if (i := text.find(c, start)) >= 0), default=len(text))
    line = " ".join(text[start : min(stop, start + 2 * TITLE_CHARACTERS)].split())
    return line if 0 < len(line) <= TITLE_CHARACTERS else None


def _metadata(title: str, date: str | None, author: str | None = None) -> Metadata:
    csl: dict[str, Any] = {"type": "document", "title": title}
    if date:
        csl["issued"] = {"date-parts": [[int(part) for part in date.split("-")]]}
    if author:
        csl["author"] = [{"literal": author}]
    return Metadata(title=title, date=date, csl=csl)


def _lines(text: str) -> list[tuple[int, str]]:
    """Each line with its offset, without its line end."""
    found, at = [], 0
    for line in text.split("\n"):
        found.append((at, line))
        at += len(line) + 1
    return found


def _yaml_head(lines: list[tuple[int, str]]) -> int:
    """How many lines a YAML head takes; 0 without one."""
    if lines[0][1].rstrip() != "---":
        return 0
    for number, (_, line) in enumerate(lines[1:40], 2):
        if line.rstrip() in ("---", "..."):
            return number
        if line.strip() and ":" not in line and not line.startswith((" ", "-", "#")):
            return 0
    return 0


def _outside_fences(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The lines that are no code; a block of code becomes one empty line."""
    found: list[tuple[int, str]] = []
    fence = ""
    for at, line in lines:
        match = _FENCE.match(line)
        if fence:
            if match and match.group(1).startswith(fence) and not line[match.end() :].strip():
                fence = ""
        elif match:
            fence = match.group(1)
            found.append((at, ""))
        else:
            found.append((at, line))
    return found


def _headings(lines: list[tuple[int, str]]) -> list[Mark]:
    found: list[Mark] = []
    for at, line in lines:
        if _ATX.match(line) and line.strip("# \t\f"):
            found.append(_trimmed("heading", at, line))
    for (at, line), (_, underline) in pairwise(lines):
        if max(len(line), len(underline)) > _LOOKS_SETEXT or not _SETEXT.match(underline):
            continue
        if line.strip() and not any(begins.match(line) for begins in _NO_SETEXT):
            found.append(_trimmed("heading", at, line + "\n" + underline))
    return sorted(found, key=lambda m: m.start)


def _trimmed(kind: MarkKind, at: int, words: str, label: str = "", ref: str = "") -> Mark:
    """A mark over ``words``, which begin at ``at``, without white space at its ends."""
    start = at + len(words) - len(words.lstrip())
    return Mark(kind, start, max(start, at + len(words.rstrip())), label, ref)


def _heading_words(heading: str) -> str:
    words = heading.partition("\n")[0].strip().strip("#").strip()
    return words[: 2 * TITLE_CHARACTERS]


def _footnotes(lines: list[tuple[int, str]]) -> list[Mark]:
    """Definitions as notes, each with the references to it as markers; what has no partner is text."""
    notes: dict[str, Mark] = {}
    prefixes: list[Mark] = []
    for number, (at, line) in enumerate(lines):
        match = _DEFINITION.match(line)
        if match is None or match.group(1) in notes or not line[match.end() :].strip():
            continue
        last_at, last_line = at, line
        for below in range(number + 1, len(lines)):
            following = lines[below]
            # A note goes on over indented lines; an empty line ends what is not indented after it.
            if following[1].strip() and not following[1].startswith(("    ", "\t")):
                break
            if following[1].strip():
                last_at, last_line = following
        label = match.group(1)
        body = line[match.end() :]
        start = at + len(line) - len(body.lstrip())
        notes[label] = Mark("note", start, last_at + len(last_line.rstrip()), label, f"fn-{label}")
        prefixes.append(Mark("marker", at, start, label))
    if not notes:
        return []
    taken = {prefix.start for prefix in prefixes}
    markers = [
        Mark("marker", at + m.start(), at + m.end(), m.group(1), notes[m.group(1)].ref)
        for at, line in lines
        for m in _REFERENCE.finditer(line)
        if m.group(1) in notes and at + m.start() not in taken and not _is_definition(line, m)
    ]
    tied = {marker.ref for marker in markers}
    kept = {label: note for label, note in notes.items() if note.ref in tied}
    return [*markers, *kept.values(), *(p for p in prefixes if p.label in kept)]


def _is_definition(line: str, match: re.Match[str]) -> bool:
    definition = _DEFINITION.match(line)
    return definition is not None and match.start() < definition.end()
