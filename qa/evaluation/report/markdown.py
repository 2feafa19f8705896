"""Results in Markdown: a table for a README, the summary, and the misses to read through."""

from __future__ import annotations

from collections.abc import Sequence

from qa.evaluation.curves import TARGET, keeping
from qa.evaluation.measures import MEASURES
from qa.evaluation.report.wording import cell, faults, figure, threshold
from qa.evaluation.results import Result

MARKDOWN_MEASURES = ("Success@1", "Success@10", "quote_hit@1", "quote_hit@3", "abstain_auroc")


def markdown_table(results: Sequence[Result], measures: Sequence[str] = MARKDOWN_MEASURES) -> str:
    """A Markdown table, a line a set, values to three places, empty where a measure does not apply."""
    heading = ["set", "questions", *(f"`{name}`" for name in measures)]
    lines = [_line(heading), "|---" + "|--:" * (len(measures) + 1) + "|"]
    lines += [
        _line([_name(r.name), str(r.questions), *(figure(r.measures[name].value) for name in measures)])
        for r in results
    ]
    return "\n".join(lines) + "\n"


def summary(results: Sequence[Result], *, target: float = TARGET) -> str:
    """Every measure by set, the threshold that would keep ``answered_wrongly`` at ``target``, the notes."""
    measured = [name for name in MEASURES if any(r.measures[name].value is not None for r in results)]
    lines = ["# Evaluation", "", "Values with 95 % bootstrap intervals over questions.", ""]
    lines += [_line(["measure", *(_name(r.name) for r in results)]), "|---" + "|--:" * len(results) + "|"]
    lines += [_line(["questions", *(f"{r.questions} ({r.answerable} answerable)" for r in results)])]
    lines += [_line([f"`{name}`", *(cell(r.measures[name]) for r in results)]) for name in measured]
    lines += [_line(["seconds p50, p95", *(f"{r.seconds['p50']}, {r.seconds['p95']}" for r in results)]), ""]
    for result in results:
        if kept := keeping(result.values, target):
            lines += [f"{_markdown(result.name)}: {threshold(kept, result.measures)}", ""]
    warnings = [f"- {_markdown(warning)}" for result in results for warning in result.warnings]
    return "\n".join([*lines, *(["## Notes", "", *warnings, ""] if warnings else [])])


def misses(results: Sequence[Result]) -> str:
    """The questions that went wrong, each with what was wanted and what came first."""
    lines = ["# Misses", ""]
    for result in results:
        wrong = [
            (outcome, what)
            for outcome, values in zip(result.outcomes, result.values, strict=True)
            if (what := faults(values))
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


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _name(name: str) -> str:
    """A set's name as code, or where code cannot show it as plain text."""
    return _markdown(name) if set(name) & set("`|\n") else f"`{name}`"


def _markdown(text: str) -> str:
    """Text that shows as itself in Markdown, on one line."""
    plain = " ".join(text.split())
    return "".join("\\" + c if c in "\\`*_[]<>|#" else c for c in plain)
