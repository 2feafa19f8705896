"""README's table for the archive, as Markdown.

    python benchmarks/archive.py LIBRARY [--archive FOLDER] [--report FOLDER] [SET…]

Builds the library where LIBRARY is not there yet (nine volumes of FRUS: some minutes on two cores), runs the
sets over all of it, and prints the table with the date and the machine that it comes from.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from qa.adding import add
from qa.assistant import Assistant
from qa.errors import IbidError
from qa.evaluation import evaluate, load, markdown_table, print_results, write_report
from qa.evaluation.measures import Values, measure
from qa.evaluation.report import MARKDOWN_MEASURES
from qa.evaluation.results import Result

QUESTIONS = ("kennedy_khrushchev", "russia_1918", "london_1930", "chaco_1934", "cyprus_1955", "soviet_1961")
"""Their figures are told together as well."""
SETS = (*QUESTIONS, "list_of_papers")
MORE = ("quote_f1", "answer_f1", "answered_wrongly", "refused_wrongly", "ece", "verbatim")


def machine() -> str:
    """The processor's name and its cores, as README states them."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.split(":", 1)[1] for line in cpuinfo.read_text().splitlines() if "model name" in line]
        name = names[0].strip() if names else name
    return f"{name}, {os.cpu_count()} cores"


def together(results: Sequence[Result]) -> str:
    """The figures of all questions of QUESTIONS with 95 % intervals, and quotation by style and kind."""
    pairs = [
        (outcome.question, values)
        for result in results
        if result.name in QUESTIONS
        for outcome, values in zip(result.outcomes, result.values, strict=True)
    ]

    def line(label: str, rows: Sequence[Values], names: Sequence[str]) -> str:
        measured = measure(rows)
        figures = (
            f"{name} {one.value:.3f} [{one.low:.2f}–{one.high:.2f}]"
            for name in names
            if (one := measured.get(name)) and one.value is not None
        )
        return f"{label} ({len(rows)}): {', '.join(figures)}"

    lines = [line("Together", [values for _, values in pairs], (*MARKDOWN_MEASURES, *MORE))]
    for label, belongs in (
        ("close", lambda question: question.style == "close"),
        ("far", lambda question: question.style == "far"),
        ("follow-ups", lambda question: bool(question.after)),
        ("other questions", lambda question: not question.after),
    ):
        rows = [values for question, values in pairs if question.answerable and belongs(question)]
        lines.append(line(label, rows, ("quote_hit@1", "quote_hit@3")))
    return "\n".join(("", *lines, ""))


def build(assistant: Assistant, folder: Path, console: Console) -> None:
    """Reads the archive into the library and says how long it took."""
    began = time.perf_counter()
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("reading")
        report = add(
            assistant.library,
            assistant.encoder,
            [folder],
            progress=lambda step: bar.update(
                task, description=str(step.file), completed=step.done_files, total=step.total_files
            ),
        )
    for failed in report.failed:
        console.print(str(failed), style="red", markup=False)
    took = time.perf_counter() - began
    console.print(
        f"{len(report.added)} files, {report.documents} documents, {report.passages} passages in {took:.0f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the assistant on the archive.")
    parser.add_argument("library", metavar="LIBRARY", help="the library's folder, built where it is missing")
    parser.add_argument("sets", nargs="*", default=list(SETS), metavar="SET")
    parser.add_argument("--archive", type=Path, default=Path("../shared/data/frus"), metavar="FOLDER")
    parser.add_argument("--report", type=Path, metavar="FOLDER", help="also write the full report there")
    args = parser.parse_args()
    # Written to a file the intervals are not to be cut.
    console = Console(width=None if sys.stdout.isatty() else 200)
    try:
        sets = [load(name) for name in args.sets]
        assistant = Assistant.open(args.library)
        if not assistant.library.sources():
            build(assistant, args.archive, console)
        with Progress(console=console, transient=True) as bar:
            tasks = {one.name: bar.add_task(one.name, total=None) for one in sets}
            results = evaluate(
                assistant,
                sets,
                progress=lambda name, done, total: bar.update(tasks[name], completed=done, total=total),
            )
    except IbidError as error:
        sys.exit(str(error))
    print_results(console, results)
    for warning in (line for result in results for line in result.warnings):
        console.print(warning, markup=False)
    if args.report is not None:
        write_report(results, args.report)
    print(together(results))
    counts = assistant.library.searched()
    seconds = max(result.seconds["p95"] for result in results)
    print(markdown_table(results, (*MARKDOWN_MEASURES, *MORE)))
    print(
        f"{date.today().isoformat()}, {machine()}, Python {platform.python_version()}: {counts.documents} "
        f"documents, {counts.passages} passages in one library; 95 % of answers within {seconds:.2f} s."
    )


if __name__ == "__main__":
    main()
