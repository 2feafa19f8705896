"""What the header of a TEI file says of its text: who wrote it, to whom, when, and where it lies.

The CSL item is a ``manuscript`` where the header describes one (``msIdentifier``) or a letter
(``correspDesc``), dated as that is; else a ``book`` where it names the print that it was made from, or a
``document``; a text of many in one file is a ``chapter``. ``original-date`` is the day of the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qa.reading.correspondents import correspondents
from qa.reading.dates import iso_date, parse_english_date
from qa.reading.tei import TeiWalker
from qa.reading.tei_xml import local_name
from qa.types import Metadata

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_UNSAID = frozenset({"unknown", "unbekannt", "n/a", "none", "-", "?"})


def metadata(headers: tuple[Any, ...], text: Any, name: str, heading: str, *, own: bool) -> Metadata:
    """What is known of ``text`` (its element): ``headers`` are those that hold for it, the nearest first;
    ``heading`` is its first heading; ``own`` says that the nearest header speaks of this text alone."""
    header = headers[0] if headers else None
    whole = _title(header)
    title = (whole if own else heading) or heading or whole or name.rpartition("/")[2]
    letter = _letter(header) if own else {}
    repository, collection, shelfmark = _kept(header)
    date, edtf = letter.get("dated") or _dateline(text) or (_created(header) if own else (None, None))
    if date is None and not own:
        date = parse_english_date(heading)
    sender, recipient = letter.get("sender"), letter.get("recipient")
    if not sender and not recipient:
        sender, recipient = correspondents(title)
    kind = _kind(header, letter=bool(letter or shelfmark), own=own)
    csl = {"type": kind, "title": title, **_published(header)}
    containers = [whole] if not own else [_title(other) for other in headers[1:]]
    said = {
        "container-title": next((words for words in containers if words and words != title), None),
        "original-date": csl_date(date, edtf),
        "archive": repository,
        "archive_collection": collection,
        "archive_location": shelfmark,
        "language": _language(header, text),
    }
    csl |= {key: value for key, value in said.items() if value}
    if kind == "manuscript":
        # It is dated by the day it was written; when its edition appeared is another matter.
        csl.pop("issued", None)
        if date:
            csl["issued"] = csl["original-date"]
        if sender and "author" not in csl:
            csl["author"] = [{"literal": sender}]
    return Metadata(
        title=title, date=date, edtf=edtf, sender=sender, recipient=recipient, place=letter.get("place"),
        file_number=shelfmark, url=csl.get("URL"), repository=repository, collection=collection, csl=csl,
    )  # fmt: skip


def _kind(header: Any, *, letter: bool, own: bool) -> str:
    if not own:
        return "chapter"
    if letter:
        return "manuscript"
    printed = _first(_path(header, "fileDesc", "sourceDesc"), "monogr", "imprint")
    return "document" if printed is None else "book"


def _published(header: Any) -> dict[str, Any]:
    """The CSL variables of the edition."""
    statement = _path(header, "fileDesc", "titleStmt")
    publication = _path(header, "fileDesc", "publicationStmt")
    said = {
        "author": [_person(e) for e in _all(statement, "author") if _words(e)],
        "editor": [_person(e) for e in _all(statement, "editor") if _words(e)],
        "collection-title": _words(_first(_path(header, "fileDesc", "seriesStmt"), "title")),
        "publisher": _words(_first(publication, "publisher")),
        "publisher-place": _words(_first(publication, "pubPlace")),
        "issued": csl_date(_day_of(_first(publication, "date"))[0]),
        "URL": _address(header),
    }
    return {key: value for key, value in said.items() if value}


def csl_date(date: str | None, edtf: str | None = None) -> dict[str, Any] | None:
    """A CSL date of an ISO one, of a span where ``edtf`` is a closed one; None without."""
    if not date:
        return None
    days = [part for part in (edtf or "").split("/") if iso_date(part)]
    parts = days if len(days) == 2 else [date]
    return {"date-parts": [[int(number) for number in day.split("-")] for day in parts]}


def _day_of(element: Any) -> tuple[str | None, str | None]:
    """(date, EDTF) of a ``date`` element: by its attributes, else its words."""
    if element is None:
        return None, None
    dated = _dated(element)
    return dated if dated[0] else (iso_date(_words(element)) or parse_english_date(_words(element)), None)


def _dated(element: Any) -> tuple[str | None, str | None]:
    """(date, EDTF where that says more) by the attributes of a dated element."""

    def said(*names: str) -> str | None:
        return next((day for name in names if (day := iso_date(element.get(name)))), None)

    day = said("when", "when-iso")
    if day:
        return day, f"{day}?" if element.get("cert") in ("low", "medium", "unknown") else None
    first = said("from", "notBefore", "from-iso", "notBefore-iso")
    last = said("to", "notAfter", "to-iso", "notAfter-iso")
    if first and last:
        return first, f"{first}/{last}" if first != last else None
    if first:
        return first, f"{first}/.."
    return last, f"../{last}" if last else None


def _letter(header: Any) -> dict[str, Any]:
    """sender, recipient, place, dated of a letter as ``correspDesc`` describes it."""
    found: dict[str, Any] = {}
    for action in _all(_first(_path(header, "profileDesc"), "correspDesc"), "correspAction"):
        kind = (action.get("type") or "").lower()
        people = "; ".join(_named(action, "persName", "orgName", "name"))
        if kind in ("sent", "written"):
            found.setdefault("sender", people or None)
            found.setdefault("place", next(iter(_named(action, "placeName", "settlement")), None))
            date = _first(action, "date")
            if date is not None and (dated := _dated(date))[0]:
                found.setdefault("dated", dated)
        elif kind == "received":
            found.setdefault("recipient", people or None)
    return found


def _named(element: Any, *names: str) -> list[str]:
    return [words for e in element.iter() if local_name(e) in names and (words := _words(e))]


def _dateline(text: Any) -> tuple[str | None, str | None] | None:
    """The day that the text's first dateline names in its markup."""
    for line in text.iter():
        if local_name(line) in ("dateline", "opener", "docDate"):
            for date in line.iter():
                if local_name(date) == "date" and (dated := _dated(date))[0]:
                    return dated
    return None


def _created(header: Any) -> tuple[str | None, str | None]:
    """When the text was written: ``creation/date``, else the manuscript's ``origDate``."""
    created = _day_of(_first(_path(header, "profileDesc", "creation"), "date"))
    return created if created[0] else _day_of(_first(_path(header, "fileDesc", "sourceDesc"), "origDate"))


def _kept(header: Any) -> tuple[str | None, str | None, str | None]:
    """Repository, collection and shelfmark of the manuscript."""
    identifier = _first(_path(header, "fileDesc", "sourceDesc"), "msIdentifier")
    if identifier is None:
        return None, None, None
    repository = _words(_first(identifier, "repository")) or _words(_first(identifier, "institution"))
    settlement = _words(_first(identifier, "settlement"))
    if repository and settlement and settlement not in repository:
        repository = f"{repository}, {settlement}"
    shelfmark = next((e for e in identifier if local_name(e) == "idno"), None)
    return repository or None, _words(_first(identifier, "collection")) or None, _words(shelfmark) or None


def _title(header: Any) -> str:
    titles = [e for e in _all(_path(header, "fileDesc", "titleStmt"), "title") if _words(e)]
    main = next((e for e in titles if e.get("type") == "main"), None)
    if main is None:
        main = next((e for e in titles if e.get("type") not in ("sub", "short", "desc", "alt")), None)
    if main is None:
        main = titles[0] if titles else None
    words = _words(main)
    sub = next((_words(e) for e in titles if e.get("type") == "sub"), "") if titles else ""
    return f"{words}: {sub}" if words and sub and sub != words else words


def _address(header: Any) -> str | None:
    for element in _all(_path(header, "fileDesc", "publicationStmt"), "idno"):
        words = _words(element)
        kind = (element.get("type") or "").lower()
        if words.startswith(("http://", "https://")):
            return words
        if kind == "doi" and words.startswith("10."):
            return f"https://doi.org/{words}"
    return None


def _language(header: Any, text: Any) -> str | None:
    own = next((e.get(_LANG) for e in text.iter() if local_name(e) in ("text", "div") and e.get(_LANG)), None)
    used = [e.get("ident") for e in _all(_path(header, "profileDesc", "langUsage"), "language")]
    found = own or (used[0] if len(used) == 1 else None)
    return str(found) if found else None


def _person(element: Any) -> dict[str, str]:
    """A CSL name: in parts where the markup or a comma tells them apart, else as it stands."""
    surname = " ".join(filter(None, (_words(e) for e in _all(element, "surname"))))
    forename = " ".join(filter(None, (_words(e) for e in _all(element, "forename"))))
    if surname:
        return {"family": surname, "given": forename} if forename else {"family": surname}
    named = _first(element, "persName")
    words = _words(element if named is None else named)
    family, comma, given = words.partition(", ")
    if comma and given and "," not in given:
        return {"family": family, "given": given}
    return {"literal": words}


def _words(element: Any) -> str:
    """The words of an element in one line; "" without one, or where they say that nothing is known."""
    if element is None:
        return ""
    walker = TeiWalker()
    walker.element(element)
    words = " ".join(walker.out.text().split())
    return "" if words.lower() in _UNSAID else words


def _path(element: Any, *names: str) -> Any:
    """The element at the end of a path of child names; None where it breaks off."""
    for name in names:
        element = None if element is None else next((e for e in element if local_name(e) == name), None)
    return element


def _first(element: Any, *names: str) -> Any:
    """The first descendant of a name, within the first of the name before it, …; None without."""
    for name in names:
        element = next(iter(_all(element, name)), None)
    return element


def _all(element: Any, name: str) -> Iterator[Any]:
    if element is not None:
        yield from (e for e in element.iter() if e is not element and local_name(e) == name)
