"""check: the quotations of a draft against the library."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli.keeping import opened
from qa.cli.terminal import bar, console, print_json, safe, say
from qa.errors import IbidError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from qa.draft import Check, Checked

TO_MEND = 5


def check(arguments: argparse.Namespace) -> int:
    """`qa check`"""
    from qa.citing import confirm_style
    from qa.draft import Checker, as_dict, as_markdown, read_draft

    if arguments.style:
        confirm_style(arguments.style)
    file = Path(arguments.draft)
    if not file.is_file():
        raise UsageError(
            f"{file}: there is no such file. Name the draft: a chapter in Word, Markdown or text."
        )
    draft = read_draft(file)
    with opened(arguments) as assistant:
        if not assistant.library.searched().documents:
            raise UsageError(
                "The library is empty: there is nothing to check against. Add files: qa add PATH"
            )
        with bar("", shown=not arguments.json) as shows:
            told = {"reading": "Reading the library's words", "checking": "Checking the quotations"}
            checked = Checker(assistant.library, style=arguments.style or assistant.style).check(
                draft, progress=lambda stage, done, total: shows(told[stage], done, total)
            )
    report = as_dict(checked)
    if arguments.report:
        _write(Path(arguments.report), as_markdown(checked), json.dumps(report, ensure_ascii=False, indent=2))
    if arguments.json:
        print_json(report)
    else:
        _print(checked, everything=arguments.all)
        if arguments.report:
            say(f"The report is in {arguments.report}.")
    return 0 if checked.right else TO_MEND


def _write(path: Path, markdown: str, report: str) -> None:
    try:
        path.write_text(report if path.suffix.lower() == ".json" else markdown, "utf-8")
    except OSError as error:
        raise IbidError(f"{path}: cannot be written: {error.strerror or error}.") from error


def _print(checked: Checked, *, everything: bool) -> None:
    from qa.draft import VERDICTS

    out = console()
    for check in checked.checks:
        if everything or not check.right:
            _entry(out, check)
    for at, words in checked.unclosed:
        out.print(f"An opening mark that nothing closes, at {at}: {safe(words)}", style="dim")
    total = len(checked.checks)
    said = ", ".join(
        f"{checked.counts[verdict]} {verdict}" for verdict in VERDICTS if checked.counts[verdict]
    )
    out.print(
        f"{total} quotation{'' if total == 1 else 's'} checked: {said}."
        if checked.checks
        else "No quotation was found in it: neither quotation marks nor block quotations."
    )
    if checked.titles:
        out.print(f"{len(checked.titles)} in quotation marks taken for titles of works.", style="dim")


def _entry(out: Console, check: Check) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from qa.draft.report import difference, reason, where

    def below(words: str, style: str = "") -> None:
        out.print(Padding(Text(safe(words), style), (0, 0, 0, 3), expand=False))

    out.print(
        f"{check.verdict.upper()}  {check.quotation.number}, {safe(where(check.quotation))}", style="bold"
    )
    if why := reason(check):
        below(why)
    below(difference(check) if check.verdict == "altered" else f"“{' '.join(check.quotation.text.split())}”")
    if check.verdict in ("joined", "not found"):
        for quote in check.quotes:
            below(" ".join(quote.clean.split()), "dim")
            below(quote.citation, "italic")
    elif check.quotes:
        below(check.quotes[0].citation, "italic")
    out.print()
