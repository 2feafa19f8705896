"""Where words of a quotation nearly stand: the place that comes nearest, and which it has in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from qa.draft.corpus import Corpus, Ids

Block = tuple[int, int, int]

_OTHER, _PUT_IN, _LEFT_OUT = 1.5, 1.2, 0.4
"""What a word costs that stands for another, that the source does not have, that the quotation does not."""
_NOTHING = 1e-6
_CELLS = 400_000
"""Words of a quotation times words of the source, up to which they are aligned in full."""
_COMMON = 20_000
"""Places of a word from which it is looked for only where a row of words has no rarer ones."""
_FAVOURED = 1.001
"""What a place in a favoured document counts: among equal ones it is taken."""
_BINS = 8
"""Windows looked into of those that share the most words with what is looked for."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a quotation beside words of the corpus: ``blocks`` (where in the one, where in the other, how
    many) are the same, in one order. ``surprise`` says in nats how unlikely so much is by chance."""

    blocks: tuple[Block, ...]
    surprise: float

    @property
    def first(self) -> int:
        return self.blocks[0][0]

    @property
    def last(self) -> int:
        return self.blocks[-1][0] + self.blocks[-1][2]

    @property
    def at(self) -> int:
        return self.blocks[0][1]

    @property
    def to(self) -> int:
        return self.blocks[-1][1] + self.blocks[-1][2]

    @property
    def matched(self) -> int:
        return sum(size for *_, size in self.blocks)


def nearest(
    corpus: Corpus, ids: Ids, first: int, last: int, favoured: frozenset[int] = frozenset()
) -> Run | None:
    """The place whose words are nearest to ``ids[first:last]``, in their order. Of equal ones the one
    in a document of ``favoured``."""
    width = max(16, last - first)
    wanted = ids[first:last]
    weights = list(zip(wanted.tolist(), _weights_of(corpus, wanted).tolist(), strict=True))
    ranges = []
    for low in _windows(corpus, wanted, width):
        for start, end in _streams_in(corpus, low - width, low + 3 * width):
            # No run says more than the words that stand here in whatever order.
            here = set(corpus.words[start:end].tolist())
            ranges.append((start, end, sum(weight for word, weight in weights if word in here)))
    best: tuple[float, Run] | None = None
    # After the likeliest all others at once that may be better.
    for some in (ranges[:1], ranges[1:]):
        left = [one for one in some if best is None or _FAVOURED * one[2] + _NOTHING > best[0]]
        for run in _beside(corpus, ids, first, last, [(start, end) for start, end, _ in left]):
            if run is None:
                continue
            score = run.surprise * (_FAVOURED if corpus.document(corpus.stream(run.at)) in favoured else 1.0)
            if best is None or score > best[0]:
                best = score, run
    return best[1] if best else None


def _windows(corpus: Corpus, ids: Ids, width: int) -> list[int]:
    """Where windows begin that share the most words with ``ids``, by how much these say."""
    distinct = sorted({int(word) for word in ids if word > 0}, key=corpus.count)
    wanted = [word for word in distinct if corpus.count(word) <= _COMMON] or distinct[:4]
    if not wanted:
        return []
    # One more in front, for a window reaches over two of these and begins in the first or before.
    size = len(corpus.words) // width + 2
    places = [corpus.places(word) for word in wanted]
    which = np.repeat(np.arange(len(wanted)), [len(each) for each in places])
    here = which * size + np.concatenate(places) // width + 1
    here = here[np.append(True, here[1:] != here[:-1])]
    # Each word counts once in a window.
    alone = np.append(True, here[1:] != here[:-1] + 1)
    here = np.repeat(here, 1 + alone)
    here[np.flatnonzero(alone) + np.arange(np.count_nonzero(alone))] -= 1
    weights = np.array([corpus.weight(word) for word in wanted])
    sums = np.bincount(here % size, weights[here // size], size)
    found: list[int] = []
    while len(found) < _BINS and sums[best := int(np.argmax(sums))] > 0:
        found.append((best - 1) * width)
        sums[best] = 0
    return found


def _streams_in(corpus: Corpus, low: int, high: int) -> list[tuple[int, int]]:
    """The pieces of streams that lie in a range of the corpus."""
    low, high = max(0, low), min(high, len(corpus.words))
    found = []
    stream = max(0, corpus.stream(low))
    while stream < corpus.streams and (bounds := corpus.bounds(stream))[0] < high:
        first, last = bounds
        if min(last, high) > max(first, low):
            found.append((max(first, low), min(last, high)))
        stream += 1
    return found


def beside(corpus: Corpus, ids: Ids, first: int, last: int, low: int, high: int) -> Run | None:
    """The best run of ``ids[first:last]`` in the words ``[low, high)``: a local alignment (Smith &
    Waterman 1981), in which a word counts as much as it says and words in a row stay together. None
    where they share nothing."""
    if high <= low or last <= first:
        return None
    return next(_beside(corpus, ids, first, last, [(low, high)]))


def _beside(
    corpus: Corpus, ids: Ids, first: int, last: int, ranges: Sequence[tuple[int, int]]
) -> Iterator[Run | None]:
    """``beside`` for several ranges of the corpus, all of some words."""
    wanted = ids[first:last]
    longest = max((high - low for low, high in ranges), default=0)
    if len(wanted) * longest > _CELLS:
        for low, high in ranges:
            if len(wanted) * (high - low) > _CELLS:
                yield _in_order(corpus, ids, first, last, low, high)
            else:
                yield beside(corpus, ids, first, last, low, high)
        return
    weights = _weights_of(corpus, wanted)
    here = np.zeros((len(ranges), longest), np.int32)
    for number, (low, high) in enumerate(ranges):
        here[number, : high - low] = corpus.words[low:high]
    scores = _scores(wanted, weights, here)
    for number, (low, high) in enumerate(ranges):
        pairs = _traced(scores[:, number, : high - low + 1], wanted, weights, here[number])
        blocks = _in_blocks([(i + first, j + low) for i, j in pairs])
        yield run_of(corpus, ids, blocks) if blocks else None


def _scores(wanted: Ids, weights: NDArray[np.float64], here: Ids) -> NDArray[np.float64]:
    """What the best alignment is worth that ends with the first ``i`` words of ``wanted`` and the first ``j``
    of row ``n`` of ``here``: ``[i, n, j]``. A row may end with words that are none (0)."""
    rows, length = here.shape
    skipped = _LEFT_OUT * np.arange(length + 1)
    scores = np.zeros((len(wanted) + 1, rows, length + 1))
    for i, word in enumerate(wanted.tolist()):
        above = scores[i]
        gain = np.where(here == word, weights[i], -_OTHER) if word > 0 else -_OTHER
        row = np.maximum(0.0, above - _PUT_IN)
        row[:, 1:] = np.maximum(row[:, 1:], above[:, :-1] + gain)
        # A gap in the source costs by its length: the best of all that begin before.
        scores[i + 1] = np.maximum.accumulate(row + skipped, axis=1) - skipped
    return scores


def _traced(
    scores: NDArray[np.float64], wanted: Ids, weights: NDArray[np.float64], here: Ids
) -> list[tuple[int, int]]:
    """The pairs of words that are the same in the best alignment."""
    i, j = (int(n) for n in np.unravel_index(int(np.argmax(scores)), scores.shape))
    pairs: list[tuple[int, int]] = []
    while scores[i, j] > _NOTHING:
        same = i > 0 and j > 0 and wanted[i - 1] == here[j - 1] and wanted[i - 1] > 0
        diagonal = weights[i - 1] if same else -_OTHER
        if j > 0 and abs(scores[i, j] - scores[i - 1, j - 1] - diagonal) < _NOTHING:
            i, j = i - 1, j - 1
            if same:
                pairs.append((i, j))
        elif abs(scores[i, j] - scores[i - 1, j] + _PUT_IN) < _NOTHING:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _weights_of(corpus: Corpus, ids: Ids) -> NDArray[np.float64]:
    """What each word says; one that stands nowhere, nothing."""
    return np.array([corpus.weight(word) if word > 0 else 0.0 for word in ids.tolist()], np.float64)


def _in_order(corpus: Corpus, ids: Ids, first: int, last: int, low: int, high: int) -> Run | None:
    """As ``beside`` for a quotation of many pages: the most words that both have in one order."""
    blocks = [
        (op.src_start + first, op.dest_start + low, op.src_end - op.src_start)
        for op in LCSseq.opcodes(ids[first:last].tolist(), corpus.words[low:high].tolist())
        if op.tag == "equal"
    ]
    return run_of(corpus, ids, blocks) if blocks else None


def run_of(corpus: Corpus, ids: Ids, blocks: Sequence[Block]) -> Run:
    """Blocks as one run."""
    said = sum(corpus.weight(int(word)) for at, _, size in blocks for word in ids[at : at + size])
    return Run(tuple(blocks), said)


def _in_blocks(pairs: Sequence[tuple[int, int]]) -> list[Block]:
    """Pairs of words that are the same as blocks of such in a row."""
    blocks: list[Block] = []
    for i, j in pairs:
        if blocks and (blocks[-1][0] + blocks[-1][2], blocks[-1][1] + blocks[-1][2]) == (i, j):
            blocks[-1] = (*blocks[-1][:2], blocks[-1][2] + 1)
        else:
            blocks.append((i, j, 1))
    return blocks
