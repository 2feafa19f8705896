"""A plain assistant of the real types: common words only, no library on disk, no model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from qa.errors import UnknownDocument, UsageError
from qa.library.protocol import DocumentSummary
from qa.reading import pages_of, read
from qa.splitting import passages, sentences
from qa.types import Answer, Document, Phrase, Quote, ScoredPassage, Searched, SourceFile


class FolderLibrary:
    """The documents of a folder's files, held in memory as they were when it was made."""

    def __init__(self, folder: Path) -> None:
        self.sources: dict[str, SourceFile] = {}
        self.texts: dict[str, Document] = {}
        for path in sorted(folder.glob("*.txt")):
            data, reading = path.read_bytes(), read(path, path.name)
            digest = hashlib.sha256(data).hexdigest()
            for document in reading.documents:
                self.sources[document.name] = SourceFile(
                    str(path), path.name, digest, len(data), path.stat().st_mtime_ns, reading.reader
                )
                self.texts[document.name] = document

    def documents(self) -> tuple[DocumentSummary, ...]:
        return tuple(
            DocumentSummary(d.name, d.metadata.title, None, self.sources[d.name].name, len(d.text), 1)
            for d in self.texts.values()
        )

    def document(self, name: str) -> Document:
        if name not in self.texts:
            raise UnknownDocument(name)
        return self.texts[name]

    def source_of(self, document: str) -> SourceFile:
        if document not in self.sources:
            raise UnknownDocument(document)
        return self.sources[document]


class WordsAssistant:
    """Ranks passages and sentences by how many of the question's words they hold, answers from half on."""

    def __init__(self, folder: Path) -> None:
        self.library = FolderLibrary(folder)
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def ask(self, question: str, *, after: Sequence[str] = (), limit: int = 3) -> Answer:
        self.asked.append((question, tuple(after)))
        if not question.isascii():
            raise UsageError("ASCII only.")
        wanted = _words(" ".join([*after, question]))
        found = [
            ScoredPassage(passage, _share(wanted, passage.text), 0.0, 0.0)
            for document in self.library.texts.values()
            for passage in passages(document)
        ]
        found.sort(key=lambda one: (-one.score, one.passage.document, one.passage.start))
        quotes = sorted(self._quotes(wanted), key=lambda quote: (-quote.score, quote.document, quote.start))
        quotes = quotes[:limit]
        answered = bool(quotes) and quotes[0].score >= 0.5
        return Answer(
            question=question,
            after=tuple(after),
            answered=answered,
            confidence=quotes[0].score if quotes else 0.0,
            quotes=tuple(quotes) if answered else (),
            nearest=() if answered else tuple(quotes),
            searched=Searched(len(self.library.texts), len(found)),
            seconds=0.0,
            passages=tuple(found),
        )

    def _quotes(self, wanted: set[str]) -> list[Quote]:
        made = []
        for document in self.library.texts.values():
            source = self.library.source_of(document.name)
            for sentence in sentences(document):
                text = document.text[sentence.start : sentence.end]
                made.append(
                    Quote(
                        number=1,
                        text=text,
                        clean=text,
                        document=document.name,
                        document_id=source.sha256,
                        start=sentence.start,
                        end=sentence.end,
                        voice=sentence.voice,
                        pages=pages_of(document, sentence.start, sentence.end),
                        section=None,
                        phrase=Phrase(sentence.start, sentence.start + 5, text[:5]),
                        score=_share(wanted, text),
                        notes=(),
                        citation="",
                        csl={},
                        url=None,
                        source_file=source.name,
                        source_sha256=source.sha256,
                    )
                )
        return made


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _share(wanted: set[str], text: str) -> float:
    return len(wanted & _words(text)) / len(wanted) if wanted else 0.0
