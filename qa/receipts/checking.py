"""Saved quotes against the sources as they are now: to the letter, or told what is different."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from qa import reading
from qa.errors import UnreadableFile, UsageError
from qa.folding import Folded, View, fold, hyphenation_of
from qa.hyphenation import LINE_END
from qa.receipts.differing import Worded, closest, difference, nearest, nearly, substituted, worded
from qa.splitting import gaps, view_of
from qa.types import Document, SourceFile

LONGEST = 40_000
"""Characters of a quote or note up to which it is compared with what stands there now; a longer one either
stands there to the letter or does not."""

MOST = 20_000
"""Quotes and notes that are checked at once."""

Status = Literal["exact", "moved", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class NoteCheck:
    """What became of one note that was shown with a quote; the words as in Check."""

    marker: str
    text: str
    status: Status
    reason: str = ""
    start: int | None = None
    end: int | None = None
    found: str | None = None
    difference: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What became of one saved quote.

    status   exact: its words stand where they stood. moved: they stand elsewhere, to the letter, at
             ``start``…``end`` of ``found_in``. changed: the document does not hold them so any more;
             ``start``…``end`` is what comes nearest (None: nothing near). gone: the file or the document is
             missing or cannot be read.
    reason   one line for a person; "" where exact and on the pages that were cited.
    found    the words that stand there now, None where gone or nothing is near.
    difference  word by word, what the quote had [-so-] and the source has {+so+}; "" unless changed.
    same_words  of what changed: that only the print did (quotation marks, dashes, hyphens at line ends,
             spaces, forms of letters); always true where exact or moved.
    same_file   whether the file is the same to the byte as when the answer was given.
    notes    the notes that were shown with the quote, each checked by itself.
    reader, reader_now  what read the file then and now ("" where the receipt does not say, or nothing did).
    """

    number: int
    question: str
    document: str
    source_file: str
    text: str
    status: Status
    reason: str = ""
    found_in: str | None = None
    start: int | None = None
    end: int | None = None
    found: str | None = None
    difference: str = ""
    same_words: bool = False
    same_file: bool = False
    notes: tuple[NoteCheck, ...] = ()
    reader: str = ""
    reader_now: str = ""

    @property
    def read_otherwise(self) -> bool:
        """Whether another reader, or another version of it, reads the file now: its texts may differ."""
        return bool(self.reader and self.reader_now and self.reader != self.reader_now)

    @property
    def holds(self) -> bool:
        """Whether all that was shown, the quote and its notes, still stands there to the letter."""
        return {self.status, *(note.status for note in self.notes)} <= {"exact", "moved"}


def verify(saved: Mapping[str, Any] | Sequence[Any], *, sources: Sequence[SourceFile] = ()) -> list[Check]:
    """Checks every quote, answered or nearest, of saved JSON: one answer or a list of them. Each source
    file is read anew, once; where the JSON has no path of it, ``sources`` (what a library holds) says
    where it lies, and in any case in what encoding it is. Raises UsageError where ``saved`` holds no
    answer, or more than MOST quotes and notes."""
    opened: dict[str, _Source] = {}
    checks = []
    count = 0
    for answer in _answers(saved):
        for quote in _quotes(answer):
            notes = quote.get("notes")
            count += 1 + (len(notes) if isinstance(notes, list | tuple) else 0)
            if count > MOST:
                raise UsageError(
                    f"There are more than {MOST:,} quotes and notes. Check a part of them at a time."
                )
            path, encoding = _place(quote, sources)
            if path not in opened:
                opened[path] = _open(path, quote["source_file"], encoding)
            checks.append(_check(quote, str(answer.get("question", "")), opened[path]))
    return checks


def _place(quote: Mapping[str, Any], sources: Sequence[SourceFile]) -> tuple[str, str | None]:
    """Path and encoding of a quote's file. Of files of one name the one that has not changed comes first."""
    name, path = quote["source_file"], quote.get("source_path")
    same = [source for source in sources if source.path == path or (not path and source.name == name)]
    same.sort(key=lambda source: source.sha256 != quote.get("source_sha256"))
    if same:
        return same[0].path, same[0].encoding
    return str(path or name), None


def _answers(saved: Any) -> Iterator[Mapping[str, Any]]:
    answers = list(saved) if isinstance(saved, list | tuple) else [saved]
    for answer in answers:
        if not isinstance(answer, Mapping) or not all(
            isinstance(answer.get(name), list | tuple) for name in ("quotes", "nearest")
        ):
            raise UsageError(
                "This is not what `qa ask --json` wrote: it has no quotes. Save its output and check that."
            )
        yield answer


def _quotes(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    kinds = {"number": int, "text": str, "document": str, "start": int, "end": int, "source_file": str}
    for quote in [*answer["quotes"], *answer["nearest"]]:
        missing = [
            name for name, kind in kinds.items()
            if not isinstance(quote, Mapping) or not isinstance(quote.get(name), kind)
        ]  # fmt: skip
        if missing:
            raise UsageError(
                f"A quote in this file lacks {', '.join(missing)}: it is not what `qa ask --json` wrote."
            )
        yield quote


@dataclass(frozen=True, slots=True)
class _Source:
    documents: Mapping[str, Document]
    sha256: str = ""
    reader: str = ""
    trouble: str = ""
    _views: dict[tuple[str, View], Folded] = field(default_factory=dict)
    _worded: dict[str, Worded] = field(default_factory=dict)

    def view(self, document: Document, view: View) -> Folded:
        """A document in a view, made once."""
        if (document.name, view) not in self._views:
            self._views[document.name, view] = view_of(document, view)
        return self._views[document.name, view]

    def words(self, document: Document) -> Worded:
        """The words of a document, made once."""
        if document.name not in self._worded:
            self._worded[document.name] = worded(document.text)
        return self._worded[document.name]


def _open(path: str, name: str, encoding: str | None) -> _Source:
    file = Path(path)
    try:
        if not file.is_file():
            return _Source({}, trouble=f"There is no file {path} any more.")
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        # Its documents are named as they were when it was added.
        read = reading.read(file, name, encoding=encoding)
    except UnreadableFile as error:
        return _Source({}, trouble=str(error))
    except OSError as error:
        return _Source({}, trouble=f"{path}: cannot be read: {error.strerror}.")
    return _Source({each.name: each for each in read.documents}, sha256, read.reader)


def _check(quote: Mapping[str, Any], question: str, source: _Source) -> Check:
    text, start, name = quote["text"], quote["start"], quote["document"]
    document = source.documents.get(name)
    elsewhere = [each for each in source.documents.values() if each is not document]
    clean = quote.get("clean")
    wanted = _Wanted(text, start, quote["end"], clean if isinstance(clean, str) else "")
    found = _find(wanted, source, document, elsewhere)
    reason = found.reason
    if found.status == "exact" and document is not None:
        pages, cited = reading.pages_of(document, start, quote["end"]), quote.get("pages")
        reason = "" if pages == cited else f"It stands on {_on(pages)} now, not {_on(cited)}."
    elif found.status == "moved" and found.start is not None:
        where = "the document" if found.document == name else found.document
        reason = f"The words stand at {found.start} of {where} now, not at {start} of {name}."
    elif found.status == "gone":
        reason = source.trouble or f"The file no longer holds a document {name}."
    return Check(
        number=quote["number"],
        question=question,
        document=name,
        source_file=quote["source_file"],
        text=text,
        status=found.status,
        reason=reason,
        found_in=found.document,
        start=found.start,
        end=found.end,
        found=found.words,
        difference=found.difference,
        same_words=found.same_words,
        same_file=bool(source.sha256) and source.sha256 == str(quote.get("source_sha256", "")),
        notes=tuple(_notes(quote, source, source.documents.get(found.document or name))),
        reader=str(quote.get("reader") or ""),
        reader_now=source.reader,
    )


def _notes(quote: Mapping[str, Any], source: _Source, document: Document | None) -> Iterator[NoteCheck]:
    notes = quote.get("notes")
    for note in notes if isinstance(notes, list | tuple) else ():
        if not isinstance(note, Mapping) or not isinstance(note.get("text"), str):
            continue
        start = note.get("start")
        at = start if isinstance(start, int) else 0
        found = _find(_Wanted(note["text"], at, at + len(note["text"])), source, document, [])
        reason = f"The note stands at {found.start} now." if found.status == "moved" else found.reason
        if found.status == "gone":
            reason = "The note's document is no longer there."
        yield NoteCheck(
            marker=str(note.get("marker", "")),
            text=note["text"],
            status=found.status,
            reason=reason,
            start=found.start,
            end=found.end,
            found=found.words,
            difference=found.difference,
        )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Words that stood at [start, end); ``clean`` are those of a quote without apparatus."""

    text: str
    start: int
    end: int
    clean: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    status: Status
    document: str | None = None
    start: int | None = None
    end: int | None = None
    words: str | None = None
    reason: str = ""
    difference: str = ""
    same_words: bool = False


def _find(wanted: _Wanted, source: _Source, document: Document | None, elsewhere: list[Document]) -> _Found:
    """Where the words stand now: to the letter at their place, to the letter elsewhere, in other print, or
    what comes nearest to them."""
    text, start, end = wanted.text, wanted.start, wanted.end
    # The emptiest of quotes would be found everywhere.
    if document is not None and text.strip() and 0 <= start <= end and document.text[start:end] == text:
        return _Found("exact", document.name, start, end, text, same_words=True)
    places = ([document] if document else []) + elsewhere
    moved = next(((each, at) for each in places if (at := closest(each.text, text, start)) is not None), None)
    if len(text) > LONGEST and moved is None:
        reason = "The document does not hold these words any more; they are too many to be compared with it."
        return _Found("changed", reason=reason) if document is not None else _Found("gone")
    if (
        len(text) <= LONGEST
        and document is not None
        and not (moved and moved[0] is document and abs(moved[1] - start) < len(text))
    ):
        # Words that were changed where they stand have not moved to where the like of them stand too.
        changed = _in_place(wanted, source, document)
        if changed is not None:
            return changed
    if moved is not None:
        each, at = moved
        return _Found("moved", each.name, at, at + len(text), text, same_words=True)
    for each in places:
        if (place := _folded(wanted, source, each)) is not None:
            return _changed(text, each, *place, same_words=True)
    if document is None:
        return _Found("gone")
    near = nearest(source.words(document), text)
    if near is None:
        return _Found("changed", reason="The document holds nothing like it any more.")
    return _changed(text, document, *near)


def _in_place(wanted: _Wanted, source: _Source, document: Document) -> _Found | None:
    """What was changed at the very place; None where something else stands there now."""
    text, start = wanted.text, max(0, wanted.start)
    end = start + len(text)
    here = document.text[start:end]
    if not text.strip() or not nearly(text, here):
        return None
    place = _folded(wanted, source, document)
    if place is not None and place[0] < end and start < place[1]:
        return _changed(text, document, *place, same_words=True)
    if substituted(text, here):
        return _changed(text, document, start, end)
    # Something was put in or taken out: the words around show where it ends.
    first, last = max(0, start - len(text) // 2), end + len(text) // 2
    near = nearest(worded(document.text[first:last]), text)
    return _changed(text, document, first + near[0], first + near[1]) if near else None


def _changed(text: str, document: Document, start: int, end: int, *, same_words: bool = False) -> _Found:
    found = document.text[start:end]
    reason = (
        "The words are the same; quotation marks, dashes, hyphens, spaces or forms of letters differ."
        if same_words
        else "The document's words differ."
    )
    return _Found("changed", document.name, start, end, found, reason, difference(text, found), same_words)


def _folded(wanted: _Wanted, source: _Source, document: Document) -> tuple[int, int] | None:
    """Where the words stand whatever their print, closest to their place, in the true text."""
    hyphenation = None
    if LINE_END.search(wanted.text):
        hyphenation = hyphenation_of(document.text, gaps(document))
    views: tuple[View, ...] = ("search", "joined")
    for view in views:
        # The words without apparatus are tried too: a view has none.
        for words in dict.fromkeys((wanted.text, wanted.clean)):
            folded = fold(words, view, hyphenation=hyphenation).text
            place = source.view(document, view).find(folded, wanted.start)
            if place is not None:
                return place
    return None


def _on(pages: str | None) -> str:
    return f"p. {pages}" if pages else "no page"
