"""How two wordings differ, and where in a text something like the first stands. Pure."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

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


def nearest(text: str, words: str) -> tuple[int, int] | None:
    """The run of ``text`` that shares the most words with ``words``, cut to begin and end with shared
    ones; None where less than half of them stand together. Linear in the length of ``text``."""
    wanted = Counter(word.casefold() for word in _WORD.findall(words))
    size = sum(wanted.values())
    if not size:
        return None
    # Only the wanted words change what a window shares; the others are no more than its width.
    hits = [(i, word) for i, word in enumerate(map(str.casefold, _WORD.findall(text))) if word in wanted]
    inside: Counter[str] = Counter()
    shared, best, best_at, oldest = 0, 0, 0, 0
    # Half as long again as the quote, for words put in.
    width = size + size // 2
    for i, word in hits:
        inside[word] += 1
        shared += inside[word] <= wanted[word]
        while hits[oldest][0] <= i - width:
            left = hits[oldest][1]
            shared -= inside[left] <= wanted[left]
            inside[left] -= 1
            oldest += 1
        if shared > best:
            best, best_at = shared, i
    if best < _NEAR * size:
        return None
    around = islice(_WORD.finditer(text), max(0, best_at - width + 1), best_at + 1)
    window = [(match.start(), match.end(), match[0].casefold()) for match in around]
    pieces = _pieces([word for *_, word in window], [w.casefold() for w in _WORD.findall(words)])
    same = [piece for piece in pieces if piece[0] == "equal"]
    first, last = window[same[0][1]], window[same[-1][2] - 1]
    end = last[1]
    while end < len(text) and not text[end].isspace() and not text[end].isalnum():
        end += 1
    return first[0], end


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
