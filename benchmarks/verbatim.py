"""Whether each quote is the source's, to the letter: python -m benchmarks.verbatim LIBRARY SET …

Asks a library all questions of evaluation sets (shipped names or files), follow-ups with those before, and
holds each quote that is shown (answers, and the nearest places where nothing answers), its notes and its
answer phrase against a fresh reading of the source files. Before that the text of every document is held
against it too. LIBRARY is opened, not changed.

Prints a Markdown table; exit code 1 where one letter is another, or a source file cannot be read any more.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.archive import machine
from qa.assistant import Assistant
from qa.encoding import SentenceEncoder
from qa.evaluation import load
from qa.library import open_library
from qa.library.protocol import Library
from qa.reading import read
from qa.types import Quote

QUOTES = 10
"""Quotes asked for: more than are shown without asking for them."""

COLUMNS = ("questions", "quotes", "notes", "phrases", "wrong")


def fresh_texts(library: Library) -> dict[str, str]:
    """The text of each document as a reading of its source file gives it now. Raises UnreadableFile."""
    texts: dict[str, str] = {}
    for source in library.sources():
        reading = read(Path(source.path), source.name, encoding=source.encoding)
        texts |= {document.name: document.text for document in reading.documents}
    return texts


def slices(quote: Quote) -> Iterator[tuple[str, int, int, str]]:
    """(what, start, end, text) of a quote and of all that is shown of it in the document's words."""
    yield "quotes", quote.start, quote.end, quote.text
    for note in quote.notes:
        yield "notes", note.start, note.end, note.text
    if quote.phrase:
        yield "phrases", quote.phrase.start, quote.phrase.end, quote.phrase.text


def checked(
    assistant: Assistant, texts: dict[str, str], questions: Sequence[tuple[str, tuple[str, ...]]]
) -> Counter[str]:
    """What was shown for questions (each with those before it), counted by COLUMNS."""
    counts = Counter[str]()
    for number, (question, after) in enumerate(questions, 1):
        answer = assistant.ask(question, after=after, limit=QUOTES)
        counts["questions"] += 1
        for quote in (*answer.quotes, *answer.nearest):
            for what, start, end, text in slices(quote):
                counts[what] += 1
                if not text or texts.get(quote.document, "")[start:end] != text:
                    counts["wrong"] += 1
                    print(f"{quote.document} {start}–{end}: {text!r}", file=sys.stderr)
        if number % 100 == 0:
            print(f"{number:,} of {len(questions):,} questions", file=sys.stderr, flush=True)
    return counts


def main(argv: Sequence[str] | None = None) -> int:
    """Runs it; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("library", metavar="LIBRARY")
    parser.add_argument("sets", nargs="+", metavar="SET")
    parser.add_argument("--questions", type=int, metavar="N", help="of each set, by chance (default: all)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="(default: 1)")
    arguments = parser.parse_args(argv)
    began = time.perf_counter()
    rows: list[tuple[str, Counter[str]]] = []
    encoder = SentenceEncoder()
    library = open_library(arguments.library, model=encoder.name, create=False)
    try:
        assistant = Assistant(library, encoder)
        texts = fresh_texts(library)
        held = [one.name for one in library.documents()]
        other = [name for name in held if library.document(name).text != texts.get(name)]
        for name in other:
            print(f"{name}: the library's text is not that of its source file", file=sys.stderr)
        for name in arguments.sets:
            found = load(name)
            questions = [(one.question, one.after) for one in found.questions]
            if arguments.questions and arguments.questions < len(questions):
                questions = random.Random(arguments.seed).sample(questions, arguments.questions)
            rows.append((found.name, checked(assistant, texts, questions)))
    finally:
        library.close()
    total = sum((counts for _, counts in rows), Counter[str]())
    rows.append(("all", total))
    print(f"{time.strftime('%d %B %Y', time.gmtime())}, {machine()}, {time.perf_counter() - began:,.0f} s\n")
    print(f"Documents whose text is that of a fresh reading: {len(held) - len(other):,} of {len(held):,}.\n")
    print(f"| set | {' | '.join(COLUMNS[:-1])} | not to the letter |\n|---|{'---|' * len(COLUMNS)}")
    for name, counts in rows:
        print(f"| {name} | " + " | ".join(f"{counts[column]:,}" for column in COLUMNS) + " |")
    return int(bool(other or total["wrong"]))


if __name__ == "__main__":
    raise SystemExit(main())
