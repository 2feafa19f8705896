"""Receipts: answers as JSON (saving), the check of saved JSON against the sources as they are now (checking),
and a kept answer made anew from the library as it is (renewing)."""

from qa.receipts.checking import Check, NoteCheck, verify
from qa.receipts.renewing import Renewed, renew
from qa.receipts.saving import answer_from_dict, answer_to_dict, quote_to_dict

__all__ = [
    "Check",
    "NoteCheck",
    "Renewed",
    "answer_from_dict",
    "answer_to_dict",
    "quote_to_dict",
    "renew",
    "verify",
]
