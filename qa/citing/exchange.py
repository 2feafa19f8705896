"""A CSL-JSON item in the formats that reference managers read: CSL-JSON, BibTeX, RIS."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from qa.citing.item import tidy

_BIBTEX_TYPES = {
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "book": "book",
    "chapter": "incollection",
    "paper-conference": "inproceedings",
    "report": "techreport",
    "thesis": "phdthesis",
}
_RIS_TYPES = {
    "article-journal": "JOUR",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "book": "BOOK",
    "chapter": "CHAP",
    "letter": "PCOMM",
    "manuscript": "MANSCPT",
    "paper-conference": "CPAPER",
    "personal_communication": "PCOMM",
    "report": "RPRT",
    "thesis": "THES",
    "webpage": "ELEC",
}
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # BibTeX counts a brace with a backslash before it too.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "$": r"\$",
        "&": r"\&",
        "%": r"\%",
        "#": r"\#",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
    }
)
_ADDRESS = {"\\": "%5C", "{": "%7B", "}": "%7D", " ": "%20"}


def csl_json(csl: Mapping[str, Any]) -> str:
    """The item as a CSL-JSON document: a list of one item, indented, letters as they are."""
    return json.dumps([dict(csl)], ensure_ascii=False, indent=2, default=dict)


def bibtex(csl: Mapping[str, Any], *, key: str | None = None, quoted: str = "") -> str:
    """The item as one BibTeX entry in UTF-8 (with biblatex's ``date``), TeX's own characters escaped and
    the title's capitals protected. ``key`` is its key (``bibtex_key``, where it is None); ``quoted`` says in
    words what is quoted from it."""
    csl = tidy(csl)
    kind = _BIBTEX_TYPES.get(str(csl.get("type")), "misc")
    container = {"article": "journal", "misc": "howpublished"}.get(kind, "booktitle")
    fields: list[tuple[str, str]] = []

    def field(name: str, value: Any) -> None:
        if value:
            fields.append((name, _line(value).translate(_TEX)))

    if csl.get("author"):
        fields.append(("author", _bibtex_names(csl["author"])))
    if csl.get("title"):
        fields.append(("title", "{" + _line(csl["title"]).translate(_TEX) + "}"))
    field(container, csl.get("container-title"))
    field("volume", csl.get("volume"))
    field("number", csl.get("issue") or csl.get("number"))
    field("series", csl.get("collection-title") or csl.get("volume-title"))
    if csl.get("editor"):
        fields.append(("editor", _bibtex_names(csl["editor"])))
    field("publisher", csl.get("publisher"))
    field("address", csl.get("publisher-place"))
    field("year", _date(csl, "issued", "-")[:4])
    for name, variable in (("date", "issued"), ("origdate", "original-date")):
        if span := _span(csl, variable):
            fields.append((name, span))
    field("pages", re.sub(r"\s*[–-]\s*", "--", _line(csl.get("page") or _page(csl))))
    field("note", _line(_own_words(csl)))
    field("annote", quoted)
    for name in ("DOI", "URL"):
        if csl.get(name):
            fields.append((name.lower(), "".join(_ADDRESS.get(c, c) for c in _line(csl[name]))))
    body = "".join(f",\n  {name} = {{{value}}}" for name, value in fields)
    return f"@{kind}{{{key or bibtex_key(csl)}{body}\n}}\n"


def ris(csl: Mapping[str, Any], *, quoted: str = "") -> str:
    """The item as one RIS record; lines end in CR LF as the format wants. ``quoted`` says in words what is
    quoted from it."""
    csl = tidy(csl)
    lines: list[tuple[str, str]] = [("TY", _RIS_TYPES.get(str(csl.get("type")), "GEN"))]

    def line(tag: str, value: Any) -> None:
        if value:
            lines.append((tag, _line(value)))

    for name in csl.get("author") or ():
        line("AU", _inverted(name))
    line("TI", csl.get("title"))
    line("T2", csl.get("container-title"))
    line("T3", csl.get("collection-title") or csl.get("volume-title"))
    for name in csl.get("editor") or ():
        line("ED", _inverted(name))
    line("VL", csl.get("volume"))
    line("IS", csl.get("issue") or csl.get("number"))
    places = re.sub(r"\s*[–-]\s*", "-", _line(csl.get("page") or _page(csl)))
    # A range has a first and a last page; any other set of pages stands together.
    first, _, last = places.partition("-") if "," not in places else (places, "", "")
    line("SP", first)
    line("EP", last)
    line("PY", _date(csl, "issued", "/")[:4])
    # RIS writes a date as YYYY/MM/DD/ with the slashes of what is missing kept.
    day = _date(csl, "original-date", "/") or _date(csl, "issued", "/")
    line("DA", day and day + "/" * (3 - day.count("/")))
    line("PB", csl.get("publisher"))
    line("CY", csl.get("publisher-place"))
    line("DO", csl.get("DOI"))
    line("UR", csl.get("URL"))
    line("N1", _own_words(csl))
    line("N1", quoted)
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines) + "ER  - \r\n"


def _line(value: Any) -> str:
    """One line: a line break would end a RIS field, and control characters mean something to TeX."""
    return "".join(c for c in " ".join(str(value or "").split()) if unicodedata.category(c) != "Cc")


def _own_words(csl: Mapping[str, Any]) -> str:
    """What says where the item is to be found and has no field of its own."""
    names = (
        "call-number", "archive_location", "archive_collection", "archive", "archive-place"
    )  # fmt: skip
    told = [str(csl[name]) for name in names if csl.get(name)]
    if csl.get("recipient"):
        told.insert(0, "to " + " and ".join(_upright(name) for name in csl["recipient"]))
    own = csl["custom"].get("citation") or csl["custom"].get("file")
    return ", ".join([*told, *([own] if own else [])])


def _upright(name: Mapping[str, str]) -> str:
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    return name.get("literal") or " ".join(name[part] for part in parts if name.get(part))


def _page(csl: Mapping[str, Any]) -> str:
    return str(csl.get("locator") or "") if csl.get("label", "page") == "page" else ""


def _date(csl: Mapping[str, Any], variable: str, between: str) -> str:
    parts = csl.get(variable, {}).get("date-parts", [[]])[0]
    return between.join(f"{part:0{4 if i == 0 else 2}}" for i, part in enumerate(parts))


def _span(csl: Mapping[str, Any], variable: str) -> str:
    """The date as biblatex takes it (EDTF): "1945-11-20/1945-11-22", "1945~"."""
    days = csl.get(variable, {}).get("date-parts", [])
    spans = [_date({variable: {"date-parts": [day]}}, variable, "-") for day in days]
    return "/".join(day + "~" * bool(csl[variable].get("circa")) for day in spans)


def _inverted(name: Mapping[str, str]) -> str:
    if name.get("literal"):
        return name["literal"]
    particle = " ".join(p for p in (name.get("non-dropping-particle"), name.get("family")) if p)
    given = " ".join(p for p in (name.get("given"), name.get("dropping-particle")) if p)
    return ", ".join(p for p in (particle, given, name.get("suffix")) if p)


def _bibtex_names(names: Sequence[Mapping[str, str]]) -> str:
    # Braces keep the words of an organisation's name from being taken for given and family names.
    made = (_line(_inverted(name)).translate(_TEX) for name in names)
    return " and ".join(
        f"{{{words}}}" if name.get("literal") else words for name, words in zip(names, made, strict=True)
    )


def bibtex_key(csl: Mapping[str, Any]) -> str:
    """The item's ``id``, else its author and year, in letters and signs that BibTeX takes in a key."""
    csl = tidy(csl)
    people = csl.get("author") or csl.get("editor") or [{}]
    made = f"{people[0].get('family', people[0].get('literal', ''))}{_date(csl, 'issued', '-')[:4]}"
    plain = unicodedata.normalize("NFKD", str(csl.get("id") or made or "document"))
    return re.sub(r"[^A-Za-z0-9:.]+", "-", plain.encode("ascii", "ignore").decode()).strip("-") or "document"
