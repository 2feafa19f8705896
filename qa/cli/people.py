"""people: who may sign in to the page of a library."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from qa.cli.terminal import console, count, print_json, safe
from qa.errors import UsageError

if TYPE_CHECKING:
    from qa.page.serve.people import People


def people(arguments: argparse.Namespace) -> int:
    """`qa people`; neither the library nor a model is opened for it."""
    from qa.library import default_location
    from qa.page.serve.people import People, people_file

    known = People(people_file(arguments.library or default_location()))
    done = {"add": _add, "password": _change, "remove": _remove, "list": _list}[arguments.what]
    return done(known, arguments)


def _add(known: People, arguments: argparse.Namespace) -> int:
    name = known.free(_one(arguments))  # what is amiss with it is said before a password is typed
    made = known.add(name, _password(name))
    if arguments.json:
        print_json({"added": made.name})
        return 0
    print(f"{safe(made.name)} may sign in now.")
    if len(known.all()) == 1:
        print("The page asks everybody to sign in from the next start of qa chat on.")
    return 0


def _change(known: People, arguments: argparse.Namespace) -> int:
    name = known.there(_one(arguments)).name
    made = known.change(name, _password(name))
    if arguments.json:
        print_json({"changed": made.name})
    else:
        print(f"{safe(made.name)} has another password now, and signs in again with it.")
    return 0


def _remove(known: People, arguments: argparse.Namespace) -> int:
    if not arguments.names:
        raise UsageError("Say who: qa people remove NAME")
    gone = known.remove(arguments.names)
    if arguments.json:
        print_json({"removed": [*gone]})
        return 0
    print(f"{safe(', '.join(gone))} can no longer sign in; where signed in, no longer is.")
    if not known.all():
        print("Nobody is left: the page is open to everybody at this machine, and to no other.")
    return 0


def _list(known: People, arguments: argparse.Namespace) -> int:
    there = known.all()
    if arguments.json:
        print_json({"file": str(known.file), "people": [{"name": p.name, "added": p.added} for p in there]})
        return 0
    if not there:
        print("Nobody: the page is open to everybody at this machine. Add somebody: qa people add NAME")
        return 0
    from rich.table import Table

    table = Table("name", "since (UTC)")
    for person in there:
        table.add_row(safe(person.name), safe(person.added[:16].replace("T", " ")))
    out = console()
    out.print(table)
    out.print(f"{count(len(there), 'person').replace('persons', 'people')} in {safe(str(known.file))}")
    return 0


def _one(arguments: argparse.Namespace) -> str:
    # A name without quotation marks around it comes as words.
    if not arguments.names:
        raise UsageError(f"Say who: qa people {arguments.what} NAME")
    return " ".join(arguments.names)


def _password(name: str) -> str:
    """Asked twice without echo; the first line of standard input where that is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    import getpass

    from qa.page.serve.people import confirm_password

    first = confirm_password(getpass.getpass(f"Password for {safe(name)}: "))
    if getpass.getpass("The same again: ") != first:
        raise UsageError("The two are not the same. Nothing was changed.")
    return first
