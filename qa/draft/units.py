"""A quotation as words and marks: as they stand, or with brackets and dots as the writer's own signs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from qa.draft.wording import DOTS, tokens
from qa.folding import Folded

OMITTED = 120
"""Words that an ellipsis may leave out: a passage's length. What lies further apart is two places."""
_COMMENT = re.compile(
    r"(?i)sic|!|\?|(?:my |our )?(?:emphasis|italics)(?: added| mine| ours| in (?:the )?original)?"
    r"|курсив.*|выделено.*|так"
)
_LONGEST_BRACKET = 200  # words and marks


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or mark of a quotation; a "gap" where it says that words are left out; a "bracket" with what the
    writer put in. ``loose`` is a word whose first letter's case is changed in brackets. ``limit`` is how many
    words of the source a bracket may stand for."""

    kind: Literal["word", "mark", "gap", "bracket"]
    text: str
    start: int
    end: int
    loose: bool = False
    limit: int = 0


def literal(view: Folded, start: int, end: int) -> list[Unit]:
    """A quotation as it stands, brackets and dots as the source's own. Offsets are the true text's."""
    first, last = view.of(start, end)
    return [
        Unit("word" if token.is_word else "mark", token.text, token.start, token.end)
        for token in tokens(view, first, last)
    ]


def marked(units: Sequence[Unit]) -> list[Unit]:
    """The same with brackets and dots as the writer's: omissions, and what was put in."""
    made: list[Unit] = []
    at = 0
    while at < len(units):
        unit = units[at]
        close = _close(units, at)
        if close is not None:
            at = _bracketed(units, at, close, made)
        elif unit.text == DOTS:
            made.append(replace(unit, kind="gap", limit=OMITTED))
            at += 1
        else:
            made.append(unit)
            at += 1
    return made


def has_signs(units: Iterable[Unit]) -> bool:
    """Whether there are dots or brackets, which may be the writer's or the source's."""
    return any(unit.text in (DOTS, "[") for unit in units)


def _close(units: Sequence[Unit], at: int) -> int | None:
    """Where a bracket that the writer may have set closes."""
    opened = units[at].text
    closing = {"[": "]", "(": ")", "<": ">"}.get(opened)
    if closing is None:
        return None
    reach = min(len(units), at + _LONGEST_BRACKET)
    close = next((n for n in range(at + 1, reach) if units[n].text == closing), None)
    if close is None:
        return None
    dots_alone = close == at + 2 and units[at + 1].text == DOTS
    return close if opened == "[" or dots_alone else None


def _bracketed(units: Sequence[Unit], at: int, close: int, made: list[Unit]) -> int:
    inner = units[at + 1 : close]
    first, last = units[at], units[close]
    words = [unit for unit in inner if unit.kind == "word"]
    if inner and all(unit.text in (DOTS, ".") for unit in inner):
        made.append(Unit("gap", DOTS, first.start, last.end, limit=OMITTED))
        return close + 1
    following = units[close + 1] if close + 1 < len(units) else None
    attached = following is not None and following.kind == "word" and following.start == last.end
    if attached and following and len(words) == len(inner) == 1 and len(words[0].text) == 1:
        # "[t]he"
        whole = words[0].text + following.text
        made.append(Unit("word", whole, first.start, following.end, loose=True))
        return close + 2
    start, end, limit = first.start, last.end, len(words) + 3
    if not words or _COMMENT.fullmatch(" ".join(unit.text for unit in inner)):
        limit = 0
    following_end = close + 1
    if made and made[-1].kind == "word" and made[-1].end == first.start:
        # "want[ed]": what is left of the word stands for a word of the source.
        start = made.pop().start
        limit += 1
    if attached and following:
        end, following_end = following.end, close + 2
        limit += 1
    text = " ".join(unit.text for unit in inner)
    made.append(Unit("bracket", text, start, end, limit=limit))
    return following_end


def trimmed(units: Sequence[Unit]) -> tuple[list[Unit], list[Unit], list[Unit]]:
    """The marks before the first word, all from the first word to the last, the marks behind it."""
    where = [n for n, unit in enumerate(units) if unit.kind == "word"]
    if not where:
        return list(units), [], []
    return list(units[: where[0]]), list(units[where[0] : where[-1] + 1]), list(units[where[-1] + 1 :])
