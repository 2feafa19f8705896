"""citeproc-py with its mistakes mended, so that a CSL style prints what its author meant.

citeproc-py 0.11.1 errs in ways that show in the styles used here. Each is put right by a class of our own
that stands in for its class of one CSL element; nothing is changed for other users of the library.

    what was printed                           why                                            mended in
    pages 7–32 as 7–2                          a range format cut into a shorter number       _Pages
    a title twice                              what <substitute> printed was printed again    _Substitute
    the volume's editor as a letter's author   the editor is the container's, not the item's  _Names
    A. A. for Aleksandr A.                     initialize="false" was ignored                 _Name
    words against ambiguity where none is      disambiguate="true" was taken as always so     _Condition
    VI without "vol."                          Roman numerals were not taken as numeric       _Condition
    x & Y for x & y                            text-case rewrote a title's own words          _Text
    “Title”, for “Title,”                      punctuation-in-quote was ignored               _Text, _finished
    (ed.) for (Ed.)                            title case of a label was left out             _Label
    pp. 921n7 for p. 921n7                     a note's number was taken as a second page     _Label
    months short here, long there              a date's form was written into the shared tree _DatePart
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from citeproc import LOCALES_PATH, Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc import model as csl
from citeproc.formatter import plain
from citeproc.source import Locator, Reference, VariableError
from citeproc.source.json import CiteProcJSON
from citeproc.string import String
from lxml import etree

from qa.citing.item import DATES, NAMES

_CSL = "http://purl.org/net/xbiblio/csl"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_LOCALE = "en-US"
_KEY = "cited"

# Private-use characters that remember which closing quotation marks the style wrote: a comma moves inside
# those only, never inside the marks that a title brought along.
_CLOSED, _CLOSED_TWICE = "\ue001", "\ue002"

_NUMBER = r"(?:[A-Za-z]*\d+[A-Za-z]*|[IVXLCDM]+)"
_NUMERIC = re.compile(rf"{_NUMBER}(?:\s*[-–,&]\s*{_NUMBER})*")
_ROLES_OF_A_CONTAINER = frozenset({"editor", "translator", "editor-translator", "collection-editor"})


class Style:
    """One parsed CSL style: ``note`` renders an item as a note or in running text, with its locator;
    ``entry`` as it stands in a list of works. Safe to share by threads: the elements keep state while they
    render, so one renders at a time."""

    def __init__(self, path: Path) -> None:
        self._state = _State()
        self._style = _Parsed(path, self._state)
        self._lock = threading.Lock()
        self._inside = self._style.root.get_locale_option("punctuation-in-quote").lower() == "true"

    def note(self, item: Mapping[str, Any], locator: str | None = None, label: str = "page") -> str:
        """``item`` (tidy CSL-JSON) as a note or, in a style without notes, as it is cited in running text."""
        with self._lock:
            bibliography, citation = self._register(item, locator, label)
            return self._finished(str(bibliography.cite(citation, lambda _: "")))

    def entry(self, item: Mapping[str, Any]) -> str:
        """``item`` (tidy CSL-JSON) as an entry of a list of works, which has no locator."""
        with self._lock:
            bibliography, _ = self._register(item, None, "page")
            return self._finished("".join(str(line) for line in bibliography.bibliography()))

    def _register(self, item: Mapping[str, Any], locator: str | None, label: str) -> tuple[Any, Any]:
        self._state.contained = "container-title" in item
        source = _source(item)
        bibliography = CitationStylesBibliography(self._style, source, plain)
        at = {"locator": Locator(label, locator)} if locator else {}
        citation = Citation([CitationItem(_KEY, **at)])
        bibliography.register(citation)
        return bibliography, citation

    def _finished(self, text: str) -> str:
        text = " ".join(text.split())
        if self._inside:
            text = re.sub(rf"(.)(”{_CLOSED}|’”{_CLOSED_TWICE})([.,])", _moved_inside, text)
        text = text.replace(_CLOSED, "").replace(_CLOSED_TWICE, "")
        return re.sub(r"([?!])\.(?=\s|$)", r"\1", text)


def _source(item: Mapping[str, Any]) -> Any:
    """The item as citeproc-py keeps it, without its warning of every variable newer than CSL 1.0.1."""
    parse = CiteProcJSON([])
    reference = Reference(_KEY, str(item.get("type", "document")))
    for key, value in item.items():
        if key in NAMES:
            kept: Any = parse.parse_names(value)
        elif key in DATES:
            kept = parse.parse_date(value)
        elif key in {"id", "type", "custom", "locator", "label"}:
            continue
        else:
            kept = value if key == "language" else String(value)
        reference[key.replace("-", "_")] = kept
    parse.add(reference)
    return parse


def _moved_inside(match: re.Match[str]) -> str:
    last, closing, mark = match.groups()
    # “What now?.” has one stop too many.
    return last + ("" if mark == "." and last in ".?!…" else mark) + closing


class _State:
    """What the elements of one style know of each other: its macros and terms, looked up once, and, while
    an item is rendered, which variables a <substitute> has used up."""

    def __init__(self) -> None:
        self.macros: dict[str, Any] = {}
        self.terms: dict[tuple[Any, ...], Any] = {}
        self.used: set[str] = set()
        self.watching: list[set[str]] = []
        self.instead_of: list[str] = []
        self.contained = False

    @property
    def for_author(self) -> bool:
        """Whether something is sought that can stand in the place of the item's own author."""
        return bool(self.instead_of) and not self.instead_of[0].startswith("container")

    def printed(self, variable: str | None) -> None:
        if variable:
            for names in self.watching:
                names.update(variable.split())


class _Parsed(CitationStylesStyle):  # type: ignore[misc]
    """A style and its locales with our classes in place of citeproc-py's. Schema validation is left out:
    the styles are shipped and tested, and it costs a second."""

    root: Any

    def __init__(self, path: Path, state: _State) -> None:
        parser = etree.XMLParser(remove_comments=True, no_network=True, resolve_entities=False)
        lookup = etree.ElementNamespaceClassLookup()
        namespace = lookup.get_namespace(_CSL)
        for tag, cls in _classes(state).items():
            namespace[tag] = cls
        parser.set_element_class_lookup(lookup)
        self.root = etree.parse(str(path), parser).getroot()
        for names in self.root.iter(f"{{{_CSL}}}names"):
            # Where <name/> is missing citeproc-py adds one without namespace at every rendering.
            if names.find(f"{{{_CSL}}}name") is None and _tag(names.getparent()) != "substitute":
                names.insert(0, names.makeelement(f"{{{_CSL}}}name"))
        own = {element.get(_LANGUAGE): element for element in self.root.findall(f"{{{_CSL}}}locale")}
        common = etree.parse(str(Path(LOCALES_PATH) / f"locales-{_LOCALE}.xml"), parser).getroot()
        chosen = [own.get(_LOCALE), own.get("en"), own.get(None), common]
        self.root.locales = [locale for locale in chosen if locale is not None]
        for locale in self.root.locales:
            locale.style = self.root


def _tag(element: Any) -> str:
    return str(etree.QName(element).localname)


def _classes(state: _State) -> dict[str | None, type]:
    """CSL element name → class, the mended ones bound to one style's state."""
    mends: dict[str, tuple[type, ...]] = {
        "text": (_Text, _Pages),
        "number": (_Printing, _Pages),
        "date": (_Printing,),
        "names": (_Names,),
        "name": (_Name,),
        "date-part": (_DatePart,),
        "substitute": (_Substitute,),
        "layout": (_Layout,),
        "label": (_Label,),
        "if": (_Condition,),
        "else-if": (_Condition,),
    }
    made: dict[str | None, type] = {}
    for base in csl.CitationStylesElement.__subclasses__():
        if base.__module__ == csl.__name__:
            tag = base.__name__.replace("_", "-").lower()
            made[tag] = type(base.__name__, (*mends.get(tag, ()), _Element, base), {"state": state})
    made[None] = type("CitationStylesElement", (_Element, csl.CitationStylesElement), {"state": state})
    return made


class _Element:
    """Every element: macros and terms are searched for in the tree once only."""

    state: _State
    get: Callable[..., Any]

    def get_macro(self, name: str) -> Any:
        if name not in self.state.macros:
            self.state.macros[name] = super().get_macro(name)  # type: ignore[misc]
        return self.state.macros[name]

    def get_term(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if isinstance(self, csl.Locale):
            return super().get_term(name, *args, **kwargs)  # type: ignore[misc]
        key = (name, args, *sorted(kwargs.items()))
        if key not in self.state.terms:
            self.state.terms[key] = super().get_term(name, *args, **kwargs)  # type: ignore[misc]
        return self.state.terms[key]


class _Printing(_Element):
    """Prints a variable, unless a <substitute> has used it up for this item."""

    def render(self, *args: Any, **kwargs: Any) -> Any:
        variable = self.get("variable")
        if variable and self.state.used.issuperset(variable.split()):
            return None
        text = super().render(*args, **kwargs)  # type: ignore[misc]
        if text:
            self.state.printed(variable)
        return text


class _Names(_Printing):
    def render(self, *args: Any, **kwargs: Any) -> Any:
        roles = self.get("variable", "").split()
        if self.state.for_author and self.state.contained and _ROLES_OF_A_CONTAINER.issuperset(roles):
            return None
        return super().render(*args, **kwargs)


class _Text(_Printing):
    def case(self, text: Any, language: str | None = None) -> Any:
        # A title stands as its document writes it.
        if self.get("text-case") in {"title", "sentence"}:
            return text
        return super().case(text, language)  # type: ignore[misc]

    def quote(self, text: Any) -> Any:
        if self.get("quotes", "false").lower() != "true":
            return text
        # Quotation marks within quotation marks are single, and their single ones double again.
        inner = str(text)
        quoted = re.sub(r"“([^“”]*)”", lambda match: f"‘{match[1]}’", inner)
        twice = quoted != inner and quoted.endswith("’")
        return String(f"“{quoted}”" + (_CLOSED_TWICE if twice else _CLOSED))


class _Pages:
    """The range formats of the CSL specification, appendix V; a number that is no digits stays whole."""

    def _format_last_page(self, first: str, last: str) -> str:
        form = self.get_root().get("page-range-format")  # type: ignore[attr-defined]
        if not (first.isdecimal() and last.isdecimal() and len(first) == len(last)):
            return last
        keep = next((i for i, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), len(last) - 1)
        number, size = int(first), len(last)
        if form == "minimal":
            return last[keep:]
        if form == "minimal-two":
            return last[min(keep, max(size - 2, 0)) :]
        if form in {"chicago", "chicago-15", "chicago-16"} and number >= 100 and number % 100:
            if form == "chicago-15" and size == 4 and keep < 2:
                return last
            return last[keep:] if number % 100 < 10 else last[min(keep, size - 2) :]
        return last


class _Name(_Element):
    def initialize(self, given: str, mark: str, context: Any) -> str:
        if self.get("initialize", "true") == "false":
            return re.sub(r"(?<=\b\w\.)(?=\w)", " ", given)
        return str(super().initialize(given, mark, context))  # type: ignore[misc]


class _DatePart(_Element):
    attrib: Any

    def render(self, *args: Any, **kwargs: Any) -> Any:
        kept = dict(self.attrib)
        try:
            return super().render(*args, **kwargs)  # type: ignore[misc]
        finally:
            self.attrib.clear()
            self.attrib.update(kept)


class _Label(_Element):
    def case(self, text: Any, language: str | None = None) -> Any:
        if self.get("text-case") == "title":
            return text.capitalize_first()
        return super().case(text, language)  # type: ignore[misc]

    def _is_plural(self, item: Any) -> bool:
        # 921n7 is one place, 921–922 are two.
        if self.get("variable") == "locator":
            return re.search(r"\d\s*[-–,&]\s*\d", str(item.locator.identifier)) is not None
        return bool(super()._is_plural(item))  # type: ignore[misc]


class _Layout(_Element):
    def render_children(self, *args: Any, **kwargs: Any) -> Any:
        self.state.used = set()
        return super().render_children(*args, **kwargs)  # type: ignore[misc]


class _Substitute(_Element):
    def render(self, item: Any, context: Any = None, **kwargs: Any) -> Any:
        parent = self.getparent()  # type: ignore[attr-defined]
        for child in self.getchildren():  # type: ignore[attr-defined]
            # <names/> without a <name/> of its own is printed as the one that it stands in for.
            bare = isinstance(child, csl.Names) and child.name is None
            like = {**kwargs, "names_context": parent} if bare else kwargs
            self.state.watching.append(set())
            self.state.instead_of.append(parent.get("variable", ""))
            try:
                text = child.render(item, context=context, **like)
            except VariableError:
                text = None
            self.state.instead_of.pop()
            printed = self.state.watching.pop()
            if text:
                self.state.used |= printed
                return text
        return None


class _Condition(_Element):
    def render(self, *args: Any, **kwargs: Any) -> Any:
        # One item at a time is never ambiguous.
        if self.get("disambiguate") == "true" and self.get("match") != "any":
            raise csl.ConditionFailed
        return super().render(*args, **kwargs)  # type: ignore[misc]

    def _is_numeric(self, item: Any) -> list[bool]:
        found = []
        for variable in self.get("is-numeric").split():
            name = variable.replace("-", "_")
            value = item.locator.identifier if name == "locator" and item.has_locator else None
            value = item.reference.get(name) if value is None else value
            found.append(value is not None and _NUMERIC.fullmatch(str(value)) is not None)
        return found
