"""The things that travel through the house: floor 0, no imports from the rest of the package.

Every offset counts Unicode code points in the text of one document, as half-open ranges [start, end).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Voice = Literal["text", "note", "heading", "front"]
"""Whose words they are: the document's own text; an editor's or author's note; a heading; what stands
before or beside the text (file number, dateline, the fields of a catalogue record)."""

MarkKind = Literal["page", "marker", "apparatus", "note", "heading", "front"]

NoteKind = Literal["footnote", "endnote", "source", "comment"]
"""What a note is: an editor's or author's footnote or endnote, the note that says where the document was
found, a reader's comment in the margin."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something known about ``text[start:end]`` of a document.

    kind    meaning of the range                               label            ref
    page    the page mark; the page begins at ``end``          printed number   ""
    marker  the marker of a note, at the note's anchor         as it is shown   the note's ref
    apparatus  running head, line number, stamp: of the print  ""               ""
    note    the whole of a note (voice "note")                 its own number   unique in the document
    heading a heading (voice "heading")                        ""               ""
    front   front matter (voice "front")                       ""               ""

    A page mark or marker that is no text in its source (TEI) has start == end; a page mark may cover a
    footer with the running head that follows it. Page marks, markers and other apparatus are part of the
    text that offsets count in, left out of what is embedded and of what is shown for reading. A first
    page known only by inference is a page mark with start == end == 0.
    ``role`` of a note says what it is (NoteKind; "" counts as "footnote").
    """

    kind: MarkKind
    start: int
    end: int
    label: str = ""
    ref: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a document. ``date`` is ISO 8601: a day, month or year ("1945-11-22",
    "1945-11", "1945"), the first day where the source gives a span; None where nothing is known.
    ``edtf`` is the date in full where it is more than a day, month or year: a span, uncertain, about
    ("1945-11-20/1945-11-22", "1945~"; EDTF level 1). ``repository``, ``collection``, ``box``, ``folder``
    say where the paper lies. ``csl`` is a CSL-JSON item without ``id`` (citing adds the locator).
    ``recognised`` says what recognised the text of a picture, and on which pages where not on all
    ("Tesseract 5.3.0", "Tesseract 5.3.0, pages 2–3 of the file"); None where the file holds the text."""

    title: str = ""
    date: str | None = None
    sender: str | None = None
    recipient: str | None = None
    place: str | None = None
    file_number: str | None = None
    url: str | None = None
    csl: Mapping[str, Any] = field(default_factory=dict)
    edtf: str | None = None
    repository: str | None = None
    collection: str | None = None
    box: str | None = None
    folder: str | None = None
    recognised: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What is cited: one text with its marks (sorted by start, then end) and its metadata. ``layout`` says
    where the words stand on the pages' pictures (packed by qa.reading.layout; empty where nothing says)."""

    name: str
    text: str
    marks: tuple[Mark, ...] = ()
    metadata: Metadata = Metadata()
    layout: bytes = b""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that a person added. ``path`` is absolute; ``name`` is its path below the folder that was
    added (POSIX separators), or the bare file name; ``encoding`` is what the person said it is in, else
    None (UTF-8); ``reader`` is "name/version" of what read it. ``root`` is the folder that was added, up to
    which lists of metadata speak of it ("" counts as its own folder); ``beside`` a checksum of what they and
    its sidecar say of it, "" where they say nothing."""

    path: str
    name: str
    sha256: str
    size: int
    mtime_ns: int
    reader: str
    encoding: str | None = None
    root: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is embedded and searched: ``text`` is exactly ``document.text[start:end]``.

    ``clean`` is the same without apparatus and with runs of white space as one space: the words that are
    embedded and indexed. ``context`` is its document's heading and date, searched with it, never quoted.
    ``id`` is the library's number for it, 0 before it is stored."""

    document: str
    start: int
    end: int
    voice: Voice
    text: str
    clean: str
    context: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage found for a query. ``score`` orders them (higher is better, comparable within one query
    only); ``dense`` is the cosine of query and passage in [-1, 1] and ``lexical`` its BM25 score (>= 0),
    kept for the confidence."""

    passage: Passage
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """The few words inside a quote that answer; offsets are into the document's text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class QuotedNote:
    """A note whose marker stands inside a quote: ``text`` is the note's exact words."""

    marker: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the picture of a page: ``page`` counts the file's pages from 0, the edges are
    fractions of its width and height from the top left, in [0, 1]."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Place:
    """Another place where near-identical words stand."""

    document: str
    start: int
    end: int
    pages: str | None
    citation: str


@dataclass(frozen=True, slots=True)
class Quote:
    """``text`` is to the letter ``document.text[start:end]``; ``clean`` the same words without apparatus.
    ``pages`` are the printed pages it stands on ("921", "921–922"), None where the source has none.
    ``score`` is a probability-like value in [0, 1] that orders quotes. ``csl`` is the CSL-JSON item with
    its locator, ``citation`` its rendering as plain text. ``note_kind`` says what kind of note it is from
    where ``voice`` is "note"; ``boxes`` are its lines on the pages' pictures where the file has such.
    ``recognised`` says what read its words off a picture ("Tesseract 5.3.0"): they may hold errors of its
    reading; None where the file holds them as text."""

    number: int
    text: str
    clean: str
    document: str
    document_id: str
    start: int
    end: int
    voice: Voice
    pages: str | None
    section: str | None
    phrase: Phrase | None
    score: float
    notes: tuple[QuotedNote, ...]
    citation: str
    csl: Mapping[str, Any]
    url: str | None
    source_file: str
    source_sha256: str
    reader: str = ""
    also_at: tuple[Place, ...] = ()
    note_kind: NoteKind | None = None
    boxes: tuple[Box, ...] = ()
    recognised: str | None = None


@dataclass(frozen=True, slots=True)
class Searched:
    """What a question was put to: counts after any narrowing by name or date."""

    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class Answer:
    """``confidence`` in [0, 1] is the calibrated probability that the first quote answers. Where
    ``answered`` is false ``quotes`` is empty and ``nearest`` holds what came closest; where it is true
    ``nearest`` is empty. ``passages`` is the ranking behind it, best first, of which the first ``read`` were
    read closely (neither is part of the JSON); ``timing`` the seconds of each stage, in their order;
    ``unresolved`` the word by which the question leans on one that was not asked ("he"), else ""."""

    question: str
    after: tuple[str, ...]
    answered: bool
    confidence: float
    quotes: tuple[Quote, ...]
    nearest: tuple[Quote, ...]
    searched: Searched
    seconds: float
    passages: tuple[ScoredPassage, ...] = ()
    read: int = 0
    timing: Mapping[str, float] = field(default_factory=dict)
    unresolved: str = ""
