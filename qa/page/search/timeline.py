"""The chronology as HTML: a line of time with its marks, and the list that says the same in words. Pure.

Words of documents are data: all of them pass through ``html.escape``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from babel.dates import format_skeleton

from qa.chronology import Dated, Scale, Tick, Unit, lanes, scale
from qa.page.search import plot
from qa.page.search.dated import Item, Items, in_words
from qa.page.texts import Words

MARKS = 150
"""Things that are drawn each for itself; of more, how many there are in each day, month or year."""

_LANES = 14
_GAP = 0.013  # of the line's length, about the width of a mark
_FEW_UNITS = 120  # bars of days or months at most, before it is months or years
_SHORT = 90  # characters of a title


def line(items: Items, say: Words) -> str:
    """The line of time; "" where nothing has a date. What is pressed leads to the item of that number, in the
    list's order."""
    dated = items.along.dated
    if not dated:
        return ""
    axis = scale(min(one.first for one in dated), max(one.last for one in dated))
    first, last = in_words(dated[0].span, say), in_words(max(dated, key=lambda one: one.last).span, say)
    says = say("chronology.spread", n=say.number(len(dated)), first=first, last=last)
    places = [(axis.at(one.first), axis.at(one.last + 1)) for one in dated]
    held = lanes(places, _GAP)
    if len(dated) > MARKS or max(held) >= _LANES:
        return f'<figure class="timeline">{_bars(dated, axis, says, say)}</figure>'
    drawn = "".join(
        _mark(number, one, where, lane, say)
        for number, (one, where, lane) in enumerate(zip(dated, places, held, strict=True))
    )
    labels = "".join(_label(tick, axis, say) for tick in axis.ticks)
    hollow = any(not one.certain or one.last > one.first for one in dated)
    legend = f'<figcaption class="told">{escape(say("chronology.hollow"))}</figcaption>' if hollow else ""
    return (
        f'<figure class="timeline"><div class="line" role="img" aria-label="{escape(says)}" '
        f'style="--lanes:{max(held) + 1}">{drawn}<div class="labels" aria-hidden="true">{labels}</div></div>'
        f"{legend}</figure>"
    )


def _mark(number: int, one: Dated[Item], where: tuple[float, float], lane: int, say: Words) -> str:
    start, end = where
    states = [
        name
        for name, on in (
            ("uncertain", not one.certain),
            ("long", one.last > one.first),
            ("open-start", one.open_start),
            ("open-end", one.open_end),
        )
        if on
    ]
    title = f"{in_words(one.span, say)}: {_cut(one.thing.title)}"
    return (
        f'<span class="{" ".join(["dot", *states])}" data-item="{number}" title="{escape(title)}" '
        f'style="left:{100 * start:.3f}%;width:{100 * (end - start):.3f}%;--lane:{lane}"></span>'
    )


def _label(tick: Tick, axis: Scale, say: Words) -> str:
    return (
        f'<span style="left:{100 * axis.at(tick.at):.2f}%">{escape(_tick(tick.date, tick.unit, say))}</span>'
    )


def _tick(day: date, unit: Unit, say: Words) -> str:
    locale = "en_GB" if say.language == "en" else say.language
    if unit == "year":
        return str(day.year)
    return format_skeleton("yMMM" if unit == "month" else "MMMd", day, locale=locale)


def _bars(dated: Sequence[Dated[Item]], axis: Scale, says: str, say: Words) -> str:
    """How many there are in each day, month or year; of a span, in its first."""
    first, last = date.fromordinal(axis.first), date.fromordinal(axis.last)
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    unit: Unit = "year"
    if axis.last - axis.first < _FEW_UNITS:
        unit = "day"
    elif months <= _FEW_UNITS:
        unit = "month"

    def of(day: int) -> int:
        at = date.fromordinal(day)
        return {"day": day, "month": 12 * at.year + at.month - 1, "year": at.year}[unit]

    def named(number: int) -> str:
        if unit == "day":
            day = date.fromordinal(number)
        elif unit == "month":
            day = date(number // 12, number % 12 + 1, 1)
        else:
            day = date(number, 1, 1)
        return _tick(day, unit, say)

    counts: dict[int, int] = dict.fromkeys(range(of(axis.first), of(axis.last) + 1), 0)
    begins: dict[int, int] = {}
    for number, one in enumerate(dated):
        counts[of(one.first)] += 1
        begins.setdefault(of(one.first), number)
    every = [
        plot.Bar(at, named(at), count, f"{named(at)}: {say.number(count)}", str(begins.get(at, "")))
        for at, count in counts.items()
    ]
    return plot.bars(every, says, say.number(max(counts.values())))


def entries(items: Items, first: int, words: Sequence[tuple[tuple[str, str, str], str]], say: Words) -> str:
    """The list from item ``first`` on; ``words`` are those of each item that is shown (before the place, at
    it, behind it), with its citation ("" where none is shown)."""
    dated = items.along.dated
    drawn = []
    before = None
    for number, (text, citation) in enumerate(words, start=first):
        one = dated[number] if number < len(dated) else None
        item = one.thing if one is not None else items.along.undated[number - len(dated)]
        group = say("chronology.undated") if one is None else str(date.fromordinal(one.first).year)
        head = "" if group == before else f"<h3>{escape(group)}</h3>"
        before = group
        when = "" if one is None else f'<p class="when">{escape(in_words(one.span, say))}</p>'
        count = f" · {say.count(item.places, 'chronology.places')}" if item.places else ""
        title = f'<p class="title">{escape(item.title)}{escape(count)}</p>'
        cited = f'<p class="citation">{escape(citation)}</p>' if citation else ""
        # A quote says by its citation where it is from.
        drawn.append(
            f'<li data-item="{number}" tabindex="-1">{head}<div class="entry">{when}<div class="what">'
            f"<blockquote>{_words(*text)}</blockquote>{cited or title}"
            f'<p class="actions"><button type="button" data-do="place" data-item="{number}">'
            f"{escape(say('chronology.show'))}</button></p></div></div></li>"
        )
    return f'<ol class="chronology">{"".join(drawn)}</ol>'


def _words(left: str, words: str, right: str) -> str:
    """A quote, or a place found; it is said where the text goes on."""
    if not left and not right:
        return escape(words)
    before, behind = '<span class="cut">… </span>', '<span class="cut"> …</span>'
    return f'{before}{escape(left)}<mark class="phrase">{escape(words)}</mark>{escape(right)}{behind}'


def _cut(title: str) -> str:
    return title if len(title) <= _SHORT else title[:_SHORT].rstrip() + "…"
