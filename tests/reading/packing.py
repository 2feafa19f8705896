"""Zip-based documents for the tests, made part by part."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from qa.reading import read
from qa.types import Document

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def packed(parts: dict[str, str | bytes]) -> bytes:
    """A zip archive with these parts; one named "mimetype" is stored first, as EPUB and ODT want it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, part, compress_type=how)
    return held.getvalue()


def docx(
    body: str, parts: dict[str, str | bytes] | None = None, *, namespace: str = _WORD, **more: str
) -> bytes:
    """A Word file. ``more`` are parts beside the document by their kind: styles, settings, footnotes,
    endnotes, comments (the inside of each); ``parts`` whole parts by their name."""
    word = f'xmlns:w="{namespace}"'
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/{kind}" Target="{kind}.xml"/>'
        for n, kind in enumerate(more)
    )
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships {_PACKAGE}><Relationship Id="r" Type="{_RELATIONS}/officeDocument" '
        f'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {word}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f"<Relationships {_PACKAGE}>{relations}</Relationships>",
    }
    made |= {f"word/{kind}.xml": f"<w:{kind} {word}>{x}</w:{kind}>" for kind, x in more.items()}
    return packed(made | (parts or {}))


def read_bytes_as(folder: Path, name: str, data: bytes, encoding: str | None = None) -> Document:
    """The one document that a file of this name and content holds."""
    path = folder / name
    path.write_bytes(data)
    (document,) = read(path, name, encoding=encoding).documents
    return document
