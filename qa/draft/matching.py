"""The place or places that a quotation comes from: to the word first, else by its runs of words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from qa.draft.alignment import Run
from qa.draft.comparing import (
    ALIKE,
    Change,
    Comparison,
    longest_same,
    said,
    same_words,
)
from qa.draft.corpus import Corpus, Ids
from qa.draft.parts import FEW, MOSTLY, SHORTEST, SILENT, parts
from qa.draft.stands import Stand, compared_with, stand_at, tokens_of, words_of
from qa.draft.units import OMITTED, Unit, trimmed
from qa.draft.wording import WORD, folded

_MOST_SAID = 9.0
"""Nats that one word says at the most: a misspelled one is rarer than any."""
_OTHERS = 4
"""Further places of the same words that are named."""
_MOST = 200
"""Places of the same words that are compared mark by mark."""
_SURPRISE = 15.0
"""Nats above what chance alone would bring about somewhere in the library, from which a run of words is no
coincidence: "of the Government of the United States" is one."""
_IN_A_ROW = 6
"""Words in a row that, where they stand in one place or two, are no coincidence either."""
_FEW_PLACES = 3
"""Places that a quotation may be joined of by rows of common words."""
_ENOUGH = 0.6
"""Share of a quotation's words that must stand in a place for it to be altered from there."""
FEW_WORDS = 6
_NEAR = 0.5
"""What is counted of words that stand there in a like order but nowhere three in a row."""
_ENOUGH_FEW, _ENOUGH_SAID = 0.66, 0.5
"""… of one with fewer than six words; and the share of what its words say, rare ones saying more."""
_JUMBLED = 0.85
"""… in whatever order."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a quotation is from. ``exact``: it stands there to the letter, but for what it says that it
    changed. ``stands`` has several places where it was joined of them. ``share`` of its words stand there,
    ``weight`` of what they say.
    ``others`` are further places of the same words, ``count`` how many there are in all."""

    stands: tuple[Stand, ...]
    changes: tuple[Change, ...] = ()
    exact: bool = False
    share: float = 1.0
    weight: float = 1.0
    others: tuple[Stand, ...] = ()
    count: int = 1
    omitted: int = 0


def to_the_word(corpus: Corpus, units: Sequence[Unit], text: str, favoured: frozenset[int]) -> Match | None:
    """The quotation where all its words stand in a row; None where they do nowhere. Of several places that
    which is exact, else that with the fewest changes; among equals one in ``favoured``."""
    pieces, skips = _pieces(corpus, units)
    if not pieces or any((ids <= 0).any() for ids in pieces):
        return None
    rows = corpus.rows(pieces, skips, 100_000)
    if not rows:
        return None
    ordered = sorted(rows, key=lambda row: corpus.document(corpus.stream(row[0])) not in favoured)
    words = sum(len(ids) for ids in pieces)
    tried: list[tuple[Stand, Comparison]] = []
    exact = 0
    for row in ordered[:_MOST]:
        stand = stand_at(corpus, row[0], row[-1] + len(pieces[-1]), 0, words)
        compared = compared_with(corpus, units, stand, text)
        tried.append((stand, compared))
        exact += not compared.wrong
        if exact > _OTHERS:
            break
    tried.sort(key=lambda pair: pair[1].wrong)
    (stand, compared), *rest = tried
    omitted = stand.to - stand.at - words
    others = tuple(other for other, beside in rest if beside.wrong == compared.wrong)[:_OTHERS]
    return Match(
        (stand,),
        compared.changes,
        not compared.wrong,
        others=others,
        count=len(rows),
        omitted=max(0, omitted),
    )


def nearly(corpus: Corpus, units: Sequence[Unit], text: str, favoured: frozenset[int]) -> Match | None:
    """The place or places whose words come nearest; None where nothing is near."""
    _, core, _ = trimmed(units)
    words = [unit.text for unit in core if unit.kind == "word"]
    ids = corpus.ids(words)
    runs = parts(corpus, ids, _breaks(core), favoured)
    if not runs:
        return None
    places = _places(corpus, runs, _breaks(core))
    matched = [sum(run.matched for run in place) for place in places]
    telling = [place for place in places if _telling(corpus, ids, place)]
    if len(telling) > 1 and _covered(telling) >= MOSTLY * len(words):
        return _joined(corpus, core, telling, text)
    best = places[int(np.argmax(matched))]
    stand = _widened(corpus, _around(corpus, best), len(words))
    compared = compared_with(corpus, units, stand, text)
    share = same_words(compared.changes) / max(1, len(words))
    jumbled = _jumbled(corpus, ids, stand)
    if jumbled >= _JUMBLED:
        share = max(share, jumbled)
    elif len(words) >= FEW_WORDS and longest_same(compared.changes) < FEW:
        share = min(share, _NEAR)
    narrow = _narrowed(corpus, stand, compared)
    found = Match((narrow,), compared.changes, not compared.wrong, share, _weight(corpus, words, narrow))
    in_rows = [place for place in places if _longest_row(place) > SHORTEST]
    nearly_all = 1 < len(in_rows) <= _FEW_PLACES and _covered(in_rows) >= _JUMBLED * len(words)
    if nearly_all and not enough(found, len(words)):
        return _joined(corpus, core, in_rows, text)
    return found


def _joined(corpus: Corpus, core: Sequence[Unit], places: Sequence[Sequence[Run]], text: str) -> Match:
    stands = tuple(_around(corpus, place) for place in sorted(places, key=lambda place: place[0].first))
    changes = [Change("same", said(_slice(core, s.first, s.last), text), words_of(corpus, s)) for s in stands]
    words = sum(unit.kind == "word" for unit in core)
    return Match(stands, tuple(changes), False, _covered(places) / max(1, words))


def _covered(places: Sequence[Sequence[Run]]) -> int:
    """How many of the quotation's words stand in these places."""
    return sum(run.matched for place in places for run in place)


def _longest_row(place: Sequence[Run]) -> int:
    """The most words in a row that a place has."""
    return max(size for run in place for *_, size in run.blocks)


def enough(match: Match | None, words: int) -> bool:
    """Whether so much stands there that the quotation was altered from it, and not made up."""
    if match is None:
        return False
    return match.share >= (_ENOUGH if words >= FEW_WORDS else _ENOUGH_FEW) and match.weight >= _ENOUGH_SAID


def _pieces(corpus: Corpus, units: Sequence[Unit]) -> tuple[list[Ids], list[int]]:
    """The rows of words between omissions and brackets, and how many words may lie between two."""
    _, core, _ = trimmed(units)
    pieces: list[list[str]] = [[]]
    skips: list[int] = []
    for unit in core:
        if unit.kind == "word":
            pieces[-1].append(unit.text)
        elif unit.kind in ("gap", "bracket"):
            if pieces[-1]:
                pieces.append([])
                skips.append(unit.limit)
            elif skips:
                skips[-1] += unit.limit
    return [corpus.ids(words) for words in pieces if words], skips


def _breaks(core: Sequence[Unit]) -> set[int]:
    """The numbers of the words before which the quotation says that words are left out."""
    found, words = set(), 0
    for unit in core:
        words += unit.kind == "word"
        if unit.kind == "gap":
            found.add(words)
    return found


def _telling(corpus: Corpus, ids: Ids, runs: Sequence[Run]) -> bool:
    """Whether so many words, and such, do not stand together by chance: nor are they a phrase of many."""
    longest = max((block for run in runs for block in run.blocks), key=lambda block: block[2])
    row = ids[longest[0] : longest[0] + longest[2]]
    if len(row) >= _IN_A_ROW and len(corpus.run(row)) <= 2:
        return True
    matched = sum(run.matched for run in runs)
    length = sum(run.last - run.first for run in runs)
    if (
        sum(run.surprise for run in runs) < _SURPRISE + math.log(max(2, len(corpus.words)))
        or matched < SHORTEST
        or matched < MOSTLY * length
    ):
        return False
    return len(row) > _IN_A_ROW or len(corpus.run(row)) <= 5


def _places(corpus: Corpus, runs: Sequence[Run], breaks: set[int]) -> list[list[Run]]:
    """Runs that stand close together, in any order, as one place."""
    places: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.at):
        if places:
            last = max(places[-1], key=lambda one: one.to)
            between = run.at - last.to
            same = corpus.stream(run.at) == corpus.stream(last.at)
            honest = last.first < run.first and any(last.last <= n <= run.first for n in breaks)
            if same and between <= (OMITTED if honest else SILENT):
                places[-1].append(run)
                continue
        places.append([run])
    return places


def _around(corpus: Corpus, place: Sequence[Run]) -> Stand:
    return stand_at(
        corpus,
        min(run.at for run in place),
        max(run.to for run in place),
        min(run.first for run in place),
        max(run.last for run in place),
    )


def _widened(corpus: Corpus, stand: Stand, words: int) -> Stand:
    """With as many words before and behind as the quotation has there that did not match."""
    low, high = corpus.bounds(stand.stream)
    at = max(low, stand.at - stand.first)
    to = min(high, stand.to + words - stand.last)
    return stand_at(corpus, at, to, 0, words)


def _narrowed(corpus: Corpus, stand: Stand, compared: Comparison) -> Stand:
    """What of it the comparison found to be the quotation's."""
    source, _, _ = tokens_of(corpus, stand)
    kept = source[compared.first : compared.last]
    if not any(token.is_word for token in kept):
        return stand
    before = sum(token.is_word for token in source[: compared.first])
    at = stand.at + before
    return stand_at(corpus, at, at + sum(token.is_word for token in kept), stand.first, stand.last)


def _weight(corpus: Corpus, words: Sequence[str], stand: Stand) -> float:
    """The share of what a quotation's words say that stands in a place, be it in another spelling."""
    here = [word for word in folded(words_of(corpus, stand).split()) if word]
    there = Counter(word for text in here for word in WORD.findall(text))
    said = total = 0.0
    for word, number in zip(folded(words), corpus.ids(words), strict=True):
        weight = min(_MOST_SAID, corpus.weight(int(number)))
        total += weight
        if there[word] > 0:
            there[word] -= 1
            said += weight
        elif any(fuzz.ratio(word, other) >= ALIKE for other, count in there.items() if count):
            said += 0.7 * weight
    return said / total if total else 0.0


def _jumbled(corpus: Corpus, ids: Ids, stand: Stand) -> float:
    """The share of the quotation's words that stand in the place in whatever order."""
    low, high = corpus.bounds(stand.stream)
    here = corpus.words[max(low, stand.at - 5) : min(high, stand.to + 5)]
    if len(here) > 2 * len(ids) + 10:
        return 0.0
    shared = Counter(ids.tolist()) & Counter(here.tolist())
    shared.pop(-1, None)
    return shared.total() / max(1, len(ids))


def _slice(core: Sequence[Unit], first: int, last: int) -> list[Unit]:
    """The units from word ``first`` to before word ``last``."""
    where = [n for n, unit in enumerate(core) if unit.kind == "word"]
    return list(core[where[first] : where[last - 1] + 1])
