"""Every word of a library in its order, and where a row of words stands in it: exhaustive and exact.

An index of positions made in memory: for each word all its places. The two million words of the archive
take some seconds to read and 30 MB; it is kept for as long as the library does not change.
"""

from __future__ import annotations

import bisect
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from qa.draft.attributing import Facts, Register
from qa.draft.wording import Token, Worded, folded, worded
from qa.library.protocol import Library

Ids = NDArray[np.int32]
Places = NDArray[np.int64]
Block = tuple[int, int, int]

_OTHER, _PUT_IN, _LEFT_OUT = 1.5, 1.2, 0.4
"""What a word costs that stands for another, that the source does not have, that the quotation does not."""
_NOTHING = 1e-6
_CELLS = 400_000
"""Words of a quotation times words of the source, up to which they are aligned in full."""
_MOST_TRIED, _FEWEST_TRIED = 200_000, 50
"""Rows of words that are tried of a quotation in many pieces: the more pieces, the fewer."""

_NO_WORD = 0  # between two streams
_UNKNOWN = -1
_KEPT = 64
"""Documents held in words and marks, the latest compared."""
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


class Corpus:
    """The words of all documents of one library at one time."""

    def __init__(self, library: Library, progress: Callable[[int, int], None] | None = None) -> None:
        self._library = library
        self.generation = library.generation()
        known: dict[str, int] = {"": _NO_WORD}
        pieces: list[Ids] = []
        starts: list[int] = []
        owners: list[tuple[int, int]] = []
        facts: list[Facts] = []
        at = 0
        listed = library.documents()
        for number, summary in enumerate(listed):
            if progress and number % 64 == 0:
                progress(number, len(listed))
            document = library.document(summary.name)
            facts.append(Facts.of(document, summary.source))
            ready = worded(document)
            for stream in range(len(ready.streams)):
                words = folded(ready.words(stream))
                if not words:
                    continue
                ids = np.fromiter(
                    (known.setdefault(word, len(known)) for word in words), np.int32, count=len(words)
                )
                starts.append(at)
                owners.append((number, stream))
                pieces += [ids, np.zeros(1, np.int32)]
                at += len(ids) + 1
        self.names = [one.name for one in listed]
        self.words: Ids = np.concatenate(pieces) if pieces else np.zeros(0, np.int32)
        self._known = known
        self._starts = starts
        self._owners = owners
        order = np.argsort(self.words, kind="stable")
        bounds = np.searchsorted(self.words[order], np.arange(len(known) + 1))
        self._order: Places = order
        self._bounds = bounds
        self._total = max(2, len(self.words))
        self._weights: dict[int, float] = {}
        self._lock = threading.Lock()
        self._worded: OrderedDict[int, Worded] = OrderedDict()
        self._tokens: OrderedDict[int, tuple[list[Token], list[int]]] = OrderedDict()
        self.register = Register(facts)

    # ── what stands where ──────────────────────────────────────────────────────────────────────────

    def ids(self, words: Sequence[str]) -> Ids:
        """Words as numbers; one that stands nowhere is -1."""
        return np.array([self._known.get(word, _UNKNOWN) for word in folded(words)], np.int32)

    def count(self, word: int) -> int:
        """In how many places a word stands."""
        return int(self._bounds[word + 1] - self._bounds[word]) if word > 0 else 0

    def weight(self, word: int) -> float:
        """How much a word says, in nats: rare ones more, at least 1."""
        weight = self._weights.get(word)
        if weight is None:
            weight = max(1.0, math.log(self._total / max(1, self.count(word))))
            self._weights[word] = weight
        return weight

    def stream(self, place: int) -> int:
        """The number of the stream that a place lies in."""
        return bisect.bisect_right(self._starts, place) - 1

    def bounds(self, stream: int) -> tuple[int, int]:
        """The first place of a stream, and the one behind its last."""
        end = self._starts[stream + 1] if stream + 1 < len(self._starts) else len(self.words)
        return self._starts[stream], end - 1

    def document(self, stream: int) -> int:
        """The number of the document that a stream is of."""
        return self._owners[stream][0]

    def worded(self, stream: int) -> Worded:
        """The document of a stream. Raises UnknownDocument where it has been taken out since."""
        number = self._owners[stream][0]
        with self._lock:
            if number in self._worded:
                self._worded.move_to_end(number)
                return self._worded[number]
        ready = worded(self._library.document(self.names[number]))
        with self._lock:
            self._worded[number] = ready
            while len(self._worded) > _KEPT:
                self._worded.popitem(last=False)
        return ready

    def tokens(self, stream: int) -> tuple[list[Token], list[int]]:
        """The words and marks of a stream, and where among them its words are."""
        with self._lock:
            if stream in self._tokens:
                self._tokens.move_to_end(stream)
                return self._tokens[stream]
        tokens = self.worded(stream).tokens(self._owners[stream][1])
        made = tokens, [n for n, token in enumerate(tokens) if token.is_word]
        with self._lock:
            self._tokens[stream] = made
            while len(self._tokens) > _KEPT:
                self._tokens.popitem(last=False)
        return made

    # ── to the word ────────────────────────────────────────────────────────────────────────────────

    def run(self, ids: Ids) -> Places:
        """All places where these words stand in a row, ascending."""
        if not len(ids) or (ids <= 0).any():
            return np.zeros(0, np.int64)
        counts = [self.count(int(word)) for word in ids]
        rarest = int(np.argmin(counts))
        places = self._places(int(ids[rarest])) - rarest
        places = places[(places >= 0) & (places + len(ids) <= len(self.words))]
        for offset in np.argsort(counts)[1:]:
            if not len(places):
                break
            places = places[self.words[places + offset] == ids[offset]]
        return places

    def rows(self, pieces: Sequence[Ids], skips: Sequence[int], most: int) -> list[tuple[int, ...]]:
        """Places where the pieces stand one behind the other in one stream, with no more than ``skips[n]``
        words between piece n and the next: the place of each piece. At most ``most`` of them."""
        rarity = [min((self.count(int(word)) for word in ids), default=0) for ids in pieces]
        anchor = min(range(len(pieces)), key=lambda n: (rarity[n], -len(pieces[n])))
        found = []
        # A draft of nothing but "a … a … a" must not take for ever.
        places = self.run(pieces[anchor])[: max(_FEWEST_TRIED, _MOST_TRIED // len(pieces))]
        for place in places:
            row = self._row(int(place), anchor, pieces, skips)
            if row is not None:
                found.append(row)
                if len(found) >= most:
                    break
        return found

    def _row(
        self, place: int, anchor: int, pieces: Sequence[Ids], skips: Sequence[int]
    ) -> tuple[int, ...] | None:
        """The pieces around the one at ``place``; each the nearest that there is."""
        first, last = self.bounds(self.stream(place))
        row = [place]
        for n in range(anchor + 1, len(pieces)):
            begin = row[-1] + len(pieces[n - 1])
            here = self._between(pieces[n], begin, min(begin + skips[n - 1], last - len(pieces[n])))
            if not here:
                return None
            row.append(here[0])
        for n in range(anchor - 1, -1, -1):
            end = row[0] - len(pieces[n])
            here = self._between(pieces[n], max(end - skips[n], first), end)
            if not here:
                return None
            row.insert(0, here[-1])
        return tuple(row)

    def _between(self, ids: Ids, low: int, high: int) -> list[int]:
        if high < low:
            return []
        here = np.flatnonzero(self.words[low : high + 1] == ids[0]) + low
        return [int(at) for at in here if np.array_equal(self.words[at : at + len(ids)], ids)]

    def _places(self, word: int) -> Places:
        if word <= 0:
            return np.zeros(0, np.int64)
        return self._order[self._bounds[word] : self._bounds[word + 1]]

    # ── nearly ─────────────────────────────────────────────────────────────────────────────────────

    def nearest(self, ids: Ids, first: int, last: int, favoured: frozenset[int] = frozenset()) -> Run | None:
        """The place whose words are nearest to ``ids[first:last]``, in their order. Of equal ones the one
        in a document of ``favoured``."""
        width = max(16, last - first)
        best: tuple[float, Run] | None = None
        wanted = ids[first:last]
        weights = list(zip(wanted.tolist(), self._weights_of(wanted).tolist(), strict=True))
        for low in self._windows(wanted, width):
            for start, end in self._streams_in(low - width, low + 3 * width):
                if best is not None:
                    # No run says more than the words that stand here in whatever order.
                    here = set(self.words[start:end].tolist())
                    most = sum(weight for word, weight in weights if word in here)
                    if _FAVOURED * most + _NOTHING <= best[0]:
                        continue
                run = self.beside(ids, first, last, start, end)
                if run is None:
                    continue
                score = run.surprise * (_FAVOURED if self.document(self.stream(run.at)) in favoured else 1.0)
                if best is None or score > best[0]:
                    best = score, run
        return best[1] if best else None

    def _windows(self, ids: Ids, width: int) -> list[int]:
        """Where windows begin that share the most words with ``ids``, by how much these say."""
        distinct = sorted({int(word) for word in ids if word > 0}, key=self.count)
        wanted = [word for word in distinct if self.count(word) <= _COMMON] or distinct[:4]
        if not wanted:
            return []
        # One more in front, for a window reaches over two of these and begins in the first or before.
        sums = np.zeros(len(self.words) // width + 2)
        for word in wanted:
            here = self._places(word) // width + 1
            here = here[np.append(True, here[1:] != here[:-1])]
            # Each word counts once in a window.
            before = here[np.append(True, here[1:] != here[:-1] + 1)] - 1
            sums[here] += self.weight(word)
            sums[before] += self.weight(word)
        found: list[int] = []
        while len(found) < _BINS and sums[best := int(np.argmax(sums))] > 0:
            found.append((best - 1) * width)
            sums[best] = 0
        return found

    def _streams_in(self, low: int, high: int) -> list[tuple[int, int]]:
        """The pieces of streams that lie in a range of the corpus."""
        low, high = max(0, low), min(high, len(self.words))
        found = []
        stream = max(0, self.stream(low))
        while stream < len(self._starts) and self._starts[stream] < high:
            first, last = self.bounds(stream)
            if min(last, high) > max(first, low):
                found.append((max(first, low), min(last, high)))
            stream += 1
        return found

    def beside(self, ids: Ids, first: int, last: int, low: int, high: int) -> Run | None:
        """The best run of ``ids[first:last]`` in the words ``[low, high)``: a local alignment (Smith &
        Waterman 1981), in which a word counts as much as it says and words in a row stay together. None
        where they share nothing."""
        if high <= low or last <= first:
            return None
        wanted, here = ids[first:last], self.words[low:high]
        if len(wanted) * len(here) > _CELLS:
            return self._in_order(ids, first, last, low, high)
        weights = self._weights_of(wanted)
        columns = np.arange(len(here) + 1)
        scores = np.zeros((len(wanted) + 1, len(here) + 1))
        for i, word in enumerate(wanted):
            above = scores[i]
            gain = np.where((here == word) & (word > 0), weights[i], -_OTHER)
            row = np.maximum(0.0, above - _PUT_IN)
            row[1:] = np.maximum(row[1:], above[:-1] + gain)
            # A gap in the source costs by its length: the best of all that begin before.
            scores[i + 1] = np.maximum.accumulate(row + _LEFT_OUT * columns) - _LEFT_OUT * columns
        i, j = (int(n) for n in np.unravel_index(int(np.argmax(scores)), scores.shape))
        pairs: list[tuple[int, int]] = []
        while scores[i, j] > _NOTHING:
            same = i > 0 and j > 0 and wanted[i - 1] == here[j - 1] and wanted[i - 1] > 0
            diagonal = weights[i - 1] if same else -_OTHER
            if j > 0 and abs(scores[i, j] - scores[i - 1, j - 1] - diagonal) < _NOTHING:
                i, j = i - 1, j - 1
                if same:
                    pairs.append((i + first, j + low))
            elif abs(scores[i, j] - scores[i - 1, j] + _PUT_IN) < _NOTHING:
                i -= 1
            else:
                j -= 1
        return self.run_of(ids, _in_blocks(pairs[::-1])) if pairs else None

    def _weights_of(self, ids: Ids) -> NDArray[np.float64]:
        """What each word says; one that stands nowhere, nothing."""
        return np.array([self.weight(word) if word > 0 else 0.0 for word in ids.tolist()], np.float64)

    def _in_order(self, ids: Ids, first: int, last: int, low: int, high: int) -> Run | None:
        """As ``beside`` for a quotation of many pages: the most words that both have in one order."""
        blocks = [
            (op.src_start + first, op.dest_start + low, op.src_end - op.src_start)
            for op in LCSseq.opcodes(ids[first:last].tolist(), self.words[low:high].tolist())
            if op.tag == "equal"
        ]
        return self.run_of(ids, blocks) if blocks else None

    def run_of(self, ids: Ids, blocks: Sequence[Block]) -> Run:
        """Blocks as one run."""
        said = sum(self.weight(int(word)) for at, _, size in blocks for word in ids[at : at + size])
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
