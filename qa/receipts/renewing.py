"""A kept answer made anew from the library as it is now.

What was kept says where each quote stood and how sure the answer was. Everything else that is shown of a
quote (its words, pages, notes, citation) is taken from the library again, so that nothing which was kept,
damaged or made up elsewhere can be shown as the words of a document that does not hold them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.errors import UnknownDocument, UsageError
from qa.presenting import as_quote
from qa.query import words
from qa.quoting import Selection, alike
from qa.receipts.differing import closest
from qa.splitting import clean
from qa.types import Answer, Document, Quote, Searched, Voice

if TYPE_CHECKING:
    from qa.library.protocol import Library

MOST = 50
"""Quotes in one answer."""

_LONGEST = 20_000  # characters of a quote, a question or a name
_EARLIER = 1_000  # questions before this one


@dataclass(frozen=True, slots=True)
class Renewed:
    """``answer`` with the quotes that stand; ``lost`` are the others, as they were kept: their document is
    gone or does not hold these words any more."""

    answer: Answer
    lost: tuple[Mapping[str, Any], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the quote that the answer rests on, its first, still stands."""
        shown = (*self.answer.quotes, *self.answer.nearest)
        first = min((quote["number"] for quote in self.lost), default=MOST + 1)
        return not self.lost or any(quote.number < first for quote in shown)


def renew(kept: Mapping[str, Any], library: Library, *, style: str) -> Renewed:
    """The answer that ``answer_to_dict`` wrote as ``kept``, made anew from the library, cited in ``style``. A
    quote whose words stand elsewhere in its document now is the quote of that place.

    Raises UsageError where ``kept`` is no such answer, LibraryError."""
    document = cache(library.document)
    wanted: dict[str, list[Mapping[str, Any]]] = {}
    for name in ("quotes", "nearest"):
        wanted[name] = [_sound(quote) for quote in _list(kept, name, MOST)]
    lost: list[Mapping[str, Any]] = []
    standing: dict[str, tuple[Quote, ...]] = {}
    for name, quotes in wanted.items():
        found = []
        for quote in quotes:
            renewed = _quote(quote, library, document, style)
            if renewed is None:
                lost.append(quote)
            else:
                found.append(renewed)
        standing[name] = tuple(found)
    searched = _part(kept, "searched", dict)
    answer = Answer(
        question=_text(kept, "question"),
        after=tuple(_is_text(words) for words in _list(kept, "after", _EARLIER)),
        answered=_part(kept, "answered", bool),
        confidence=_share(kept, "confidence"),
        quotes=standing["quotes"],
        nearest=standing["nearest"],
        searched=Searched(_count(searched, "documents"), _count(searched, "passages")),
        seconds=_seconds(kept),
    )
    if answer.answered != bool(wanted["quotes"]) or (answer.answered and wanted["nearest"]):
        raise _amiss("answered")
    return Renewed(answer, tuple(lost))


def _quote(
    kept: Mapping[str, Any], library: Library, document: Callable[[str], Document], style: str
) -> Quote | None:
    """The quote as it stands now; None where its document is gone or does not hold its words."""
    name, text, start = kept["document"], kept["text"], kept["start"]
    try:
        now = document(name)
        source = library.source_of(name)
    except UnknownDocument:
        return None
    at = start if now.text[start : start + len(text)] == text else closest(now.text, text, start)
    if at is None:
        return None
    selection = Selection(
        name,
        at,
        at + len(text),
        _voice(now, at),
        0.0,
        0,
        np.zeros(0, dtype=np.float32),
        _phrase(kept, now, at),
        tuple(_also(kept, clean(now, at, at + len(text)), document)),
    )
    quote = as_quote(kept["number"], selection, source, document=document, style=style)
    return replace(quote, score=_share(kept, "score"))


def _voice(document: Document, at: int) -> Voice:
    """Whose words stand at an offset."""
    for mark in document.marks:
        if mark.kind in ("note", "heading", "front") and mark.start <= at < mark.end:
            return mark.kind
    return "text"


def _phrase(kept: Mapping[str, Any], document: Document, at: int) -> tuple[int, int] | None:
    """Where the kept phrase stands inside the quote that begins ``at`` now; None where it does not."""
    phrase = kept.get("phrase")
    if not isinstance(phrase, Mapping):
        return None
    first, last, said = phrase.get("start"), phrase.get("end"), phrase.get("text")
    if type(first) is not int or type(last) is not int:
        return None
    first, last = first - kept["start"] + at, last - kept["start"] + at
    inside = at <= first < last <= at + len(kept["text"])
    return (first, last) if inside and document.text[first:last] == said else None


def _also(
    kept: Mapping[str, Any], said: str, document: Callable[[str], Document]
) -> list[tuple[str, int, int]]:
    """The other places that still hold very nearly the same words."""
    places = kept.get("also_at")
    found = []
    own = [word.lower() for word in words(said)]
    for place in places[:MOST] if isinstance(places, list) else ():
        if not isinstance(place, Mapping):
            continue
        name, start, end = place.get("document"), place.get("start"), place.get("end")
        if not isinstance(name, str) or type(start) is not int or type(end) is not int:
            continue
        try:
            other = document(name)
        except UnknownDocument:
            continue
        inside = 0 <= start < end <= min(len(other.text), start + _LONGEST)
        if inside and alike([word.lower() for word in words(clean(other, start, end))], own):
            found.append((name, start, end))
    return found


# ── what was kept may be anything ───────────────────────────────────────────────────────────────────


def _amiss(name: str) -> UsageError:
    return UsageError(f"This is not an answer that Ibid kept: {name} is amiss.")


def _part(kept: Mapping[str, Any], name: str, kind: type) -> Any:
    """The value of this very type: True is no number."""
    value = kept.get(name) if isinstance(kept, Mapping) else None
    if type(value) is not kind:
        raise _amiss(name)
    return value


def _list(kept: Mapping[str, Any], name: str, most: int) -> Sequence[Any]:
    values: Sequence[Any] = _part(kept, name, list)
    if len(values) > most:
        raise _amiss(name)
    return values


def _text(kept: Mapping[str, Any], name: str) -> str:
    return _is_text(_part(kept, name, str))


def _is_text(value: Any) -> str:
    """Raises UsageError for what is no text, or has a half of a character, which nothing could show."""
    if not isinstance(value, str) or len(value) > _LONGEST or any("\ud800" <= c <= "\udfff" for c in value):
        raise _amiss("a text")
    return value


def _count(kept: Mapping[str, Any], name: str) -> int:
    number: int = _part(kept, name, int)
    if not 0 <= number < 10**12:
        raise _amiss(name)
    return number


def _number(kept: Mapping[str, Any], name: str) -> float:
    """JSON writes 1.0 as 1."""
    value = kept.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _amiss(name)
    return float(value)


def _share(kept: Mapping[str, Any], name: str) -> float:
    value = _number(kept, name)
    if not 0 <= value <= 1:
        raise _amiss(name)
    return value


def _seconds(kept: Mapping[str, Any]) -> float:
    return min(max(_number(kept, "seconds"), 0.0), 1e6)


def _sound(quote: Any) -> Mapping[str, Any]:
    """The quote where all that it is found by is there."""
    if not isinstance(quote, Mapping):
        raise _amiss("a quote")
    number = _count(quote, "number")
    if not 1 <= number <= MOST or not _text(quote, "text").strip():
        raise _amiss("a quote")
    _text(quote, "document")
    _count(quote, "start")
    _share(quote, "score")
    return quote
