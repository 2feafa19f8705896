"""RIS exports: records of two-letter tags. Tags and types as Zotero reads and writes them."""

from __future__ import annotations

import re
from typing import Any

from qa.reading import fields
from qa.reading.catalogue.entry import Entry, Listed, UnreadableList, file_name, usual_names

_TYPES = {
    "ABST": "article-journal", "ART": "graphic", "BILL": "bill", "BLOG": "post-weblog", "BOOK": "book",
    "CASE": "legal_case", "CHAP": "chapter", "COMP": "software", "CONF": "paper-conference",
    "CPAPER": "paper-conference", "DATA": "dataset", "DICT": "entry-dictionary", "EBOOK": "book",
    "ECHAP": "chapter", "EDBOOK": "book", "EJOUR": "article-journal", "ELEC": "webpage",
    "ENCYC": "entry-encyclopedia", "GEN": "document", "GOVDOC": "report", "HEAR": "hearing",
    "ICOMM": "personal_communication", "INPR": "manuscript", "JFULL": "article-journal",
    "JOUR": "article-journal", "LEGAL": "legislation", "MANSCPT": "manuscript", "MAP": "map",
    "MGZN": "article-magazine", "MPCT": "motion_picture", "MUSIC": "musical_score",
    "NEWS": "article-newspaper", "PAMP": "pamphlet", "PAT": "patent", "PCOMM": "personal_communication",
    "RPRT": "report", "SER": "book", "SLIDE": "speech", "SOUND": "song", "STAND": "standard",
    "STAT": "legislation", "THES": "thesis", "UNPB": "manuscript", "UNPD": "manuscript",
    "VIDEO": "motion_picture", "WEB": "webpage",
}  # fmt: skip
_ARTICLES = {"article-journal", "article-magazine", "article-newspaper"}
_TEXTS = {
    "TI": "title", "T1": "title", "CT": "title", "ST": "title-short", "VL": "volume", "PB": "publisher",
    "CY": "publisher-place", "AB": "abstract", "N2": "abstract", "AN": "archive_location", "DB": "archive",
    "CN": "call-number", "DO": "DOI", "ET": "edition", "LA": "language", "NV": "number-of-volumes",
    "SE": "section", "J2": "container-title-short", "T3": "collection-title", "AV": "archive_location",
    "N1": "note", "DP": "source",
}  # fmt: skip
_CONTAINER = ("JF", "JO", "T2", "BT", "JA")
_START = re.compile(r"TY {1,2}- ?(.*)")
_END = re.compile(r"ER {1,2}-")
_TAG = re.compile(r"^\s*([A-Z][A-Z0-9]) {1,2}-")


def read_ris(text: str) -> Listed:
    """The records of a RIS file; one that does not end (ER) is told of, and read as far as it goes. Raises
    UnreadableList where there is none."""
    found = Listed()
    for line, record in _records(text, found.troubles):
        entry = _entry(record, line)
        if entry is not None:
            found.entries.append(entry)
    if not found.entries and text.strip():
        raise UnreadableList('line 1: no record begins with "TY  - ".')
    return found


def _records(text: str, troubles: list[str]) -> list[tuple[int, str]]:
    """(first line, lines) of each record. rispy tells of no lines and runs an unended record into the
    next, so records come apart here."""
    records: list[tuple[int, str]] = []
    begun, held = 0, [[""]]
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if _START.match(stripped) or _END.match(stripped):
            if begun and _START.match(stripped):
                troubles.append(f"line {begun}: the record has no end (ER) before line {number}.")
            if begun:
                records.append((begun, _whole(held)))
            begun = number if _START.match(stripped) else 0
            held = []
        if begun and held and not _TAG.match(line):
            held[-1].append(stripped)  # rispy cannot go on with a field that stands there twice
        elif begun:
            held.append([_TAG.sub(r"\1  -", line)])
        elif stripped and not _END.match(stripped):
            troubles.append(f"line {number}: it belongs to no record.")
    if begun:
        troubles.append(f"line {begun}: the record has no end (ER).")
        records.append((begun, _whole(held)))
    return records


def _whole(held: list[list[str]]) -> str:
    return "\n".join(" ".join(parts) for parts in held)


def _entry(record: str, line: int) -> Entry | None:
    import rispy  # type: ignore[import-untyped]

    tags = {tag: tag for tag in rispy.TAG_KEY_MAPPING} | {"UK": "UK"}
    parsed = rispy.loads(record + "\nER  - ", mapping=tags, list_tags=[], delimiter_tags_mapping={},
                         enforce_list_tags=False)  # fmt: skip
    if not parsed:
        return None
    told: dict[str, list[str]] = {}
    for tag, words in (parsed[0] | parsed[0].pop("UK", {})).items():
        lines = words if isinstance(words, list) else [words]
        told[tag] = [" ".join(each.split()) for each in lines if each.strip()]
    said = _said(told)
    files = [file_name(each) for tag in ("L1", "L2", "L3", "L4") for each in told.get(tag, [])]
    files += [file_name(each) for each in told.get("UR", []) if _is_file(each)]
    return Entry(said, tuple(files), usual_names(said, *told.get("ID", []), *told.get("LB", [])), line)


def _is_file(address: str) -> bool:
    return not re.match(r"(?!file:)[a-z]{2,}:|www\.|doi:", address, re.IGNORECASE)


def _said(told: dict[str, list[str]]) -> dict[str, Any]:
    kind = _TYPES.get(next(iter(told.get("TY", [])), "").strip().upper(), "document")
    said: dict[str, Any] = {"type": kind}
    for tag, name in _TEXTS.items():
        if told.get(tag):
            said.setdefault(name, told[tag][0])
    for tag in _CONTAINER:
        if told.get(tag) and kind not in ("book", "report", "map"):
            said.setdefault("container-title", told[tag][0])
    if kind == "book" and told.get("T2"):
        said.setdefault("collection-title", told["T2"][0])
    if told.get("IS"):
        said["issue" if kind in _ARTICLES else "number"] = told["IS"][0]
    elif told.get("M1") and kind not in _ARTICLES:
        said["number"] = told["M1"][0]
    genre = next(iter(told.get("M3", [])), "")
    if genre and not genre.startswith("10.") and fields.type_and_genre(genre) != {"type": kind}:
        said["genre"] = genre  # EndNote writes a DOI here
    if told.get("SN"):
        said["ISSN" if kind in _ARTICLES else "number" if kind == "report" else "ISBN"] = told["SN"][0]
    pages = [told[tag][0] for tag in ("SP", "EP") if told.get(tag)]
    if pages:
        said["number-of-pages" if kind in ("book", "thesis") and len(pages) == 1 else "page"] = "-".join(
            dict.fromkeys(pages)
        )
    if told.get("KW"):
        said["keyword"] = ", ".join(told["KW"])
    if address := next((each for each in told.get("UR", []) if not _is_file(each)), None):
        said["URL"] = address
    return said | _people(kind, told) | _dates(told)


def _people(kind: str, told: dict[str, list[str]]) -> dict[str, Any]:
    second = {"personal_communication": "recipient", "book": "collection-editor"}.get(kind, "editor")
    third = "editor" if kind == "book" else "collection-editor"
    people: dict[str, Any] = {}
    for tag, role in (("AU", "author"), ("A1", "author"), ("ED", "editor"), ("A2", second), ("A3", third),
                      ("A4", "translator")):  # fmt: skip
        for words in told.get(tag, []):
            people.setdefault(role, []).extend(fields.names(words.replace(";", ",")))
    return people


def _dates(told: dict[str, list[str]]) -> dict[str, str]:
    """The fuller of DA and PY; RIS writes 1945/11/22/, and words of its own after the last slash."""
    for tag in ("DA", "PY", "Y1"):
        for words in told.get(tag, []):
            match = re.match(r"(\d{4})/(\d{0,2})/(\d{0,2})(?:/(.*))?$", words.strip())
            parts = [part for part in match.groups()[:3] if part] if match else []
            return {"date": "-".join(f"{int(p):02}" for p in parts) if parts else words.rstrip("/ ")}
    return {}
