"""How two wordings differ, and where in a text something like the first stands. Pure."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

_NEAR = 0.5
"""At least this share of a quote's words must stand together for a place to be called nearest to it."""

_WORD = re.compile(r"\w+")

_FEW_PAIRS = 90_000
"""Words of one times words of the other up to which the longest runs are looked for."""

_Piece = tuple[str, int, int, int, int]
"""Whether it is "equal"; from where to where in the one, from where to where in the other."""

_FEW = 0.1
"""A tenth of its characters, and one in any case, may differ where words were changed in their place."""


def nearly(words: str, others: str) -> bool:
    """Whether ``others`` are the same words but for a letter here and there."""
    few = max(1, len(words) * _FEW)
    if (Counter(words) - Counter(others)).total() > few:
        return False
    return len(words) - LCSseq.similarity(words, others) <= few


def substituted(words: str, others: str) -> bool:
    """Whether a few characters stand for others and nothing was put in or taken out."""
    few = max(1, len(words) * _FEW)
    return len(words) == len(others) and sum(a != b for a, b in zip(words, others, strict=True)) <= few


def closest(text: str, words: str, start: int) -> int | None:
    """Where ``words`` stand in ``text`` to the letter, the place closest to ``start``."""
    if not words.strip():
        return None
    before, after = text.rfind(words, 0, max(start, 0) + len(words)), text.find(words, max(start, 0))
    places = [at for at in (before, after) if at >= 0]
    return min(places, key=lambda at: abs(at - start)) if places else None


@dataclass(frozen=True, slots=True)
class Worded:
    """A text and its words, made once for all that is looked for in it: where each begins and ends
    (``spans``, two rows), the number of each that is different (``known``, capitals apart), and the places of
    word n among all: ``order[bounds[n] : bounds[n + 1]]``, ascending."""

    text: str
    spans: NDArray[np.int64]
    known: Mapping[str, int]
    order: NDArray[np.int64]
    bounds: NDArray[np.int64]

    @property
    def size(self) -> int:
        """How many words it has."""
        return len(self.order)


def worded(text: str) -> Worded:
    """A text ready to be looked into. Linear in its length."""
    known: dict[str, int] = {}
    ids: list[int] = []
    spans: list[int] = []
    for match in _WORD.finditer(text):
        ids.append(known.setdefault(match[0].casefold(), len(known)))
        spans += match.span()
    numbers = np.array(ids, np.int64)
    order = np.argsort(numbers, kind="stable")
    bounds = np.searchsorted(numbers[order], np.arange(len(known) + 1))
    return Worded(text, np.array(spans, np.int64).reshape(-1, 2).T, known, order, bounds)


def nearest(within: Worded, words: str) -> tuple[int, int] | None:
    """The run of the text that shares the most words with ``words``, cut to begin and end with shared ones;
    None where less than half of them stand together."""
    looked_for = [word.casefold() for word in _WORD.findall(words)]
    size = len(looked_for)
    # Half as long again as the quote, for words put in.
    width = size + size // 2
    shared = _shared(within, Counter(looked_for), width)
    if not size or not len(shared) or shared[best := int(np.argmax(shared))] < _NEAR * size:
        return None
    starts, ends = within.spans[:, max(0, best - width + 1) : best + 1].tolist()
    here = [within.text[start:end].casefold() for start, end in zip(starts, ends, strict=True)]
    same = [piece for piece in _pieces(here, looked_for) if piece[0] == "equal"]
    first, end = starts[same[0][1]], ends[same[-1][2] - 1]
    while end < len(within.text) and not within.text[end].isspace() and not within.text[end].isalnum():
        end += 1
    return first, end


def _shared(within: Worded, wanted: Mapping[str, int], width: int) -> NDArray[np.int64]:
    """For each word of the text, how many of the ``wanted`` (each so many times) are among the ``width``
    words that end with it."""
    begins, ends = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for word, times in wanted.items():
        if (number := within.known.get(word)) is None:
            continue
        places = within.order[within.bounds[number] : within.bounds[number + 1]]
        # A place counts until it is left behind, or until so many of its kind have come after it.
        left = np.minimum(places + width, within.size)
        left[:-times] = np.minimum(left[:-times], places[times:])
        begins.append(places)
        ends.append(left)
    come = np.bincount(np.concatenate(begins), minlength=within.size + 1)
    gone = np.bincount(np.concatenate(ends), minlength=within.size + 1)
    return np.cumsum(come - gone)[: within.size]


def _pieces(old: Sequence[str], new: Sequence[str]) -> list[_Piece]:
    """What is the same in both and what differs, in order. Of long rows of words the most that they have in
    one order: looking for the longest runs takes more than the square of their length."""
    if len(old) * len(new) <= _FEW_PAIRS:
        return [*difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()]
    made: list[_Piece] = []
    for op in LCSseq.opcodes(old, new):
        tag = "equal" if op.tag == "equal" else "replace"
        if made and made[-1][0] == tag == "replace":
            made[-1] = tag, made[-1][1], op.src_end, made[-1][3], op.dest_end
        else:
            made.append((tag, op.src_start, op.src_end, op.dest_start, op.dest_end))
    return made


def difference(was: str, now: str) -> str:
    old, new = was.split(), now.split()
    parts: list[str] = []
    for tag, a, b, c, d in _pieces(old, new):
        if tag == "equal":
            parts.append(" ".join(old[a:b]))
            continue
        if a < b:
            parts.append(f"[-{' '.join(old[a:b])}-]")
        if c < d:
            parts.append(f"{{+{' '.join(new[c:d])}+}}")
    return " ".join(parts)
