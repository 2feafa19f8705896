"""A draft file: its text, what of it is no word (note markers, Markdown's signs), its block quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qa import reading
from qa.errors import UnreadableFile, UsageError
from qa.folding import Folded, Gap, fold
from qa.reading import apart
from qa.reading.decoding import decode, read_bytes
from qa.splitting import gaps
from qa.types import Document, Mark

FORMATS = (".docx", ".docm", ".odt", ".md", ".markdown", ".txt", ".text", ".html", ".htm")
"""What a draft can be written in."""

MOST = 2_000_000
"""Characters of a draft at the most: the longest of books has fewer."""

LARGEST = 4 * MOST
"""Bytes of a draft in plain text or Markdown, which is read in this process; other kinds are read in one of
their own."""

_TEXTS = (".txt", ".text", ".md", ".markdown")
_PREFIX = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_SIGNS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)"  # a backslash before a sign, or for a line's end
    r"|(?<!\\)(?:\*{1,3}|(?<![^\W_])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![^\W_])|~~)"  # emphasis
    r"|&#x?[0-9a-fA-F]{1,6};|</?(?:i|b|em|strong|u|sup|sub|span|cite|q)\b[^<>\n]*>"
    r"|(?<=\])\([^()\s]+\)",  # a link's address
    re.MULTILINE,
)
_LINKED = re.compile(r"(?<!\\)\[([^\[\]\n]*)(\])\([^()\s]+\)")
_SET_IN = re.compile(r"(?: {4}|\t)")
_PARAGRAPH = re.compile(r"\S(?:.|\n(?![ \t]*(?:\n|\f)))*")


@dataclass(frozen=True, slots=True)
class Draft:
    """``text`` is the draft's own, ``view`` the same in the search view without note markers and markup.
    ``blocks`` are the ranges of its block quotations; ``counts_lines`` says that it has lines to count."""

    name: str
    text: str
    view: Folded
    marks: tuple[Mark, ...] = ()
    blocks: tuple[tuple[int, int], ...] = ()
    counts_lines: bool = False

    def paragraphs(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """What blank lines set apart."""
        for match in _PARAGRAPH.finditer(self.text, start, len(self.text) if end is None else end):
            yield match.start(), match.start() + len(match.group().rstrip())


def read_draft(path: Path, name: str | None = None) -> Draft:
    """The draft in a file. Raises UsageError for a kind of file that no draft is written in, UnreadableFile
    for one that cannot be read."""
    suffix = path.suffix.lower()
    name = name or path.name
    if suffix not in FORMATS:
        raise UsageError(
            f"{name}: is no kind of file that a draft is read from. These are: {' '.join(FORMATS)}"
        )
    if suffix in _TEXTS and path.is_file() and path.stat().st_size > LARGEST:
        raise UsageError(
            f"{name}: is larger than {LARGEST // 1_000_000} MB; at most {MOST:,} characters are checked. "
            "Give a part of it."
        )
    if suffix in (".txt", ".text"):
        # A draft that quotes a telegram must not be read as one.
        return of_text(name, decode(path, read_bytes(path), None))
    found = reading.read(path, name).documents
    if not found:
        raise UnreadableFile(str(path), "holds no words.")
    if suffix in (".md", ".markdown"):
        return of_text(name, found[0])
    quoted: list[str] = apart.call(path, "qa.reading.blocks", "block_quotations", path)
    return _draft(name, found[0], _located(found[0].text, quoted), markdown=False)


def of_text(name: str, document: Document | str) -> Draft:
    """The draft in a text or in Markdown."""
    if isinstance(document, str):
        from qa.reading.plain import read_markdown

        document = read_markdown(name, document.replace("\r\n", "\n").replace("\r", "\n"))
    return _draft(name, document, list(_text_blocks(document.text)), markdown=True)


def _draft(name: str, document: Document, blocks: list[tuple[int, int]], *, markdown: bool) -> Draft:
    text = document.text
    if len(text) > MOST:
        raise UsageError(
            f"{name}: has {len(text):,} characters; at most {MOST:,} are checked. Give a part of it."
        )
    left = list(gaps(document))
    if markdown:
        left += [Gap(*match.span(), False) for match in _PREFIX.finditer(text)]
        left += [Gap(*match.span(), False) for match in _SIGNS.finditer(text)]
        for match in _LINKED.finditer(text):
            left += [Gap(match.start(), match.start() + 1), Gap(*match.span(2))]
    view = fold(text, "search", gaps=sorted(left))
    return Draft(name, text, view, document.marks, tuple(blocks), markdown)


def _text_blocks(text: str) -> Iterator[tuple[int, int]]:
    """Block quotations of Markdown (">") and of plain text (every line set in)."""
    lines = [(match.start(), match.group()) for match in re.finditer(r".*\n?", text) if match.group()]
    number = 0
    before = ""
    while number < len(lines):
        at, line = lines[number]
        quoted = bool(_PREFIX.match(line))
        set_in = bool(_SET_IN.match(line) and line.strip() and not before.strip())
        first = number
        if quoted:
            while number < len(lines) and _PREFIX.match(lines[number][1]):
                number += 1
        elif set_in:
            while number < len(lines) and _SET_IN.match(lines[number][1]) and lines[number][1].strip():
                number += 1
            if number < len(lines) and lines[number][1].strip():
                quoted = set_in = False  # the first line of an ordinary paragraph
        if quoted or set_in:
            end = lines[number - 1][0] + len(lines[number - 1][1])
            yield at, at + len(text[at:end].rstrip())
        number = max(number, first + 1)
        before = lines[number - 1][1]


def _located(text: str, paragraphs: list[str]) -> list[tuple[int, int]]:
    """Where these paragraphs stand in ``text``, in their order; white space does not count."""
    where = [at for at, sign in enumerate(text) if not sign.isspace()]
    bare = "".join(text.split())
    found: list[tuple[int, int]] = []
    at = 0
    for paragraph in paragraphs:
        words = "".join(paragraph.split())
        place = bare.find(words, at) if words else -1
        if place < 0:
            continue
        at = place + len(words)
        start, end = where[place], where[at - 1] + 1
        if found and not text[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], end)  # one quotation over several paragraphs
        else:
            found.append((start, end))
    return found
