"""Opening a PDF: what is wrong with one that cannot be read, and its pages as pictures.

PDFium may run in one thread at a time: whoever calls it holds ``LOCK``, for a page at a time, so that the
picture of one file's page need not wait until another file is read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
from pypdfium2 import raw

from qa.errors import UnreadableFile
from qa.reading.sniffing import sniffed

if TYPE_CHECKING:
    from PIL.Image import Image

LOCK = threading.RLock()

MAX_PAGES = 50_000
"""More pages than any book has: a page tree that claims them is broken or made to harm."""

MAX_PIXELS = 40_000_000
"""Of a page's picture: a page may claim to be kilometres wide."""

HEADER_WITHIN = 1024
"""Bytes in which "%PDF-" must stand (mail and web servers leave lines before it)."""

END_WITHIN = 65_536
"""Bytes at the end of a file in which "%%EOF" stands where nothing is missing."""


@contextmanager
def opened(path: Path, data: bytes) -> Iterator[pdfium.PdfDocument]:
    """The PDF in ``data``, closed at the end. Raises UnreadableFile where it needs a password, is cut
    short or broken, or is no PDF."""
    if b"%PDF-" not in data[:HEADER_WITHIN]:
        kind = sniffed(data)
        raise UnreadableFile(
            str(path),
            f"is no PDF: it is {kind}." if kind else "is no PDF.",
            "Give it the ending of what it is, or fetch it again.",
        )
    with LOCK:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            raise _unopened(path, data, getattr(error, "err_code", None)) from error
    try:
        if len(document) > MAX_PAGES:
            raise UnreadableFile(
                str(path), f"claims {len(document):,} pages (the most is {MAX_PAGES:,}).", "Split it."
            )
        yield document
    finally:
        with LOCK:
            document.close()


def is_cut_short(data: bytes) -> bool:
    """Whether the end of the file is missing. A reader may find pages in it all the same, without knowing
    how many are lost."""
    return data.rfind(b"%%EOF", max(0, len(data) - END_WITHIN)) < 0


def cut_short(path: Path) -> UnreadableFile:
    return UnreadableFile(str(path), "is cut short: its end is missing.", "Fetch it again.")


def _unopened(path: Path, data: bytes, code: int | None) -> UnreadableFile:
    if code == raw.FPDF_ERR_PASSWORD:
        return UnreadableFile(
            str(path), "is encrypted: it opens only with a password.", "Save a copy without one and add that."
        )
    if code == raw.FPDF_ERR_SECURITY:
        return UnreadableFile(
            str(path), "is protected in a way that cannot be read.", "Save an unprotected copy and add that."
        )
    if is_cut_short(data):
        return cut_short(path)
    return UnreadableFile(
        str(path), "is a broken PDF: no page can be found in it.", "Fetch it again, or print it to a new PDF."
    )


def pictures(
    source: Path | bytes, *, scale: float = 300 / 72, pages: Iterable[int] | None = None
) -> Iterator[tuple[int, Image]]:
    """(page, picture) of each page of a PDF, or of ``pages`` (from 0) alone, one at a time: for recognising
    their text. ``scale`` is pixels a point (1/72 inch); pages too large for it come smaller. Raises
    UnreadableFile; a page that is broken is left out."""
    path = source if isinstance(source, Path) else Path("(data)")
    data = source.read_bytes() if isinstance(source, Path) else source
    with opened(path, data) as document:
        for index in range(len(document)) if pages is None else pages:
            with LOCK:
                picture = _picture(document, index, scale)
            if picture is not None:
                yield index, picture


def picture(source: Path | bytes, index: int, *, width: int) -> Image | None:
    """The picture of page ``index`` (from 0), ``width`` pixels wide; None where there is no such page or
    it is broken. Raises UnreadableFile."""
    path = source if isinstance(source, Path) else Path("(data)")
    data = source.read_bytes() if isinstance(source, Path) else source
    with opened(path, data) as document, LOCK:
        if not 0 <= index < len(document):
            return None
        across, _ = document.get_page_size(index)
        return _picture(document, index, width / max(across, 1.0))


def _picture(document: pdfium.PdfDocument, index: int, scale: float) -> Image | None:
    try:
        page = document[index]
    except pdfium.PdfiumError:
        return None
    try:
        across, down = page.get_size()
        pixels = across * down * scale * scale
        if pixels > MAX_PIXELS:
            scale *= (MAX_PIXELS / pixels) ** 0.5
        bitmap = page.render(scale=scale)
        # A copy, since the bitmap's memory goes when it is closed.
        image: Image = bitmap.to_pil().convert("RGB")
        bitmap.close()
        return image
    finally:
        page.close()
