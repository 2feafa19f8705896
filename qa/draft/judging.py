"""One quotation judged: where its words stand, whether to the letter, and whether its citation says so."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from qa.draft import attributing, matching
from qa.draft.attributing import Attribution, Earlier
from qa.draft.citations import Named, named
from qa.draft.comparing import kinds
from qa.draft.corpus import Corpus
from qa.draft.manuscript import Draft
from qa.draft.matching import Match
from qa.draft.quotation import Printed, Quotation
from qa.draft.quotations import words_of_block
from qa.draft.stands import Stand
from qa.draft.units import Unit, has_signs, literal, marked
from qa.draft.verdicts import Check, Verdict
from qa.library.protocol import Library
from qa.presenting import as_quote
from qa.quoting import Selection
from qa.types import Document, Quote, Voice

FEWEST = 3
"""Words from which a quotation can be judged; a shorter one only where its words stand in one place."""
_NEXT_CITATION = re.compile(r";\s|\bsee also\b|\bcf\. also\b|\bсм\. также\b", re.IGNORECASE)
_STOP = re.compile(r"[.!?…]+[”’»\"')\]]*")
_NEAR = 0.3
"""Share of a quotation's words that must stand together for a place to be shown as the nearest."""


class Judge:
    """Checks the quotations of one draft against one generation of a library."""

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
        """What became of a quotation; ``printed`` are all citations of the draft, in their order."""
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
