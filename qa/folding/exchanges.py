"""What a view exchanges: which characters, for what, and what is left out. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from qa.hyphenation import BREAK, HYPHENS, IN_LINE, UNSEEN

View = Literal["reading", "search", "joined"]

HALF = re.compile("[\ud800-\udfff]")
"""Half a character: it can come out of JSON or a command line, and no encoding can hold it."""


class Gap(NamedTuple):
    """A range of the true text that is no part of the words: apparatus. ``breaks``: a line of print ends
    there, as it does at a page's end and not at a note's marker."""

    start: int
    end: int
    breaks: bool = False


def _same_width() -> dict[View, dict[int, str]]:
    spaces = [0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000]
    reading = {**dict.fromkeys(spaces, " "), **dict.fromkeys((0x85, 0x2028, 0x2029), "\n")}
    reading |= {0x2010: "-", 0x2011: "-"}
    search = reading | {
        **dict.fromkeys((0x85, 0x2028, 0x2029), " "),
        **dict.fromkeys(map(ord, "‘’‚‛′ʼʹ´‹›"), "'"),
        **dict.fromkeys(map(ord, "“”„‟″«»"), '"'),
        **dict.fromkeys(map(ord, "‒–—―−﹘﹣－"), "-"),
        0x17F: "s",
    }
    for code in (*range(0xFF01, 0xFF5F), *range(0xFF61, 0xFFDD)):  # full- and half-width letters
        wide = unicodedata.normalize("NFKC", chr(code))
        if len(wide) == 1 and unicodedata.category(chr(code)) != "Cn":
            search.setdefault(code, wide)
    return {"reading": reading, "search": search, "joined": search}


SAME_WIDTH = _same_width()
"""Characters that are exchanged for one other, so that no offset moves: code point → character, by view."""

_LIGATURES = {
    chr(code): unicodedata.normalize("NFKC", chr(code))
    for code in (
        *(0x132, 0x133, 0x149, *range(0x1C4, 0x1CD), *range(0x1F1, 0x1F4)),
        *(*range(0xFB00, 0xFB07), *range(0xFB13, 0xFB18)),
        *(*range(0xFB50, 0xFDD0), *range(0xFDF0, 0xFDFD), *range(0xFE70, 0xFEFD)),
    )
    # Signs, and letters whose form would bring a space (spacing Arabic vowels), stay.
    if unicodedata.category(chr(code)).startswith("L") and " " not in unicodedata.normalize("NFKC", chr(code))
}

# Bidirectional controls, and joiners in the scripts that need them, are kept for reading.
_INVISIBLE = f"[{UNSEEN}]|(?<=[A-Za-z\u00aa-\u052f])[\u200c\u200d]"
_IGNORED = "\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\u00ad"
_LIGATURE = f"[{''.join(sorted(_LIGATURES))}]"
_SOMETHING = {
    "reading": re.compile(f"[{IN_LINE}{BREAK}{UNSEEN}\u200c\u200d{''.join(sorted(_LIGATURES))}]"),
    "search": re.compile(""),
    "joined": re.compile(""),
}
_READING = re.compile(f"(?:[{IN_LINE}{BREAK}]|{_INVISIBLE})+|{_LIGATURE}")
_SEARCH = re.compile(
    rf"[\s{IN_LINE}{BREAK}{_IGNORED}]{{2,}}|[\n\t\r\f\v{IN_LINE}{BREAK}{_IGNORED}]|…|{_LIGATURE}"
)
_JOINED = re.compile(rf"(?<=[^\W\d_])[{HYPHENS}‑‒–](?=[^\W\d_])|{_SEARCH.pattern}")
EXCHANGED = {view: re.compile(f"[{''.join(map(chr, table))}]") for view, table in SAME_WIDTH.items()}
"""Whether a text holds any of them."""
_PATTERNS = {"reading": _READING, "search": _SEARCH, "joined": _JOINED}
_ANY_SPACE = re.compile(r"\s")


def without_gaps(text: str, gaps: Iterable[Gap]) -> str:
    """The text with each gap's characters as IN_LINE or BREAK, which are no characters of any text. White
    space at a gap's edges stays: what parts two words goes on parting them."""
    pieces: list[str] = []
    at = 0
    for gap in gaps:
        start, end = max(gap.start, at), gap.end
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end > start:
            pieces += [text[at:start], (BREAK if gap.breaks else IN_LINE) * (end - start)]
            at = end
    return "".join(pieces) + text[at:] if pieces else text


def exchanges(filled: str, view: View) -> Iterator[tuple[int, int, str]]:
    """Everything but line ends, as (start, end, replacement)."""
    if _SOMETHING[view].search(filled) is None:
        return
    for match in _PATTERNS[view].finditer(filled):
        words = match.group()
        if words in _LIGATURES:
            yield match.start(), match.end(), _LIGATURES[words]
        elif words == "…":
            yield match.start(), match.end(), "..."
        else:
            spaced = view != "reading" and _ANY_SPACE.search(words) is not None
            yield match.start(), match.end(), " " if spaced else ""


def compositions(text: str) -> Iterator[tuple[int, int, str]]:
    """Each letter with the marks that follow it, composed. Nothing below U+0300 ever composes with what
    stands before it."""
    for match in re.finditer(".?[\u0300-\U0010ffff]+", text, re.DOTALL):
        start = match.start()
        for at in range(start + 1, match.end() + 1):
            if at == match.end() or not _may_compose(text[at]):
                composed = unicodedata.normalize("NFC", text[start:at])
                if composed != text[start:at]:
                    yield start, at, composed
                start = at


def _may_compose(character: str) -> bool:
    """Whether a character may become one with those before it: marks, and the later letters of a Korean
    syllable."""
    return (
        unicodedata.category(character).startswith("M")
        or "\u1160" <= character <= "\u11ff"
        or unicodedata.combining(character) > 0
    )
