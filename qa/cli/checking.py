"""verify."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.cli.keeping import opened
from qa.cli.terminal import console, count, print_json, safe, say
from qa.errors import IbidError, UsageError

if TYPE_CHECKING:
    from qa.receipts import Check
    from qa.types import SourceFile

STATUSES = ("exact", "moved", "changed", "gone")


def verify(arguments: argparse.Namespace) -> int:
    """`qa verify`"""
    from qa import receipts

    checks = receipts.verify(_saved(arguments.file), sources=_sources(arguments))
    counts = Counter[str](check.status for check in checks)
    if arguments.json:
        tally = {status: counts[status] for status in STATUSES}
        print_json({"quotes": len(checks), **tally, "checks": [asdict(check) for check in checks]})
    else:
        _print(checks, counts)
    return 0 if all(check.holds for check in checks) else 1


def _saved(file: str) -> Any:
    from qa.exporting.saved import text_of

    try:
        return json.loads(text_of(file))
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{file}: is not JSON. Save the output of `qa ask --json` and check that."
        ) from error


def _sources(arguments: argparse.Namespace) -> tuple[SourceFile, ...]:
    """What the library knows of its files' places and encodings. Checking works without any library."""
    from qa.library import default_location

    location = arguments.library or default_location()
    if "://" not in location and not Path(location).exists():
        return ()
    try:
        with opened(arguments) as assistant:
            return assistant.library.sources()
    except IbidError as error:
        say(f"Checking without the library: {error}")
        return ()


def _print(checks: list[Check], counts: Counter[str]) -> None:
    out = console()
    for check in checks:
        notes = [note for note in check.notes if note.status in ("changed", "gone")]
        if check.status == "exact" and not check.reason and not notes:
            continue
        out.print(f"{check.status.upper()}  quote {check.number} of “{safe(check.question)}”", style="bold")
        if check.reason:
            out.print(f"  {safe(check.document)}: {safe(check.reason)}")
        if check.difference:
            out.print(f"  {safe(check.difference)}")
        for note in notes:
            out.print(f"  Note {safe(note.marker)}: {note.status}. {safe(note.difference or note.reason)}")
    for change in sorted({(c.source_file, c.reader, c.reader_now) for c in checks if c.read_otherwise}):
        out.print("{}: read by {} then, by {} now; its text may differ for that.".format(*map(safe, change)))
    said = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    out.print(f"{count(len(checks), 'quote')} checked: {said}." if checks else "No quotes to check.")
