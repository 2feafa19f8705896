"""BEIR folders (Thakur et al. 2021): queries.jsonl, qrels/SPLIT.tsv, and with corpus.jsonl their documents.

The documents are kept some hundreds to a file, each known as ``corpus-0001.jsonl/ID``. Without a
corpus.jsonl the ids are those of documents in the person's own library.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from qa.errors import UsageError
from qa.evaluation.sets.corpus import Checksum, id_of, plain
from qa.evaluation.sets.jsonlines import further
from qa.evaluation.sets.qrels import Qrels, read_qrels, without_answer
from qa.evaluation.sets.question import Corpus, CorpusText, EvaluationSet, Question
from qa.evaluation.sets.source import opened, sha256_of
from qa.reading import steps

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels"
SPLITS = ("test", "dev", "validation", "train")
"""The split that is meant where none is named: the first of these that is there."""

PER_FILE = 500
"""Documents to a file: what is encoded is stored a file at a time, so a stop loses no more than one."""


LONGEST_LINE = 10_000_000
"""Bytes of a line at the most: the text of a long book has a tenth of it."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The documents of a corpus, read anew and line by line each time: it may be larger than memory."""

    path: str

    def __call__(self) -> Iterator[CorpusText]:
        return _texts(Path(self.path), [])


@dataclass(frozen=True, slots=True)
class _Known:
    """A corpus as it was read through once: what the judged documents are called, its checksum, and lines
    on what could not be read."""

    names: dict[str, str]
    sha256: str
    problems: tuple[str, ...]


def is_folder(folder: Path) -> bool:
    """Whether a folder is of this form."""
    return (folder / QUERIES).is_file() and (folder / QRELS).is_dir()


def load(folder: Path, split: str | None = None) -> EvaluationSet:
    """The questions of a split (None: test, else dev, else train). Raises UsageError."""
    qrels_path = _split(folder, split)
    qrels, queries = read_qrels(qrels_path), folder / QUERIES
    problems: list[str] = []
    questions = [*_questions(queries, qrels, problems)]
    if not questions:
        first = f" First problem: {problems[0]}" if problems else ""
        raise UsageError(f"{queries}: no query in it that is judged in {qrels_path.name}.{first}")
    corpus = None
    if (folder / CORPUS).is_file():
        wanted = {item.document for question in questions for item in question.evidence}
        known = _known(folder / CORPUS, wanted)
        problems += known.problems
        questions = [_named(question, known.names) for question in questions]
        corpus = Corpus(folder.resolve().name, known.sha256, Texts(str(folder / CORPUS)))
    if missing := len(qrels.grades.keys() - {question.id for question in questions}):
        problems.append(f"{qrels_path}: judges queries that are not in {QUERIES}: {missing}.")
    problems += [*qrels.problems, *without_answer(str(folder), questions)]
    name = folder.resolve().name
    return EvaluationSet(
        name if qrels_path.stem == "test" else f"{name}-{qrels_path.stem}",
        tuple(questions),
        tuple(problems),
        # What is named by its path again is the same split.
        str(folder if qrels_path == _split(folder, None) else qrels_path),
        sha256_of([queries, qrels_path]),
        corpus,
    )


def _split(folder: Path, split: str | None) -> Path:
    there = {path.stem: path for path in sorted((folder / QRELS).glob("*.tsv"))}
    if not there:
        raise UsageError(
            f"{folder / QRELS}: no judgements in it. They are called test.tsv, dev.tsv, train.tsv."
        )
    chosen = split or next((name for name in SPLITS if name in there), next(iter(there)))
    if chosen not in there:
        raise UsageError(f"{folder}: has no {QRELS}/{chosen}.tsv, but {', '.join(there)}.")
    return there[chosen]


def _questions(path: Path, qrels: Qrels, problems: list[str]) -> Iterator[Question]:
    """The queries that the split judges; those of other splits are passed over."""
    seen: set[str] = set()
    for number, row in _rows(path, problems):
        key, text = row.get("_id"), row.get("text")
        if not isinstance(key, str | int) or not isinstance(text, str) or not text.strip():
            problems.append(f'{path}, line {number}: no query with "_id" and "text"; left out.')
        elif str(key) in seen:
            problems.append(f'{path}, line {number}: id "{key}" is there already; left out.')
        elif str(key) in qrels.grades:
            seen.add(str(key))
            metadata = row.get("metadata")
            yield Question(
                id=str(key),
                question=text,
                evidence=qrels.evidence(str(key)),
                columns=further(metadata if isinstance(metadata, dict) else {}, set()),
            )


def _known(path: Path, wanted: set[str]) -> _Known:
    """Reads the corpus through."""
    problems: list[str] = []
    names: dict[str, str] = {}
    checksum = Checksum()
    by_id = {id_of(given): given for given in wanted}
    for text in _texts(path, problems):
        checksum.add(text)
        if text.id in by_id:
            names[by_id[text.id]] = text.name
    return _Known(names, checksum.value, tuple(problems))


def _texts(path: Path, problems: list[str]) -> Iterator[CorpusText]:
    seen: set[str] = set()
    for number, row in _rows(path, problems):
        key, text, title = row.get("_id"), row.get("text"), row.get("title") or ""
        if not isinstance(key, str | int) or not isinstance(text, str) or not isinstance(title, str):
            problems.append(f'{path}, line {number}: no document with "_id" and "text"; left out.')
            continue
        # Some documents are a title and nothing else.
        words = plain(text) or plain(title)
        if not words:
            problems.append(f"{path}, line {number}: document {key} holds no text; left out.")
        elif (name := id_of(str(key))) in seen:
            problems.append(f'{path}, line {number}: id "{key}" is there already; left out.')
        else:
            yield CorpusText(
                f"corpus-{len(seen) // PER_FILE + 1:04d}.jsonl", name, " ".join(title.split()), words
            )
            seen.add(name)


def _rows(path: Path, problems: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line, object) of a file of JSON lines, read as it goes: a corpus may be larger than memory."""
    with opened(path) as stream:
        for number, line in enumerate(_lines(stream), start=1):
            if number % PER_FILE == 0:
                steps.step()  # however long the file is, it goes on
            if not line.strip():
                continue
            if len(line) > LONGEST_LINE:
                problems.append(f"{path}, line {number}: longer than {LONGEST_LINE:,} bytes; left out.")
                continue
            try:
                row = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            except UnicodeDecodeError:
                problems.append(f"{path}, line {number}: not UTF-8; left out.")
                continue
            except (ValueError, RecursionError):
                problems.append(f"{path}, line {number}: not JSON; left out.")
                continue
            if isinstance(row, dict):
                yield number, row
            else:
                problems.append(f"{path}, line {number}: not a JSON object; left out.")


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; of one that is too long only so much that this can be told."""
    while line := stream.readline(LONGEST_LINE + 1):
        piece = line
        while len(piece) > LONGEST_LINE and not piece.endswith(b"\n"):
            piece = stream.readline(LONGEST_LINE + 1)
        yield line


def _named(question: Question, names: dict[str, str]) -> Question:
    """The question with its documents as the library of the corpus calls them."""
    evidence = (replace(item, document=names.get(item.document, item.document)) for item in question.evidence)
    return replace(question, evidence=tuple(evidence))
