"""What changed since an earlier run: as plain data, and on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qa.evaluation.compare import Comparison, Difference

if TYPE_CHECKING:
    from rich.console import Console


def comparison_to_json(comparisons: Sequence[Comparison]) -> list[dict[str, Any]]:
    """The comparisons as plain data."""
    return [
        {
            "set": comparison.name,
            "common": comparison.common,
            "changed": list(comparison.changed),
            "differences": _plain(comparison.differences),
            "slices": {
                by: {label: _plain(differences) for label, differences in labels.items()}
                for by, labels in comparison.slices.items()
            },
        }
        for comparison in comparisons
    ]


def _plain(differences: Sequence[Difference]) -> dict[str, dict[str, Any]]:
    return {
        d.measure: {
            "before": d.before,
            "now": d.now,
            "change": d.change,
            "low": d.low,
            "high": d.high,
            "p": d.p,
            "better": list(d.better),
            "worse": list(d.worse),
        }
        for d in differences
    }


def print_comparison(console: Console, comparisons: Sequence[Comparison]) -> None:
    """A table a set: before, now, change with its interval and p; the questions that turned; the slices in
    which a change is clear."""
    from rich.markup import escape
    from rich.table import Table

    def say(line: str) -> None:
        console.print(line, markup=False, highlight=False)

    for comparison in comparisons:
        over = "" if comparison.common is None else f", over {comparison.common} common questions"
        table = Table(title=f"{escape(comparison.name)} against the baseline{over}", title_justify="left")
        for heading in ("measure", "before", "now", "change", "95 % interval", "p", ""):
            table.add_column(heading, justify="left" if heading in ("measure", "") else "right")
        for d in comparison.differences:
            chance = "" if d.p is None else f"{d.p:.3f}"
            figures = (f"{d.before:.3f}", f"{d.now:.3f}", f"{d.change:+.3f}", _bounds(d), chance)
            table.add_row(d.measure, *figures, d.verdict)
        console.print(table)
        if comparison.changed:
            say(f"Between the two runs changed: {', '.join(comparison.changed)}.")
        for d in comparison.differences:
            for word, ids in (("better", d.better), ("worse", d.worse)):
                if ids:
                    say(f"{d.measure} turned {word}: {' '.join(ids)}")
        for by, labels in comparison.slices.items():
            for label, differences in labels.items():
                for d in differences:
                    if d.clear:
                        change = f"{d.before:.3f} → {d.now:.3f} ({_bounds(d)})"
                        say(f"{by} {label}: {d.measure} {d.verdict}, {change}")


def _bounds(d: Difference) -> str:
    return "" if d.low is None or d.high is None else f"{d.low:+.3f} … {d.high:+.3f}"
