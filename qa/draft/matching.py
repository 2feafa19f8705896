"""The place or places that a quotation comes from: to the word first, else by its runs of words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from qa.draft.comparing import (
    ALIKE,
    OMITTED,
    Change,
    Comparison,
    Unit,
    compare,
    longest_same,
    said,
    same_words,
    trimmed,
)
from qa.draft.corpus import Block, Corpus, Ids, Run
from qa.draft.wording import WORD, Token, folded

SILENT = 40
"""Words between two runs of one document, left out without a sign, up to which they are one place altered."""

_MOST_SAID = 9.0
"""Nats that one word says at the most: a misspelled one is rarer than any."""
_OTHERS = 4
"""Further places of the same words that are named."""
_MOST = 200
"""Places of the same words that are compared mark by mark."""
FEW, _LOOSE = 3, 2
"""Words that make a run at the least, with no more than so many between two of them."""
_SHORTEST = 4
"""Words of a quotation in a row that are missing from a place, from which they are looked for elsewhere."""
_MISSED, _CUT, _CUT_MARKED = 0.6, 2.5, 0.5
"""What a missing word costs, and what going over to another place costs, where no ellipsis says so and where
one does; a word that stands there gains 1."""
_SURPRISE = 15.0
"""Nats above what chance alone would bring about somewhere in the library, from which a run of words is no
coincidence: "of the Government of the United States" is one."""
_IN_A_ROW = 6
"""Words in a row that, where they stand in one place or two, are no coincidence either."""
_MANY = 1_500
"""Words of a quotation up to which the places of its parts are looked for."""
_FEW_PLACES = 3
"""Places that a quotation may be joined of by rows of common words."""
_ALIKE = 0.7
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
        stand = _stand(corpus, row[0], row[-1] + len(pieces[-1]), 0, words)
        compared = _compared(corpus, units, stand, text)
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
    runs = _runs(corpus, ids, _breaks(core), favoured)
    if not runs:
        return None
    places = _places(corpus, runs, _breaks(core))
    matched = [sum(run.matched for run in place) for place in places]
    telling = [place for place in places if _telling(corpus, ids, place)]
    if len(telling) > 1 and _covered(telling) >= _ALIKE * len(words):
        return _joined(corpus, core, telling, text)
    best = places[int(np.argmax(matched))]
    stand = _widened(corpus, _around(corpus, best), len(words))
    compared = _compared(corpus, units, stand, text)
    share = same_words(compared.changes) / max(1, len(words))
    jumbled = _jumbled(corpus, ids, stand)
    if jumbled >= _JUMBLED:
        share = max(share, jumbled)
    elif len(words) >= FEW_WORDS and longest_same(compared.changes) < FEW:
        share = min(share, _NEAR)
    narrow = _narrowed(corpus, stand, compared)
    found = Match((narrow,), compared.changes, not compared.wrong, share, _weight(corpus, words, narrow))
    in_rows = [place for place in places if _longest_row(place) > _SHORTEST]
    nearly_all = 1 < len(in_rows) <= _FEW_PLACES and _covered(in_rows) >= _JUMBLED * len(words)
    if nearly_all and not enough(found, len(words)):
        return _joined(corpus, core, in_rows, text)
    return found


def _joined(corpus: Corpus, core: Sequence[Unit], places: Sequence[Sequence[Run]], text: str) -> Match:
    stands = tuple(_around(corpus, place) for place in sorted(places, key=lambda place: place[0].first))
    changes = [Change("same", said(_slice(core, s.first, s.last), text), _words(corpus, s)) for s in stands]
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


# ── to the word ────────────────────────────────────────────────────────────────────────────────────────


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


def _stand(corpus: Corpus, at: int, to: int, first: int, last: int) -> Stand:
    stream = corpus.stream(at)
    begin, _ = corpus.bounds(stream)
    tokens, where = corpus.tokens(stream)
    start, end = tokens[where[at - begin]].start, tokens[where[to - begin - 1]].end
    return Stand(stream, at, to, first, last, start, end)


def _compared(corpus: Corpus, units: Sequence[Unit], stand: Stand, text: str) -> Comparison:
    source, before, behind = _tokens(corpus, stand)
    return compare(units, source, before, behind, text, corpus.worded(stand.stream).document)


def _tokens(corpus: Corpus, stand: Stand) -> tuple[list[Token], list[Token], list[Token]]:
    """The words and marks of a stand, the marks right before it and right behind it."""
    tokens, where = corpus.tokens(stand.stream)
    begin, _ = corpus.bounds(stand.stream)
    first, last = where[stand.at - begin], where[stand.to - begin - 1]
    before = where[stand.at - begin - 1] + 1 if stand.at > begin else 0
    behind = where[stand.to - begin] if stand.to - begin < len(where) else len(tokens)
    return tokens[first : last + 1], tokens[before:first], tokens[last + 1 : behind]


def _words(corpus: Corpus, stand: Stand) -> str:
    return said(_tokens(corpus, stand)[0], corpus.worded(stand.stream).document.text)


# ── nearly ─────────────────────────────────────────────────────────────────────────────────────────────


def _breaks(core: Sequence[Unit]) -> set[int]:
    """The numbers of the words before which the quotation says that words are left out."""
    found, words = set(), 0
    for unit in core:
        words += unit.kind == "word"
        if unit.kind == "gap":
            found.add(words)
    return found


def _runs(corpus: Corpus, ids: Ids, breaks: set[int], favoured: frozenset[int]) -> list[Run]:
    """The runs of source that the quotation's words are from, in the quotation's order. One where nearly all
    of it stands in one place; else the places of its parts are looked for, and it is cut where it goes over
    from one to another."""
    whole = corpus.nearest(ids, 0, len(ids), favoured)
    if whole is None:
        return []
    found = [whole]
    if len(ids) <= _MANY and _wanting(_matched(whole, len(ids)), breaks):
        for first, last in _chunks(len(ids)):
            part = corpus.nearest(ids, first, last, favoured)
            if part is None or any(part.at < run.to and run.at < part.to for run in found):
                continue
            run = corpus.beside(ids, 0, len(ids), *_window(corpus, part, len(ids), found))
            if run is not None:
                found.append(run)
    matched = np.array([_matched(run, len(ids)) for run in found])
    pieces = []
    for first, last, number in _cut(matched, breaks):
        pieces += _apart(corpus, ids, found[number], first, last, breaks)
    return pieces or [whole]


def _window(corpus: Corpus, run: Run, words: int, found: Sequence[Run]) -> tuple[int, int]:
    """The part of the run's stream that a quotation of so many words could be from, up to what was found."""
    low, high = corpus.bounds(corpus.stream(run.at))
    low, high = max(low, run.at - words - SILENT), min(high, run.to + words + SILENT)
    low = max([low, *(other.to for other in found if other.to <= run.at)])
    high = min([high, *(other.at for other in found if other.at >= run.to)])
    return low, high


def _matched(run: Run, words: int) -> NDArray[np.bool_]:
    """Which of the quotation's words a run has, without those that only happen to stand in the same order: a
    "the" here and an "of" there."""
    groups: list[list[Block]] = []
    for block in run.blocks:
        if groups:
            at, place, size = groups[-1][-1]
            if block[0] - at - size <= _LOOSE and block[1] - place - size <= _LOOSE:
                groups[-1].append(block)
                continue
        groups.append([block])
    found = np.zeros(words, np.bool_)
    for group in groups:
        if sum(size for *_, size in group) >= FEW:
            for at, _, size in group:
                found[at : at + size] = True
    return found


def _apart(corpus: Corpus, ids: Ids, run: Run, first: int, last: int, breaks: set[int]) -> list[Run]:
    """What a run has of the words ``[first, last)``, cut where too much of the source lies between. A word or
    two that are left are no run."""
    groups: list[list[Block]] = []
    for at, place, size in run.blocks:
        low, high = max(at, first), min(at + size, last)
        if low >= high:
            continue
        block = (low, place + low - at, high - low)
        if groups:
            before = groups[-1][-1]
            marked = any(before[0] + before[2] <= n <= low for n in breaks)
            if block[1] - before[1] - before[2] <= (OMITTED if marked else SILENT):
                groups[-1].append(block)
                continue
        groups.append([block])
    runs = [corpus.run_of(ids, group) for group in groups]
    return [one for one in runs if one.matched >= FEW] or runs[:1]


def _wanting(matched: NDArray[np.bool_], breaks: set[int]) -> bool:
    """Whether a stretch of the words is missing, or a part between two marks of omission."""
    if _longest_gap(matched) >= _SHORTEST:
        return True
    return any(part.size >= FEW and part.mean() < _ALIKE for part in np.split(matched, sorted(breaks)))


def _longest_gap(matched: NDArray[np.bool_]) -> int:
    """The most words in a row that do not match."""
    longest = here = 0
    for one in matched:
        here = 0 if one else here + 1
        longest = max(longest, here)
    return longest


def _chunks(words: int) -> list[tuple[int, int]]:
    """Overlapping parts of a quotation, at most some ten."""
    size = max(6, words // 5)
    step = max(3, size // 2)
    return [(first, min(words, first + size)) for first in range(0, max(1, words - step), step)]


def _cut(matched: NDArray[np.bool_], breaks: set[int]) -> list[tuple[int, int, int]]:
    """The quotation's words shared out among the windows so that the most of them match, with few cuts:
    (first, last, window), by the best path through all (Viterbi)."""
    windows, words = matched.shape
    gains = np.where(matched, 1.0, -_MISSED)
    score = gains[:, 0].copy()
    back = np.zeros((windows, words), np.int64)
    for n in range(1, words):
        best = int(np.argmax(score))
        price = _CUT_MARKED if n in breaks else _CUT
        stays = score >= score[best] - price
        back[:, n] = np.where(stays, np.arange(windows), best)
        score = np.where(stays, score, score[best] - price) + gains[:, n]
    state = int(np.argmax(score))
    cuts: list[tuple[int, int, int]] = []
    last = words
    for n in range(words - 1, 0, -1):
        before = int(back[state, n])
        if before != state:
            cuts.append((n, last, state))
            last, state = n, before
    cuts.append((0, last, state))
    return cuts[::-1]


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
        or matched < _SHORTEST
        or matched < _ALIKE * length
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
    return _stand(
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
    return _stand(corpus, at, to, 0, words)


def _narrowed(corpus: Corpus, stand: Stand, compared: Comparison) -> Stand:
    """What of it the comparison found to be the quotation's."""
    source, _, _ = _tokens(corpus, stand)
    kept = source[compared.first : compared.last]
    if not any(token.is_word for token in kept):
        return stand
    before = sum(token.is_word for token in source[: compared.first])
    at = stand.at + before
    return _stand(corpus, at, at + sum(token.is_word for token in kept), stand.first, stand.last)


def _weight(corpus: Corpus, words: Sequence[str], stand: Stand) -> float:
    """The share of what a quotation's words say that stands in a place, be it in another spelling."""
    here = [word for word in folded(_words(corpus, stand).split()) if word]
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
