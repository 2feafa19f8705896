"""Dates and spans of dates."""

from __future__ import annotations

import re
from typing import Any

from citeproc.source import VariableError
from citeproc.string import String

from qa.citing.mended.element import Element


class Date(Element):
    def render_single_date(self, date: Any, show_parts: Any = None, context: Any = None) -> Any:
        parts = self.parts(date, show_parts, context)  # type: ignore[attr-defined]
        if not parts:
            return None
        # The delimiter of a localised date is its own; only its affixes are the caller's.
        own = self.get("delimiter") is not None or not self.is_locale_date()  # type: ignore[attr-defined]
        delimits: Any = self if own else context
        return delimits.join(parts)

    def render_date_range(self, span: Any, show_parts: Any = None, context: Any = None) -> Any:
        """Both dates, the parts that they share once: "20–22 November 1945", "November 20–22, 1945"."""
        shown = list(show_parts)
        begin = self.render_single_date(span.begin, shown, context)
        end = self.render_single_date(span.end, shown, context) if span.end.year else None
        if not begin or (span.end.year and not end):
            return begin or end
        if end is None:
            return String(f"{begin}–")
        first, last = str(begin), str(end)
        if first == last:
            return begin
        same = 0
        for part in ("year", "month"):
            if span.begin.get(part) is None or span.begin.get(part) != span.end.get(part):
                break
            same += part in shown
        head, tail = _shared(first, last, same)
        return String(first[: len(first) - tail].rstrip(" ,") + "–" + last[head:])


def _shared(first: str, last: str, most: int) -> tuple[int, int]:
    """How many characters at the beginning and at the end of two dates are the same words, of at most
    ``most`` words: the year, or the year and the month."""
    a, b = (re.findall(r"\w+\W*|\W+", date) for date in (first, last))
    most = min(most, len(a) - 1, len(b) - 1)
    head = tail = 0
    while head < most and a[head] == b[head]:
        head += 1
    while head + tail < most and a[-1 - tail].strip() == b[-1 - tail].strip():
        tail += 1
    return sum(map(len, a[:head])), sum(map(len, a[len(a) - tail :]))


class DatePart(Element):
    attrib: Any

    def render(self, *args: Any, **kwargs: Any) -> Any:
        kept = dict(self.attrib)
        try:
            return super().render(*args, **kwargs)  # type: ignore[misc]
        except AssertionError:
            # A season has no number to print.
            raise VariableError from None
        finally:
            self.attrib.clear()
            self.attrib.update(kept)
