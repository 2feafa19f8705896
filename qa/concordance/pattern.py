"""The words that are looked for → a pattern for texts in the caseless search view. Pure.

A phrase is found to the letter, but for what print puts into words or takes for the same (see
qa.folding): capitals, the shapes of quotation marks and dashes, line ends and their hyphens, page marks and
notes' markers.
``*`` stands for any letters and digits of one word, alone for one word.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from qa.errors import UsageError
from qa.folding import caseless, fold

LONGEST = 300
"""Characters that can be looked for at most."""

STARS = 4
"""Stars in one word at most: each multiplies the ways to read a long word."""

LONGEST_RUN = 200
"""Letters that a star stands for at most: what is longer is no word (a key, a picture in letters)."""

Wider = Callable[[str], Iterable[str]]
"""Other forms of one word, in the caseless search view."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is looked for, ready to be found. ``needles``: of each of these sets at least one text stands in
    whatever the pattern is found in. ``is_phrase``: it is of several words. ``forms``
    are the words found for each that was asked for, itself the first, where there are others."""

    regex: re.Pattern[str]
    needles: tuple[frozenset[str], ...]
    is_phrase: bool
    forms: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where it stands in a text (caseless search view), overlapping places too."""
        for needle in self.needles:
            if not any(one in text for one in needle):
                return []
        return [match.span(1) for match in self.regex.finditer(text)]


def folded(words: str) -> str:
    """Words as they are looked for and looked through."""
    return caseless(fold(words, "search")).text.strip()


def pattern(words: str, *, whole: bool = True, wider: Wider | None = None) -> Pattern:
    """The pattern of ``words``; quotation marks around all of them are not looked for. ``whole``: they stand
    for themselves and not for parts of longer words. ``wider`` gives other forms of a word, which are found
    as well; a word with a star has none. Raises UsageError."""
    text = folded(words)
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    if not text.strip("* "):
        raise UsageError("Nothing to look for. Give a word or a phrase.")
    if len(text) > LONGEST:
        raise UsageError(
            f"{len(text):,} characters are more than can be looked for; give {LONGEST} or fewer, the "
            "beginning of a sentence for instance."
        )
    if not whole:
        # At the edges of a part of a word any letters follow anyway.
        text = text.strip("* ")
    chunks, needles, forms = [], [], []
    for chunk in text.split():
        made = _chunk(chunk, wider)
        chunks.append(made.regex)
        needles += [made.needle] if made.needle else []
        if len(made.forms) > 1:
            forms.append((made.core, made.forms))
    regex = " ".join(chunks)
    begins = whole and (_is_letter(text[0]) or text[0] == "*")
    ends = whole and (_is_letter(text[-1]) or text[-1] == "*")
    # Looked at from in front of it, a place does not hide another that begins inside it.
    regex = f"{_not_behind() if begins else ''}(?=({regex}{_not_before() if ends else ''}))"
    return Pattern(re.compile(regex), tuple(needles), len(chunks) > 1, tuple(forms))


def simple_words(text: str) -> list[str]:
    """The runs of letters and digits of a text."""
    # Most texts have no marks to look for, and are looked through many times faster then.
    return (_PLAIN if text.isascii() else _simple_pattern()).findall(text)


def compounds(text: str) -> list[str]:
    """The words of a text with the hyphens and apostrophes inside them."""
    return (_PLAIN_COMPOUND if text.isascii() else _compound_pattern()).findall(text)


_PLAIN = re.compile(r"[^\W_]+", re.ASCII)
_PLAIN_COMPOUND = re.compile(r"[^\W_]+(?:['-][^\W_]+)*", re.ASCII)


def _starred(parts: list[str]) -> str:
    """The parts with any letters between them. Each but the last is taken where it first comes, for good:
    what a later place allows an earlier one does too, and trying them all would take for ever."""
    first, *middle, last = map(re.escape, parts)
    run = f"(?:{_letter()}){{0,{LONGEST_RUN}}}"
    inside = "".join(f"(?>{run}?{part})" for part in middle if part)
    return f"{first}{inside}{run}{last or '+'}"


@dataclass(frozen=True, slots=True)
class _Chunk:
    regex: str
    needle: frozenset[str]
    core: str = ""
    forms: tuple[str, ...] = ()


def _chunk(chunk: str, wider: Wider | None) -> _Chunk:
    """What stands between two spaces."""
    if chunk == "*":
        return _Chunk(_compound(), frozenset())
    if "*" in chunk:
        if chunk.count("*") > STARS:
            raise UsageError(f"{chunk} has more than {STARS} stars; leave some out.")
        parts = chunk.split("*")
        longest = max(parts, key=len)
        return _Chunk(_starred(parts), frozenset({longest} if longest else ()))
    match = re.fullmatch(rf"((?:(?!{_letter()}).)*)(.*?)((?:(?!{_letter()}).)*)", chunk, re.DOTALL)
    assert match is not None
    before, core, behind = match.groups()
    found = {core, *map(folded, wider(core))} if wider and core else {core}
    forms = tuple(sorted(found - {core}, key=lambda form: (-len(form), form)))
    # The longest first: of "weapon" and "weapons" at one place the whole word is found.
    every = sorted(found, key=lambda form: (-len(form), form))
    regex = "|".join(map(re.escape, every))
    if len(every) > 1:
        regex = f"(?:{regex})"
    needle = frozenset(f"{before}{form}{behind}" for form in every)
    return _Chunk(re.escape(before) + regex + re.escape(behind), needle, core, (core, *sorted(forms)))


# ── letters ─────────────────────────────────────────────────────────────────────────────────────────


@cache
def _marks() -> str:
    """Marks that are written on or beside letters, as ranges of a class: no letters to ``re``, but parts of
    words (Hindi vowels, accents that no letter has by itself)."""
    codes = (code for code in range(0x300, sys.maxunicode) if unicodedata.category(chr(code))[0] == "M")
    ranges = []
    for _, run in groupby(enumerate(codes), key=lambda pair: pair[1] - pair[0]):
        members = [code for _, code in run]
        ranges.append(f"{chr(members[0])}-{chr(members[-1])}")
    return "".join(ranges)


@cache
def _letter() -> str:
    """A letter, digit or mark; "_" is none, since it sets words in plain text."""
    return rf"[^\W_]|[{_marks()}]"


def _is_letter(character: str) -> bool:
    return re.fullmatch(_letter(), character) is not None


@cache
def _compound() -> str:
    word = f"(?:{_letter()})+"
    return f"{word}(?:['-]{word})*"


@cache
def _simple_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?:{_letter()})+")


@cache
def _compound_pattern() -> re.Pattern[str]:
    return re.compile(_compound())


def _not_behind() -> str:
    return rf"(?<![^\W_])(?<![{_marks()}])"


def _not_before() -> str:
    return f"(?!{_letter()})"
