"""marks, agree: what people marked in the chat, as an evaluation set, and how far they agree."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.cli.terminal import console, count, print_json, safe, say
from qa.errors import UsageError

if TYPE_CHECKING:
    from qa.evaluation.agreement import Agreement, Kappa
    from qa.evaluation.marks import Judgement

_WORDS = {"answers": "answers", "does not answer": "does not", "nothing answers": "nothing answers"}


def marks(arguments: argparse.Namespace) -> int:
    """`qa marks`; neither the library nor a model is opened for it."""
    from qa.evaluation.marked_set import settle
    from qa.evaluation.marks import marks_file, read, standing, to_dict
    from qa.library import default_location

    file = marks_file(arguments.library or default_location())
    made, problems = read(file)
    for problem in problems:
        say(problem)
    if arguments.out is None:
        shown = [one for one in standing(made) if arguments.by in (None, one.by)]
        if arguments.by is not None and not shown:
            settle(made, arguments.by)  # tells whose marks there are
        if arguments.json:
            print_json([to_dict(one) for one in shown])
        else:
            _print_marks(shown, file)
        return 0
    settled = settle(made, arguments.by)
    for problem in settled.problems:
        say(problem)
    if not settled.rows:
        raise UsageError(
            "No question is marked yet, so there is no set to write. Mark answers in the chat: `qa chat`."
        )
    if arguments.out == "-":
        if arguments.json:
            print_json(list(settled.rows))
        else:
            sys.stdout.write(settled.lines)
        return 0
    _write(Path(arguments.out), settled.lines)
    if arguments.json:
        print_json({"file": arguments.out, "questions": len(settled.rows), "left_out": settled.problems})
    else:
        print(f"{count(len(settled.rows), 'question')} written. Run: qa evaluate {safe(arguments.out)}")
    return 0


def agree(arguments: argparse.Namespace) -> int:
    """`qa agree`"""
    from qa.evaluation import agreement

    found = agreement.agree(arguments.first, arguments.second)
    if arguments.json:
        print_json(
            {
                "questions": _kappa_json(found.questions),
                "places": _kappa_json(found.places),
                "same_place": found.same_place,
                "both_answer": found.both_answer,
                "only_first": found.only_first,
                "only_second": found.only_second,
                "disagreements": [asdict(one) for one in found.disagreements],
            }
        )
    else:
        _print_agreement(found, arguments.first, arguments.second)
    return 0


def _write(path: Path, lines: str) -> None:
    try:
        path.write_text(lines, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}).") from error


def _print_marks(shown: list[Judgement], file: Path) -> None:
    if not shown:
        print(f"No marks yet. They are made in the chat (`qa chat`) and kept in {safe(str(file))}.")
        return
    from rich.table import Table

    table = Table("question", "mark", "place", "by", "when (UTC)")
    for one in shown:
        where = f"{one.spot.document}: {' '.join(one.spot.quote.split())}" if one.spot else ""
        short = where if len(where) <= 120 else where[:119] + "…"
        asked = " / ".join(one.asked)
        when = one.at[:16].replace("T", " ")
        table.add_row(
            safe(asked), _WORDS.get(one.verdict, one.verdict), safe(short), safe(one.by), safe(when)
        )
    out = console()
    out.print(table)
    asked_count = len({one.asked for one in shown})
    people = count(len({one.by for one in shown}), "person").replace("persons", "people")
    out.print(f"{count(len(shown), 'mark')} of {count(asked_count, 'question')} by {people}.")


def _print_agreement(found: Agreement, first: str, second: str) -> None:
    from rich.table import Table

    table = Table("judged by both", "", "agree", "Cohen's kappa", "95 % interval")
    for name, one in (
        ("questions: is there an answer", found.questions),
        ("places: does it answer", found.places),
    ):
        share = "–" if one.observed is None else f"{one.observed:.3f}"
        value = "–" if one.kappa is None else f"{one.kappa:.3f}"
        bounds = "" if one.low is None or one.high is None else f"{one.low:.3f}–{one.high:.3f}"
        table.add_row(name, str(one.units), share, value, bounds)
    out = console()
    out.print(table)
    if any(one.units and one.kappa is None for one in (found.questions, found.places)):
        out.print("–: both said the same of all, so chance would agree on everything and kappa has no value.")
    if found.both_answer:
        noun = "question" if found.both_answer == 1 else "questions"
        out.print(
            f"Same place: {found.same_place} of {found.both_answer} {noun} that both say has an answer."
        )
    for alone, file in ((found.only_first, first), (found.only_second, second)):
        if alone:
            out.print(f"{count(alone, 'question')} only in {safe(file)}.")
    for each in found.disagreements:
        out.print(f"{safe(each.id)}  {safe(each.question)}", style="bold")
        out.print(f"  {safe(first)}: {safe(each.first)}")
        out.print(f"  {safe(second)}: {safe(each.second)}")


def _kappa_json(one: Kappa) -> dict[str, Any]:
    return {
        "units": one.units,
        "observed": one.observed,
        "expected": one.expected,
        "kappa": one.kappa,
        "low": one.low,
        "high": one.high,
        "table": [
            {"first": mine, "second": other, "count": number}
            for (mine, other), number in sorted(one.table.items())
        ],
    }
