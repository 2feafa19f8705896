"""export."""

from __future__ import annotations

import argparse
import base64
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli.terminal import count, print_json, safe
from qa.errors import IbidError, UsageError

if TYPE_CHECKING:
    from qa.types import Answer


def export(arguments: argparse.Namespace) -> int:
    """`qa export`"""
    from qa import exporting
    from qa.exporting.conversation import Conversation

    to = _format(arguments)
    made_for = exporting.FORMATS[to]
    if made_for.binary and not arguments.out and not arguments.json and sys.stdout.isatty():
        raise UsageError(f"{made_for.words} is no text for a terminal. Say where it should go: -o FILE")
    answers = _answers(arguments.files)
    nearest = not arguments.answers_only
    data = exporting.export(answers, to, style=arguments.style, nearest=nearest)
    if arguments.out:
        _write(Path(arguments.out), data)
    quotes = len(Conversation(answers, nearest=nearest).quotes)
    if arguments.json:
        told: dict[str, object] = {"format": to, "answers": len(answers), "quotes": quotes}
        told["style"] = arguments.style
        told["file"] = str(Path(arguments.out).absolute()) if arguments.out else None
        if not arguments.out:
            key = "base64" if made_for.binary else "text"
            told[key] = base64.b64encode(data).decode() if made_for.binary else data.decode("utf-8")
        print_json(told)
    elif arguments.out:
        said = f"{count(len(answers), 'answer')}, {count(quotes, 'quote')}"
        print(f"{safe(arguments.out)}: {said} as {made_for.words}.")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    return 0


def _format(arguments: argparse.Namespace) -> str:
    from qa.exporting import FORMATS, format_of

    to: str | None = arguments.to or (format_of(arguments.out) if arguments.out else "markdown")
    if to is None:
        endings = ", ".join(each.suffix for each in FORMATS.values())
        raise UsageError(
            f"What {arguments.out} should hold cannot be told from its name.\n"
            f"Say --to {'|'.join(FORMATS)}, or let it end in {endings}."
        )
    return to


def _answers(files: list[str]) -> list[Answer]:
    from qa.exporting.saved import answers, text_of

    found = []
    for file in files:
        try:
            text = text_of(file)
        except UnicodeDecodeError as error:
            raise UsageError(f"{file}: is not UTF-8, so it is not what `qa ask --json` wrote.") from error
        except (OSError, ValueError) as error:
            words = getattr(error, "strerror", None) or str(error)
            raise UsageError(f"{file}: cannot be read: {words}.") from error
        found += answers(text, "Standard input" if file == "-" else file)
    return found


def _write(path: Path, data: bytes) -> None:
    """Writes the file whole or not at all."""
    if path.exists() and not path.is_file():
        try:
            path.write_bytes(data)  # a pipe, /dev/stdout; a folder is an error
        except OSError as error:
            raise IbidError(f"{path}: cannot be written: {error.strerror or error}.") from error
        return
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name[:50]}.")
    except OSError as error:
        raise IbidError(f"{path}: cannot be written: {error.strerror or error}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        # mkstemp lets nobody else read it; a file that is made in the ordinary way may be read by others.
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise IbidError(f"{path}: cannot be written: {error.strerror or error}.") from error
