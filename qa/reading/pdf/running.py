"""What the print repeats on its pages, running heads and folios, and the printed number of each page.

Judged over the whole file: a number at the top or foot of a page is its folio where the numbers of other
pages count up with it; a line is a running head or foot where it comes again at the same height.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.reading.pdf.sheets import Run, Sheet

EDGE_ROWS = 3
"""Rows at the top and at the foot of a page that may be running heads or feet."""

EDGE = 0.3
"""The share of a page's height in which they stand, at the top and at the foot."""

SAME_HEIGHT = 4.0
"""Points by which the heights of one running head differ over the pages."""

APART = 1.45
"""A running head without a folio stands this many times its size from the next row, at least."""

NEAR = 4
"""Pages within which a head that comes only twice comes again (the two sides of a leaf, a short chapter)."""

REACH = 2
"""Pages before the first and after the last folio of a row of them that are counted on."""

MAX_FOLIO = 20_000

_ROMAN = re.compile(
    r"(?=[ivxlcdm])m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.IGNORECASE
)
_FOLIO = re.compile(
    r"[\W_]*(?:(?:page|p\.|seite|s\.|стр\.|с\.)\s*)?(?P<number>\d{1,5}|[ivxlcdmIVXLCDM]{1,9})"
    r"(?:\s*(?:of|/|von|из)\s*\d{1,5})?[\W_]*",
    re.IGNORECASE,
)
_FIRST = re.compile(r"(\d{1,5}|[ivxlcdmIVXLCDM]{1,9})(?=\s)")
_LAST = re.compile(r"(?<=\s)(\d{1,5}|[ivxlcdmIVXLCDM]{1,9})(?:\s?(?:of|/)\s?\d{1,5})?$")
_DIGITS = re.compile(r"\d+")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


@dataclass(frozen=True, slots=True)
class Numbering:
    """How pages are numbered: in figures, small or capital roman numerals; ``offset`` is the number of a
    page less its place in the file."""

    kind: str  # "figures", "roman", "ROMAN"
    offset: int


@dataclass(slots=True)
class Running:
    """Of one page: the runs of its running heads and of its feet, and its printed number (None: it has
    none that can be told)."""

    heads: list[list[Run]] = field(default_factory=list)
    feet: list[list[Run]] = field(default_factory=list)
    label: str | None = None


@dataclass(slots=True)
class _Row:
    page: int
    baseline: float
    size: float
    text: str
    runs: list[Run]
    apart: float  # from the next row inwards, in sizes; 0 where there is none
    folios: list[tuple[str, int]]  # numberings that it fits, each with its number
    alone: bool  # nothing but a number


def find_running(sheets: Sequence[Sheet]) -> list[Running]:
    """For each page what runs over the pages on it, and its number."""
    tops = [_edge(sheet, top=True) for sheet in sheets]
    feet = [_edge(sheet, top=False) for sheet in sheets]
    known = _numberings(tops, feet)
    chosen = [_own(page, known, tops[page], feet[page]) for page in range(len(sheets))]
    found = [Running() for _ in sheets]
    for rows, top in ((tops, True), (feet, False)):
        for page, running in enumerate(_repeated(rows, chosen)):
            if top:
                found[page].heads = [row.runs for row in running]
            else:
                found[page].feet = [row.runs for row in reversed(running)]
    for page, label in enumerate(_counted_on(chosen)):
        found[page].label = label
    return found


def roman(value: int) -> str:
    """A number in small roman numerals; "" below 1."""
    out = ""
    for number, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    ):
        while value >= number:
            out, value = out + letters, value - number
    return out


def _edge(sheet: Sheet, *, top: bool) -> list[_Row]:
    """The outermost rows of a page, the outermost first."""
    depth = EDGE * sheet.height
    near: list[Run] = []
    inner: list[Run] = []
    for run in sheet.runs:
        (near if (run.baseline if top else sheet.height - run.baseline) < depth else inner).append(run)
    runs = sorted(near, key=lambda r: r.baseline, reverse=not top)
    if inner:  # its distance says whether the row before it stands apart
        runs.append(min(inner, key=lambda r: r.baseline) if top else max(inner, key=lambda r: r.baseline))
    rows: list[list[Run]] = []
    for run in runs:
        if rows and abs(rows[-1][0].baseline - run.baseline) <= 0.35 * max(run.size, rows[-1][0].size):
            rows[-1].append(run)
        elif len(rows) > EDGE_ROWS:
            break
        else:
            rows.append([run])
    found = []
    for at, row in enumerate(rows[: min(EDGE_ROWS, len(rows) - bool(inner))]):
        row.sort(key=lambda r: r.left)
        text = " ".join(r.text for r in row)
        size = max(r.size for r in row)
        gap = abs(rows[at + 1][0].baseline - row[0].baseline) / size if at + 1 < len(rows) else 0.0
        whole = _FOLIO.fullmatch(text)
        alone = whole is not None
        numbers = [whole["number"]] if whole else _outer(text)
        found.append(
            _Row(
                sheet.index, row[0].baseline, size, text, row, gap,
                [f for number in numbers for f in _read(number)], alone,
            )
        )  # fmt: skip
    return found


def _outer(text: str) -> list[str]:
    """Numbers that a row begins or ends with."""
    return [m[1] for m in (_FIRST.match(text), _LAST.search(text)) if m]


def _read(number: str) -> list[tuple[str, int]]:
    if number.isdigit():
        value = int(number)
        return [("figures", value)] if 0 < value <= MAX_FOLIO and not number.startswith("0") else []
    if number == number.lower():
        kind = "roman"
    elif number == number.upper():
        kind = "ROMAN"
    else:
        return []
    if not _ROMAN.fullmatch(number):
        return []
    total = 0
    values = [_VALUES[c] for c in number.lower()]
    for at, value in enumerate(values):
        total += -value if any(later > value for later in values[at + 1 : at + 2]) else value
    return [(kind, total)]


def _numberings(tops: Sequence[list[_Row]], feet: Sequence[list[_Row]]) -> dict[Numbering, int]:
    """The numberings that the folios of enough pages agree in, each with how many."""
    alone: dict[Numbering, set[int]] = defaultdict(set)
    inline: dict[Numbering, set[int]] = defaultdict(set)
    for page, rows in enumerate(zip(tops, feet, strict=True)):
        for row in {id(r): r for side in rows for r in side}.values():
            for kind, value in row.folios:
                (alone if row.alone else inline)[Numbering(kind, value - page)].add(page)
    needed = 1 if len(tops) == 1 else 2
    found = {}
    for numbering in {*alone, *inline}:
        # One page in two hundred may agree by chance, as a table's numbers do.
        pages = alone[numbering] | inline[numbering]
        enough = len(alone[numbering]) >= needed or len(pages) >= 3
        if enough and (len(pages) >= 3 or _close(pages) or len(tops) <= 2):
            found[numbering] = len(pages)
    return found


def _close(pages: set[int]) -> bool:
    return max(pages) - min(pages) <= NEAR


def _own(
    page: int, known: dict[Numbering, int], top: list[_Row], foot: list[_Row]
) -> tuple[Numbering, _Row] | None:
    """The numbering that a page's own folio belongs to, and the row that it stands in."""
    best: tuple[tuple[bool, int], Numbering, _Row] | None = None
    for row in (*top, *foot):
        for kind, value in row.folios:
            numbering = Numbering(kind, value - page)
            rank = (row.alone, known.get(numbering, 0))
            if numbering in known and (best is None or rank > best[0]):
                best = rank, numbering, row
    return best and (best[1], best[2])


def _repeated(
    pages: Sequence[list[_Row]], chosen: Sequence[tuple[Numbering, _Row] | None]
) -> list[list[_Row]]:
    """Of each page the rows that run over the pages, the outermost first."""
    keys: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for rows in pages:
        for row in rows:
            keys[_key(row.text)][round(row.baseline)].append(row.page)
    constant = Counter((row.text, round(row.baseline)) for rows in pages for row in rows)
    often = max(5, len(pages) // 3)
    folios = [own[1] for own in chosen if own is not None]
    levels = _levels([row.baseline for row in folios if any(row is r for r in pages[row.page])])
    # Where heads that come again stand, others stand that come once: the title of a short chapter.
    steady = _levels([r.baseline for rows in pages for r in rows[:1] if _comes_again(r, keys)])
    found = []
    for page, rows in enumerate(pages):
        own = chosen[page]
        running = 0
        for at, row in enumerate(rows):
            is_folio = own is not None and row is own[1] and (row.alone or _at(row, levels))
            once = row.apart >= APART and _at(row, steady) and len(row.text) <= 120 and at == 0
            again = _comes_again(row, keys)
            # The last of them stands apart from the text, unless it is the same on page after page.
            same = running == at and constant[row.text, round(row.baseline)] >= often
            last = row.apart >= APART or same
            if is_folio or once or (again and last):
                running = at + 1
            elif not again and row.apart < APART:
                break  # the body begins; a number further in is no folio
        found.append(rows[:running])
    return found


def _key(text: str) -> str:
    words = [
        "#" if _ROMAN.fullmatch(word.strip("[]()-–—.")) else word for word in _DIGITS.sub("#", text).split()
    ]
    return " ".join(words).casefold().strip()


def _comes_again(row: _Row, keys: dict[str, dict[int, list[int]]]) -> bool:
    """``keys`` has, for what is written in a row and its height, the pages that have it, in order: looked
    up rather than gone through, since ten thousand pages may share a head."""
    key = _key(row.text)
    if not any(c.isalpha() for c in key) or len(row.text) > 160:
        return False
    middle, reach = round(row.baseline), int(SAME_HEIGHT)
    same = [on for level in range(middle - reach, middle + reach + 1) if (on := keys[key].get(level))]
    others = sum(len(on) for on in same) - 1
    if others >= 2:
        return True
    return any(on != row.page and abs(on - row.page) <= NEAR for level in same for on in level)


def _levels(baselines: list[float]) -> set[int]:
    """Heights, in whole points, at which three rows stand or more."""
    counts = Counter(round(b) for b in baselines)
    reach = SAME_HEIGHT / 2
    near = {level: sum(n for at, n in counts.items() if abs(at - level) <= reach) for level in counts}
    return {level for level, pages in near.items() if pages >= min(3, len(baselines))}


def _at(row: _Row, levels: set[int]) -> bool:
    return any(abs(row.baseline - level) <= SAME_HEIGHT for level in levels)


def _counted_on(chosen: Sequence[tuple[Numbering, _Row] | None]) -> list[str | None]:
    """A label for each page: its own folio, else counted on from its neighbours' where they agree."""
    numbering: list[Numbering | None] = [own[0] if own else None for own in chosen]
    known = [at for at, own in enumerate(numbering) if own is not None]
    if not known:
        return [None] * len(chosen)
    # A lone number between two that agree with each other is a misreading.
    for before, at, after in zip(known, known[1:], known[2:], strict=False):
        if numbering[before] == numbering[after] != numbering[at]:
            numbering[at] = numbering[before]
    filled = list(numbering)
    for before, after in zip([-1, *known], [*known, len(chosen)], strict=True):
        one = numbering[before] if before >= 0 else None
        two = numbering[after] if after < len(chosen) else None
        if one is not None and one == two:
            filled[before + 1 : after] = [one] * (after - before - 1)
            continue
        low, high = before + 1, after - 1
        if two is not None:
            for at in range(after - 1, before, -1):
                value = at + two.offset
                # Front matter counts its unnumbered title pages; a page of figures is counted on from
                # its first folio no further than an opening page or two.
                far = after - at > (REACH if 1 < after + two.offset <= REACH + 1 else 1)
                if value < 1 or (far and two.kind == "figures"):
                    break
                filled[at] = two
                high = at - 1
        if one is not None:
            for at in range(low, min(high, before + REACH) + 1):
                filled[at] = one
    return [None if own is None else _label(own, at) for at, own in enumerate(filled)]


def _label(numbering: Numbering, page: int) -> str | None:
    value = page + numbering.offset
    if value < 1:
        return None
    if numbering.kind == "figures":
        return str(value)
    return roman(value) if numbering.kind == "roman" else roman(value).upper()
