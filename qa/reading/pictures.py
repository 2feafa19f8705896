"""Pictures of pages (scans, photographs), each file one document: its text is what Tesseract recognises.

Columns, running heads, page numbers and notes are found as in a PDF. Pages whose number is not printed
are counted in brackets ("[1]"). ``Metadata.recognised`` says what recognised the text, and
``csl["custom"]["recognised"]`` how sure it was: the words are its reading of the picture, not the picture's
own.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from qa.errors import IbidError, UnreadableFile
from qa.reading.sniffing import sniffed
from qa.types import Document, Metadata

if TYPE_CHECKING:
    from PIL.Image import Image

READER = "picture/1"

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "JPEG2000")
"""What Pillow may open: of other kinds it would start other programs (PostScript)."""

MAX_PAGES = 5_000


def read_picture(path: Path, name: str, data: bytes) -> tuple[tuple[Document, ...], str, tuple[str, ...]]:
    """The document in a picture file, the reader's name and what of it could not be read. Raises
    UnreadableFile where it is no picture, too large, damaged or without a word, or where nothing that
    recognises text is installed."""
    image = _opened(path, data)
    engine = _engine(path)
    from qa.reading import ocr
    from qa.reading.pdf import written

    broken: list[str] = []
    seen = list(ocr.read_pages(_frames(path, image, broken)))
    broken += [f"page {s.sheet.index + 1} of the file: could not be recognised" for s in seen if s.failed]
    sheets = [each.sheet for each in seen]
    if not any(sheet.runs for sheet in sheets):
        raise UnreadableFile(str(path), "is a picture in which no text was recognised.", "Transcribe it.")
    characters = [sum(len(run.text) for run in sheet.runs) for sheet in sheets]
    sure = sum(s.confidence * n for s, n in zip(seen, characters, strict=True)) / sum(characters)
    text, marks, layout = written(sheets, [""] * len(sheets))
    heading = next((text[m.start : m.end] for m in marks if m.kind == "heading"), "")
    title = " ".join(heading.split()) or PurePosixPath(name).name
    csl: dict[str, Any] = {"type": "document", "title": title}
    csl["custom"] = {"recognised": ocr.recognised(sure)}
    known = Metadata(title=title, csl=csl, recognised=ocr.program())
    document = Document(name, text, marks, known, layout)
    return (document,), f"{READER}+{engine}", tuple(broken)


def _engine(path: Path) -> str:
    from qa.reading import ocr

    try:
        return ocr.engine()
    except (ImportError, OSError) as error:
        raise UnreadableFile(str(path), "is a picture.", f"{ocr.INSTALL}.") from error
    except IbidError as error:
        raise UnreadableFile(
            str(path), "is a picture, and its text was not recognised.", str(error)
        ) from error


def _opened(path: Path, data: bytes) -> Image:
    import PIL.Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return PIL.Image.open(io.BytesIO(data), formats=FORMATS)
    except PIL.Image.DecompressionBombError as error:
        raise UnreadableFile(
            str(path), "is a picture of more pixels than any page has.", "Save it smaller, or cut it up."
        ) from error
    except PIL.UnidentifiedImageError as error:
        kind = sniffed(data)
        if kind and "picture" in kind:
            raise _damaged(path) from error
        raise UnreadableFile(
            str(path),
            f"is no picture: it is {kind}." if kind else "is no picture that can be opened.",
            "Give it the ending of what it is, or fetch it again.",
        ) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> UnreadableFile:
    return UnreadableFile(str(path), "is a damaged picture, or one that is cut short.", "Fetch it again.")


def _frames(path: Path, image: Image, broken: list[str]) -> Iterator[tuple[int, Image]]:
    """(page from 0, picture) of each page, one at a time; pages that cannot be read are named in
    ``broken``. Raises UnreadableFile where the first one cannot."""
    import PIL.Image
    from PIL import ImageOps

    pages = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    if pages > MAX_PAGES:
        raise UnreadableFile(str(path), f"claims {pages:,} pages (the most is {MAX_PAGES:,}).", "Split it.")
    good = 0
    for number in range(pages):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                image.seek(number)
                frame = ImageOps.exif_transpose(image).convert("L")
        except (OSError, ValueError, SyntaxError, EOFError, PIL.Image.DecompressionBombError) as error:
            if pages == 1:
                raise _damaged(path) from error
            broken.append(f"page {number + 1} of the file: damaged, left out")
            continue
        good += 1
        frame.info["dpi"] = image.info.get("dpi", (0, 0))
        yield number, frame
    if not good:
        raise _damaged(path)
