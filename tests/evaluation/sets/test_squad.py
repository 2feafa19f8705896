import json
from pathlib import Path
from typing import Any

import pytest

from qa.errors import UsageError
from qa.evaluation.sets import CorpusText, Evidence, load
from qa.evaluation.wording import exact_match
from tests.evaluation.sets.toys import FAMED, NORMANS, TESLA, answer, squad

FIRST = NORMANS[: NORMANS.index(" They")]


def test_answers_are_phrases_and_their_sentences_are_the_evidence(tmp_path: Path) -> None:
    found = load(squad(tmp_path / "dev.json"))
    assert (found.name, found.problems) == ("dev", ())
    by_id = {question.id: question for question in found.questions}
    assert list(by_id) == ["a1", "a2", "a3", "b1", "c1"]
    assert by_id["a1"].answers == ("France", "in France")
    assert by_id["a1"].evidence == (Evidence("Normans.jsonl/1", FIRST),)
    assert exact_match("the France", by_id["a1"].answers)
    assert by_id["a3"].evidence == by_id["a3"].answers == ()
    # The paragraph begins with white space, which moves the offset.
    assert by_id["b1"].evidence == (Evidence("Normans.jsonl/2", FAMED[: FAMED.index(" Their dynasty")]),)
    assert by_id["c1"].columns == (("article", "Nikola Tesla"), ("level", "easy"))


def test_paragraphs_are_the_corpus(tmp_path: Path) -> None:
    corpus = load(squad(tmp_path / "dev.json")).corpus
    assert corpus is not None
    wanted = [
        CorpusText("Normans.jsonl", "1", "Normans", NORMANS),
        CorpusText("Normans.jsonl", "2", "Normans", FAMED),
        CorpusText("Nikola Tesla.jsonl", "1", "Nikola Tesla", TESLA),
    ]
    assert list(corpus.documents()) == list(corpus.documents()) == wanted
    # The same paragraphs under other questions are the same corpus; another paragraph makes another.
    articles = json.loads((tmp_path / "dev.json").read_text("utf-8"))["data"]
    articles[0]["paragraphs"][0]["qas"].pop()
    fewer = load(squad(tmp_path / "fewer.json", articles))
    assert fewer.corpus is not None
    assert fewer.corpus.sha256 == corpus.sha256
    articles[1]["paragraphs"][0]["context"] += " He left."
    other = load(squad(tmp_path / "other.json", articles)).corpus
    assert other is not None
    assert other.sha256 != corpus.sha256


def test_an_answer_over_two_sentences_and_one_that_stands_twice(tmp_path: Path) -> None:
    text = "He came late. He saw it. They left. He came late."
    over = {"text": "late. He saw", "answer_start": 8}
    last = {"text": "He came late", "answer_start": text.rindex("He came")}
    questions = [
        {"id": "1", "question": "q", "answers": [over]},
        {"id": "2", "question": "q", "answers": [last]},
    ]
    articles = [{"paragraphs": [{"context": text, "qas": questions}]}]
    first, second = load(squad(tmp_path / "x.json", articles)).questions
    assert first.evidence == (Evidence("article 1.jsonl/1", "He came late. He saw it."),)
    assert second.evidence == (Evidence("article 1.jsonl/1", "He came late."),)


def test_titles_become_file_names_that_every_system_allows(tmp_path: Path) -> None:
    titles = ["a/b", "A:b", "a b", "", "con", "..", "É" * 200, "", "a/b"]
    articles = [
        {
            "title": t,
            "paragraphs": [{"context": TESLA, "qas": [{"id": str(i), "question": "q", "answers": []}]}],
        }
        for i, t in enumerate(titles)
    ]
    corpus = load(squad(tmp_path / "x.json", articles)).corpus
    assert corpus is not None
    files = [text.file for text in corpus.documents()]
    assert len({name.lower() for name in files}) == len(files)
    assert files[:6] == [
        "a b.jsonl",
        "A b (2).jsonl",
        "a b (3).jsonl",
        "article 4.jsonl",
        "_con.jsonl",
        "untitled.jsonl",
    ]
    for name in files:
        (tmp_path / name).write_text("", "utf-8")


QUESTION = {"id": "ok", "question": "Where?", "answers": [answer(TESLA, "Graz")]}


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"id": "x", "answers": []}, '"question" is missing'),
        ({"question": "Where?", "answers": []}, '"id" is missing'),
        ({**QUESTION}, 'id "ok" is there already'),
        ({**QUESTION, "id": "x", "answers": "Graz"}, '"answers" is not a list'),
        ({**QUESTION, "id": "x", "answers": [{"answer_start": 3}]}, 'an answer without "text"'),
        (
            {**QUESTION, "id": "x", "answers": [{"text": "Vienna"}]},
            '"Vienna" does not stand in its paragraph',
        ),
        ("what?", "not an object"),
    ],
)
def test_a_bad_question_is_named_and_the_others_run(tmp_path: Path, broken: Any, words: str) -> None:
    last = {**QUESTION, "id": "last"}
    articles = [{"title": "T", "paragraphs": [{"context": TESLA, "qas": [QUESTION, broken, last]}]}]
    found = load(squad(tmp_path / "x.json", articles))
    assert [question.id for question in found.questions] == ["ok", "last"]
    (problem,) = found.problems
    assert f"{tmp_path / 'x.json'}, data[0].paragraphs[0].qas[1]: " in problem
    assert words in problem


def test_bad_articles_and_paragraphs_are_named(tmp_path: Path) -> None:
    articles = [
        7,
        {
            "title": "T",
            "paragraphs": [{}, {"context": TESLA, "qas": 3}, {"context": TESLA, "qas": [QUESTION]}],
        },
    ]
    found = load(squad(tmp_path / "x.json", articles))
    assert found.questions[0].evidence[0].document == "T.jsonl/3"
    assert [problem.split(", ", 1)[1].split(":")[0] for problem in found.problems] == [
        "data[0]", "data[1].paragraphs[0]", "data[1].paragraphs[1]"
    ]  # fmt: skip


def test_broken_json_says_where(tmp_path: Path) -> None:
    path = squad(tmp_path / "x.json")
    path.write_text(path.read_text("utf-8")[:-40], "utf-8")
    with pytest.raises(UsageError, match=r"line 1, column \d+: not JSON"):
        load(path)
    with pytest.raises(UsageError, match="no columns to choose"):
        load(squad(tmp_path / "y.json"), columns={"question": "q"})
    with pytest.raises(UsageError, match="no question in it"):
        load(squad(tmp_path / "z.json", []))


def test_of_many_places_the_nearest_is_the_answer_s(tmp_path: Path) -> None:
    context = "One whale. Two whales. Three whales. Four whales."
    asked = [
        {"id": str(at), "question": "q", "answers": [{"text": "whale", "answer_start": at}]}
        for at in (-5, 4, 9, 10, 15, 35, 36, 10_000)
    ]
    path = toys_of(tmp_path, [{"title": "T", "paragraphs": [{"context": context, "qas": asked}]}])
    quotes = [question.evidence[0].quote for question in load(path).questions]
    # It stands at 4, 15, 29 and 42; of two as near it is the first.
    one, two, three, four = "One whale.", "Two whales.", "Three whales.", "Four whales."
    assert quotes == [one, one, one, two, two, three, four, four]


def test_titles_that_are_the_same_are_numbered(tmp_path: Path) -> None:
    titles = ["T", "T", "t (2)", "T", "T (2)", "T (3)", "T"]
    articles = [{"title": title, "paragraphs": [{"context": title}]} for title in titles]
    articles[0]["paragraphs"][0]["qas"] = [{"id": "1", "question": "q", "answers": []}]
    corpus = load(toys_of(tmp_path, articles)).corpus
    assert corpus is not None
    assert [text.file.removesuffix(".jsonl") for text in corpus.documents()] == [
        "T", "T (2)", "t (2) (2)", "T (3)", "T (2) (3)", "T (3) (2)", "T (4)",
    ]  # fmt: skip


def toys_of(folder: Path, articles: list[Any]) -> Path:
    return squad(folder / "dev.json", articles)
