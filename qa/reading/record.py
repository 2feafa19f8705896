"""Labelled records, as library catalogues and journals give them: lines of ``LABEL<TAB>value``.

The document's text is the record as it reads: each label on a line of its own, its value below it with
the HTML in it resolved, an empty line between fields. The title is a heading, the summary is text, all
else is front matter. How to cite the record is what its FOR CITATION says: ``csl["custom"]["citation"]``
holds it, and the other CSL variables are taken from it.
"""

from __future__ import annotations

import re
from typing import Any

from qa.reading.markup import resolved
from qa.types import Document, Mark, MarkKind, Metadata

READER = "labelled-record/1"

MAX_CHARACTERS = 1_000_000
"""A record describes a work; what is longer is a work, whatever its first lines look like."""

_FIELD = re.compile(r"([A-Z][A-Z0-9 /&-]{1,40})\t")
_TELLING = frozenset({"TITLE", "FOR CITATION", "CITATION"})
_VOICES: dict[str, MarkKind | None] = {
    "TITLE": "heading", "SUMMARY": None, "ABSTRACT": None, "DESCRIPTION": None, "TEXT": None,
    "FULL TEXT": None, "CONTENTS": None, "ANNOTATION": None,
}  # fmt: skip
"""The voice of a field's value; "front" where nothing else is said, None for the document's own text."""

_LANGUAGES = {"russ": "ru", "engl": "en", "ger": "de", "fr": "fr", "ital": "it", "span": "es", "chin": "zh"}
_CITATION = re.compile(
    r"(?P<authors>.+?)[.,]?\s+\(?(?P<year>1[5-9]\d\d|20\d\d)\)?\.\s+(?P<rest>.+)", re.DOTALL
)
_NUMBERS = {
    "volume": re.compile(r"\bvol\.\s*(\w+)", re.IGNORECASE),
    "issue": re.compile(r"\bno\.\s*([\w/–-]+)", re.IGNORECASE),
    "page": re.compile(r"\bpp?\.\s*([\divxlc]+(?:\s*[-–]\s*[\divxlc]+)?)", re.IGNORECASE),
    "DOI": re.compile(r"\bdoi:?\s*(?:https?://doi\.org/)?(10\.\d{4,9}/\S+?)[.,;]?(?=\s|$)", re.IGNORECASE),
}


def is_record(text: str) -> bool:
    """Whether a file's text is a labelled record: its first line and at least one more are fields, one
    of them its title or its citation."""
    if len(text) > MAX_CHARACTERS:
        return False
    lines = [line for line in text[:20_000].split("\n") if line.strip()][:200]
    if not lines or not _FIELD.match(lines[0]):
        return False
    labels = [match.group(1) for line in lines if (match := _FIELD.match(line))]
    return len(labels) >= 2 and bool(_TELLING & set(labels))


def read_record(name: str, text: str) -> Document:
    """The record in ``text`` as a document."""
    parts: list[str] = []
    marks: list[Mark] = []
    values: dict[str, str] = {}
    italics: dict[str, tuple[str, ...]] = {}
    length = 0
    for label, raw in _fields(text):
        value, emphasised = resolved(raw)
        values.setdefault(label, value)
        italics.setdefault(label, emphasised)
        if not value:
            continue
        start = length + (2 if parts else 0)
        parts.append(f"{label}\n{value}")
        body = start + len(label) + 1
        length = body + len(value)
        marks.append(Mark("front", start, start + len(label)))
        voice = _VOICES.get(label, "front")
        if voice is not None:
            marks.append(Mark(voice, body, length))
    return Document(name, "\n\n".join(parts), tuple(marks), _metadata(name, values, italics))


def _fields(text: str) -> list[tuple[str, str]]:
    """Labels with their raw values; a line without a label goes on with the value before it."""
    found: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        match = _FIELD.match(line)
        if match:
            found.append((match.group(1), [line[match.end() :]]))
        elif found:
            found[-1][1].append(line)
    return [(label, "\n".join(lines)) for label, lines in found]


def _metadata(name: str, values: dict[str, str], italics: dict[str, tuple[str, ...]]) -> Metadata:
    label = "FOR CITATION" if "FOR CITATION" in values else "CITATION"
    # "<i>Journal</i> , vol. 15": the space before the comma is the markup's, not the citation's.
    said = re.sub(r"\s+(?=[,.;:])", "", " ".join(values.get(label, "").split()))
    title = " ".join(values.get("TITLE", "").split())
    csl: dict[str, Any] = {"type": "document"}
    match = _CITATION.match(said)
    if match:
        title = _as_cited(title, match["rest"])
        csl |= _cited(match, next(iter(italics.get(label, ())), None))
    authors = _authors(values, italics) or _authors_cited(match["authors"] if match else "")
    if authors:
        csl["author"] = authors
    csl["title"] = title or name
    if values.get("KEY WORDS"):
        csl["keyword"] = " ".join(values["KEY WORDS"].split())
    if said:
        csl["custom"] = {"citation": said}
    year = match["year"] if match else None
    return Metadata(title=csl["title"], date=year, url=csl.get("URL"), csl=csl)


def _cited(match: re.Match[str], journal: str | None) -> dict[str, Any]:
    """The CSL variables that a citation in words gives; the journal is what it sets in italics."""
    rest = match["rest"]
    csl: dict[str, Any] = {"issued": {"date-parts": [[int(match["year"])]]}}
    if journal:
        csl |= {"type": "article-journal", "container-title": journal.strip(" ,.")}
    csl |= {key: m.group(1).replace(" ", "") for key, p in _NUMBERS.items() if (m := p.search(rest))}
    language = re.search(r"\(In ([A-Z][a-z]+)\.?\)", rest)
    if language:
        code = next((c for word, c in _LANGUAGES.items() if language.group(1).lower().startswith(word)), None)
        csl |= {"language": code} if code else {}
    if "DOI" in csl:
        csl["URL"] = f"https://doi.org/{csl['DOI']}"
    return csl


def _as_cited(title: str, cited: str) -> str:
    """The title as the citation writes it: the record's TITLE is often in capitals."""
    at = cited.casefold().find(title.casefold())
    if title and at >= 0:
        return cited[at : at + len(title)]
    return title or cited.partition(". ")[0]


def _authors(values: dict[str, str], italics: dict[str, tuple[str, ...]]) -> list[dict[str, str]]:
    """Names set in italics in AUTHORS, else what stands before a dash in each of its parts."""
    names = list(italics.get("AUTHORS", ()))
    if not names:
        parts = values.get("AUTHORS", "").split(";")
        names = [re.split(r"\s[—–-]\s|,|\(", part)[0].strip() for part in parts]
    return [_person(name) for name in names if 0 < len(name) <= 80]


def _person(name: str) -> dict[str, str]:
    given, _, family = name.strip(" ,;").rpartition(" ")
    return {"family": family, "given": given} if given else {"literal": family}


def _authors_cited(words: str) -> list[dict[str, str]]:
    """ "Vershinin A.A., Tupikin P.A." """
    people = []
    for person in re.split(r",\s+", words):
        family, _, given = person.strip().partition(" ")
        if family:
            people.append({"family": family, "given": given} if given else {"literal": family})
    return people
