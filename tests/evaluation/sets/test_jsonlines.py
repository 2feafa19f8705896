import hashlib
import json
from pathlib import Path

import pytest

from qa.errors import UsageError
from qa.evaluation import Evidence, Question, load, shipped

GOOD = {"id": "k1", "question": "Who?", "evidence": [{"document": "d", "quote": "He did."}], "answer": "he"}


def written(path: Path, *lines: object) -> Path:
    path.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n",
        encoding="utf-8",
    )
    return path


def test_a_question_with_everything(tmp_path: Path) -> None:
    row = {
        **GOOD,
        "kind": "followup",
        "style": "far",
        "after": ["First?", "Second?"],
        "pages": "921-922",
        "evidence": [{"document": "d", "quote": "He did."}, {"document": "e"}],
    }
    found = load(written(tmp_path / "mine.jsonl", row))
    assert (found.name, found.path) == ("mine", str(tmp_path / "mine.jsonl"))
    assert found.sha256 == hashlib.sha256((tmp_path / "mine.jsonl").read_bytes()).hexdigest()
    assert found.questions == (
        Question(
            id="k1",
            question="Who?",
            kind="followup",
            style="far",
            after=("First?", "Second?"),
            evidence=(Evidence("d", "He did."), Evidence("e")),
            answers=("he",),
            pages="921-922",
        ),
    )


def test_further_keys_are_columns_in_words(tmp_path: Path) -> None:
    row = {**GOOD, "year": 1945, "by": ["Ann", "Bo"], "sure": True, "marks": [{"at": 1}], "note": None}
    (question,) = load(written(tmp_path / "mine.jsonl", row)).questions
    assert question.columns == (("year", "1945"), ("by", "Ann; Bo"), ("sure", "yes"))


def test_keys_can_be_chosen_and_evidence_be_flat(tmp_path: Path) -> None:
    rows = [
        {"nr": 7, "query": "Who?", "document": "d", "quote": "He did.", "question": "not this"},
        {"nr": 8, "query": "When?", "document": ""},
        {"nr": 9, "query": "When?", "document": "", "quote": "Then."},
    ]
    path = written(tmp_path / "mine.jsonl", *rows)
    found = load(path, columns={"question": "query", "id": "nr"})
    assert [(q.id, q.question, q.evidence) for q in found.questions] == [
        ("7", "Who?", (Evidence("d", "He did."),)),
        ("8", "When?", ()),
    ]
    assert "line 3" in found.problems[0]
    # The same file read otherwise is another set.
    assert found.sha256 != hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_json_list_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps([GOOD, {"id": "k2"}, {**GOOD, "id": "k3"}], indent=1), "utf-8")
    found = load(path)
    assert [question.id for question in found.questions] == ["k1", "k3"]
    assert "item 2" in found.problems[0]


def test_grades_are_read_and_the_highest_of_a_document_counts(tmp_path: Path) -> None:
    evidence = [{"document": "e"}, {"document": "d", "grade": 1}, {"document": "d", "grade": 3}]
    (question,) = load(written(tmp_path / "mine.jsonl", {**GOOD, "evidence": evidence})).questions
    assert question.grades == {"d": 3, "e": 1}


def test_half_a_character_is_no_question(tmp_path: Path) -> None:
    path = written(tmp_path / "mine.jsonl", GOOD, {**GOOD, "id": "k2", "question": "Who \ud800?"})
    found = load(path)
    assert [question.id for question in found.questions] == ["k1"]
    assert '"k2"' in found.problems[0]


def test_many_problems_are_counted(tmp_path: Path) -> None:
    found = load(written(tmp_path / "mine.jsonl", GOOD, *["x"] * 100))
    assert len(found.problems) == 51
    assert "50 more" in found.problems[-1]


def test_shipped_sets_load_without_problems() -> None:
    sizes = {name: load(name) for name in shipped()}
    assert {name: len(one.questions) for name, one in sizes.items()} == {
        "chaco_1934": 90,
        "cyprus_1955": 90,
        "kennedy_khrushchev": 120,
        "list_of_papers": 400,
        "london_1930": 90,
        "russia_1918": 120,
        "seeds": 26,
        "soviet_1961": 90,
        "train_easterneurope_1955": 150,
        "train_neareast_1936": 150,
        "train_soviet_1964": 150,
    }
    assert not [problem for one in sizes.values() for problem in one.problems]
    assert sum(question.answerable for question in sizes["kennedy_khrushchev"].questions) == 96
    assert not any(question.has_quotes for question in sizes["list_of_papers"].questions)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": "x", "question": "Who?"', "not JSON"),
        ("[1, 2]", "not a JSON object"),
        ({"id": "x", "evidence": []}, '"question" is missing or empty'),
        ({"id": "x", "question": " ", "evidence": []}, '"question" is missing or empty'),
        ({"id": "x", "question": "Who?"}, '"evidence" is missing'),
        ({"id": "x", "question": "Who?", "evidence": "d"}, '"evidence" is not a list'),
        ({"id": "x", "question": "Who?", "evidence": [{"quote": "q"}]}, 'names no "document"'),
        ({"id": "x", "question": "Who?", "evidence": [{"document": "d", "quote": 3}]}, '"quote"'),
        ({"id": "x", "question": "Who?", "evidence": [], "after": [1]}, '"after"'),
        ({"id": "x", "question": "Who?", "evidence": [], "kind": ["fact"]}, '"kind" is not a text'),
        ({**GOOD, "id": "x", "evidence": [{"document": "d", "grade": 0}]}, '"grade"'),
        ({**GOOD}, "already that of line 1"),
        ("[" * 100_000, "not"),
    ],
)
def test_a_bad_line_is_named_and_the_others_run(tmp_path: Path, line: object, words: str) -> None:
    path = written(tmp_path / "mine.jsonl", GOOD, line, {**GOOD, "id": "k2"})
    found = load(path)
    assert [question.id for question in found.questions] == ["k1", "k2"]
    (problem,) = found.problems
    assert str(path) in problem
    assert "line 2" in problem
    assert words in problem
    assert "\n" not in problem


def test_an_unknown_set_names_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"kennedy_khrushchev, .*, seeds"):
        load("kenedy")


def test_files_without_a_question_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no question"):
        load(written(tmp_path / "empty.jsonl", ""))
    with pytest.raises(UsageError, match="line 1"):
        load(written(tmp_path / "bad.jsonl", "hello"))
    with pytest.raises(UsageError, match="a folder"):
        load(tmp_path)
    (tmp_path / "odd.jsonl").write_bytes(b'{"question": "\xe9t\xe9?"}')
    with pytest.raises(UsageError, match="not UTF-8"):
        load(tmp_path / "odd.jsonl")


def test_a_byte_order_mark_windows_lines_and_a_separator_in_a_text_are_read(tmp_path: Path) -> None:
    row = {**GOOD, "question": "Who\u2028did it?"}
    path = tmp_path / "mine.jsonl"
    text = (
        "\ufeff" + json.dumps(row, ensure_ascii=False) + "\r\n\r\n" + json.dumps({**GOOD, "id": 7}) + "\r\n"
    )
    path.write_bytes(text.encode())
    assert [(q.id, q.question) for q in load(path).questions] == [("k1", "Who\u2028did it?"), ("7", "Who?")]


def test_a_number_of_thousands_of_digits_costs_its_line_alone(tmp_path: Path) -> None:
    odd = '{"id": "b", "question": "Who?", "evidence": [], "n": ' + "9" * 5_000 + "}"
    whole = '{"id": "a", "question": "Where?", "evidence": []}'
    (tmp_path / "set.jsonl").write_text(f"{whole}\n{odd}\n")
    found = load(tmp_path / "set.jsonl")
    assert [question.id for question in found.questions] == ["a"]
    assert len(found.problems) == 1
    assert "digits" in found.problems[0]
    for name in ("set.json", "squad.json"):
        (tmp_path / name).write_text(f"[{odd}]" if name == "set.json" else '{"data": [' + "9" * 5_000 + "]}")
        with pytest.raises(UsageError, match=name):
            load(tmp_path / name)
