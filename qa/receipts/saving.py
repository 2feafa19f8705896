"""Answers as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from qa.errors import UsageError
from qa.types import Answer, Box, Phrase, Place, Quote, QuotedNote, Searched


def quote_to_dict(quote: Quote) -> dict[str, Any]:
    """One quote as `qa ask --json` gives it; offsets are into the text of its document."""
    return {
        "number": quote.number,
        "text": quote.text,
        "clean": quote.clean,
        "document": quote.document,
        "document_id": quote.document_id,
        "start": quote.start,
        "end": quote.end,
        "voice": quote.voice,
        "pages": quote.pages,
        "section": quote.section,
        "phrase": asdict(quote.phrase) if quote.phrase else None,
        "score": quote.score,
        "notes": [asdict(note) for note in quote.notes],
        "citation": quote.citation,
        "csl": dict(quote.csl),
        "url": quote.url,
        "source_file": quote.source_file,
        "source_sha256": quote.source_sha256,
        "reader": quote.reader,
        "also_at": [asdict(place) for place in quote.also_at],
        "note_kind": quote.note_kind,
        "boxes": [asdict(box) for box in quote.boxes],
        "recognised": quote.recognised,
    }


def answer_to_dict(answer: Answer, *, paths: Mapping[str, str] | None = None) -> dict[str, Any]:
    """An answer as `qa ask --json` gives it: dicts, lists, texts, numbers, in the contract's words.
    ``paths`` gives source files' names their paths; with it each quote carries ``source_path``, by which
    ``verify`` finds the file even when no library holds it any more."""

    def told(quote: Quote) -> dict[str, Any]:
        path = (paths or {}).get(quote.source_file)
        return {**quote_to_dict(quote), **({"source_path": path} if path else {})}

    return {
        "question": answer.question,
        "after": list(answer.after),
        "answered": answer.answered,
        "confidence": answer.confidence,
        "quotes": [told(quote) for quote in answer.quotes],
        "nearest": [told(quote) for quote in answer.nearest],
        "searched": asdict(answer.searched),
        "seconds": answer.seconds,
        "timing": dict(answer.timing),
        "unresolved": answer.unresolved,
    }


def answer_from_dict(saved: Mapping[str, Any]) -> Answer:
    """The answer that ``answer_to_dict`` wrote, without the ranking behind it. Raises UsageError where
    ``saved`` is none."""
    try:
        return Answer(
            question=saved["question"],
            after=tuple(saved["after"]),
            answered=saved["answered"],
            confidence=saved["confidence"],
            quotes=tuple(_quote(quote) for quote in saved["quotes"]),
            nearest=tuple(_quote(quote) for quote in saved["nearest"]),
            searched=Searched(**saved["searched"]),
            seconds=saved["seconds"],
            timing=dict(saved.get("timing", {})),
            unresolved=str(saved.get("unresolved", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"This is not an answer that `qa ask --json` wrote: {error!r} is amiss.") from error


_KNOWN = frozenset(field.name for field in fields(Quote))


def _quote(saved: Mapping[str, Any]) -> Quote:
    """Of receipts from other versions: what they lack is empty, what they have beside is left."""
    phrase = saved["phrase"]
    return Quote(
        **{
            **{name: value for name, value in saved.items() if name in _KNOWN},
            "phrase": Phrase(**phrase) if phrase else None,
            "notes": tuple(QuotedNote(**note) for note in saved["notes"]),
            "also_at": tuple(Place(**place) for place in saved.get("also_at", ())),
            "boxes": tuple(Box(**box) for box in saved.get("boxes", ())),
        }
    )
