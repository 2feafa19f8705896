"""Where the words of a document stand on the pictures of its pages, packed; and those pictures.

A layout is bytes: a table of chunks, each some lines in the order of the text, compressed. Finding the
boxes of a quote opens the chunks that it lies in, whatever the length of the document.
"""

from __future__ import annotations

import io
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import UnreadableFile
from qa.types import Box, Document

if TYPE_CHECKING:
    from PIL.Image import Image

Word = tuple[int, int, float, float]
"""(start, end, left, right): offsets in the document's text, edges as fractions of the page's width."""

CHUNK = 64
"""Lines compressed together."""

_MAGIC = b"IbL1"
_HEAD = struct.Struct("<4sI")
_ENTRY = struct.Struct("<II")  # first offset in the text, place of the chunk
_LINE = struct.Struct("<IIHHH")  # start, page, top, bottom, words
_WORD = struct.Struct("<HHHH")  # start from the line's, length, left, right
_ONE = 65_535


class Layout:
    """Takes the lines of a document in the order of its text and packs them."""

    def __init__(self) -> None:
        self._chunks: list[tuple[int, bytes]] = []
        self._lines: list[bytes] = []
        self._first = 0

    def add(self, page: int, top: float, bottom: float, words: Sequence[Word]) -> None:
        """A line on page ``page`` (from 0); ``top`` and ``bottom`` are fractions of the page's height.
        Lines and words come in the order of their offsets."""
        if not words:
            return
        start = words[0][0]
        if not self._lines:
            self._first = start
        packed = [_LINE.pack(start, page, _packed(top), _packed(bottom), 0)]
        count = 0
        for first, last, left, right in words:
            if first - start > _ONE or count == _ONE:
                break  # no line is that long
            packed.append(_WORD.pack(first - start, min(last - first, _ONE), _packed(left), _packed(right)))
            count += 1
        packed[0] = _LINE.pack(start, page, _packed(top), _packed(bottom), count)
        self._lines.append(b"".join(packed))
        if len(self._lines) == CHUNK:
            self._close()

    def pack(self) -> bytes:
        """All lines added so far; b"" where there are none."""
        self._close()
        if not self._chunks:
            return b""
        at = _HEAD.size + _ENTRY.size * len(self._chunks)
        table = []
        for first, chunk in self._chunks:
            table.append(_ENTRY.pack(first, at))
            at += len(chunk)
        return b"".join((_HEAD.pack(_MAGIC, len(self._chunks)), *table, *(c for _, c in self._chunks)))

    def _close(self) -> None:
        if self._lines:
            self._chunks.append((self._first, zlib.compress(b"".join(self._lines), 6)))
            self._lines = []


def _packed(fraction: float) -> int:
    return round(min(1.0, max(0.0, fraction)) * _ONE)


def boxes(layout: bytes, start: int, end: int) -> tuple[Box, ...]:
    """The places of ``text[start:end]`` on the pages' pictures, a box for each line of it, in the order of
    the text; () where the layout says nothing of it. Words that begin or end in between count whole.
    Raises ValueError where ``layout`` is none."""
    if not layout or end <= start:
        return ()
    found: list[Box] = []
    for line_start, page, top, bottom, words in _lines(layout, start, end):
        inside = [
            (left, right) for first, length, left, right in words
            if line_start + first < end and line_start + first + length > start
        ]  # fmt: skip
        if inside:
            left, right = min(one for one, _ in inside), max(two for _, two in inside)
            found.append(Box(page, left / _ONE, top / _ONE, right / _ONE, bottom / _ONE))
    return tuple(found)


def _lines(
    layout: bytes, start: int, end: int
) -> Iterator[tuple[int, int, int, int, list[tuple[int, int, int, int]]]]:
    """The lines that may hold something of [start, end)."""
    try:
        magic, count = _HEAD.unpack_from(layout)
        if magic != _MAGIC:
            raise ValueError("no layout")
        table = [_ENTRY.unpack_from(layout, _HEAD.size + _ENTRY.size * i) for i in range(count)]
        for number in range(max(0, bisect_right([first for first, _ in table], start) - 1), count):
            if table[number][0] >= end:
                return
            stop = table[number + 1][1] if number + 1 < count else len(layout)
            chunk = zlib.decompress(layout[table[number][1] : stop])
            at = 0
            while at < len(chunk):
                line_start, page, top, bottom, words = _LINE.unpack_from(chunk, at)
                at += _LINE.size
                if line_start >= end:
                    return
                yield (
                    line_start, page, top, bottom,
                    [_WORD.unpack_from(chunk, at + _WORD.size * i) for i in range(words)],
                )  # fmt: skip
                at += _WORD.size * words
    except (struct.error, zlib.error) as error:
        raise ValueError("no layout") from error


def boxes_of(document: Document, start: int, end: int) -> tuple[Box, ...]:
    """The boxes of a quote from ``document``, without those of running heads, feet and page numbers that
    stand in between."""
    spans = _words(document, start, end)
    return tuple(box for first, last in spans for box in boxes(document.layout, first, last))


def _words(document: Document, start: int, end: int) -> Iterable[tuple[int, int]]:
    if not document.layout:
        return
    at = start
    for mark in document.marks:
        if mark.kind in ("page", "apparatus") and mark.end > max(mark.start, at) and mark.start < end:
            if mark.start > at:
                yield at, mark.start
            at = mark.end
    if at < end:
        yield at, end


def page_picture(path: Path, page: int, *, width: int = 1_000) -> bytes:
    """The picture of page ``page`` (from 0) of a PDF or a picture file as PNG, ``width`` pixels wide.
    Raises UnreadableFile where the file cannot be opened or has no such page."""
    if path.suffix.lower() == ".pdf":
        from qa.reading.decoding import read_bytes
        from qa.reading.pdf.opening import picture

        image = picture(read_bytes(path), page, width=width)
        if image is None:
            raise UnreadableFile(str(path), f"has no page {page + 1} that can be shown.")
    else:
        image = _frame(path, page, width)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def page_count(path: Path) -> int:
    """How many pages a PDF or a picture file has. Raises UnreadableFile."""
    if path.suffix.lower() == ".pdf":
        from qa.reading.decoding import read_bytes
        from qa.reading.pdf.opening import opened

        with opened(path, read_bytes(path)) as document:
            return len(document)
    import PIL.Image

    from qa.reading.pictures import FORMATS

    try:
        with PIL.Image.open(path, formats=FORMATS) as image:
            return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    except (OSError, PIL.Image.DecompressionBombError) as error:
        raise UnreadableFile(str(path), "is no picture that can be shown.") from error


def _frame(path: Path, page: int, width: int) -> Image:
    import PIL.Image
    import PIL.ImageOps

    from qa.reading.pictures import FORMATS

    try:
        with PIL.Image.open(path, formats=FORMATS) as opened:
            opened.seek(page)
            if opened.format == "JPEG":
                opened.draft("RGB", (width, width))  # decoded no larger than it is needed
            # Turned as a camera says that it was held, as it is for recognising its text.
            image = PIL.ImageOps.exif_transpose(opened).convert("RGB")
    except EOFError as error:
        raise UnreadableFile(str(path), f"has no page {page + 1}.") from error
    except (OSError, PIL.Image.DecompressionBombError) as error:
        raise UnreadableFile(str(path), "is no picture that can be shown.") from error
    height = max(1, round(image.height * width / max(1, image.width)))
    return image.resize((width, height))
