"""Whether a quote's words stand in its source file, as a fresh reading of the file gives them."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Protocol

from qa.errors import IbidError
from qa.types import Quote, SourceFile

KEPT = 100_000_000
"""Characters of text that are kept (up to 4 bytes each): the nine volumes of an archive are 40 million. Of a
larger library files are read again when they are quoted again."""


class _Library(Protocol):
    def source_of(self, document: str) -> SourceFile: ...


class FreshTexts:
    """The documents' texts as a reading of the source files gives them now, each file read once (or again,
    where ``kept`` characters do not hold them all)."""

    def __init__(self, library: _Library, kept: int = KEPT) -> None:
        self._library = library
        self._texts: OrderedDict[str, dict[str, str]] = OrderedDict()
        self._problems: dict[str, None] = {}
        self._room = kept

    def is_exact(self, quote: Quote) -> bool:
        """Whether the source file still has the quote's words at the quote's place, to the letter."""
        try:
            source = self._library.source_of(quote.document)
        except IbidError as error:
            self._problems[f"{quote.document}: quoted, but {error}"] = None
            return False
        text = self._of(source).get(quote.document)
        return text is not None and text[quote.start : quote.end] == quote.text

    def take_problems(self) -> list[str]:
        """A line for each source file that could not be read since the last call."""
        problems, self._problems = list(self._problems), {}
        return problems

    def _of(self, source: SourceFile) -> dict[str, str]:
        if source.path not in self._texts:
            texts = self._texts[source.path] = self._read(source)
            self._room -= _size(texts)
            while self._room < 0 and len(self._texts) > 1:
                self._room += _size(self._texts.popitem(last=False)[1])
        self._texts.move_to_end(source.path)
        return self._texts[source.path]

    def _read(self, source: SourceFile) -> dict[str, str]:
        # The readers bring lxml, which is not needed before the first quote is checked.
        from qa.reading import read

        try:
            reading = read(Path(source.path), source.name, encoding=source.encoding)
        except (IbidError, OSError) as error:
            self._problems[f"Quotes from it count as not verbatim: {error}"] = None
            return {}
        return {document.name: document.text for document in reading.documents}


def _size(texts: dict[str, str]) -> int:
    return sum(map(len, texts.values()))
