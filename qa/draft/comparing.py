"""A quotation beside its source, word by word and mark by mark: what differs, and what scholars may change.

What a quotation may do and still be exact: leave words out where it says so ([…], …), put in or exchange
words in brackets ([sic], [the Soviet] Government, [t]he, want[ed]), take other quotation marks inside, end
on the comma or full stop of the sentence around it. All else is an alteration, be it a comma.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from qa.draft.units import Unit, trimmed
from qa.draft.wording import DASH, DOTS, QUOTE, Token, folded
from qa.hyphenation import LINE_END
from qa.types import Document

ChangeKind = Literal[
    "same", "omission", "bracket", "note number", "line end",
    "words", "spelling", "number", "left out", "put in", "punctuation", "capitals",
]  # fmt: skip
ALLOWED = frozenset({"same", "omission", "bracket", "note number", "line end"})

_AROUND_GAP = frozenset({".", ",", ";", ":", DASH, QUOTE})
"""Marks that may be set or left where words are left out or put in."""
ALIKE = 75.0
"""How alike two words must be, of 100, to be one word spelled in two ways."""


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of the comparison: what the draft has, what the source has, and what that is."""

    kind: ChangeKind
    quoted: str
    source: str

    @property
    def allowed(self) -> bool:
        return self.kind in ALLOWED


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of comparing with a row of words and marks of the source, of which ``[first, last)`` are
    the quotation's."""

    changes: tuple[Change, ...]
    first: int
    last: int

    @property
    def wrong(self) -> int:
        """How many stretches are altered."""
        return sum(not change.allowed for change in self.changes)


def compare(
    units: Sequence[Unit],
    source: Sequence[Token],
    before: Sequence[Token],
    behind: Sequence[Token],
    text: str,
    document: Document,
) -> Comparison:
    """A quotation of the draft ``text`` beside words and marks of ``document``; ``before`` and ``behind`` are
    the marks around those. What the source has more at both ends is no part of the comparison."""
    leading, core, trailing = trimmed(units)
    changes: list[Change] = []
    if wrong := _edge(_marks(leading), [t.text for t in before], leads=True):
        changes.append(Change("punctuation", " ".join(wrong), ""))
    blocks, first, last = _blocks(core, source)
    changes += _told(blocks, core, source, text, document)
    end_of_gap = any(unit.kind in ("gap", "bracket") for unit in trailing)
    if not end_of_gap and (wrong := _edge(_marks(trailing), [t.text for t in behind], leads=False)):
        changes.append(Change("punctuation", " ".join(wrong), behind[0].text if behind else ""))
    return Comparison(tuple(changes), first, last)


def _marks(units: Sequence[Unit]) -> list[str]:
    return [unit.text for unit in units if unit.kind == "mark"]


def _edge(ours: Sequence[str], theirs: Sequence[str], *, leads: bool) -> list[str]:
    """Marks at a quotation's beginning or end that the source does not have there."""
    ours = [mark for mark in ours if mark not in (QUOTE, DOTS)]
    theirs = [mark for mark in theirs if mark != QUOTE]
    if leads:
        return [] if not ours or ours == theirs[len(theirs) - len(ours) :] else ours
    if ours == theirs[: len(ours)]:
        return []
    # The sentence around it sets its own comma or full stop inside the marks.
    return ours if ours not in ([","], ["."]) else []


_Block = tuple[bool, int, int, int, int]
"""Whether both are the same; from where to where in the quotation; from where to where in the source."""


def _blocks(core: Sequence[Unit], source: Sequence[Token]) -> tuple[list[_Block], int, int]:
    """The quotation and the source aligned, without what the source has more at its ends; the range of the
    source that is left."""
    ours = folded([unit.text if unit.kind in ("word", "mark") else f"\0{n}" for n, unit in enumerate(core)])
    theirs = folded([token.text for token in source])
    blocks: list[_Block] = []
    for op in Levenshtein.opcodes(ours, theirs):
        block = (op.tag == "equal", op.src_start, op.src_end, op.dest_start, op.dest_end)
        if blocks and not blocks[-1][0] and not block[0]:
            blocks[-1] = (False, blocks[-1][1], block[2], blocks[-1][3], block[4])
        else:
            blocks.append(block)
    first, last = 0, len(source)
    if blocks and blocks[0][1] == blocks[0][2]:
        first = blocks.pop(0)[4]
    if blocks and blocks[-1][1] == blocks[-1][2]:
        last = blocks.pop()[3]
    return blocks, first, max(first, last)


def _told(
    blocks: Sequence[_Block], core: Sequence[Unit], source: Sequence[Token], text: str, document: Document
) -> Iterator[Change]:
    for equal, a, b, c, d in blocks:
        if equal:
            yield from _same(core[a:b], source[c:d], text, document)
        else:
            kind = _kind(core[a:b], source[c:d], source, (c, d), document)
            yield _change(kind, core[a:b], source[c:d], text, document)


def _same(ours: Sequence[Unit], theirs: Sequence[Token], text: str, document: Document) -> Iterator[Change]:
    begin = 0
    for at, (unit, token) in enumerate(zip(ours, theirs, strict=True)):
        if unit.text != token.text and not (unit.loose and unit.text[1:] == token.text[1:]):
            if at > begin:
                yield _change("same", ours[begin:at], theirs[begin:at], text, document)
            yield _change("capitals", ours[at : at + 1], theirs[at : at + 1], text, document)
            begin = at + 1
    if begin < len(ours):
        yield _change("same", ours[begin:], theirs[begin:], text, document)


def _kind(
    ours: Sequence[Unit],
    theirs: Sequence[Token],
    source: Sequence[Token],
    place: tuple[int, int],
    document: Document,
) -> ChangeKind:
    signs = [unit for unit in ours if unit.kind in ("gap", "bracket")]
    plain = [unit for unit in ours if unit.kind in ("word", "mark")]
    left = [token for token in theirs if token.is_word]
    if signs:
        marks = {token.text for token in theirs if not token.is_word} | _AROUND_GAP
        limit = sum(unit.limit for unit in signs)
        if all(unit.kind == "mark" and unit.text in marks for unit in plain) and len(left) <= limit:
            return "omission" if any(unit.kind == "gap" for unit in signs) else "bracket"
    words = [unit for unit in plain if unit.kind == "word"]
    if _line_end(plain, theirs, source, place, document):
        return "line end"
    if not left and len(words) == len(plain) == 1 and _is_note_number(words[0], source, place, document):
        return "note number"
    if not words and not left:
        return "punctuation"
    if not words:
        return "left out"
    if not left:
        return "put in"
    if len(words) == len(left):
        pairs = list(zip(folded([u.text for u in words]), folded([t.text for t in left]), strict=True))
        if all(a.isdecimal() and b.isdecimal() for a, b in pairs):
            return "number"
        if all(a == b or fuzz.ratio(a, b) >= ALIKE for a, b in pairs):
            return "spelling"
    joined = ["".join(folded([one.text for one in side])) for side in (words, left)]
    return "spelling" if joined[0] == joined[1] else "words"


def _line_end(
    ours: Sequence[Unit],
    theirs: Sequence[Token],
    source: Sequence[Token],
    place: tuple[int, int],
    document: Document,
) -> bool:
    """Whether the two differ in a hyphen alone, at a line's end of the source, which print leaves open."""
    mine = [unit.text for unit in ours]
    other = [token.text for token in theirs]
    without = ["".join(folded([text for text in side if text != DASH])) for side in (mine, other)]
    if without[0] != without[1] or (not without[0] and {*mine, *other} != {DASH}):
        return False
    first, last = max(0, place[0] - 1), min(len(source), place[1] + 1)
    between = document.text[source[first].start : source[last - 1].end] if last > first else ""
    return LINE_END.search(between) is not None


def _is_note_number(word: Unit, source: Sequence[Token], place: tuple[int, int], document: Document) -> bool:
    """Whether the draft copied the number of a note that has its marker just here."""
    first = source[place[0] - 1].end if place[0] else 0
    last = source[place[1]].start if place[1] < len(source) else len(document.text)
    return any(
        mark.kind == "marker" and mark.label == word.text and first <= mark.start and mark.end <= last
        for mark in document.marks
    )


def _change(
    kind: ChangeKind, ours: Sequence[Unit], theirs: Sequence[Token], text: str, document: Document
) -> Change:
    return Change(kind, said(ours, text), said(theirs, document.text))


def said(parts: Sequence[Unit] | Sequence[Token], text: str) -> str:
    """Words and marks as they are printed in ``text``, on one line."""
    made: list[str] = []
    end = -1
    for part in parts:
        if end >= 0 and re.search(r"\s", text[end : part.start]):
            made.append(" ")
        is_word = part.is_word if isinstance(part, Token) else part.kind == "word" and not part.loose
        made.append(part.text if is_word else " ".join(text[part.start : part.end].split()))
        end = part.end
    return "".join(made)


_CLOSE_UP = re.compile(r"[,.;:!?)\]”’…]")


def joined(parts: Iterable[tuple[str, str]]) -> str:
    """Pieces, each with what it is written as, in one line: a mark stands close to the word before it."""
    made = ""
    for text, written in parts:
        if text:
            made += written if not made or _CLOSE_UP.match(text) else f" {written}"
    return made


def kinds(changes: Sequence[Change]) -> tuple[str, ...]:
    """What was done to the words, in short; "order" where the same words stand otherwise."""
    found = [change.kind for change in changes if not change.allowed]
    ours: Counter[str] = Counter()
    theirs: Counter[str] = Counter()
    for change in changes:
        if change.kind in ("words", "left out", "put in", "spelling"):
            ours.update(change.quoted.casefold().split())
            theirs.update(change.source.casefold().split())
    if ours and ours == theirs:
        return "order", *(kind for kind in dict.fromkeys(found) if kind in ("punctuation", "capitals"))
    return tuple(dict.fromkeys(found))


def longest_same(changes: Sequence[Change]) -> int:
    """The most words in a row that are the source's."""
    return max(
        (len(re.findall(r"\w+", change.quoted)) for change in changes if change.kind == "same"), default=0
    )


def same_words(changes: Sequence[Change]) -> int:
    """How many words of the quotation stand in the source as they are, or in another case or spelling."""
    return sum(
        len(re.findall(r"\w+", change.quoted))
        for change in changes
        if change.kind in ("same", "capitals", "line end", "spelling")
    )
