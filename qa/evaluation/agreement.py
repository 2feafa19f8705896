"""How far two people's marks agree: Cohen's kappa.

Two files are compared: sets that ``qa marks --out`` wrote, files of marks, or plain evaluation sets. What
both judged is compared in two ways: whether a question has an answer, and whether a place answers it. Where
both say that there is an answer it is also counted how often they found it in the same place.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qa.errors import UsageError
from qa.evaluation.marks import Judgement, Spot, from_dict, standing
from qa.evaluation.measures import interval, resample
from qa.evaluation.wording import HIT, overlap

Asked = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement of two people over ``units`` that both judged. ``observed`` is the share on which they agree,
    ``expected`` the share that chance would give for how often each says what, both in [0, 1]; ``kappa`` is
    (observed - expected) / (1 - expected), in [-1, 1], with a 95 % percentile bootstrap interval over units.
    All are None without units, ``kappa`` and its bounds where chance alone would agree on everything: both
    said the same of all. ``table`` counts (what the first said, what the second said)."""

    units: int
    observed: float | None
    expected: float | None
    kappa: float | None
    low: float | None
    high: float | None
    table: Mapping[tuple[Any, Any], int]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A question, by its id in the first file, on which the two differ, and what each said."""

    id: str
    question: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """``questions``: has it an answer; ``places``: does this place answer; ``same_place`` of ``both_answer``:
    how many of the questions that both say have an answer have it in the same place. ``only_first`` and
    ``only_second`` count the questions that the other did not judge."""

    questions: Kappa
    places: Kappa
    same_place: int
    both_answer: int
    only_first: int
    only_second: int
    disagreements: tuple[Disagreement, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What one file says of one question: whether it has an answer (None: not said), and of places whether
    they answer it. A place of which only the document is known has no words."""

    id: str
    question: str
    answerable: bool | None
    places: tuple[tuple[str, str, bool], ...]
    """(document, words, whether it answers)"""


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> Kappa:
    """Cohen's kappa of pairs of labels, one of each person for each unit (Cohen 1960)."""
    table = Counter(pairs)
    if not pairs:
        return Kappa(0, None, None, None, None, None, table)
    labels = sorted({label for pair in pairs for label in pair}, key=repr)
    place = {label: number for number, label in enumerate(labels)}
    first = np.eye(len(labels))[[place[one] for one, _ in pairs]]
    second = np.eye(len(labels))[[place[other] for _, other in pairs]]
    same = (first * second).sum(axis=1)
    counts = np.vstack([np.ones((1, len(pairs))), resample(len(pairs))]) / len(pairs)
    observed = counts @ same
    expected = ((counts @ first) * (counts @ second)).sum(axis=1)
    room = 1 - expected
    # Where chance leaves no room the value is 0 / 0; sums of shares miss 1 by rounding alone.
    values = np.divide(observed - expected, room, out=np.full(len(room), np.nan), where=room > 1e-9)
    if math.isnan(values[0]):
        return Kappa(len(pairs), float(observed[0]), float(expected[0]), None, None, None, table)
    low, high = interval(values[1:])
    return Kappa(len(pairs), float(observed[0]), float(expected[0]), float(values[0]), low, high, table)


def agree(first: str | Path, second: str | Path) -> Agreement:
    """How far the judgements in two files agree. Questions are the same where their words are, with the
    earlier ones that they lean on; places where they lie in one document and share at least half of the
    shorter one's words in one run, as evidence and quotes do.

    Raises UsageError where a file cannot be read or holds no judgement, or the two share no question."""
    mine, other = read_judged(first), read_judged(second)
    common = [asked for asked in mine if asked in other]
    if not common:
        raise UsageError(
            f"{first} and {second} have no question in common, so there is nothing to compare. "
            "Both people must mark answers to the same questions."
        )
    answerable: list[tuple[Hashable, Hashable]] = []
    places: list[tuple[Hashable, Hashable]] = []
    differing: list[Disagreement] = []
    same_place = both = 0
    for asked in common:
        one, two = mine[asked], other[asked]
        if one.answerable is not None and two.answerable is not None:
            answerable.append((one.answerable, two.answerable))
            if one.answerable != two.answerable:
                differing.append(Disagreement(one.id, one.question, _word(one), _word(two)))
        if one.answerable and two.answerable:
            both += 1
            if _meet(one, two):
                same_place += 1
            else:
                differing.append(
                    Disagreement(one.id, one.question, "answered elsewhere", "answered elsewhere")
                )
        for words, pair in _judged_by_both(one, two):
            places.append(pair)
            if pair[0] != pair[1]:
                said = [f"“{_short(words)}” {'answers' if yes else 'does not answer'}" for yes in pair]
                differing.append(Disagreement(one.id, one.question, *said))
    return Agreement(
        kappa(answerable),
        kappa(places),
        same_place,
        both,
        len(mine) - len(common),
        len(other) - len(common),
        tuple(differing),
    )


def read_judged(path: str | Path) -> dict[Asked, Judged]:
    """What a file says of each question. Raises UsageError: not readable, a line that is no question nor
    mark (with its number), nothing in it."""
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise UsageError(f"{path}: cannot be read ({reason}).") from error
    marks: list[Judgement] = []
    plain: dict[Asked, Judged] = {}
    ids: dict[Asked, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("not a JSON object")
            if "verdict" in row:
                marks.append(from_dict(row))
            elif isinstance(row.get("marks"), list):
                marks.extend(from_dict({**_question(row), **_object(mark)}) for mark in row["marks"])
            else:
                one = _plain(row, number)
                plain[_asked(row)] = one
            if isinstance(row.get("id"), str):
                ids[_asked(row)] = row["id"]
        except (ValueError, RecursionError) as error:
            what = str(error) if type(error) is ValueError else "not JSON"
            raise UsageError(
                f"{path}, line {number}: {what}. Give files of `qa marks --out`, or evaluation sets."
            ) from error
    judged = {**plain, **_of_marks(marks, ids)}
    if not judged:
        raise UsageError(f"{path}: no judgement in it. Give files of `qa marks --out`, or evaluation sets.")
    return judged


def _of_marks(marks: Iterable[Judgement], ids: Mapping[Asked, str]) -> dict[Asked, Judged]:
    asked: dict[Asked, list[Judgement]] = {}
    for one in standing(marks):
        asked.setdefault(one.asked, []).append(one)
    found = {}
    for words, said in asked.items():
        answers = len({one.by for one in said if one.verdict == "answers"})
        nothing = [one for one in said if one.verdict == "nothing answers"]
        spots = [(one.spot, one.verdict == "answers") for one in said if one.spot is not None]
        explicit = {spot.key for spot, _ in spots}
        # Who says that nothing here answers has judged every quote that was shown.
        spots += [(spot, False) for one in nothing for spot in one.seen if spot.key not in explicit]
        none = len({one.by for one in nothing})
        answerable = None if answers == none else answers > none
        found[words] = Judged(
            ids.get(words, said[0].id), said[0].question, answerable, tuple(_triple(*each) for each in spots)
        )
    return found


def _triple(spot: Spot, answers: bool) -> tuple[str, str, bool]:
    return spot.document, spot.quote, answers


def _asked(row: Mapping[str, Any]) -> Asked:
    given = _question(row)
    return (*given["after"], given["question"])


def _question(row: Mapping[str, Any]) -> dict[str, Any]:
    question, after = row.get("question"), row.get("after") or []
    if not isinstance(question, str) or not question.strip():
        raise ValueError('"question" is missing or empty')
    if not isinstance(after, list) or not all(isinstance(earlier, str) for earlier in after):
        raise ValueError('"after" is not a list of texts')
    return {"question": question.strip(), "after": after}


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError('an item of "marks" is not an object')
    return value


def _plain(row: Mapping[str, Any], number: int) -> Judged:
    """A question of an evaluation set that nobody built by marking."""
    given, evidence = _question(row), row.get("evidence")
    if not isinstance(evidence, list):
        raise ValueError('neither "verdict", "marks" nor "evidence" is in it')
    places = []
    for item in evidence:
        if not isinstance(item, dict) or not isinstance(item.get("document"), str):
            raise ValueError('an item of "evidence" names no "document"')
        words = item.get("quote")
        places.append((item["document"], words if isinstance(words, str) else "", True))
    return Judged(str(row.get("id") or number), given["question"], bool(places), tuple(places))


def _same(one: tuple[str, str, bool], two: tuple[str, str, bool]) -> bool:
    if one[0] != two[0]:
        return False
    return not (one[1] and two[1]) or overlap(one[1], two[1]) >= HIT


def _meet(one: Judged, two: Judged) -> bool:
    """Whether a place where one found the answer is a place where the other did."""
    return any(_same(a, b) for a in one.places if a[2] for b in two.places if b[2])


def _judged_by_both(one: Judged, two: Judged) -> Iterable[tuple[str, tuple[bool, bool]]]:
    """(words, (what the first says, what the second says)) of each place that both judged; the same words of
    both come before words that only overlap, and each place counts once."""
    left = list(two.places)
    rest = []
    for place in one.places:
        other = next((o for o in left if o[:2] == place[:2]), None)
        if other is None:
            rest.append(place)
        else:
            left.remove(other)
            yield place[1], (place[2], other[2])
    for place in rest:
        other = next((o for o in left if place[1] and o[1] and _same(place, o)), None)
        if other is not None:
            left.remove(other)
            yield place[1], (place[2], other[2])


def _word(one: Judged) -> str:
    return "has an answer" if one.answerable else "has none"


def _short(words: str, most: int = 90) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"
