"""The verdicts: every quotation of a draft, checked against a library.

exact          it stands in its source to the letter; what it leaves out or puts in, it says
altered        its words or marks differ from the source's
joined         its parts stand in several places, and it does not say so, or they are too far apart
misattributed  it stands to the letter, but not where its citation says
not found      nowhere in the library; the nearest words are shown as such
too short      fewer than three words, which stand in many places or in none
"""

from __future__ import annotations

import bisect
import re
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from qa.draft import attributing, matching
from qa.draft.attributing import Attribution, Earlier
from qa.draft.citations import Named, named
from qa.draft.comparing import Change, Unit, has_signs, kinds, literal, marked
from qa.draft.corpus import Corpus
from qa.draft.manuscript import Draft
from qa.draft.matching import Match, Stand
from qa.draft.quotations import Found, Printed, Quotation, find, words_of_block
from qa.errors import UsageError
from qa.library.protocol import Library
from qa.presenting import as_quote
from qa.quoting import Selection
from qa.types import Document, Quote, Voice

Verdict = Literal["exact", "altered", "joined", "misattributed", "not found", "too short"]
VERDICTS: tuple[Verdict, ...] = (
    "exact", "altered", "joined", "misattributed", "not found", "too short",
)  # fmt: skip

NO_CITATION = Attribution("none")
STYLE = "chicago-notes-bibliography"
FEWEST = 3
"""Words from which a quotation can be judged; a shorter one only where its words stand in one place."""
MOST = 20_000
"""Quotations of a draft at the most: the longest of books have fewer, and each takes some milliseconds."""
_NEXT_CITATION = re.compile(r";\s|\bsee also\b|\bcf\. also\b|\bсм\. также\b", re.IGNORECASE)
_STOP = re.compile(r"[.!?…]+[”’»\"')\]]*")
_NEAR = 0.3
"""Share of a quotation's words that must stand together for a place to be shown as the nearest."""


@dataclass(frozen=True, slots=True)
class Check:
    """What became of one quotation.

    quotes       where its words stand, to the letter and cited: one place, or each of those it was joined of;
                 for "not found" what comes nearest, if anything does
    changes      the quotation beside its source, piece by piece
    kinds        what was changed, in short ("words", "left out", "punctuation", …)
    omitted      how many words its marks of omission leave out
    places       in how many places of the library its words stand
    attribution  what its citation says of its place
    """

    quotation: Quotation
    verdict: Verdict
    quotes: tuple[Quote, ...] = ()
    changes: tuple[Change, ...] = ()
    kinds: tuple[str, ...] = ()
    omitted: int = 0
    places: int = 0
    attribution: Attribution = NO_CITATION

    @property
    def right(self) -> bool:
        """Whether nothing is to be mended."""
        return self.verdict in ("exact", "too short")


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft checked. ``titles`` are what stands in quotation marks as the title of a work; ``unclosed`` the
    lines (or paragraphs) of opening marks that nothing closes, with the words behind them."""

    name: str
    checks: tuple[Check, ...]
    titles: tuple[Quotation, ...]
    unclosed: tuple[tuple[int, str], ...]
    documents: int
    seconds: float

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many have each verdict."""
        found = Counter(check.verdict for check in self.checks)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def right(self) -> bool:
        """Whether nothing is to be mended."""
        return all(check.right for check in self.checks)


Progress = Callable[[str, int, int], None]
"""Called as ("reading" or "checking", how many are done, of how many)."""


class Checker:
    """Checks drafts against one library. What it read of the library is kept until that changes. Safe to
    share by threads."""

    def __init__(self, library: Library, *, style: str = STYLE) -> None:
        self.library = library
        self.style = style
        self._lock = threading.Lock()
        self._corpus: Corpus | None = None

    def corpus(self, progress: Progress | None = None) -> Corpus:
        """All words of the library; some seconds the first time."""
        with self.library.view(searching=False), self._lock:
            if self._corpus is None or self._corpus.generation != self.library.generation():
                told = None if progress is None else lambda done, total: progress("reading", done, total)
                self._corpus = Corpus(self.library, told)
            return self._corpus

    def check(self, draft: Draft, *, style: str | None = None, progress: Progress | None = None) -> Checked:
        """Every quotation of ``draft``, in the order in which they stand. ``style`` of citations: as
        ``qa.citing.cite`` takes it. All of it is of one generation of the library. Raises LibraryError,
        UsageError for a style that there is not, or a draft of more than MOST quotations."""
        with self.library.view(searching=False):
            return self._check(draft, style or self.style, progress)

    def _check(self, draft: Draft, style: str, progress: Progress | None) -> Checked:
        began = time.perf_counter()
        corpus = self.corpus(progress)
        one = _One(self.library, corpus, draft, style)
        found = find(draft)
        if len(found.quotations) > MOST:
            raise UsageError(
                f"{draft.name}: has {len(found.quotations):,} quotations; at most {MOST:,} are checked. "
                "Give a part of it."
            )
        printed = Earlier(citation for quotation in found.quotations for citation in quotation.citations)
        checks: list[Check] = []
        titles: list[Quotation] = []
        for done, quotation in enumerate(found.quotations):
            if progress:
                progress("checking", done, len(found.quotations))
            if one.is_title(quotation):
                titles.append(quotation)
                continue
            check = one.check(quotation, printed)
            if check.verdict == "not found" and _reads_as_title(draft.text, quotation):
                titles.append(quotation)
            else:
                checks.append(check)
        documents = self.library.searched().documents
        return Checked(
            draft.name, tuple(checks), tuple(titles), tuple(_unclosed(draft, found)), documents,
            time.perf_counter() - began,
        )  # fmt: skip


_checkers: weakref.WeakKeyDictionary[Library, Checker] = weakref.WeakKeyDictionary()
_making = threading.Lock()


def checker_for(library: Library) -> Checker:
    """The one checker of an open library, so that its words are read once for all who check."""
    with _making:
        if library not in _checkers:
            _checkers[library] = Checker(library)
        return _checkers[library]


class _One:
    def __init__(self, library: Library, corpus: Corpus, draft: Draft, style: str) -> None:
        self._library = library
        self._corpus = corpus
        self._draft = draft
        self._style = style
        self._pages: dict[str, frozenset[str]] = {}

    def is_title(self, quotation: Quotation) -> bool:
        """Whether it is the title of a document, in a note or before a comma: a citation, no quotation."""
        text = self._draft.text
        ends = (
            quotation.text.rstrip().endswith((",", ".")) or text[quotation.end + 1 : quotation.end + 2] == ","
        )
        return (
            quotation.kind == "marks"
            and (bool(quotation.note) or ends)
            and self._corpus.register.is_title(quotation.text)
        )

    def check(self, quotation: Quotation, printed: Earlier) -> Check:
        end = words_of_block(quotation) if quotation.kind == "block" else quotation.end
        plain = literal(self._draft.view, quotation.start, end)
        words = sum(unit.kind == "word" for unit in plain)
        said = [(one, *attributing.resolved(one, printed)) for one in quotation.citations]
        said = [one for one in said if self._says_something(one[0], one[1])]
        favoured = frozenset[int]()
        for _, what, _ in said[:2]:
            best = self._corpus.register.best(what)
            favoured |= best if len(best) <= 50 else frozenset()
        match, units = self._to_the_word(plain, favoured)
        if words < FEWEST and not self._judged(match, favoured):
            return Check(quotation, "too short", places=match.count if match else 0)
        if match is None or not match.exact:
            if match is None:
                units = marked(plain)
                match = matching.nearly(self._corpus, units, self._draft.text, favoured)
            if not matching.enough(match, sum(unit.kind == "word" for unit in units)):
                near = match.stands[:1] if match and min(match.share, match.weight) >= _NEAR else ()
                return Check(quotation, "not found", self._quotes(near))
        assert match is not None
        attribution = self._attribution(said, match)
        verdict: Verdict
        if len(match.stands) > 1:
            verdict = "joined"
        elif not match.exact:
            verdict = "altered"
        else:
            verdict = "misattributed" if attribution.standing in ("document", "page") else "exact"
        return Check(
            quotation,
            verdict,
            self._quotes(match.stands, match.others),
            match.changes,
            kinds(match.changes) if verdict == "altered" else (),
            match.omitted,
            match.count,
            attribution,
        )

    def _says_something(self, printed: Printed, what: Named) -> bool:
        """Whether it can be a citation. A line of running text names many things by chance: it counts where
        it names a page, a number, or something in the library by its own name."""
        if printed.where in ("note", "brackets"):
            return bool(self._corpus.register.best(what) or what.pages)
        return bool(what.pages or what.numbers) or self._corpus.register.knows(what.names)

    def _to_the_word(self, plain: list[Unit], favoured: frozenset[int]) -> tuple[Match | None, list[Unit]]:
        """The quotation to the word: with its brackets and dots as the source's, or else as its own."""
        first = matching.to_the_word(self._corpus, plain, self._draft.text, favoured)
        if (first and first.exact) or not has_signs(plain):
            return first, plain
        units = marked(plain)
        second = matching.to_the_word(self._corpus, units, self._draft.text, favoured)
        if second and (second.exact or first is None):
            return second, units
        return first, plain

    def _judged(self, match: Match | None, favoured: frozenset[int]) -> bool:
        """Whether a word or two can be judged: they stand in one place, or where the citation says."""
        if match is None:
            return False
        return match.count == 1 or (
            match.exact and self._corpus.document(match.stands[0].stream) in favoured and len(favoured) <= 3
        )

    # ── where from ─────────────────────────────────────────────────────────────────────────────────

    def _attribution(self, said: Sequence[tuple[Printed, Named, str]], match: Match) -> Attribution:
        documents = {self._corpus.document(stand.stream) for stand in (*match.stands, *match.others)}
        if match.count > 1 + len(match.others):
            documents |= self._all_documents(match)
        judged = None
        for printed, what, text in said:
            for part in _parts(printed, what):
                told = self._judge(part, text, printed, match, documents)
                if told.standing == "right":
                    return told
                if judged is None or (judged.standing == "unknown" and told.standing != "unknown"):
                    judged = told
            if judged is not None and printed.where in ("note", "brackets"):
                break
        if judged is None:
            first = said[0][0] if said and said[0][0].where in ("note", "brackets") else None
            return Attribution("unknown", first.text, first.note) if first else Attribution("none")
        return judged

    def _judge(
        self,
        what: Named,
        text: str,
        printed: Printed,
        match: Match,
        documents: set[int],
    ) -> Attribution:
        register = self._corpus.register
        wrong, other = register.names_another(what, documents)
        if wrong:
            name = register.facts[other].name if other is not None else None
            return Attribution("document", text, printed.note, name)
        pages_right: bool | None = None
        cited = right = ""
        for stand in (*match.stands, *match.others):
            document = self._corpus.worded(stand.stream).document
            quoted = self._pages_of(document, stand)
            verdict, pages = attributing.page_of(what, quoted, self._all_pages(document))
            if verdict is not None and not pages_right:
                pages_right, cited = verdict, pages
                right = right or quoted or ""
        if pages_right is False:
            return Attribution("page", text, printed.note, None, cited, right)
        best = register.best(what)
        known = bool(best & documents) or pages_right
        return Attribution("right" if known else "unknown", text, printed.note, None, cited, right)

    def _all_documents(self, match: Match) -> set[int]:
        stand = match.stands[0]
        places = self._corpus.run(self._corpus.words[stand.at : stand.to])
        return {self._corpus.document(self._corpus.stream(int(place))) for place in places[:2000]}

    def _pages_of(self, document: Document, stand: Stand) -> str | None:
        from qa.reading.pages import pages_of

        return pages_of(document, stand.start, stand.end)

    def _all_pages(self, document: Document) -> frozenset[str]:
        """The printed pages of a document and those around it in its file, of which a number may be one."""
        if document.name not in self._pages:
            labels = [mark.label for mark in document.marks if mark.kind == "page"]
            found = set(labels)
            whole = [int(label) for label in labels if label.isdecimal()]
            if whole:
                found |= {str(page) for page in range(max(1, min(whole) - 1000), max(whole) + 1000)}
            self._pages[document.name] = frozenset(found)
        return self._pages[document.name]

    # ── shown ──────────────────────────────────────────────────────────────────────────────────────

    def _quotes(self, stands: Sequence[Stand], others: Sequence[Stand] = ()) -> tuple[Quote, ...]:
        made = []
        for number, stand in enumerate(stands, start=1):
            document = self._corpus.worded(stand.stream).document
            also = tuple(
                (self._corpus.worded(other.stream).document.name, other.start, other.end)
                for other in (others if number == 1 else ())
            )
            selection = Selection(
                document.name, stand.start, _with_stop(document.text, stand.end),
                _voice(document, stand.start), 0.0, 0, np.zeros(0, np.float32), None, also,
            )  # fmt: skip
            made.append(
                as_quote(
                    number,
                    selection,
                    self._library.source_of(document.name),
                    document=self._library.document,
                    style=self._style,
                )
            )
        return tuple(made)


def _parts(printed: Printed, said: Named) -> list[Named]:
    """A citation as a whole, then each of those that one note holds."""
    parts = _NEXT_CITATION.split(printed.text)
    more = [named(part) for part in parts] if len(parts) > 1 else []
    return [said, *(part for part in more if not part.nothing)]


def _with_stop(text: str, end: int) -> int:
    """With the stop that ends the sentence, so that what is shown is whole."""
    found = _STOP.match(text, end)
    return found.end() if found else end


def _voice(document: Document, offset: int) -> Voice:
    kinds_here: tuple[Voice, ...] = ("note", "heading", "front")
    for mark in document.marks:
        if mark.kind in kinds_here and mark.start <= offset < mark.end:
            return mark.kind
    return "text"


def _reads_as_title(text: str, quotation: Quotation) -> bool:
    """Whether what is nowhere found stands in a citation, as the title of another work does."""
    if quotation.kind != "marks":
        return False
    inside = quotation.text.rstrip().endswith(",") or text[quotation.end + 1 : quotation.end + 2] == ","
    behind = text[quotation.end + 1 : quotation.end + 60]
    if quotation.note:
        return inside or bool(re.match(r"\W*(?:in\b|в\b|//|\(|\d)", behind))
    return inside and bool(re.match(r"[\s,]*(?:in [A-Z]|vol\.|no\.|\d|ed\.)", behind))


def _unclosed(draft: Draft, found: Found) -> list[tuple[int, str]]:
    if draft.counts_lines:
        starts = [0, *(match.end() for match in re.finditer("\n", draft.text))]
    else:
        starts = [start for start, _ in draft.paragraphs()]
    told = []
    for offset in found.unclosed:
        where = bisect.bisect_right(starts, offset)
        told.append((where, " ".join(draft.text[offset : offset + 60].split())))
    return told
