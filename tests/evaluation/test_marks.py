"""Marks: kept to the disk, read back, the last word counts, and what they make as a set."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from qa.errors import LibraryError, UsageError
from qa.evaluation.marked_set import marked_set, settle
from qa.evaluation.marks import (
    Judgement,
    Spot,
    Verdict,
    judgement,
    keep,
    marks_file,
    person,
    question_id,
    read,
    standing,
)
from qa.evaluation.sets import load

FIRST = Spot("a.txt", 0, 9, "Quill \N{GREEK SMALL LETTER BETA} sang", "7–8")
SECOND = Spot("b.txt", 4, 12, "He did not")


def said(by: str, verdict: Verdict, spot: Spot | None = None, question: str = "Who sang?") -> Judgement:
    return judgement(question, (), verdict, by, spot=spot)


def test_a_mark_is_read_back_as_it_was_made(tmp_path: Path) -> None:
    file = tmp_path / "new" / "marks.jsonl"
    made = [
        said("Ada", "answers", FIRST),
        judgement("Who?", ["Who sang?"], "nothing answers", " Ben \n B. ", seen=[FIRST, SECOND]),
        said("Ada", "withdrawn", FIRST),
    ]
    for one in made:
        keep(file, one)
    assert read(file) == (made, [])
    assert made[1].by == "Ben B."
    line = json.loads(file.read_text("utf-8").splitlines()[0])
    assert line == {
        "id": question_id("Who sang?"),
        "question": "Who sang?",
        "after": [],
        "verdict": "answers",
        "by": "Ada",
        "at": made[0].at,
        "document": "a.txt",
        "start": 0,
        "end": 9,
        "quote": FIRST.quote,
        "pages": "7–8",
    }


def test_only_the_earlier_questions_that_a_question_leans_on_are_kept() -> None:
    earlier = ["Where does the mill stand?", "What did Litvinov tell Harriman at the theatre?"]
    alone = judgement("Who was Ivan Subasic of Yugoslavia?", earlier, "nothing answers", "Ada")
    assert alone.after == ()
    assert judgement("Was he pessimistic?", earlier, "nothing answers", "Ada").after == (earlier[1],)


def test_a_line_that_is_no_mark_is_named_and_a_line_cut_short_swallows_no_other(tmp_path: Path) -> None:
    file = tmp_path / "marks.jsonl"
    keep(file, said("Ada", "answers", FIRST))
    with file.open("ab") as out:
        out.write(b'[]\n{"question": "Who?", "by": "Ada", "verdict": "yes"}\n\xff\n')
        out.write(b'{"question": "Who?", "by": "Ada", "verdict": "answers"}\n{"question": "Wh')
    keep(file, said("Ben", "nothing answers"))
    found, problems = read(file)
    assert [one.by for one in found] == ["Ada", "Ben"]
    assert [problem.partition(": ")[0] for problem in problems] == [f"{file}, line {n}" for n in range(2, 7)]
    assert "verdict" in problems[1]
    assert "UTF-8" in problems[2]
    assert "document" in problems[3]
    assert "not JSON" in problems[4]


def test_marks_made_at_once_are_all_kept(tmp_path: Path) -> None:
    file = tmp_path / "marks.jsonl"

    def mark(name: str) -> None:
        for number in range(10):
            keep(file, said(name, "answers", Spot("a.txt", number, number + 1, "x")))

    people = [threading.Thread(target=mark, args=(name,)) for name in ("Ada", "Ben", "Cid")]
    for one in people:
        one.start()
    for one in people:
        one.join()
    found, problems = read(file)
    assert problems == []
    assert {(one.by, one.spot.start) for one in found if one.spot} == {
        (name, number) for name in ("Ada", "Ben", "Cid") for number in range(10)
    }


def test_where_marks_cannot_be_kept_or_read_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("")
    with pytest.raises(LibraryError, match="could not be kept"):
        keep(tmp_path / "a file" / "marks.jsonl", said("Ada", "nothing answers"))
    (tmp_path / "marks.jsonl").mkdir()
    with pytest.raises(LibraryError, match="cannot be read"):
        read(tmp_path / "marks.jsonl")
    assert read(tmp_path / "none.jsonl") == ([], [])


def test_a_name_is_one_plain_line() -> None:
    assert person(" Ada\tL.\x1b[31m\u202e ") == "Ada L. [31m"
    for none in ("", " \n", "\u200f"):
        with pytest.raises(UsageError, match="your name"):
            person(none)
    with pytest.raises(UsageError, match="80 are enough"):
        person("A" * 81)


def test_a_verdict_is_said_of_what_it_is_about() -> None:
    with pytest.raises(UsageError):
        said("Ada", "answers")
    with pytest.raises(UsageError):
        said("Ada", "nothing answers", FIRST)


def test_the_marks_of_a_library_on_a_server_lie_with_the_user_under_no_password(tmp_path: Path) -> None:
    assert marks_file(tmp_path) == tmp_path / "marks.jsonl"
    address = "postgresql://ada:secret@host/db"
    assert "secret" not in str(marks_file(address))
    assert marks_file(address) != marks_file(address + "2")


def test_the_last_word_counts() -> None:
    yes, no = said("Ada", "answers", FIRST), said("Ada", "does not answer", FIRST)
    none, other = said("Ada", "nothing answers"), said("Ada", "does not answer", SECOND)
    back = said("Ada", "withdrawn", FIRST)
    assert standing([yes, no]) == [no]
    assert standing([yes, back]) == []
    assert standing([yes, other, none]) == [other, none], "that nothing answers takes back what did"
    assert standing([none, yes]) == [yes], "and the other way round"
    assert standing([none, said("Ada", "withdrawn")]) == []
    assert standing([none, back]) == [none], "what is taken back is that place's mark"
    ben = said("Ben", "answers", FIRST)
    assert standing([yes, ben, back]) == [ben], "of that person"
    elsewhere = said("Ada", "answers", FIRST, "Who else?")
    assert standing([elsewhere, yes, no]) == [elsewhere, no], "and of that question"


def test_marks_become_a_set_that_can_be_run(tmp_path: Path) -> None:
    made = [
        said("Ada", "answers", FIRST),
        said("Ada", "does not answer", SECOND),
        said("Ada", "nothing answers", question="Who wept?"),
        said("Ada", "does not answer", SECOND, question="Who slept?"),
    ]
    settled = settle(made)
    (problem,) = settled.problems
    assert "Who slept?" in problem
    assert "left out" in problem
    (tmp_path / "set.jsonl").write_text(settled.lines, "utf-8")
    loaded = load(tmp_path / "set.jsonl")
    assert loaded.problems == ()
    first, second = loaded.questions
    assert (first.id, first.question, first.pages) == (question_id("Who sang?"), "Who sang?", "7–8")
    assert [(item.document, item.quote) for item in first.evidence] == [("a.txt", FIRST.quote)]
    assert (second.question, second.kind, second.answerable) == ("Who wept?", "none", False)
    assert dict(first.columns) == {"by": "Ada"}, "who marked is a slice; the marks themselves are not"
    row = json.loads(settled.lines.splitlines()[0])
    assert [(mark["verdict"], mark["by"], mark["at"]) for mark in row["marks"]] == [
        ("answers", "Ada", made[0].at),
        ("does not answer", "Ada", made[1].at),
    ]
    ready = marked_set(made, where="marks.jsonl")
    assert ready.questions == loaded.questions
    assert (ready.name, ready.problems) == ("marks", settled.problems)
    assert len(ready.sha256) == 64
    assert marked_set(made[:1]).sha256 != ready.sha256


@pytest.mark.parametrize(
    ("made", "evidence", "told"),
    [
        ([("Ada", "answers", FIRST), ("Ben", "answers", SECOND)], ["a.txt", "b.txt"], ""),
        ([("Ada", "answers", FIRST), ("Ben", "does not answer", FIRST)], None, "disagree"),
        ([("Ada", "answers", FIRST), ("Ben", "nothing answers", None)], None, "Ada found an answer, Ben"),
        (
            [("Ada", "answers", FIRST), ("Ben", "nothing answers", None), ("Cid", "nothing answers", None)],
            [],
            "more people found none",
        ),
        (
            [("Ada", "answers", FIRST), ("Cid", "answers", FIRST), ("Ben", "nothing answers", None)],
            ["a.txt"],
            "Ben found no answer",
        ),
        (
            [("Ada", "answers", FIRST), ("Ada", "answers", SECOND), ("Ben", "does not answer", SECOND)],
            ["a.txt"],
            "1 disputed place is no evidence",
        ),
    ],
)
def test_people_who_disagree(
    made: list[tuple[str, Verdict, Spot | None]], evidence: list[str] | None, told: str
) -> None:
    settled = settle([said(*one) for one in made])
    found = [[item["document"] for item in row["evidence"]] for row in settled.rows]
    assert found == ([] if evidence is None else [evidence])
    assert " ".join(settled.problems).count(told) >= 1
    assert bool(settled.problems) == bool(told)


def test_one_persons_marks_alone() -> None:
    made = [said("Ada", "answers", FIRST), said("Ben", "nothing answers")]
    (row,) = settle(made, "Ben").rows
    assert (row["evidence"], row["by"]) == ([], "Ben")
    with pytest.raises(UsageError, match="made by Ada, Ben"):
        settle(made, "Cid")
    with pytest.raises(UsageError, match="Nobody"):
        settle([], "Cid")
    with pytest.raises(UsageError, match="No question is marked yet"):
        marked_set([])
