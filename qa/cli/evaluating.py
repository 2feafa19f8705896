"""evaluate."""

from __future__ import annotations

import argparse
from pathlib import Path

from qa.cli.keeping import begin, opened
from qa.cli.terminal import bar, console, print_json, safe, say


def evaluate(arguments: argparse.Namespace) -> int:
    """`qa evaluate`"""
    from qa import evaluation

    # A misspelt set or an unreadable baseline is told of before anything is opened or loaded.
    sets = [evaluation.load(name) for name in arguments.sets]
    earlier = evaluation.baseline(arguments.baseline) if arguments.baseline else None
    with opened(arguments) as assistant:
        begin(assistant)
        with bar("questions", shown=not arguments.json) as shows:
            results = evaluation.evaluate(assistant, sets, progress=shows)
    written = evaluation.write_report(results, arguments.report) if arguments.report else []
    compared = evaluation.compare(results, earlier) if earlier is not None else []
    for warning in (line for result in results for line in result.warnings):
        say(warning)
    if arguments.json:
        shown = evaluation.results_to_json(results)
        against = {each["set"]: each for each in evaluation.comparison_to_json(compared)}
        print_json(
            [{**one, "baseline": against[one["set"]]} if one["set"] in against else one for one in shown]
        )
        return 0
    out = console()
    evaluation.print_results(out, results)
    if compared:
        evaluation.print_comparison(out, compared)
    if written:
        out.print(f"Report: {safe(str(Path(arguments.report) / 'summary.md'))}")
    return 0
