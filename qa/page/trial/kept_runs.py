"""Kept runs as HTML: the list, one with its figures, and two compared. Pure but for reading run folders."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from qa.evaluation.compare import Comparison
from qa.evaluation.report.words import GROUPS
from qa.evaluation.runs import OUTCOMES, Run
from qa.page.ask import cards
from qa.page.texts import Words
from qa.page.trial.reports import REPORT, SANDBOX, folder_address, report_address
from qa.page.trial.running import Look, duration

SHOWN = 100
"""Runs listed at most, the newest."""

_GROUPS = ("evaluation.right-document", "evaluation.right-words", "evaluation.when-not")
"""What ``GROUPS`` of measures are called, in their order."""

_TURNED = 30
_SANDBOX = f'sandbox="{SANDBOX.partition(" ")[2]}"'
_DASH = "–"


def progress(look: Look, say: Words) -> str:
    """How far an evaluation is, or how it ended; "" where none was begun."""
    if not look.running:
        if not look.ended:
            return ""
        kind = "error" if look.failed else "done"
        return f'<div role="status">{cards.message(look.ended(say), kind)}</div>'
    share = _share(look.done, look.total, say)
    words = [] if look.rate is None else [say("evaluation.rate", n=say.decimal(look.rate, 1))]
    if look.left is not None:
        words.append(say("evaluation.left", duration=duration(look.left, say)))
    if look.stopping:
        words = [say("evaluation.stopping")]
    doing = look.doing(say) if look.doing else ""
    return (
        f'<div class="progress"><p><strong>{escape(doing)}</strong> <span>{escape(share)}</span></p>'
        f'<progress max="{max(look.total, 1)}" value="{look.done}" aria-label="{escape(share)}"></progress>'
        f'<p class="rate">{escape(", ".join(words)) or "&nbsp;"}</p></div>'
    )


def _share(done: int, total: int, say: Words) -> str:
    """ "12 of 120 questions"."""
    return say("evaluation.share", done=say.number(done), total=say.count(total, "evaluation.questions-of"))


def listing(runs: Sequence[Run], say: Words, running: str = "") -> str:
    """The kept runs as a table, newest first; ``running`` is the folder name of one that goes on now."""
    if not runs:
        return f"<h2>{escape(say('evaluation.kept'))}</h2><p>{escape(say('evaluation.none-kept'))}</p>"
    rows = "".join(_row(run, running, say) for run in runs[:SHOWN])
    rest = len(runs) - SHOWN
    older = say.count(rest, "evaluation.older", folder=runs[0].folder.parent) if rest > 0 else ""
    heads = "".join(
        f'<th scope="col">{escape(say(key))}</th>'
        for key in ("evaluation.begun", "evaluation.sets-run", "evaluation.questions")
    )
    kept = escape(say("evaluation.kept"))
    return (
        f"<h2>{escape(say('evaluation.kept-number', n=say.number(len(runs))))}</h2>"
        f'<div class="table" tabindex="0" role="region" aria-label="{kept}"><table><thead><tr>{heads}'
        f'<th scope="col"><span class="unseen">{escape(say("evaluation.actions"))}</span></th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{f'<p>{escape(older)}</p>' if older else ''}"
    )


def _row(run: Run, running: str, say: Words) -> str:
    total, name = run.manifest.questions, run.folder.name
    sets = ", ".join(one.name for one in run.manifest.sets)
    if run.finished:
        asked, button = say.number(total), _button("open", name, say("evaluation.open"))
    elif name == running:
        asked, button = say("evaluation.runs-now"), ""
    else:
        done = say("evaluation.share", done=say.number(answered(run)), total=say.number(total))
        asked, button = done, _button("resume", name, say("evaluation.go-on"))
    return (
        f"<tr><td>{escape(when(run))}</td><td>{escape(sets)}</td><td>{escape(asked)}</td>"
        f'<td><span class="actions">{button}</span></td></tr>'
    )


def _button(do: str, name: str, words: str) -> str:
    return (
        f'<button type="button" data-do="run" data-what="{do}" data-run="{escape(name)}" '
        f'aria-label="{escape(words)} {escape(name)}">{escape(words)}</button>'
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


def opened(run: Run, say: Words) -> str:
    """One finished run: its figures, its report, and where its folder is."""
    name = run.folder.name
    try:
        results = json.loads((run.folder / "summary.json").read_text("utf-8"))
        if not isinstance(results, list) or not results:
            raise ValueError("no set in it")
        table = figures(results, say)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        table = cards.message(say("evaluation.unreadable"))
        results = []
    report = ""
    links = f'<a href="{folder_address(name)}" download>{escape(say("evaluation.save-run"))}</a>'
    if (run.folder / REPORT).is_file():
        address = report_address(name)
        links = (
            f'<a href="{address}" target="_blank" rel="noopener">{escape(say("evaluation.open-report"))}</a>'
            f'<a href="{address}" download="{escape(name)}.html">'
            f"{escape(say('evaluation.save-report'))}</a>{links}"
        )
        title = escape(say("evaluation.report"))
        frame = f'<iframe src="{address}" title="{title}" loading="lazy" {_SANDBOX}></iframe>'
        words = escape(say("evaluation.read-report"))
        report = f'<details class="report"><summary>{words}</summary>{frame}</details>'
    warnings = [line for one in results for line in one.get("warnings", ())]
    told = "".join(f"<li>{escape(str(line))}</li>" for line in warnings[:10])
    notes = f'<ul class="warnings">{told}</ul>' if told else ""
    sets = ", ".join(one.name for one in run.manifest.sets)
    return (
        f'<section class="opened" aria-label="{escape(say("evaluation.run-of"))}"><h2 tabindex="-1">'
        f"{escape(sets)}, {escape(when(run))}</h2>"
        f'{notes}{table}<p class="actions">{links}</p>{report}'
        f'<p class="place">{escape(say("evaluation.kept-in"))} '
        f"<code>{escape(str(run.folder))}</code></p></section>"
    )


def figures(results: Sequence[Mapping[str, Any]], say: Words) -> str:
    """The measures of a run's sets (as ``results_to_json`` gives them) with their intervals."""
    heads = "".join(
        f'<th scope="col">{escape(one["set"])}<span>{escape(_answerable(one, say))}</span></th>'
        for one in results
    )
    bodies = []
    for group, names in zip(_GROUPS, GROUPS.values(), strict=True):
        rows = "".join(
            f'<tr><th scope="row">{escape(name)}<span>{escape(say(f"measure.{name}"))}</span></th>'
            f"{''.join(_figure(one['measures'].get(name), say) for one in results)}</tr>"
            for name in names
            if any((one["measures"].get(name) or {}).get("value") is not None for one in results)
        )
        if rows:
            head = (
                f'<th class="group" colspan="{len(results) + 1}" scope="rowgroup">{escape(say(group))}</th>'
            )
            bodies.append(f"<tbody><tr>{head}</tr>{rows}</tbody>")
    times = "".join(
        f"<td>{say.decimal(half, 2)}<span>{say.decimal(most, 2)}</span></td>"
        for half, most in ((one["seconds"]["p50"], one["seconds"]["p95"]) for one in results)
    )
    bodies.append(
        f'<tbody><tr><th scope="row">{escape(say("evaluation.seconds"))}'
        f"<span>{escape(say('evaluation.seconds-means'))}</span></th>{times}</tr></tbody>"
    )
    region = escape(say("evaluation.figures"))
    return (
        f'<div class="table figures" tabindex="0" role="region" aria-label="{region}"><table><thead><tr>'
        f'<th scope="col">{escape(say("evaluation.measure"))}'
        f"<span>{escape(say('evaluation.with-interval'))}</span></th>{heads}</tr></thead>"
        f"{''.join(bodies)}</table></div>"
    )


def _answerable(one: Mapping[str, Any], say: Words) -> str:
    """ "120 questions, 96 with an answer"."""
    questions = say.count(one["questions"], "count.question")
    return say("evaluation.answerable", questions=questions, n=say.number(one["answerable"]))


def _figure(one: Mapping[str, Any] | None, say: Words) -> str:
    if not one or one.get("value") is None:
        return f"<td>{_DASH}</td>"
    bounds = (
        ""
        if one.get("low") is None
        else f"<span>{say.decimal(one['low'], 3)}{_DASH}{say.decimal(one['high'], 3)}</span>"
    )
    return f"<td>{say.decimal(one['value'], 3)}{bounds}</td>"


def compared(comparisons: Sequence[Comparison], now: Run, before: Run, say: Words) -> str:
    """Two runs question by question: each measure before and now, whether the change is clear of 0, and the
    questions that turned."""
    label = escape(say("evaluation.comparison"))
    parts = []
    for one in comparisons:
        over = "" if one.common is None else ", " + say.count(one.common, "evaluation.common")
        rows = "".join(
            f'<tr class="{d.verdict}"><th scope="row">{escape(d.measure)}</th>'
            f"<td>{say.decimal(d.before, 3)}</td><td>{say.decimal(d.now, 3)}</td>"
            f"<td>{say.decimal(d.change, 3, '+')}{_bounds(d, say)}</td>"
            f"<td>{_said(d.verdict, say)}</td></tr>"
            for d in one.differences
        )
        turned = "".join(
            f"<li>{escape(say(key, measure=d.measure, questions=_ids(ids, say)))}</li>"
            for d in one.differences
            for key, ids in (("evaluation.turned-better", d.better), ("evaluation.turned-worse", d.worse))
            if ids
        )
        if turned:
            words = f"<summary>{escape(say('evaluation.turned'))}</summary>"
            turned = f'<details class="turned">{words}<ul>{turned}</ul></details>'
        parts.append(
            f"<h3>{escape(one.name)}{escape(over)}</h3>"
            f'<div class="table figures" tabindex="0" role="region" aria-label="{label}"><table><thead><tr>'
            f'<th scope="col">{escape(say("evaluation.measure"))}</th>'
            f'<th scope="col">{escape(say("evaluation.then"))}</th>'
            f'<th scope="col">{escape(say("evaluation.now"))}</th>'
            f'<th scope="col">{escape(say("evaluation.change"))}'
            f"<span>{escape(say('evaluation.interval'))}</span></th>"
            f'<th scope="col">{escape(say("evaluation.clearly"))}</th></tr></thead>'
            f"<tbody>{rows}</tbody></table></div>{turned}"
        )
    return (
        f'<section class="compared" aria-label="{label}"><p>'
        f"{escape(say('evaluation.against', now=when(now), then=when(before)))}</p>{''.join(parts)}</section>"
    )


def _bounds(difference: Any, say: Words) -> str:
    if difference.low is None or difference.high is None:
        return ""
    return f"<span>{say.decimal(difference.low, 3, '+')} … {say.decimal(difference.high, 3, '+')}</span>"


def _said(verdict: str, say: Words) -> str:
    return escape(say(f"evaluation.{verdict}")) if verdict else ""


def _ids(ids: Sequence[str], say: Words) -> str:
    rest = len(ids) - _TURNED
    more = " " + say("evaluation.and-more", n=say.number(rest)) if rest > 0 else ""
    return ", ".join(ids[:_TURNED]) + more
