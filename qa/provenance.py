"""Whether a question asks who made a document, for whom, when and where: what its heading, its front matter
and its citation say, not its own sentences. Pure."""

from __future__ import annotations

import re

_PAPER = (
    r"(?:aide[- ]m[ée]moire|airgram|article|book|bulletin|cable|cablegram|chapter|circular|communication|"
    r"despatch|dispatch|dissertation|document|essay|instruction|interview|journal|letter|memo|memoir|memoirs|"
    r"memorandum|message|minute|minutes|note|paper|piece|record|report|review|speech|statement|study|telegram|"
    r"text|thesis|wire)s?"
)
_MADE = (
    r"(?:wr(?:ote|itten)|penned|author(?:ed)?|co-?authored|sen[td]|signed|draft(?:ed)?|compiled|prepared|published|"
    r"edited|address(?:ed)?|dispatched|despatched|transmitted|dated)"
)
_OF_PAPER = (
    rf"(?:(?:the|this|that|these|those|an?|which|what)\b(?:\s+(?!of\b)[\w’'.-]+){{0,3}}?\s+{_PAPER})\b"
)

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # "Who wrote the article …", "By whom was the letter signed?", "To whom was this telegram sent?"
        rf"^\W*(?:(?:by|to|for|from)\s+)?who(?:m|se)?\b(?:\s+\w+){{0,2}}?\s+{_MADE}\s+(?:by\s+)?{_OF_PAPER}",
        rf"^\W*(?:by|to|for|from)\s+whom\s+(?:was|were|is|are)\s+{_OF_PAPER}[^?]*\b{_MADE}\b",
        rf"^\W*who\s+(?:was|were|is|are)\s+{_OF_PAPER}\s+(?:[\w’']+\s+)*?{_MADE}\s+(?:by|to|for)\W*$",
        # "Who is the author of …", "Who are the article's authors?"
        r"^\W*(?:who|what)\s+(?:is|are|was|were)\s+(?:the\s+)?(?:[\w’']+\s+){0,2}(?:authors?|senders?|"
        r"recipients?|addressees?|signator(?:y|ies)|writers?|editors?)\b",
        # "When was the telegram sent?", "Where was the article published?", "What is the date of the letter?"
        rf"^\W*(?:when|where|in\s+(?:what|which)\s+(?:year|month|journal|review|book))\s+(?:was|were)\s+{_OF_PAPER}"
        rf"[^?]*\b{_MADE}\b",
        rf"^\W*what\s+(?:is|was)\s+the\s+(?:date|title|number|subject)\s+of\s+{_OF_PAPER}",
    )
)


def asks_provenance(question: str) -> bool:
    """Whether ``question`` is about the making of a paper itself ("Who wrote the article on …?", "To whom was
    the telegram sent?")."""
    return any(pattern.search(question) for pattern in _PATTERNS)


_PARTIES = re.compile(r"\b(?:to|from|by)\b", re.IGNORECASE)


def tells_provenance(text: str, voice: str) -> bool:
    """Whether a line of this voice may say who made its paper, for whom, when or where: front matter (its
    authors, how to cite it, number and date), and a heading that names parties; no bare title."""
    return voice == "front" or (voice == "heading" and bool(_PARTIES.search(text)))
