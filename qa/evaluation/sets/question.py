"""What an evaluation set is made of, whatever form it was written in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that answers: a document and the words in it. Without ``quote`` only the document is known,
    and the item counts for the document measures alone. ``grade`` is how relevant the set says that the
    document is, from 1 on: the gain of nDCG."""

    document: str
    quote: str | None = None
    grade: int = 1


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``evidence`` empty means that the library holds no answer. ``after`` are the earlier
    questions of its conversation, oldest first. ``answers`` are the acceptable answer phrases, empty where
    none are known. ``pages`` are the printed pages that its first evidence quote stands on. ``columns`` are
    the further columns of the set, (name, value) in words, in the set's order: slices are made of these."""

    id: str
    question: str
    kind: str = ""
    style: str = ""
    after: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    answers: tuple[str, ...] = ()
    pages: str | None = None
    columns: tuple[tuple[str, str], ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the library is said to hold an answer."""
        return bool(self.evidence)

    @property
    def grades(self) -> dict[str, int]:
        """The relevant documents by name, each with the highest grade that it has."""
        best: dict[str, int] = {}
        for item in sorted(self.evidence, key=lambda item: item.document):
            best[item.document] = max(item.grade, best.get(item.document, item.grade))
        return best

    @property
    def has_quotes(self) -> bool:
        """Whether the words of the evidence are known, so that quotes can be judged."""
        return any(item.quote for item in self.evidence)


@dataclass(frozen=True, slots=True)
class CorpusText:
    """A document of a corpus: ``file`` is the file that it is kept in (a bare file name), ``id`` its name in
    there, without white space or slashes; the library knows it as ``file/id``."""

    file: str
    id: str
    title: str
    text: str

    @property
    def name(self) -> str:
        """What the library and the evidence call it."""
        return f"{self.file}/{self.id}"


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents that a set brings. ``sha256`` (hexadecimal) is of all that they are made of, so that a
    library of them can be kept. ``documents`` gives them from the beginning each time it is called, those
    of one file after each other; it may raise UsageError where what they come from has changed."""

    name: str
    sha256: str
    documents: Callable[[], Iterator[CorpusText]] = field(compare=False)


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Questions under a name. ``problems`` has a plain line for each part of the file that was left out:
    file, line, what is wrong. ``path`` is where it was read from, ``sha256`` (hexadecimal) of the bytes of
    its questions and judgements, and of the choice of columns where one was made; both "" for a set that
    was made in a program. ``corpus`` are the documents that it brings, None where it asks about a person's
    own."""

    name: str
    questions: tuple[Question, ...]
    problems: tuple[str, ...] = ()
    path: str = field(default="", compare=False)
    sha256: str = ""
    corpus: Corpus | None = None
