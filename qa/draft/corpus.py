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

import numpy as np
from numpy.typing import NDArray

from qa.draft.attributing import Facts, Register
from qa.draft.wording import Token, Worded, folded, worded
from qa.library.protocol import Library

Ids = NDArray[np.int32]
Places = NDArray[np.int64]
_MOST_TRIED, _FEWEST_TRIED = 200_000, 50
"""Rows of words that are tried of a quotation in many pieces: the more pieces, the fewer."""

_NO_WORD = 0  # between two streams
_UNKNOWN = -1
_KEPT = 64
"""Documents held in words and marks, the latest compared."""


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

    @property
    def streams(self) -> int:
        """How many there are."""
        return len(self._starts)

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
        rarest, *others = sorted(range(len(ids)), key=lambda n: self.count(int(ids[n])))
        places = self.places(int(ids[rarest])) - rarest
        places = places[(places >= 0) & (places + len(ids) <= len(self.words))]
        for offset in others:
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

    def places(self, word: int) -> Places:
        """All places where a word stands, ascending."""
        if word <= 0:
            return np.zeros(0, np.int64)
        return self._order[self._bounds[word] : self._bounds[word + 1]]
