"""edit: what a person says of documents."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from qa.cli.keeping import opened
from qa.cli.terminal import console, count, print_json, safe
from qa.errors import UsageError

if TYPE_CHECKING:
    from qa.editing import Edited


def edit(arguments: argparse.Namespace) -> int:
    """`qa edit`; without --set and --unset it shows what is known."""
    from qa import editing

    put: dict[str, str] = {}
    for given in arguments.put:
        name, equals, words = given.partition("=")
        if not equals or not name.strip():
            raise UsageError(f'"{given}" sets nothing. Write --set FIELD=VALUE, as in --set date=1945-11-22.')
        put[name.strip()] = words
    with opened(arguments) as assistant:
        done = editing.edit(
            assistant.library, assistant.encoder, arguments.names, put=put, unset=arguments.unset
        )
    if arguments.json:
        print_json(
            {
                "documents": [
                    {
                        "document": each.document,
                        "metadata": known(each.metadata),
                        "edited": dict(each.edits),
                        "changed": each.changed,
                    }
                    for each in done
                ],
                "passages": sum(each.embedded for each in done),
            }
        )
    elif put or arguments.unset:
        changed = sum(each.changed for each in done)
        print(f"{count(changed, 'document')} edited." if changed else "Nothing to change.")
    else:
        _print(done)
    return 0


def known(metadata: Any) -> dict[str, Any]:
    """Metadata as JSON has it, ``csl`` last."""
    fields = asdict(metadata)
    return {**{name: told for name, told in fields.items() if name != "csl"}, "csl": {**metadata.csl}}


def _print(done: tuple[Edited, ...]) -> None:
    out = console()
    for each in done:
        out.print(safe(each.document), style="bold")
        told = {name: words for name, words in known(each.metadata).items() if words and name != "csl"}
        told |= {name: words for name, words in each.metadata.csl.items() if name not in told}
        for name, words in told.items():
            edited = " (edited)" if name in each.edits else ""
            out.print(f"  {name}: {safe(_shown(words))}{edited}")


def _shown(words: Any) -> str:
    from qa.reading.fields import named

    if isinstance(words, list):
        return named(words) or ""
    return json.dumps(words, ensure_ascii=False) if isinstance(words, dict) else str(words)
