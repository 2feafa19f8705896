"""A diplomatic document copied from its web page: a FRUS telegram, despatch or letter as plain text.

Such a copy begins with its file number ("711.61/11–2245: Telegram") or its number and heading
("30. Letter From …"), has "[Page 922]" inside its sentences, note markers glued to words
("Litvinov.7") and its notes as a numbered list at the end, whose own numbers restart at 1: the first
marker is note 1, whatever it shows. The text is the file's, to the letter.
"""

from __future__ import annotations

import re
from typing import Any

from qa.reading.correspondents import correspondents
from qa.reading.dates import iso_date, parse_english_date
from qa.types import Document, Mark, Metadata

READER = "copied-telegram/1"

_FILE_LINE = re.compile(
    r"\s*(?:File No\. ?)?(?P<number>[\w.]{2,30}(?: [A-Z][\w. ]{2,40})?/[\d–-]{1,9}[a-z]?)(?P<form>: ?[\w \[\]—-]{3,40})?\s*$"
)
_NUMBERED = re.compile(r"\s*\[?(?P<number>\d{1,4})\]?\. (?P<heading>[A-Z].{5,300})$")
_DATED = re.compile(r"/(\d{1,2})[–-](\d{1,2})(\d\d)(?!\d)")
_PAGE = re.compile(r"\[Page (\d{1,4}|[IVXLCDM]{1,8}|[ivxlcdm]{1,8})\]")
_NOTE = re.compile(r"[ \t]{0,8}(\d{1,3})\. +(?=\S)")
_BRACKETED = re.compile(r"\[?\[(?:Received|Telegram|Paraphrase|Extract|Translation|Enclosure)[^\n]{0,120}\]$")
_GLUED = re.compile(r"(?<=[^\s\d])(\d{1,3})(?=[\s)\]—–,;:.?!”’]|$)")

FRONT_LINES = 12
"""How many lines with words are looked at for the heading and the dateline."""


def is_telegram(text: str) -> bool:
    """Whether a file's text begins as such a document does."""
    lines = _first_lines(text)
    if not lines:
        return False
    if _FILE_LINE.match(lines[0][1]):
        return _heading_line(lines) is not None
    numbered = _NUMBERED.match(lines[0][1])
    apparatus = _PAGE.search(text) is not None or bool(_note_lines(text))
    return numbered is not None and apparatus and any(parse_english_date(line) for _, line in lines[:4])


def read_telegram(name: str, text: str) -> Document:
    """``text`` as a document named ``name``, its apparatus and its notes marked."""
    lines = _first_lines(text)
    notes_at, notes, prefixes = _notes(text)
    file_line = _FILE_LINE.match(lines[0][1])
    heading = _heading_line(lines) if file_line else 0
    assert heading is not None
    markers = _markers(text, notes_at, len(notes), text.find(lines[heading][1]))
    marks: list[Mark] = [*_pages(text), *_tied(text, markers, notes, prefixes)]
    glued = next((m for m in markers if lines[heading][0] <= m[0] < lines[heading][0] + len(lines[heading][1])), None)
    title = lines[heading][1].strip()
    if glued:
        title = (text[lines[heading][0] : glued[0]] + text[glued[1] : lines[heading][0] + len(lines[heading][1])]).strip()
    numbered = _NUMBERED.match(title)
    number = None
    if numbered and not file_line:
        number, title = numbered["number"], numbered["heading"]
    dated, place = None, None
    for index, (at, line) in enumerate(lines):
        if at >= notes_at or index > FRONT_LINES:
            break
        if index == heading:
            marks.append(_line_mark("heading", at, line))
        elif index < heading or _BRACKETED.match(line.strip()):
            marks.append(_line_mark("front", at, line))
        elif _is_dateline(line):
            marks.append(_line_mark("front", at, line))
            if dated is None:
                dated, place = parse_english_date(line), _place(line)
        else:
            break
    file_number = file_line["number"] if file_line else None
    date = dated or coded_date(file_number or "") or parse_english_date(title)
    sender, recipient = correspondents(title)
    return Document(
        name,
        text,
        tuple(sorted(marks, key=lambda m: (m.start, m.end))),
        Metadata(
            title=title, date=date, sender=sender, recipient=recipient, place=place, file_number=file_number,
            csl=_csl(title, date, number or file_number, file_line["form"] if file_line else None),
        ),
    )  # fmt: skip


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
        if len(words) <= 300 and all(correspondents(words)) or words.startswith(("Memorandum ", "Minutes ")):
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
    notes = [(words, words + len(text[words:end].rstrip())) for (_, words), end in zip(lines, ends, strict=True)]
    return lines[0][0], notes, lines


def _markers(text: str, end: int, count: int, start: int) -> list[tuple[int, int]]:
    """The markers of ``count`` notes in ``text[start:end]``: numbers glued to words that rise by one.

    None at all unless there is exactly one such run, so that a year, a file number, a decimal or
    "v.2" never becomes a marker."""
    found = [
        (m.start(), m.end(), int(m.group()))
        for m in _GLUED.finditer(text, max(0, start), end)
        if _may_be_marker(text, m.start(), m.end())
    ]
    if not count or len(found) < count or len(found) > 50 * count:
        return []
    # ways[i]: how many runs end with candidate i, by length; a run is one number up at each step.
    runs: list[list[tuple[int, int]]] = []
    for index, (first, last, number) in enumerate(found):
        open_runs = [[(first, last)]]
        wanted = number + 1
        for following in found[index + 1 :]:
            if len(open_runs[0]) == count:
                break
            if following[2] == wanted:
                again = [c for c in found if c[0] > following[0] and c[2] == wanted]
                if again:
                    open_runs = [[]]
                    break
                open_runs = [[*run, following[:2]] for run in open_runs]
                wanted += 1
        if len(open_runs[0]) == count:
            runs.append(open_runs[0])
    return runs[0] if len(runs) == 1 else []


def _may_be_marker(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 24) : start]
    if re.search(r"[A-Za-z\u00c0-\u024f]{2,}[a-z\u00df-\u024f]$|[a-z]{3}$", before):
        return not text[end : end + 1] == "."  or text[end + 1 : end + 2] in ("", " ", "\n")
    # After a sentence's stop or a closing quotation mark, itself after a word: "Litvinov.7", "yes”.8".
    glued = re.search(r"(\w+)[”’\"')\]]*([.,;:!?…]+)[”’\"')\]]*$|(\w+)[”’\"')\]]+$", before)
    if glued is None:
        return False
    word = glued.group(1) or glued.group(3)
    if word[-1].isdigit():
        # "3.7" is a decimal, "1943.9" the end of a sentence; "(3)7" may be either: no marker.
        return len(word) == 4 and glued.group(2) is not None
    return word.lower() not in ("v", "vol", "p", "pp", "no", "nos", "art", "par", "para", "sec", "fig", "ch", "doc")


def _tied(
    text: str, markers: list[tuple[int, int]], notes: list[tuple[int, int]], prefixes: list[tuple[int, int]]
) -> list[Mark]:
    """Notes with their markers, in order. The number before a note is apparatus too: a marker without
    a note of its own (ref "")."""
    return [
        *(Mark("note", start, end, str(i), f"note{i}") for i, (start, end) in enumerate(notes, 1)),
        *(Mark("marker", start, end, str(i)) for i, (start, end) in enumerate(prefixes, 1)),
        *(Mark("marker", start, end, text[start:end], f"note{i}") for i, (start, end) in enumerate(markers, 1)),
    ]
