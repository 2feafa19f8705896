"""What was read of a passage, and what may be quoted of it."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.folding import Folded
from qa.splitting import Sentence, sentences_within
from qa.types import ScoredPassage, Voice

if TYPE_CHECKING:
    from qa.evidence.model import Finding


FOLLOWING = 2
"""Sentences that a quote takes along where it ends with a colon, and so announces what answers; so many
behind a passage are kept with it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence that may answer: ``row`` is its passage's place in the ranking, ``column`` its place
    in the passage."""

    row: int
    column: int
    document: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Selection:
    """A quote before it is cited: ``text[start:end]`` of a document. ``features`` are those of its best
    sentence; ``row`` its passage's place in the ranking; ``also`` places of the same words."""

    document: str
    start: int
    end: int
    voice: Voice
    score: float
    row: int
    features: NDArray[np.float32]
    phrase: tuple[int, int] | None
    also: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """One passage that was read: its text in its document's reading view, which begins at ``at`` there; its
    sentences, and where in ``text`` each of them stands; what the evidence model found (None where it is
    missing); the sentences that follow it in its document, FOLLOWING at most."""

    scored: ScoredPassage
    text: str
    sentences: tuple[Sentence, ...]
    places: tuple[tuple[int, int], ...]
    view: Folded
    at: int
    finding: Finding | None = None
    following: tuple[Sentence, ...] = ()

    def sentence(self, column: int) -> str:
        """The words of one of its sentences, as they are read."""
        first, last = self.places[column]
        return self.text[first:last]

    def true(self, start: int, end: int) -> tuple[int, int]:
        """The range of the document's true text that ``text[start:end]`` stands for."""
        return self.view.true(self.at + start, self.at + end)


def prepare(scored: ScoredPassage, view: Folded, sentences: Sequence[Sentence]) -> Read:
    """A passage ready to be read: ``view`` is its document's reading view, ``sentences`` its document's."""
    passage = scored.passage
    inside = tuple(sentences_within(sentences, passage.start, passage.end))
    start, end = view.of(passage.start, passage.end)
    places = ((first - start, last - start) for first, last in (view.of(s.start, s.end) for s in inside))
    behind = bisect.bisect_left(sentences, passage.end, key=lambda sentence: sentence.start)
    following = tuple(sentences[behind : behind + FOLLOWING])
    return Read(scored, view.text[start:end], inside, tuple(places), view, start, following=following)
