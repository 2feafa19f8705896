"""Web pages (HTML, XHTML, and MHTML as browsers save them): the main text, its notes and printed pages.

What is read is the page's ``main``, else its only ``article``, else the body without its furniture. Scripts
are never run. A page is in the encoding that its byte order mark, the person, the page itself say, else in
UTF-8.
"""

from __future__ import annotations

import codecs
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html.entities import html5
from pathlib import Path
from typing import Any

from qa.errors import UnreadableFile
from qa.reading import Reading
from qa.reading.decoding import decode
from qa.reading.described import date_parts, first_heading
from qa.reading.safexml import local_name, parse_xml
from qa.reading.sniffing import is_binary, sniffed
from qa.reading.webelements import types_of, words_of
from qa.reading.webmeta import web_metadata
from qa.reading.webnotes import Part
from qa.reading.webtext import compose
from qa.reading.zipped import not_a
from qa.types import Document, Metadata

READER = "html/1"
MHTML = "mhtml/1"

MAX_PAGE = 32_000_000
"""Bytes of a page's text: as a tree it takes up to forty times as much memory."""

LOOK = 4096
"""Bytes in which a page declares its encoding (browsers look at 1,024)."""

_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{1,40})"
    rb"|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w:.-]{1,40})",
    re.IGNORECASE,
)
# Characters of a header that are read: of an address, and of those that the standard library takes apart, for
# which it needs the square of their length, or a call for each bracket.
_ADDRESS, _HEADER = 8_000, 300
# What browsers take these names for: pages that claim the one are written in the other.
_MEANT = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "x-sjis": "cp932", "shift_jis": "cp932", "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "iso-8859-9": "cp1254", "tis-620": "cp874",
    "x-cp1251": "cp1251", "x-mac-cyrillic": "mac_cyrillic", "macintosh": "mac_roman", "unicode": "utf-16",
}  # fmt: skip
_NAMED_CHARACTER = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_XML_NAMES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://[^\s>]{1,2000})", re.IGNORECASE)
_SINGLE_FILE = re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(https?://\S{1,2000})", re.IGNORECASE)


class _Bounded(policy.EmailPolicy):
    """Reads the beginning of overlong headers only."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        most = _ADDRESS if name.lower().endswith("content-location") else _HEADER
        return name, value[:most]


def read_html(path: Path, name: str, data: bytes, encoding: str | None = None) -> Reading:
    """The one document of a web page. Raises UnreadableFile where it is none, or holds no words."""
    if is_binary(data):
        raise not_a(path, "web page", sniffed(data))
    if _is_mhtml(data):
        return read_mhtml(path, name, data, encoding)
    text = _decoded(path, data, encoding)
    return Reading((_document(path, name, text, saved_from(text)),), READER)


def read_mhtml(path: Path, name: str, data: bytes, encoding: str | None = None) -> Reading:
    """The one document of a web page saved whole (MHTML): its page, without the pictures and frames."""
    if not _is_mhtml(data):
        if is_binary(data) or not data.strip():
            raise not_a(path, "saved web page", sniffed(data))
        return read_html(path, name, data, encoding)
    message = message_from_bytes(data, policy=_Bounded())
    assert isinstance(message, EmailMessage)  # what the policy makes
    page = _page_of(message)
    if page is None:
        raise UnreadableFile(str(path), "holds no web page (no part of it is HTML).", "Save the page again.")
    payload = page.get_payload(decode=True)
    if not isinstance(payload, bytes):
        payload = b""
    text = _decoded(path, payload, encoding or _known(page.get_content_charset()))
    address = str(message.get("Snapshot-Content-Location") or page.get("Content-Location") or "").strip()
    url = address if address.startswith(("http://", "https://")) else saved_from(text)
    document = _document(path, name, text, url, accessed=_day(message))
    return Reading((document,), MHTML)


def parse_html(path: Path, text: str) -> Any:
    """The root element of a page, its errors mended as browsers do; comments are left out. Raises
    UnreadableFile where it nests more deeply than the parser follows: words would be lost."""
    from lxml import etree

    if len(text) > MAX_PAGE:
        raise too_large(path)
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    try:
        root = etree.fromstring(text.replace("\x00", "\ufffd").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(str(path), "is empty, or no web page.", "Save the page again.") from error
    if any("depth" in str(entry.message).lower() for entry in parser.error_log):
        raise UnreadableFile(
            str(path), "its elements are nested too deeply for a real page.", "Save its text as plain text."
        )
    if root is None:
        raise UnreadableFile(str(path), "holds no words.", "Save the page again.")
    return root


def parse_page(path: Path, text: str) -> Any:
    """The root element of a page in XHTML, where ``<span/>`` is a whole element, or in HTML. Raises
    UnreadableFile as ``parse_html`` does, and where it declares entities of its own."""
    if len(text) > MAX_PAGE:
        raise too_large(path)
    head = text[:LOOK]
    if "http://www.w3.org/1999/xhtml" not in head:
        return parse_html(path, text)
    # XML knows five names of characters; those of HTML are defined in a file that is not fetched.
    plain = _NAMED_CHARACTER.sub(_character, _XML_DECLARATION.sub("", text, count=1))
    try:
        return parse_xml(path, plain.encode("utf-8", "replace"), "its page")
    except UnreadableFile:
        if "<!ENTITY" in text:
            raise
        return parse_html(path, text)  # not well-formed: read as browsers read it


def too_large(path: Path) -> UnreadableFile:
    """The error for pages of more than MAX_PAGE characters."""
    return UnreadableFile(
        str(path), f"is too large for a page (more than {MAX_PAGE / 1e6:,.0f} MB of text).", "Split it."
    )


def _character(match: re.Match[str]) -> str:
    return match.group() if match.group(1) in _XML_NAMES else html5.get(match.group(1), match.group())


def saved_from(text: str) -> str | None:
    """The address that a browser wrote into a page when it saved it; None without one."""
    match = _SAVED_FROM.search(text[:LOOK]) or _SINGLE_FILE.search(text[:LOOK])
    return match.group(1) if match else None


def _document(path: Path, name: str, text: str, url: str | None, *, accessed: str | None = None) -> Document:
    root = parse_page(path, text)
    main, body = _main(root)
    composed, marks = compose([Part("", main, root)])
    if not composed.strip() and main is not body:
        composed, marks = compose([Part("", body, root)])
    if not composed.strip():
        raise UnreadableFile(
            str(path),
            "holds no words (a page that scripts fill, perhaps).",
            "Save it from the browser again.",
        )
    known = web_metadata(name, root, heading=first_heading(composed, marks), url=url)
    if accessed:
        known = Metadata(
            known.title, known.date, url=known.url, csl={**known.csl, "accessed": date_parts(accessed)}
        )
    return Document(name, composed, marks, known)


def _main(root: Any) -> tuple[Any, Any]:
    """The element that holds a page's main text, and its body."""
    body = next((e for e in root.iter() if local_name(e) == "body"), root)
    mains = [e for e in body.iter() if local_name(e) == "main" or "main" in types_of(e)]
    articles = [e for e in body.iter() if local_name(e) == "article"]
    for found in (mains, articles):
        if len(found) == 1 and words_of(found[0]).strip():
            return found[0], body
    return body, body


def _decoded(path: Path, data: bytes, encoding: str | None) -> str:
    if encoding is None and not data.startswith(
        (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE)
    ):
        if data[:2] == b"<\x00":
            encoding = "utf-16-le"
        elif data[:2] == b"\x00<":
            encoding = "utf-16-be"
        else:
            match = _DECLARED.search(data[:LOOK])
            encoding = _known((match.group(1) or match.group(2)).decode("ascii") if match else None)
            if encoding == "utf-16":
                encoding = "utf-8"  # it could not be read so far if it were
    return decode(path, data, encoding)


def _known(said: str | None) -> str | None:
    """The encoding that is meant by a name; None for one that nobody knows."""
    meant = _MEANT.get((said or "").lower(), said or "")
    try:
        return codecs.lookup(meant).name if meant else None
    except (LookupError, ValueError):  # ValueError: with a zero in it
        return None


def _is_mhtml(data: bytes) -> bool:
    head = data[:LOOK].lower()
    return not head.lstrip().startswith(b"<") and b"mime-version:" in head and b"content-type:" in head


def _page_of(message: EmailMessage) -> EmailMessage | None:
    wanted = str(message.get("Snapshot-Content-Location") or "").strip()
    pages = [
        part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")
    ]
    named = [part for part in pages if wanted and str(part.get("Content-Location") or "").strip() == wanted]
    return next(iter([*named, *pages]), None)


def _day(message: EmailMessage) -> str | None:
    """The day on which the page was saved."""
    try:
        return parsedate_to_datetime(str(message.get("Date") or "")).date().isoformat()
    except (ValueError, TypeError):
        return None
