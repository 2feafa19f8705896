"""Printing: text from documents is data, so nothing in it may steer the terminal or be taken for markup."""

from __future__ import annotations

import contextlib
import difflib
import json
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console
    from rich.text import Text

    from qa.types import Quote

# Terminal control sequences whole (colours, titles, links), then whatever control characters are left, and
# the marks that turn the direction of writing, with which a text can be made to read otherwise.
_SEQUENCES = re.compile(
    "\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?"  # operating system command, to its terminator
    "|\x1b[PX^_][^\x1b]*(?:\x1b\\\\)?"  # device control and the like
    "|[\x1b\x9b]\\[?[0-?]*[ -/]*[@-~]"  # CSI and two-character escapes
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def safe(text: str) -> str:
    """``text`` without anything that a terminal would obey; line breaks and tabs stay."""
    return _CONTROL.sub("", _SEQUENCES.sub("", text.replace("\r\n", "\n")))


def print_json(value: Any) -> None:
    """``value`` as one JSON document on standard output."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not utf8, indent=2))


def console(*, error: bool = False) -> Console:
    """A console on standard output (or error) that takes no text for markup, honours NO_COLOR and lets a
    broken pipe be seen above."""
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Plain(stderr=error, markup=False, emoji=False, highlight=False, soft_wrap=False)


def count(number: int, noun: str) -> str:
    """ "1 document", "1,881 documents"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def say(words: str) -> None:
    """One line for the person on standard error, out of the way of what is printed."""
    print(f"qa: {safe(words)}", file=sys.stderr, flush=True)


_NOTES = {"endnote": "an endnote", "source": "a source note", "comment": "a comment in the margin"}
"""What a note is called; a footnote is a note."""


def print_quote(out: Console, quote: Quote) -> None:
    """One quote: where it stands, its words with the answer phrase marked, its notes, its citation."""
    from rich.padding import Padding
    from rich.text import Text

    def below(text: Text | str, style: str = "") -> None:
        shown = Text(safe(text), style) if isinstance(text, str) else text
        out.print(Padding(shown, (0, 0, 0, 3), expand=False))

    several = "–" in (quote.pages or "")
    pages = f"{'pp.' if several else 'p.'} {quote.pages}" if quote.pages else None
    kind = {"heading": "a heading", "front": "front matter"}.get(quote.voice)
    if quote.voice == "note":
        kind = _NOTES.get(quote.note_kind or "", "a note")
    seen = f"recognised by OCR ({quote.recognised})" if quote.recognised else None
    where = " · ".join(part for part in (quote.document, pages, quote.section, kind, seen) if part)
    out.print(Text.assemble((f"{quote.number}  ", "bold"), (safe(where), "dim")))
    below(_marked(quote))
    if quote.phrase and not out.is_terminal:
        # Without a terminal's bold nothing would mark it, and a sign put into a quote would be false.
        at = phrase_in(quote.clean, quote.text, quote.start, quote.phrase.start, quote.phrase.end)
        below(f"Answer phrase: {quote.clean[slice(*at)] if at else ' '.join(quote.phrase.text.split())}")
    for note in quote.notes:
        below(f"Note {note.marker}: {' '.join(note.text.split())}", "dim")
    below(quote.citation, "italic")
    for place in quote.also_at:
        below(f"The same words: {place.citation}", "dim")
    out.print()


def _marked(quote: Quote) -> Text:
    from rich.text import Text

    clean = safe(" ".join(quote.clean.split()))
    text = Text(clean)
    span = (
        phrase_in(clean, quote.text, quote.start, quote.phrase.start, quote.phrase.end)
        if quote.phrase
        else None
    )
    if span:
        text.stylize("bold reverse" if span == (0, len(clean)) else "bold underline", *span)
    return text


def phrase_in(clean: str, text: str, offset: int, start: int, end: int) -> tuple[int, int] | None:
    """Where ``text[start - offset : end - offset]`` stands in ``clean``, the same text with some of its
    characters left out; None where nothing of it is left."""
    kept: dict[int, int] = {}
    for a, b, size in difflib.SequenceMatcher(None, text, clean, autojunk=False).get_matching_blocks():
        kept.update((a + i, b + i) for i in range(size))
    inside = [kept[i] for i in range(start - offset, end - offset) if i in kept]
    return (inside[0], inside[-1] + 1) if inside else None


@contextlib.contextmanager
def bar(
    unit: str, *, shown: bool = True, speed: bool = False
) -> Iterator[Callable[[str, float, float | None], None]]:
    """A progress bar with the time left, and the ``speed`` (units a second) if wanted, on standard error and
    on a terminal only. Gives a function (what is being done, how much of it is done, of how much or None) to
    call as the work goes on."""
    if not (shown and sys.stderr.isatty()):
        yield lambda _what, _done, _total: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.table import Column
    from rich.text import Text

    class Speed(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text("" if not task.speed else f"{task.speed:.1f}/s")

    progress = Progress(
        TextColumn("{task.description}", markup=False, table_column=Column(ratio=1, no_wrap=True)),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn(unit),
        *([Speed()] if speed else []),
        TimeRemainingColumn(),
        console=console(error=True),
        transient=True,
        expand=True,
    )
    with progress:
        task = progress.add_task("", total=None)

        def shows(what: str, done: float, total: float | None) -> None:
            progress.update(task, description=safe(what), completed=done, total=total)

        yield shows


@contextlib.contextmanager
def waiting(words: str, *, shown: bool = True) -> Iterator[None]:
    """Says on a terminal's standard error what is being waited for, as long as it lasts."""
    if not (shown and sys.stderr.isatty()):
        yield
        return
    with console(error=True).status(words):
        yield
