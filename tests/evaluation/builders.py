"""Short ways to write questions and what came of them."""

from __future__ import annotations

from qa.evaluation.measures import Outcome, ShownQuote
from qa.evaluation.sets import Evidence, Question


def shown(document: str, text: str, *, pages: str | None = None, phrase: str | None = None) -> ShownQuote:
    return ShownQuote(document, 0, len(text), text, text, pages, phrase, exact=True)


def asked(
    number: int,
    evidence: dict[str, str | None] | None = None,
    *,
    quotes: tuple[ShownQuote, ...] = (),
    ranking: str = "",
    answered: bool = True,
    confidence: float = 0.5,
    answer: str = "",
    pages: str | None = None,
    kind: str = "",
    seconds: float = 0.1,
) -> Outcome:
    """``evidence`` is document → quote; ``ranking`` the documents' names, best first."""
    return Outcome(
        Question(
            id=f"q{number}",
            question=f"Question {number}?",
            kind=kind or ("fact" if evidence else "none"),
            evidence=tuple(Evidence(document, quote) for document, quote in (evidence or {}).items()),
            answers=(answer,) if answer else (),
            pages=pages,
        ),
        answered=answered,
        confidence=confidence,
        quotes=quotes,
        ranking=tuple((name, 1.0) for name in ranking.split()),
        seconds=seconds,
    )
