"""doctor, backup, restore: that nothing is lost. Neither a model nor the search is loaded for them."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from qa.cli.terminal import bar, console, count, print_json, safe

DAMAGED = 1


def doctor(arguments: argparse.Namespace) -> int:
    """`qa doctor`"""
    from qa.library.doctor import examine

    with bar("documents", shown=not arguments.json) as shows:
        report = examine(
            _folder(arguments, "pg_amcheck --schema={schema} DATABASE"),
            mend=not arguments.look_only,
            progress=shows,
        )
    if arguments.json:
        print_json({**asdict(report), "well": report.is_well})
        return 0 if report.is_well else DAMAGED
    from rich.table import Table

    table = Table("part", "", "what was found")
    for finding in report.findings:
        found = [safe(line) for line in (*finding.what, finding.advice) if line]
        table.add_row(safe(finding.part), finding.how, "\n".join(found))
    console().print(table)
    compared = f"{count(report.documents, 'document')} and {count(report.passages, 'passage')} compared."
    print(f"{safe(report.location)}: {'all is well' if report.is_well else 'not all is well'}. {compared}")
    return 0 if report.is_well else DAMAGED


def backup(arguments: argparse.Namespace) -> int:
    """`qa backup`"""
    from qa.library.backup import back_up

    place = _folder(arguments, "pg_dump --format=custom --schema={schema} --file=FILE DATABASE")
    with bar("bytes", shown=not arguments.json) as shows:
        made = back_up(place, arguments.file, lambda done, total: shows("writing", done, total))
    if arguments.json:
        print_json(asdict(made))
        return 0
    print(f"{safe(arguments.file)}: {_holds(made.documents, made.files, made.bytes)}.")
    if made.people:
        print("It holds who may sign in, their passwords hashed: keep it as you would keep the library.")
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """`qa restore`"""
    from qa.library.backup import restore as put_back

    place = _folder(arguments, "pg_restore --dbname=DATABASE FILE")
    with bar("bytes", shown=not arguments.json) as shows:
        made = put_back(arguments.file, place, lambda done, total: shows("reading", done, total))
    if arguments.json:
        print_json({**asdict(made), "restored": place})
        return 0
    print(f"{safe(place)}: {_holds(made.documents, made.files, made.bytes)}, as of {safe(made.made)}.")
    print("The search indexes are built with the first question.", file=sys.stderr)
    return 0


def _holds(documents: int, files: int, size: int) -> str:
    return f"{count(documents, 'document')} in {count(files, 'file')}, {size / 1e6:,.1f} MB"


def _folder(arguments: argparse.Namespace, there: str) -> str:
    """The folder of the library that was asked for; ``there`` is the server's own command that does the same
    for one on a server. Raises UsageError, naming it."""
    from qa.errors import UsageError
    from qa.library import default_location
    from qa.library.address import Address

    place = str(arguments.library or default_location())
    if "://" in place:
        command = there.format(schema=Address.read(place).schema)
        raise UsageError(
            f"This is for libraries in folders. On a server its own tools do it: {command} (see "
            "docs/postgres.md)."
        )
    return place
