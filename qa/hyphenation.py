"""Hyphens at the ends of lines: which belong to the word and which only to the line. Pure.

"inter-⏎national" is one word, "Anglo-⏎American" is two with a hyphen, and print does not say which. What the
document writes elsewhere decides ("international" or "inter-national"); where it writes neither, capitals,
a few first and second parts, and whether both parts are words of their own. Measured by breaking words of
900 documents of the archive at line ends, with the rest of their document as evidence: 99.9 % of 26,576 plain
words are joined again, 7 in 10 of 1,771 compounds keep their hyphen (joining all of them: 99.9 % and 56 %).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

IN_LINE, BREAK = "\ufdd0", "\ufdd1"
"""What stands in a text for a character of apparatus, inside a line or at a line's end: noncharacters,
which Unicode keeps free for such use within a program."""

HYPHENS = "-\u2010"
UNSEEN = "\u00ad\u200b\u2060\ufeff"
"""Soft hyphen, space without width, word joiner, byte order mark: no reader sees them."""

_DISCRETIONARY = "\u00ad¬"
"""At a line's end a hyphen that nobody typed; "¬" is how OCR programs write it."""

_SPACES = rf"[ \t\u00a0\u2000-\u200a\u202f\u3000{IN_LINE}{UNSEEN}]*+"
_NEW_LINE = r"(?:(?:\r\n|[\n\r\x0b\x85\u2028\u2029])\x0c?|\x0c)"
_HYPHEN = f"[{HYPHENS}{_DISCRETIONARY}]"
# The hyphen first, and what stands before it looked at from behind: a search goes from hyphen to hyphen.
LINE_END = re.compile(
    rf"(?P<hyphen>{_HYPHEN})"
    rf"(?:(?<=[^\W_]{_HYPHEN})|(?<=[\u0300-\u036f]{_HYPHEN})|(?<=[^\W_]\.{_HYPHEN}))[{UNSEEN}{IN_LINE}]*+"
    rf"(?:[\s{IN_LINE}{UNSEEN}]*+{BREAK}[\s{IN_LINE}{BREAK}{UNSEEN}]*+|{_SPACES}{_NEW_LINE}{_SPACES})"
    rf"(?=[^\W_])"
)
"""A hyphen behind a letter, digit or abbreviation, with a line's end and a letter or digit behind it. A blank
line ends more than a line, unless it stands beside a page's end."""

_LETTERS = re.compile(r"[^\W\d_]+")
_LAST_LETTERS = re.compile(r"[^\W\d_]+\Z")
_WORD = re.compile(rf"(?<![^\W\d_])[^\W\d_]++(?:[{HYPHENS}\u2011][^\W\d_]++)*+")
_BROKEN = re.compile(rf"(?<![^\W\d_])[^\W\d_]++{LINE_END.pattern}[^\W\d_]++")

REACH = 64
"""Letters looked at on each side of a hyphen."""

_SUSPENDED = re.compile(
    rf"(?:(?:and|or|nor|to)\s+[^\W\d_]+[{HYPHENS}\u2011][^\W\d_]|(?:und|oder|bis|и|или)\s)"
)
"""What follows a hyphen that stands for a word to come: "pre- and post-war", "Vor- und Nachteile"."""

_FIRST = frozenset(
    "self non semi quasi vice aide well half twenty thirty forty fifty sixty seventy eighty ninety".split()
)
_SECOND = frozenset("called known term range level scale reaching mentioned language standing wide".split())
_ONE_WORD = frozenset({"Mc", "Mac"})
OWN_WORD = 4
"""Letters from which a part that is a word elsewhere counts: "to-ward" and "can-not" are no compounds."""


class Hyphenation:
    """Decides for one document. ``text`` has its apparatus as IN_LINE and BREAK."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _words(self) -> Counter[str]:
        """The document's words without those that are broken at line ends. Only made where it is asked."""
        whole = _BROKEN.sub(" ", self._text).translate(dict.fromkeys(map(ord, UNSEEN)))
        found = _WORD.findall(unicodedata.normalize("NFKC", whole))
        return Counter(word.casefold().replace("\u2010", "-") for word in found)

    def joins(self, before: str, behind: str) -> bool:
        """Whether two parts of a word are written as one, without a hyphen between them."""
        shouted = before.isupper() and behind.isupper() and len(behind) > 1
        if behind[0].isupper() and not shouted:
            return before in _ONE_WORD
        one, other = before.casefold(), behind.casefold()
        joined, apart = self._words[one + other], self._words[f"{one}-{other}"]
        if joined or apart:
            return joined >= apart
        # "re-called" and "ar-range" are one word, "so-called" is two.
        if one in _FIRST or (other in _SECOND and (len(one) > 2 or one == "so")):
            return False
        return not (min(len(one), len(other)) >= OWN_WORD and self._words[one] and self._words[other])

    def line_ends(self, text: str, *, always_join: bool = False) -> Iterator[tuple[int, int, str]]:
        """The hyphens at line ends of ``text`` (this document's, a piece of it, or a quote that is looked for
        in it), as (start, end, replacement)."""
        for match in LINE_END.finditer(text):
            start, end = match.span()
            last = _LAST_LETTERS.search(unicodedata.normalize("NFKC", text[max(0, start - REACH) : start]))
            first = _LETTERS.match(unicodedata.normalize("NFKC", text[end : end + REACH]))
            if last is None or first is None:
                yield self._kept(match)  # a number goes on: "1955-⏎57"
                continue
            before, behind = last.group(), first.group()
            seen = match["hyphen"] in HYPHENS
            if always_join:
                yield start, end, ""
            elif self.joins(before, behind):
                if not (seen and _SUSPENDED.match(text, end)):
                    yield start, end, ""
            else:
                yield self._kept(match)

    @staticmethod
    def _kept(match: re.Match[str]) -> tuple[int, int, str]:
        if match["hyphen"] in HYPHENS:
            return match.end("hyphen"), match.end(), ""
        return match.start(), match.end(), "-"
