"""Libraries of the documents that sets bring. Most with hashed words for vectors; one with the models."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa import adding
from qa.adding import working
from qa.assistant import Assistant
from qa.cli import main
from qa.encoding import SentenceEncoder
from qa.errors import LibraryBusy, LibraryError, UsageError
from qa.evaluation import corpora, evaluate, load
from qa.evaluation.sets import Corpus, CorpusText, EvaluationSet
from qa.evidence.model import EvidenceModel
from qa.library import Library, open_library
from qa.library.locks import file_lock
from qa.receipts import answer_to_dict, verify
from tests.encoders import HashEncoder
from tests.evaluation.sets import toys


@pytest.fixture(autouse=True)
def kept_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(corpora.ROOT, str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def one(tmp_path: Path) -> EvaluationSet:
    return load(toys.squad(tmp_path / "dev.json"))


class Counting(HashEncoder):
    """Counts the texts that it encodes, and fails after ``until`` of them."""

    def __init__(self, until: int = 10_000) -> None:
        super().__init__()
        self.texts, self.until = 0, until

    def encode(self, texts: Sequence[str], progress: Any = None) -> Any:
        self.texts += len(texts)
        if self.texts > self.until:
            raise KeyboardInterrupt
        return super().encode(texts, progress)


def opened(corpus: Corpus | None, encoder: HashEncoder) -> tuple[Library, Corpus]:
    assert corpus is not None
    return open_library(corpora.place(corpus, encoder.name), model=encoder.name), corpus


def filled(one: EvaluationSet, encoder: HashEncoder) -> tuple[list[str], list[str]]:
    """The names of the library's documents, and what was told of them."""
    library, corpus = opened(one.corpus, encoder)
    try:
        problems = corpora.fill(library, encoder, corpus)
        return [document.name for document in library.documents()], [*problems]
    finally:
        library.close()


NAMES = ["Nikola Tesla.jsonl/1", "Normans.jsonl/1", "Normans.jsonl/2"]


def test_a_library_is_built_once_and_kept(one: EvaluationSet, tmp_path: Path) -> None:
    encoder = Counting()
    assert filled(one, encoder) == (NAMES, [])
    assert encoder.texts >= 3
    before = encoder.texts
    # The same documents under another name, from another file, with other questions.
    (tmp_path / "other").mkdir()
    again = load(toys.squad(tmp_path / "other" / "again.json"))
    assert filled(replace(again, questions=again.questions[:1]), encoder) == (NAMES, [])
    assert encoder.texts == before
    (kept,) = corpora.kept()
    assert (kept.name, kept.documents, kept.models) == ("dev", 3, ("hash",))
    assert kept.size > 1000
    # For another model another library of the same files.
    filled(again, HashEncoder("other"))
    assert corpora.kept()[0].models == ("hash", "other")


def test_what_the_library_holds_is_what_the_set_brought(one: EvaluationSet) -> None:
    encoder = HashEncoder()
    filled(one, encoder)
    library, corpus = opened(one.corpus, encoder)
    for text in corpus.documents():
        document = library.document(text.name)
        assert document.text == text.text
        assert document.metadata.title == text.title
    for question in one.questions:
        for item in question.evidence:
            assert item.quote
            assert item.quote in library.document(item.document).text
    library.close()


def test_building_goes_on_where_it_was_stopped(one: EvaluationSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "TOGETHER", 1)  # one file after the other, however small
    with pytest.raises(KeyboardInterrupt):
        filled(one, Counting(until=1))
    library, _ = opened(one.corpus, HashEncoder())
    assert library.searched().documents == 1  # the first file was finished
    library.close()
    rest = Counting()
    assert filled(one, rest)[0] == NAMES
    assert rest.texts == 2
    whole = Counting()
    shutil.rmtree(corpora.root())
    assert filled(one, whole)[0] == NAMES
    assert whole.texts == 3


def test_a_damaged_or_emptied_library_is_built_anew(one: EvaluationSet) -> None:
    filled(one, HashEncoder())
    assert one.corpus is not None
    shutil.rmtree(corpora.place(one.corpus, "hash"))
    again = Counting()
    assert filled(one, again)[0] == NAMES
    assert again.texts == 3


def test_a_folder_that_was_moved_is_taken_up(
    one: EvaluationSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(one, HashEncoder())
    corpora.root().rename(tmp_path / "elsewhere")
    monkeypatch.setenv(corpora.ROOT, str(tmp_path / "elsewhere"))
    assert filled(one, HashEncoder())[0] == NAMES
    library, _ = opened(one.corpus, HashEncoder())
    assert all(source.path.startswith(str(tmp_path / "elsewhere")) for source in library.sources())
    library.close()


def test_documents_that_cannot_be_read_are_told_of_each_time(tmp_path: Path) -> None:
    broken = "A \x00 in the middle of what would be a text."
    folder = toys.beir(tmp_path / "med")
    with (folder / "corpus.jsonl").open("a") as stream:
        stream.write(json.dumps({"_id": "8", "text": broken}) + "\n")
    one = load(folder)
    first = filled(one, HashEncoder())
    assert len(first[0]) == 4
    assert len(first[1]) == 1
    assert "corpus-0001.jsonl: line 5" in first[1][0]
    assert filled(one, HashEncoder()) == first


def test_a_file_that_changed_meanwhile_is_refused(one: EvaluationSet, tmp_path: Path) -> None:
    path = tmp_path / "dev.json"
    path.write_text(path.read_text("utf-8").replace("Smiljan", "Belgrad").replace("Nikola", "N."), "utf-8")
    with pytest.raises(UsageError, match="changed while they were read"):
        filled(one, HashEncoder())
    path.write_text("gone", "utf-8")
    with pytest.raises(UsageError, match="no longer what it was"):
        filled(one, HashEncoder())
    # What was half written is in nobody's way.
    toys.squad(path)
    assert filled(one, HashEncoder())[0] == NAMES


def test_two_do_not_build_at_once(one: EvaluationSet, kept_in: Path) -> None:
    filled(one, HashEncoder())
    (folder,) = kept_in.iterdir()
    with file_lock(folder / "building.lock", 0):
        assert filled(one, HashEncoder())[0] == NAMES  # what is complete needs no lock
        with pytest.raises(LibraryBusy, match="Another process"):
            filled(one, HashEncoder("other"))


def test_a_place_that_cannot_be_written_is_named(
    one: EvaluationSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv(corpora.ROOT, str(tmp_path / "file"))
    with pytest.raises(LibraryError, match="file"):
        filled(one, HashEncoder())


def test_a_set_of_a_program_can_bring_documents(tmp_path: Path) -> None:
    text = CorpusText("letters.jsonl", "a", "", "He came late. Nobody saw him.")
    made = EvaluationSet("mine", (), corpus=Corpus("mine/../x y", "ab" * 32, lambda: iter([text])))
    with pytest.raises(UsageError, match="changed"):
        filled(made, HashEncoder())  # its checksum is not that of its documents
    (folder,) = corpora.root().iterdir()
    assert folder.name == f"mine-..-x-y-{'ab' * 8}"


def test_with_the_models(
    tmp_path: Path, sentence_encoder: SentenceEncoder, evidence_model: EvidenceModel
) -> None:
    """Asked from beginning to end: what is quoted stands so in the files that were written."""
    both = [load(toys.squad(tmp_path / "dev.json")), load(toys.beir(tmp_path / "med"))]
    like = Assistant(open_library(tmp_path / "none", model=sentence_encoder.name), sentence_encoder,
                     evidence=evidence_model)  # fmt: skip
    told: list[adding.Progress] = []
    assistants = {one.name: corpora.assistant_for(one, like=like, progress=told.append) for one in both}
    assert told
    assert {id(assistant.encoder) for assistant in assistants.values()} == {id(sentence_encoder)}
    squad, beir = evaluate(lambda one: assistants[one.name], both)
    assert squad.measures["verbatim"].value == beir.measures["verbatim"].value == 1
    assert squad.measures["Success@1"].value == 1
    assert squad.measures["quote_hit@1"].value == 1
    assert beir.measures["Success@1"].value == 1
    assert not squad.warnings
    answer = assistants["dev"].ask("In what country is Normandy located?")
    (check, *_) = verify(answer_to_dict(answer), sources=assistants["dev"].library.sources())
    assert check.status == "exact"
    for assistant in (*assistants.values(), like):
        assistant.library.close()


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toys.squad(tmp_path / "dev.json")
    command = ["evaluate", str(tmp_path / "dev.json"), "--no-keep", "--json"]
    assert main(command) == 0
    first = capsys.readouterr()
    assert "dev brings its own documents" in first.err
    (result,) = json.loads(first.out)
    assert (result["set"], result["questions"], result["answerable"]) == ("dev", 5, 4)
    assert result["measures"]["verbatim"]["value"] == 1
    # Kept: nothing is read again, and the figures are the same.
    assert main([*command, "--library", str(tmp_path / "mine")]) == 0
    again = capsys.readouterr()
    assert "read once" not in again.err
    assert "--library is not used" in again.err
    assert not (tmp_path / "mine").exists()
    assert json.loads(again.out)[0]["measures"] == result["measures"]
    assert main(["evaluate", "--list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in listed["corpora"]] == ["dev"]
    assert {"set": "seeds", "questions": 26, "answerable": 19, "quotes": 19}.items() <= next(
        each for each in listed["sets"] if each["set"] == "seeds"
    ).items()
    assert main(["evaluate", "--list"]) == 0
    out = capsys.readouterr().out
    assert "seeds" in out
    assert os.fspath(corpora.root()) in out
