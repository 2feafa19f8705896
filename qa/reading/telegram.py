"""A diplomatic document copied from its web page: a FRUS telegram, despatch or letter as plain text.

Such a copy begins with its file number ("711.61/11–2245: Telegram") or its number and heading
("30. Letter From …"), has "[Page 922]" inside its sentences, note markers glued to words
("Litvinov.7") and its notes as a numbered list at the end, whose own numbers restart at 1: the first
marker is note 1, whatever it shows. The text is the file's, to the letter.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from qa.reading.correspondents import correspondents
from qa.reading.dates import iso_date, parse_english_date
from qa.types import Document, Mark, Metadata

READER = "copied-telegram/1"

_FILE_LINE = re.compile(
    r"\s*(?:File No\. ?)?(?P<number>[\w.]{2,30}(?: [A-Z][\w. ]{2,40})?/[\d–-]{1,9}[a-z]?)"
    r"(?P<form>: ?[\w \[\]—-]{3,40})?\s*$"
)
_NUMBERED = re.compile(r"\s*\[?(?P<number>\d{1,4})\]?\. (?P<heading>[A-Z].{5,300})$")
_DATED = re.compile(r"/(\d{1,2})[–-](\d{1,2})(\d\d)(?!\d)")
_PAGE = re.compile(r"\[Page (\d{1,4}|[IVXLCDM]{1,8}|[ivxlcdm]{1,8})\]")
_NOTE = re.compile(r"[ \t]{0,8}(\d{1,3})\. +(?=\S)")
_BRACKETED = re.compile(r"\[?\[(?:Received|Telegram|Paraphrase|Extract|Translation|Enclosure)[^\n]{0,120}\]$")
_GLUED = re.compile(r"(?<=[^\s\d])(\d{1,3})(?=[\s)\]—–,;:.?!”’]|$)")

_WORD_END = re.compile(r"[^\W\d_]{2,}[a-z\u00df-\u00ff]$")
_STOP_END = re.compile(r"(?P<stopped>\w+)[”’\"')\]]*[.,;:!?…]+[”’\"')\]]*$|(?P<closed>\w+)[”’\"')\]]+$")
_ABBREVIATED = frozenset(
    {"v", "vol", "vols", "p", "pp", "no", "nos", "art", "par", "para", "sec", "fig", "ch", "doc"}
)

FRONT_LINES = 12
"""How many lines with words are looked at for the heading and the dateline."""

MAX_HEADING = 300
MAX_CANDIDATES = 5_000
"""Numbers glued to words above which a text is no such document, and none is a marker."""


def is_telegram(text: str) -> bool:
    """Whether a file's text begins as such a document does."""
    lines = _first_lines(text)
    if not lines:
        return False
    if _FILE_LINE.match(lines[0][1]):
        return _heading_line(lines) is not None
    if not _NUMBERED.match(lines[0][1]) or not any(parse_english_date(line) for _, line in lines[:4]):
        return False
    return _PAGE.search(text) is not None or bool(_note_lines(text))


def read_telegram(name: str, text: str) -> Document:
    """``text`` as a document named ``name``, its apparatus and its notes marked."""
    lines = _first_lines(text)
    file_line = _FILE_LINE.match(lines[0][1])
    heading = (_heading_line(lines) if file_line else 0) or 0
    notes_at, notes, prefixes = _notes(text)
    markers = _markers(text, lines[heading][0], notes_at, len(notes))
    front, dateline = _front(lines, heading, notes_at)
    title = _without(markers, *lines[heading])
    numbered = None if file_line else _NUMBERED.match(title)
    if numbered:
        title = numbered["heading"]
    file_number = file_line["number"] if file_line else None
    date = parse_english_date(dateline) or coded_date(file_number or "") or parse_english_date(title)
    sender, recipient = correspondents(title)
    marks = [*_pages(text), *_tied(text, markers, notes, prefixes), *front]
    number = numbered["number"] if numbered else file_number
    return Document(
        name,
        text,
        tuple(sorted(marks, key=lambda m: (m.start, m.end))),
        Metadata(
            title=title,
            date=date,
            sender=sender,
            recipient=recipient,
            place=_place(dateline),
            file_number=file_number,
            csl=_csl(title, date, number, file_line["form"] if file_line else None),
        ),
    )


def _front(lines: list[tuple[int, str]], heading: int, end: int) -> tuple[list[Mark], str]:
    """The marks of what stands before the first paragraph, and the first dateline in it ("" without)."""
    marks: list[Mark] = []
    dateline = ""
    for index, (at, line) in enumerate(lines):
        dated = index > heading and _is_dateline(line)
        if at >= end or not (index <= heading or dated or _BRACKETED.match(line.strip())):
            break
        dateline = dateline or (line if dated else "")
        marks.append(_line_mark("heading" if index == heading else "front", at, line))
    return marks, dateline


def _without(markers: list[tuple[int, int]], at: int, line: str) -> str:
    """A line that begins at ``at``, without the markers in it."""
    for start, end in reversed(markers):
        if at <= start < at + len(line):
            line = line[: start - at] + line[end - at :]
    return line.strip()


def coded_date(file_number: str) -> str | None:
    """The date in a file number of the State Department's decimal file, month, day and year of the
    twentieth century after the stroke: "711.61/11–2245" is 1945-11-22. None where there is none."""
    match = _DATED.search(file_number)
    if match is None:
        return None
    month, day, year = (int(part) for part in match.groups())
    return iso_date(f"19{year:02}-{month:02}-{day:02}")


def _csl(title: str, date: str | None, number: str | None, form: str | None) -> dict[str, Any]:
    csl: dict[str, Any] = {"type": "document", "title": title}
    if date:
        parts = {"date-parts": [[int(part) for part in date.split("-")]]}
        csl |= {"issued": parts, "original-date": parts}
    if number:
        csl["number"] = number
    if form and form.strip(": "):
        csl["genre"] = form.strip(": ")
    return csl


def _first_lines(text: str) -> list[tuple[int, str]]:
    """The first lines that hold words, with their offsets."""
    found: list[tuple[int, str]] = []
    at = 0
    while at < len(text) and len(found) <= FRONT_LINES:
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        # A line longer than any heading is a paragraph: only its beginning is of interest here.
        line = text[at : min(stop, at + 600)]
        if line.strip():
            found.append((at, line))
        at = stop + 1
    return found


def _heading_line(lines: list[tuple[int, str]]) -> int | None:
    """Which of the lines after the file number names sender and recipient."""
    for index, (_, line) in enumerate(lines[1:4], 1):
        words = line.strip()
        names_both = len(words) <= MAX_HEADING and all(correspondents(words))
        if names_both or words.startswith(("Memorandum ", "Minutes ")):
            return index
    return None


def _is_dateline(line: str) -> bool:
    words = line.strip()
    return len(words) <= 160 and parse_english_date(words) is not None and not words[:1].isdigit()


def _place(line: str) -> str | None:
    place = line.strip().split(",")[0].strip(" []")
    return place if 0 < len(place) <= 40 and not any(c.isdigit() for c in place) else None


def _line_mark(kind: Any, at: int, line: str) -> Mark:
    start = at + len(line) - len(line.lstrip())
    return Mark(kind, start, at + len(line.rstrip()))


def _pages(text: str) -> list[Mark]:
    found = [Mark("page", m.start(), m.end(), m.group(1)) for m in _PAGE.finditer(text)]
    if found and found[0].label.isdigit() and int(found[0].label) > 1 and text[: found[0].start].strip():
        found.insert(0, Mark("page", 0, 0, str(int(found[0].label) - 1)))
    return found


def _note_lines(text: str) -> list[tuple[int, int]]:
    """(start, start of the words) of the numbered lines 1, 2, … that end the text; [] without them."""
    lines: list[tuple[int, int, int]] = []
    at = 0
    for line in text.split("\n"):
        match = _NOTE.match(line)
        if match:
            lines.append((at, at + match.end(), int(match.group(1))))
        at += len(line) + 1
    first = next((i for i in range(len(lines) - 1, -1, -1) if lines[i][2] == 1), None)
    if first is None:
        return []
    run = lines[first:]
    if [number for *_, number in run] != list(range(1, len(run) + 1)):
        return []
    return [(start, words) for start, words, _ in run]


def _notes(text: str) -> tuple[int, list[tuple[int, int]], list[tuple[int, int]]]:
    """Where the notes begin, the range of each note's words, and of the number before them."""
    lines = _note_lines(text)
    if not lines:
        return len(text), [], []
    ends = [start for start, _ in lines[1:]] + [len(text)]
    notes = [
        (words, words + len(text[words:end].rstrip())) for (_, words), end in zip(lines, ends, strict=True)
    ]
    return lines[0][0], notes, lines


def _markers(text: str, start: int, end: int, count: int) -> list[tuple[int, int]]:
    """The markers of ``count`` notes in ``text[start:end]``: numbers glued to words, each one up on the
    one before it.

    None at all unless exactly one such run can be made of the numbers there, so that no year, file
    number, decimal or "v.2" becomes a marker."""
    if not count:
        return []
    glued = (m for m in _GLUED.finditer(text, start, end) if _may_be_marker(text, m.start(), m.end()))
    found = [(m.start(), m.end(), int(m.group())) for m in islice(glued, MAX_CANDIDATES + 1)]
    numbers = {number for *_, number in found}
    if len(found) > MAX_CANDIDATES:
        return []
    firsts = [n for n in numbers if all(n + i in numbers for i in range(count))]
    runs = {first: _runs(found, first, count) for first in firsts}
    if sum(runs.values()) != 1:
        return []
    wanted = next(first for first, ways in runs.items() if ways)
    run: list[tuple[int, int]] = []
    for at, stop, number in found:
        if len(run) < count and number == wanted + len(run):
            run.append((at, stop))
    return run


def _runs(found: list[tuple[int, int, int]], first: int, count: int) -> int:
    """In how many ways first, first + 1, … (count numbers) can be picked from ``found`` in order."""
    ways = [0] * count
    for *_, number in found:
        step = number - first
        if 0 <= step < count:
            ways[step] += ways[step - 1] if step else 1
    return ways[-1]


def _may_be_marker(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 24) : start]
    if _WORD_END.search(before):
        return True
    # After a sentence's stop or a closing quotation mark, itself after a word: "Litvinov.7", "yes”.8".
    glued = _STOP_END.search(before)
    if glued is None:
        return False
    word = glued["stopped"] or glued["closed"]
    if word.isdigit():
        # "3.7" is a decimal and "(3)7" may be anything; "in 1943.9 " ends a sentence.
        return len(word) == 4 and glued["stopped"] is not None and text[end : end + 1] in (" ", "\n", "")
    return word.lower() not in _ABBREVIATED


def _tied(
    text: str, markers: list[tuple[int, int]], notes: list[tuple[int, int]], prefixes: list[tuple[int, int]]
) -> list[Mark]:
    """Notes with their markers, in order. The number before a note is apparatus too: a marker without
    a note of its own (ref "")."""
    return [
        *(Mark("note", start, end, str(i), f"note{i}") for i, (start, end) in enumerate(notes, 1)),
        *(Mark("marker", start, end, str(i)) for i, (start, end) in enumerate(prefixes, 1)),
        *(
            Mark("marker", start, end, text[start:end], f"note{i}")
            for i, (start, end) in enumerate(markers, 1)
        ),
    ]
