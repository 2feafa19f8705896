"""What stands between quotation marks of any usual kind, the outermost of nested ones. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.draft.manuscript import Draft

PAIRS = {
    "“": "”", "„": "“”", "«": "»", "»": "«»", "‘": "’", "‚": "‘’", "‹": "›", "›": "‹›",
    '"': '"', "'": "'", "”": "”", "「": "」", "『": "』",
}  # fmt: skip
"""An opening mark, and what may close it."""
_EITHER_WAY = "\"'»›”"
"""What opens or closes, as what stands around it says."""
_SINGLE = "'‘"
"""Marks that may be an apostrophe: one without its other half is none."""

_BEFORE = re.compile(r"[\s(\[{—–\-/“„«‘\"'*_>]")
_ELIDED = re.compile(r"(?:\d|(?:tis|twas|twere|em|til|cause|n)\b)", re.IGNORECASE)
_FAILURES = 200
"""Opening marks of one paragraph that nothing closes, after which its rest is left alone."""


def between_marks(draft: Draft, start: int, end: int, unclosed: list[int]) -> Iterator[tuple[int, int]]:
    """Quotations between marks in one stretch of the draft, paragraph by paragraph."""
    text = draft.text
    paragraphs = list(draft.paragraphs(start, end))
    barren: dict[
        str, int
    ] = {}  # of a mark, the last of the paragraphs that begin with it and do not close it
    number = 0
    while number < len(paragraphs):
        at, stop = paragraphs[number]
        failed = 0
        while failed < _FAILURES and (opened := _opening(text, at, stop)) is not None:
            close = _closing(text, opened, stop)
            last = max(number, barren.get(text[opened], 0)) if close is None else number
            # The mark that opens is set again before each further paragraph.
            while close is None and text[opened] not in _SINGLE and last + 1 < len(paragraphs):
                following, until = paragraphs[last + 1]
                if text[following] != text[opened] or text[opened] in _EITHER_WAY:
                    break
                last += 1
                close = _closing(text, following, until)
            if close is None:
                barren[text[opened]] = last
                if text[opened] not in _SINGLE:
                    unclosed.append(opened)
                at = opened + 1
                failed += 1
                continue
            yield opened + 1, close
            number, stop, at = last, paragraphs[last][1], close + 1
        number += 1


def _opening(text: str, at: int, stop: int) -> int | None:
    for place in range(at, stop):
        sign = text[place]
        if sign in PAIRS and _opens(text, place, stop):
            return place
    return None


def _opens(text: str, place: int, stop: int) -> bool:
    sign = text[place]
    following = text[place + 1] if place + 1 < stop else " "
    if following.isspace():
        return sign == "«"  # French sets a space inside its marks
    if sign in _EITHER_WAY or sign in _SINGLE:
        if place and not _BEFORE.match(text[place - 1]):
            return False
        if sign in _SINGLE and _ELIDED.match(text, place + 1):
            return False
    return True


def _closing(text: str, opened: int, stop: int) -> int | None:
    """Where the mark at ``opened`` is closed before ``stop``; None where it is not."""
    sign = text[opened]
    closers = PAIRS[sign]
    if all(text.find(closer, opened + 1, stop) < 0 for closer in closers):
        return None
    depth = 0
    doubtful = None
    for place in range(opened + 1, stop):
        character = text[place]
        if character in closers:
            if sign in _SINGLE + "‚":
                if not _may_close(text, place, stop):
                    continue
                if text[place - 1] in "sSxz" and text[place + 1 : place + 2] == " ":
                    doubtful = doubtful or place  # "the workers’ councils"
                    continue
            if sign in '"' and not _may_close(text, place, stop):
                continue
            if depth == 0:
                return place
            depth -= 1
        elif character == sign and sign not in _EITHER_WAY:
            if sign in _SINGLE:
                # Another quotation begins: what looked like a genitive was the end.
                if doubtful is not None:
                    return doubtful
                continue
            depth += 1
    return doubtful


def _may_close(text: str, place: int, stop: int) -> bool:
    following = text[place + 1] if place + 1 < stop else " "
    return not following.isalnum() and (not text[place - 1].isspace() or text[place] in "»")
