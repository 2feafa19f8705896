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

RULE = 30.0
"""Points that a line is long at least to be the rule above footnotes."""

_BOLD = re.compile(r"bold|black|heavy|demi(?!-?roman)", re.IGNORECASE)
_HYPHENS = (0x02, 0xFFFE)  # what PDFium calls a hyphen at the end of a line
_UNKNOWN = "\ufffd"


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
    down, 3 up the page, -1 at another angle; as the page is shown."""

    size: float
    bold: bool
    way: int
    baseline: float


@dataclass(slots=True)
class _Glyph:
    text: str
    box: tuple[float, float, float, float]
    style: _Style
    spaced: bool


def sheet(page: pdfium.PdfPage, index: int) -> Sheet:
    """All text and rules of a page. The caller holds the lock. Raises PdfiumError where PDFium cannot read
    its text, ValueError where there is more of it than a page can hold."""
    frame = _Frame(page)
    found = Sheet(index, frame.width, frame.height)
    textpage = page.get_textpage()
    try:
        glyphs = _glyphs(textpage, frame)
    finally:
        textpage.close()
    unknown = sum(g.text == _UNKNOWN or "\ue000" <= g.text <= "\uf8ff" for g in glyphs)
    if len(glyphs) < FEW_CHARACTERS:
        # A stamp ("Downloaded from …") over a scan is no text of it.
        found.is_picture = _covered(page, frame) >= (0.6 if glyphs else 0.1)
    elif unknown > UNREADABLE * len(glyphs):
        found.is_picture = True  # its fonts do not say which letters they draw
    if not glyphs:
        return found
    ways = Counter(g.style.way for g in glyphs if g.style.way >= 0)
    main = ways.most_common(1)[0][0] if ways else 0
    if main:
        _turned(found, glyphs, main)
    found.runs = _runs([g for g in glyphs if g.style.way == main])
    found.aside = _aside([g for g in glyphs if g.style.way != main])
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


def _glyphs(textpage: pdfium.PdfTextPage, frame: _Frame) -> list[_Glyph]:
    count = textpage.count_chars()
    if count > MAX_CHARACTERS:
        raise ValueError(f"{count:,} characters")
    handle = textpage.raw
    rectangle = raw.FS_RECTF()
    unicode_of, object_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetTextObject
    box_of, generated = raw.FPDFText_GetLooseCharBox, raw.FPDFText_IsGenerated
    found: list[_Glyph] = []
    styles: dict[int, _Style] = {}
    spaced, high = False, 0
    for at in range(count):
        code = unicode_of(handle, at)
        if code in (0x20, 0x0D, 0x0A, 0x09, 0xA0) or (0x2000 <= code <= 0x200B):
            spaced = True
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0
        high = 0
        text = "-" if code in _HYPHENS else chr(code) if code >= 0x20 else _UNKNOWN
        pointer = object_of(handle, at)
        if not pointer:
            if generated(handle, at) == 1:
                continue
            key = -1
        else:
            key = ctypes.addressof(pointer.contents)
        box_of(handle, at, rectangle)
        box = frame.box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        style = styles.get(key)
        if style is None:
            style = styles[key] = _style(handle, at, frame, box)
        found.append(_Glyph(text, box, style, spaced))
        spaced = False
    return found


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
    return _Style(max(size, 1.0), bold, way, baseline if way in (0, 2, -1) else across)


def _turned(found: Sheet, glyphs: list[_Glyph], main: int) -> None:
    """Turns the sheet so that its text runs from left to right."""
    width, height = found.width, found.height
    seen: set[int] = set()
    for glyph in glyphs:
        left, top, right, bottom = glyph.box
        style = glyph.style
        first = id(style) not in seen
        seen.add(id(style))
        if main == 1:  # down the page: a quarter turn to the left
            glyph.box = (top, width - right, bottom, width - left)
            if first:
                style.baseline = width - style.baseline
        elif main == 2:
            glyph.box = (width - right, height - bottom, width - left, height - top)
            if first:
                style.baseline = height - style.baseline
        else:  # up the page: a quarter turn to the right
            glyph.box = (height - bottom, left, height - top, right)
    found.turn = main
    if main in (1, 3):
        found.width, found.height = height, width


def _runs(glyphs: list[_Glyph]) -> list[Run]:
    found: list[Run] = []
    start = 0
    for at in range(1, len(glyphs) + 1):
        if at == len(glyphs) or not _goes_on(glyphs[at - 1], glyphs[at]):
            if at > start:
                found.append(_run(glyphs[start:at], len(found)))
            if at < len(glyphs) and found:
                found[-1].after = glyphs[at].spaced
            start = at
    return found


def _goes_on(one: _Glyph, two: _Glyph) -> bool:
    if one.style is not two.style:
        size = max(one.style.size, two.style.size)
        if (
            abs(one.style.baseline - two.style.baseline) > 0.1 * size
            or abs(one.style.size - two.style.size) > 0.08 * size
            or one.style.bold != two.style.bold
        ):
            return False
    gap = two.box[0] - one.box[2]
    em = one.style.size
    if -0.6 * em <= gap <= SPLIT * em:
        return True
    # From right to left, or two characters drawn over each other.
    return -SPLIT * em <= one.box[0] - two.box[2] <= SPLIT * em and one.text > "\u0590"


def _run(glyphs: list[_Glyph], order: int) -> Run:
    em = glyphs[0].style.size
    words: list[list[str]] = []
    edges: array[float] = array("f")
    last: _Glyph | None = None
    for glyph in glyphs:
        gap = 0.0 if last is None else max(glyph.box[0] - last.box[2], last.box[0] - glyph.box[2])
        if last is None or glyph.spaced or gap > WORD_GAP * em:
            words.append([])
            edges.extend((glyph.box[0], glyph.box[2]))
        words[-1].append(glyph.text)
        edges[-2] = min(edges[-2], glyph.box[0])
        edges[-1] = max(edges[-1], glyph.box[2])
        last = glyph
    style = glyphs[0].style
    return Run(
        " ".join("".join(word) for word in words), min(edges[::2]), max(edges[1::2]), style.baseline,
        style.size, style.bold, order, edges, before=glyphs[0].spaced,
    )  # fmt: skip


def _aside(glyphs: list[_Glyph]) -> list[Run]:
    """Words at another angle, as the file has them; each run has its whole box as its one edge."""
    found: list[Run] = []
    words = ""
    box = (0.0, 0.0, 0.0, 0.0)
    last: _Glyph | None = None
    for glyph in [*glyphs, None]:
        if words and (glyph is None or last is None or glyph.style is not last.style):
            edges: array[float] = array("f", (box[0], box[2]))
            found.append(
                Run(words, box[0], box[2], box[3], max(box[3] - box[1], 1.0), False, len(found), edges)
            )
            words = ""
        if glyph is None:
            break
        here = glyph.box
        box = here if not words else (
            min(box[0], here[0]), min(box[1], here[1]), max(box[2], here[2]), max(box[3], here[3])
        )  # fmt: skip
        words += (" " if glyph.spaced and words else "") + glyph.text
        last = glyph
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
