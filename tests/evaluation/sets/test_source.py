"""Sets of foreign forms are read within bounds, and large ones in a process of their own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.errors import UsageError
from qa.evaluation.sets import load, source
from qa.page.trial.question_sets import column_names
from qa.reading import apart
from tests.evaluation.sets import test_trec, toys

LINE = {
    "id": "k1",
    "question": "Where is Normandy?",
    "evidence": [{"document": "a/d1", "quote": "In France."}],
}


def lines(folder: Path) -> Path:
    (folder / "set.jsonl").write_text(json.dumps(LINE) + "\nno question\n")
    return folder / "set.jsonl"


def table(folder: Path) -> Path:
    (folder / "set.csv").write_text("question,document,answer\nWhere?,a.txt,France\n,b,\n")
    return folder / "set.csv"


FORMS: dict[str, Callable[[Path], Path]] = {
    "lines": lines,
    "table": table,
    "squad": lambda folder: toys.squad(folder / "dev.json"),
    "beir": lambda folder: toys.beir(folder / "med"),
    "trec": test_trec.pair,
}


@pytest.mark.parametrize("form", FORMS)
def test_in_a_process_of_its_own_a_set_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    path = FORMS[form](tmp_path)
    here = load(path)
    texts = list(here.corpus.documents()) if here.corpus else []
    monkeypatch.setattr(source, "HERE", 0)
    there = load(path)
    assert there == here
    assert there.questions
    assert (list(there.corpus.documents()) if there.corpus else []) == texts
    assert bool(texts) == (form in ("squad", "beir"))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux")
@pytest.mark.parametrize("name", ["set.json", "set.csv"])
def test_a_set_that_takes_all_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "set.json").write_text("[" + "[]," * 1_000_000 + "[]]")
    (tmp_path / "set.csv").write_text("question,document\n" + "ab," * 1_000_000)
    monkeypatch.setenv(apart.GIGABYTES, "0.03")
    with pytest.raises(UsageError, match=rf"{name}: needed more than 0\.03 GB of memory"):
        load(tmp_path / name)
    if name == "set.csv":
        with pytest.raises(UsageError, match=r"needed more than 0\.03 GB of memory"):
            column_names(tmp_path / name)


def test_columns_and_what_is_wrong_with_them_are_told_from_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "HERE", 0)
    path = tmp_path / "set.csv"
    path.write_text("Frage,document\nWo?,a.txt\n")
    assert load(path, columns={"question": "Frage"}).questions[0].question == "Wo?"
    assert column_names(path) == ["Frage", "document"]
    with pytest.raises(UsageError, match=r"which column holds the questions\? Its columns: \"Frage\""):
        load(path)
