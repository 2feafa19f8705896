"""citeproc-py with its mistakes mended, so that a CSL style prints what its author meant.

citeproc-py 0.11.1 errs in ways that show in the styles used here. Each is put right by a class of our own
that stands in for its class of one CSL element; nothing is changed for other users of the library.

    what was printed                           why                                            mended in
    pages 7–32 as 7–2                          a range format cut into a shorter number       Pages
    file number 711.61/11–2245 for 11-2245     any hyphen was taken for a range               Pages
    a title twice                              what <substitute> printed was printed again    Substitute
    the volume's editor as a letter's author   the editor is the container's, not the item's  Names
    the same editor twice                      one role of two used up left both printed      Names
    A. A. for Aleksandr A.                     initialize="false" was ignored                 Name
    Resis, A. and G. Roberts, without comma    after-inverted-name was not known              Name
    words against ambiguity where none is      disambiguate="true" was taken as always so     Condition
    VI without "vol."                          Roman numerals were not taken as numeric       Condition
    x & Y for x & y                            text-case rewrote a title's own words          Text
    “Title”, for “Title,”                      punctuation-in-quote was ignored               Text, Style
    “Title” for ‘Title’                        quotation marks were not the locale's own      Text
    (ed.) for (Ed.)                            title case of a label was left out             Label
    pp. 921n7 for p. 921n7                     a note's number was taken as a second page     Label
    "edition" with no edition                  a label was printed without its number         Label
    words of a group that holds no fact        a <choose> counted as a fact                   Group
    months short here, long there              a date's form was written into the shared tree DatePart
    1981Sep for 1981 Sep                       a localised date's own delimiter was left out  Date
    20–22 November 1945 in pieces              parts common to both days were printed twice   Date
    [1]A. Resis                                no space after a number set in the margin      Layout
    works without an author last in a list     what stands in for one was taken as used up    Key
    2nd Auflage for 2. Auflage                 endings of ordinals from two languages         Element
    an error                                   text-case of a number or of formatted text     Element
    an error                                   a name's part with a prefix or suffix          NamePart
"""

from __future__ import annotations

from citeproc import model as csl

from qa.citing.mended.dates import Date, DatePart
from qa.citing.mended.element import Element, Printing, State
from qa.citing.mended.people import Name, NamePart, Names, Substitute
from qa.citing.mended.structure import Condition, Group, Key, Layout
from qa.citing.mended.text import CLOSED, CLOSED_TWICE, SEVERAL, Label, Pages, Text

__all__ = ["CLOSED", "CLOSED_TWICE", "SEVERAL", "State", "classes"]


def classes(state: State) -> dict[str | None, type]:
    """CSL element name → class, the mended ones bound to one style's state."""
    mends: dict[str, tuple[type, ...]] = {
        "text": (Text, Pages),
        "number": (Printing, Pages),
        "date": (Date, Printing),
        "names": (Names,),
        "name": (Name,),
        "name-part": (NamePart,),
        "date-part": (DatePart,),
        "substitute": (Substitute,),
        "layout": (Layout,),
        "key": (Key,),
        "label": (Label,),
        "group": (Group,),
        "if": (Condition,),
        "else-if": (Condition,),
    }
    made: dict[str | None, type] = {}
    for base in csl.CitationStylesElement.__subclasses__():
        if base.__module__ == csl.__name__:
            tag = base.__name__.replace("_", "-").lower()
            made[tag] = type(base.__name__, (*mends.get(tag, ()), Element, base), {"state": state})
    made[None] = type("CitationStylesElement", (Element, csl.CitationStylesElement), {"state": state})
    return made
