from pathlib import Path

import pytest

from qa.errors import UsageError
from qa.evaluation.sets import CorpusText, beir, load
from tests.evaluation.sets import toys
from tests.evaluation.sets.toys import FAMED, NORMANS, TESLA


def test_the_test_split_is_meant(tmp_path: Path) -> None:
    folder = toys.beir(tmp_path / "med")
    found = load(folder)
    assert found.name == "med"
    assert [question.id for question in found.questions] == ["q1", "q2", "q4"]
    first, second, last = found.questions
    assert first.grades == {"corpus-0001.jsonl/MED-1": 2, "corpus-0001.jsonl/3": 1}
    assert second.evidence[0].document.startswith("corpus-0001.jsonl/MED_2_x-")
    assert not last.answerable
    assert first.columns == (("level", "easy"),)
    assert [problem.removeprefix(str(folder)) for problem in found.problems] == [
        "/corpus.jsonl, line 4: document 4 holds no text; left out.",
        ": judged, but without a relevant document: 1 of 3 (such as q4); these count as questions without an "
        "answer.",
    ]


@pytest.mark.parametrize("name", ["qrels/dev.tsv", "qrels/test.tsv", "queries.jsonl"])
def test_a_file_of_the_folder_names_it_and_its_split(tmp_path: Path, name: str) -> None:
    folder = toys.beir(tmp_path / "med")
    found = load(folder / name)
    assert found.name == ("med-dev" if "dev" in name else "med")
    assert [question.id for question in found.questions] == (["q3"] if "dev" in name else ["q1", "q2", "q4"])
    assert load(found.path) == found
    if name.startswith("qrels"):
        assert load(folder, qrels=folder / name) == found


def test_the_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = load(toys.beir(tmp_path / "med"))
    assert found.corpus is not None
    texts = list(found.corpus.documents())
    assert [(text.title, text.text) for text in texts] == [
        ("Normans", NORMANS), ("", FAMED), ("Tesla", TESLA), ("Only a title", "Only a title")
    ]  # fmt: skip
    assert {item.document for q in found.questions for item in q.evidence} <= {text.name for text in texts}
    monkeypatch.setattr(beir, "PER_FILE", 2)
    again = load(tmp_path / "med")
    assert again.corpus is not None
    files = ["corpus-0001.jsonl"] * 2 + ["corpus-0002.jsonl"] * 2
    assert [text.file for text in again.corpus.documents()] == files
    assert again.questions[0].grades == {"corpus-0001.jsonl/MED-1": 2, "corpus-0002.jsonl/3": 1}
    assert again.corpus.sha256 != found.corpus.sha256


def test_without_a_corpus_the_ids_are_the_persons_own_documents(tmp_path: Path) -> None:
    folder = toys.beir(tmp_path / "med")
    (folder / "corpus.jsonl").unlink()
    found = load(folder)
    assert found.corpus is None
    assert found.questions[0].grades == {"MED-1": 2, "3": 1}


def test_bad_lines_are_named_and_the_others_run(tmp_path: Path) -> None:
    folder = toys.beir(tmp_path / "med")
    with (folder / "corpus.jsonl").open("ab") as stream:
        stream.write(b'{"_id": "3", "text": "twice"}\nno\n\xff\n[1]\n{"_id": "9"}\n')
    with (folder / "queries.jsonl").open("ab") as stream:
        stream.write(b'{"_id": "q1", "text": "twice"}\n{"_id": "q9", "text": 3}\n')
    with (folder / "qrels" / "test.tsv").open("ab") as stream:
        stream.write(b"q1 d\nq8\td\t1\nq1\td\tmuch\n")
    found = load(folder)
    assert isinstance(found.corpus and next(found.corpus.documents()), CorpusText)
    assert [question.id for question in found.questions] == ["q1", "q2", "q4"]
    told = "\n".join(found.problems)
    for words in (
        'queries.jsonl, line 5: id "q1" is there already',
        "queries.jsonl, line 6: no query",
        'corpus.jsonl, line 6: id "3" is there already',
        "corpus.jsonl, line 7: not JSON;",
        "corpus.jsonl, line 8: not UTF-8",
        "corpus.jsonl, line 9: not a JSON object",
        "corpus.jsonl, line 10: no document",
        "test.tsv: judges queries that are not in queries.jsonl: 1.",
        "test.tsv, line 6: no judgement",
        "test.tsv, line 8: no judgement",
    ):
        assert words in told


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    folder = toys.beir(tmp_path / "med")
    with pytest.raises(UsageError, match="no columns to choose"):
        load(folder, columns={"question": "text"})
    with pytest.raises(UsageError, match="not one of the judgements"):
        load(folder, qrels=folder / "queries.jsonl")
    for path in (folder / "qrels").iterdir():
        path.unlink()
    with pytest.raises(UsageError, match="no judgements in it"):
        load(folder)
    (folder / "qrels" / "dev.tsv").write_text("q77\td\t1\n", "utf-8")
    with pytest.raises(UsageError, match=r"no query in it that is judged in dev\.tsv"):
        load(folder)


def test_a_line_longer_than_any_text_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = toys.beir(tmp_path / "med")
    corpus = folder / "corpus.jsonl"
    whole = load(folder)
    longest = max(len(line) for line in corpus.read_bytes().splitlines(keepends=True))
    corpus.write_bytes(b'{"_id": "long", "text": "' + b"a" * 5 * longest + b'"}\n' + corpus.read_bytes())
    monkeypatch.setattr(beir, "LONGEST_LINE", longest)
    found = load(folder)
    assert found.questions == whole.questions
    assert found.problems[0] == f"{corpus}, line 1: longer than {longest:,} bytes; left out."
    assert len(found.problems) == len(whole.problems) + 1
