"""A whole draft checked against a library, whose words are read once."""

from __future__ import annotations

import bisect
import re
import threading
import time
import weakref
from collections.abc import Callable

from qa.draft.attributing import Earlier
from qa.draft.corpus import Corpus
from qa.draft.judging import Judge
from qa.draft.manuscript import Draft
from qa.draft.quotation import Found, Quotation
from qa.draft.quotations import find
from qa.draft.verdicts import Check, Checked
from qa.errors import UsageError
from qa.library.protocol import Library

STYLE = "chicago-notes-bibliography"
MOST = 20_000
"""Quotations of a draft at the most: the longest of books have fewer, and each takes some milliseconds."""


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
        judge = Judge(self.library, corpus, draft, style)
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
            if judge.is_title(quotation):
                titles.append(quotation)
                continue
            check = judge.check(quotation, printed)
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
