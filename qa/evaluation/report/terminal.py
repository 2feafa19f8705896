"""Results as tables on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.evaluation.curves import TARGET, keeping
from qa.evaluation.measures import MEASURES
from qa.evaluation.report.wording import cell, figure, threshold
from qa.evaluation.results import Result

if TYPE_CHECKING:
    from rich.console import Console

SLICE_MEASURES = ("Success@1", "Success@10", "quote_hit@1", "quote_hit@3", "answer_f1", "answered_wrongly")


def print_results(console: Console, results: Sequence[Result], *, target: float = TARGET) -> None:
    """A table of every measure by set, the threshold that would keep ``answered_wrongly`` at ``target``, and
    a table of the slices. The warnings are left to the caller, who may want them on standard error."""
    from rich.markup import escape
    from rich.table import Table

    table = Table("measure", title="Measures, with 95 % bootstrap intervals", title_justify="left")
    for result in results:
        table.add_column(escape(result.name), justify="right")
    table.add_row("questions (answerable)", *(f"{r.questions} ({r.answerable})" for r in results))
    for name in MEASURES:
        if any(result.measures[name].value is not None for result in results):
            table.add_row(name, *(cell(result.measures[name]) for result in results))
    table.add_row("seconds p50 / p95", *(f"{r.seconds['p50']:.2f} / {r.seconds['p95']:.2f}" for r in results))
    console.print(table)
    for result in results:
        if kept := keeping(result.values, target):
            said = f"{result.name}: {threshold(kept, result.measures)}"
            console.print(said, markup=False, highlight=False)
    for result in results:
        slices = Table(title=f"Slices of {escape(result.name)}", title_justify="left")
        slices.add_column("slice", overflow="fold")  # names of files are long, and their ends tell them apart
        slices.add_column("asked", justify="right", no_wrap=True)
        for name in SLICE_MEASURES:
            # Broken where it may be, so that the table fits 80 columns.
            slices.add_column(
                name.replace("_", "_\n", 1).replace("ss@", "ss\n@"), justify="right", no_wrap=True
            )
        for by, labels in result.slices.items():
            for label, measured in labels.items():
                count = sum(mine == label for mine in result.labels.get(by, ()))
                figures = [figure(measured[name].value) for name in SLICE_MEASURES]
                slices.add_row(escape(label), str(count), *figures)
            slices.add_section()
        if slices.row_count:
            console.print(slices)
