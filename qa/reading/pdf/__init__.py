"""PDF with a text layer, each file one document; pages without text are recognised (qa.reading.ocr).

    opening     the file, its errors, its pages as pictures
    runs        a page's characters → runs of words on one baseline
    running     over all pages: running heads, feet, folios; the printed numbers
    columns     a page's runs → regions in reading order
    lines       a region's runs → lines
    notes       footnotes taken out of a page's regions
    paragraphs  lines → paragraphs and headings
    writing     pages → one text with marks and layout

The words are what the file says that its glyphs mean, in reading order; ligatures come as PDFium gives
them (apart), white space is the reader's: one space between words, a tab between the cells of a row, a line
end where the print has one, an empty line between paragraphs. A glyph whose meaning the file does not say
is "\ufffd".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium

from qa.errors import IbidError, UnreadableFile
from qa.reading import Reading, ocr, steps
from qa.reading.pdf.columns import regions
from qa.reading.pdf.labels import page_labels
from qa.reading.pdf.lines import lines
from qa.reading.pdf.notes import Before, after, take_notes
from qa.reading.pdf.opening import LOCK, cut_short, is_cut_short, opened, pictures
from qa.reading.pdf.paragraphs import paragraphs
from qa.reading.pdf.properties import metadata
from qa.reading.pdf.running import Running, find_running
from qa.reading.pdf.runs import sheet
from qa.reading.pdf.sheets import Sheet
from qa.reading.pdf.writing import Page, Writer
from qa.reading.recognition import pages_said, recognised_by
from qa.types import Document, Mark

__all__ = ["READER", "pictures", "read_pdf", "written"]

READER = "pdf/1"


def read_pdf(path: Path, name: str, data: bytes, _encoding: str | None = None) -> Reading:
    """The document in a PDF. Pages that hold only a picture are recognised; where nothing that does so is
    installed, they are left out and named in the warnings. Raises UnreadableFile where it cannot be opened,
    is cut short, or no page holds text."""
    warnings: list[str] = []
    with opened(path, data) as document:
        sheets, broken = _sheets(document)
        with LOCK:
            said = [document.get_page_label(index) or "" for index in range(len(document))]
            properties = document.get_metadata_dict(skip_empty=True)
    if is_cut_short(data) and (broken or not any(s.runs for s in sheets)):
        raise cut_short(path)
    pictured = [s.index for s in sheets if s.is_picture]
    recognised = _recognise(path, data, sheets)
    scanned = [s.index for s in sheets if s.is_picture]
    _check_text(path, sheets, broken, scanned)
    if scanned:
        warnings.append(f"{pages_said(scanned)}: a picture without text, left out. {ocr.INSTALL}.")
    if broken:
        warnings.append(f"{pages_said(broken)}: broken, left out.")
    text, marks, layout = written(sheets, said)
    known = metadata(name, properties, text, marks)
    if recognised:
        pages = [index for index in pictured if index not in scanned]
        known = replace(
            known,
            csl={**known.csl, "custom": {"recognised": recognised}},
            recognised=recognised_by(ocr.program(), pages, len(sheets)),
        )
    reader = f"{READER}+{ocr.engine()}" if recognised else READER
    return Reading((Document(name, text, marks, known, layout),), reader, tuple(warnings))


def written(sheets: list[Sheet], said: Sequence[str]) -> tuple[str, tuple[Mark, ...], bytes]:
    """The text of pages, its marks and its layout. ``said`` are the labels that the file gives its pages,
    "" where it gives none. The sheets are used up."""
    writer = Writer()
    for page in _composed(sheets, said):
        writer.page(page)
    return writer.finished()


def _recognise(path: Path, data: bytes, sheets: list[Sheet]) -> str:
    """Puts what is recognised on the pages that are pictures in their place; says what recognised it and
    how sure it was, "" where there are none or nothing can."""
    scanned = [s.index for s in sheets if s.is_picture]
    if not scanned:
        return ""
    try:
        ocr.engine()
    except (ImportError, OSError):
        return ""
    except IbidError as error:
        raise UnreadableFile(str(path), "holds pages that are pictures.", str(error)) from error
    confidences: list[float] = []
    for seen in ocr.read_pages(pictures(data, pages=scanned), dpi=300):
        if not seen.failed:
            sheets[seen.sheet.index] = seen.sheet
        if seen.sheet.runs:
            confidences.append(seen.confidence)
    return ocr.recognised(sum(confidences) / len(confidences)) if confidences else ""


def _sheets(document: pdfium.PdfDocument) -> tuple[list[Sheet], list[int]]:
    """All pages, and which of them are broken (empty sheets stand for these)."""
    sheets: list[Sheet] = []
    broken: list[int] = []
    for index in range(len(document)):
        steps.step()
        with LOCK:
            try:
                page = document[index]
                try:
                    sheets.append(sheet(page, index))
                finally:
                    page.close()
            except (pdfium.PdfiumError, ValueError):
                broken.append(index)
                sheets.append(Sheet(index, 1.0, 1.0))
    return sheets, broken


def _check_text(path: Path, sheets: Sequence[Sheet], broken: Sequence[int], scanned: Sequence[int]) -> None:
    """Raises where no page holds text."""
    if any(s.runs for s in sheets if not s.is_picture):
        return
    if len(broken) == len(sheets):
        raise UnreadableFile(str(path), "is a broken PDF: none of its pages can be read.", "Fetch it again.")
    if scanned:
        raise UnreadableFile(str(path), "holds no text: it is a scan.", f"{ocr.INSTALL}.")
    raise UnreadableFile(str(path), "holds no text: its pages are empty.")


def _composed(sheets: list[Sheet], said: Sequence[str]) -> Iterator[Page]:
    """The pages one by one; each sheet is let go once its page is there."""
    running = find_running(sheets)
    labels = page_labels(said, [page.label for page in running])
    for found, page in zip(running, sheets, strict=True):
        _without(page, found)
    body = _body_size(sheets)
    before = Before()
    for index, found in enumerate(running):
        steps.step()
        page = sheets[index]
        sheets[index] = Sheet(index, 1.0, 1.0)
        columns = [lines(region, index) for region in regions(page.runs)]
        foot = take_notes(columns, page.rules, body, before)
        if any(columns) or foot.notes or foot.continued:
            before = after(foot, before)
        yield Page(
            page,
            labels[index],
            [line for row in found.heads for line in lines(row, index)],
            [line for row in [*found.feet, *([run] for run in page.aside)] for line in lines(row, index)],
            [each for each in (paragraphs(column, body) for column in columns) if each],
            foot,
        )


def _without(page: Sheet, found: Running) -> None:
    """Takes heads and feet out of a page's runs."""
    taken = {id(run) for row in (*found.heads, *found.feet) for run in row}
    page.runs = [run for run in page.runs if id(run) not in taken]


def _body_size(sheets: Sequence[Sheet]) -> float:
    """The size of most of the text. Sizes that recognition of a scan guessed differ from line to line, so
    neighbours count together."""
    sizes: Counter[float] = Counter()
    for page in sheets:
        for run in page.runs:
            sizes[round(run.size * 4) / 4] += len(run.text)
    near = {size: sum(n for other, n in sizes.items() if abs(other - size) <= 0.04 * size) for size in sizes}
    return max(near, key=lambda size: (near[size], sizes[size]), default=10.0)
