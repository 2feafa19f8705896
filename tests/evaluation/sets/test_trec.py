import time
from pathlib import Path

import ir_measures
import pytest

from qa.errors import UsageError
from qa.evaluation.report.trec import qrels as to_qrels
from qa.evaluation.results import result
from qa.evaluation.sets import Evidence, load
from tests.evaluation.builders import asked

SGML = """\
<top>
<num> Number: 051
<title> foreign minorities, Germany

<desc> Description:
What language and cultural differences impede
the integration of foreign minorities in Germany?

<narr> Narrative:
A relevant document will focus on the causes of the lack of
integration &amp; more.
</top>

<top>
<num> Number: 402
<title> Topic: behavioral genetics
<desc>
What is happening there?
</top>
<top>
<title> no number
</top>
<top>
<num> Number: 403
<title> osteoporosis
</top>
"""
QRELS = "51 0 FT911-3 1\n51 0 FT911-4 2\n51 0 FT911-5 0\n402 0 a%20b.txt 1\n402 Q0 x\n9 0 d 1\n"


def pair(folder: Path, topics: str = SGML, qrels: str = QRELS) -> Path:
    (folder / "topics.txt").write_text(topics, "utf-8")
    (folder / "qrels.txt").write_text(qrels, "utf-8")
    return folder / "topics.txt"


def test_classic_topics_with_the_judgements_beside_them(tmp_path: Path) -> None:
    topics = pair(tmp_path)
    found = load(topics)
    assert (found.name, found.corpus) == ("topics", None)
    first, second = found.questions
    assert (first.id, first.question) == ("51", "foreign minorities, Germany")
    assert first.evidence == (Evidence("FT911-3", None, 1), Evidence("FT911-4", None, 2))
    assert dict(first.columns) == {
        "desc": "What language and cultural differences impede the integration of foreign minorities in "
        "Germany?",
        "narr": "A relevant document will focus on the causes of the lack of integration & more.",
    }
    assert second.question == "behavioral genetics"
    assert second.evidence == (Evidence("a b.txt"),)
    assert [problem.removeprefix(str(tmp_path)) for problem in found.problems] == [
        "/topics.txt, line 20: a topic without a number; left out.",
        "/topics.txt: not judged in qrels.txt: 1 (such as 403); left out.",
        "/qrels.txt, line 5: no judgement (topic, 0, document, grade; or query, document, score); left out.",
    ]


def test_another_field_is_asked_and_makes_another_set(tmp_path: Path) -> None:
    topics = pair(tmp_path)
    found = load(topics, columns={"question": "desc", "kind": "title"})
    assert found.questions[1].question == "What is happening there?"
    assert found.questions[1].kind == "behavioral genetics"
    assert found.sha256 != load(topics).sha256
    with pytest.raises(UsageError, match=r"no field to ask \(its fields: desc, narr, title\)"):
        load(topics, columns={"question": "words"})


@pytest.mark.parametrize(
    "topics",
    [
        '<topics task="COVID"><topic number="51"><query>coronavirus origin</query>'
        "<question>what is the origin?</question></topic></topics>",
        '<?xml version="1.0"?><queries><query number="51">what is the origin?</query></queries>',
        "51\twhat is the origin?\n",
        "51:what is the origin?\n",
    ],
)
def test_other_forms_of_topics(tmp_path: Path, topics: str) -> None:
    (question,) = load(pair(tmp_path, topics)).questions
    assert (question.id, question.question) == ("51", "what is the origin?")
    assert len(question.evidence) == 2


def test_judged_topics_without_a_relevant_document_have_no_answer(tmp_path: Path) -> None:
    found = load(pair(tmp_path, "1\tone\n2\ttwo\n", "1 0 d 1\n2 0 d 0\n2 0 e -1\n"))
    assert [question.answerable for question in found.questions] == [True, False]
    assert "without a relevant document: 1 of 2 (such as 2)" in found.problems[0]


def test_judgements_are_found_or_named(tmp_path: Path) -> None:
    topics = pair(tmp_path)
    other = tmp_path / "qrels.other"
    other.write_text("402 0 d 1\n", "utf-8")
    with pytest.raises(UsageError, match=r"There are several: qrels.other, qrels.txt[^\n]*\n.*--qrels FILE"):
        load(topics)
    assert [question.id for question in load(topics, qrels=other).questions] == ["402"]
    (tmp_path / "topics.qrels").write_text("51 0 d 1\n", "utf-8")
    assert [question.id for question in load(topics).questions] == ["51"]
    with pytest.raises(UsageError, match="no such file"):
        load(topics, qrels=tmp_path / "none")
    with pytest.raises(UsageError, match=r"these are judgements.*--qrels"):
        load(other, qrels=other)


def test_a_folder_of_a_pair_bears_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "robust"
    folder.mkdir()
    pair(folder)
    found = load(folder)
    assert (found.name, len(found.questions)) == ("robust", 2)
    (folder / "topics.txt").unlink()
    with pytest.raises(UsageError, match="a folder that is no evaluation set"):
        load(folder)


def test_topics_cannot_read_other_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden", "utf-8")
    evil = (
        f'<!DOCTYPE t [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        '<topics><topic number="51"><query>&x;</query></topic></topics>'
    )
    with pytest.raises(UsageError, match="declares entities"):
        load(pair(tmp_path, evil))


def test_a_field_of_spaces_takes_no_time(tmp_path: Path) -> None:
    began = time.process_time()
    found = load(pair(tmp_path, "<top><num>51<title>" + "\n" * 300_000 + "x</top>"))
    assert [question.question for question in found.questions] == ["x"]
    assert time.process_time() - began < 10  # some milliseconds; the square of its length took minutes


@pytest.mark.parametrize("grade", ["9" * 10, "9" * 400])
def test_what_is_no_grade_is_left_out(tmp_path: Path, grade: str) -> None:
    found = load(pair(tmp_path, qrels=f"51 0 a 1\n51 0 b {grade}\n"))
    assert dict(found.questions[0].grades) == {"a": 1}
    assert any("line 2: no judgement" in problem for problem in found.problems)


def test_judgements_as_reports_write_them_are_read_back(tmp_path: Path) -> None:
    names = {"a b.txt": None, "100%.txt": None, "no\u00a0break\u2003.txt": None, "plain%2Fslash": None}
    outcome = asked(1, names)
    (tmp_path / "mine.qrels").write_text(to_qrels(result("mine", [outcome])), "utf-8")
    (tmp_path / "mine.topics").write_text("q1\tQuestion 1?\n", "utf-8")
    (question,) = load(tmp_path / "mine.topics").questions
    assert question.grades == outcome.question.grades
    # ir-measures reads the same file to the same judgements, but for the names.
    read = list(ir_measures.read_trec_qrels(str(tmp_path / "mine.qrels")))
    assert [(one.query_id, one.relevance) for one in read] == [("q1", 1)] * 4
