"""BibTeX and BibLaTeX exports. Types and fields as Zotero's translators map them to CSL."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from qa.reading.catalogue.entry import Entry, Listed, UnreadableList, file_name, usual_names
from qa.reading.dates import dated
from qa.reading.fields import type_and_genre

_TYPES = {
    "article": "article-journal", "artwork": "graphic", "audio": "song", "book": "book",
    "bookinbook": "chapter", "booklet": "pamphlet", "collection": "book", "conference": "paper-conference",
    "dataset": "dataset", "electronic": "webpage", "inbook": "chapter", "incollection": "chapter",
    "inproceedings": "paper-conference", "inreference": "entry-encyclopedia", "jurisdiction": "legal_case",
    "legislation": "legislation", "letter": "personal_communication", "manual": "report",
    "mastersthesis": "thesis", "movie": "motion_picture", "mvbook": "book", "mvcollection": "book",
    "mvproceedings": "book", "online": "webpage", "patent": "patent", "periodical": "periodical",
    "phdthesis": "thesis", "proceedings": "book", "reference": "book", "report": "report",
    "review": "review", "software": "software", "suppbook": "chapter", "techreport": "report",
    "thesis": "thesis", "unpublished": "manuscript", "video": "motion_picture", "www": "webpage",
}  # fmt: skip
_ARTICLES = {"magazine": "article-magazine", "newspaper": "article-newspaper"}
_TEXTS = {
    "abstract": "abstract", "address": "publisher-place", "annotation": "annote", "archive": "archive",
    "archivelocation": "archive_location", "box": "box", "chapter": "chapter-number",
    "collection": "collection", "edition": "edition", "eventtitle": "event-title", "folder": "folder",
    "institution": "publisher", "isbn": "ISBN", "issn": "ISSN", "issue": "issue",
    "journal": "container-title", "journaltitle": "container-title", "keywords": "keyword",
    "langid": "language", "language": "language", "lccn": "call-number", "library": "source",
    "location": "publisher-place", "maintitle": "container-title", "booktitle": "container-title",
    "note": "note", "organization": "publisher", "pagetotal": "number-of-pages", "publisher": "publisher",
    "recipient": "recipient", "repository": "archive", "school": "publisher", "sender": "sender",
    "series": "collection-title", "shorttitle": "title-short", "shortjournal": "container-title-short",
    "type": "genre", "venue": "event-place", "version": "version", "volume": "volume",
    "volumes": "number-of-volumes",
}  # fmt: skip
_PEOPLE = {"author": "author", "editor": "editor", "translator": "translator",
           "bookauthor": "container-author"}  # fmt: skip
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ACCENTED = re.compile(r"""\{\\["'`^~][A-Za-z]\}|\\["'`^~]\{\\?[A-Za-z]\}""")
_ESCAPED = re.compile(r"\\([^A-Za-z0-9.])")


def read_bibtex(text: str) -> Listed:
    """The entries of a .bib file; one that cannot be read is told of. Raises UnreadableList where there is
    none at all."""
    import logging

    from bibtexparser import model
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock

    logging.getLogger("bibtexparser").setLevel(logging.ERROR)  # what it warns of is told of below
    library = parse_string(text)
    found = Listed()
    blocks = [(block, _fields(block)) for block in library.entries]
    for failed in library.failed_blocks:
        line = (failed.start_line or 0) + 1
        if isinstance(failed, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock) and isinstance(
            failed.ignore_error_block, model.Entry
        ):
            # A key or a field for the second time is odd, but all there, only not taken out of its braces.
            block: Any = failed.ignore_error_block
            blocks.append((block, {name: _bare(words) for name, words in _fields(block).items()}))
        else:
            found.troubles.append(f"line {line}: {_first_line(failed.error)}")
    for block, raw in sorted(blocks, key=lambda each: each[0].start_line or 0):
        found.entries.append(_entry(block, raw))
    if not found.entries and text.strip():
        raise UnreadableList(found.troubles[0] if found.troubles else "line 1: no entry begins with @.")
    return found


def _first_line(error: Any) -> str:
    said = " ".join(str(getattr(error, "abort_reason", None) or error).split())
    return f"the entry cannot be read: {said[:150]}"


def _fields(block: Any) -> dict[str, str]:
    return {field.key.lower(): str(field.value).strip() for field in reversed(block.fields)}


def _bare(words: str) -> str:
    return words[1:-1] if (words[:1], words[-1:]) in {("{", "}"), ('"', '"')} else words


def _entry(block: Any, raw: dict[str, str]) -> Entry:
    said = _said(block.entry_type.lower(), raw)
    files = [name for field in ("file", "files") for name in _files(raw.get(field, ""))]
    return Entry(said, tuple(files), usual_names(said, block.key), (block.start_line or 0) + 1)


def _files(written: str) -> list[str]:
    """``Title:files/12/a.pdf:application/pdf;…`` (Zotero, JabRef), or paths alone (Better BibTeX); a
    backslash before a colon, a semicolon or a brace makes it one of the name's own."""
    # Mendeley writes the backslash itself in TeX; others write letters with accents so.
    written = _ACCENTED.sub(lambda match: plain(match[0]), written.replace("$\\backslash$", "\\"))
    found = []
    for part in re.split(r"(?<!\\);", written):
        pieces: list[str] = []
        for piece in re.split(r"(?<!\\):", part):
            if pieces and re.fullmatch("[A-Za-z]", pieces[-1]) and piece[:1] in ("/", "\\"):
                pieces[-1] += f":{piece}"  # a drive's letter
            else:
                pieces.append(piece)
        path = pieces[1] if len(pieces) >= 3 else max(pieces, key=_pathlike)
        name = file_name(_ESCAPED.sub(r"\1", path))
        if name:
            found.append(name)
    return found


def _pathlike(piece: str) -> tuple[bool, int]:
    return bool(re.search(r"\.\w{2,5}$", piece)), len(piece)


def _said(kind: str, raw: dict[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, words in raw.items():
        if name in _TEXTS and words:
            said.setdefault(_TEXTS[name], plain(words))
    said |= _kind(kind, raw, said)
    title = ": ".join(plain(raw[name]) for name in ("title", "subtitle") if raw.get(name))
    if title:
        said["title"] = title
    if raw.get("number"):
        variable = "issue" if kind == "article" else "collection-number" if "series" in raw else "number"
        said[variable] = plain(raw["number"])
    if raw.get("pages"):
        said["page"] = re.sub(r"\s*(?:-+|–)\s*", "-", plain(raw["pages"]))
    for name, role in _PEOPLE.items():
        if raw.get(name) and (people := _people(raw[name])):
            said[role] = people
    return said | _addresses(raw) | _dates(raw)


def _kind(kind: str, raw: dict[str, str], said: dict[str, Any]) -> dict[str, str]:
    """The type; of what is just "misc" only what its own field says ("Letter")."""
    genre = said.pop("genre", "")
    if kind == "article":
        return {"type": _ARTICLES.get(raw.get("entrysubtype", ""), _TYPES[kind])}
    if kind not in _TYPES:
        return type_and_genre(genre) if genre else {}
    made = {"type": _TYPES[kind]}
    return made if type_and_genre(genre) == made else made | ({"genre": genre} if genre else {})


def _addresses(raw: dict[str, str]) -> dict[str, str]:
    found = {}
    for name in ("url", "doi"):
        if raw.get(name):  # not plain(): "%" and "_" mean themselves in an address
            found[name.upper()] = re.sub(r"\\([%_&#~{}])", r"\1", raw[name])
    published = raw.get("howpublished", "")
    if published.startswith("\\url{"):
        found.setdefault("URL", published[5:].rstrip("}"))
    elif published:
        found["publisher"] = plain(published)
    return found


def _dates(raw: dict[str, str]) -> dict[str, Any]:
    words = plain(raw.get("date", "")) if not re.search(r"[~?%/]", raw.get("date", "")) else raw["date"]
    if not words and raw.get("year"):
        words = plain(raw["year"])
        month, day = raw.get("month", "").strip('{}" ').lower(), raw.get("day", "")
        number = (
            month if month.isdecimal() else str(_MONTHS.index(month[:3]) + 1) if month[:3] in _MONTHS else ""
        )
        if re.fullmatch(r"\d{4}", words) and number:
            words += f"-{int(number):02}" + (f"-{int(day):02}" if day.isdecimal() else "")
    found: dict[str, Any] = {}
    if raw.get("urldate"):
        found["accessed"] = dated(raw["urldate"]).csl
    if raw.get("eventdate"):
        found["event-date"] = dated(raw["eventdate"]).csl
    if raw.get("origdate"):
        found["original-date"] = dated(raw["origdate"]).csl
        return found | ({"issued": dated(words).csl} if words else {})
    return found | ({"date": words} if words else {})


def _people(words: str) -> list[dict[str, str]]:
    from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

    people = []
    for name in split_multiple_persons_names(words):
        if name.strip().lower() == "others":
            continue
        if re.fullmatch(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", name.strip()):
            people.append({"literal": plain(name)})
            continue
        parts = parse_single_name_into_parts(name, strict=False)
        person = {"family": parts.last, "given": parts.first, "non-dropping-particle": parts.von,
                  "suffix": parts.jr}  # fmt: skip
        made = {part: plain(" ".join(found)) for part, found in person.items() if found}
        if made.get("family"):
            people.append(made if len(made) > 1 else {"literal": made["family"]})
    return people


@lru_cache(maxsize=4096)
def plain(words: str) -> str:
    """TeX as text: accents as letters, braces and commands gone, white space as one space."""
    if not re.search(r"[\\$~]|--|``|''", words):
        return " ".join(re.sub(r"[{}]", "", words).split())
    try:
        # "%" begins a comment in TeX; in an export it is nearly always a bare per cent.
        text = _converted(re.sub(r"(?<!\\)%", r"\\%", words))
    except Exception:  # of a broken formula the letters are still right
        text = re.sub(r"[{}]", "", words)
    return " ".join(text.split())


def _converted(tex: str) -> str:
    converter, macros = _tex()
    return str(converter.latex_to_text(tex, tolerant_parsing=True, latex_context=macros))


@cache
def _tex() -> tuple[Any, Any]:
    """What turns TeX into text, made once: its tables take longer to make than a title to convert."""
    from pylatexenc import latex2text, latexwalker  # type: ignore[import-untyped]

    return latex2text.LatexNodes2Text(), latexwalker.get_default_latex_context_db()
