"""A CSL style as something to render items with: citeproc-py with its mistakes mended (see ``mended``)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from citeproc import (
    LOCALES_PATH,
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
)
from citeproc.source import Locator, Reference
from citeproc.source.json import CiteProcJSON
from citeproc.string import String
from lxml import etree

from qa.citing import rich
from qa.citing.item import DATES, NAMES
from qa.citing.mended import CLOSED, CLOSED_TWICE, State, classes
from qa.citing.rich import MARKS
from qa.citing.styles import CSL

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_LOCALE = "en-US"


class Style:
    """One parsed CSL style: ``note`` renders an item as a note or in running text, with its locator;
    ``entry`` as it stands in a list of works; what they give is text with marks (``rich.plain`` and
    ``rich.runs`` read it). Safe to share by threads: the elements keep state while they render, so one
    renders at a time."""

    def __init__(self, path: Path, locale: str = _LOCALE) -> None:
        self._state = State()
        self._style = _Parsed(path, locale, self._state)
        self._lock = threading.Lock()
        self._inside = (self._style.root.get_locale_option("punctuation-in-quote") or "").lower() == "true"
        self._letters = (
            self._style.root.citation is not None
            and self._style.root.citation.get("disambiguate-add-year-suffix") == "true"
        )

    def note(self, item: Mapping[str, Any], locator: str | None = None, label: str = "page") -> str:
        """``item`` (tidy CSL-JSON) as a note or, in a style without notes, as it is cited in running text."""
        with self._lock:
            works = self._registered([item])
            return self._cited(works, 0, locator, label)

    def entry(self, item: Mapping[str, Any]) -> str:
        """``item`` (tidy CSL-JSON) as an entry of a list of works, which has no locator; "" where the style
        has no such list, or leaves an item of this kind out of it."""
        with self._lock:
            return "".join(self._listed(self._registered([item])).values())

    def works(
        self, items: Sequence[Mapping[str, Any]]
    ) -> tuple[dict[int, str], Callable[[int, str | None, str], str]]:
        """All ``items`` as one list of works: (position in ``items`` → entry, in the style's order), and
        what cites one by its position with locator and label. Numbers, and letters behind years, are those
        of the list."""
        with self._lock:
            works = self._registered(items)
            if self._letters:
                works = self._registered(self._lettered(items, works))
            entries = self._listed(works)

        def cite(position: int, locator: str | None, label: str) -> str:
            with self._lock:
                return self._cited(works, position, locator, label)

        return entries, cite

    def _registered(self, items: Sequence[Mapping[str, Any]]) -> Any:
        source = CiteProcJSON([])
        for position, item in enumerate(items):
            source.add(_reference(str(position), item, source))
        works = CitationStylesBibliography(self._style, source, rich.Formatter)
        for position in range(len(items)):
            works.register(Citation([CitationItem(str(position))]))
        if len(items) > 1 and self._style.root.bibliography is not None:
            works.sort()
        return works

    def _lettered(self, items: Sequence[Mapping[str, Any]], works: Any) -> list[dict[str, Any]]:
        """Works that would be cited alike get a letter behind their year, in the order of the list."""
        alike: dict[str, list[int]] = {}
        for position in map(int, works.keys):
            alike.setdefault(self._cited(works, position, None, "page"), []).append(position)
        lettered = [dict(item) for item in items]
        for positions in alike.values():
            for number, position in enumerate(positions if len(positions) > 1 else ()):
                lettered[position]["year-suffix"] = _letters(number)
        return lettered

    def _cited(self, works: Any, position: int, locator: str | None, label: str) -> str:
        at = {"locator": Locator(label, locator)} if locator else {}
        citation = Citation([CitationItem(str(position), **at)])
        citation.bibliography = works
        # Each is cited as if for the first time: a note stands whole, wherever it is moved to.
        works._cites.clear()
        return self._finished(str(works.cite(citation, lambda _: "")))

    def _listed(self, works: Any) -> dict[int, str]:
        if self._style.root.bibliography is None:
            return {}
        entries = {}
        for item in works.items:
            (line,) = self._style.render_bibliography([item]) or [""]
            if text := self._finished(str(line)):
                entries[int(item.key)] = text
        return entries

    def _finished(self, text: str) -> str:
        # Where a part in the middle is missing, the space before the next one's comma stays behind.
        text = re.sub(r"([,.]) +\1(?=\s|$)", r"\1", " ".join(text.split()))
        text = re.sub(r" +(?=[,.](?:\s|$))", "", text)
        # Two marks met across the end of italics, where citeproc-py does not look.
        text = re.sub(rf"([.,;:!? ])([{MARKS}]+)\1", r"\1\2", text)
        if self._inside:
            _, closing, _, closing_inner = map(re.escape, self._state.quotes)
            closed = f"{closing}{CLOSED}|{closing_inner}{closing}{CLOSED_TWICE}"
            text = re.sub(rf"([^{MARKS}])([{MARKS}]*(?:{closed})[{MARKS}]*)([.,])", _moved_inside, text)
        text = text.replace(CLOSED, "").replace(CLOSED_TWICE, "")
        return re.sub(rf"([?!])([{MARKS}]*)\.(?=[{MARKS}]*(?:\s|$))", r"\1\2", text)


def _moved_inside(match: re.Match[str]) -> str:
    last, closing, mark = match.groups()
    # “What now?.” has one stop too many.
    return str(last + ("" if mark == "." and last in ".?!…" else mark) + closing)


def _reference(key: str, item: Mapping[str, Any], parse: Any) -> Any:
    """The item as citeproc-py keeps it, without its warning of every variable newer than CSL 1.0.1."""
    reference = Reference(key, str(item.get("type", "document")))
    for name, value in item.items():
        if name in NAMES:
            kept: Any = parse.parse_names(value)
        elif name in DATES:
            kept = parse.parse_date(value)
        elif name in {"id", "type", "custom", "locator", "label"}:
            continue
        else:
            kept = value if name == "language" else String(value)
        # <number> and <names> look for a variable as the style writes it, all others with underscores.
        reference[name] = reference[name.replace("-", "_")] = kept
    if "citation_label" not in reference:
        # "Litv45": a style that cites by such labels has them made for it.
        people = item.get("author") or item.get("editor") or [{}]
        name = people[0].get("family") or people[0].get("literal") or str(item.get("title", ""))
        days = item.get("issued", {}).get("date-parts", [[""]])
        label = re.sub(r"\W", "", name)[:4] + str(days[0][0])[-2:]
        reference["citation_label"] = reference["citation-label"] = String(label)
    return reference


def _letters(number: int) -> str:
    """0 → "a", 25 → "z", 26 → "aa"."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


class _Parsed(CitationStylesStyle):  # type: ignore[misc]
    """A style and its locales with our classes in place of citeproc-py's. Schema validation is left out:
    it costs a second, and ``styles.find`` has looked for what would stop a rendering."""

    root: Any

    def __init__(self, path: Path, locale: str, state: State) -> None:
        parser = etree.XMLParser(remove_comments=True, no_network=True, resolve_entities=False)
        lookup = etree.ElementNamespaceClassLookup()
        namespace = lookup.get_namespace(CSL)
        for tag, cls in classes(state).items():
            namespace[tag] = cls
        parser.set_element_class_lookup(lookup)
        self.root = etree.parse(str(path), parser).getroot()
        for names in self.root.iter(f"{{{CSL}}}names"):
            # Where <name/> is missing citeproc-py adds one without namespace at every rendering.
            if names.find(f"{{{CSL}}}name") is None and _tag(names.getparent()) != "substitute":
                names.insert(0, names.makeelement(f"{{{CSL}}}name"))
        own = {element.get(_LANGUAGE): element for element in self.root.findall(f"{{{CSL}}}locale")}
        language = locale.split("-", maxsplit=1)[0]
        chosen = [own.get(locale), own.get(language) if language != locale else None, own.get(None)]
        for name in dict.fromkeys([locale, _dialect(language), _LOCALE]):
            file = Path(LOCALES_PATH) / f"locales-{name}.xml"
            if re.fullmatch(r"[A-Za-z-]+", name) and file.is_file():
                chosen.append(etree.parse(str(file), parser).getroot())
        self.root.locales = [each for each in chosen if each is not None]
        for each in self.root.locales:
            each.style = self.root
        self.root.formatter = rich.Formatter
        state.quotes = tuple(
            str(self.root.get_single_term(name=name))
            for name in ("open-quote", "close-quote", "open-inner-quote", "close-inner-quote")
        )


def _dialect(language: str) -> str:
    from citeproc import PRIMARY_DIALECTS

    return str(PRIMARY_DIALECTS.get(language, _LOCALE))


def _tag(element: Any) -> str:
    return str(etree.QName(element).localname)
