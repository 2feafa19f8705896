"""The measures in plain words, grouped as a person asks after them."""

from __future__ import annotations

GROUPS = {
    "The right document": ("Success@1", "Success@10", "RR@10", "nDCG@10"),
    "The right words": (
        "quote_hit@1", "quote_hit@3", "quote_f1", "answer_em", "answer_f1", "pages", "verbatim",
    ),
    "Knowing when not to answer": (
        "answered_wrongly", "refused_wrongly", "abstain_auroc", "abstain_f1", "ece", "aurc",
    ),
}  # fmt: skip
"""Every measure once, under the question that it answers."""

PLAIN = {
    "Success@1": "the right document comes first",
    "Success@10": "it is among the first ten",
    "RR@10": "one over its rank, 0 after the tenth",
    "nDCG@10": "how high all right documents stand",
    "quote_hit@1": "the first quote shows the evidence",
    "quote_hit@3": "one of the first three does",
    "quote_f1": "words that quotes and evidence share",
    "answer_em": "the answer phrase is the expected one",
    "answer_f1": "words that both phrases share",
    "pages": "the quote's printed pages are right",
    "verbatim": "quotes that stand in the file to the letter",
    "answered_wrongly": "answered though there is no answer",
    "refused_wrongly": "not answered though there is one",
    "abstain_auroc": "confidence tells the two apart",
    "abstain_f1": "“not answered” as a judgement",
    "ece": "how far confidence is from the truth",
    "aurc": "mean risk over all coverages",
}
"""What each measure says, short enough to stand beside its name."""
