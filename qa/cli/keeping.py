"""add, update, remove, list, show: what is in the library."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from qa.cli.terminal import bar, console, count, print_json, safe, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from qa.adding import Progress, Report
    from qa.assistant import Assistant
    from qa.library.protocol import DocumentSummary
    from qa.machines import Machines
    from qa.types import SourceFile

NOT_READ = 3


@contextlib.contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[Assistant]:
    """The assistant over the library that was asked for, closed in the end; no model is loaded yet."""
    from qa.assistant import Assistant
    from qa.encoding import DEFAULT_MODEL

    assistant = Assistant.open(
        arguments.library,
        model=arguments.model or DEFAULT_MODEL,
        cross_encoder=getattr(arguments, "cross_encoder", None),
    )
    try:
        yield assistant
    finally:
        assistant.library.close()


def add(arguments: argparse.Namespace) -> int:
    """`qa add`"""
    from qa import adding
    from qa.encoding import SentenceEncoder

    def work(assistant: Assistant, progress: Callable[[Progress], None]) -> Report:
        if arguments.precision and isinstance(assistant.encoder, SentenceEncoder):
            assistant.encoder.precision = arguments.precision
        with _machines(arguments) as elsewhere:
            return adding.add(
                assistant.library,
                assistant.encoder,
                arguments.paths,
                encoding=arguments.encoding,
                progress=progress,
                elsewhere=elsewhere,
            )

    return _read(arguments, work)


@contextlib.contextmanager
def _machines(arguments: argparse.Namespace) -> Iterator[Machines | None]:
    """The cluster that was asked for."""
    if not arguments.ray:
        yield None
        return
    from qa.encoding import DEFAULT_MODEL
    from qa.machines import Machines

    with Machines(
        arguments.ray, model=arguments.model or DEFAULT_MODEL, precision=arguments.precision
    ) as one:
        yield one


def update(arguments: argparse.Namespace) -> int:
    """`qa update`"""
    from qa import adding

    def work(assistant: Assistant, progress: Callable[[Progress], None]) -> Report:
        return adding.update(assistant.library, assistant.encoder, progress=progress)

    return _read(arguments, work)


def _read(
    arguments: argparse.Namespace, work: Callable[[Assistant, Callable[[Progress], None]], Report]
) -> int:
    began = time.monotonic()
    with opened(arguments) as assistant:
        with bar("files", shown=not arguments.json) as shows:

            def progress(now: Progress) -> None:
                # A long file moves the bar within its own step.
                part = now.done_passages / now.total_passages if now.total_passages else 0
                shows(f"{now.stage} {now.file}", now.done_files + min(part, 1), now.total_files)

            report = work(assistant, progress)
        searched = assistant.library.searched()
    for failure in report.failed:
        say(str(failure))
    for warning in report.warnings:
        say(warning)
    if arguments.json:
        print_json(
            {
                **{name: [*getattr(report, name)] for name in ("added", "changed", "unchanged", "removed")},
                "failed": [{"path": f.path, "reason": f.reason, "advice": f.advice} for f in report.failed],
                "skipped": [*report.skipped],
                "warnings": [*report.warnings],
                "documents": report.documents,
                "passages": report.passages,
                "library": {"location": assistant.library.location, **asdict(searched)},
                "seconds": round(time.monotonic() - began, 2),
            }
        )
    else:
        print(_summary(report))
        print(f"The library holds {count(searched.documents, 'document')} now.")
    return NOT_READ if report.failed or report.warnings else 0


def _summary(report: Report) -> str:
    parts = [
        f"{len(files)} {word}"
        for files, word in (
            (report.added, "added"),
            (report.changed, "changed"),
            (report.unchanged, "unchanged"),
            (report.removed, "gone"),
            (report.failed, "not read"),
            (report.skipped, "of no kind that can be read"),
        )
        if files
    ]
    read = (
        f": {count(report.documents, 'document')}, {count(report.passages, 'passage')} read"
        if report.documents
        else ""
    )
    return f"Files: {', '.join(parts)}{read}." if parts else "No files to read."


def remove(arguments: argparse.Namespace) -> int:
    """`qa remove`"""
    with opened(arguments) as assistant:
        library = assistant.library
        if sys.stdin.isatty() and sys.stderr.isatty() and not arguments.yes:
            named = ", ".join(safe(name) for name in arguments.names)
            print(
                f"Take {named} out of the library? The files stay on disk. [y/N] ",
                end="",
                file=sys.stderr,
                flush=True,
            )
            if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
                say("Nothing was removed.")
                return 1
        removed = library.remove(arguments.names)
    if arguments.json:
        print_json({"removed": [*removed]})
    else:
        print(f"{count(len(removed), 'document')} taken out of the library.")
    return 0


def list_(arguments: argparse.Namespace) -> int:
    """`qa list`"""
    with opened(arguments) as assistant:
        library = assistant.library
        sources, documents, searched = library.sources(), library.documents(), library.searched()
    if arguments.json:
        print_json(
            {
                "library": library.location,
                "model": library.model,
                "sources": [asdict(source) for source in sources],
                "documents": [asdict(document) for document in documents],
                "searched": asdict(searched),
            }
        )
        return 0
    if not sources:
        print("The library is empty. Add files with: qa add PATH")
        return 0
    out = console()
    out.print(_documents(documents) if arguments.documents else _sources(sources, documents))
    held = f"{count(searched.documents, 'document')}, {count(searched.passages, 'passage')}"
    out.print(f"{held} in {safe(library.location)}")
    return 0


def _table(*columns: tuple[str, bool]) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading, number in columns:
        table.add_column(heading, justify="right" if number else "left", no_wrap=number, overflow="fold")
    return table


def _sources(sources: Sequence[SourceFile], documents: Sequence[DocumentSummary]) -> Any:
    table = _table(
        ("Source file", False),
        ("Documents", True),
        ("Passages", True),
        ("Characters", True),
        ("Read as", False),
    )
    held: dict[str, tuple[int, int, int]] = {}
    for document in documents:
        number, passages, characters = held.get(document.source, (0, 0, 0))
        held[document.source] = (number + 1, passages + document.passages, characters + document.characters)
    for source in sources:
        counts = held.get(source.name) or held.get(source.path) or (0, 0, 0)
        table.add_row(safe(source.name), *(f"{number:,}" for number in counts), source.reader)
    return table


def _documents(documents: Sequence[DocumentSummary]) -> Any:
    table = _table(("Document", False), ("Date", False), ("Title", False), ("Passages", True))
    for document in documents:
        table.add_row(
            safe(document.name), document.date or "", safe(document.title), f"{document.passages:,}"
        )
    return table


def show(arguments: argparse.Namespace) -> int:
    """`qa show`"""
    from qa.cli.editing import known

    with opened(arguments) as assistant:
        document = assistant.library.document(arguments.document)
        source = assistant.library.source_of(document.name)
        edited = assistant.library.edits(document.name)
    if arguments.json:
        print_json(
            {
                "document": document.name,
                "text": document.text,
                "marks": [asdict(mark) for mark in document.marks],
                "metadata": known(document.metadata),
                "edited": dict(edited),
                "source": asdict(source),
            }
        )
        return 0
    from qa.citing import cite, quote_csl

    out = console()
    out.print(safe(cite(quote_csl(document, None, None))), style="italic")
    out.print(f"{safe(document.name)} · read from {safe(source.path)} as {source.reader}", style="dim")
    out.print()
    out.print(safe(document.text))
    return 0


def begin(assistant: Assistant) -> None:
    """A library that nothing was ever added to gets the documents that come with the program; one whose
    documents were removed stays empty."""
    if assistant.library.generation() > 0:
        return
    from qa import adding

    report = adding.add(assistant.library, assistant.encoder, [adding.seeds()])
    say(
        f"A new library, begun with the {len(report.added)} documents that come with the program. "
        "Add your own with: qa add PATH"
    )
    for failure in report.failed:
        say(str(failure))
