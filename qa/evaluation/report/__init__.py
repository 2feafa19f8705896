"""Reports: results as tables on the terminal, as JSON, as Markdown, and as a folder of files to look into."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import UsageError
from qa.evaluation.curves import TARGET
from qa.evaluation.report.html import html
from qa.evaluation.report.markdown import MARKDOWN_MEASURES, markdown_table, misses, summary
from qa.evaluation.report.plain import results_to_json, rows
from qa.evaluation.report.terminal import print_results
from qa.evaluation.report.trec import qrels, run
from qa.evaluation.results import Result

if TYPE_CHECKING:
    from qa.evaluation.compare import Comparison

__all__ = [
    "MARKDOWN_MEASURES",
    "html",
    "markdown_table",
    "print_results",
    "results_to_json",
    "rows",
    "write_report",
]


def write_report(
    results: Sequence[Result],
    folder: str | Path,
    comparisons: Sequence[Comparison] = (),
    *,
    target: float = TARGET,
) -> list[Path]:
    """Writes into ``folder`` (made if need be) and returns the files: report.html (everything in one file,
    to look into and to send), summary.json, summary.md, questions.jsonl (each question, what was expected,
    what came, its values; `--baseline` reads it), misses.md, and for each set SET.run and SET.qrels in TREC
    form. ``comparisons`` with an earlier run are shown in report.html; ``target`` is the share of
    unanswerable questions for which a threshold is sought.

    Raises UsageError where the folder cannot be written."""
    folder = Path(folder)
    files = {
        "report.html": html(results, comparisons, target=target),
        "summary.json": json.dumps(results_to_json(results, target=target), ensure_ascii=False, indent=1)
        + "\n",
        "summary.md": summary(results, target=target),
        "questions.jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(results)),
        "misses.md": misses(results),
    }
    for result in results:
        files[f"{result.name}.run"] = run(result)
        files[f"{result.name}.qrels"] = qrels(result)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            # Half of a surrogate pair, which JSON can bring, is no UTF-8; escaped it stays valid JSON.
            (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(f"{folder}: the report cannot be written there ({error.strerror}).") from error
    return [folder / name for name in files]
