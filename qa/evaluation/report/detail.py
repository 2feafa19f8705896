"""Each question as the HTML report's script wants it: what was expected and what came, in context."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qa.evaluation.contexts import AROUND
from qa.evaluation.measures import JUDGED, Context, Estimate, Outcome, ShownQuote, Values, is_hit
from qa.evaluation.report.verdicts import verdict
from qa.evaluation.report.wording import faults
from qa.evaluation.results import Result

if TYPE_CHECKING:
    from qa.evaluation.compare import Comparison

RANKED = 10
"""How many documents of a ranking are shown."""
BESIDE = 120
"""Characters around a further quote that does not show the evidence: enough to see why it came."""


def detail(result: Result, comparison: Comparison | None = None) -> dict[str, Any]:
    """The set as plain data: ``questions``, ``slices``, and ``documents``, title and date by name, which
    would otherwise be repeated with every quote."""
    documents: dict[str, tuple[str, str]] = {}
    for outcome in result.outcomes:
        for context in outcome.contexts:
            if context.title or context.date:
                documents[context.document] = (context.title, context.date or "")
    turned = _turned(comparison)
    rows = zip(result.outcomes, result.values, strict=True)
    return {
        "set": result.name,
        "documents": documents,
        "slices": {
            by: {
                label: {"questions": result.labels[by].count(label), "measures": _slice(measured)}
                for label, measured in labels.items()
            }
            for by, labels in result.slices.items()
        },
        "questions": [
            _question(outcome, values, {by: column[i] for by, column in result.labels.items()}, turned)
            for i, (outcome, values) in enumerate(rows)
        ],
    }


def in_script(data: object) -> str:
    """Data as JSON that can stand in a script element: nothing in it can end the element or begin a comment,
    and no letter in it ends a line of the script."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _slice(measured: Mapping[str, Estimate]) -> dict[str, Any]:
    return {
        name: [estimate.value, estimate.low, estimate.high, estimate.questions]
        for name, estimate in measured.items()
        if estimate.value is not None
    }


def _turned(comparison: Comparison | None) -> dict[str, list[str]]:
    """What turned for each question since the earlier run, in words."""
    found: dict[str, list[str]] = {}
    for difference in comparison.differences if comparison else ():
        for word, ids in (("better", difference.better), ("worse", difference.worse)):
            for each in ids:
                found.setdefault(each, []).append(f"{difference.measure} {word}")
    return found


def _question(
    outcome: Outcome, values: Values, labels: Mapping[str, str], turned: Mapping[str, list[str]]
) -> dict[str, Any]:
    question = outcome.question
    places = {(context.of, context.number): context for context in outcome.contexts}
    wanted = {item.document for item in question.evidence}
    quotes = outcome.quotes[:JUDGED]
    hits = [is_hit(quote, question) if question.has_quotes else None for quote in quotes]
    return {
        "id": question.id,
        "question": question.question,
        "after": list(question.after),
        "labels": {by: label for by, label in labels.items() if label},
        "verdict": verdict(values),
        "faults": faults(values),
        "turned": turned.get(question.id, []),
        "answerable": question.answerable,
        "answered": outcome.answered,
        "confidence": outcome.confidence,
        "right": values.get("first_hit"),
        "seconds": outcome.seconds,
        "error": outcome.error,
        "answers": list(question.answers),
        "pages": question.pages,
        "evidence": [
            {"document": item.document, "words": _evidence(item.quote, places.get(("evidence", i)))}
            for i, item in enumerate(question.evidence)
        ],
        "quotes": [
            {
                "document": quote.document,
                "pages": quote.pages,
                "hit": hit,
                "exact": quote.exact,
                "words": _quote(quote, places.get(("quote", i)), AROUND if i == 0 or hit else BESIDE),
            }
            for i, (quote, hit) in enumerate(zip(quotes, hits, strict=True))
        ],
        "ranking": [[name, score, name in wanted] for name, score in outcome.ranking[:RANKED]],
        "rank": next((i for i, (name, _) in enumerate(outcome.ranking, 1) if name in wanted), None),
        "values": {
            name: values[name]
            for name in ("RR@10", "nDCG@10", "answer_em", "answer_f1")
            if values.get(name) is not None
        },
    }


def _evidence(quote: str | None, place: Context | None) -> list[str] | None:
    """[before, the words, after]; None where only the document is known."""
    if quote is None:
        return None
    if place is None or place.start is None:
        return ["", quote, ""]
    before, after = _around(place, AROUND)
    return [before, place.text, after]


def _quote(quote: ShownQuote, place: Context | None, most: int) -> list[str]:
    """[before, the quote to its phrase, the phrase, the rest of the quote, after]. Strings and not offsets,
    for the script counts in UTF-16."""
    before, after = _around(place, most) if place is not None else ("", "")
    if quote.phrase and quote.phrase_start is not None:
        at = quote.phrase_start - quote.start
        end = at + len(quote.phrase)
        if at >= 0 and quote.text[at:end] == quote.phrase:
            return [before, quote.text[:at], quote.phrase, quote.text[end:], after]
    return [before, quote.text, "", "", after]


def _around(place: Context, most: int) -> tuple[str, str]:
    """Up to ``most`` characters before and after a place, with dots where the document goes on."""
    before, after = place.before[-most:], place.after[:most]
    starts = (place.start or 0) <= len(before)
    ends = len(place.after) < min(most, AROUND)
    return before if starts else f"…{before}", after if ends else f"{after}…"
