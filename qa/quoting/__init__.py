"""Scored passages to quotes: which sentences answer, how far the quote reaches, the answer phrase in it.

Every sentence of the best passages is scored by a linear rule over what retrieval, the evidence model and
the words themselves say of it; a quote is the best sentence and those of its neighbours that are evidence
too, within one passage, so from one place of one document and in one voice.
"""

from __future__ import annotations

from qa.quoting.reads import Candidate, Read, Selection, prepare
from qa.quoting.selecting import MOST_SENTENCES, alike, select
from qa.quoting.table import FEATURES, NO_EVIDENCE, best_of_passages, compare, features

__all__ = [
    "FEATURES",
    "MOST_SENTENCES",
    "NO_EVIDENCE",
    "Candidate",
    "Read",
    "Selection",
    "alike",
    "best_of_passages",
    "compare",
    "features",
    "prepare",
    "select",
]
