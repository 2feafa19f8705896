"""Results as plain data: what `--json` prints, and a row for each question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from qa.evaluation.curves import TARGET, calibration_by_chance, keeping, reliability, risk_coverage, thinned
from qa.evaluation.measures import Estimate, Outcome, Values
from qa.evaluation.results import Result

STEPS = 100
"""How many steps of the risk–coverage curve are written at most."""


def results_to_json(results: Sequence[Result], *, target: float = TARGET) -> list[dict[str, Any]]:
    """The results as plain data: for each set ``set``, ``questions``, ``answerable``, ``measures`` (each
    ``value``, ``low``, ``high``, all null where it does not apply, and ``questions``, how many it rests on),
    ``slices``, ``seconds``, ``warnings``; ``threshold`` (curves.Kept for ``target``, null where no question
    is unanswerable), ``risk_coverage`` (curves.Step), ``reliability`` (curves.Bin) and
    ``calibration_by_chance`` (curves.Chance, null where nothing can be judged)."""
    return [
        {
            "set": result.name,
            "questions": result.questions,
            "answerable": result.answerable,
            "measures": _measures(result.measures),
            "slices": {
                by: {label: _measures(slice_) for label, slice_ in labels.items()}
                for by, labels in result.slices.items()
            },
            "seconds": dict(result.seconds),
            "threshold": asdict(kept) if (kept := keeping(result.values, target)) else None,
            "risk_coverage": [asdict(step) for step in thinned(risk_coverage(result.values), STEPS)],
            "reliability": [asdict(bin_) for bin_ in reliability(result.values)],
            "calibration_by_chance": asdict(chance)
            if (chance := calibration_by_chance(result.values))
            else None,
            "warnings": list(result.warnings),
        }
        for result in results
    ]


def rows(results: Sequence[Result]) -> list[dict[str, Any]]:
    """A row for each question: what was asked, what was expected, what came, and its values."""
    return [
        _row(result.name, outcome, values)
        for result in results
        for outcome, values in zip(result.outcomes, result.values, strict=True)
    ]


def _row(name: str, outcome: Outcome, values: Values) -> dict[str, Any]:
    question = outcome.question
    return {
        "set": name,
        "id": question.id,
        "question": question.question,
        "after": list(question.after),
        "kind": question.kind,
        "style": question.style,
        "columns": dict(question.columns),
        "expected": {
            "evidence": [{"document": e.document, "quote": e.quote} for e in question.evidence],
            "answers": list(question.answers),
            "pages": question.pages,
        },
        "got": {
            "answered": outcome.answered,
            "confidence": outcome.confidence,
            "quotes": [
                {
                    "document": quote.document,
                    "start": quote.start,
                    "end": quote.end,
                    "text": quote.text,
                    "pages": quote.pages,
                    "phrase": quote.phrase,
                    "phrase_start": quote.phrase_start,
                    "exact": quote.exact,
                }
                for quote in outcome.quotes
            ],
            "documents": [document for document, _ in outcome.ranking[:10]],
            "error": outcome.error,
        },
        "values": dict(values),
    }


def _measures(measured: Mapping[str, Estimate]) -> dict[str, dict[str, float | int | None]]:
    return {
        name: {"value": e.value, "low": e.low, "high": e.high, "questions": e.questions}
        for name, e in measured.items()
    }
