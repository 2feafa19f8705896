"""The characters of a page as runs: words set one after another on one baseline in one size."""

from __future__ import annotations

import ctypes
from array import array
from collections import Counter
from itertools import groupby

import pypdfium2 as pdfium
from pypdfium2 import raw

from qa.reading.pdf.characters import MEANINGLESS, Frame, Piece, pieces_of
from qa.reading.pdf.sheets import Run, Sheet, steady_sizes

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


def sheet(page: pdfium.PdfPage, index: int) -> Sheet:
    """All text and rules of a page. The caller holds the lock. Raises PdfiumError where PDFium cannot read
    its text, ValueError where there is more of it than a page can hold."""
    frame = Frame(page)
    found = Sheet(index, frame.width, frame.height)
    textpage = page.get_textpage()
    try:
        pieces = pieces_of(textpage, frame)
    finally:
        textpage.close()
    letters = sum(len(piece.text) for piece in pieces)
    if letters < FEW_CHARACTERS:
        # A stamp ("Downloaded from …") over a scan is no text of it.
        found.is_picture = _covered(page, frame) >= (0.6 if pieces else 0.1)
    elif sum(len(MEANINGLESS.findall(piece.text)) for piece in pieces) > UNREADABLE * letters:
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


def _turned(found: Sheet, pieces: list[Piece], main: int) -> None:
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


def _runs(pieces: list[Piece], loose: float = 0.09) -> list[Run]:
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


def _goes_on(one: Piece, two: Piece, loose: float) -> bool:
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


def _run(pieces: list[Piece], order: int) -> Run:
    em = pieces[0].style.size
    words: list[str] = []
    edges: array[float] = array("f")
    last: Piece | None = None
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


def _aside(pieces: list[Piece]) -> list[Run]:
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


def _rules(page: pdfium.PdfPage, frame: Frame) -> list[tuple[float, float, float]]:
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


def _covered(page: pdfium.PdfPage, frame: Frame) -> float:
    """The share of a page that its pictures cover, at most 1."""
    area = 0.0
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for thing in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=4):
        if raw.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
            x0, y0, x1, y1 = frame.box(left.value, bottom.value, right.value, top.value)
            area += max(0.0, min(x1, frame.width) - max(x0, 0)) * max(0.0, min(y1, frame.height) - max(y0, 0))
    return float(min(1.0, area / (frame.width * frame.height)))
