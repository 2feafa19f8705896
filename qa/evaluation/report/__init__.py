"""Reports: results as tables on the terminal, as JSON, as Markdown, and as a folder of files to look into."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from qa.errors import UsageError
from qa.evaluation.report.markdown import MARKDOWN_MEASURES, markdown_table, misses, summary
from qa.evaluation.report.plain import results_to_json, rows
from qa.evaluation.report.terminal import print_results
from qa.evaluation.report.trec import qrels, run
from qa.evaluation.runner import Result

__all__ = ["MARKDOWN_MEASURES", "markdown_table", "print_results", "results_to_json", "rows", "write_report"]


def write_report(results: Sequence[Result], folder: str | Path) -> list[Path]:
    """Writes into ``folder`` (made if need be) and returns the files: summary.json, summary.md,
    questions.jsonl (each question, what was expected, what came, its values; `--baseline` reads it),
    misses.md, and for each set SET.run and SET.qrels in TREC form.

    Raises UsageError where the folder cannot be written."""
    folder = Path(folder)
    files = {
        "summary.json": json.dumps(results_to_json(results), ensure_ascii=False, indent=1) + "\n",
        "summary.md": summary(results),
        "questions.jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(results)),
        "misses.md": misses(results),
    }
    for result in results:
        files[f"{result.name}.run"] = run(result)
        files[f"{result.name}.qrels"] = qrels(result)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: the report cannot be written there ({error.strerror}).") from error
    return [folder / name for name in files]
