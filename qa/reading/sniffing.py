"""What a file really is, by its first bytes, in words: for telling a person that a name misleads."""

from __future__ import annotations

import re

_MAGIC = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"BM", "a BMP picture"),
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a document in Rich Text Format"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"AT&TFORM", "a DjVu scan"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_MARKUP = re.compile(rb"\s*(?:<!--.{0,2000}?-->\s*)*<(!doctype\s+html|html|head|body|\?xml)\b", re.I | re.S)
LOOK = 4096


def sniffed(data: bytes) -> str | None:
    """What ``data`` begins like: "a JPEG picture", "a web page", "text" …; None where nothing tells."""
    if not data:
        return "empty"
    if not data.strip(b"\x00"):
        return "nothing but zero bytes"
    for magic, words in _MAGIC:
        if data.startswith(magic):
            return words
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "a WebP picture"
    if data[4:12] in (b"ftypheic", b"ftypmif1"):
        return "a HEIC picture"
    if data.startswith(OLE):
        return "protected by a password" if is_encrypted_office(data) else "a file of Office 97–2003"
    if data.startswith(ZIP):
        return "a zip archive"
    head = data[:LOOK].removeprefix(b"\xef\xbb\xbf")
    match = _MARKUP.match(head)
    if match:
        return "an XML file" if match.group(1).lower() == b"?xml" and b"<html" not in head else "a web page"
    return "text" if _is_text(head) else None


def is_encrypted_office(data: bytes) -> bool:
    """Whether ``data`` is an Office file under a password: an OLE file that holds an encrypted package."""
    return data.startswith(OLE) and _ENCRYPTED_PACKAGE in data


def is_binary(data: bytes) -> bool:
    """Whether ``data`` begins like a picture, an archive or another file that holds no running text."""
    return data.startswith((OLE, ZIP)) or any(data.startswith(m) for m, _ in _MAGIC if len(m) > 2)


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        head[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
