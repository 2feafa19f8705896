"""Source files to documents. ``read`` chooses the reader of a file by its suffix and, among plain text
files, by what the text looks like; ``FORMATS`` is the whole list. Offsets are born here and never
change after. All files but plain text are read in a process of their own (see ``apart``).

A file ``<name>.csl.json`` beside a source file adds to how its documents are cited (see ``sidecar``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from qa.errors import IbidError, UnreadableFile
from qa.reading.decoding import decode, read_bytes
from qa.reading.pages import pages_of
from qa.reading.sidecar import sidecar, with_said, with_sidecar
from qa.types import Document

__all__ = ["APART", "FORMATS", "Reading", "can_read", "pages_of", "read", "read_here", "sidecar"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a file gave. ``reader`` is "name/version": another version may give other texts.
    ``warnings`` say, a line each, what of the file could not be read ("line 7: …")."""

    documents: tuple[Document, ...]
    reader: str
    warnings: tuple[str, ...] = ()


Reader = Callable[[Path, str, bytes, str | None], Reading]
"""(path, name, the file's bytes, encoding that a person named) to documents."""


def _text(path: Path, name: str, data: bytes, encoding: str | None) -> Reading:
    from qa.reading import plain, record, telegram

    text = decode(path, data, encoding)
    if record.is_record(text):
        return Reading((record.read_record(name, text),), record.READER)
    if telegram.is_telegram(text):
        return Reading((telegram.read_telegram(name, text),), telegram.READER)
    return Reading((plain.read_plain(name, text),), plain.PLAIN)


def _markdown(path: Path, name: str, data: bytes, encoding: str | None) -> Reading:
    from qa.reading import plain

    return Reading((plain.read_markdown(name, decode(path, data, encoding)),), plain.MARKDOWN)


def _tei(path: Path, name: str, data: bytes, encoding: str | None) -> Reading:
    from qa.reading import editions, frus, tei_xml

    root = tei_xml.parse(path, data, encoding)
    tei_xml.entities(path, root)
    if frus.is_volume(root):
        return Reading(frus.read_volume(path, root), frus.READER)
    return Reading(editions.read_edition(path, name, root), editions.READER)


def _delimited(path: Path, name: str, data: bytes, encoding: str | None) -> Reading:
    from qa.reading import delimited

    documents, warnings = delimited.read_delimited(path, name, data, encoding)
    return Reading(documents, delimited.READER, warnings)


def _json_lines(path: Path, name: str, data: bytes, encoding: str | None) -> Reading:
    from qa.reading import jsonlines

    documents, warnings = jsonlines.read_json_lines(path, name, data, encoding)
    return Reading(documents, jsonlines.READER, warnings)


def _picture(path: Path, name: str, data: bytes, _encoding: str | None) -> Reading:
    from qa.reading.pictures import read_picture

    return Reading(*read_picture(path, name, data))


def _later(module: str, function: str) -> Reader:
    """The reader ``function`` of qa.reading.<module>, imported when the first such file is read."""

    def reader(path: Path, name: str, data: bytes, encoding: str | None) -> Reading:
        reads: Reader = getattr(import_module(f"qa.reading.{module}"), function)
        return reads(path, name, data, encoding)

    return reader


FORMATS: dict[str, Reader] = {
    **dict.fromkeys((".txt", ".text"), _text),
    **dict.fromkeys((".md", ".markdown"), _markdown),
    **dict.fromkeys((".xml", ".tei"), _tei),
    **dict.fromkeys((".csv", ".tsv"), _delimited),
    **dict.fromkeys((".jsonl", ".ndjson"), _json_lines),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".jp2"), _picture),
    **dict.fromkeys((".docx", ".docm"), _later("docx", "read_docx")),
    **dict.fromkeys((".html", ".htm", ".xhtml"), _later("html", "read_html")),
    **dict.fromkeys((".mht", ".mhtml"), _later("html", "read_mhtml")),
    ".epub": _later("epub", "read_epub"),
    ".odt": _later("odt", "read_odt"),
    ".pdf": _later("pdf", "read_pdf"),
}
"""Suffix (lower case) to what reads such a file."""


APART = frozenset(FORMATS) - {".txt", ".text", ".md", ".markdown"}
"""The suffixes of files that are read in a process of their own (see ``apart``): all but plain text, which is
read in time and memory that grow with the file and no more. Few bytes of a table or of JSON can be made to
take many: a cell or a list in every three of them, a column in every line."""


def can_read(path: Path) -> bool:
    """Whether a file's suffix is one that ``read`` knows, in capitals or not."""
    return path.suffix.lower() in FORMATS


def read(
    path: Path,
    name: str,
    *,
    encoding: str | None = None,
    said: Sequence[Mapping[str, Any]] = (),
    watch: Callable[[], None] | None = None,
) -> Reading:
    """The documents of the file at ``path``. ``name`` is what a file that is one document is called;
    ``encoding`` what the person said it is in (None: UTF-8, or what its XML declares). ``said`` is what
    lists of its folders say of the file, the weakest first (see ``catalogue``); it stands in place of what
    the file says of itself, and the sidecar's words in place of both. ``watch`` is called now and then while
    a file is read in a process of its own; what it raises ends the reading.

    Raises UnreadableFile, for the file or for its sidecar."""
    if path.suffix.lower() in APART:
        from qa.reading import apart

        reading: Reading = apart.call(path, "qa.reading", "read_here", path, name, encoding, watch=watch)
    else:
        reading = read_here(path, name, encoding)
    with _foreseen(path):
        documents = reading.documents
        for each in said:
            documents = with_said(documents, each)
        return replace(reading, documents=with_sidecar(path, documents))


def read_here(path: Path, name: str, encoding: str | None = None) -> Reading:
    """The documents of the file at ``path`` as it alone gives them, read in this process. Raises
    UnreadableFile."""
    reader = FORMATS.get(path.suffix.lower())
    data = read_bytes(path)
    if reader is None:
        raise UnreadableFile(
            str(path), "is of no kind that can be read.", f"These can: {' '.join(sorted(FORMATS))}"
        )
    with _foreseen(path):
        return reader(path, name, data, encoding)


@contextmanager
def _foreseen(path: Path) -> Iterator[None]:
    """What nobody foresaw comes out as an UnreadableFile too."""
    try:
        yield
    except (IbidError, MemoryError):
        raise
    except Exception as error:
        raise unforeseen(path, in_words(error)) from error


def in_words(error: Exception) -> str:
    """What went wrong, for whoever mends it: "ValueError: substring not found"."""
    said = str(error).splitlines()[0][:200] if str(error) else ""
    return f"{type(error).__name__}: {said}"


def unforeseen(path: Path, what: str) -> UnreadableFile:
    """The error for a mistake in reading one odd file: it must not cost a person the other nine thousand."""
    return UnreadableFile(str(path), f"could not be read ({what}).", "Please report this file.")
