"""SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018), and sets in their form; the paragraphs are the corpus.

Each article is a file and each paragraph a document (``Normans.jsonl/12``). An answer is a few words at a
place of its paragraph: they are the acceptable phrases, and the sentence that holds them is the evidence,
for a quote is whole sentences. A question that is ``is_impossible`` has no answer; that is known of its own
paragraph only, so another one may answer it all the same.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import UsageError
from qa.evaluation.sets.corpus import checksum, file_name, plain
from qa.evaluation.sets.jsonlines import further
from qa.evaluation.sets.question import Corpus, CorpusText, EvaluationSet, Evidence, Question
from qa.evaluation.sets.source import carefully, read_text, sha256_of
from qa.splitting import sentences
from qa.types import Document

KEYS = frozenset({"id", "question", "answers", "is_impossible", "plausible_answers"})
"""What a question of this form holds; whatever else it has becomes columns."""

Place = tuple[int, int]
"""Start and end in a paragraph."""


def load(path: Path, content: Any) -> EvaluationSet:
    """The set that a file of this form holds, ``content`` being its JSON. Raises UsageError."""
    problems: list[str] = []
    questions: dict[str, Question] = {}
    for text, title, where, asked in _paragraphs(content, problems):
        bounds: list[Place] | None = None
        for number, item in enumerate(asked):
            try:
                if bounds is None:
                    bounds = [(s.start, s.end) for s in sentences(Document(text.name, text.text))]
                question = _question(item, text, title, bounds)
                if question.id in questions:
                    raise ValueError(f'id "{question.id}" is there already')
                questions[question.id] = question
            except ValueError as error:
                problems.append(f"{where}.qas[{number}]: {error}")
    told = [f"{path}, {problem}; left out." for problem in problems]
    if not questions:
        first = f" First problem: {told[0]}" if told else ""
        raise UsageError(f"{path}: no question in it.{first}")

    texts = checksum(text for text, *_ in _paragraphs(content, []))
    corpus = Corpus(path.stem, texts, Paragraphs(str(path)))
    return EvaluationSet(
        path.stem, tuple(questions.values()), tuple(told), str(path), sha256_of([path]), corpus
    )


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """The documents of a file of this form, read anew each time: a large corpus is not held while its
    questions run."""

    path: str

    def __call__(self) -> Iterator[CorpusText]:
        file = Path(self.path)
        made: list[CorpusText] = carefully([file], __name__, "texts", file, kinds=(CorpusText,))
        return iter(made)


def texts(path: Path) -> list[CorpusText]:
    """The paragraphs of a file. Raises UsageError where it is no longer of this form."""
    return [text for text, *_ in _paragraphs(_content(path), [])]


def is_squad(content: Any) -> bool:
    """Whether JSON is of this form."""
    return isinstance(content, dict) and isinstance(content.get("data"), list)


def _content(path: Path) -> Any:
    try:
        content = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is no longer what it was when its questions were read.") from error
    return content if is_squad(content) else {"data": []}


def _paragraphs(
    content: Mapping[str, Any], problems: list[str]
) -> Iterator[tuple[CorpusText, str, str, list[Any]]]:
    """(paragraph, its article's title, where it stands in the file, its questions) one by one."""
    taken: dict[str, int] = {}
    for article_number, article in enumerate(content["data"]):
        where = f"data[{article_number}]"
        paragraphs = article.get("paragraphs") if isinstance(article, dict) else None
        if not isinstance(paragraphs, list):
            problems.append(f'{where}: an article without "paragraphs"')
            continue
        title = article.get("title")
        title = _words(title) if isinstance(title, str) else ""
        file = file_name(title or f"article {article_number + 1}", taken)
        for number, paragraph in enumerate(paragraphs):
            place = f"{where}.paragraphs[{number}]"
            context = paragraph.get("context") if isinstance(paragraph, dict) else None
            if not isinstance(context, str) or not context.strip():
                problems.append(f'{place}: a paragraph without "context"')
                continue
            asked = paragraph.get("qas", [])
            if not isinstance(asked, list):
                problems.append(f'{place}: "qas" is not a list')
                asked = []
            yield CorpusText(file, str(number + 1), title, plain(context)), title, place, asked


def _question(item: Any, paragraph: CorpusText, title: str, bounds: list[Place]) -> Question:
    """A question of a paragraph whose sentences lie at ``bounds``; raises ValueError in words for the
    person."""
    if not isinstance(item, dict):
        raise ValueError("not an object with question and answers")
    question, key = item.get("question"), item.get("id")
    if not isinstance(question, str) or not question.strip():
        raise ValueError('"question" is missing or empty')
    if not isinstance(key, str | int) or not str(key).strip():
        raise ValueError('"id" is missing')
    answers = item.get("answers", [])
    if not isinstance(answers, list):
        raise ValueError('"answers" is not a list')
    impossible = item.get("is_impossible") is True or not answers
    texts: dict[str, None] = {}
    quotes: dict[str, None] = {}
    for answer in [] if impossible else answers:
        start, end = _place(answer, paragraph.text)
        texts[paragraph.text[start:end]] = None
        quotes[_around(start, end, paragraph.text, bounds)] = None
    return Question(
        id=str(key),
        question=_words(question),
        evidence=tuple(Evidence(paragraph.name, quote) for quote in quotes),
        answers=tuple(texts),
        columns=((("article", title),) if title else ()) + further(item, set(KEYS)),
    )


def _place(answer: Any, text: str) -> Place:
    """Where an answer stands in its paragraph: at its offset, else where its words come nearest to it, for
    white space before the paragraph and characters counted otherwise move offsets."""
    words = answer.get("text") if isinstance(answer, dict) else None
    if not isinstance(words, str) or not words.strip():
        raise ValueError('an answer without "text"')
    words, said = plain(words), answer.get("answer_start")
    near = said if isinstance(said, int) else 0
    near = min(max(near, 0), len(text))
    before, behind = text.rfind(words, 0, near + len(words)), text.find(words, near)
    if before < 0 and behind < 0:
        raise ValueError(f'the answer "{words[:60]}" does not stand in its paragraph')
    is_before = behind < 0 or (before >= 0 and near - before <= behind - near)
    start = before if is_before else behind
    return start, start + len(words)


def _around(start: int, end: int, text: str, bounds: list[Place]) -> str:
    """The sentence that holds a place, or the run of sentences."""
    first = bisect_right(bounds, start, key=lambda bound: bound[1])
    last = bisect_left(bounds, end, key=lambda bound: bound[0])
    over = bounds[first:last] or [(start, end)]
    return text[min(over[0][0], start) : max(over[-1][1], end)]


def _words(text: str) -> str:
    return " ".join(text.replace("_", " ").split()) if "_" in text and " " not in text else text.strip()
