"""Views beneath the true text: the same words as they are read and searched, with a map back. Pure.

A document's text is what its file says; print puts things into it that are no part of the words. Three
views take them out, each a little more than the one before:

    view      what it undoes                                                            for
    reading   apparatus, line-end hyphenation, soft hyphens and other characters        what is embedded
              without width, ligatures of print, odd spaces                             and read
    search    also typographic quotation marks and dashes, the long s, full-width       words and quotes
              letters, Unicode composition (NFC), runs of white space                   that are compared
    joined    also hyphens inside words ("re-examine" is "reexamine")                   a last resort

What is folded is chosen one by one, not by NFKC as a whole: "½", "m²", "№" and "™" mean what they say.
Ligatures are those of the presentation forms (ﬁ, ﬆ, Armenian and Arabic ones, which PDF text is full of) and
the letters that Unicode keeps only for older encodings' sake (ĳ, ŉ, ǆ).

A view's text has a true range for each of its ranges (``Folded.true``), so that what is found in a view is
quoted from the text beneath it.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, NamedTuple

from qa.hyphenation import BREAK, HYPHENS, IN_LINE, LINE_END, UNSEEN, Hyphenation

View = Literal["reading", "search", "joined"]

HALF = re.compile("[\ud800-\udfff]")
"""Half a character: it can come out of JSON or a command line, and no encoding can hold it."""


class Gap(NamedTuple):
    """A range of the true text that is no part of the words: apparatus. ``breaks``: a line of print ends
    there, as it does at a page's end and not at a note's marker."""

    start: int
    end: int
    breaks: bool = False


class Edit(NamedTuple):
    """``text[start:end]`` of the true text became ``[at, to)`` of the view; between two edits nothing but
    single characters was exchanged."""

    start: int
    end: int
    at: int
    to: int


@dataclass(frozen=True, slots=True)
class Folded:
    """A view of a text and the way back to it. Offsets into the view and into the true text both count
    code points; both ways keep their order."""

    text: str
    edits: tuple[Edit, ...] = ()
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _ats: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(edit.start for edit in self.edits))
        object.__setattr__(self, "_ats", tuple(edit.at for edit in self.edits))

    def true(self, start: int, end: int) -> tuple[int, int]:
        """The range of the true text that ``self.text[start:end]`` stands for, with what was folded away
        inside it, without what was folded away before and behind it. Half of a ligature is the whole."""
        first = self._true_start(start)
        return (first, first) if start >= end else (first, self._true_end(end))

    def _true_start(self, offset: int) -> int:
        index = bisect.bisect_right(self._ats, offset) - 1
        if index < 0:
            return offset
        edit = self.edits[index]
        return edit.start if offset < edit.to else offset - edit.to + edit.end

    def _true_end(self, offset: int) -> int:
        index = bisect.bisect_right(self._ats, offset - 1) - 1
        if index < 0:
            return offset
        edit = self.edits[index]
        return edit.end if offset <= edit.to else offset - edit.to + edit.end

    def of(self, start: int, end: int) -> tuple[int, int]:
        """The range of the view that the true ``[start, end)`` became; (n, n) where nothing of it is left."""
        index = bisect.bisect_right(self._starts, start) - 1
        edit = self.edits[index] if index >= 0 else None
        if edit is None or start >= edit.end:
            first = start if edit is None else start - edit.end + edit.to
        else:
            first = edit.at
        if start >= end:
            return first, first
        index = bisect.bisect_right(self._starts, end - 1) - 1
        edit = self.edits[index] if index >= 0 else None
        last = end if edit is None else edit.to if end <= edit.end else end - edit.end + edit.to
        return first, max(first, last)

    def find(self, words: str, near: int = 0) -> tuple[int, int] | None:
        """The true range of ``words``, given in the same view, at the place closest to the true offset
        ``near``; None where they do not stand here."""
        words = words.strip()
        if not words:
            return None
        at = self.of(near, near)[0]
        places = (self.text.rfind(words, 0, at + len(words)), self.text.find(words, at))
        found = [place for place in places if place >= 0]
        if not found:
            return None
        place = min(found, key=lambda place: abs(place - at))
        return self.true(place, place + len(words))


def fold(
    text: str,
    view: View = "reading",
    *,
    gaps: Iterable[Gap] = (),
    hyphenation: Hyphenation | None = None,
) -> Folded:
    """``text`` in a view. ``gaps`` are left out; ``hyphenation`` decides on hyphens at line ends where
    ``text`` is a piece of a document, or is compared with one (otherwise the text's own words do). Linear
    in the text's length."""
    filled = _filled(text, gaps)
    edits: Iterable[tuple[int, int, str]] = _others(filled, view)
    if LINE_END.search(filled) is not None:
        decide = hyphenation or Hyphenation(filled)
        ends = decide.line_ends(filled, always_join=view == "joined")
        edits = _merged(ends, edits)
    # Most texts hold nothing to exchange, and to look is many times faster than to translate.
    exchanged = filled.translate(_SAME_WIDTH[view]) if _EXCHANGED[view].search(filled) else filled
    folded = _applied(exchanged, edits)
    if view == "reading" or unicodedata.is_normalized("NFC", folded.text):
        return folded
    return _then(folded, _applied(folded.text, _compositions(folded.text)))


def hyphenation_of(text: str, gaps: Iterable[Gap] = ()) -> Hyphenation:
    """What a document's own words say about the hyphens at its line ends."""
    return Hyphenation(_filled(text, gaps))


def question(text: str) -> str:
    """A question as it is searched: in the search view, without white space around it."""
    return fold(text, "search").text.strip()


def caseless(folded: Folded) -> Folded:
    """A view without the difference between capitals and small letters ("STRASSE" is "straße"), for finding
    words however they are written. Linear in the text's length."""
    text = folded.text
    if len(text.casefold()) != len(text):
        # A few letters become two or three.
        longer = ((m.start(), m.end(), m.group().casefold()) for m in _long_cased().finditer(text))
        folded = _then(folded, _applied(text, longer))
    return Folded(folded.text.casefold(), folded.edits)


@cache
def _long_cased() -> re.Pattern[str]:
    letters = (chr(code) for code in range(0x80, 0xFB18) if len(chr(code).casefold()) > 1)
    return re.compile(f"[{''.join(letters)}]")


# ── what is folded ──────────────────────────────────────────────────────────────────────────────────


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


_SAME_WIDTH = _same_width()

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
_EXCHANGED = {view: re.compile(f"[{''.join(map(chr, table))}]") for view, table in _SAME_WIDTH.items()}
_PATTERNS = {"reading": _READING, "search": _SEARCH, "joined": _JOINED}
_ANY_SPACE = re.compile(r"\s")


def _filled(text: str, gaps: Iterable[Gap]) -> str:
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


def _others(filled: str, view: View) -> Iterator[tuple[int, int, str]]:
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


def _compositions(text: str) -> Iterator[tuple[int, int, str]]:
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


# ── the map ─────────────────────────────────────────────────────────────────────────────────────────


def _merged(
    first: Iterable[tuple[int, int, str]], second: Iterable[tuple[int, int, str]]
) -> Iterator[tuple[int, int, str]]:
    """Both in order; where they overlap, ``first`` has it and of ``second`` nothing is left."""
    waiting = iter(second)
    other = next(waiting, None)
    for edit in first:
        while other is not None and other[1] <= edit[0]:
            yield other
            other = next(waiting, None)
        while other is not None and other[0] < edit[1]:
            other = next(waiting, None)
        yield edit
    while other is not None:
        yield other
        other = next(waiting, None)


def _applied(text: str, changes: Iterable[tuple[int, int, str]]) -> Folded:
    pieces: list[str] = []
    edits: list[Edit] = []
    at = length = 0
    for start, end, words in changes:
        pieces += [text[at:start], words]
        length += start - at
        if end - start != 1 or len(words) != 1:
            edits.append(Edit(start, end, length, length + len(words)))
        length += len(words)
        at = end
    return Folded("".join(pieces) + text[at:] if pieces else text, tuple(edits))


def _then(first: Folded, second: Folded) -> Folded:
    """The view ``second`` of the view ``first`` as a view of the text beneath both. Edits that touch the
    same characters of the middle become one."""
    middle = sorted(
        [(e.at, e.to, 0, e) for e in first.edits] + [(e.start, e.end, 1, e) for e in second.edits]
    )
    edits: list[Edit] = []
    below = above = 0  # from the middle to the true text and to the last view, after the edits so far
    index = 0
    while index < len(middle):
        low, high = middle[index][:2]
        start, at = low + below, low + above
        while True:
            _, to, which, edit = middle[index]
            high = max(high, to)
            if which:
                above = edit.to - edit.end
            else:
                below = edit.end - edit.to
            index += 1
            if index == len(middle) or middle[index][0] >= high:
                break
        edits.append(Edit(start, high + below, at, high + above))
    return Folded(second.text, tuple(edits))
