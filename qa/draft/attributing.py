"""Whether a citation names the place where the words stand. Pure.

Each thing that a citation names weighs by how few documents have it. The words are misattributed where the
citation names another document of the library better than theirs, or a page on which they do not stand. Where
it names nothing that the library knows, nothing is said against it.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from qa.draft.citations import Named, is_ibid, named, spelled
from qa.draft.quotation import Printed
from qa.draft.wording import WORD
from qa.types import Document

Standing = Literal["right", "document", "page", "unknown", "none"]
"""right: it names the place. document, page: it names another. unknown: it names nothing that is in the
library. none: there is no citation."""

_EXPLICIT = 100.0
"""What the name of a document or of its file weighs: more than all else together."""
_SURE = 3.0
"""Nats by which another document must be named better, where no number or date says so."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What tells one document from others, as a citation may print it."""

    name: str
    title: str
    source: str
    number: str
    date: str
    tokens: frozenset[str]

    @classmethod
    def of(cls, document: Document, source: str) -> Facts:
        known, csl = document.metadata, document.metadata.csl
        number = str(csl.get("number") or "").casefold()
        tokens = {
            f"w:{word}" for word in _words(known.title, known.sender, known.recipient, known.file_number)
        }
        for field in ("title", "container-title", "volume-title", "collection-title", "archive"):
            tokens |= {f"w:{word}" for word in _words(csl.get(field))}
        for field in ("author", "editor", "recipient"):
            tokens |= {f"w:{word}" for word in _words(*_families(csl.get(field)))}
        if number.isdecimal():
            tokens.add(f"n:{number}")
        if known.date:
            tokens |= {f"d:{known.date}", f"d:{known.date[:7]}"}
        tokens |= {f"w:{year}" for year in _years(csl)}
        tokens |= {f"w:{word}" for word in _words(PurePosixPath(document.name).stem)}
        volume = named(f"vol. {csl.get('volume')}").volumes if csl.get("volume") else ()
        tokens |= {f"v:{one}" for one in volume}
        tokens |= {f"i:{name}" for name in _names(document.name, source, known.url)}
        return cls(document.name, known.title, source, number, known.date or "", frozenset(tokens))


@dataclass(frozen=True, slots=True)
class Attribution:
    """What a quotation's citation says of its place. ``named`` is the document that it names in place of the
    right one; ``cited`` the pages that it names, ``pages`` those on which the words stand."""

    standing: Standing
    citation: str = ""
    note: str = ""
    named: str | None = None
    cited: str = ""
    pages: str = ""


class Register:
    """What is known of all documents of a library."""

    def __init__(self, facts: Iterable[Facts]) -> None:
        self.facts = list(facts)
        having: dict[str, list[int]] = {}
        self._titles: dict[str, int] = {}
        for number, one in enumerate(self.facts):
            self._titles.setdefault(_plain(one.title), number)
            for token in one.tokens:
                having.setdefault(token, []).append(number)
        self._having: Mapping[str, NDArray[np.int64]] = {
            token: np.array(numbers, np.int64) for token, numbers in having.items()
        }

    def is_title(self, words: str) -> bool:
        """Whether these words are a document's title."""
        return bool(words) and _plain(words) in self._titles

    def knows(self, names: Iterable[str]) -> bool:
        """Whether one of these is the name of a document or of a file."""
        return any(f"i:{name}" in self._having for name in names)

    def scores(self, said: Named) -> tuple[NDArray[np.float64], bool]:
        """How well each document is named; whether one is by its own name."""
        scores = np.zeros(len(self.facts))
        explicit = False
        for token, weight in self._tokens(said):
            documents = self._having.get(token)
            if documents is None:
                continue
            rarity = math.log(1 + len(self.facts) / len(documents))
            if token.startswith("i:"):
                explicit = True
                # A file's name names all documents in it, a document's its own alone.
                rarity += _EXPLICIT
            scores[documents] += weight * rarity
        return scores, explicit

    @staticmethod
    def _tokens(said: Named) -> Iterator[tuple[str, float]]:
        yield from ((f"w:{word}", 1.0) for word in said.words)
        yield from ((f"n:{number}", 2.0) for number in said.numbers)
        yield from ((f"d:{date}", 2.0) for date in said.dates)
        yield from ((f"v:{volume}", 1.0) for volume in said.volumes)
        yield from ((f"i:{name}", 1.0) for name in said.names)

    def best(self, said: Named) -> frozenset[int]:
        """The documents that are named best; none where nothing is."""
        if said.nothing or not self.facts:
            return frozenset()
        scores, _ = self.scores(said)
        top = float(scores.max())
        return frozenset(np.flatnonzero(scores >= top - 1e-6).tolist()) if top > 0 else frozenset()

    def names_another(self, said: Named, documents: Collection[int]) -> tuple[bool, int | None]:
        """Whether a citation names another document than any of ``documents``; which, where one is in the
        library."""
        if said.nothing or not documents:
            return False, None
        scores, explicit = self.scores(said)
        best = int(np.argmax(scores))
        own = max(documents, key=lambda number: scores[number])
        lead = float(scores[best] - scores[own])
        ours = self.facts[own]
        if lead > 1e-6:
            theirs = self.facts[best]
            if explicit and lead > _EXPLICIT / 2:
                return True, best
            by_number = theirs.number in said.numbers and ours.number not in said.numbers
            by_date = _dated(theirs, said) and ours.date != "" and not _dated(ours, said)
            if by_number or by_date or lead >= _SURE:
                return True, best
            return False, None
        # It names a document that is not here: the same volume, another number.
        if said.numbers and ours.number and ours.number not in said.numbers and ours.number.isdecimal():
            volume = {token for token in ours.tokens if token.startswith(("v:", "i:"))}
            mine = {token for token, _ in self._tokens(said)}
            if mine & volume and not _dated(ours, said):
                return True, None
        return False, None


def _dated(facts: Facts, said: Named) -> bool:
    return bool(facts.date) and (facts.date in said.dates or facts.date[:7] in said.dates)


class Earlier:
    """The citations of a draft that are no "ibid.", found by where they stand."""

    def __init__(self, printed: Iterable[Printed]) -> None:
        at: dict[int, Printed] = {}
        for one in printed:
            if one.standing not in at and not is_ibid(one.text):
                at[one.standing] = one
        self._standing = sorted(at)
        self._at = at

    def before(self, printed: Printed) -> Printed | None:
        """The last that stands before this one."""
        number = bisect.bisect_left(self._standing, printed.standing)
        return self._at[self._standing[number - 1]] if number else None


def resolved(printed: Printed, earlier: Earlier) -> tuple[Named, str]:
    """What a citation names, "ibid." with what the one before it named; and the text of that one."""
    said = named(printed.text)
    last = earlier.before(printed) if is_ibid(printed.text) else None
    if last is None:
        return said, printed.text
    whole = named(last.text)
    pages, bare = said.pages or said.bare or whole.pages, frozenset[str]()
    if not (said.pages or said.bare):
        bare = whole.bare
    merged = Named(whole.words, whole.numbers, whole.dates, whole.volumes, pages, bare, whole.names)
    return merged, f"{printed.text} = {last.text}"


def page_of(said: Named, quoted: str | None, all_pages: Collection[str]) -> tuple[bool | None, str]:
    """Whether one of the pages that are named is one of those the words stand on ("921–922"); None where
    nothing can be said. And what is named, as text."""
    if not quoted:
        return None, ""
    right = {page.casefold() for page in spelled(quoted)}
    right |= {page.casefold() for page in quoted.replace("–", ",").split(",")}
    if said.pages:
        cited = ", ".join(sorted(said.pages, key=lambda page: (len(page), page)))
        return bool(said.pages & right), cited
    if said.bare & right:
        return True, ", ".join(sorted(said.bare & right))
    # A number alone is taken for a page only where it is one of the document's.
    others = said.bare & {page.casefold() for page in all_pages}
    if others:
        return False, ", ".join(sorted(others, key=lambda page: (len(page), page)))
    return None, ""


def _words(*texts: Any) -> Iterator[str]:
    for text in texts:
        if isinstance(text, str):
            yield from (word.casefold() for word in WORD.findall(text) if len(word) > 1)


def _plain(text: str) -> str:
    return " ".join(word.casefold() for word in WORD.findall(text))


def _families(names: Any) -> Iterator[str]:
    for name in names if isinstance(names, list | tuple) else ():
        if isinstance(name, Mapping):
            yield str(name.get("family") or name.get("literal") or "")


def _years(csl: Mapping[str, Any]) -> Iterator[str]:
    issued = csl.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, Mapping) else None
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        yield str(parts[0][0])


def _names(document: str, source: str, url: str | None) -> Iterator[str]:
    """What a document may be called by: its name, its file's with and without suffix, its address. A name
    that is an ordinary word would be found in any citation."""
    for name in (document, source):
        path = PurePosixPath(name.casefold())
        for form in (str(path), path.name, path.stem):
            if not form.isalpha() and not form.isdecimal() and (form != path.name or "." in form):
                yield form
    if len(PurePosixPath(document).parts) > 1 and document.startswith(f"{PurePosixPath(source).stem}/"):
        yield PurePosixPath(source).stem.casefold()
    if url:
        yield url.casefold()
