"""The characters of a page as PDFium has them, in pieces without a space between them."""

from __future__ import annotations

import ctypes
import math
import re
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

MAX_CHARACTERS = 400_000
"""Of one page: a newspaper page has some 60,000. What claims more is no page to read."""

_BOLD = re.compile(r"bold|black|heavy|demi(?!-?roman)", re.IGNORECASE)
_HYPHENS = (0x02, 0xFFFE)  # what PDFium calls a hyphen at the end of a line
_HIDDEN = 3  # the text rendering mode that draws nothing
_UNKNOWN = "\ufffd"
MEANINGLESS = re.compile("[\ufffd\ue000-\uf8ff]")
_SPACES = frozenset((0x20, 0x0D, 0x0A, 0x09, 0xA0, *range(0x2000, 0x200C), 0x3000))


@dataclass(slots=True)
class Style:
    """What the characters of one text object have in common. ``way``: 0 left to right, 1 down, 2 upside
    down, 3 up the page, -1 at another angle; as the page is shown. ``hidden``: the words that a program laid,
    unseen, over a scan."""

    size: float
    bold: bool
    way: int
    baseline: float
    hidden: bool


@dataclass(slots=True)
class Piece:
    """Characters of one text object without a space between them; ``box`` is left, top, right, bottom.
    ``spaced`` says that white space stands before it."""

    text: str
    box: tuple[float, float, float, float]
    style: Style
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


class Frame:
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


def pieces_of(textpage: pdfium.PdfTextPage, frame: Frame) -> list[Piece]:
    count = textpage.count_chars()
    if count > MAX_CHARACTERS:
        raise ValueError(f"{count:,} characters")
    handle = textpage.raw
    address = _address(handle)
    found: list[Piece] = []
    styles: dict[int, Style] = {}
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
            found.append(Piece("".join(letters), box, style, spaced))
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


def _box(handle: object, frame: Frame, first: int, last: int) -> tuple[float, float, float, float]:
    """The place of the characters from ``first`` to ``last``."""
    rectangle = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(handle, first, rectangle)
    left, bottom, right, top = rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
    if last > first:
        raw.FPDFText_GetLooseCharBox(handle, last, rectangle)
        left, bottom = min(left, rectangle.left), min(bottom, rectangle.bottom)
        right, top = max(right, rectangle.right), max(top, rectangle.top)
    return frame.box(left, bottom, right, top)


def _style(handle: object, at: int, frame: Frame, box: tuple[float, float, float, float]) -> Style:
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
    return Style(max(size, 1.0), bold, way, baseline if way in (0, 2, -1) else across, hidden)
