"""Answers as `qa ask --json` saved them, read back: one, a list, or several documents after each other."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.errors import UsageError
from qa.receipts import answer_from_dict
from qa.types import Answer, Quote

LARGEST = 50_000_000
"""Bytes of a file of answers at the most: some 10,000 of them."""

MOST = 5_000_000
"""Values (texts, numbers, lists, objects) in it at the most: twice what 50 MB of answers hold. Of nothing but
empty lists, as many as 50 MB have room for, would take 2 GB."""

_SOMETHING = re.compile(r"\S")
_TEXTS = ("text", "clean", "document", "citation", "source_file", "source_sha256", "document_id", "voice")


def text_of(file: str) -> str:
    """The text of a file of answers; "-" is standard input. Raises OSError, UnicodeDecodeError, UsageError
    where it is larger than LARGEST or may hold more than MOST values."""
    if file == "-":
        text = sys.stdin.read(LARGEST + 1)
        size = len(text)
    else:
        with Path(file).open("rb") as stream:
            data = stream.read(LARGEST + 1)
        size = len(data)
        text = data.decode("utf-8-sig") if size <= LARGEST else ""
    called = "Standard input" if file == "-" else file
    if size > LARGEST:
        raise UsageError(
            f"{called}: is larger than {LARGEST // 1_000_000} MB. Give a part of the answers at a time."
        )
    if sum(map(text.count, ",[{")) > MOST:  # one of these stands before each value
        raise UsageError(f"{called}: holds more than {MOST:,} values. Give a part of the answers at a time.")
    return text


def answers(text: str, called: str = "This") -> list[Answer]:
    """The answers in ``text``, in order. ``called`` is what the text is called in an error.
    Raises UsageError where it is not what `qa ask --json` wrote, or holds no answer."""
    found = [_answer(saved, called) for saved in _documents(text, called)]
    if not found:
        raise UsageError(f"{called} holds no answer. Save the output of `qa ask --json` and export that.")
    return found


def _documents(text: str, called: str) -> Iterator[Any]:
    decoder, at = json.JSONDecoder(), 1 if text.startswith("\ufeff") else 0
    try:
        while found := _SOMETHING.search(text, at):
            document, at = decoder.raw_decode(text, found.start())
            yield from document if isinstance(document, list) else [document]
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{called} is not JSON. Save the output of `qa ask --json` and export that."
        ) from error


def _answer(saved: Any, called: str) -> Answer:
    wrong = UsageError(f"{called} is not what `qa ask --json` wrote. Save its output and export that.")
    if not isinstance(saved, dict):
        raise wrong
    try:
        answer = answer_from_dict(saved)
        said = (answer.question, *answer.after)
        counts = (answer.searched.documents, answer.searched.passages)
        if (
            all(isinstance(words, str) for words in said)
            and all(isinstance(count, int) for count in counts)
            and isinstance(answer.confidence, int | float)
            and all(map(_is_sound, (*answer.quotes, *answer.nearest)))
        ):
            return answer
    except (UsageError, TypeError, ValueError, AttributeError) as error:
        raise wrong from error
    raise wrong


def _is_sound(quote: Quote) -> bool:
    return (
        all(isinstance(getattr(quote, name), str) for name in _TEXTS)
        and isinstance(quote.number, int)
        and isinstance(quote.start, int)
        and isinstance(quote.end, int)
        and isinstance(quote.score, int | float)
        and isinstance(quote.csl, dict)
        and all(isinstance(words, str | None) for words in (quote.pages, quote.section, quote.url))
        and all(isinstance(note.text, str) and isinstance(note.marker, str) for note in quote.notes)
        and all(isinstance(place.citation, str) for place in quote.also_at)
        and (quote.phrase is None or isinstance(quote.phrase.text, str))
    )
