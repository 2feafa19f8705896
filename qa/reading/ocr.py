"""The text of scans, recognised by Tesseract (the extra ``ocr``, and the program itself).

Gives each picture as a Sheet, like a page of a PDF with its words in their places, so that the same code
finds columns, running heads, folios and notes in both. Every word that Tesseract reads is kept, however
sure it is. One thread a picture: with more the same picture may not give the same words.
"""

from __future__ import annotations

import os
import re
from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from qa.errors import IbidError
from qa.reading import steps
from qa.reading.pdf.runs import SPLIT
from qa.reading.pdf.sheets import Run, Sheet, steady_sizes
from qa.reading.safexml import local_name

if TYPE_CHECKING:
    from PIL.Image import Image

INSTALL = "To have its text recognised: pip install 'ibid[ocr]' and apt-get install tesseract-ocr"

LANGUAGES = "QA_OCR_LANGUAGES"
"""The environment variable that names the languages, as Tesseract does: "eng+rus"."""

LONG_SIDE = 11.0
"""Inches that a picture's longer side is taken for where nothing says its resolution."""

ENOUGH_PIXELS = 2_400
"""Of the longer side; a smaller picture is enlarged, since Tesseract wants letters some 30 pixels high."""

MOST_PIXELS = 8_000
MAX_ENLARGED = 3.0
TIMEOUT = 600
"""Seconds for one picture."""

_NUMBER = r"(-?[\d.]+)"
_BOX = re.compile(rf"bbox {_NUMBER} {_NUMBER} {_NUMBER} {_NUMBER}")
_BASELINE = re.compile(rf"baseline {_NUMBER} {_NUMBER}")
_SIZE = re.compile(rf"x_size {_NUMBER}")
_CONFIDENCE = re.compile(rf"x_wconf {_NUMBER}")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was recognised in a picture. ``confidence`` is Tesseract's mean over the words' characters, in
    [0, 1]; 0 where it saw no word. ``failed`` says that it could not look at the picture at all."""

    sheet: Sheet
    confidence: float
    failed: bool = False


def available() -> bool:
    """Whether text can be recognised here: the extra is installed, and so is the program."""
    try:
        return bool(engine())
    except (ImportError, OSError, IbidError):
        return False


@cache
def engine() -> str:
    """What recognises, for a reader's name: "tesseract-5.3.0-eng". Raises ImportError or OSError where it
    is missing, IbidError where a language is."""
    try:
        return f"tesseract-{_tesseract().get_tesseract_version()}-{languages()}"
    except SystemExit as error:  # of a version older than any that is in use
        raise OSError(str(error)) from error


def program() -> str:
    """The program that recognises, in words: "Tesseract 5.3.0"."""
    return f"Tesseract {engine().split('-')[1]}"


def recognised(confidence: float) -> str:
    """What may be said of a text that was recognised: "tesseract-5.3.0-eng, 93 % sure"."""
    return f"{engine()}, {100 * confidence:.0f} % sure"


def languages() -> str:
    """The languages that are looked for: those in QA_OCR_LANGUAGES, else English, else what is installed.
    Raises IbidError where one is not installed."""
    installed = [name for name in _tesseract().get_languages() if name != "osd"]
    wanted = [name for name in re.split(r"[+,;\s]+", os.environ.get(LANGUAGES, "")) if name]
    for name in wanted:
        if name not in installed:
            raise IbidError(
                f"Tesseract does not know the language {name!r} of {LANGUAGES}; it knows "
                f"{', '.join(installed) or 'none'}. Install it: apt-get install tesseract-ocr-{name}"
            )
    return "+".join(wanted or (["eng"] if "eng" in installed else installed[:1]))


def read_pages(
    pictures: Iterable[tuple[int, Image]], *, dpi: float | None = None, workers: int | None = None
) -> Iterator[Seen]:
    """What is seen in each (page from 0, picture), in their order. ``dpi`` is their resolution (None: what
    they say themselves, else that of a sheet of letter paper). ``workers`` pictures are read at a time
    (None: as many as there are processors), and no more are held. Raises ImportError or
    OSError without the engine."""
    count = workers or os.cpu_count() or 1
    spoken = languages()
    with ThreadPoolExecutor(count) as pool:
        waiting: deque[Future[Seen]] = deque()
        try:
            for index, picture in pictures:
                waiting.append(pool.submit(_seen, picture, index, dpi, spoken))
                if len(waiting) >= count:
                    yield _first(waiting)
            while waiting:
                yield _first(waiting)
        finally:
            for future in waiting:
                future.cancel()


def _first(waiting: deque[Future[Seen]]) -> Seen:
    """What is seen in the first of the pictures at work. Tesseract has a time limit of its own, so waiting
    for it is no sign that the reading stands still."""
    while True:
        steps.step()
        done, _ = wait([waiting[0]], timeout=5)
        if done:
            return waiting.popleft().result()


def _tesseract() -> Any:
    import pytesseract

    # Its own copy: the program's other libraries read this variable too.
    pytesseract.pytesseract.environ = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    return pytesseract


def _seen(picture: Image, index: int, dpi: float | None, spoken: str) -> Seen:
    from lxml import etree

    longer = max(picture.size)
    said = picture.info.get("dpi", (0,))[0] if dpi is None else dpi
    resolution = float(said) if 70 <= float(said) <= 2_400 else longer / LONG_SIDE
    to_points = 72 / resolution
    sheet = Sheet(index, picture.width * to_points, picture.height * to_points)
    scale = min(max(1.0, min(MAX_ENLARGED, ENOUGH_PIXELS / longer)), MOST_PIXELS / longer)
    grey = picture.convert("L")
    if scale != 1.0:
        grey = grey.resize((max(1, round(grey.width * scale)), max(1, round(grey.height * scale))), 1)
    seen = max(70, round(resolution * scale))
    try:
        hocr = _tesseract().image_to_pdf_or_hocr(
            grey, lang=spoken, extension="hocr", config=f"--psm 3 --dpi {seen}", timeout=TIMEOUT
        )
    except RuntimeError:  # it gave up, or took too long: the other pages are read
        return Seen(sheet, 0.0, failed=True)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(hocr, parser)
    factor = to_points / scale
    sure = characters = 0.0
    for line in root.iter():
        if local_name(line) == "span" and (line.get("class") or "").startswith("ocr_"):
            sheet.runs += _runs(line, factor, len(sheet.runs))
    for word in root.iter():
        confidence = _CONFIDENCE.search(word.get("title") or "") if isinstance(word.tag, str) else None
        if confidence is not None:
            length = len("".join(map(str, word.itertext())).strip())
            sure += length * float(confidence[1]) / 100
            characters += length
    steady_sizes(sheet.runs)
    return Seen(sheet, round(sure / characters, 3) if characters else 0.0)


def _runs(line: Any, factor: float, order: int) -> list[Run]:
    """The runs of one of Tesseract's lines; ``factor`` is points a pixel."""
    title = line.get("title") or ""
    box, baseline, size = _BOX.search(title), _BASELINE.search(title), _SIZE.search(title)
    if box is None:
        return []
    left, _, _, bottom = (float(n) for n in box.groups())
    slope, offset = (float(n) for n in baseline.groups()) if baseline else (0.0, 0.0)
    # x_size is the height from the descenders to the ascenders, about the size of the type.
    em = float(size[1]) * factor if size else 10.0
    found: list[Run] = []
    for word in line.iter():
        if (word.get("class") if isinstance(word.tag, str) else None) != "ocrx_word":
            continue
        text = "".join("".join(word.itertext()).split())
        place = _BOX.search(word.get("title") or "")
        if not text or place is None:
            continue
        x0, _, x1, _ = (float(n) for n in place.groups())
        last = found[-1] if found else None
        if last is not None and 0 <= x0 * factor - last.right <= SPLIT * em:
            last.text += f" {text}"
            last.edges.extend((x0 * factor, x1 * factor))
            last.right = max(last.right, x1 * factor)
        else:
            middle = (x0 + x1) / 2 - left
            at = (bottom + offset + slope * middle) * factor
            edges = array("d", (x0 * factor, x1 * factor))
            found.append(Run(text, x0 * factor, x1 * factor, at, em, False, order + len(found), edges))
    for one, two in pairwise(found):
        one.after = two.before = True
    return found
