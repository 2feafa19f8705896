"""Text with the few kinds of type that citation styles use: italics, bold, small capitals, raised, lowered.

While a style renders, a kind begins and ends with a sign of its own (noncharacters of Unicode, which no text
may hold), so that everything else treats it as plain text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Type = Literal["italic", "bold", "small-caps", "sup", "sub"]

_KINDS: tuple[Type, ...] = ("italic", "bold", "small-caps", "sup", "sub")
_BEGIN = dict(zip("\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4", _KINDS, strict=True))
_END = dict(zip("\ufdd8\ufdd9\ufdda\ufddb\ufddc", _KINDS, strict=True))
MARKS = "".join((*_BEGIN, *_END))
"""All the signs, for use in a regular expression's brackets."""

NOT_TEXT = re.compile("[\ufdd0-\ufdef]")
"""What may not stand in an item: it would be taken for one of the signs."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one kind of type."""

    text: str
    types: frozenset[Type] = frozenset()


class Formatter:
    """What citeproc-py wants of an output format."""

    preformat = staticmethod(str)

    @staticmethod
    def _kind(kind: int, text: object) -> str:
        return f"{tuple(_BEGIN)[kind]}{text}{tuple(_END)[kind]}"

    @staticmethod
    def Italic(text: object) -> str:  # noqa: N802 (citeproc-py's names)
        return Formatter._kind(0, text)

    Oblique = Italic

    @staticmethod
    def Bold(text: object) -> str:  # noqa: N802
        return Formatter._kind(1, text)

    @staticmethod
    def SmallCaps(text: object) -> str:  # noqa: N802
        return Formatter._kind(2, text)

    @staticmethod
    def Superscript(text: object) -> str:  # noqa: N802
        return Formatter._kind(3, text)

    @staticmethod
    def Subscript(text: object) -> str:  # noqa: N802
        return Formatter._kind(4, text)

    Light = Underline = preformat


def plain(marked: str) -> str:
    """The text alone."""
    return NOT_TEXT.sub("", marked)


def runs(marked: str) -> tuple[Run, ...]:
    """The text in its kinds of type; joined, the runs are ``plain(marked)``."""
    made: list[Run] = []
    depth = dict.fromkeys(_KINDS, 0)
    for piece in re.split(f"([{MARKS}])", marked):
        if piece in _BEGIN:
            depth[_BEGIN[piece]] += 1
        elif piece in _END:
            depth[_END[piece]] -= 1
        elif piece:
            types = frozenset(kind for kind in _KINDS if depth[kind] > 0)
            # Italics within italics stand upright.
            if depth["italic"] == 2:
                types -= {"italic"}
            made.append(Run(NOT_TEXT.sub("", piece), types))
    return tuple(made)
