"""The quotes of a conversation as CSV, one a row, safe to open in a spreadsheet.

A spreadsheet takes a cell that begins with = + - or @ for a formula, whoever wrote it. So one apostrophe is
put before such a sign where a cell begins (spaces and tabs before it do not count), and, because programs
that expect semicolons begin a cell there, after a semicolon, a tab or a line break within a cell too. Where
there are apostrophes before such a sign already there is one more, so that ``unguarded`` gives the exact
words back. Everything else stands as it is.
"""

from __future__ import annotations

import csv
import io
import re

from qa.exporting.conversation import Conversation, Turn, shown
from qa.types import Quote

COLUMNS = (
    "question_number", "question", "answered", "confidence", "kind", "number", "quote", "clean", "phrase",
    "document", "section", "voice", "note_kind", "pages", "citation", "notes", "url", "score", "start", "end",
    "document_id", "source_file", "source_sha256", "reader", "recognised",
)  # fmt: skip
"""One row a quote; ``kind`` is "quote" or, of a question that was not answered, "nearest". A question without
any quote has a row with the first four only."""

# Signs that begin a formula, and their full-width doubles, which some programs take for the same.
_SIGN = r"'*[=+\-@＝＋－＠]"
_BEGINS = re.compile(rf"(?:^|(?<=[;\t\r\n]))([ \u00a0]*)(?={_SIGN})")
_GUARDED = re.compile(rf"(?:^|(?<=[;\t\r\n]))([ \u00a0]*)'(?={_SIGN})")
_BOM = "\ufeff"


def as_csv(conversation: Conversation) -> str:
    """CSV (RFC 4180) with a heading; every cell in quotation marks. The byte order mark at the beginning
    tells Excel that it is UTF-8."""
    file = io.StringIO(newline="")
    rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for turn in conversation.turns:
        for quote in turn.quotes:
            rows.writerow(_row(conversation, turn, quote))
        if not turn.quotes:
            rows.writerow([*_asked(turn), *[""] * (len(COLUMNS) - 4)])
    return _BOM + file.getvalue()


def guarded(words: str) -> str:
    """``words`` as a cell that no spreadsheet takes for a formula."""
    return _BEGINS.sub(r"\1'", words)


def unguarded(cell: str) -> str:
    """The words that ``guarded`` made the cell of."""
    return _GUARDED.sub(r"\1", cell)


def _asked(turn: Turn) -> list[str]:
    answered = "yes" if turn.answer.answered else "no"
    return [str(turn.number), _cell(turn.answer.question), answered, f"{turn.answer.confidence:.4f}"]


def _row(conversation: Conversation, turn: Turn, quote: Quote) -> list[str]:
    texts = (
        "nearest" if turn.near else "quote",
        str(quote.number),
        quote.text,
        quote.clean,
        quote.phrase.text if quote.phrase and not turn.near else "",
        quote.document,
        quote.section or "",
        quote.voice,
        quote.note_kind or "",
        quote.pages or "",
        "".join(run.text for run in conversation.citation(quote)),
        "\n".join(f"{note.marker} {note.text}" for note in quote.notes),
        quote.url or "",
        f"{quote.score:.4f}",
        str(quote.start),
        str(quote.end),
        quote.document_id,
        quote.source_file,
        quote.source_sha256,
        quote.reader,
        quote.recognised or "",
    )
    return [*_asked(turn), *map(_cell, texts)]


def _cell(words: str) -> str:
    return guarded(shown(words))
