"""Documents drawn whole."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from qa.page.beside import document, known
from qa.page.beside.parts import cuts
from qa.page.texts import words
from qa.types import Document

ENGLISH = words("en")


def body(
    shown: Document,
    lit: Sequence[tuple[int, int]] = (),
    phrases: Sequence[tuple[int, int]] = (),
    opened: int = 0,
    size: int = 1_000_000,
) -> str:
    """A whole document, drawn part by part."""
    return "".join(
        document.text(shown, first, last, lit, phrases, opened) for first, last in pairwise(cuts(shown, size))
    )


def header(shown: Document) -> str:
    return known.header(shown, "", "", ENGLISH)
