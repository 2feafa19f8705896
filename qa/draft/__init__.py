"""A draft's quotations against the library: each found word by word, compared to the letter, its citation
checked.

manuscript.py   a file → its text, block quotations, what of it is no word
quotations.py   where it quotes, and the citation printed with each quotation
citations.py    what a printed citation names: documents, numbers, dates, pages
wording.py      texts as rows of words and marks
corpus.py       every word of the library in its order, and where a row of words stands
comparing.py    a quotation beside its source: what differs, and what scholars may change
matching.py     the place or places that a quotation comes from
attributing.py  whether the citation names the place where the words stand
checking.py     the verdicts
report.py       what came of it, as JSON and as Markdown
"""

from qa.draft.checking import VERDICTS, Check, Checked, Checker, Verdict, checker_for
from qa.draft.comparing import Change
from qa.draft.manuscript import Draft, read_draft
from qa.draft.quotations import Quotation
from qa.draft.report import as_dict, as_markdown

__all__ = [
    "VERDICTS", "Change", "Check", "Checked", "Checker", "Draft", "Quotation", "Verdict", "as_dict",
    "as_markdown", "checker_for", "read_draft",
]  # fmt: skip
