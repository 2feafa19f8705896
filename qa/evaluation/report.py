"""Results as a table on the terminal, as JSON, as Markdown, and as a folder of files to look into."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as percent

from qa.errors import UsageError
from qa.evaluation.measures import JUDGED, MEASURES, Estimate, Outcome, Values
from qa.evaluation.runner import Result

if TYPE_CHECKING:
    from rich.console import Console

SLICE_MEASURES = ("Success@1", "Success@10", "quote_hit@1", "quote_hit@3", "answer_f1", "answered_wrongly")
MARKDOWN_MEASURES = ("Success@1", "Success@10", "quote_hit@1", "quote_hit@3", "abstain_auroc")
RANKED = 100
"""How many documents a question keeps in the run file."""


def results_to_json(results: Sequence[Result]) -> list[dict[str, Any]]:
    """The results as plain data: for each set ``set``, ``questions``, ``answerable``, ``measures`` (each
    ``value``, ``low``, ``high``, all null where it does not apply, and ``questions``, how many it rests on),
    ``slices``, ``seconds``, ``warnings``."""
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
            "warnings": list(result.warnings),
        }
        for result in results
    ]


def print_results(console: Console, results: Sequence[Result]) -> None:
    """A table of every measure by set and a table of the slices. The warnings are left to the caller, who
    may want them on standard error."""
    from rich.markup import escape
    from rich.table import Table

    table = Table("measure", title="Measures, with 95 % bootstrap intervals", title_justify="left")
    for result in results:
        table.add_column(escape(result.name), justify="right")
    table.add_row("questions (answerable)", *(f"{r.questions} ({r.answerable})" for r in results))
    for name in MEASURES:
        if any(result.measures[name].value is not None for result in results):
            table.add_row(name, *(_cell(result.measures[name]) for result in results))
    table.add_row("seconds p50 / p95", *(f"{r.seconds['p50']:.2f} / {r.seconds['p95']:.2f}" for r in results))
    console.print(table)
    for result in results:
        slices = Table("slice", "asked", title=f"Slices of {escape(result.name)}", title_justify="left")
        for name in SLICE_MEASURES:
            # Broken where it may be, so that the table fits 80 columns.
            slices.add_column(name.replace("_", "_\n", 1).replace("ss@", "ss\n@"), justify="right")
        for by, labels in result.slices.items():
            for label, measured in labels.items():
                count = sum(getattr(outcome.question, by) == label for outcome in result.outcomes)
                figures = [_figure(measured[name].value) for name in SLICE_MEASURES]
                slices.add_row(escape(label), str(count), *figures)
            slices.add_section()
        if slices.row_count:
            console.print(slices)


def markdown_table(results: Sequence[Result], measures: Sequence[str] = MARKDOWN_MEASURES) -> str:
    """A Markdown table, a line a set, values to three places, empty where a measure does not apply."""
    heading = ["set", "questions", *(f"`{name}`" for name in measures)]
    lines = [_line(heading), "|---" + "|--:" * (len(measures) + 1) + "|"]
    lines += [
        _line([f"`{r.name}`", str(r.questions), *(_figure(r.measures[name].value) for name in measures)])
        for r in results
    ]
    return "\n".join(lines) + "\n"


def write_report(results: Sequence[Result], folder: str | Path) -> list[Path]:
    """Writes into ``folder`` (made if need be) and returns the files: summary.json, summary.md,
    questions.jsonl (each question, what was expected, what came, its values; `--baseline` reads it),
    misses.md, and for each set SET.run and SET.qrels in TREC form.

    Raises UsageError where the folder cannot be written."""
    folder = Path(folder)
    files = {
        "summary.json": json.dumps(results_to_json(results), ensure_ascii=False, indent=1) + "\n",
        "summary.md": _summary(results),
        "questions.jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(results)),
        "misses.md": _misses(results),
    }
    for result in results:
        files[f"{result.name}.run"] = _run(result)
        files[f"{result.name}.qrels"] = _qrels(result)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: the report cannot be written there ({error.strerror}).") from error
    return [folder / name for name in files]


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


def _cell(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    return f"{estimate.value:.3f}  ({estimate.low:.3f}–{estimate.high:.3f})"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _markdown(text: str) -> str:
    """Text that shows as itself in Markdown, on one line."""
    plain = " ".join(text.split())
    return "".join("\\" + c if c in "\\`*_[]<>|#" else c for c in plain)


def _summary(results: Sequence[Result]) -> str:
    measured = [name for name in MEASURES if any(r.measures[name].value is not None for r in results)]
    lines = ["# Evaluation", "", "Values with 95 % bootstrap intervals over questions.", ""]
    lines += [_line(["measure", *(f"`{r.name}`" for r in results)]), "|---" + "|--:" * len(results) + "|"]
    lines += [_line(["questions", *(f"{r.questions} ({r.answerable} answerable)" for r in results)])]
    lines += [_line([f"`{name}`", *(_cell(r.measures[name]) for r in results)]) for name in measured]
    lines += [_line(["seconds p50, p95", *(f"{r.seconds['p50']}, {r.seconds['p95']}" for r in results)]), ""]
    warnings = [f"- {_markdown(warning)}" for result in results for warning in result.warnings]
    return "\n".join([*lines, *(["## Notes", "", *warnings, ""] if warnings else [])])


def _misses(results: Sequence[Result]) -> str:
    """The questions that went wrong, each with what was wanted and what came first."""
    lines = ["# Misses", ""]
    for result in results:
        wrong = [
            (outcome, what)
            for outcome, values in zip(result.outcomes, result.values, strict=True)
            if (what := _wrong(values))
        ]
        lines += [f"## {_markdown(result.name)}: {len(wrong)} of {result.questions}", ""]
        for outcome, what in wrong:
            asked = outcome.question
            words = " / ".join([*asked.after, asked.question])
            lines.append(f"- **{_markdown(asked.id)}** {_markdown(words)}: {', '.join(what)}")
            for item in asked.evidence:
                lines.append(f"  - wanted {_markdown(item.document)}: {_markdown(item.quote or '')}")
            for shown in outcome.quotes[:1]:
                came = f"{_markdown(shown.document)} ({outcome.confidence:.2f})"
                lines.append(f"  - came {came}: {_markdown(shown.text)}")
        lines.append("")
    return "\n".join(lines)


def _wrong(values: Values) -> list[str]:
    """In words, what a question got wrong; empty if nothing."""
    faults = []
    if values.get("answered_wrongly") == 1:
        faults.append("answered though there is no answer")
    if values.get("refused_wrongly") == 1:
        faults.append("not answered")
    if values.get("quote_hit@3") == 0:
        faults.append(f"evidence not among the first {JUDGED} quotes")
    elif values.get("quote_hit@1") == 0:
        faults.append("evidence not the first quote")
    if "quote_hit@3" not in values and values.get("Success@10") == 0:
        faults.append("document not among the first 10")
    if values.get("pages") == 0:
        faults.append("other pages")
    if (values.get("exact") or 0) < (values.get("shown") or 0):
        faults.append("NOT VERBATIM")
    return faults


def _run(result: Result) -> str:
    """TREC run lines: question, Q0, document, rank, score, tag. White space in names is percent-encoded,
    for the form is divided by it."""
    return "".join(
        f"{_token(outcome.question.id)} Q0 {_token(document)} {rank} {score:.6f} ibid\n"
        for outcome in result.outcomes
        for rank, (document, score) in enumerate(outcome.ranking[:RANKED], start=1)
    )


def _qrels(result: Result) -> str:
    return "".join(
        f"{_token(outcome.question.id)} 0 {_token(document)} 1\n"
        for outcome in result.outcomes
        for document in sorted({item.document for item in outcome.question.evidence})
    )


def _token(name: str) -> str:
    return "".join(percent(c) if c.isspace() or c == "%" else c for c in name)
