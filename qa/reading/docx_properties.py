"""What a Word file says of itself in its properties: its number of pages, title, author, date."""

from __future__ import annotations

from qa.reading.described import described, first_heading, one_line, somebody
from qa.reading.safexml import child, local_name, parse_xml
from qa.reading.zipped import Zipped
from qa.types import Document, Metadata

# python-docx writes the date of its template into every file that it makes.
_TEMPLATE_DATES = ("2013-12-23T23:15:00Z",)


def pages_said(package: Zipped) -> int | None:
    """How many pages the program that saved it counted; None where it does not say."""
    data = package.optional("docProps/app.xml")
    if data is None:
        return None
    said = child(parse_xml(package.path, data, "docProps/app.xml"), "Pages")
    words = "" if said is None else (said.text or "").strip()
    return int(words) if words.isdecimal() else None


def metadata(package: Zipped, document: Document) -> Metadata:
    """What is known of ``document``, the text of the file; its first heading stands in for a title."""
    said: dict[str, str] = {}
    data = package.optional("docProps/core.xml")
    if data is not None:
        for each in parse_xml(package.path, data, "docProps/core.xml"):
            said.setdefault(local_name(each), one_line(each.text))
    created = said.get("created")
    return described(
        document.name,
        "document",
        title=_title(said.get("title", "")) or first_heading(document.text, document.marks),
        creators=somebody(said.get("creator", "").split(";")),
        date=None if created in _TEMPLATE_DATES else created,
        said={
            "language": said.get("language"),
            "keyword": said.get("keywords"),
        },
    )


def _title(said: str) -> str:
    """A file's title without what old Word wrote before it."""
    words = said.removeprefix("Microsoft Word - ").strip()
    return "" if words.lower() in ("untitled", "word document", "document", "title") else words
