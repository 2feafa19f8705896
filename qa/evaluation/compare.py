"""Compares results with those of an earlier run, question by question where both have them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.errors import UsageError
from qa.evaluation.measures import LOWER_IS_BETTER, MEASURES, Values, columns, estimates, interval, resample
from qa.evaluation.runner import Result

if TYPE_CHECKING:
    from rich.console import Console

TURNED = ("Success@1", "quote_hit@1", "quote_hit@3", "answered_wrongly", "refused_wrongly", "pages")
"""The measures that are right or wrong for one question, so that it can turn."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How a measure changed. ``low`` and ``high`` bound the change with a 95 % paired bootstrap over the
    common questions, None where the earlier run has no per-question values. ``better`` are the ids of the
    questions that turned right, ``worse`` of those that turned wrong."""

    measure: str
    before: float
    now: float
    low: float | None
    high: float | None
    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()

    @property
    def change(self) -> float:
        """now - before."""
        return self.now - self.before

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One set now and then. ``common`` is how many questions both runs have, None where the earlier one is
    a summary; ``differences`` are over these alone."""

    name: str
    common: int | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """An earlier run: per-question values by set and id where they were kept, else measures by set."""

    path: Path
    questions: Mapping[str, Mapping[str, Values]]
    summary: Mapping[str, Mapping[str, Any]]


def baseline(path: str | Path) -> Baseline:
    """Reads an earlier run: a report folder, its questions.jsonl or summary.json, or the saved output of
    `qa evaluate --json`. A summary beside a questions.jsonl is read through the latter. Raises UsageError
    where it is none of these; better learnt before an hour's run than after it."""
    questions, summary = _read(Path(path))
    return Baseline(Path(path), questions, summary)


def compare(results: Sequence[Result], earlier: str | Path | Baseline) -> list[Comparison]:
    """What changed since an earlier run, for each set that both have. A baseline without per-question
    values gives changes without intervals or turned questions. Raises UsageError where it cannot be read
    or shares no set with the results."""
    if not isinstance(earlier, Baseline):
        earlier = baseline(earlier)
    compared = []
    for result in results:
        if result.name in earlier.questions:
            compared.append(_paired(result, earlier.questions[result.name]))
        elif result.name in earlier.summary:
            compared.append(_unpaired(result, earlier.summary[result.name]))
    if not compared:
        has = ", ".join(sorted({*earlier.questions, *earlier.summary})) or "no set"
        raise UsageError(f"{earlier.path}: has {has}; nothing to compare with this run.")
    return compared


def comparison_to_json(comparisons: Sequence[Comparison]) -> list[dict[str, Any]]:
    """The comparisons as plain data."""
    return [
        {
            "set": comparison.name,
            "common": comparison.common,
            "differences": {
                d.measure: {
                    "before": d.before,
                    "now": d.now,
                    "change": d.change,
                    "low": d.low,
                    "high": d.high,
                    "better": list(d.better),
                    "worse": list(d.worse),
                }
                for d in comparison.differences
            },
        }
        for comparison in comparisons
    ]


def print_comparison(console: Console, comparisons: Sequence[Comparison]) -> None:
    """A table a set: before, now, change with its interval; then the questions that turned."""
    from rich.markup import escape
    from rich.table import Table

    for comparison in comparisons:
        over = "" if comparison.common is None else f", over {comparison.common} common questions"
        table = Table(title=f"{escape(comparison.name)} against the baseline{over}", title_justify="left")
        for heading in ("measure", "before", "now", "change", "95 % interval", ""):
            table.add_column(heading, justify="left" if heading in ("measure", "") else "right")
        for d in comparison.differences:
            bounds = "" if d.low is None or d.high is None else f"{d.low:+.3f} … {d.high:+.3f}"
            good = (d.change < 0) == (d.measure in LOWER_IS_BETTER)
            verdict = ("better" if good else "worse") if d.clear else ""
            table.add_row(d.measure, f"{d.before:.3f}", f"{d.now:.3f}", f"{d.change:+.3f}", bounds, verdict)
        console.print(table)
        for d in comparison.differences:
            for word, ids in (("better", d.better), ("worse", d.worse)):
                if ids:
                    line = f"{d.measure} turned {word}: {' '.join(ids)}"
                    console.print(line, markup=False, highlight=False)


def _paired(result: Result, earlier: Mapping[str, Values]) -> Comparison:
    mine = {o.question.id: row for o, row in zip(result.outcomes, result.values, strict=True)}
    ids = [name for name in mine if name in earlier]
    if not ids:
        return Comparison(result.name, 0, ())
    old, new = columns([earlier[name] for name in ids]), columns([mine[name] for name in ids])
    once, counts = np.ones((1, len(ids))), resample(len(ids))
    before, now = estimates(old, once), estimates(new, once)
    spread_old, spread_new = estimates(old, counts), estimates(new, counts)
    differences = []
    for measure in MEASURES:
        if np.isnan(before[measure][0]) or np.isnan(now[measure][0]):
            continue
        low, high = interval(spread_new[measure] - spread_old[measure])
        turned = [(name, _step(measure, earlier[name], mine[name])) for name in ids]
        differences.append(
            Difference(
                measure,
                float(before[measure][0]),
                float(now[measure][0]),
                low,
                high,
                tuple(name for name, step in turned if step > 0),
                tuple(name for name, step in turned if step < 0),
            )
        )
    return Comparison(result.name, len(ids), tuple(differences))


def _step(measure: str, before: Values, now: Values) -> float:
    """> 0 where a question turned right, < 0 where it turned wrong, else 0."""
    old, new = before.get(measure), now.get(measure)
    if measure not in TURNED or old is None or new is None:
        return 0.0
    return old - new if measure in LOWER_IS_BETTER else new - old


def _unpaired(result: Result, earlier: Mapping[str, Any]) -> Comparison:
    differences = [
        Difference(name, float(old), estimate.value, None, None)
        for name, estimate in result.measures.items()
        if estimate.value is not None and (old := (earlier.get(name) or {}).get("value")) is not None
    ]
    return Comparison(result.name, None, tuple(differences))


def _read(path: Path) -> tuple[dict[str, dict[str, Values]], dict[str, Any]]:
    """Per-question values by set and id, or else measures by set."""
    if path.is_dir():
        path = path / "questions.jsonl"
    elif path.name == "summary.json" and path.with_name("questions.jsonl").is_file():
        path = path.with_name("questions.jsonl")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise UsageError(f"{path}: the baseline cannot be read ({reason}).") from error
    try:
        if text.lstrip().startswith("["):
            return {}, {row["set"]: row["measures"] for row in json.loads(text)}
        questions: dict[str, dict[str, Values]] = {}
        for line in text.split("\n"):
            if line.strip():
                row = json.loads(line)
                questions.setdefault(row["set"], {})[row["id"]] = row["values"]
        return questions, {}
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path}: not an earlier run. Give a folder written by `qa evaluate --report`, or its files."
        ) from error
