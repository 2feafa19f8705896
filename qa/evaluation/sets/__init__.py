"""Evaluation sets: questions with the evidence that a good answer shows, in every form that they come in.

form                       read by       brings its documents
JSON lines                 jsonlines.py  no
CSV, TSV                   tables.py     no
TREC topics with qrels     trec.py       no
SQuAD 1.1, 2.0             squad.py      yes, its paragraphs
BEIR folder                beir.py       yes, where it has a corpus.jsonl
"""

from __future__ import annotations

from qa.evaluation.sets.finding import find_set, load, shipped
from qa.evaluation.sets.jsonlines import parse
from qa.evaluation.sets.question import Corpus, CorpusText, EvaluationSet, Evidence, Question

__all__ = [
    "Corpus",
    "CorpusText",
    "EvaluationSet",
    "Evidence",
    "Question",
    "find_set",
    "load",
    "parse",
    "shipped",
]
