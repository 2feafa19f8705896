"""A quotation in a draft, and what is printed as its citation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal["note", "brackets", "after", "before"]


@dataclass(frozen=True, slots=True)
class Printed:
    """What a draft prints as a citation: ``text`` on one line; ``where`` it stands; ``note`` is the number of
    the note. ``standing`` is its offset in the draft, by which "ibid." knows what came before."""

    text: str
    where: Where
    standing: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation in a draft: ``text[start:end]`` of it, without the marks around. ``citations`` are what may
    say where it is from, the likeliest first. ``paragraph`` and ``line`` count from 1 (line: 0 where the file
    has none); ``heading`` stands over it; ``note`` is the number of the note that it stands in."""

    number: int
    text: str
    start: int
    end: int
    kind: Literal["marks", "block"]
    paragraph: int
    line: int
    heading: str = ""
    note: str = ""
    citations: tuple[Printed, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """``unclosed`` are the offsets of opening marks that nothing closes."""

    quotations: tuple[Quotation, ...]
    unclosed: tuple[int, ...]
