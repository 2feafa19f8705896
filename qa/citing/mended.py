"""citeproc-py with its mistakes mended, so that a CSL style prints what its author meant.

citeproc-py 0.11.1 errs in ways that show in the styles used here. Each is put right by a class of our own
that stands in for its class of one CSL element; nothing is changed for other users of the library.

    what was printed                           why                                            mended in
    pages 7–32 as 7–2                          a range format cut into a shorter number       _Pages
    file number 711.61/11–2245 for 11-2245     any hyphen was taken for a range               _Pages
    a title twice                              what <substitute> printed was printed again    _Substitute
    the volume's editor as a letter's author   the editor is the container's, not the item's  _Names
    the same editor twice                      one role of two used up left both printed      _Names
    A. A. for Aleksandr A.                     initialize="false" was ignored                 _Name
    Resis, A. and G. Roberts, without comma    after-inverted-name was not known              _Name
    words against ambiguity where none is      disambiguate="true" was taken as always so     _Condition
    VI without "vol."                          Roman numerals were not taken as numeric       _Condition
    x & Y for x & y                            text-case rewrote a title's own words          _Text
    “Title”, for “Title,”                      punctuation-in-quote was ignored               _Text, processor
    “Title” for ‘Title’                        quotation marks were not the locale's own      _Text
    (ed.) for (Ed.)                            title case of a label was left out             _Label
    pp. 921n7 for p. 921n7                     a note's number was taken as a second page     _Label
    "edition" with no edition                  a label was printed without its number         _Label
    words of a group that holds no fact        a <choose> counted as a fact                   _Group
    months short here, long there              a date's form was written into the shared tree _DatePart
    1981Sep for 1981 Sep                       a localised date's own delimiter was left out  _Date
    20–22 November 1945 in pieces              parts common to both days were printed twice   _Date
    [1]A. Resis                                no space after a number set in the margin      _Layout
    works without an author last in a list     what stands in for one was taken as used up    _Key
    an error                                   text-case of a number or of formatted text     _Element
    an error                                   a name's part with a prefix or suffix          _NamePart
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from citeproc import model as csl
from citeproc.source import VariableError
from citeproc.string import MixedString, String

# Noncharacters that remember which closing quotation marks the style wrote: a comma moves inside those
# only, never inside the marks that a title brought along.
CLOSED, CLOSED_TWICE = "\ufde0", "\ufde1"

_NUMBER = r"(?:[A-Za-z]*\d+[A-Za-z]*|[IVXLCDM]+|[ivxlcdm]+|\[\w+\])"
_NUMERIC = re.compile(rf"{_NUMBER}(?:\s*[-–,&]\s*{_NUMBER})*")
# An en dash, comma or ampersand lies between two places; a hyphen may stand inside the label of one ("A-5").
SEVERAL = re.compile(r"[\w\])]\s*[–,&]\s*[\w\[(]|\d\s*-\s*\d")
_ROLES_OF_A_CONTAINER = frozenset({"editor", "translator", "editor-translator", "collection-editor"})


class State:
    """What the elements of one style know of each other: its macros and terms, looked up once, its
    quotation marks (open, close, inner open, inner close), and, while an item is rendered, which variables
    a <substitute> has used up and what the <group>s around have called and printed."""

    def __init__(self) -> None:
        self.macros: dict[str, Any] = {}
        self.terms: dict[tuple[Any, ...], Any] = {}
        self.quotes: tuple[str, ...] = ("“", "”", "‘", "’")
        self.used: set[str] = set()
        self.watching: list[set[str]] = []
        self.groups: list[list[int]] = []
        self.instead_of: list[str] = []
        self.people = 0

    @property
    def for_author(self) -> bool:
        """Whether something is sought that can stand in the place of the item's own author."""
        return bool(self.instead_of) and not self.instead_of[0].startswith("container")

    def printed(self, variable: str | None) -> None:
        if variable:
            for names in self.watching:
                names.update(variable.split())

    def called(self, *, printed: bool = False) -> None:
        """A variable was called, or (``printed``) one that was called held something."""
        if self.groups:
            self.groups[-1][printed] += 1


def classes(state: State) -> dict[str | None, type]:
    """CSL element name → class, the mended ones bound to one style's state."""
    mends: dict[str, tuple[type, ...]] = {
        "text": (_Text, _Pages),
        "number": (_Printing, _Pages),
        "date": (_Date, _Printing),
        "names": (_Names,),
        "name": (_Name,),
        "name-part": (_NamePart,),
        "date-part": (_DatePart,),
        "substitute": (_Substitute,),
        "layout": (_Layout,),
        "key": (_Key,),
        "label": (_Label,),
        "group": (_Group,),
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

    state: State
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

    def case(self, text: Any, *args: Any, **kwargs: Any) -> Any:
        return super().case(_string(text), *args, **kwargs) if text else text  # type: ignore[misc]

    def strip_periods(self, text: Any) -> Any:
        return super().strip_periods(_string(text)) if text else text  # type: ignore[misc]


def _string(text: Any) -> Any:
    """Numbers, and text that has been through formatting, as what citeproc-py can change the case of."""
    if isinstance(text, MixedString):
        return MixedString([part if isinstance(part, String) else String(part) for part in text])
    return text if isinstance(text, String) else String(text)


class _Printing(_Element):
    """Prints a variable, unless a <substitute> has used it up for this item."""

    def render(self, *args: Any, **kwargs: Any) -> Any:
        variable = self.get("variable")
        if variable:
            self.state.called()
            if self.state.used.issuperset(variable.split()):
                return None
        text = super().render(*args, **kwargs)  # type: ignore[misc]
        if text and variable:
            self.state.called(printed=True)
            self.state.printed(variable)
        return text


class _Names(_Printing):
    def render(self, item: Any, *args: Any, **kwargs: Any) -> Any:
        roles = self.get("variable", "").split()
        contained = "container_title" in item.reference
        if self.state.for_author and contained and _ROLES_OF_A_CONTAINER.issuperset(roles):
            return None
        # Of several roles those that were used up are left out, the others stay.
        away = {
            role: item.reference.pop(role) for role in self.state.used & {*roles} if role in item.reference
        }
        try:
            return super().render(item, *args, **kwargs)
        finally:
            item.reference.update(away)


class _Text(_Printing):
    def case(self, text: Any, language: str | None = None) -> Any:
        # A title stands as its document writes it.
        if self.get("text-case") in {"title", "sentence"}:
            return text
        return super().case(text, language)

    def quote(self, text: Any) -> Any:
        if self.get("quotes", "false").lower() != "true":
            return text
        # Quotation marks within quotation marks are the inner ones, and inner ones within those outer again.
        opening, closing, inner, inner_closing = self.state.quotes
        stated = str(text)
        quoted = re.sub(
            rf"{re.escape(opening)}([^{re.escape(opening + closing)}]*){re.escape(closing)}(?!\w)",
            lambda match: f"{inner}{match[1]}{inner_closing}",
            stated,
        )
        twice = quoted != stated and quoted.endswith(inner_closing)
        return String(f"{opening}{quoted}{closing}" + (CLOSED_TWICE if twice else CLOSED))

    def _variable(self, item: Any, context: Any) -> Any:
        if self.get("variable") == "locator":
            return String(re.sub(r"(?<=\d)-(?=\d)", "–", str(item.locator.identifier)))
        return super()._variable(item, context)  # type: ignore[misc]


class _Pages:
    """The range formats of the CSL specification, appendix V; a number that is no digits stays whole."""

    def _process(self, value: Any, variable: str) -> Any:
        if not variable.startswith("page") and not _NUMERIC.fullmatch(str(value)):
            return String(str(value))
        return super()._process(value, variable)  # type: ignore[misc]

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
    def process(self, item: Any, variable: str, *args: Any, **kwargs: Any) -> Any:
        self.state.people = len(item.reference.get(variable, ()))
        return super().process(item, variable, *args, **kwargs)  # type: ignore[misc]

    def get_option(self, name: str, *args: Any, **kwargs: Any) -> Any:
        value = super().get_option(name, *args, **kwargs)  # type: ignore[misc]
        if name.startswith("delimiter-precedes") and value == "after-inverted-name":
            order = super().get_option("name-as-sort-order", *args, **kwargs)  # type: ignore[misc]
            before = order == "all" or (order == "first" and self.state.people == 2)
            return "always" if before else "never"
        return value

    def initialize(self, given: str, mark: str, context: Any) -> str:
        if self.get("initialize", "true") == "false":
            return re.sub(r"(?<=\b\w\.)(?=\w)", " ", given)
        return str(super().initialize(given, mark, context))  # type: ignore[misc]


class _NamePart(_Element):
    def format_part(self, given: Any, family: Any) -> Any:
        parts = super().format_part(given, family)  # type: ignore[misc]
        return tuple(part and str(part) for part in parts)


class _Date(_Element):
    def render_single_date(self, date: Any, show_parts: Any = None, context: Any = None) -> Any:
        parts = self.parts(date, show_parts, context)  # type: ignore[attr-defined]
        if not parts:
            return None
        # The delimiter of a localised date is its own; only its affixes are the caller's.
        own = self.get("delimiter") is not None or not self.is_locale_date()  # type: ignore[attr-defined]
        delimits: Any = self if own else context
        return delimits.join(parts)

    def render_date_range(self, span: Any, show_parts: Any = None, context: Any = None) -> Any:
        """Both dates, the parts that they share once: "20–22 November 1945", "November 20–22, 1945"."""
        shown = list(show_parts)
        begin = self.render_single_date(span.begin, shown, context)
        end = self.render_single_date(span.end, shown, context) if span.end.year else None
        if not begin or (span.end.year and not end):
            return begin or end
        if end is None:
            return String(f"{begin}–")
        first, last = str(begin), str(end)
        if first == last:
            return begin
        same = 0
        for part in ("year", "month"):
            if span.begin.get(part) is None or span.begin.get(part) != span.end.get(part):
                break
            same += part in shown
        head, tail = _shared(first, last, same)
        return String(first[: len(first) - tail].rstrip(" ,") + "–" + last[head:])


def _shared(first: str, last: str, most: int) -> tuple[int, int]:
    """How many characters at the beginning and at the end of two dates are the same words, of at most
    ``most`` words: the year, or the year and the month."""
    a, b = (re.findall(r"\w+\W*|\W+", date) for date in (first, last))
    most = min(most, len(a) - 1, len(b) - 1)
    head = tail = 0
    while head < most and a[head] == b[head]:
        head += 1
    while head + tail < most and a[-1 - tail].strip() == b[-1 - tail].strip():
        tail += 1
    return sum(map(len, a[:head])), sum(map(len, a[len(a) - tail :]))


class _DatePart(_Element):
    attrib: Any

    def render(self, *args: Any, **kwargs: Any) -> Any:
        kept = dict(self.attrib)
        try:
            return super().render(*args, **kwargs)  # type: ignore[misc]
        except AssertionError:
            # A season has no number to print.
            raise VariableError from None
        finally:
            self.attrib.clear()
            self.attrib.update(kept)


class _Label(_Element):
    def render(self, item: Any, variable: str | None = None, *args: Any, **kwargs: Any) -> Any:
        named = variable or self.get("variable")
        held = item.has_locator if named == "locator" else named.replace("-", "_") in item.reference
        if not held and named not in {"page", "editortranslator"}:
            return None
        return super().render(item, variable, *args, **kwargs)  # type: ignore[misc]

    def case(self, text: Any, language: str | None = None) -> Any:
        if self.get("text-case") == "title":
            return text.capitalize_first()
        return super().case(text, language)

    def _is_plural(self, item: Any) -> bool:
        # 921n7 is one place, 921–922 are two.
        variable = self.get("variable")
        if variable == "locator":
            return SEVERAL.search(str(item.locator.identifier)) is not None
        if variable.startswith("number-of"):
            return str(item.reference.get(variable, "")).strip() not in {"", "1"}
        return bool(super()._is_plural(item))  # type: ignore[misc]


class _Group(_Element):
    def process(self, item: Any, context: Any = None, **kwargs: Any) -> Any:
        """As the specification has it: a group that calls variables, none of which holds anything, is not
        printed at all; a group in it that is printed counts as one that does."""
        self.state.groups.append([0, 0])
        try:
            text = self.render_children(  # type: ignore[attr-defined]
                item, delimiter=self.get("delimiter", ""), context=context, **kwargs
            )
        finally:
            called, printed = self.state.groups.pop()
        if called:
            self.state.called()
        if not text or (called and not printed):
            raise VariableError
        self.state.called(printed=True)
        return text


class _Key(_Element):
    def sort_keys(self, items: Any, context: Any) -> list[Any]:
        keys = []
        for item in items:
            # What a <substitute> used up for the work before is not used up for this one.
            self.state.used = set()
            (key,) = super().sort_keys([item], context)  # type: ignore[misc]
            # Works stand by their words, not by the quotation mark before them.
            is_text = isinstance(key, str | MixedString)
            keys.append(re.sub(r"^[\W\ufdd0-\ufdef]+", "", str(key)) or None if is_text else key)
        return keys


class _Layout(_Element):
    def render_children(self, item: Any, *args: Any, **kwargs: Any) -> Any:
        self.state.used = set()
        self.state.groups.clear()
        text = super().render_children(item, *args, **kwargs)  # type: ignore[misc]
        if text and self.getparent().get("second-field-align"):  # type: ignore[attr-defined]
            first, rest = str(self[0].render(item) or ""), str(text)  # type: ignore[index]
            if first and rest.startswith(first) and not rest[len(first) :].startswith(" "):
                return String(f"{first} {rest[len(first) :]}")
        return text


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
