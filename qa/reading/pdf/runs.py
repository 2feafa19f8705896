"""The characters of a page as runs: words set one after another on one baseline in one size.

Places are in points (1/72 inch) from the top left of the page as it is read: a page whose text runs up its
side is turned first. ``Sheet.fractions`` turns places back to those on the page's picture.
"""

from __future__ import annotations

import ctypes
import math
import re
from array import array
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

MAX_CHARACTERS = 400_000
"""Of one page: a newspaper page has some 60,000. What claims more is no page to read."""

SPLIT = 0.9
"""Ems between two words from which they are two runs: there may be a column's edge between them."""

WORD_GAP = 0.18
"""Ems between two characters from which they are two words, where the file has no space."""

MAX_OBJECTS = 4_000
"""Of a page that are looked at in search of rules."""

FEW_CHARACTERS = 150
"""A page with fewer, and with a picture over most of it, is a scan."""

UNREADABLE = 0.4
"""The share of characters without a meaning from which a page holds no text."""

SAME_SIZE = 0.16
"""The share by which a line's size in a scan may differ from that of most, and be the same: it is guessed
from the letters that happen to stand in it."""

RULE = 30.0
"""Points that a line is long at least to be the rule above footnotes."""

_BOLD = re.compile(r"bold|black|heavy|demi(?!-?roman)", re.IGNORECASE)
_HYPHENS = (0x02, 0xFFFE)  # what PDFium calls a hyphen at the end of a line
_HIDDEN = 3  # the text rendering mode that draws nothing
_UNKNOWN = "\ufffd"
_MEANINGLESS = re.compile("[\ufffd\ue000-\uf8ff]")
_SPACES = frozenset((0x20, 0x0D, 0x0A, 0x09, 0xA0, *range(0x2000, 0x200C), 0x3000))


@dataclass(slots=True)
class Run:
    """``text`` has one space between words; ``edges`` the left and right of each word in turn. ``order``
    counts the runs as the file has them. ``spaced`` says that the file has white space (before, after)."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    order: int
    edges: array[float]
    before: bool = False
    after: bool = False


@dataclass(slots=True)
class Sheet:
    """What stands on a page (``index`` counts from 0). ``aside`` are words at another angle than the
    page's text: stamps up the margin, watermarks. ``rules`` are horizontal lines (left, right, y).
    ``turn`` counts the quarter turns clockwise that the page's text was turned by to be read.
    ``is_picture`` says that it shows a picture and holds no text to read: a scan."""

    index: int
    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    aside: list[Run] = field(default_factory=list)
    rules: list[tuple[float, float, float]] = field(default_factory=list)
    turn: int = 0
    is_picture: bool = False

    def fractions(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        """A place on the page's picture: left, top, right, bottom in [0, 1]."""
        x0, y0, x1, y1 = left / self.width, top / self.height, right / self.width, bottom / self.height
        for _ in range(self.turn):
            # A quarter turn back, clockwise: what was the top is the right.
            x0, y0, x1, y1 = 1 - y1, x0, 1 - y0, x1
        return x0, y0, x1, y1


@dataclass(slots=True)
class _Style:
    """What the characters of one text object have in common. ``way``: 0 left to right, 1 down, 2 upside
    down, 3 up the page, -1 at another angle; as the page is shown. ``hidden``: the words that a program laid,
    unseen, over a scan."""

    size: float
    bold: bool
    way: int
    baseline: float
    hidden: bool


@dataclass(slots=True)
class _Piece:
    """Characters of one text object without a space between them; ``box`` is left, top, right, bottom.
    ``spaced`` says that white space stands before it."""

    text: str
    box: tuple[float, float, float, float]
    style: _Style
    spaced: bool


def _address(thing: Any) -> int:
    return ctypes.cast(thing, ctypes.c_void_p).value or 0


# Called for each character: plain numbers for pointers take half the time of what pypdfium2 makes of them.
_unicode_of = ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)(
    _address(raw.FPDFText_GetUnicode)
)
_object_of = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    _address(raw.FPDFText_GetTextObject)
)


def sheet(page: pdfium.PdfPage, index: int) -> Sheet:
    """All text and rules of a page. The caller holds the lock. Raises PdfiumError where PDFium cannot read
    its text, ValueError where there is more of it than a page can hold."""
    frame = _Frame(page)
    found = Sheet(index, frame.width, frame.height)
    textpage = page.get_textpage()
    try:
        pieces = _pieces(textpage, frame)
    finally:
        textpage.close()
    letters = sum(len(piece.text) for piece in pieces)
    if letters < FEW_CHARACTERS:
        # A stamp ("Downloaded from …") over a scan is no text of it.
        found.is_picture = _covered(page, frame) >= (0.6 if pieces else 0.1)
    elif sum(len(_MEANINGLESS.findall(piece.text)) for piece in pieces) > UNREADABLE * letters:
        found.is_picture = True  # its fonts do not say which letters they draw
        return found
    if not pieces:
        return found
    ways: Counter[int] = Counter()
    for piece in pieces:
        ways[piece.style.way] += len(piece.text)
    main = max((way for way in ways if way >= 0), key=lambda way: (ways[way], -way), default=0)
    if main:
        _turned(found, pieces, main)
    upright = [piece for piece in pieces if piece.style.way == main]
    hidden = sum(len(piece.text) for piece in upright if piece.style.hidden)
    if 2 * hidden > letters:
        # Each word in a size of its own, guessed from its letters, and as far askew as the scan is.
        found.runs = _runs(upright, loose=0.25)
        steady_sizes(found.runs)
    else:
        found.runs = _runs(upright)
    found.aside = _aside([piece for piece in pieces if piece.style.way != main])
    if not main:
        found.rules = _rules(page, frame)
    return found


class _Frame:
    """From the file's points (from the bottom left, before /Rotate) to those of the page as it is shown."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.left, self.bottom, self.right, self.top = page.get_bbox()
        self.rotation = page.get_rotation() % 360
        across, down = max(1.0, self.right - self.left), max(1.0, self.top - self.bottom)
        self.width, self.height = (down, across) if self.rotation in (90, 270) else (across, down)

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """left, top, right, bottom, from the top left."""
        if self.rotation == 0:
            return left - self.left, self.top - top, right - self.left, self.top - bottom
        if self.rotation == 90:
            return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        if self.rotation == 180:
            return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        return self.top - top, self.right - right, self.top - bottom, self.right - left

    def way(self, a: float, b: float) -> int:
        """Which way text runs whose matrix begins with a, b."""
        across, down = {0: (a, -b), 90: (b, a), 180: (-a, b), 270: (-b, -a)}.get(self.rotation, (a, -b))
        for way, (along, aslant) in enumerate(
            ((across, down), (down, across), (-across, down), (-down, across))
        ):
            if along > 0 and abs(aslant) < 0.2 * along:
                return way
        return -1


def _pieces(textpage: pdfium.PdfTextPage, frame: _Frame) -> list[_Piece]:
    count = textpage.count_chars()
    if count > MAX_CHARACTERS:
        raise ValueError(f"{count:,} characters")
    handle = textpage.raw
    address = _address(handle)
    found: list[_Piece] = []
    styles: dict[int, _Style] = {}
    letters: list[str] = []
    start = key = high = 0
    spaced = False
    for at in range(count + 1):
        code = _unicode_of(address, at) if at < count else 0x20
        space = code in _SPACES
        thing = 0 if space else _object_of(address, at) or 0
        if letters and (space or thing != key):
            box = _box(handle, frame, start, at - 1)
            style = styles.get(key)
            if style is None:
                style = styles[key] = _style(handle, start, frame, box)
            found.append(_Piece("".join(letters), box, style, spaced))
            letters, spaced = [], False
        if space:
            spaced = True
            continue
        if not thing:
            continue  # PDFium's own addition
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0
        high = 0
        if not letters:
            start, key = at, thing
        letters.append("-" if code in _HYPHENS else chr(code) if code >= 0x20 else _UNKNOWN)
    return found


def _box(handle: object, frame: _Frame, first: int, last: int) -> tuple[float, float, float, float]:
    """The place of the characters from ``first`` to ``last``."""
    rectangle = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(handle, first, rectangle)
    left, bottom, right, top = rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
    if last > first:
        raw.FPDFText_GetLooseCharBox(handle, last, rectangle)
        left, bottom = min(left, rectangle.left), min(bottom, rectangle.bottom)
        right, top = max(right, rectangle.right), max(top, rectangle.top)
    return frame.box(left, bottom, right, top)


def _style(handle: object, at: int, frame: _Frame, box: tuple[float, float, float, float]) -> _Style:
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(handle, at, matrix)
    size = raw.FPDFText_GetFontSize(handle, at) * math.hypot(matrix.c, matrix.d)
    way = frame.way(matrix.a, matrix.b)
    height = box[3] - box[1] if way in (0, 2) else box[2] - box[0]
    if not 0.4 * height < size < 2.5 * height and height > 0:
        size = height / 1.15  # fonts drawn as pictures (Type 3) name any size
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(handle, at, x, y)
    _, baseline, across, _ = frame.box(x.value, y.value, x.value, y.value)
    weight = raw.FPDFText_GetFontWeight(handle, at)
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(handle, at, name, 128, None)
    bold = weight >= 600 or bool(_BOLD.search(name.value.decode("latin-1")))
    hidden = raw.FPDFTextObj_GetTextRenderMode(raw.FPDFText_GetTextObject(handle, at)) == _HIDDEN
    return _Style(max(size, 1.0), bold, way, baseline if way in (0, 2, -1) else across, hidden)


def _turned(found: Sheet, pieces: list[_Piece], main: int) -> None:
    """Turns the sheet so that its text runs from left to right."""
    width, height = found.width, found.height
    seen: set[int] = set()
    for piece in pieces:
        left, top, right, bottom = piece.box
        style = piece.style
        first = id(style) not in seen
        seen.add(id(style))
        if main == 1:  # down the page: a quarter turn to the left
            piece.box = (top, width - right, bottom, width - left)
            if first:
                style.baseline = width - style.baseline
        elif main == 2:
            piece.box = (width - right, height - bottom, width - left, height - top)
            if first:
                style.baseline = height - style.baseline
        else:  # up the page: a quarter turn to the right
            piece.box = (height - bottom, left, height - top, right)
    found.turn = main
    if main in (1, 3):
        found.width, found.height = height, width


def steady_sizes(runs: list[Run]) -> None:
    """Gives the lines of a scan that are nearly of one size one size, as the print has it."""
    ordered = sorted((run.size, len(run.text)) for run in runs)
    half, middle = sum(length for _, length in ordered) / 2, 0.0
    for size, length in ordered:
        half -= length
        if half <= 0:
            middle = size
            break
    for run in runs:
        share = run.size / middle if middle else 1.0
        # Notes and headings keep apart, in steps so wide that each of them is of one size.
        run.size = middle if abs(share - 1) <= SAME_SIZE else middle * max(0.4, round(share * 5) / 5)


def _runs(pieces: list[_Piece], loose: float = 0.09) -> list[Run]:
    """``loose``: ems by which baselines and sizes may differ in one run."""
    found: list[Run] = []
    start = 0
    for at in range(1, len(pieces) + 1):
        if at == len(pieces) or not _goes_on(pieces[at - 1], pieces[at], loose):
            found.append(_run(pieces[start:at], len(found)))
            if at < len(pieces):
                found[-1].after = pieces[at].spaced
            start = at
    return found


def _goes_on(one: _Piece, two: _Piece, loose: float) -> bool:
    em = max(one.style.size, two.style.size)
    if one.style is not two.style and (
        abs(one.style.baseline - two.style.baseline) > loose * em
        or abs(one.style.size - two.style.size) > loose * em
        or one.style.bold != two.style.bold
    ):
        return False
    if -0.6 * em <= two.box[0] - one.box[2] <= SPLIT * em:
        return True
    # From right to left, or two characters drawn over each other.
    return -SPLIT * em <= one.box[0] - two.box[2] <= SPLIT * em and one.text > "\u0590"


def _run(pieces: list[_Piece], order: int) -> Run:
    em = pieces[0].style.size
    words: list[str] = []
    edges: array[float] = array("f")
    last: _Piece | None = None
    for piece in pieces:
        left, _, right, _ = piece.box
        if last is None or piece.spaced or max(left - last.box[2], last.box[0] - right) > WORD_GAP * em:
            words.append(piece.text)
            edges.extend((left, right))
        else:
            words[-1] += piece.text
            edges[-2] = min(edges[-2], left)
            edges[-1] = max(edges[-1], right)
        last = piece
    letters = sum(len(piece.text) for piece in pieces)
    baseline = sum(piece.style.baseline * len(piece.text) for piece in pieces) / letters
    size = sum(piece.style.size * len(piece.text) for piece in pieces) / letters
    return Run(
        " ".join(words), min(edges[::2]), max(edges[1::2]), baseline, size, pieces[0].style.bold, order,
        edges, before=pieces[0].spaced,
    )  # fmt: skip


def _aside(pieces: list[_Piece]) -> list[Run]:
    """Words at another angle, a run for each of the file's text objects; each word has the whole box."""
    found: list[Run] = []
    for _, group in groupby(pieces, key=lambda piece: id(piece.style)):
        parts = list(group)
        left, top = min(p.box[0] for p in parts), min(p.box[1] for p in parts)
        right, bottom = max(p.box[2] for p in parts), max(p.box[3] for p in parts)
        words = "".join((" " if p.spaced and n else "") + p.text for n, p in enumerate(parts))
        edges = array("f", (left, right) * (words.count(" ") + 1))
        found.append(Run(words, left, right, bottom, max(bottom - top, 1.0), False, len(found), edges))
    return found


def _rules(page: pdfium.PdfPage, frame: _Frame) -> list[tuple[float, float, float]]:
    found = []
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for at in range(min(raw.FPDFPage_CountObjects(page), MAX_OBJECTS)):
        thing = raw.FPDFPage_GetObject(page, at)
        if raw.FPDFPageObj_GetType(thing) != raw.FPDF_PAGEOBJ_PATH:
            continue
        if not raw.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
            continue
        x0, y0, x1, y1 = frame.box(left.value, bottom.value, right.value, top.value)
        if y1 - y0 < 3 and x1 - x0 > RULE:
            found.append((x0, x1, (y0 + y1) / 2))
    return found


def _covered(page: pdfium.PdfPage, frame: _Frame) -> float:
    """The share of a page that its pictures cover, at most 1."""
    area = 0.0
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for thing in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=4):
        if raw.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
            x0, y0, x1, y1 = frame.box(left.value, bottom.value, right.value, top.value)
            area += max(0.0, min(x1, frame.width) - max(x0, 0)) * max(0.0, min(y1, frame.height) - max(y0, 0))
    return float(min(1.0, area / (frame.width * frame.height)))
