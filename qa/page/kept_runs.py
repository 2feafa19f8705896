"""Kept runs as HTML: the list, one with its figures, and two compared. Pure but for reading run folders."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from qa.evaluation.compare import Comparison
from qa.evaluation.measures import LOWER_IS_BETTER
from qa.evaluation.report.words import GROUPS, PLAIN
from qa.evaluation.runs import OUTCOMES, Run
from qa.page import cards
from qa.page.reports import REPORT, SANDBOX, folder_address, report_address
from qa.page.running import Look, duration

SHOWN = 100
"""Runs listed at most, the newest."""

_TURNED = 30
_SANDBOX = f'sandbox="{SANDBOX.partition(" ")[2]}"'
_DASH = "–"


def progress(look: Look) -> str:
    """How far an evaluation is, or how it ended; "" where none was begun."""
    if not look.running:
        if not look.ended:
            return ""
        kind = "error" if look.failed else "done"
        return f'<div role="status">{cards.message(look.ended, kind)}</div>'
    share = f"{look.done:,} of {look.total:,} questions"
    words = [] if look.rate is None else [f"{look.rate:.1f} questions a second"]
    if look.left is not None:
        words.append(f"about {duration(look.left)} left")
    if look.stopping:
        words = ["stopping after the questions that are being answered"]
    return (
        f'<div class="progress"><p><strong>{escape(look.doing)}</strong> <span>{share}</span></p>'
        f'<progress max="{max(look.total, 1)}" value="{look.done}" aria-label="{share}"></progress>'
        f'<p class="rate">{escape(", ".join(words)) or "&nbsp;"}</p></div>'
    )


def listing(runs: Sequence[Run], running: str = "") -> str:
    """The kept runs as a table, newest first; ``running`` is the folder name of one that goes on now."""
    if not runs:
        words = "None yet. Each run is kept here, also those of <code>qa evaluate</code>."
        return f"<h2>Kept runs</h2><p>{words}</p>"
    rows = "".join(_row(run, running) for run in runs[:SHOWN])
    rest = len(runs) - SHOWN
    more = (
        f"<p>and {cards.count(rest, 'older run')} in {escape(str(runs[0].folder.parent))}</p>"
        if rest > 0
        else ""
    )
    return (
        f"<h2>Kept runs: {len(runs):,}</h2>"
        '<div class="table" tabindex="0" role="region" aria-label="Kept runs"><table><thead><tr>'
        '<th scope="col">Begun (UTC)</th><th scope="col">Sets</th><th scope="col">Questions</th>'
        f'<th scope="col"><span class="unseen">What can be done</span></th></tr></thead><tbody>{rows}</tbody>'
        f"</table></div>{more}"
    )


def _row(run: Run, running: str) -> str:
    total, name = run.manifest.questions, run.folder.name
    sets = ", ".join(one.name for one in run.manifest.sets)
    if run.finished:
        asked, button = f"{total:,}", _button("open", name, "Open")
    elif name == running:
        asked, button = "running", ""
    else:
        asked, button = f"{answered(run):,} of {total:,}", _button("resume", name, "Go on")
    return (
        f"<tr><td>{escape(when(run))}</td><td>{escape(sets)}</td><td>{asked}</td>"
        f'<td><span class="actions">{button}</span></td></tr>'
    )


def _button(do: str, name: str, words: str) -> str:
    return (
        f'<button type="button" data-do="run" data-what="{do}" data-run="{escape(name)}" '
        f'aria-label="{words} {escape(name)}">{words}</button>'
    )


def when(run: Run) -> str:
    """When a run began: "2026-11-22 09:30"."""
    return run.manifest.started[:16].replace("T", " ")


def answered(run: Run) -> int:
    """How many questions an unfinished run has answered: whole lines, counted without reading them."""
    try:
        with (run.folder / OUTCOMES).open("rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    except OSError:
        return 0


def opened(run: Run) -> str:
    """One finished run: its figures, its report, and where its folder is."""
    name = run.folder.name
    try:
        results = json.loads((run.folder / "summary.json").read_text("utf-8"))
        if not isinstance(results, list) or not results:
            raise ValueError("no set in it")
        table = figures(results)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        table = cards.message("The figures of this run cannot be read. Go on with it, or run it anew.")
        results = []
    report = ""
    links = f'<a href="{folder_address(name)}" download>Save the whole run (ZIP)</a>'
    if (run.folder / REPORT).is_file():
        address = report_address(name)
        links = (
            f'<a href="{address}" target="_blank" rel="noopener">Open the report in a window</a>'
            f'<a href="{address}" download="{escape(name)}.html">Save the report</a>{links}'
        )
        frame = f'<iframe src="{address}" title="Report" loading="lazy" {_SANDBOX}></iframe>'
        words = "Read the report here: every question, what was expected and what came"
        report = f'<details class="report"><summary>{words}</summary>{frame}</details>'
    warnings = [line for one in results for line in one.get("warnings", ())]
    told = "".join(f"<li>{escape(str(line))}</li>" for line in warnings[:10])
    notes = f'<ul class="warnings">{told}</ul>' if told else ""
    sets = ", ".join(one.name for one in run.manifest.sets)
    return (
        f'<section class="opened" aria-label="Run"><h2 tabindex="-1">{escape(sets)}, {escape(when(run))}</h2>'
        f'{notes}{table}<p class="actions">{links}</p>{report}'
        f'<p class="place">Kept in <code>{escape(str(run.folder))}</code></p></section>'
    )


def figures(results: Sequence[Mapping[str, Any]]) -> str:
    """The measures of a run's sets (as ``results_to_json`` gives them) with their intervals."""
    heads = "".join(
        f'<th scope="col">{escape(one["set"])}<span>{cards.count(one["questions"], "question")}, '
        f"{one['answerable']:,} with an answer</span></th>"
        for one in results
    )
    bodies = []
    for group, names in GROUPS.items():
        rows = "".join(
            f'<tr><th scope="row">{escape(name)}<span>{escape(PLAIN.get(name, ""))}</span></th>'
            f"{''.join(_figure(one['measures'].get(name)) for one in results)}</tr>"
            for name in names
            if any((one["measures"].get(name) or {}).get("value") is not None for one in results)
        )
        if rows:
            head = f'<th class="group" colspan="{len(results) + 1}" scope="rowgroup">{escape(group)}</th>'
            bodies.append(f"<tbody><tr>{head}</tr>{rows}</tbody>")
    times = "".join(
        f"<td>{one['seconds']['p50']:.2f}<span>{one['seconds']['p95']:.2f}</span></td>" for one in results
    )
    bodies.append(
        '<tbody><tr><th scope="row">Seconds<span>half of the questions took no longer, 95 % no longer than '
        f"below</span></th>{times}</tr></tbody>"
    )
    return (
        '<div class="table figures" tabindex="0" role="region" aria-label="Figures"><table><thead><tr>'
        f'<th scope="col">Measure<span>with its 95 % interval</span></th>{heads}</tr></thead>'
        f"{''.join(bodies)}</table></div>"
    )


def _figure(one: Mapping[str, Any] | None) -> str:
    if not one or one.get("value") is None:
        return f"<td>{_DASH}</td>"
    bounds = "" if one.get("low") is None else f"<span>{one['low']:.3f}{_DASH}{one['high']:.3f}</span>"
    return f"<td>{one['value']:.3f}{bounds}</td>"


def compared(comparisons: Sequence[Comparison], now: Run, before: Run) -> str:
    """Two runs question by question: each measure before and now, whether the change is clear of 0, and the
    questions that turned."""
    parts = []
    for one in comparisons:
        over = "" if one.common is None else f", over {cards.count(one.common, 'common question')}"
        rows = "".join(
            f'<tr class="{_verdict(d)}"><th scope="row">{escape(d.measure)}</th><td>{d.before:.3f}</td>'
            f"<td>{d.now:.3f}</td><td>{d.change:+.3f}{_bounds(d)}</td><td>{_verdict(d)}</td></tr>"
            for d in one.differences
        )
        turned = "".join(
            f"<li>{escape(d.measure)} turned {words}: {_ids(ids)}</li>"
            for d in one.differences
            for words, ids in (("better", d.better), ("worse", d.worse))
            if ids
        )
        if turned:
            words = "<summary>Questions that turned</summary>"
            turned = f'<details class="turned">{words}<ul>{turned}</ul></details>'
        parts.append(
            f"<h3>{escape(one.name)}{over}</h3>"
            '<div class="table figures" tabindex="0" role="region" aria-label="Comparison"><table><thead><tr>'
            '<th scope="col">Measure</th><th scope="col">Then</th><th scope="col">Now</th>'
            '<th scope="col">Change<span>95 % interval</span></th><th scope="col">Clearly</th></tr></thead>'
            f"<tbody>{rows}</tbody></table></div>{turned}"
        )
    return (
        f'<section class="compared" aria-label="Comparison"><p>{escape(when(now))} (now) against '
        f"{escape(when(before))} (then).</p>{''.join(parts)}</section>"
    )


def _bounds(difference: Any) -> str:
    if difference.low is None or difference.high is None:
        return ""
    return f"<span>{difference.low:+.3f} … {difference.high:+.3f}</span>"


def _verdict(difference: Any) -> str:
    if not difference.clear:
        return ""
    return "better" if (difference.change < 0) == (difference.measure in LOWER_IS_BETTER) else "worse"


def _ids(ids: Sequence[str]) -> str:
    rest = len(ids) - _TURNED
    return escape(", ".join(ids[:_TURNED])) + (f" and {rest:,} more" if rest > 0 else "")
