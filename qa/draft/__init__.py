"""A draft's quotations against the library: each found word by word, compared to the letter, its citation
checked.

manuscript.py   a file → its text, block quotations, what of it is no word
quotations.py   where it quotes: between quotation marks (quotation_marks.py) and in blocks
printed.py      the citation printed with each quotation (quotation.py)
citations.py    what a printed citation names: documents, numbers, dates, pages
wording.py      texts as rows of words and marks
corpus.py       every word of the library in its order, and where a row of words stands
alignment.py    where a row of words nearly stands
units.py        a quotation as words and marks
comparing.py    a quotation beside its source: what differs, and what scholars may change
matching.py     the place (stands.py) that a quotation comes from, or the places of its parts (parts.py)
attributing.py  whether the citation names the place where the words stand
verdicts.py     what may become of a quotation
judging.py      one quotation judged
checking.py     a whole draft
report.py       what came of it, as JSON and as Markdown
"""

from qa.draft.checking import Checker, checker_for
from qa.draft.comparing import Change
from qa.draft.manuscript import Draft, read_draft
from qa.draft.quotation import Quotation
from qa.draft.report import as_dict, as_markdown
from qa.draft.verdicts import VERDICTS, Check, Checked, Verdict

__all__ = [
    "VERDICTS", "Change", "Check", "Checked", "Checker", "Draft", "Quotation", "Verdict", "as_dict",
    "as_markdown", "checker_for", "read_draft",
]  # fmt: skip
