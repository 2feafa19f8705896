"""What a PDF says of itself in its properties, as far as it is to be believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from qa.reading.described import described, first_heading, one_line, somebody
from qa.types import Mark, Metadata

_NO_TITLE = re.compile(
    r"(?:untitled|unspecified|document|dokument|scan|scanned|image|img|title|unknown|none|null|layout)?"
    r"[\s\d_.()-]*|microsoft (?:word|powerpoint|excel) - .*|https?:\S+|about:blank|[\w-]*_[\w-]*"
    r"|\S+\.(?:docx?|pdf|indd|tex|dvi|qxp|qxd|rtf|odt|p65|fm|html?|wpd|eps)",
    re.IGNORECASE,
)
_MADE = re.compile(r"D:(\d{4})")
NEAR_THE_TOP = 6_000
"""Characters in which a title, and the year that a paper appeared, stand."""


def metadata(name: str, properties: Mapping[str, str], text: str, marks: tuple[Mark, ...]) -> Metadata:
    """Title and authors from the properties, the title else from the first heading. The day on which the
    file was made counts as the year of the document only where the first page prints that year too: a scan
    of 2015 says nothing of a letter of 1945."""
    title = one_line(properties.get("Title", ""))
    if _NO_TITLE.fullmatch(title) or not any(c.isalpha() for c in title):
        title = first_heading(text, (m for m in marks if m.start < NEAR_THE_TOP)) or PurePosixPath(name).name
    creators = [c for part in properties.get("Author", "").split(";") for c in part.split(" and ")]
    made = _MADE.match(properties.get("CreationDate", ""))
    year = made[1] if made and re.search(rf"(?<!\d){made[1]}(?!\d)", text[:NEAR_THE_TOP]) else None
    return described(name, "document", title=title, creators=somebody(creators), date=year)
