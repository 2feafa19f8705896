"""Receipts: answers as JSON (saving), and the check of saved JSON against the sources as they are now
(checking)."""

from qa.receipts.checking import Check, NoteCheck, verify
from qa.receipts.saving import answer_from_dict, answer_to_dict, quote_to_dict

__all__ = ["Check", "NoteCheck", "answer_from_dict", "answer_to_dict", "quote_to_dict", "verify"]
