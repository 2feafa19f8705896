"""TREC topics with their qrels, about documents that the library knows by the names in the qrels.

Topics come as SGML (``<top> <num> <title> <desc> <narr>``), as XML (``<topic number="1"> <query> …``) or as
lines (number, tab or colon, words). The question is the topic's ``question``, else its ``title`` or
``query``, else its description, unless another field is chosen; all other fields are columns.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qa.errors import UnreadableFile, UsageError
from qa.evaluation.sets.qrels import Qrels, is_qrels, read_qrels, without_answer
from qa.evaluation.sets.question import EvaluationSet, Question
from qa.evaluation.sets.source import read_bytes, read_text, sha256_of
from qa.reading.safexml import local_name, parse_xml

ASKED = ("question", "title", "query", "description", "desc", "text", "summary")
"""The fields that may be the question, the likeliest first."""

_NUMBERS = ("num", "number", "id", "qid", "topic_id", "query_id")
# Nothing is tried twice, so that tags that nothing closes cost no more than others.
_TOPIC = re.compile(r"<top\b[^<>]*+>(.*?)(?=</top>|<top\b|\Z)", re.DOTALL | re.IGNORECASE)
_FIELD = re.compile(r"<([a-z][\w-]*+)[^<>]*+>([^<]*)", re.IGNORECASE)
_LABEL = re.compile(r"\A\s*(?:number|topic|description|narrative|summary|title)\s*:", re.IGNORECASE)
_LINE = re.compile(r"(\S+)\t\s*(\S.*)|([^\s:]+):\s*(\S.*)")

Fields = dict[str, str]


def load(
    topics: Path, qrels: Path | None = None, columns: Mapping[str, str] | None = None, name: str | None = None
) -> EvaluationSet:
    """The topics of a file that have judgements in ``qrels`` (None: the file of judgements that lies beside
    the topics). ``columns`` chooses fields: ``{"question": "desc"}``. Raises UsageError."""
    judged_in = qrels or beside(topics)
    judged = read_qrels(judged_in)
    problems: list[str] = []
    questions: dict[str, Question] = {}
    unjudged: list[str] = []
    for line, fields in read_topics(topics):
        try:
            question = _question(fields, judged, columns or {})
            if question.id in questions:
                raise ValueError(f'topic "{question.id}" is there already')
        except ValueError as error:
            problems.append(f"{topics}, line {line}: {error}; left out.")
            continue
        if question.id in judged.grades:
            questions[question.id] = question
        else:
            unjudged.append(question.id)
    if unjudged:
        problems.append(
            f"{topics}: not judged in {judged_in.name}: {len(unjudged)} (such as {unjudged[0]}); left out."
        )
    if not questions:
        first = f" {problems[0]}" if problems else ""
        raise UsageError(f"{topics}: no topic in it that is judged in {judged_in}.{first}")
    problems += [*judged.problems, *without_answer(str(topics), [*questions.values()])]
    return EvaluationSet(
        name or topics.stem,
        tuple(questions.values()),
        tuple(problems),
        str(topics),
        sha256_of([topics, judged_in], columns),
    )


def beside(topics: Path) -> Path:
    """The judgements that lie beside a file of topics: of its name, else the only ones of the folder.
    Raises UsageError where that is not one file."""
    own = [topics.with_name(f"{topics.name}.qrels"), topics.with_suffix(".qrels")]
    found = [path for path in own if path.is_file()] or [
        path
        for path in sorted(topics.parent.iterdir())
        if "qrel" in path.name.lower() and path.is_file() and path != topics
    ]
    if len(found) == 1 or (found and found[0] in own):
        return found[0]
    several = f"There are several: {', '.join(path.name for path in found)}." if found else "There is none."
    raise UsageError(
        f"{topics}: topics need their relevance judgements. {several}\nName the file: --qrels FILE"
    )


def pair_in(folder: Path) -> tuple[Path, Path] | None:
    """The topics and judgements of a folder that holds one file of each, told by their names; else None."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    qrels = [path for path in files if "qrel" in path.name.lower()]
    topics = [
        path
        for path in files
        if path not in qrels and any(word in path.name.lower() for word in ("topic", "quer"))
    ]
    return (topics[0], qrels[0]) if len(qrels) == len(topics) == 1 else None


def is_topics(text: str) -> bool:
    """Whether a text is topics in SGML or XML."""
    head = text[:100_000]
    return bool(re.search(r"<(?:top|topics?|quer(?:y|ies))\b", head, re.IGNORECASE))


def read_topics(path: Path) -> Iterator[tuple[int, Fields]]:
    """(line on which it begins, fields) of each topic; the field "num" is its number. Raises UsageError."""
    text = read_text(path)
    if _TOPIC.search(text):
        begun, at = 1, 0
        for match in _TOPIC.finditer(text):
            begun, at = begun + text.count("\n", at, match.start()), match.start()
            yield begun, _sgml(match[1])
    elif text.lstrip().startswith("<"):
        yield from _xml(path)
    elif is_qrels(text):
        raise UsageError(f"{path}: these are judgements. Name the topics, and these with --qrels {path}")
    else:
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield number, _line(line.strip())


def _line(line: str) -> Fields:
    match = _LINE.fullmatch(line)
    return {"num": match[1] or match[3], "title": match[2] or match[4]} if match else {}


def _sgml(topic: str) -> Fields:
    fields: Fields = {}
    for match in _FIELD.finditer(topic):
        words = _words(_LABEL.sub("", html.unescape(match[2]), count=1))
        if words:
            fields.setdefault(match[1].lower(), words)
    return fields


def _xml(path: Path) -> Iterator[tuple[int, Fields]]:
    try:
        root = parse_xml(path, read_bytes(path), "the topics")
    except UnreadableFile as error:
        raise UsageError(str(error)) from error
    for element in root.iter():
        if local_name(element).lower() in ("topic", "top") or (
            local_name(element).lower() == "query" and _number(_fields(element)) is not None
        ):
            yield int(element.sourceline or 0), _fields(element)


def _fields(element: Any) -> Fields:
    fields = {str(key).lower(): _words(value) for key, value in element.attrib.items()}
    for child in element:
        if words := _words("".join(child.itertext())):
            fields.setdefault(local_name(child).lower(), words)
    if not len(element) and (words := _words(element.text or "")):
        fields["title"] = words
    return fields


def _words(text: str) -> str:
    return " ".join(text.split())


def _number(fields: Fields) -> str | None:
    return next((name for name in _NUMBERS if fields.get(name)), None)


def _question(fields: Fields, judged: Qrels, columns: Mapping[str, str]) -> Question:
    """The question of a topic; raises ValueError in words for the person."""
    chosen = {role: column.lower() for role, column in columns.items()}
    number = chosen.get("id") or _number(fields)
    if number is None or not fields.get(number):
        raise ValueError("a topic without a number")
    there = ", ".join(sorted(set(fields) - {number})) or "none"
    asked = chosen.get("question") or next((name for name in ASKED if fields.get(name)), "")
    if not fields.get(asked):
        raise ValueError(f"topic {fields[number]} has no field to ask (its fields: {there})")
    taken = {number, asked} | {chosen[role] for role in ("kind", "style", "answer") if role in chosen}
    kind = chosen.get("kind") or ("type" if "type" in fields else "")
    key = _known(fields[number], judged)
    return Question(
        id=key,
        question=fields[asked],
        kind=fields.get(kind, ""),
        style=fields.get(chosen.get("style", ""), ""),
        evidence=judged.evidence(key),
        answers=tuple(filter(None, [fields.get(chosen.get("answer", ""))])),
        columns=tuple((name, words) for name, words in fields.items() if name not in {*taken, kind}),
    )


def _known(number: str, judged: Qrels) -> str:
    """A topic's number as the judgements write it: the early tracks have "051" in one file, "51" in the
    other."""
    bare = number.lstrip("0")
    return bare if number not in judged.grades and bare in judged.grades else number
