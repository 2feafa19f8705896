"""concordance."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli.keeping import begin, opened
from qa.cli.terminal import bar, console, count, print_json, safe, say
from qa.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from qa.assistant import Assistant
    from qa.concordance import Concordance, Line, Sought

NOT_FOUND = 4
SCREENFUL = 100
"""Places that are printed on a terminal where nobody says how many."""

_YEARS = 30  # lines of a terminal for the years; of more, decades
_BAR = 40


def concordance(arguments: argparse.Namespace) -> int:
    """`qa concordance`"""
    from qa.citing import confirm_style
    from qa.concordance import Sought

    if arguments.style:
        confirm_style(arguments.style)
    sought = Sought(
        " ".join(arguments.words),
        whole=not arguments.part,
        stems=arguments.forms,
        variants=arguments.spellings,
        where=arguments.where,
        without=tuple(arguments.without),
    )
    with opened(arguments) as assistant:
        begin(assistant)
        with assistant.library.view(searching=False):
            made = _shown(arguments, assistant, sought)
    return 0 if len(made) else NOT_FOUND


def _shown(arguments: argparse.Namespace, assistant: Assistant, sought: Sought) -> Concordance:
    from qa.concordance import of

    concordancer = of(assistant.library)
    with bar("documents", shown=not arguments.json) as shows:
        made = concordancer.find(
            sought,
            documents=tuple(arguments.within),
            date_from=arguments.date_from,
            date_to=arguments.date_to,
            progress=lambda done, total: shows("Reading", done, total),
        )
    numbers = made.ordered(arguments.order).tolist()
    limit = arguments.limit
    if limit is None and sys.stdout.isatty() and not arguments.json:
        limit = SCREENFUL
    shown = numbers if limit is None else numbers[:limit]
    if arguments.out:
        _write(arguments, assistant, made, numbers)
    if arguments.json:
        print_json(concordancer.as_dict(made, shown))
    elif arguments.out != "-":
        _print(made, concordancer.lines(made, shown) if not arguments.out else [])
    return made


def _write(
    arguments: argparse.Namespace, assistant: Assistant, made: Concordance, numbers: list[int]
) -> None:
    from qa.concordance import of
    from qa.concordance.table import as_csv

    if arguments.json and arguments.out == "-":
        raise UsageError("--json and -o - both print to standard output; name a file after -o.")
    with bar("places", shown=not arguments.json) as shows:
        table = as_csv(
            assistant.library,
            of(assistant.library),
            made,
            numbers,
            style=arguments.style or assistant.style,
            progress=lambda done, total: shows("Citing", done, total),
        )
    if arguments.out == "-":
        sys.stdout.buffer.write(table.encode())
        return
    try:
        Path(arguments.out).write_text(table, "utf-8", newline="")
    except OSError as error:
        raise UsageError(f"{arguments.out}: cannot be written: {error.strerror or error}.") from error
    say(f"Wrote {arguments.out}: {count(len(numbers), 'place')}.")


def _print(made: Concordance, lines: list[Line]) -> None:
    out = console()
    searched = count(len(made.entries), "document")
    words = safe(made.sought.words)
    if not len(made):
        out.print(f"“{words}” stands nowhere: every word of {searched} was looked at.")
        return
    for line in lines:
        _print_line(out, line)
    if lines:
        out.print()
    _print_years(out, made)
    for word, forms in made.forms:
        out.print(f"For {safe(word)} also: {safe(', '.join(forms[1:]))}", style="dim")
    out.print(
        f"“{words}”: {count(len(made), 'place')} in {count(len(made.in_documents), 'document')}; "
        f"every word of {searched} was looked at, in {made.seconds:.2f} s."
    )
    if 0 < len(lines) < len(made):
        out.print(f"The first {len(lines):,} are printed; --limit {len(made)} prints all.", style="dim")


def _print_line(out: Console, line: Line) -> None:
    """Where it stands, then the words around it, the place in the middle of the line."""
    from rich.text import Text

    pages = f"p. {line.pages}" if line.pages else None
    kind = line.voice if line.voice != "text" else None
    where = " · ".join(part for part in (line.document, line.date, pages, kind) if part)
    room = max(10, (out.width - len(line.words)) // 2 - 1)
    left, right = safe(" ".join(line.left.split())), safe(" ".join(line.right.split()))
    # The blanks at the place itself are the text's.
    left += " " if line.left.endswith(" ") else ""
    right = (" " if line.right.startswith(" ") else "") + right
    out.print(Text(safe(where), "dim"))
    out.print(
        Text.assemble(left[-room:].rjust(room), (safe(line.words), "bold"), right[:room]),
        no_wrap=True,
        overflow="ellipsis",
    )


def _print_years(out: Console, made: Concordance) -> None:
    """Places by year, or by decade, as bars."""
    years = [(one.year, one.places) for one in made.in_years if one.year is not None]
    undated = next((one.places for one in made.in_years if one.year is None), 0)
    span = 1 if len(years) <= _YEARS else 10
    counts: dict[int, int] = {}
    for year, places in years:
        counts[year // span * span] = counts.get(year // span * span, 0) + places
    most = max([*counts.values(), 1])
    for year, places in counts.items():
        name = str(year) if span == 1 else f"{year}–{year % 100 + 9:02}"
        drawn = "█" * max(1 if places else 0, round(_BAR * places / most))
        out.print(f"{name:>8}  {places:>7,}  {drawn}")
    if undated:
        out.print(f"{'undated':>8}  {undated:>7,}")
    if counts or undated:
        out.print()
