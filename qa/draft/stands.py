"""A stretch of source that words of a quotation are from, and the two side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.draft.comparing import (
    Comparison,
    compare,
    said,
)
from qa.draft.corpus import Corpus
from qa.draft.units import Unit
from qa.draft.wording import Token


@dataclass(frozen=True, slots=True)
class Stand:
    """A stretch of source, words ``[at, to)`` of the corpus, that words ``[first, last)`` of a quotation are
    from: ``document.text[start:end]``."""

    stream: int
    at: int
    to: int
    first: int
    last: int
    start: int
    end: int


def stand_at(corpus: Corpus, at: int, to: int, first: int, last: int) -> Stand:
    """Words ``[at, to)`` of the corpus as what words ``[first, last)`` of a quotation are from."""
    stream = corpus.stream(at)
    begin, _ = corpus.bounds(stream)
    tokens, where = corpus.tokens(stream)
    start, end = tokens[where[at - begin]].start, tokens[where[to - begin - 1]].end
    return Stand(stream, at, to, first, last, start, end)


def compared_with(corpus: Corpus, units: Sequence[Unit], stand: Stand, text: str) -> Comparison:
    """A quotation of the draft ``text`` beside where it stands."""
    source, before, behind = tokens_of(corpus, stand)
    return compare(units, source, before, behind, text, corpus.worded(stand.stream).document)


def tokens_of(corpus: Corpus, stand: Stand) -> tuple[list[Token], list[Token], list[Token]]:
    """The words and marks of a stand, the marks right before it and right behind it."""
    tokens, where = corpus.tokens(stand.stream)
    begin, _ = corpus.bounds(stand.stream)
    first, last = where[stand.at - begin], where[stand.to - begin - 1]
    before = where[stand.at - begin - 1] + 1 if stand.at > begin else 0
    behind = where[stand.to - begin] if stand.to - begin < len(where) else len(tokens)
    return tokens[first : last + 1], tokens[before:first], tokens[last + 1 : behind]


def words_of(corpus: Corpus, stand: Stand) -> str:
    """The words and marks of a stand as they are printed, on one line."""
    return said(tokens_of(corpus, stand)[0], corpus.worded(stand.stream).document.text)
