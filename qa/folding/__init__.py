"""Views beneath the true text: the same words as they are read and searched, with a map back. Pure.

A document's text is what its file says; print puts things into it that are no part of the words. Three
views take them out, each a little more than the one before:

    view      what it undoes                                                            for
    reading   apparatus, line-end hyphenation, soft hyphens and other characters        what is embedded
              without width, ligatures of print, odd spaces                             and read
    search    also typographic quotation marks and dashes, the long s, full-width       words and quotes
              letters, Unicode composition (NFC), runs of white space                   that are compared
    joined    also hyphens inside words ("re-examine" is "reexamine")                   a last resort

What is folded is chosen one by one, not by NFKC as a whole: "½", "m²", "№" and "™" mean what they say.
Ligatures are those of the presentation forms (ﬁ, ﬆ, Armenian and Arabic ones, which PDF text is full of) and
the letters that Unicode keeps only for older encodings' sake (ĳ, ŉ, ǆ).

A view's text has a true range for each of its ranges (``Folded.true``), so that what is found in a view is
quoted from the text beneath it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from qa.folding.exchanges import EXCHANGED, HALF, SAME_WIDTH, Gap, View, compositions, exchanges, without_gaps
from qa.folding.way_back import Folded, applied, merged, then
from qa.hyphenation import LINE_END, Hyphenation

__all__ = ["HALF", "Folded", "Gap", "View", "caseless", "fold", "hyphenation_of", "question"]


def fold(
    text: str,
    view: View = "reading",
    *,
    gaps: Iterable[Gap] = (),
    hyphenation: Hyphenation | None = None,
) -> Folded:
    """``text`` in a view. ``gaps`` are left out; ``hyphenation`` decides on hyphens at line ends where
    ``text`` is a piece of a document, or is compared with one (otherwise the text's own words do). Linear
    in the text's length."""
    filled = without_gaps(text, gaps)
    edits: Iterable[tuple[int, int, str]] = exchanges(filled, view)
    if LINE_END.search(filled) is not None:
        decide = hyphenation or Hyphenation(filled)
        ends = decide.line_ends(filled, always_join=view == "joined")
        edits = merged(ends, edits)
    # Most texts hold nothing to exchange, and to look is many times faster than to translate.
    exchanged = filled.translate(SAME_WIDTH[view]) if EXCHANGED[view].search(filled) else filled
    folded = applied(exchanged, edits)
    if view == "reading" or unicodedata.is_normalized("NFC", folded.text):
        return folded
    return then(folded, applied(folded.text, compositions(folded.text)))


def hyphenation_of(text: str, gaps: Iterable[Gap] = ()) -> Hyphenation:
    """What a document's own words say about the hyphens at its line ends."""
    return Hyphenation(without_gaps(text, gaps))


def question(text: str) -> str:
    """A question as it is searched: in the search view, without white space around it."""
    return fold(text, "search").text.strip()


def caseless(folded: Folded) -> Folded:
    """A view without the difference between capitals and small letters ("STRASSE" is "straße"), for finding
    words however they are written. Linear in the text's length."""
    text = folded.text
    if len(text.casefold()) != len(text):
        # A few letters become two or three.
        longer = ((m.start(), m.end(), m.group().casefold()) for m in _long_cased().finditer(text))
        folded = then(folded, applied(text, longer))
    return Folded(folded.text.casefold(), folded.edits)


@cache
def _long_cased() -> re.Pattern[str]:
    letters = (chr(code) for code in range(0x80, 0xFB18) if len(chr(code).casefold()) > 1)
    return re.compile(f"[{''.join(letters)}]")
