"""The fields of what is known about a document: their names as people write them, and setting them.

A field is one of Metadata's (title, date, sender …) or a CSL variable (publisher, container-title …). Some
say the same thing: who sets one sets the other, so that a citation never prints what was replaced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Any

from qa import edtf
from qa.citing.item import DATES, NAMES
from qa.errors import UsageError
from qa.reading.dates import Dated, dated
from qa.types import Document, Metadata

FIELDS = ("title", "date", "sender", "recipient", "place", "file_number", "url", "repository", "collection",
          "box", "folder")  # fmt: skip
"""The fields of Metadata that can be set; its ``edtf`` comes with the date."""

_TEXTS = frozenset(
    """abstract annote archive archive_collection archive_location archive-place authority call-number
    chapter-number collection-number collection-title container-title container-title-short dimensions
    division DOI edition event event-place event-title genre ISBN ISSN issue jurisdiction keyword language
    license medium note number number-of-pages number-of-volumes original-publisher original-publisher-place
    original-title page page-first part-number part-title PMCID PMID printing-number publisher
    publisher-place references reviewed-genre reviewed-title scale section source status supplement-number
    title title-short type URL version volume volume-title volume-title-short""".split()
)
VARIABLES = _TEXTS | NAMES | DATES
"""CSL 1.0.2's variables, without those that belong to a quote (locator) or to a style."""

TYPES = frozenset(
    """article article-journal article-magazine article-newspaper bill book broadcast chapter classic
    collection dataset document entry entry-dictionary entry-encyclopedia event figure graphic hearing
    interview legal_case legislation manuscript map motion_picture musical_score pamphlet paper-conference
    patent performance periodical personal_communication post post-weblog regulation report review
    review-book software song speech standard thesis treaty webpage""".split()
)

UNPUBLISHED = frozenset({"document", "manuscript", "personal_communication"})

OF_ITS_OWN = frozenset(
    {"title", "url", "URL", "date", "sender", "recipient", "place", "file_number", "original-date"}
)
"""Of a file with many documents each has its own of these: what is said of the file does not hold."""

_ALIASES = {
    "addressee": "recipient", "archives": "repository", "archive": "repository", "author": "author",
    "authors": "author", "booktitle": "container-title", "creator": "author", "dateline": "place",
    "documenttype": "type", "editors": "editor", "fileno": "file_number", "fonds": "collection",
    "from": "sender", "itemtype": "type", "journal": "container-title", "keywords": "keyword",
    "link": "url", "notes": "note", "pages": "page", "placeofpublication": "publisher-place",
    "publication": "container-title", "publicationtitle": "container-title", "repositoryplace":
    "archive-place", "series": "collection-title", "shelfmark": "call-number", "to": "recipient",
    "translators": "translator", "written": "date",
}  # fmt: skip
_KINDS = {
    "blogpost": "post-weblog", "booksection": "chapter", "case": "legal_case", "conferencepaper":
    "paper-conference", "dictionaryentry": "entry-dictionary", "email": "personal_communication",
    "encyclopediaarticle": "entry-encyclopedia", "film": "motion_picture", "journalarticle":
    "article-journal", "letter": "personal_communication", "magazinearticle": "article-magazine",
    "newspaperarticle": "article-newspaper", "preprint": "article", "presentation": "speech", "statute":
    "legislation", "telegram": "personal_communication", "videorecording": "motion_picture",
}  # fmt: skip


def _folded(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


_BY_NAME = {
    **{_folded(name): name for name in VARIABLES},
    **_ALIASES,
    **{_folded(name): name for name in FIELDS},
}
_BY_VARIABLE = {_folded(name): name for name in VARIABLES}
_BY_TYPE = {**{_folded(name): name for name in TYPES}, **_KINDS}


def field(name: str) -> str | None:
    """The field that a heading or an option names, in capitals or not, with spaces, hyphens or underscores
    ("File Number", "container-title", "from"); None where it names none. "csl." before a name means the
    CSL variable of that name."""
    prefix, _, rest = name.strip().partition(".")
    if prefix.casefold() == "csl" and rest:
        return _BY_VARIABLE.get(_folded(rest))
    return _BY_NAME.get(_folded(name))


def known_field(name: str) -> str:
    """As ``field``. Raises UsageError for a name that is none, with the ones that are."""
    found = field(name)
    if found is not None:
        return found
    close = get_close_matches(_folded(name), [*_BY_NAME], n=2, cutoff=0.7)
    hint = f" Did you mean {' or '.join(dict.fromkeys(_BY_NAME[each] for each in close))}?" if close else ""
    raise UsageError(
        f'There is no field "{name}".{hint} The fields are {", ".join(FIELDS)}.\n'
        f"The variables of CSL are {', '.join(sorted(VARIABLES - set(FIELDS), key=str.casefold))}."
    )


def value(name: str, words: str) -> Any:
    """What the words say of a field, as Metadata or CSL-JSON has it: names ("Litvinov, Maxim; Department of
    State") as a list, CSL's dates as dates; "" as None, which says that nothing is known."""
    words = words.strip()
    if not words:
        return None
    if name in FIELDS:
        return words
    if name in NAMES:
        return names(words)
    if name in DATES:
        return dated(words).csl
    if name == "type":
        return _BY_TYPE.get(_folded(words), words)
    return words


def in_words(name: str, told: Any) -> str:
    """A field's value in the words that ``value`` makes it of: "Litvinov, Maxim; Department of State",
    "1945-11-20/1945-11-22"; "" where nothing is known. Parts of names beyond these two stand with the given
    ones."""
    if told is None:
        return ""
    if name in NAMES and isinstance(told, list | tuple):
        return "; ".join(filter(None, map(_name_in_words, told)))
    if name in DATES and isinstance(told, Mapping):
        when = _of_csl(told)
        return when.edtf or when.date or str(told.get("literal") or told.get("raw") or "")
    return str(told)


def _name_in_words(told: Any) -> str:
    if not isinstance(told, Mapping):
        return str(told)
    if told.get("literal") or not told.get("family"):
        return str(told.get("literal") or told.get("given") or "")
    given = " ".join(
        str(told[part]) for part in ("given", "suffix", "dropping-particle", "non-dropping-particle")
        if told.get(part)
    )  # fmt: skip
    return f"{told['family']}, {given}" if given else str(told["family"])


def names(words: str) -> list[dict[str, str]]:
    """Names divided by semicolons; "Family, Given" comes apart, anything else stays as it is written."""
    found = []
    for each in words.split(";"):
        family, comma, given = (part.strip() for part in each.partition(","))
        if comma and family and given:
            found.append({"family": family, "given": given})
        elif each.strip():
            found.append({"literal": each.strip()})
    return found


def type_and_genre(words: str) -> dict[str, str]:
    """CSL's type and genre of a kind of document in words: "letter" is a type, "Memorandum" a genre, a
    telegram both."""
    kind = _BY_TYPE.get(_folded(words))
    if kind is None:
        return {"genre": words}
    return {"type": kind, "genre": "telegram"} if _folded(words) == "telegram" else {"type": kind}


# -- setting them -------------------------------------------------------------------------------------


def applied(known: Metadata, said: Mapping[str, Any]) -> Metadata:
    """``known`` with what is ``said`` in place of it: fields of Metadata as text, CSL variables as CSL-JSON
    has them, None or "" for what is not so. Where both say a thing (title, date) the CSL variable wins."""
    csl = dict(known.csl)
    fields: dict[str, str | None] = {}
    for name, told in said.items():
        if name not in FIELDS:
            csl.pop(name, None) if told in (None, "") else csl.update({name: told})
    for name in FIELDS:
        if name in said and name != "date":
            fields[name] = _field_set(csl, name, str(said[name] or "").strip() or None, said)
    for name, same in (("title", "title"), ("url", "URL"), ("repository", "archive"),
                       ("collection", "archive_collection")):  # fmt: skip
        if same in said and same != name:
            fields[name] = _text(said[same])
    if "title" in fields:
        fields["title"] = fields["title"] or ""
    if "recipient" in said:
        fields["recipient"] = named(said["recipient"])
    if _is_letter(csl) and "author" in said and "sender" not in said:
        fields["sender"] = named(said["author"])
    if _is_unpublished(csl) and "number" in said and "file_number" not in said:
        fields["file_number"] = _text(said["number"])
    fields |= _dated(known, csl, said)
    return replace(known, **fields, csl=csl)  # type: ignore[arg-type]


def described(document: Document, said: Mapping[str, Any]) -> Document:
    """``document`` with what is ``said`` of it (see ``applied``). A paper of which it is said who wrote to
    whom is called so where nothing gives it a title: a first line or a file's name is none."""
    known = applied(document.metadata, said)
    written = (said.get("sender") or said.get("author")) and known.sender and known.recipient
    if written and not said.get("title") and _is_untitled(document):
        known = applied(known, {"title": f"{known.sender} to {known.recipient}"})
    return replace(document, metadata=known)


def _is_untitled(document: Document) -> bool:
    title, path = document.metadata.title, PurePosixPath(document.name)
    if title in ("", path.name, path.stem):
        return True
    start = len(document.text) - len(document.text.lstrip())
    headed = any(mark.kind == "heading" and mark.start <= start < mark.end for mark in document.marks)
    return document.text.startswith(title, start) and not headed


def _field_set(csl: dict[str, Any], name: str, told: str | None, said: Mapping[str, Any]) -> str | None:
    """A field's new value; what ``csl`` has of the same goes, as citing fills it from the field."""
    if name in ("title", "url"):
        variable = "title" if name == "title" else "URL"
        csl.pop(variable, None) if told is None else csl.update({variable: told})
    same = {"repository": "archive", "collection": "archive_collection", "box": "archive_location",
            "folder": "archive_location"}.get(name)  # fmt: skip
    if name == "recipient":
        same = "recipient"
    if name == "sender" and _is_unpublished(csl):
        same = "author"
    if name == "file_number" and _is_unpublished(csl):
        same = "number"
    if same and (same not in said or same == name):
        csl.pop(same, None)
    return told


def _dated(known: Metadata, csl: dict[str, Any], said: Mapping[str, Any]) -> dict[str, str | None]:
    """The date of the document: ``original-date`` where it was printed later, else ``issued``."""
    printed = "original-date" in csl or (csl.get("type") == "chapter" and "container-title" in csl)
    if "date" in said:
        when = dated(str(said["date"] or ""))
        variable = "original-date" if printed and "issued" in csl else "issued"
        if variable not in said:
            csl.pop(variable, None) if not when.csl else csl.update({variable: when.csl})
        return {"date": when.date, "edtf": when.edtf}
    if "original-date" in said:
        when = _of_csl(said["original-date"])
    elif "issued" in said and "original-date" not in csl and not (printed and known.date):
        when = _of_csl(said["issued"])
    else:
        return {}
    return {"date": when.date, "edtf": when.edtf}


def _of_csl(told: Any) -> Dated:
    """A CSL-JSON date as a date; what is no such thing says nothing."""
    if not isinstance(told, Mapping):
        return dated(str(told or ""))
    days = told.get("date-parts")
    if not isinstance(days, list | tuple) or not days:
        return dated(str(told.get("literal") or told.get("raw") or ""))
    try:
        sides = ["-".join(f"{int(part):0{2 if i else 4}}" for i, part in enumerate(day)) for day in days[:2]]
        sign = "~" if told.get("circa") else ""
        span = edtf.parse("/".join(side + sign for side in sides))
    except (ValueError, TypeError, OverflowError):
        return Dated(None, None, {})
    return Dated(span.date, None if span.is_plain else span.text, dict(told))


def _is_unpublished(csl: Mapping[str, Any]) -> bool:
    return csl.get("type", "document") in UNPUBLISHED and not csl.get("container-title")


def _is_letter(csl: Mapping[str, Any]) -> bool:
    return _is_unpublished(csl) and (csl.get("type") == "personal_communication" or "recipient" in csl)


def named(told: Any) -> str | None:
    """CSL names, or words, as one line of text; None where there are none."""
    if isinstance(told, str) or told is None:
        return _text(told)
    shown = []
    for each in told if isinstance(told, list | tuple) else [told]:
        if isinstance(each, Mapping):
            parts = (each.get(part) for part in
                     ("given", "dropping-particle", "non-dropping-particle", "family", "suffix"))  # fmt: skip
            shown.append(str(each.get("literal") or " ".join(str(part) for part in parts if part)))
        else:
            shown.append(str(each))
    return " and ".join(name for name in shown if name) or None


def _text(told: Any) -> str | None:
    return str(told).strip() or None if told is not None else None
